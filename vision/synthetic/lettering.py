"""Shapes of draft-mark characters: painted block letters and type faces, as coverage masks of exact height.

Proportions after docs/conventions.md (numerals 100 mm high, stroke 20 to 27 mm, width 60 to 95 mm).
Left out: letters that no draft mark has, but for those of Roman numerals.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from shapely.geometry import LineString, Polygon
from shapely.ops import unary_union

Mask = NDArray[np.float32]
Points = tuple[tuple[float, float], ...]

CHARACTERS = "0123456789M"
ROMAN = "IVXL"
# Block letters are filled this many times larger and averaged, so that soft edges keep their place.
_OVERSAMPLING = 4

_CUT = 0.22
_RING: Points = (
    (_CUT, 0), (1 - _CUT, 0), (1, _CUT), (1, 1 - _CUT), (1 - _CUT, 1), (_CUT, 1), (0, 1 - _CUT), (0, _CUT), (_CUT, 0),
)  # fmt: skip
# Centre lines in a unit box, y upwards; the stroke is added around them. Yards differ in how they build a character.
_STROKES: dict[str, tuple[tuple[Points, ...], ...]] = {
    "0": ((_RING,),),
    "1": (
        (((0.5, 0), (0.5, 1)),),
        (((0.22, 0.78), (0.5, 1), (0.5, 0)),),
        (((0.2, 0.8), (0.5, 1), (0.5, 0)), ((0.15, 0), (0.85, 0))),
    ),
    "2": (
        (((0.05, 1), (1 - _CUT, 1), (1, 1 - _CUT), (1, 0.62), (0, 0.0), (1, 0)),),
        (((0, 0.72), (0, 1 - _CUT), (_CUT, 1), (1 - _CUT, 1), (1, 1 - _CUT), (1, 0.68), (0.05, 0.12), (0, 0), (1, 0)),),
        (((0.05, 1), (1 - _CUT, 1), (1, 1 - _CUT), (1, 0.66), (0.8, 0.52), (0.2, 0.48), (0, 0.34), (0, 0), (1, 0)),),
    ),
    "3": (
        (
            ((0.05, 1), (1 - _CUT, 1), (1, 1 - _CUT), (1, 0.65), (0.8, 0.52), (0.35, 0.52)),
            ((0.8, 0.52), (1, 0.4), (1, _CUT), (1 - _CUT, 0), (0.05, 0)),
        ),
        (((0, 1), (0.95, 1), (0.45, 0.6), (0.78, 0.6), (1, 0.42), (1, _CUT), (1 - _CUT, 0), (_CUT, 0), (0, 0.15)),),
    ),
    "4": (
        (((0.72, 0), (0.72, 1), (0, 0.3), (1, 0.3)),),
        (((0, 1), (0, 0.42), (1, 0.42)), ((0.78, 0.95), (0.78, 0))),
        (((0.55, 0), (0.55, 1), (0.45, 1), (0, 0.36), (0, 0.26), (0.95, 0.26)),),
    ),
    "5": (
        (((0.95, 1), (0.05, 1), (0, 0.56), (1 - _CUT, 0.6), (1, 0.45), (1, _CUT), (1 - _CUT, 0), (0.05, 0)),),
        (((1, 1), (0, 1), (0, 0.54), (1 - _CUT, 0.54), (1, 0.4), (1, _CUT), (1 - _CUT, 0), (_CUT, 0), (0, _CUT)),),
    ),
    "6": (
        (
            ((0.92, 1), (_CUT, 1), (0, 1 - _CUT), (0, _CUT), (_CUT, 0), (1 - _CUT, 0), (1, _CUT), (1, 0.36),
             (1 - _CUT, 0.54), (0, 0.54)),
        ),
        (
            ((0.75, 1), (0.1, 0.5), (0, 0.3), (0, _CUT), (_CUT, 0), (1 - _CUT, 0), (1, _CUT), (1, 0.36),
             (1 - _CUT, 0.56), (0.14, 0.56)),
        ),
    ),
    "7": ((((0, 1), (1, 1), (0.4, 0)),), (((0, 1), (1, 1), (0.62, 0.5), (0.5, 0)),), (((0, 1), (1, 1), (1, 0)),)),
    "8": (
        (_RING, ((0, 0.53), (1, 0.53))),
        (
            ((0.25, 0.55), (0.08, 0.68), (0.08, 0.86), (0.3, 1), (0.7, 1), (0.92, 0.86), (0.92, 0.68), (0.75, 0.55),
             (0.25, 0.55), (0, 0.4), (0, 0.16), (0.25, 0), (0.75, 0), (1, 0.16), (1, 0.4), (0.75, 0.55)),
        ),
    ),
    "9": (
        (
            ((0.08, 0), (1 - _CUT, 0), (1, _CUT), (1, 1 - _CUT), (1 - _CUT, 1), (_CUT, 1), (0, 1 - _CUT), (0, 0.64),
             (_CUT, 0.46), (1, 0.46)),
        ),
        (
            ((0.25, 0), (0.9, 0.5), (1, 0.7), (1, 1 - _CUT), (1 - _CUT, 1), (_CUT, 1), (0, 1 - _CUT), (0, 0.64),
             (_CUT, 0.44), (0.86, 0.44)),
        ),
    ),
    "M": (
        (((0, 0), (0, 1), (0.5, 0.35), (1, 1), (1, 0)),),
        (((0, 0), (0, 1), (0.5, 0), (1, 1), (1, 0)),),
        (((0, 0), (0, 1), (0.5, 0.62), (1, 1), (1, 0)),),
    ),
    "I": ((((0.5, 0), (0.5, 1)),),),
    "V": ((((0, 1), (0.5, 0), (1, 1)),),),
    "X": ((((0, 0), (1, 1)), ((0, 1), (1, 0))),),
    "L": ((((0, 1), (0, 0), (1, 0)),),),
}  # fmt: skip


class Typeface(Protocol):
    """Draws one character so that its ink fills the height exactly."""

    def mask(self, character: str, height_px: int) -> Mask:
        """Coverage of one character.

        Args:
            character: One of `CHARACTERS` or `ROMAN`.
            height_px: Height of the ink in pixels, at least four.

        Returns:
            A float32 array of `height_px` rows within 0 to 1, cropped to the ink.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLetters:
    """Letters as a shipyard paints or welds them: strokes of one width, with or without cut corners.

    Attributes:
        width_ratio: Width of a numeral over its height.
        stroke_ratio: Stroke width over height.
        rounded: Whether corners and ends are round.
        slant: Sideways lean per unit of height.
        stencil_gap_ratio: Height of the bridge across the middle over height; 0 for none.
        build: Chooses among the ways of building each character; 0 is the first of each.
        curved: Whether bends are arcs rather than corners.
    """

    width_ratio: float
    stroke_ratio: float
    rounded: bool
    slant: float
    stencil_gap_ratio: float
    build: int
    curved: bool

    def mask(self, character: str, height_px: int) -> Mask:
        """Coverage of one character; see `Typeface.mask`."""
        outline = self._outline(character)
        left, low, right, high = outline.bounds
        width_px = max(1, round((right - left) * height_px / (high - low)))
        fine = (width_px * _OVERSAMPLING / (right - left), height_px * _OVERSAMPLING / (high - low))
        canvas = np.zeros((height_px * _OVERSAMPLING, width_px * _OVERSAMPLING), dtype=np.uint8)
        # Filling takes in every pixel that the outline touches, half a pixel more than it covers on each side.
        drawn = outline.buffer(-0.5 / fine[1], join_style="mitre")
        for piece in getattr(drawn, "geoms", [drawn]):
            rings = [
                _fixed_point(ring.coords, left, high, *fine) for ring in (piece.exterior, *piece.interiors)
            ]
            cv2.fillPoly(canvas, rings, 255, shift=4)
        soft = cv2.resize(
            canvas.astype(np.float32) / 255.0, (width_px, height_px), interpolation=cv2.INTER_AREA
        )
        return self._bridged(np.asarray(soft, dtype=np.float32))

    def _outline(self, character: str) -> Polygon:
        # The 1 has no width of its own; everything else fills the box.
        width = self.width_ratio - self.stroke_ratio
        height = 1.0 - self.stroke_ratio
        style = "round" if self.rounded else "mitre"
        cap = "round" if self.rounded else "square"
        lines = [
            LineString([(x * width + y * height * self.slant, y * height) for x, y in stroke]).buffer(
                self.stroke_ratio / 2, cap_style=cap, join_style=style, mitre_limit=2.0
            )
            for stroke in self._strokes(character)
        ]
        return unary_union(lines)

    def _strokes(self, character: str) -> tuple[Points, ...]:
        # Each character takes its own digit (base 3) of `build`, so that one yard mixes forms as yards do.
        forms = _STROKES[character]
        digit = self.build // 3 ** (CHARACTERS + ROMAN).index(character) % 3
        chosen = forms[digit % len(forms)]
        return tuple(_arcs(stroke) for stroke in chosen) if self.curved else chosen

    def _bridged(self, mask: Mask) -> Mask:
        if self.stencil_gap_ratio <= 0:
            return mask
        height, width = mask.shape
        gap = max(1, round(self.stencil_gap_ratio * height))
        bridged = mask.copy()
        bridged[:, (width - gap) // 2 : (width + gap) // 2] *= 0.0 if width > 3 * gap else 1.0
        return bridged


def _arcs(stroke: Points) -> Points:
    """A line with its corners cut twice over (Chaikin), its ends where they were."""
    points = np.asarray(stroke)
    for _ in range(2):
        near, far = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        cut = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], cut, points[-1:]])
    return tuple((float(x), float(y)) for x, y in points)


