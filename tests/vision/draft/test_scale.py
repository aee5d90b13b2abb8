"""The draft scale: hand calculation, exact perspective, properties, and its uncertainty against many repetitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vision.draft.scale import DraftScale, fit_scale

Array = NDArray[np.float64]


def positions(
    values_m: Array, *, slope: float, level: float, perspective_per_m: float, origin_m: float
) -> Array:
    w = values_m - origin_m
    return np.asarray((slope * w + level) / (perspective_per_m * w + 1))


def fitted(values_m: Array, places_px: Array, sigma_px: float = 0.5) -> DraftScale:
    return fit_scale(values_m, places_px, np.full(len(values_m), sigma_px))


def test_a_straight_scale_by_hand() -> None:
    # 250 px a metre upwards, 8.0 m at 100 px: 8.2 m at 150 px, and 60 px is 0.16 m below 8.0 m.
    scale = fitted(np.array([8.0, 8.2, 8.4]), np.array([100.0, 150.0, 200.0]))

    assert float(scale.draft_m(60.0)) == pytest.approx(7.84, abs=1e-9)
    assert float(scale.position_px(7.84)) == pytest.approx(60.0, abs=1e-6)
    assert scale.px_per_m(8.1) == pytest.approx(250.0, abs=1e-6)
    assert (scale.numerals, scale.lowest_m, scale.highest_m) == (3, 8.0, 8.4)
    assert scale.residual_m == pytest.approx(0.0, abs=1e-9)


def test_two_marks_are_joined_by_a_line() -> None:
    scale = fitted(np.array([3.0, 3.4]), np.array([10.0, 90.0]))
    assert float(scale.draft_m(50.0)) == pytest.approx(3.2)
    assert float(scale.draft_m(-30.0)) == pytest.approx(2.8)


@pytest.mark.parametrize("perspective_per_m", [-0.06, -0.02, 0.0, 0.03, 0.08])
def test_exact_perspective_is_recovered(perspective_per_m: float) -> None:
    values = np.arange(8.0, 9.7, 0.2)
    true = {"slope": 300.0, "level": 20.0, "perspective_per_m": perspective_per_m, "origin_m": 8.8}
    scale = fitted(values, positions(values, **true), sigma_px=0.3)

    below = positions(np.array([7.6]), **true)
    assert float(scale.draft_m(below)[0]) == pytest.approx(7.6, abs=0.001), "0.4 m below the last mark"
    assert scale.residual_m < 1e-4


def test_too_few_marks_leave_perspective_to_experience_and_say_so() -> None:
    values = np.array([8.0, 8.2, 8.4])
    true = {"slope": 300.0, "level": 0.0, "perspective_per_m": 0.015, "origin_m": 8.2}
    scale = fitted(values, positions(values, **true), sigma_px=0.5)

    error_m = abs(float(scale.draft_m(positions(np.array([7.6]), **true))[0]) - 7.6)
    assert error_m < 2 * scale.standard_uncertainty_m(7.6)


@given(
    slope=st.floats(40, 900),
    level=st.floats(-2000, 2000),
    perspective_per_m=st.floats(-0.05, 0.05),
    draft_m=st.floats(-0.8, 0.8),
    downwards=st.booleans(),
)
def test_place_and_draft_are_each_others_inverse(
    slope: float, level: float, perspective_per_m: float, draft_m: float, *, downwards: bool
) -> None:
    # The axis' own origin lies among the marks, as the reader's does.
    values = np.arange(10.0, 11.1, 0.2)
    sign = -1.0 if downwards else 1.0
    places = sign * positions(
        values, slope=slope, level=0.0, perspective_per_m=perspective_per_m, origin_m=10.5
    )
    scale = fitted(values, places + level / 100)

    place = scale.position_px(10.5 + draft_m)
    assert float(scale.draft_m(place)) == pytest.approx(10.5 + draft_m, abs=1e-9)
    nudge = 1e-5
    numeric = abs(float(scale.position_px(10.5 + draft_m + nudge)) - float(place)) / nudge
    assert scale.px_per_m(10.5 + draft_m) == pytest.approx(numeric, rel=1e-3)


@given(shift_m=st.integers(-5, 12), factor=st.floats(0.25, 6), seed=st.integers(0, 10_000))
def test_metres_follow_the_values_and_not_the_resolution(shift_m: int, factor: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.arange(6.0, 7.3, 0.2)
    places = 200 * (values - 6.6) + rng.normal(0, 0.5, len(values))
    order = rng.permutation(len(values))
    one = fitted(values, places)
    other = fit_scale(values[order] + shift_m, factor * places[order], np.full(len(values), 0.5 * factor))

    assert float(other.draft_m(factor * -150.0)) - shift_m == pytest.approx(
        float(one.draft_m(-150.0)), abs=1e-6
    )
    assert other.standard_uncertainty_m(5.8 + shift_m) == pytest.approx(
        one.standard_uncertainty_m(5.8), rel=1e-4
    )


@pytest.mark.parametrize(("count", "read_m"), [(4, 7.9), (4, 8.3), (7, 7.8), (9, 8.4)])
def test_the_stated_uncertainty_is_the_scatter_of_repetitions(count: int, read_m: float) -> None:
    rng = np.random.default_rng(11)
    values = np.linspace(8.0, 8.0 + 0.2 * (count - 1), count)
    # Perspective scatters as the prior says it does; edges by 0.8 px.
    errors, stated = [], []
    for _ in range(400):
        perspective = float(np.clip(rng.normal(0, 0.08), -0.25, 0.25))
        true = {
            "slope": 250.0,
            "level": 0.0,
            "perspective_per_m": perspective,
            "origin_m": float(values.mean()),
        }
        places = positions(values, **true) + rng.normal(0, 0.8, count)
        scale = fitted(values, places, sigma_px=0.8)
        errors.append(float(scale.draft_m(positions(np.array([read_m]), **true))[0]) - read_m)
        stated.append(scale.standard_uncertainty_m(read_m))
    scatter, usual = float(np.std(errors)), float(np.sqrt(np.mean(np.square(stated))))
    assert 0.75 < scatter / usual < 1.2
    assert abs(float(np.mean(errors))) < 0.3 * usual


def test_what_lies_beyond_the_marks_is_less_certain() -> None:
    values = np.arange(8.0, 9.1, 0.2)
    scale = fitted(values, 250 * values)
    by_depth = [scale.standard_uncertainty_m(draft) for draft in (8.5, 8.0, 7.6, 7.0)]
    assert by_depth == sorted(by_depth)
    assert by_depth[-1] > 3 * by_depth[0]


def test_marks_that_scatter_more_than_they_should_widen_the_uncertainty() -> None:
    values = np.arange(8.0, 9.1, 0.2)
    zigzag = np.array([4.0, -4.0, 4.0, -4.0, 4.0, -4.0])
    calm, bent = fitted(values, 250 * values), fitted(values, 250 * values + zigzag)

    assert bent.residual_m == pytest.approx(4.0 / 250, rel=0.1)
    assert bent.standard_uncertainty_m(8.5) > 5 * calm.standard_uncertainty_m(8.5)


def test_a_mark_of_large_uncertainty_hardly_counts() -> None:
    values = np.arange(8.0, 9.1, 0.2)
    places = 250 * values
    places[0] += 20
    scale = fit_scale(values, places, np.array([50.0, *[0.5] * 5]))
    assert float(scale.draft_m(250 * 8.6)) == pytest.approx(8.6, abs=0.001)
