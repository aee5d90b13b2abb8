"""A draft from one picture the plain way: characters on our lattice, the text beside an M, a scale, a mask's edge.

Source: what published draft readers do in each picture; `vision.draft.lattice` and `vision.draft.scale` for the fit.
Left out: everything that this project adds: straightening, sub-pixel edges, likelihood of the metre, refusals.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.draft.lattice import Lattice, find_lattices
from vision.draft.mark_system import METRIC
from vision.draft.numerals import METRE_LETTER, MarkCharacter
from vision.draft.scale import fit_scale

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

# The segmentation network knows marks of ordinary size only.
LONGEST_MASK_PX = 1280
WATER = 0.5
# Water must go on for this many steps of the lattice: a mirrored numeral's gap is no water.
STEADY_STEPS = 0.4
MOST_DIGITS = 2
# In steps of the lattice: boxes of words end above or below their characters.
ROW_TOLERANCE = 0.35


def plain_draft_m(
    image_bgr: Image, characters: tuple[MarkCharacter, ...], networks: Any, *, straight: bool
) -> float | None:
    """The draft that one picture shows.

    Args:
        image_bgr: The picture.
        characters: What was found in it.
        networks: Gives the probability of water.
        straight: Whether the scale is a straight line; else it is projective.

    Returns:
        Metres; None where there is no column, no text beside an M, or no water under the column.
    """
    lattices = [lattice for lattice in find_lattices(characters) if lattice.system is METRIC]
    if not lattices:
        return None
    metre = metre_at_zero(lattices[0], characters)
    if metre is None:
        return None
    position_px = water_position_px(lattices[0], water_mask(image_bgr, networks))
    if position_px is None:
        return None
    lattice = lattices[0]
    values_m = (
        metre
        + lattice.digit_at(0) / 10
        + METRIC.step_m * np.array([member.step for member in lattice.members])
    )
    along_px = np.array([member.character.foot_px for member in lattice.members]) @ lattice.axis_up
    if straight:
        return float(np.polyval(np.polyfit(along_px, values_m, 1), position_px))
    return float(fit_scale(values_m, along_px, np.ones(len(along_px))).draft_m(position_px))


def metre_at_zero(lattice: Lattice, characters: tuple[MarkCharacter, ...]) -> int | None:
    """Full metres of the lattice's step 0 by the digits left of the surest M beside it.

    Args:
        lattice: The column.
        characters: Everything found in the picture; an M need not fit the column exactly.

    Returns:
        The metres; None where no M on a full metre's row has a digit beside it.
    """
    letters = [character for character in characters if character.text == METRE_LETTER]
    for letter in sorted(letters, key=lambda one: -one.score):
        digits, step = _digits_left_of(letter, characters), _full_metre_step(lattice, letter)
        if digits and step is not None:
            return round(int(digits) - lattice.digit_at(0) / 10 - METRIC.step_m * step)
    return None


def _full_metre_step(lattice: Lattice, letter: MarkCharacter) -> int | None:
    """The lattice's step on whose row a letter stands; None where that is no full metre's."""
    steps = np.array([member.step for member in lattice.members], dtype=np.float64)
    feet = np.array([member.character.foot_px for member in lattice.members])
    rise = np.polyfit(feet @ lattice.axis_up, steps, 1)
    step = float(np.polyval(rise, letter.foot_px @ lattice.axis_up))
    axis = np.array([np.polyval(np.polyfit(steps, feet[:, side], 1), step) for side in (0, 1)])
    near = float(np.linalg.norm(letter.foot_px - axis)) < lattice.pitch_px
    level = abs(step - round(step)) < ROW_TOLERANCE
    return round(step) if near and level and lattice.digit_at(round(step)) == 0 else None


def _digits_left_of(letter: MarkCharacter, characters: tuple[MarkCharacter, ...]) -> str:
    found: list[MarkCharacter] = []
    right_px, height_px = letter.left_px, letter.height_px
    for character in sorted(characters, key=lambda one: -one.middle_px):
        beside = -0.5 * height_px < right_px - character.right_px < height_px
        level = abs(character.lower_edge_px - letter.lower_edge_px) < 0.5 * height_px
        if character.text.isdigit() and character.middle_px < letter.left_px and beside and level:
            found.insert(0, character)
            right_px = character.left_px
        if len(found) == MOST_DIGITS:
            break
    return "".join(character.text for character in found)


def water_mask(image_bgr: Image, networks: Any) -> Array:
    """Whether there is water, 0 or 1, in each pixel of a picture.

    Args:
        image_bgr: The picture.
        networks: Gives the probability of water.

    Returns:
        (rows, columns) of the picture.
    """
    rows, columns = image_bgr.shape[:2]
    factor = min(1.0, LONGEST_MASK_PX / max(rows, columns))
    small = cv2.resize(image_bgr, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    probability = networks.water(np.asarray(small, dtype=np.uint8))
    whole = cv2.resize(probability, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole > WATER, dtype=np.float64)


def water_position_px(lattice: Lattice, mask: Array) -> float | None:
    """Where water begins on a column's axis.

    Args:
        lattice: The column.
        mask: 1 where water is.

    Returns:
        Position along `axis_up`, as `foot_px @ axis_up` has it; None where no water goes on below the lowest
        numeral's upper edge.
    """
    lowest = lattice.members[0].character
    start = lowest.foot_px + lowest.height_px * lattice.axis_up
    distances = np.arange(0, 2 * max(mask.shape))
    points = start - distances[:, None] * lattice.axis_up
    inside = (points >= 0).all(axis=1) & (points < [mask.shape[1] - 0.5, mask.shape[0] - 0.5]).all(axis=1)
    points = points[: int(np.argmin(inside))] if not inside.all() else points
    wet = np.array([mask[round(row), round(column)] for column, row in points])
    steady = max(2, round(STEADY_STEPS * lattice.pitch_px))
    for index in np.flatnonzero(wet):
        ahead = wet[index : index + steady]
        if float(ahead.mean()) >= 1 - 1e-9:
            # Between the last dry and the first wet pixel.
            return float((points[index] + 0.5 * lattice.axis_up) @ lattice.axis_up)
    return None
