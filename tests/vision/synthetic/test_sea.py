"""The sea: its height and period from the wavelets and from a long series, deep water, and the short cut in space."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered_marks import sea_of

from vision.synthetic.sea import GRAVITY_M_PER_S2, Sea, random_sea


@given(st.floats(0.01, 1.0), st.floats(1.0, 8.0), st.integers(0, 1000))
def test_wavelets_have_the_asked_height_and_deep_water_lengths(
    height_m: float, period_s: float, seed: int
) -> None:
    sea = random_sea(np.random.default_rng(seed), significant_height_m=height_m, peak_period_s=period_s)
    assert float(np.sqrt(np.sum(sea.amplitude_m**2) / 2)) == pytest.approx(height_m / 4)
    longest = sea.angular_frequency_per_s**2 / GRAVITY_M_PER_S2
    assert (np.abs(sea.wavenumber_along_hull_per_m) <= longest + 1e-12).all()
    strongest = sea.angular_frequency_per_s[int(sea.amplitude_m.argmax())]
    assert 0.5 < strongest * period_s / (2 * np.pi) < 2.0


def test_a_long_series_has_the_height_and_no_mean() -> None:
    sea = sea_of(0.4, 4.0)
    levels = np.array(
        [float(sea.elevation_m(np.array([3.0]), time_s)[0]) for time_s in np.arange(0, 900, 0.5)]
    )
    assert 4 * float(levels.std()) == pytest.approx(0.4, rel=0.05)
    assert abs(float(levels.mean())) < 0.004


def test_many_points_are_interpolated_on_a_line_without_loss() -> None:
    sea = sea_of(0.3, 2.0)
    u_m = np.random.default_rng(1).uniform(-4, 4, (60, 50))
    direct = np.array([float(sea.elevation_m(np.array([u]), 1.7)[0]) for u in u_m.ravel()]).reshape(u_m.shape)
    assert sea.elevation_m(u_m, 1.7) == pytest.approx(direct, abs=1e-4)
    assert sea.elevation_m(u_m, 1.7).shape == u_m.shape


def test_crests_rise_more_than_troughs_fall_by_hand() -> None:
    # One wave of 0.1 m and 2 s: at its crest half the wavenumber times (0.01 - 0.005) more.
    wavenumber = np.pi**2 / GRAVITY_M_PER_S2
    sea = Sea(
        amplitude_m=np.array([0.1]),
        angular_frequency_per_s=np.array([np.pi]),
        wavenumber_along_hull_per_m=np.array([0.0]),
        phase_rad=np.array([0.0]),
        steepening_per_m=wavenumber / 2,
    )
    crest, trough = (float(sea.elevation_m(np.zeros(1), time_s)[0]) for time_s in (0.0, 1.0))
    assert crest == pytest.approx(0.1 + wavenumber / 2 * 0.005)
    assert trough == pytest.approx(-0.1 + wavenumber / 2 * 0.005)
    series = [float(sea.elevation_m(np.zeros(1), time_s)[0]) for time_s in np.arange(0, 2, 0.01)]
    assert float(np.mean(series)) == pytest.approx(0.0, abs=1e-9), "still water stays the mean"


def test_a_random_sea_is_skewed_upwards() -> None:
    sea = sea_of(0.5, 2.6)
    levels = np.array([float(sea.elevation_m(np.zeros(1), t)[0]) for t in np.arange(0, 1200, 0.5)])
    assert float(((levels - levels.mean()) ** 3).mean() / levels.std() ** 3) > 0.1
    assert abs(float(levels.mean())) < 0.004


def test_calm_is_calm() -> None:
    sea = random_sea(np.random.default_rng(1), significant_height_m=0.0, peak_period_s=3.0)
    assert (sea.elevation_m(np.linspace(-5, 5, 11), 2.0) == 0).all()
