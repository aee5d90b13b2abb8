"""Characters: the detector's boxes in the field's terms, and several boxes on one place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.numerals import MarkCharacter, characters_from_boxes

NAMES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "M", "dash")
Row = tuple[float, float, float, float, float, str]


def adapted(*rows: Row) -> tuple[MarkCharacter, ...]:
    table = [row[:5] for row in rows]
    boxes = np.array([row[:4] for row in table], dtype=np.float32).reshape(-1, 4)
    scores = np.array([row[4] for row in table], dtype=np.float32)
    classes = np.array([NAMES.index(row[5]) for row in rows], dtype=np.int64)
    return characters_from_boxes(boxes, scores, classes, NAMES)


def test_a_box_by_hand() -> None:
    (character,) = adapted((10, 20, 34, 52, 0.75, "8"))

    assert (character.text, character.score) == ("8", 0.75)
    assert (character.height_px, character.width_px, character.middle_px) == (32.0, 24.0, 22.0)
    assert character.foot_px.tolist() == [22.0, 52.0]
    assert character.alternatives == ()


@pytest.mark.parametrize(
    ("text", "tenths"), [("0", 0), ("2", 2), ("8", 8), ("M", 0), ("1", None), ("9", None), ("dash", None)]
)
def test_what_can_end_a_draft_in_decimetres(text: str, tenths: int | None) -> None:
    assert adapted((0, 0, 8, 10, 0.5, text))[0].tenths == tenths


def test_of_several_readings_of_one_place_the_surest_stays_and_names_the_others() -> None:
    found = adapted(
        (10, 20, 34, 52, 0.3, "6"),
        (11, 20, 34, 52, 0.8, "8"),
        (10, 21, 34, 52, 0.2, "3"),
        (10, 20, 35, 52, 0.1, "6"),
        (10, 20, 34, 53, 0.6, "8"),
    )
    assert [character.text for character in found] == ["8"]
    assert dict(found[0].alternatives) == pytest.approx({"6": 0.3, "3": 0.2})
    assert found[0].alternatives[0][0] == "6", "the surest first"


def test_a_part_of_a_character_is_dropped_and_says_nothing_of_it() -> None:
    # The upper half of an 8 looks like a 0; it shares all of its own area but is no reading of the whole.
    whole, part = (10, 20, 34, 52, 0.8, "8"), (10, 14, 34, 30, 0.4, "0")
    (character,) = adapted(whole, part)
    assert character.text == "8"
    assert character.alternatives == ()


def test_neighbours_stay_apart_surest_first() -> None:
    found = adapted((0, 0, 24, 32, 0.4, "1"), (25, 0, 49, 32, 0.9, "2"), (20, 60, 44, 92, 0.6, "M"))
    assert [character.text for character in found] == ["2", "M", "1"]


def test_nothing_found_is_nothing() -> None:
    assert adapted() == ()


@given(
    st.lists(
        st.tuples(
            st.floats(0, 60), st.floats(0, 60), st.floats(2, 40), st.floats(2, 40),
            st.floats(0.01, 1), st.sampled_from(NAMES),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_no_two_kept_characters_share_half_of_the_smaller(rows: list[Row]) -> None:
    found = adapted(*((x, y, x + w, y + h, score, text) for x, y, w, h, score, text in rows))

    assert [character.score for character in found] == sorted(
        (character.score for character in found), reverse=True
    )
    assert bool(found) == bool(rows)
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            width = min(one.right_px, other.right_px) - max(one.left_px, other.left_px)
            height = min(one.lower_edge_px, other.lower_edge_px) - max(one.top_px, other.top_px)
            smaller = min(one.width_px * one.height_px, other.width_px * other.height_px)
            assert max(width, 0) * max(height, 0) < 0.5 * smaller + 1e-3
        assert all(text != one.text and score <= one.score for text, score in one.alternatives)
