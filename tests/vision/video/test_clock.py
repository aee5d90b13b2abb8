"""Times of pictures: by hand for every kind of trouble, and as a property for any series of times."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.video.clock import BEGUN_ANEW, MISSING, OUT_OF_ORDER, UNTIMED, PresentationClock


def times_of(
    presented: list[float | None], *, interval_s: float | None = 0.04
) -> tuple[list[float | None], list[str]]:
    warnings: list[str] = []
    clock = PresentationClock(start_s=presented[0], interval_s=interval_s, warnings=warnings)
    return [clock.time_s(time_s) for time_s in presented], warnings


def test_times_start_at_zero_whatever_the_stream_starts_with() -> None:
    times, warnings = times_of([50_000.0, 50_000.5, 50_001.5])
    assert times == [0.0, 0.5, 1.5]
    assert warnings == []


def test_missing_times_are_counted_by_the_frame_rate_and_told() -> None:
    times, warnings = times_of([None, None, None])
    assert times == pytest.approx([0.0, 0.04, 0.08])
    assert warnings == [MISSING]


def test_missing_time_between_stated_ones_follows_the_last() -> None:
    times, warnings = times_of([2.0, None, 2.08])
    assert times == pytest.approx([0.0, 0.04, 0.08])
    assert warnings == [MISSING]


def test_without_a_frame_rate_an_untimed_picture_is_left_out() -> None:
    times, warnings = times_of([1.0, None, 1.5], interval_s=None)
    assert times == [0.0, None, 0.5]
    assert warnings == [UNTIMED]


@pytest.mark.parametrize("again_s", [3.2, 3.1], ids=["repeated", "out-of-order"])
def test_a_time_that_does_not_grow_is_left_out(again_s: float) -> None:
    times, warnings = times_of([3.0, 3.2, again_s, 3.4])
    assert times == pytest.approx([0.0, 0.2, None, 0.4])
    assert warnings == [OUT_OF_ORDER]


def test_a_clock_that_begins_anew_goes_on_where_it_was() -> None:
    times, warnings = times_of([10.0, 10.5, 12.0, 0.0, 0.5])
    assert times == pytest.approx([0.0, 0.5, 2.0, 2.04, 2.54])
    assert warnings == [BEGUN_ANEW]


def test_a_clock_that_begins_anew_without_a_frame_rate_is_left_out() -> None:
    times, warnings = times_of([10.0, 12.0, 0.0, 12.5], interval_s=None)
    assert times == [0.0, 2.0, None, 2.5]
    assert warnings == [UNTIMED]


stated = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False))


@given(st.lists(stated, min_size=1, max_size=40), st.one_of(st.none(), st.floats(0.001, 1.0)))
def test_times_always_grow(presented: list[float | None], interval_s: float | None) -> None:
    times, _ = times_of(presented, interval_s=interval_s)
    kept = [time_s for time_s in times if time_s is not None]
    assert all(later > earlier for earlier, later in itertools.pairwise(kept))
