"""The painted plating: a flat picture of the hull before camera and water.

Paint, boot-top, fouling, wet band, rust, seams and the characters themselves, drawn in metres on the plating.
Left out: what stands before the hull; other paintings (confusers.py) and traces of its life (details.py).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.confusers import add_confusers
from vision.synthetic.details import add_details
from vision.synthetic.extent import Extent
from vision.synthetic.lettering import CHARACTERS, ROMAN, Typeface
from vision.synthetic.marks import Character
from vision.synthetic.noise import fractal_noise, smooth_step, value_noise

Picture = NDArray[np.float32]

# Antifouling reds come first and are drawn as often as all others together.
_REDS_RGB = (
    (175, 66, 50),
    (150, 52, 44),
    (195, 95, 80),
    (210, 112, 100),
    (120, 50, 44),
    (240, 92, 72),
    (95, 38, 44),
)
_PAINTS_RGB = (
    (60, 60, 66), (34, 36, 42), (28, 60, 95), (40, 95, 80), (20, 110, 70), (205, 115, 45), (120, 120, 122),
    (150, 30, 40),
)  # fmt: skip
_MARK_PAINTS_RGB = ((240, 240, 238), (228, 224, 210), (235, 205, 70), (225, 190, 60), (20, 20, 22))


def paint_plating(
    rng: np.random.Generator,
    extent: Extent,
    *,
    still_m: float,
    paint_rng: np.random.Generator,
    clutter: float = 0.0,
) -> Picture:
    """Paint the plating without its marks.

    Args:
        rng: Source of randomness.
        extent: What is painted.
        still_m: Still water, near which fouling, scum and wetness gather.
        paint_rng: Source of randomness for the paint itself; may be `rng`.
        clutter: How often dents, scum lines and the like are there, 0 for never to 1.

    Returns:
        (rows, columns, 3) float32 RGB within 0 to 1.
    """
    picture = _base_paint(paint_rng, extent, still_m)
    picture = _fouling(rng, extent, picture, still_m)
    picture = _rust(rng, extent, picture)
    picture = _seams_and_scratches(rng, extent, picture)
    # Streams of their own, so that what they draw changes nothing else of the scene.
    for_details, for_confusers = rng.spawn(2)
    picture = add_confusers(for_confusers, extent, picture)
    picture = add_details(for_details, extent, picture, still_m=still_m, clutter=clutter)
    return _wet_band(rng, extent, picture, still_m)


def _paint(rng: np.random.Generator) -> Picture:
    paints = _REDS_RGB if rng.random() < 0.6 else _PAINTS_RGB
    colour = np.array(paints[int(rng.integers(len(paints)))], dtype=np.float32) / 255
    return np.clip(colour * rng.uniform(0.75, 1.25) + rng.normal(0, 0.04, 3), 0.02, 1.0).astype(np.float32)


def _blend(picture: Picture, colour: Picture, amount: Picture) -> Picture:
    # In place step by step: textures are large.
    blended = np.asarray(colour - picture, dtype=np.float32)
    blended *= amount[..., None]
    blended += picture
    return blended


def _base_paint(rng: np.random.Generator, extent: Extent, still_m: float) -> Picture:
    rows, columns = extent.shape
    picture = np.empty((rows, columns, 3), dtype=np.float32)
    picture[:] = _paint(rng)
    if rng.random() < 0.55:
        # Drawn before the noise, whose draws depend on the extent: one ship has one paint in every picture of it.
        upper = _paint(rng)
        edge = still_m + rng.normal(0.5, 0.7) if rng.random() < 0.7 else still_m + rng.normal(0, 0.12)
        ragged = value_noise(rng, (1, columns), (1, 0.4 * extent.px_per_m)) * rng.choice([0.0, 0.004, 0.012])
        above = smooth_step(extent.heights_m() + ragged, edge=edge, width=rng.choice([0.003, 0.01, 0.03]))
        picture = _blend(picture, upper, above)
    mottle = fractal_noise(rng, (rows, columns), cell_px=0.4 * extent.px_per_m, octaves=4, stretch=1.5)
    grain = rng.standard_normal((rows, columns)).astype(np.float32)
    return picture * (1 + rng.uniform(0.01, 0.08) * mottle + rng.uniform(0, 0.03) * grain)[..., None]


def _fouling(rng: np.random.Generator, extent: Extent, picture: Picture, still_m: float) -> Picture:
    shape = extent.shape
    for _ in range(int(rng.integers(0, 3))):
        centre = still_m + rng.normal(0.05, 0.35)
        half = rng.uniform(0.01, 0.25)
        ragged = (
            fractal_noise(rng, shape, cell_px=0.15 * extent.px_per_m, octaves=3, stretch=2.5) * half * 0.6
        )
        inside = 1 - smooth_step(np.abs(extent.heights_m() - centre) + ragged, edge=half, width=0.4 * half)
        patchy = smooth_step(
            fractal_noise(rng, shape, cell_px=0.1 * extent.px_per_m, octaves=3, stretch=3),
            edge=-0.5,
            width=2.0,
        )
        tone = np.array(
            [(0.25, 0.32, 0.18), (0.8, 0.8, 0.74), (0.2, 0.18, 0.16), (0.45, 0.38, 0.3)][
                int(rng.integers(4))
            ],
            dtype=np.float32,
        )
        picture = _blend(picture, tone, inside * patchy * rng.uniform(0.15, 0.8))
    return picture


def _rust(rng: np.random.Generator, extent: Extent, picture: Picture) -> Picture:
    if rng.random() < 0.3:
        return picture
    shape = extent.shape
    field = fractal_noise(
        rng, shape, cell_px=rng.uniform(0.05, 0.3) * extent.px_per_m, octaves=5, stretch=1.0
    )
    blobs = smooth_step(field, edge=rng.uniform(1.8, 3.0), width=0.3)
    streak_px = max(3, int(rng.uniform(0.03, 0.5) * extent.px_per_m))
    # Rust runs down: the largest value above each pixel, faded by the blur.
    runs = cv2.GaussianBlur(
        cv2.dilate(blobs, np.ones((streak_px, 1), np.uint8), anchor=(0, streak_px - 1)), (0, 0), 2.0
    )
    tone = np.array(
        [rng.uniform(0.35, 0.7), rng.uniform(0.18, 0.4), rng.uniform(0.05, 0.2)], dtype=np.float32
    )
    picture = _blend(picture, tone, np.asarray(runs * rng.uniform(0, 0.7), dtype=np.float32))
    return _blend(picture, tone * 0.7, blobs * rng.uniform(0.5, 1.0))


def _seams_and_scratches(rng: np.random.Generator, extent: Extent, picture: Picture) -> Picture:
    rows, columns = extent.shape
    drawn = picture.copy()
    for _ in range(int(rng.integers(0, 3))):
        row = int(rng.integers(rows))
        tilt = int(rng.normal(0, 0.01) * columns)
        tone = float(rng.uniform(0.6, 1.3))
        colour = tuple(float(c) for c in picture[row, columns // 2] * tone)
        cv2.line(
            drawn, (0, row), (columns, row + tilt), colour, max(1, int(0.012 * extent.px_per_m)), cv2.LINE_AA
        )
    for _ in range(int(rng.integers(0, 7))):
        start = rng.uniform(0, [columns, rows])
        end = start + rng.normal(0, 0.35, 2) * extent.px_per_m
        shade = tuple(float(c) for c in rng.uniform(0.15, 0.9) * np.ones(3) * rng.uniform(0.7, 1.2, 3))
        width = max(1, int(rng.uniform(0.002, 0.02) * extent.px_per_m))
        cv2.line(drawn, start.astype(int).tolist(), end.astype(int).tolist(), shade, width, cv2.LINE_AA)
    weight = float(rng.uniform(0.3, 0.9))
    return np.asarray(picture * (1 - weight) + drawn * weight, dtype=np.float32)


def _wet_band(rng: np.random.Generator, extent: Extent, picture: Picture, still_m: float) -> Picture:
    if rng.random() < 0.25:
        return picture
    top = still_m + abs(rng.normal(0.1, 0.2)) + 0.01
    ragged = value_noise(rng, (1, extent.shape[1]), (1, 0.3 * extent.px_per_m)) * rng.uniform(0.005, 0.05)
    ragged = ragged + value_noise(rng, (1, extent.shape[1]), (1, 0.05 * extent.px_per_m)) * 0.006
    wet = 1 - smooth_step(extent.heights_m() + ragged, edge=top, width=float(rng.choice([0.006, 0.02, 0.08])))
    return np.asarray(picture * (1 - wet * rng.uniform(0.15, 0.6))[..., None], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPaint:
    """Condition of the marks' paint.

    Attributes:
        colour_rgb: Within 0 to 1.
        wear: Share of the ink worn away, 0 to 1.
        rust_bleed: Strength of rust running down from the lower edges, 0 to 1.
        outline: Strength of the welded bead's shadow around each character, 0 to 1.
    """

    colour_rgb: tuple[float, float, float]
    wear: float
    rust_bleed: float
    outline: float


def random_mark_paint(rng: np.random.Generator) -> MarkPaint:
    """Draw the paint of one ship's marks; most are white."""
    index = int(rng.choice(len(_MARK_PAINTS_RGB), p=[0.5, 0.2, 0.12, 0.08, 0.1]))
    tone = np.clip(np.array(_MARK_PAINTS_RGB[index]) / 255 * rng.uniform(0.85, 1.15), 0, 1)
    return MarkPaint(
        colour_rgb=(float(tone[0]), float(tone[1]), float(tone[2])),
        wear=float(rng.uniform(0, 0.5)) if rng.random() < 0.5 else 0.0,
        rust_bleed=float(rng.uniform(0, 0.9)) if rng.random() < 0.3 else 0.0,
        outline=float(rng.uniform(0.2, 0.9)) if rng.random() < 0.45 else 0.0,
    )


