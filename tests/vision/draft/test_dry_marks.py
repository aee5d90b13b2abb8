"""Marks below a supposed waterline: dry ones prove it wrong, submerged ones stand raised and do not."""

import pytest
from character_boxes import box
from draft_observations import AXIS_COLUMN, frame_level

from vision.draft.column import UPRIGHT_PX_PER_M
from vision.draft.dry_marks import lowest_dry_row_px
from vision.draft.numerals import MarkCharacter

FRAME = frame_level(8.5)


def standing_at(text: str, place_m: float, score: float = 0.9) -> MarkCharacter:
    row = float(FRAME.view.row_of_draft(place_m))
    return box(text, AXIS_COLUMN, row, px_per_m=UPRIGHT_PX_PER_M, score=score)


def test_a_mark_in_its_place_far_below_the_line_is_dry() -> None:
    low = standing_at("2", 8.2)
    members = [(8.2, low), (8.6, standing_at("6", 8.6))]
    assert lowest_dry_row_px(FRAME.scale, members, FRAME.waterline) == pytest.approx(low.lower_edge_px)


@pytest.mark.parametrize(
    ("value_m", "place_m", "score"),
    [(8.2, 8.2 + 0.25 * 0.3, 0.9), (8.4, 8.4, 0.9), (8.2, 8.2, 0.3), (8.6, 8.6, 0.9)],
    ids=["raised by refraction", "awash", "unsure", "above"],
)
def test_other_marks_say_nothing(value_m: float, place_m: float, score: float) -> None:
    members = [(value_m, standing_at("2", place_m, score))]
    assert lowest_dry_row_px(FRAME.scale, members, FRAME.waterline) is None


def test_the_lowest_of_several_counts() -> None:
    members = [(value_m, standing_at("2", value_m)) for value_m in (8.0, 8.2)]
    found = lowest_dry_row_px(FRAME.scale, members, FRAME.waterline)
    assert found == pytest.approx(float(FRAME.view.row_of_draft(8.0)), abs=1.0)
