"""Things between camera and hull: anchors, fenders, ropes, a railing, each a shaded shape with rust and grain.

They are neither hull nor water and carry no marks; a network that has never seen one takes it for either.
Left out: their mirror images and shadows.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.noise import fractal_noise

Picture = NDArray[np.float32]

_TONES_RGB = ((0.38, 0.27, 0.2), (0.12, 0.12, 0.13), (0.5, 0.48, 0.45), (0.62, 0.3, 0.16), (0.8, 0.75, 0.65))
# The marks' column keeps this share of the picture's width free on either side.
_CLEAR_SHARE = 0.1


def add_foreground(
    rng: np.random.Generator, picture: Picture, *, clear_column: float
) -> tuple[Picture, Picture]:
    """Draw one thing before the hull.

    Args:
        rng: Source of randomness.
        picture: (rows, columns, 3) float32 RGB.
        clear_column: Picture column that stays free, that of the marks at the waterline.

    Returns:
        The picture with the thing, and what it hides: float32 (rows, columns) within 0 to 1.
    """
    rows, columns = picture.shape[:2]
    hidden = np.zeros((rows, columns), dtype=np.uint8)
    side = _roomier_side(clear_column, columns)
    for part in _rope(rng, side, rows) if rng.random() < 0.3 else _block(rng, side, rows):
        cv2.fillPoly(hidden, [np.round(part * 16).astype(np.int32)], 255, lineType=cv2.LINE_AA, shift=4)
    cover = np.asarray(hidden.astype(np.float32) / 255, dtype=np.float32)
    tone = np.array(_TONES_RGB[int(rng.integers(len(_TONES_RGB)))], dtype=np.float32) * rng.uniform(0.7, 1.3)
    grain = fractal_noise(rng, (rows, columns), cell_px=rng.uniform(4, 40), octaves=4, stretch=1.0)
    light = np.clip(1 + 0.3 * grain + _relief(cover), 0.15, 2.2)
    thing = np.asarray(tone * light[..., None], dtype=np.float32)
    return np.asarray(picture * (1 - cover[..., None]) + thing * cover[..., None], dtype=np.float32), cover


def _roomier_side(clear_column: float, columns: int) -> tuple[float, float]:
    """Left and right limit of the wider part beside the marks."""
    gap = _CLEAR_SHARE * columns
    if clear_column > columns / 2:
        return 0.0, max(clear_column - gap, 0.1 * columns)
    return min(clear_column + gap, 0.9 * columns), float(columns)


def _block(rng: np.random.Generator, side: tuple[float, float], rows: int) -> list[NDArray[np.float64]]:
    """An anchor or fender: a few overlapping convex pieces."""
    left, right = side
    middle = np.array([rng.uniform(left, right), rng.uniform(0.1, 1.0) * rows])
    reach = rng.uniform(0.15, 0.6) * (right - left)
    pieces = []
    for _ in range(int(rng.integers(1, 5))):
        offset = rng.normal(0, 0.5, 2) * reach
        points = (
            rng.normal(0, 1, (int(rng.integers(4, 9)), 2)) * reach * rng.uniform(0.3, 0.9, 2)
            + middle
            + offset
        )
        outline = cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
        outline[:, 0] = np.clip(outline[:, 0], left, right)
        pieces.append(outline)
    return pieces


def _rope(rng: np.random.Generator, side: tuple[float, float], rows: int) -> list[NDArray[np.float64]]:
    """A rope or a rail: a long thin band."""
    left, right = side
    start = np.array([rng.uniform(left, right), -10.0])
    end = np.array([rng.uniform(left, right), rows + 10.0])
    across = np.array([end[1] - start[1], start[0] - end[0]])
    across = across / np.linalg.norm(across) * rng.uniform(1.0, 9.0)
    return [np.array([start - across, start + across, end + across, end - across])]


def _relief(cover: Picture) -> Picture:
    """Light from one side on rounded edges."""
    soft = cv2.GaussianBlur(cover, (0, 0), 6)
    return np.asarray(3 * (np.gradient(soft, axis=0) - np.gradient(soft, axis=1)), dtype=np.float32)
