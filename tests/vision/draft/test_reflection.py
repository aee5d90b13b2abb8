"""The mirror image: where numerals and their images meet by hand, what is no image, and how the waterline hears it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from character_boxes import box
from draft_observations import AXIS_COLUMN, ROWS, frame_level
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vision.draft.column import UPRIGHT_PX_PER_M
from vision.draft.mark_system import IMPERIAL
from vision.draft.numerals import MarkCharacter
from vision.draft.reflection import MirrorLevel, mirror_level, with_mirror

TOP_M = 9.0
# Marks that were read above the water; an image needs its numeral.
DRY_M = (8.2, 8.4, 8.6, 8.8)


class Found:
    """Stands where the networks stand: gives the characters of the view turned over."""

    def __init__(self, characters: list[MarkCharacter]) -> None:
        self.characters_found = tuple(characters)

    def characters(self, image_bgr: NDArray[np.uint8], *, least_score: float) -> tuple[MarkCharacter, ...]:
        assert image_bgr.shape[0] == ROWS
        return tuple(found for found in self.characters_found if found.score >= least_score)


def image_of(text: str, value_m: float, level_m: float, *, column: float = AXIS_COLUMN) -> MarkCharacter:
    """The mirror image of a numeral in a view turned over: its foot as far below the level as the numeral above."""
    return standing_at(text, 2 * level_m - value_m, column=column)


def standing_at(text: str, place_m: float, *, column: float = AXIS_COLUMN) -> MarkCharacter:
    row = (TOP_M - place_m) * UPRIGHT_PX_PER_M - 0.5
    return box(text, column, ROWS - 1 - row, px_per_m=UPRIGHT_PX_PER_M)


def seen(characters: list[MarkCharacter], level_m: float) -> MirrorLevel | None:
    networks: Any = Found(characters)
    dry = tuple((value_m, box("2", AXIS_COLUMN, 0, px_per_m=UPRIGHT_PX_PER_M)) for value_m in DRY_M)
    return mirror_level(frame_level(level_m, members=dry), networks)


def test_two_images_meet_their_numerals_at_the_level() -> None:
    level_m = 8.13
    found = seen([image_of("2", 8.2, level_m), image_of("4", 8.4, level_m)], level_m)
    assert found is not None
    assert found.numerals == 2
    assert found.level_m == pytest.approx(level_m, abs=1e-3)
    # Two boxes of 14 mm, and two hundredths of the numerals' mean height of 0.17 m.
    assert found.sigma_m == pytest.approx(np.hypot(0.014 / np.sqrt(2), 0.02 * 0.17), rel=1e-3)


def test_an_image_of_a_numeral_in_feet_tells_the_level() -> None:
    # 27 ft is 8.230 m; its image is half as large again as a metric numeral.
    value_m, level_m = 27 * 0.3048, 8.13
    row = (TOP_M - (2 * level_m - value_m)) * UPRIGHT_PX_PER_M - 0.5
    image = box("7", AXIS_COLUMN, ROWS - 1 - row, px_per_m=1.6 * UPRIGHT_PX_PER_M)
    frame = frame_level(level_m, members=((value_m, box("7", AXIS_COLUMN, 0, px_per_m=1.0)),))
    in_feet = replace(frame, column=replace(frame.column, system=IMPERIAL))
    networks: Any = Found([image])

    found = mirror_level(in_feet, networks)
    assert found is not None
    assert found.numerals == 1
    assert found.level_m == pytest.approx(level_m, abs=1e-3)
    assert mirror_level(frame, networks) is None, "no metric numeral is a 7, or so large"


def test_images_tell_a_line_that_follows_a_wet_band() -> None:
    found = seen([image_of("4", 8.4, 8.05), image_of("6", 8.6, 8.05)], 8.13)
    assert found is not None
    assert found.level_m == pytest.approx(8.05, abs=1e-3)


@pytest.mark.parametrize(
    "no_image",
    [
        image_of("5", 8.5, 8.1),
        image_of("M", 8.6, 8.1),
        image_of("4", 8.4, 8.1, column=AXIS_COLUMN + 60),
        image_of("2", 8.4, 8.1),
        image_of("4", 8.4, 7.9),
        image_of("4", 8.4, 8.04),
        image_of("2", 9.2, 8.1),
    ],
    ids=["odd", "letter", "beside", "another digit", "far", "alone and rather far", "without numeral"],
)
def test_what_is_no_image_says_nothing(no_image: MarkCharacter) -> None:
    assert seen([no_image], 8.1) is None


def test_an_eight_under_clear_water_is_no_image() -> None:
    # 7.8 m lies half a metre deep and is raised by a quarter of that; at 8.36 m it might be the image of 8.8 m.
    assert seen([standing_at("8", 7.8 + 0.25 * 0.5)], 8.36) is None
    # The image of 8.8 m at a level of 8.1 m stands at 7.4 m, where no 8 can be.
    assert seen([image_of("8", 8.8, 8.1)], 8.1) is not None


def test_images_that_contradict_each_other_say_nothing() -> None:
    assert seen([image_of("2", 8.2, 8.06), image_of("4", 8.4, 8.14)], 8.1) is None


def test_an_agreeing_image_changes_nothing() -> None:
    frame = frame_level(8.1)
    assert with_mirror(frame, MirrorLevel(level_m=8.12, sigma_m=0.012, numerals=2)) is frame


@given(st.floats(-0.1, 0.1), st.floats(0.005, 0.03))
def test_the_level_lies_between_both_and_is_less_certain_the_farther_they_are(
    apart_m: float, sigma_m: float
) -> None:
    frame = frame_level(8.1)
    heard = with_mirror(frame, MirrorLevel(level_m=8.1 + apart_m, sigma_m=sigma_m, numerals=1))
    assert min(0.0, apart_m) - 1e-9 <= heard.level_m - 8.1 <= max(0.0, apart_m) + 1e-9
    if heard is not frame:
        assert heard.waterline_sigma_m >= abs(apart_m) / 4
        drawn_m = float(heard.scale.draft_m(-heard.waterline.row_px))
        assert drawn_m == pytest.approx(heard.level_m, abs=1e-6), "what is drawn is what is stated"
