"""Lower edges of numerals to a fraction of a pixel, measured on the picture at half height of the paint's profile.

A detector's box is good to a pixel or two and a threshold fattens strokes by 6 to 9 mm; the half-height crossing does
neither. Left out: edges hidden by rust, which show as scatter of the scale fit.
"""

import numpy as np
from numpy.typing import NDArray

from vision.draft.ink import paint_colours
from vision.draft.numerals import MarkCharacter

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

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
    colours = paint_colours(image_bgr, character)
    if colours is None:
        return None
    rows, columns = image_bgr.shape[:2]
    left, right = max(0, round(character.left_px)), min(columns, round(character.right_px) + 1)
    bottom = min(rows, round(character.lower_edge_px) + 1)
    low = min(rows, bottom + max(3, round(0.35 * character.height_px)))
    first = max(0, bottom - max(4, round(0.6 * character.height_px)))
    return colours.ink_share(image_bgr[first:low, left:right]), first


def _lowest_crossing(profile: Array) -> float | None:
    """Lowest row where a column's ink share falls through one half, interpolated."""
    above = profile >= 0.5
    falls = np.flatnonzero(above[:-1] & ~above[1:])
    if len(falls) == 0:
        return None
    # The first fall below the stroke, not the mirror image of the numeral further down.
    row = int(falls[0]) if not above[int(falls[0]) + 1 :].any() else int(falls[-1])
    return row + float((profile[row] - 0.5) / (profile[row] - profile[row + 1]))
