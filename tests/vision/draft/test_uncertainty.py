"""Combining uncertainty: hand calculation, the GUM's own example, Student's distribution integrated, properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.uncertainty import Contribution, combine, student_factor_95


def source(sigma_m: float, degrees_of_freedom: float | None = None) -> Contribution:
    return Contribution(name="source", sigma_m=sigma_m, degrees_of_freedom=degrees_of_freedom)


def test_a_right_angle_by_hand() -> None:
    total = combine([source(0.003), source(0.004)])
    assert total.standard_uncertainty_m == pytest.approx(0.005)
    assert total.u95_m == pytest.approx(1.96 * 0.005)
    assert math.isinf(total.effective_degrees_of_freedom)


def test_the_example_of_gum_g_4_1() -> None:
    # y = b X1 X2 X3 with relative uncertainties of 0.25, 0.57 and 0.82 % from 10, 5 and 15 observations:
    # 1.03 % and nu_eff = 19.0 (JCGM 100:2008, G.4.1, note 2 of the example).
    total = combine([source(0.25, 9), source(0.57, 4), source(0.82, 14)])
    assert total.standard_uncertainty_m == pytest.approx(1.03, abs=0.005)
    assert total.effective_degrees_of_freedom == pytest.approx(19.0, abs=0.05)


def test_one_source_keeps_its_own_freedom() -> None:
    total = combine([source(0.01, 8), source(0.0)])
    assert total.effective_degrees_of_freedom == pytest.approx(8)
    assert total.u95_m == pytest.approx(2.31 * 0.01)


def test_nothing_uncertain_is_certain() -> None:
    total = combine([source(0.0, 3), source(0.0)])
    assert (total.standard_uncertainty_m, total.u95_m) == (0.0, 0.0)


def coverage_of(factor: float, degrees_of_freedom: float) -> float:
    """Probability of Student's distribution within +- `factor`, by the midpoint rule on t = sqrt(nu) tan x."""
    nu = degrees_of_freedom
    edge = math.atan(factor / math.sqrt(nu))
    steps = 20_000
    x = (np.arange(steps) + 0.5) / steps * edge
    density = np.cos(x) ** (nu - 1)
    scale = math.exp(math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2)) / math.sqrt(math.pi)
    return float(2 * scale * density.mean() * edge)


@pytest.mark.parametrize("nu", [1, 1.5, 2, 2.5, 3, 4, 5.5, 7, 10, 13, 18, 27, 35, 50, 90, 200, 1000])
def test_the_factor_covers_95_per_cent_of_students_distribution(nu: float) -> None:
    # Between whole degrees the straight line in 1/nu lies above the curve, most between 1 and 2.
    assert 0.949 < coverage_of(student_factor_95(nu), nu) < (0.962 if nu < 3 else 0.9525)


def test_below_one_degree_the_factor_is_that_of_one() -> None:
    assert student_factor_95(0.2) == student_factor_95(1.0) == 12.71
    assert student_factor_95(math.inf) == 1.96


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_more_freedom_never_widens(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert student_factor_95(low) >= student_factor_95(high) - 1e-12


sources = st.tuples(st.floats(1e-6, 1.0), st.one_of(st.none(), st.floats(1, 200)))


@given(st.lists(sources, min_size=1, max_size=8), sources)
def test_another_source_never_lowers_the_total(
    parts: list[tuple[float, float | None]], more: tuple[float, float | None]
) -> None:
    one = combine([source(*part) for part in parts])
    other = combine([source(*part) for part in [*parts, more]])
    assert other.standard_uncertainty_m >= one.standard_uncertainty_m
    assert one.u95_m >= 1.959 * one.standard_uncertainty_m
    known = [freedom for _, freedom in parts if freedom is not None]
    assert one.effective_degrees_of_freedom >= min(known, default=0) - 1e-9
    backwards = combine([source(*part) for part in parts[::-1]])
    assert backwards.u95_m == pytest.approx(one.u95_m)
