"""Stretches and their metre: voted, expected, taken from neighbours in calm water, or left out and counted."""

from collections import Counter

import pytest
from draft_observations import observation, spelled
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.mark_system import IMPERIAL
from vision.draft.metres import MetreVote
from vision.draft.observation import Observation
from vision.draft.reading import Refusal, RefusalReason
from vision.draft.segments import Segment, settle_metres


def stretch(levels_m: list[float], votes: list[MetreVote] | None = None, *, from_s: float = 0.0) -> Segment:
    seen = [observation(from_s + index, level) for index, level in enumerate(levels_m)]
    return Segment(observations=seen, votes=votes or [])


def settled(
    segments: list[Segment], expected_range_m: tuple[float, float] | None = None
) -> tuple[list[Observation], Counter[str]]:
    outcome = settle_metres(segments, expected_range_m)
    assert not isinstance(outcome, Refusal)
    return outcome


def levels(observations: list[Observation]) -> list[float]:
    return [round(seen.level_m, 6) for seen in observations]


def test_the_votes_of_a_stretch_move_all_of_it() -> None:
    seen, left_out = settled([stretch([0.41, 0.43, 0.44], spelled(12))])
    assert levels(seen) == [12.41, 12.43, 12.44]
    assert left_out == Counter()


def test_the_level_of_a_stretch_is_its_median() -> None:
    assert stretch([0.4, 0.41, 9.0]).level_m() == 0.41


def test_nothing_followed_is_nothing_settled() -> None:
    assert settle_metres([], None) == ([], Counter())


def test_a_stretch_without_votes_joins_its_neighbour_in_calm_water() -> None:
    # Its own lattice began a metre higher, so that its provisional level differs by one.
    silent = stretch([1.42, 1.42], from_s=10.0)
    seen, left_out = settled([stretch([0.41, 0.42], spelled(12)), silent])
    assert levels(seen) == [12.41, 12.42, 12.42, 12.42]
    assert left_out == Counter()


def test_in_high_waves_the_nearest_metre_is_no_evidence() -> None:
    rough = stretch([0.1, 0.9, 0.2, 0.8], spelled(12))
    seen, left_out = settled([rough, stretch([0.5], from_s=10.0)])
    assert levels(seen) == [12.1, 12.9, 12.2, 12.8]
    assert left_out == {"metre_unknown": 1}


def test_a_stretch_far_from_the_longest_is_left_out_and_counted() -> None:
    seen, left_out = settled(
        [stretch([0.4, 0.41, 0.42], spelled(12)), stretch([0.4, 0.4], spelled(15), from_s=10.0)]
    )
    assert levels(seen) == [12.4, 12.41, 12.42]
    assert left_out == {"metre_unknown": 2}


def test_observations_are_in_order_of_time() -> None:
    late = stretch([0.4, 0.41], spelled(12), from_s=50.0)
    seen, _ = settled([late, stretch([0.42, 0.43], spelled(12))])
    assert [one.time_s for one in seen] == [0.0, 1.0, 50.0, 51.0]


def refused(segments: list[Segment], expected_range_m: tuple[float, float] | None) -> Refusal:
    outcome = settle_metres(segments, expected_range_m)
    assert isinstance(outcome, Refusal)
    return outcome


def test_without_a_metre_there_is_no_draft() -> None:
    refusal = refused([stretch([0.4])], None)
    assert refusal.reason is RefusalReason.METRE_UNKNOWN
    assert refusal.detail == "metres read: none"


def test_a_metre_outside_the_expected_range_is_refused_with_what_was_read() -> None:
    refusal = refused([stretch([0.4], spelled(22))], (5.0, 9.0))
    assert refusal.reason is RefusalReason.OUTSIDE_EXPECTED_RANGE
    assert refusal.detail == "metres read: 22, 23; expected 5 to 9 m"


def test_a_range_that_holds_no_level_is_refused() -> None:
    assert refused([stretch([0.4])], (5.5, 5.9)).reason is RefusalReason.METRE_UNKNOWN


def test_a_narrow_range_is_a_metre() -> None:
    seen, _ = settled([stretch([0.4, 0.42])], (7.0, 7.9))
    assert levels(seen) == [7.4, 7.42]


