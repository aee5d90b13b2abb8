"""What a reading's levels are made into for a plot: which count, and axes that hold them and name round numbers."""

from typing import Any

import pytest
from draft_observations import observation
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.level_series import (
    Axes,
    LevelSeries,
    level_range_m,
    level_series,
    outlier_flags,
    time_range_s,
)
from vision.draft.reader import ReadingTrace
from vision.draft.reading import DraftReading, SeaState
from vision.draft.waves import still_water


def trace_of(levels_m: list[float], *, draft_m: float | None = 8.0) -> ReadingTrace:
    seen = tuple(observation(0.25 * index, level_m) for index, level_m in enumerate(levels_m))
    sea = (
        still_water([(one.time_s, one.level_m, one.waterline_sigma_m) for one in seen])
        if len(seen) > 1
        else None
    )
    reading = DraftReading(
        refusal=None,
        draft_m=draft_m,
        standard_uncertainty_m=0.01,
        u95_m=0.02,
        components_m={},
        frames_used=len(seen),
        frames_rejected={},
        sea=SeaState(significant_height_m=None, mean_period_s=None),
        series=tuple((one.time_s, one.level_m) for one in seen),
        rules={"mean": 8.0, "extremes": None, "two_thirds": 8.001},
        scale_numerals=4,
        scale_residual_m=0.001,
        needed_more_s=None,
    )
    return ReadingTrace(reading=reading, observations=seen, still_water=sea)


CALM = [8.0, 8.002, 7.998, 8.001, 7.999, 8.0, 8.2, 8.001, 7.999, 8.0, 8.002, 7.998]


def test_the_levels_that_the_average_dropped_are_the_outliers() -> None:
    trace = trace_of(CALM)
    assert trace.still_water is not None
    flags = outlier_flags(trace)
    assert flags.count(True) == trace.still_water.rejected == 1
    series = level_series(trace)
    assert series is not None
    assert series.outliers == ((1.5, 8.2),)
    assert len(series.used) == len(CALM) - 1
    assert set(series.applying_rules()) == {"mean", "two_thirds"}


def test_a_series_of_which_nothing_was_dropped_has_no_outliers() -> None:
    assert not any(outlier_flags(trace_of([8.0, 8.001, 8.0])))


def test_stills_and_refusals_have_no_series() -> None:
    assert level_series(trace_of([8.0])) is None
    assert level_series(trace_of(CALM, draft_m=None)) is None


def series(**changes: Any) -> LevelSeries:
    parts: dict[str, Any] = {
        "used": ((0.0, 8.0), (5.0, 8.2)),
        "outliers": ((2.0, 9.5),),
        "draft_m": 8.1,
        "u95_m": 0.02,
        "rules": {"mean": 8.1, "extremes": 8.3, "two_thirds": None},
    }
    return LevelSeries(**(parts | changes))


def test_an_outlier_does_not_press_the_waves_flat_and_a_rule_is_always_shown() -> None:
    assert level_range_m(series()) == pytest.approx((7.99, 8.31))


def test_a_series_of_outliers_alone_still_has_axes() -> None:
    assert level_range_m(series(used=(), rules={})) == pytest.approx((8.07, 9.51))
    assert time_range_s(series(used=())) == pytest.approx((2.0, 2.0), abs=1e-5)


def axes(first_s: float, last_s: float, low_m: float, high_m: float) -> Axes:
    return Axes(
        left=70, right=876, top=40, bottom=274, first_s=first_s, last_s=last_s, low_m=low_m, high_m=high_m
    )


@pytest.mark.parametrize(
    ("low_m", "high_m", "ticks_m"),
    [
        (7.99, 8.21, [8.0, 8.05, 8.1, 8.15, 8.2]),
        (11.4, 13.2, [11.5, 12.0, 12.5, 13.0]),
        (-0.1, 0.1, [-0.1, -0.05, 0, 0.05, 0.1]),
    ],
)
def test_levels_are_named_at_round_numbers(low_m: float, high_m: float, ticks_m: list[float]) -> None:
    assert axes(0, 1, low_m, high_m).level_ticks_m() == pytest.approx(ticks_m)


def test_times_are_named_at_round_numbers() -> None:
    assert axes(0, 10, 0, 1).time_ticks_s() == pytest.approx([0, 2, 4, 6, 8, 10])
    assert axes(2.1, 61.0, 0, 1).time_ticks_s() == pytest.approx([10, 20, 30, 40, 50, 60])


@given(st.floats(0, 3600), st.floats(1e-3, 3600), st.floats(-5, 30), st.floats(0.02, 20))
def test_axes_name_a_few_numbers_within_themselves(
    first: float, length: float, low: float, height: float
) -> None:
    one = axes(first, first + length, low, low + height)
    assert 2 <= len(one.level_ticks_m()) <= 9
    assert 2 <= len(one.time_ticks_s()) <= 10
    assert all(low - 1e-6 <= tick <= low + height + 1e-6 for tick in one.level_ticks_m())


def test_what_lies_beyond_is_put_on_the_edge() -> None:
    one = axes(0, 10, 8, 9)
    assert (one.row(99), one.row(-99), one.column(-5), one.column(50)) == (40, 274, 70, 876)
