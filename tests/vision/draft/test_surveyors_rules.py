"""The surveyors' rules: hand calculation and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.surveyors_rules import mean_of_extremes_m, mean_of_middle_two_thirds_m


def test_six_pairs_of_extremes_by_hand() -> None:
    # Six crests of 10.3 to 10.8 and six troughs of 9.7 to 9.2, each between levels that are no extreme.
    levels = []
    for wave in range(6):
        levels += [10.1, 10.3 + 0.1 * wave, 10.1, 9.9, 9.7 - 0.1 * wave, 9.9]
    assert mean_of_extremes_m(np.array(levels)) == pytest.approx((10.55 + 9.45) / 2)


def test_only_the_six_highest_and_lowest_count() -> None:
    # Two small waves more change nothing but the series' mean, which they leave in place.
    large, small = [10.5, 9.4] * 6, [10.01, 9.89] * 2
    assert mean_of_extremes_m(np.array(large + small)) == pytest.approx(9.95)


@pytest.mark.parametrize("levels", [[8.0], [8.0] * 40, [8.0, 8.2] * 5, list(np.linspace(8, 9, 50))])
def test_too_few_waves_have_no_extremes(levels: list[float]) -> None:
    assert mean_of_extremes_m(np.array(levels)) is None


def test_the_middle_two_thirds_by_hand() -> None:
    # Twelve levels: two off each end, eight stay, whose mean is 6.5 + 20 / 8.
    levels = np.array([99.0, -99.0, 50.0, -50.0, 10.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 29.0])
    assert mean_of_middle_two_thirds_m(levels) == pytest.approx((10 + 3 + 4 + 5 + 6 + 7 + 8 + 29) / 8)


@pytest.mark.parametrize("count", range(1, 6))
def test_fewer_than_six_levels_are_averaged_whole(count: int) -> None:
    levels = np.arange(count, dtype=np.float64)
    assert mean_of_middle_two_thirds_m(levels) == pytest.approx((count - 1) / 2)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60), st.floats(-20, 20))
def test_rules_stay_within_the_levels_and_move_with_them(levels: list[float], shift_m: float) -> None:
    series = np.array(levels)
    middle = mean_of_middle_two_thirds_m(series)
    assert series.min() - 1e-9 <= middle <= series.max() + 1e-9
    assert mean_of_middle_two_thirds_m(series + shift_m) == pytest.approx(middle + shift_m, abs=1e-6)
    assert mean_of_middle_two_thirds_m(series[::-1]) == pytest.approx(middle)
    extremes = mean_of_extremes_m(series)
    if extremes is not None:
        assert series.min() <= extremes <= series.max()


@given(st.integers(0, 200))
def test_a_sea_turned_upside_down_turns_its_rules(seed: int) -> None:
    levels = np.random.default_rng(seed).normal(0, 1, 80)
    one, other = mean_of_extremes_m(levels), mean_of_extremes_m(-levels)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert other == pytest.approx(-one)
    assert mean_of_middle_two_thirds_m(-levels) == pytest.approx(-mean_of_middle_two_thirds_m(levels))
