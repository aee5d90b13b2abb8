"""Rows of numerals: what they spell with and without an M, at any slope, and what is not one of their digits."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from character_boxes import box, column, column_in_feet, written
from numpy.typing import NDArray

from vision.draft.lattice import Lattice, find_lattices
from vision.draft.numerals import MarkCharacter
from vision.draft.rows import bare_metre_votes, row_slope, row_votes


def spelled(characters: list[MarkCharacter]) -> list[tuple[str, int]]:
    """(text, row's value in decimetres less that of step 0's full metre) of every vote."""
    everything = tuple(characters)
    lattice = find_lattices(everything)[0]
    votes = [found for member in lattice.members for found in row_votes(lattice, member, everything)]
    return [(found.text, found.row) for found in votes]


def lattice_of(characters: list[MarkCharacter]) -> Lattice:
    return find_lattices(tuple(characters))[0]


@pytest.mark.parametrize(("low_dm", "text"), [(76, "8"), (116, "12"), (226, "23"), (96, "10")])
def test_a_metre_row_is_read_with_its_metre_over_step_zero(low_dm: int, text: str) -> None:
    characters = column(low_dm, low_dm + 8)
    ((read, row),) = spelled(characters)

    assert read == text
    base_dm = 10 * (int(text) - 1)
    zero = lattice_of(characters)
    found = row_votes(zero, next(m for m in zero.members if m.digit == 0), tuple(characters))[0]
    # Step 0 of the lattice lies in the metre below, or in the row's own.
    step_zero_dm = round(low_dm - 2 * zero.members[0].step)
    assert found.metre == step_zero_dm // 10
    assert row % 10 == 0
    assert base_dm <= low_dm


def test_decimetre_numerals_spell_their_metre_in_every_row() -> None:
    rows = [
        character
        for up, decimetres in enumerate((82, 84, 86, 88))
        for character in written(str(decimetres), 400, 600 - 20 * up, px_per_m=100)
    ]
    assert [text for text, _ in spelled(rows)] == ["8", "8", "8", "8"]


def test_a_numeral_of_another_column_is_no_metre() -> None:
    beside = column(52, 58, foot=(440.0, 600.0))
    assert spelled([*column(82, 88), *beside][:4]) == []
    assert spelled([*column(82, 88), *beside]) == [], "40 px are four numerals away"


def test_a_zero_alone_says_nothing_and_thirty_one_is_no_draft() -> None:
    rest = column(92, 98, foot=(400.0, 580.0))
    assert spelled([box("0", 400, 600, px_per_m=100), *rest]) == []
    assert spelled([*written("31M", 400, 600, px_per_m=100), *rest]) == []
    assert spelled([*written("30M", 400, 600, px_per_m=100), *rest]) == [("30", 0)]


@pytest.mark.parametrize("slope", [-0.3, -0.1, 0.0, 0.1, 0.3])
def test_the_slope_of_rows_is_seen(slope: float) -> None:
    characters = column(116, 126, slope=slope)
    lattice = lattice_of(characters)
    seen = row_slope(lattice, tuple(characters))

    assert seen == pytest.approx(slope, abs=1e-6)


def test_without_rows_of_several_characters_the_slope_is_level() -> None:
    characters = column(82, 88)
    assert row_slope(lattice_of(characters), tuple(characters)) == 0.0


def test_a_large_metre_digit_beside_its_letter_is_read() -> None:
    marks = [*column(82, 88), box("M", 400, 520, px_per_m=100), *column(92, 94, foot=(400.0, 500.0))]
    large = MarkCharacter(
        text="9", score=0.8, left_px=374.0, top_px=500.0, right_px=390.0, lower_edge_px=520.0
    )
    ((text, row),) = spelled([*marks, large])
    assert (text, row % 10) == ("9", 0)


def test_digits_and_scores_keep_their_order() -> None:
    rows = column(116, 122)
    ((text, _),) = spelled(rows)
    assert text == "12"
    lattice = lattice_of(rows)
    member = next(m for m in lattice.members if m.digit == 0)
    found = row_votes(lattice, member, tuple(rows))[0]
    assert np.allclose([score for _, score in found.digits], 0.9)


def on_axis(lattice: Lattice) -> Callable[[int], NDArray[np.float64]]:
    """Feet of steps along a straight column."""
    lowest = lattice.members[0]
    return lambda step: lowest.character.foot_px - np.array([0.0, (step - lowest.step) * lattice.pitch_px])


def bare(characters: list[MarkCharacter]) -> list[tuple[str, int]]:
    lattice = lattice_of(characters)
    return [
        (found.text, found.offset) for found in bare_metre_votes(lattice, on_axis(lattice), tuple(characters))
    ]


def test_a_full_metre_without_its_letter_is_read_on_its_row() -> None:
    # 126 128 13 132 134: the row of 13.0 m has no member, and spells 13.
    marks = [
        *column(126, 128),
        *written("13", 400, 560, px_per_m=100),
        *column(132, 134, foot=(400.0, 540.0)),
    ]
    step_zero_dm = 126 - 2 * lattice_of(marks).members[0].step
    ((text, offset),) = bare(marks)
    assert text == "13"
    assert 13 - offset == step_zero_dm // 10


def test_a_full_metre_whose_letter_was_missed_is_read_on_its_row() -> None:
    marks = [m for m in column(126, 134) if m.text != "M"]
    assert [text for text, _ in bare(marks)] == ["13"]


def test_a_digit_off_the_row_or_far_from_the_axis_is_no_metre() -> None:
    around = [*column(126, 128), *column(132, 134, foot=(400.0, 540.0))]
    assert bare([*around, box("3", 400, 550, px_per_m=100)]) == []
    assert bare([*around, box("3", 360, 560, px_per_m=100)]) == []
    ((text, _),) = bare([*around, box("3", 400, 560, px_per_m=100)])
    assert text == "3"


def test_a_gap_wider_than_yards_leave_breaks_a_row() -> None:
    # 1 _ M: the digit between was not found, and 1M would be a lie.
    marks = [m for m in column(176, 184) if m.text != "8" or m.middle_px > 395]
    assert [text for text, _ in spelled(marks)] == []


def test_decimals_write_their_tenths_at_full_metres_too() -> None:
    rows = [
        character
        for up, text in enumerate(("98", "100", "102"))
        for character in written(text, 400, 600 - 20 * up, px_per_m=100)
    ]
    found = [
        vote
        for member in lattice_of(rows).members
        for vote in row_votes(lattice_of(rows), member, tuple(rows))
    ]
    assert [(vote.text, vote.tenths_written) for vote in found] == [
        ("9", False),
        ("100", True),
        ("10", False),
    ]


def test_a_vote_keeps_the_boxes_it_rests_on() -> None:
    rows = column(116, 122)
    lattice = lattice_of(rows)
    (found,) = row_votes(lattice, next(m for m in lattice.members if m.digit == 0), tuple(rows))
    assert "".join(character.text for character in found.boxes) == "12M"


def test_a_weak_letter_may_be_a_digit_and_says_nothing() -> None:
    rows = [replace(m, score=0.5) if m.text == "M" else m for m in column(116, 122)]
    lattice = lattice_of(rows)
    assert row_votes(lattice, next(m for m in lattice.members if m.digit == 0), tuple(rows)) == []


def test_feet_are_spelled_by_their_tens_in_every_row_from_ten() -> None:
    rows = column_in_feet(8, 12)
    lattice = lattice_of(rows)
    votes = [vote for member in lattice.members for vote in row_votes(lattice, member, tuple(rows))]
    zero_ft = 8 - lattice.members[0].step
    assert [vote.text for vote in votes] == ["1", "1", "1"]
    assert {vote.metre for vote in votes} == {zero_ft // 10}
    assert [vote.row % 10 for vote in votes] == [0, 1, 2]
    assert ["".join(box.text for box in vote.boxes) for vote in votes] == ["10", "11", "12"]


def test_feet_whose_tens_were_missed_and_rows_without_a_member_say_nothing() -> None:
    rows = [character for character in column_in_feet(21, 25) if character.middle_px > 390]
    assert spelled(rows) == []
    with_gap = [character for character in column_in_feet(28, 33) if character.text != "0"]
    assert bare(with_gap) == []
    far = [*rows, box("2", 400 - 40, rows[0].lower_edge_px, px_per_m=152.4)]
    assert spelled(far) == []