def _fixed_point(ring: object, left: float, high: float, scale_x: float, scale_y: float) -> NDArray[np.int32]:
    # Rows grow downwards; four fractional bits as cv2.fillPoly's shift wants them; -0.5 puts edges on pixel edges.
    points = np.asarray(ring, dtype=np.float64)[:, :2]
    pixels = np.column_stack([(points[:, 0] - left) * scale_x, (high - points[:, 1]) * scale_y]) - 0.5
    return np.round(pixels * 16).astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class FontLetters:
    """Letters of a type face file, stretched to the asked width.

    Attributes:
        path: A TrueType or OpenType file.
        stretch: Width factor applied to the face's own proportions.
    """

    path: Path
    stretch: float

    def mask(self, character: str, height_px: int) -> Mask:
        """Coverage of one character; see `Typeface.mask`."""
        font = ImageFont.truetype(str(self.path), size=max(8, 2 * height_px))
        left, top, right, bottom = font.getbbox(character)
        canvas = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 0)
        ImageDraw.Draw(canvas).text((2 - left, 2 - top), character, fill=255, font=font)
        ink = _cropped(np.asarray(canvas, dtype=np.float32) / 255.0)
        width_px = max(1, round(ink.shape[1] * height_px / ink.shape[0] * self.stretch))
        return np.asarray(
            cv2.resize(ink, (width_px, height_px), interpolation=cv2.INTER_AREA), dtype=np.float32
        )


