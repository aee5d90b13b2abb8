"""The metre: likelihoods by hand, a dropped ten, rows against each other, and what stands left of a digit."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.ink import DigitPlace
from vision.draft.metres import MetreVote, decide_metre

SHIPS = frozenset(range(1, 28))


def vote(text: str, *, score: float = 0.9, offset: int = 0, row: int = 0) -> MetreVote:
    return MetreVote(digits=tuple((digit, score) for digit in text), offset=offset, row=row)


def test_a_vote_in_its_own_words() -> None:
    spelled = vote("12", offset=3)
    assert (spelled.text, spelled.metre) == ("12", 9)


def test_the_posterior_of_one_row_by_hand() -> None:
    # A score of 0.9 is right in 0.995: "12" has 0.995 twice; 2 has it once, and an invented 1 (0.015); 1x and x2 have
    # it once, and 0.005/9; xx has 0.005/9 twice; a single other digit has 0.005/9 and the invented one.
    right, rest = 0.995, 0.005 / 9
    tens = {1: right, 2: rest}
    weights = {metre: 0.015 * (right if metre == 2 else rest) for metre in range(1, 10)}
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
    # A 6 at 0.55 is right in 0.84, and else an 8 about half the time where the detector names it.
    unsure = MetreVote(digits=(("6", 0.55),), offset=0, row=0, others=((("8", 0.5),),))
    lone = MetreVote(digits=(("6", 0.55),), offset=0, row=0)
    allowed = frozenset({6, 8})
    wrong = 0.16 * (0.55 + 0.45 / 9)
    assert decide_metre([unsure], allowed=allowed).posterior == pytest.approx(0.84 / (0.84 + wrong))
    assert decide_metre([unsure] * 4, allowed=allowed).metre_at_zero is None
    assert decide_metre([lone] * 4, allowed=allowed).metre_at_zero == 6


def test_many_looks_at_one_row_share_their_error() -> None:
    one, two, many = (
        decide_metre([vote("3", score=0.8)] * looks, allowed=SHIPS).posterior for looks in (1, 2, 400)
    )
    assert one < two
    assert many == pytest.approx(two)
    # Which digit it is does not become surer by looking again: a worn one is worn in every frame.
    digits = frozenset({3, 8})
    again = [decide_metre([vote("3", score=0.6)] * looks, allowed=digits).posterior for looks in (1, 400)]
    assert again[0] == pytest.approx(again[1])


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


def test_a_weak_ten_in_view_is_not_dropped() -> None:
    """Three looks read 24, one lost the 2, two read 23 on the row below: a digit is missed more often than invented."""
    upper = [vote(text, score=0.5) for text in ("24", "4", "24", "24")]
    lower = [vote("23", score=0.5, offset=-1, row=-10) for _ in range(2)]
    assert decide_metre([*upper, *lower], allowed=SHIPS).metre_at_zero == 24


def test_blank_plating_left_of_a_digit_excludes_the_ten() -> None:
    looks = [vote("3", score=0.8)] * 4
    assert decide_metre(looks[:1], allowed=SHIPS).metre_at_zero is None
    blank = [replace(look, left=DigitPlace.BLANK) for look in looks]
    inked = [replace(look, left=DigitPlace.INKED) for look in looks]
    assert decide_metre(blank, allowed=SHIPS).metre_at_zero == 3
    assert decide_metre(inked, allowed=SHIPS).metre_at_zero is None


def test_paint_left_of_a_digit_by_hand() -> None:
    # 3 or 13, one look: an unread ten in paint has one half; no ten but paint has a quarter; the digit is alike.
    inked = replace(vote("3", score=0.8), left=DigitPlace.INKED)
    outcome = decide_metre([inked], allowed=frozenset({3, 13}))
    assert outcome.posterior == pytest.approx(0.5 / 0.75)


def test_a_zero_of_tenths_may_be_part_of_the_number() -> None:
    # 100 is 10.0; and 20 is 20 or 2.0, which only other rows can tell.
    written = replace(vote("100"), tenths_written=True)
    assert decide_metre([written], allowed=frozenset(range(1, 30))).metre_at_zero == 10
    either = replace(vote("20"), tenths_written=True)
    assert decide_metre([either], allowed=frozenset({2, 20})).posterior == pytest.approx(0.5, abs=1e-3)
    assert decide_metre([either, vote("21", offset=1, row=12)], allowed=SHIPS).metre_at_zero == 20


def test_below_ten_feet_nothing_is_written_and_what_is_read_there_was_invented() -> None:
    # Rows of 9, 10 and 11 ft: a false ten beside the 9 must not carry the true candidate, no tens at step 0, away.
    rows = [vote("1", score=0.5, row=9), *(vote("1", offset=1, row=10 + foot) for foot in (0, 1))]
    assert decide_metre(rows, allowed=frozenset({0, 1})).metre_at_zero == 0
    # By hand for one row: invented (0.015) against read rightly (0.995 at a score of 0.9).
    alone = decide_metre([vote("1")], allowed=frozenset({0, 1}))
    assert alone.posterior == pytest.approx(0.995 / (0.995 + 0.015))
