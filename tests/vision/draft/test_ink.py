"""Paint around a numeral: colours, blank places and painted ones, drawn by hand."""

import numpy as np
import pytest
from character_boxes import box
from numpy.typing import NDArray

from vision.draft.ink import DigitPlace, digit_place_left_of, ink_between, paint_colours
from vision.draft.numerals import MarkCharacter

Image = NDArray[np.uint8]

PLATING, PAINT = (40, 50, 160), (235, 240, 240)
# A numeral of 32 px at (120, 80), as in an upright view.
DIGIT = box("3", 120, 80, px_per_m=320)


def plating(noise: float = 2.0) -> Image:
    rng = np.random.default_rng(5)
    return np.clip(np.array(PLATING) + rng.normal(0, noise, (120, 200, 3)), 0, 255).astype(np.uint8)


def painted(picture: Image, character: MarkCharacter) -> Image:
    """The picture with two upright strokes and a crossing one in the character's box."""
    left, right = round(character.left_px), round(character.right_px)
    top, bottom = round(character.top_px), round(character.lower_edge_px)
    drawn = picture.copy()
    drawn[top:bottom, left : left + 6] = PAINT
    drawn[top:bottom, right - 6 : right] = PAINT
    drawn[bottom - 6 : bottom, left:right] = PAINT
    return drawn


def everywhere(picture: Image) -> NDArray[np.bool_]:
    return np.ones(picture.shape[:2], dtype=bool)


def test_colours_are_those_painted() -> None:
    colours = paint_colours(painted(plating(0.0), DIGIT), DIGIT)
    assert colours is not None
    assert np.allclose(colours.plating, PLATING)
    assert np.allclose(colours.ink, PAINT)


def test_without_contrast_there_are_no_colours() -> None:
    assert paint_colours(plating(0.0), DIGIT) is None


def test_a_blank_place_is_blank_and_a_worn_one_is_not() -> None:
    alone = painted(plating(), DIGIT)
    assert digit_place_left_of(alone, everywhere(alone), DIGIT) is DigitPlace.BLANK
    stroke = alone.copy()
    stroke[48:80, 84:90] = PAINT
    assert digit_place_left_of(stroke, everywhere(stroke), DIGIT) is DigitPlace.INKED
    worn = alone.copy()
    worn[48:56, 84:87] = PAINT
    assert digit_place_left_of(worn, everywhere(worn), DIGIT) is DigitPlace.UNKNOWN


def test_a_shadow_over_the_whole_place_is_no_paint() -> None:
    alone = painted(plating(), DIGIT)
    alone[:, :106] = np.clip(alone[:, :106].astype(float) * 0.8, 0, 255).astype(np.uint8)
    assert digit_place_left_of(alone, everywhere(alone), DIGIT) is DigitPlace.BLANK


@pytest.mark.parametrize("shown_from", [80, 100])
def test_what_the_picture_does_not_show_is_unknown(shown_from: int) -> None:
    alone = painted(plating(), DIGIT)
    inside = everywhere(alone)
    inside[:, :shown_from] = False
    assert digit_place_left_of(alone, inside, DIGIT) is DigitPlace.UNKNOWN


def test_a_place_beyond_the_view_is_unknown() -> None:
    near = box("3", 30, 80, px_per_m=320)
    picture = painted(plating(), near)
    assert digit_place_left_of(picture, everywhere(picture), near) is DigitPlace.UNKNOWN


def test_noise_as_strong_as_paint_is_no_blank_place() -> None:
    picture = painted(plating(60.0), DIGIT)
    assert digit_place_left_of(picture, everywhere(picture), DIGIT) is not DigitPlace.BLANK


def test_paint_between_neighbours_is_seen() -> None:
    left = box("2", 60, 80, px_per_m=320)
    picture = painted(painted(plating(), DIGIT), left)
    assert not ink_between(picture, left, DIGIT)
    picture[48:80, 86:92] = PAINT
    assert ink_between(picture, left, DIGIT)


def test_nothing_fits_between_close_neighbours() -> None:
    left = box("2", 95, 80, px_per_m=320)
    assert not ink_between(painted(painted(plating(), DIGIT), left), left, DIGIT)
