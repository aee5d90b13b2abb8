"""Paint against plating around a numeral: their colours, and whether one more digit may stand left of it.

A detector misses worn digits; the plating where a digit would stand is then not blank, which tells 3M from 13M.
Left out: reading what stands there.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from vision.draft.numerals import MarkCharacter

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

_LEAST_CONTRAST = 12.0
# A place reaches this many heights of the numeral to its left; a 1 covers an eighth of it, a gap of 60 mm included.
_PLACE_REACH, _PLACE_GAP = 1.35, 0.08
_NARROWEST_DIGIT = 0.15
_INKED_SHARE = 0.06
# Worn paint is this far from plating; noise and mottled plating that reach it leave open what stands there.
_FAINT_INK = 0.35


class DigitPlace(Enum):
    """What is seen where one more digit would stand."""

    BLANK = "blank"
    INKED = "inked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintColours:
    """Colours around one numeral, BGR.

    Attributes:
        plating: Of the plating beside it, (3,).
        ink: Of its paint, (3,).
    """

    plating: Array
    ink: Array

    def ink_share(self, patch_bgr: Image) -> Array:
        """How far each pixel is from plating (0) to ink (1), (rows, columns)."""
        axis = self.ink - self.plating
        return np.asarray((patch_bgr.astype(np.float64) - self.plating) @ axis / float(axis @ axis))


def paint_colours(image_bgr: Image, character: MarkCharacter) -> PaintColours | None:
    """Colours of a numeral and of the plating on both sides of it.

    Args:
        image_bgr: The picture.
        character: The numeral's box in it.

    Returns:
        The colours; None where they hardly differ or the box is a few pixels small.
    """
    rows, columns = image_bgr.shape[:2]
    left, right = max(0, round(character.left_px)), min(columns, round(character.right_px) + 1)
    top, bottom = max(0, round(character.top_px)), min(rows, round(character.lower_edge_px) + 1)
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
    # A picture of nothing has no contrast either, and NaN is not above anything.
    if not float(np.linalg.norm(ink - plating)) > _LEAST_CONTRAST:
        return None
    return PaintColours(plating=plating, ink=ink)


def ink_between(image_bgr: Image, left: MarkCharacter, right: MarkCharacter) -> bool:
    """Whether something is painted between two neighbours of a row: a digit that was not found.

    Args:
        image_bgr: An upright view.
        left: The one.
        right: The other.

    Returns:
        False too where they stand so close that nothing fits between, and where contrast is poor.
    """
    height = min(left.height_px, right.height_px)
    first, last = round(left.right_px + _PLACE_GAP * height), round(right.left_px - _PLACE_GAP * height)
    colours = paint_colours(image_bgr, left)
    if colours is None or last - first < _NARROWEST_DIGIT * height:
        return False
    bottom = round(min(left.lower_edge_px, right.lower_edge_px))
    share = colours.ink_share(image_bgr[max(0, bottom - round(height)) : bottom, first:last])
    return bool(np.quantile(share, 0.9) > _FAINT_INK)


def digit_place_left_of(image_bgr: Image, inside: NDArray[np.bool_], character: MarkCharacter) -> DigitPlace:
    """Look where one more digit would stand left of a numeral.

    Args:
        image_bgr: An upright view.
        inside: (rows, columns) whether the picture shows that pixel.
        character: The leftmost digit of a row.

    Returns:
        What is there; unknown where the view ends, contrast is poor, or it is neither blank nor clearly inked.
    """
    colours = paint_colours(image_bgr, character)
    height = character.height_px
    first = round(character.left_px - _PLACE_REACH * height)
    last = round(character.left_px - _PLACE_GAP * height)
    top, bottom = max(0, round(character.top_px)), round(character.lower_edge_px)
    if colours is None or first < 0 or not inside[top:bottom, first:last].all():
        return DigitPlace.UNKNOWN
    place = image_bgr[top:bottom, first:last]
    # A seam or a shadow darkens a whole row or the whole place; what stands out within its row is paint.
    share = colours.ink_share(place)
    share = share - np.median(share)
    inked = float(np.mean(share > 0.5))
    if inked >= _INKED_SHARE:
        return DigitPlace.INKED
    return DigitPlace.BLANK if float(np.quantile(share, 0.985)) < _FAINT_INK else DigitPlace.UNKNOWN