def paint_marks(
    rng: np.random.Generator,
    extent: Extent,
    picture: Picture,
    placed: tuple[tuple[Character, float], ...],
    *,
    typeface: Typeface,
    paint: MarkPaint,
) -> Picture:
    """Paint characters on the plating.

    Args:
        rng: Source of randomness, for wear.
        extent: What the picture shows.
        picture: The plating.
        placed: Each character with the position of its column's axis along the hull in metres.
        typeface: Their lettering.
        paint: Their condition.

    Returns:
        A new picture of the same shape.
    """
    ink = character_ink(extent, placed, typeface)
    if paint.wear > 0:
        field = fractal_noise(rng, extent.shape, cell_px=0.04 * extent.px_per_m + 2, octaves=4, stretch=1.2)
        ink = ink * smooth_step(field, edge=float(np.quantile(field, paint.wear * 0.6)), width=0.5)
    if paint.outline > 0:
        bead = cv2.GaussianBlur(ink, (0, 0), max(0.6, 0.006 * extent.px_per_m))
        shade = float(rng.uniform(0.3, 0.9))
        picture = _blend(
            picture, np.asarray(picture * shade, dtype=np.float32), np.clip(2 * bead, 0, 1) * paint.outline
        )
    painted = _blend(picture, np.array(paint.colour_rgb, dtype=np.float32), ink)
    return _bleed(rng, extent, painted, ink, paint.rust_bleed) if paint.rust_bleed > 0 else painted


