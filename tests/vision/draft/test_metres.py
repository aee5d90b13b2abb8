"""The metre: likelihoods by hand, a dropped ten, rows against each other, and rows as they stand in pictures."""

import numpy as np
import pytest
from character_boxes import box, column, written
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.lattice import Lattice, find_lattices
from vision.draft.metres import MetreVote, decide_metre, row_slope, row_votes
from vision.draft.numerals import MarkCharacter

SHIPS = frozenset(range(1, 28))


def vote(text: str, *, score: float = 0.9, offset: int = 0, row: int = 0) -> MetreVote:
    return MetreVote(digits=tuple((digit, score) for digit in text), offset=offset, row=row)


def test_a_vote_in_its_own_words() -> None:
    spelled = vote("12", offset=3)
    assert (spelled.text, spelled.metre) == ("12", 9)


def test_the_posterior_of_one_row_by_hand() -> None:
    # A score of 0.9 is right in 0.995: "12" has 0.995 twice; 2 has it once, and an invented 1 (0.03); 1x and x2 have it
    # once, and 0.005/9; xx has 0.005/9 twice; a single other digit has 0.005/9 and the invented one.
    right, rest = 0.995, 0.005 / 9
    tens = {1: right, 2: rest}
    weights = {metre: 0.03 * (right if metre == 2 else rest) for metre in range(1, 10)}
    weights |= {metre: tens[metre // 10] * (right if metre % 10 == 2 else rest) for metre in range(10, 28)}
    outcome = decide_metre([vote("12")], allowed=SHIPS)
    assert outcome.posterior == pytest.approx(weights[12] / sum(weights.values()), rel=1e-6)


def test_one_look_at_one_row_does_not_decide_a_ten() -> None:
    # 3M may be 13M or 23M with a worn ten.
    assert decide_metre([vote("3", score=0.97)], allowed=SHIPS).metre_at_zero is None
    assert decide_metre([vote("3", score=0.97)], allowed=frozenset({2, 3, 4})).metre_at_zero == 3


@pytest.mark.parametrize("score", [0.7, 0.9, 1.0])
def test_a_row_that_lost_its_ten_does_not_overrule_one_that_kept_it(score: float) -> None:
    rows = [vote("23", score=score), vote("4", score=score, offset=1, row=10)]
    assert decide_metre(rows, allowed=SHIPS).metre_at_zero in {None, 23}
    assert decide_metre([*rows, vote("25", score=score, offset=2, row=20)], allowed=SHIPS).metre_at_zero in {
        None,
        23,
    }
    assert decide_metre(rows, allowed=frozenset(range(20, 28))).metre_at_zero == 23


def test_rows_that_contradict_each_other_decide_nothing() -> None:
    rows = [vote("5"), vote("9", offset=1, row=10)]
    assert decide_metre(rows, allowed=SHIPS).metre_at_zero is None


def test_what_else_a_digit_may_be_is_weighed() -> None:
    # A 6 of which the detector also says 8 at nearly the same score settles neither.
    unsure = MetreVote(digits=(("6", 0.55),), offset=0, row=0, others=((("8", 0.5),),))
    sure = MetreVote(digits=(("6", 0.55),), offset=0, row=0, others=((("8", 0.02),),))
    allowed = frozenset({6, 8})
    assert decide_metre([unsure], allowed=allowed).metre_at_zero is None
    assert decide_metre([sure] * 4, allowed=allowed).metre_at_zero == 6


def test_many_looks_at_one_row_share_their_error() -> None:
    one, four, many = (
        decide_metre([vote("3", score=0.8)] * looks, allowed=SHIPS).posterior for looks in (1, 4, 400)
    )
    assert one < four == many
    assert many == pytest.approx(decide_metre([vote("3", score=0.8)] * 16, allowed=SHIPS).posterior)


def test_without_a_sure_digit_only_a_single_possibility_is_taken() -> None:
    weak = [vote("12", score=0.2)] * 16
    assert decide_metre(weak, allowed=SHIPS).metre_at_zero is None
    assert decide_metre([], allowed=frozenset({7})).metre_at_zero == 7
    assert decide_metre([], allowed=frozenset({7, 8})).metre_at_zero is None
    assert decide_metre([vote("12")], allowed=frozenset()).metre_at_zero is None


@given(metre=st.integers(1, 27), rows=st.integers(2, 4), score=st.floats(0.7, 1.0))
def test_clean_rows_give_their_metre(metre: int, rows: int, score: float) -> None:
    votes = [
        vote(str(metre + up), score=score, offset=up, row=10 * up) for up in range(rows) for _ in range(2)
    ]
    outcome = decide_metre(votes, allowed=None)
    if metre + rows - 1 >= 10 or outcome.metre_at_zero is not None:
        assert outcome.metre_at_zero == metre
    assert 0 < outcome.posterior <= 1


@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 1), st.integers(-2, 3)), max_size=8))
def test_a_posterior_is_a_probability(rows: list[tuple[int, float, int]]) -> None:
    votes = [vote(str(number), score=score, offset=up, row=10 * up) for number, score, up in rows]
    outcome = decide_metre(votes, allowed=SHIPS)
    assert 0 < outcome.posterior <= 1
    assert outcome.metre_at_zero is None or outcome.posterior >= 0.9


def spelled(characters: list[MarkCharacter], slope: float = 0.0) -> list[tuple[str, int]]:
    """(text, row's value in decimetres less that of step 0's full metre) of every vote."""
    everything = tuple(characters)
    lattice = find_lattices(everything)[0]
    votes = [found for member in lattice.members for found in row_votes(lattice, member, everything, slope)]
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
    found = row_votes(zero, next(m for m in zero.members if m.tenths == 0), tuple(characters), 0.0)[0]
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
def test_the_slope_of_rows_is_seen_and_used(slope: float) -> None:
    characters = column(116, 126, slope=slope)
    lattice = lattice_of(characters)
    seen = row_slope(lattice, tuple(characters))

    assert seen == pytest.approx(slope, abs=1e-6)
    assert [text for text, _ in spelled(characters, seen)] == ["12"]


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
    member = next(m for m in lattice.members if m.tenths == 0)
    found = row_votes(lattice, member, tuple(rows), 0.0)[0]
    assert np.allclose([score for _, score in found.digits], 0.9)


def test_a_weak_ten_in_view_is_not_dropped() -> None:
    """Three looks read 24, one lost the 2, two read 23 on the row below: a digit is missed more often than invented."""
    upper = [vote(text, score=0.5) for text in ("24", "4", "24", "24")]
    lower = [vote("23", score=0.5, offset=-1, row=-10) for _ in range(2)]
    assert decide_metre([*upper, *lower], allowed=SHIPS).metre_at_zero == 24
