"""Still water: hand calculation, seas of a known spectrum over many seeds, gaps, misreadings, short and broken series.

A sea's mean over a finite time is not zero; what is tested is that the stated error says by how much.
"""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.uncertainty import student_factor_95
from vision.draft.waves import StillWater, still_water
from vision.errors import LevelSeriesError
from vision.synthetic.sea import random_sea

Series = list[tuple[float, float, float]]
STILL_M = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A sea and how it is watched: misreadings are a numeral or a metre off, late and lost frames are at random."""

    height_m: float
    period_s: float
    duration_s: float
    noise_m: float = 0.004
    rate_hz: float = 6.0
    late_share: float = 0.0
    lost_share: float = 0.0
    misread_share: float = 0.0


def watched(case: Case, seed: int) -> Series:
    rng = np.random.default_rng(seed)
    sea = random_sea(rng, significant_height_m=case.height_m, peak_period_s=case.period_s)
    time_s = np.arange(0, case.duration_s, 1 / case.rate_hz)
    time_s = np.sort(time_s + rng.uniform(-1, 1, len(time_s)) * case.late_share / case.rate_hz)
    time_s = time_s[rng.random(len(time_s)) >= case.lost_share]
    level_m = STILL_M + np.array([float(sea.elevation_m(np.zeros(1), at)[0]) for at in time_s])
    level_m = level_m + rng.normal(0, case.noise_m, len(time_s))
    misread = rng.random(len(time_s)) < case.misread_share
    level_m = np.where(misread, level_m + rng.choice([-1.0, -0.2, 0.2, 1.0], len(time_s)), level_m)
    return [(float(at), float(level), case.noise_m) for at, level in zip(time_s, level_m, strict=True)]


def sine(periods: float, *, amplitude_m: float = 0.1, period_s: float = 4.0, rate_hz: float = 10.0) -> Series:
    times = np.arange(0, periods * period_s, 1 / rate_hz)
    return [
        (float(at), STILL_M + amplitude_m * math.sin(2 * math.pi * at / period_s + 0.7), 0.001)
        for at in times
    ]


def test_a_sine_by_hand() -> None:
    found = still_water(sine(7.3))

    assert found.level_m == pytest.approx(STILL_M, abs=2e-4), (
        "whole waves only: the part of an eighth is left out"
    )
    assert found.mean_period_s == pytest.approx(4.0, abs=0.01)
    # Four standard deviations of a sine are 4 / sqrt 2 amplitudes.
    assert found.significant_height_m == pytest.approx(0.283, abs=0.01)
    assert found.rules["mean"] == found.level_m
    assert found.rules["extremes"] == pytest.approx(STILL_M, abs=0.002)
    assert found.rules["two_thirds"] == pytest.approx(STILL_M, abs=0.01)
    assert (found.used, found.rejected, found.needed_more_s) == (292, 0, None)


CASES = {
    "calm": Case(height_m=0.0, period_s=2.0, duration_s=20.0),
    "ripples": Case(height_m=0.05, period_s=1.5, duration_s=10.0, noise_m=0.003),
    "small": Case(height_m=0.1, period_s=2.0, duration_s=10.0),
    "short": Case(height_m=0.3, period_s=5.0, duration_s=10.0),
    "irregular": Case(height_m=0.5, period_s=4.0, duration_s=30.0, late_share=0.4, lost_share=0.3),
    "misread": Case(height_m=0.5, period_s=4.0, duration_s=30.0, lost_share=0.1, misread_share=0.04),
    "slow-camera": Case(height_m=0.4, period_s=4.0, duration_s=40.0, rate_hz=2.0),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_level_is_unbiased_and_its_interval_holds(case: Case) -> None:
    found = [still_water(watched(case, seed)) for seed in range(150)]
    errors = np.array([one.level_m - STILL_M for one in found])
    half = np.array([student_factor_95(one.degrees_of_freedom) * one.standard_error_m for one in found])
    scatter = float(errors.std())

    assert abs(float(errors.mean())) < 3 * scatter / math.sqrt(len(found)) + 1e-4
    assert np.mean(np.abs(errors) <= half) >= 0.90
    assert float(np.median(half)) < 8 * scatter, "an interval that is never wrong says nothing"


def test_the_sea_state_is_that_of_the_spectrum() -> None:
    case = Case(height_m=0.4, period_s=4.0, duration_s=60.0)
    found = [still_water(watched(case, seed)) for seed in range(40)]
    heights = [one.significant_height_m for one in found if one.significant_height_m is not None]
    periods = [one.mean_period_s for one in found if one.mean_period_s is not None]

    assert len(heights) == len(periods) == 40
    assert float(np.mean(heights)) == pytest.approx(0.4, rel=0.04)
    # A wind sea's mean period is about 0.7 to 0.85 of its peak period.
    assert 0.65 < float(np.mean(periods)) / 4.0 < 0.95


def test_longer_is_surer() -> None:
    errors = [
        float(
            np.median(
                [
                    still_water(
                        watched(Case(height_m=0.3, period_s=3.0, duration_s=duration), seed)
                    ).standard_error_m
                    for seed in range(12)
                ]
            )
        )
        for duration in (6.0, 15.0, 40.0, 100.0)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 4 * errors[-1]


def test_misreadings_are_dropped_and_counted() -> None:
    series = sine(6.0)
    series[40] = (series[40][0], series[40][1] + 0.2, 0.001)
    series[90] = (series[90][0], series[90][1] - 1.0, 0.001)
    found = still_water(series)

    assert (found.used, found.rejected) == (238, 2)
    assert found.level_m == pytest.approx(STILL_M, abs=1e-3)


def test_an_isolated_misreading_among_still_levels_is_dropped() -> None:
    series = [(0.2 * index, STILL_M, 0.003) for index in range(20)]
    series[7] = (series[7][0], STILL_M + 0.2, 0.003)
    found = still_water(series)
    assert (found.level_m, found.rejected) == (STILL_M, 1)


def test_a_constant_series_is_exact_and_without_sea() -> None:
    found = still_water([(0.1 * index, 7.25, 0.002) for index in range(50)])

    assert (found.level_m, found.standard_error_m) == (7.25, 0.0)
    assert (found.significant_height_m, found.mean_period_s, found.needed_more_s) == (None, None, None)
    assert found.rules == {"mean": 7.25, "extremes": None, "two_thirds": 7.25}


def test_noise_alone_is_no_sea() -> None:
    rng = np.random.default_rng(2)
    found = still_water([(index / 6, 8 + float(rng.normal(0, 0.004)), 0.004) for index in range(120)])

    assert found.significant_height_m is None
    assert found.standard_error_m == pytest.approx(0.004 / math.sqrt(120), rel=0.2)


@pytest.mark.parametrize(("periods", "missing_s"), [(1.2, 7.2), (1.7, 5.2), (2.6, 1.6)])
def test_a_series_of_less_than_three_waves_says_how_much_is_missing(periods: float, missing_s: float) -> None:
    found = still_water(sine(periods))
    assert found.needed_more_s is not None
    # Where no whole wave was seen the wait is a guess from what was seen, never too little by half.
    assert found.needed_more_s >= 0.5 * missing_s
    assert found.standard_error_m > 3 * still_water(sine(9.0)).standard_error_m


def test_half_a_wave_is_no_still_water() -> None:
    # The crest alone: its mean is 6 cm high, and the interval has to reach the truth.
    crest = [(0.1 * index, STILL_M + 0.1 * math.sin(math.pi * index / 20), 0.002) for index in range(21)]
    found = still_water(crest)
    half = student_factor_95(found.degrees_of_freedom) * found.standard_error_m

    assert found.mean_period_s is None
    assert abs(found.level_m - STILL_M) < half
    assert found.needed_more_s is not None


def test_a_gap_costs_certainty() -> None:
    whole = sine(10.0)
    holed = [row for row in whole if not 14.0 < row[0] < 17.0]
    assert still_water(holed).standard_error_m > 2 * still_water(whole).standard_error_m


def test_a_slow_rise_is_seen_in_the_error() -> None:
    steady = sine(20.0)
    rising = [(at, level + 0.002 * at, sigma) for at, level, sigma in steady]
    assert still_water(rising).standard_error_m > 3 * still_water(steady).standard_error_m


@given(
    shift_m=st.floats(-9, 20), later_s=st.floats(0, 1000), seed=st.integers(0, 50), factor=st.floats(0.5, 2)
)
def test_shifts_and_scales_go_through(shift_m: float, later_s: float, seed: int, factor: float) -> None:
    series = watched(Case(height_m=0.3, period_s=3.0, duration_s=12.0), seed)
    one = still_water(series)
    moved = still_water([(at + later_s, level + shift_m, sigma) for at, level, sigma in series])
    assert moved.level_m == pytest.approx(one.level_m + shift_m, abs=1e-6)
    assert moved.standard_error_m == pytest.approx(one.standard_error_m, rel=1e-4)
    slower = still_water([(factor * at, level, sigma) for at, level, sigma in series])
    assert slower.level_m == pytest.approx(one.level_m, abs=1e-6)
    assert slower.standard_error_m == pytest.approx(one.standard_error_m, rel=1e-4)


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=40), st.floats(0, 0.05))
def test_any_finite_series_gives_finite_numbers(levels: list[float], sigma_m: float) -> None:
    found = still_water([(0.2 * index, level, sigma_m) for index, level in enumerate(levels)])
    assert min(levels) <= found.level_m <= max(levels)
    assert math.isfinite(found.standard_error_m)
    assert found.standard_error_m >= 0
    assert found.used + found.rejected == len(levels)


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("series", "index", "problem"),
    [
        ([], None, "0 levels"),
        ([(0.0, 8.0, 0.01)], None, "1 levels"),
        ([(0.0, 8.0, 0.01), (1.0, NAN, 0.01)], 1, "a number that is none"),
        ([(0.0, 8.0, 0.01), (1.0, INF, 0.01)], 1, "a number that is none"),
        ([(0.0, 8.0, NAN), (1.0, 8.0, 0.01)], 0, "a number that is none"),
        ([(0.0, 8.0, 0.01), (0.0, 8.1, 0.01)], 1, "a time that does not grow"),
        ([(0.0, 8.0, 0.01), (2.0, 8.0, 0.01), (1.0, 8.0, 0.01)], 2, "a time that does not grow"),
        ([(0.0, 8.0, 0.01), (2.0, 8.0, -0.01)], 1, "an uncertainty below zero"),
    ],
    ids=["none", "one", "nan", "infinite", "nan-sigma", "twice", "back", "negative"],
)
def test_a_broken_series_is_refused_by_its_level(series: Series, index: int | None, problem: str) -> None:
    with pytest.raises(LevelSeriesError, match=problem) as refused:
        still_water(series)
    assert refused.value.index == index
    assert "wanted: at least two levels" in str(refused.value)


def test_two_levels_are_a_mean() -> None:
    found: StillWater = still_water([(0.0, 8.0, 0.01), (1.0, 8.02, 0.01)])
    assert found.level_m == pytest.approx(8.01)
    assert found.degrees_of_freedom == 1.0