def character_ink(extent: Extent, placed: tuple[tuple[Character, float], ...], typeface: Typeface) -> Picture:
    """Coverage of characters on the plating.

    Args:
        extent: What of the plating.
        placed: Each character with the position of its column's axis along the hull in metres.
        typeface: Their lettering.

    Returns:
        (rows, columns) float32 within 0 to 1.
    """
    ink = np.zeros(extent.shape, dtype=np.float32)
    for character, axis_m in placed:
        _stamp(ink, extent, character, axis_m, typeface)
    return ink


def _stamp(ink: Picture, extent: Extent, character: Character, axis_m: float, typeface: Typeface) -> None:
    """Add one character's coverage to `ink` in place, edges placed to a fraction of a pixel."""
    mask = _character_mask(character, extent.px_per_m, typeface)
    width, height = character.width_m * extent.px_per_m, character.height_m * extent.px_per_m
    left = extent.column(axis_m + character.left_m)
    top = extent.row(character.lower_edge_m + character.height_m)
    rows, columns = ink.shape
    first = (max(0, int(top) - 2), max(0, int(left) - 2))
    last = (min(rows, int(top + height) + 3), min(columns, int(left + width) + 3))
    if first[0] >= last[0] or first[1] >= last[1]:
        return
    scale_x, scale_y = width / mask.shape[1], height / mask.shape[0]
    # Pixel centres lie half a pixel inside their edges on both sides.
    shift = np.array(
        [
            [scale_x, 0, left + 0.5 * scale_x - 0.5 - first[1]],
            [0, scale_y, top + 0.5 * scale_y - 0.5 - first[0]],
        ]
    )
    size = (last[1] - first[1], last[0] - first[0])
    stamped = cv2.warpAffine(mask, shift, size, flags=cv2.INTER_LINEAR)
    place = ink[first[0] : last[0], first[1] : last[1]]
    np.maximum(place, stamped, out=place)


def _character_mask(character: Character, px_per_m: float, typeface: Typeface) -> Picture:
    if character.text not in CHARACTERS + ROMAN:
        bar = np.ceil(np.array([character.height_m, character.width_m]) * px_per_m).astype(int)
        return np.ones((int(bar[0]), int(bar[1])), dtype=np.float32)
    return typeface.mask(character.text, max(6, round(character.height_m * px_per_m)))


def _bleed(
    rng: np.random.Generator, extent: Extent, picture: Picture, ink: Picture, strength: float
) -> Picture:
    length = max(3, int(rng.uniform(0.03, 0.15) * extent.px_per_m))
    runs = cv2.dilate(ink, np.ones((length, 1), np.uint8), anchor=(0, length - 1))
    speckle = smooth_step(
        fractal_noise(rng, ink.shape, cell_px=0.03 * extent.px_per_m + 2, octaves=3, stretch=0.4),
        edge=0.6,
        width=1.2,
    )
    rust = np.array([0.45, 0.24, 0.1], dtype=np.float32)
    return _blend(
        picture, rust, np.asarray(cv2.GaussianBlur(runs, (0, 0), 1.5) * speckle * strength, dtype=np.float32)
    )