def _cropped(mask: Mask) -> Mask:
    rows = np.flatnonzero(mask.max(axis=1) > 0.5)
    columns = np.flatnonzero(mask.max(axis=0) > 0.5)
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def random_typeface(rng: np.random.Generator, fonts: tuple[Path, ...]) -> Typeface:
    """Draw a style of lettering: block letters of random proportions, or one of `fonts`.

    Args:
        rng: Source of randomness.
        fonts: Type face files to choose from; may be empty.

    Returns:
        A type face that stays the same over one ship's marks.
    """
    if fonts and rng.random() < 0.55:
        return FontLetters(path=fonts[int(rng.integers(len(fonts)))], stretch=float(rng.uniform(0.85, 1.25)))
    return BlockLetters(
        width_ratio=float(rng.uniform(0.6, 1.05)),
        stroke_ratio=float(rng.uniform(0.13, 0.28)),
        rounded=bool(rng.random() < 0.4),
        slant=float(rng.uniform(-0.05, 0.15)) if rng.random() < 0.3 else 0.0,
        stencil_gap_ratio=float(rng.uniform(0.05, 0.12)) if rng.random() < 0.15 else 0.0,
        build=int(rng.integers(3 ** len(CHARACTERS))),
        curved=bool(rng.random() < 0.45),
    )
