"""Lower edges of numerals to a fraction of a pixel, measured on the picture at half height of the paint's profile.

A detector's box is good to a pixel or two and a threshold fattens strokes by 6 to 9 mm; the half-height crossing does
neither. Left out: edges hidden by rust, which show as scatter of the scale fit.
"""

import numpy as np
from numpy.typing import NDArray

from vision.draft.numerals import MarkCharacter

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

_LEAST_CONTRAST = 12.0
_FARTHEST_SHARE = 0.22


def lower_edge_px(image_bgr: Image, character: MarkCharacter) -> float | None:
    """Measure the lower edge of an upright numeral.

    Args:
        image_bgr: The upright picture.
        character: Its box, good to a few pixels.

    Returns:
        Row of the edge, the first row's centre being 0; None where paint and plating hardly differ.
    """
    inked = _ink_share(image_bgr, character)
    if inked is None:
        return None
    share, first_row = inked
    crossings = [_lowest_crossing(share[:, column]) for column in range(share.shape[1])]
    found = np.array([crossing for crossing in crossings if crossing is not None])
    near = character.lower_edge_px - first_row
    found = found[np.abs(found - near) < _FARTHEST_SHARE * character.height_px]
    if len(found) < max(2, share.shape[1] // 8):
        return None
    # Round numerals reach their lower edge in the middle only: take the low end, not the mean.
    return float(np.quantile(found, 0.85)) + first_row


def _ink_share(image_bgr: Image, character: MarkCharacter) -> tuple[Array, int] | None:
    """Paint share (0 plating, 1 ink) around a numeral's foot, and the first row of it."""
    rows, columns = image_bgr.shape[:2]
    left, right = max(0, round(character.left_px)), min(columns, round(character.right_px) + 1)
    top, bottom = max(0, round(character.top_px)), min(rows, round(character.lower_edge_px) + 1)
    reach = max(3, round(0.35 * character.height_px))
    low = min(rows, bottom + reach)
    if right - left < 4 or bottom - top < 6:
        return None
    margin = max(2, (right - left) // 3)
    inside = image_bgr[top:bottom, left:right].reshape(-1, 3).astype(np.float64)
    sides = (
        image_bgr[top:bottom, max(0, left - margin) : left],
        image_bgr[top:bottom, right : right + margin],
    )
    beside = np.concatenate([side.reshape(-1, 3) for side in sides]).astype(np.float64)
    if len(beside) == 0:
        return None
    plating = np.median(beside, axis=0)
    distance = np.linalg.norm(inside - plating, axis=1)
    ink = np.median(inside[distance >= np.quantile(distance, 0.75)], axis=0)
    axis = ink - plating
    contrast = float(np.linalg.norm(axis))
    if not contrast > _LEAST_CONTRAST:
        return None
    first = max(0, bottom - max(4, round(0.6 * character.height_px)))
    patch = image_bgr[first:low, left:right].astype(np.float64)
    return (patch - plating) @ axis / contrast**2, first


def _lowest_crossing(profile: Array) -> float | None:
    """Lowest row where a column's ink share falls through one half, interpolated."""
    above = profile >= 0.5
    falls = np.flatnonzero(above[:-1] & ~above[1:])
    if len(falls) == 0:
        return None
    # The first fall below the stroke, not the mirror image of the numeral further down.
    row = int(falls[0]) if not above[int(falls[0]) + 1 :].any() else int(falls[-1])
    return row + float((profile[row] - 0.5) / (profile[row] - profile[row + 1]))