def test_a_range_decides_between_a_dropped_ten_and_none() -> None:
    one_row = spelled(3, looks=1)[:1]
    assert refused([stretch([0.4], one_row)], None).reason is RefusalReason.METRE_UNKNOWN
    seen, _ = settled([stretch([0.4], one_row)], (2.0, 9.0))
    assert levels(seen) == [3.4]


@pytest.mark.parametrize(
    ("metre", "expected_range_m"), [(12, (2.0, 6.0)), (5, (8.1, 8.9)), (22, (12.0, 13.0)), (14, (20.0, 25.0))]
)
def test_a_range_overrules_no_metre_that_was_read(metre: int, expected_range_m: tuple[float, float]) -> None:
    votes = spelled(metre, looks=16)
    assert levels(settled([stretch([0.4], votes)])[0]) == [metre + 0.4]
    refusal = refused([stretch([0.4], votes)], expected_range_m)
    assert refusal.reason is RefusalReason.OUTSIDE_EXPECTED_RANGE


@pytest.mark.parametrize("range_m", [(12.0, 14.0), (21.0, 24.0)])
def test_a_range_restores_a_ten_that_was_lost(range_m: tuple[float, float]) -> None:
    worn = spelled(3, looks=16)
    seen, _ = settled([stretch([0.4], worn)], range_m)
    assert levels(seen) == [3.4 + 10 * (round(range_m[0]) // 10)]


@given(metre=st.integers(10, 26), zero=st.integers(-3, 5), level=st.floats(0.01, 0.98))
def test_where_the_lattice_began_does_not_matter(metre: int, zero: int, level: float) -> None:
    seen, _ = settled(
        [stretch([level + zero], spelled(metre - zero) if metre - zero > 9 else spelled(metre))]
    )
    expected = metre + level if metre - zero > 9 else metre + level + zero
    assert levels(seen) == [pytest.approx(expected, abs=1e-6)]


def test_two_long_stretches_on_different_metres_do_not_excuse_each_other() -> None:
    """Of nearly equal length they widen every spread; six metres apart, the longer stays and the other is counted."""
    longer = stretch([0.2 + 0.3 * (-1) ** index for index in range(12)], spelled(9))
    shorter = stretch([0.2 + 0.3 * (-1) ** index for index in range(11)], spelled(3), from_s=20.0)
    seen, left_out = settled([longer, shorter])
    assert len(seen) == 12
    assert min(levels(seen)) > 8.8
    assert left_out == Counter({"metre_unknown": 11})


def in_feet(levels_m: list[float], votes: list[MetreVote] | None = None, *, from_s: float = 0.0) -> Segment:
    seen = [observation(from_s + index, level, system=IMPERIAL) for index, level in enumerate(levels_m)]
    return Segment(observations=seen, votes=votes or [])


def test_tens_of_feet_move_a_stretch_by_three_metres_each() -> None:
    seen, left_out = settled([in_feet([0.9, 0.91, 0.92], spelled(2)), in_feet([0.9 + 3.048], from_s=9.0)])
    assert levels(seen) == [6.996, 7.006, 7.016, 6.996]
    assert left_out == Counter()


def test_stretches_in_the_rarer_unit_are_left_out_and_counted() -> None:
    feet = in_feet([0.9, 0.91, 0.92], spelled(2))
    seen, left_out = settled([stretch([0.0, 0.01], spelled(7), from_s=5.0), feet])
    assert levels(seen) == [6.996, 7.006, 7.016]
    assert left_out == Counter({"marks_not_consistent": 2})


def test_below_ten_feet_only_a_range_tells_the_tens() -> None:
    refusal = refused([in_feet([1.5])], None)
    assert refusal.reason is RefusalReason.METRE_UNKNOWN
    assert refusal.detail == "tens of feet read: none"
    assert levels(settled([in_feet([1.5])], (0.5, 3.0))[0]) == [1.5]
    assert levels(settled([in_feet([1.5])], (3.5, 6.0))[0]) == [4.548]


def test_a_range_restores_no_lost_ten_of_feet() -> None:
    refusal = refused([in_feet([1.5], spelled(2, looks=16))], (3.5, 6.0))
    assert refusal.reason is RefusalReason.OUTSIDE_EXPECTED_RANGE
    assert refusal.detail == "tens of feet read: 2, 3; expected 3.5 to 6 m"
