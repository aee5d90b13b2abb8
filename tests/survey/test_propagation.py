"""The law of propagation: hand calculation, the GUM's table G.2, Monte Carlo, faults, properties."""

import math
import random
import statistics
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import OutsideHydrostaticTableError, OutsideTrimRangeError, UnboundedSensitivityError
from survey.propagation import UncertainInput, coverage_factor, propagate


def doubt(
    weight_t: Callable[[float], float], u: float = 1.0, *, name: str = "x", degrees: float = math.inf
) -> UncertainInput:
    return UncertainInput(
        name=name,
        stage="final",
        standard_uncertainty=u,
        unit="m",
        assumed_from="test",
        degrees_of_freedom=degrees,
        weight_t=weight_t,
    )


def quarter_mean_inputs(u_m: float, tpc_t_per_cm: float, surveys: int = 1) -> list[UncertainInput]:
    """Six independent side readings a survey: mid marks weigh 3/8 each, end marks 1/16 [design]."""
    weights = [1 / 16, 1 / 16, 3 / 8, 3 / 8, 1 / 16, 1 / 16]
    return [
        doubt(lambda change, w=weight: 100 * tpc_t_per_cm * w * change, u_m)  # type: ignore[misc] # bound early
        for weight in weights * surveys
    ]


def test_the_known_check_of_six_readings() -> None:
    one_centimetre = propagate(quarter_mean_inputs(0.01, 1.0))
    assert one_centimetre.standard_uncertainty_t == pytest.approx(0.545, abs=0.0005)  # TPC 1: t are cm
    assert propagate(quarter_mean_inputs(0.01, 120.0)).standard_uncertainty_t == pytest.approx(65.4, abs=0.05)
    both = propagate(quarter_mean_inputs(0.01, 120.0, surveys=2))
    assert both.standard_uncertainty_t == pytest.approx(92.5, abs=0.05)
    assert both.u95_t == pytest.approx(2 * both.standard_uncertainty_t)


def test_a_common_bias_does_not_average_out() -> None:
    common = doubt(lambda change: 100 * 120.0 * change, 0.01)  # all six readings move together
    assert propagate([common]).standard_uncertainty_t == pytest.approx(120.0)


def test_a_bias_common_to_both_surveys_cancels_in_the_difference() -> None:
    common = doubt(lambda change: 100 * (93.5 - 89.2) * change, 0.01)
    assert propagate([common]).standard_uncertainty_t == pytest.approx(4.3)


def test_lines_by_falling_contribution_with_shares() -> None:
    budget = propagate([doubt(lambda x: 3 * x, name="a"), doubt(lambda x: -4 * x, name="b")])
    assert [line.input for line in budget.lines] == ["b", "a"]
    assert [line.contribution_t for line in budget.lines] == pytest.approx([4, 3])
    assert [line.sensitivity_t_per_unit for line in budget.lines] == pytest.approx([-4, 3])
    assert [line.share for line in budget.lines] == pytest.approx([0.64, 0.36])
    assert budget.standard_uncertainty_t == pytest.approx(5)


def test_published_table_g2_of_the_gum() -> None:
    printed = {1: 13.97, 2: 4.53, 3: 3.31, 4: 2.87, 5: 2.65, 6: 2.52, 7: 2.43, 8: 2.37, 9: 2.32, 10: 2.28}
    printed |= {12: 2.23, 15: 2.18, 20: 2.13, 25: 2.11, 30: 2.09, 40: 2.06, 50: 2.05}
    for degrees, factor in printed.items():
        assert coverage_factor(degrees) == pytest.approx(factor, abs=0.0051)
    assert coverage_factor(100) == pytest.approx(2.025, abs=0.0005)
    assert coverage_factor(100.5) == pytest.approx(2.025, abs=0.0005)
    assert coverage_factor(math.inf) == 2.0
    assert coverage_factor(0.3) == coverage_factor(1)


def test_welch_satterthwaite_by_hand() -> None:
    # u = 2 with 10 degrees and u = 1 known: 25 / (16 / 10) = 15.625, used as 15.
    budget = propagate([doubt(lambda x: 2 * x, degrees=10), doubt(lambda x: x)])
    assert budget.effective_degrees_of_freedom == pytest.approx(15.625)
    assert budget.coverage_factor == pytest.approx(2.18, abs=0.005)


def test_nothing_doubted_is_certain() -> None:
    for inputs in ([], [doubt(lambda x: x, 0.0)]):
        budget = propagate(inputs)
        assert budget.standard_uncertainty_t == budget.u95_t == 0.0
        assert budget.coverage_factor == 2.0
        assert all(line.share == line.sensitivity_t_per_unit == 0.0 for line in budget.lines)


def ends_above(change: float) -> float:
    if change > 0:
        raise OutsideHydrostaticTableError(14.0 + change, 5.0, 14.0)
    return 7 * change


def ends_below(change: float) -> float:
    if change < 0:
        raise OutsideTrimRangeError(change, 0.0, 2.0)
    return 7 * change


def test_a_table_that_ends_within_u_is_taken_one_sided() -> None:
    assert propagate([doubt(ends_above)]).lines[0].sensitivity_t_per_unit == pytest.approx(7)
    assert propagate([doubt(ends_below)]).lines[0].sensitivity_t_per_unit == pytest.approx(7)


def test_a_table_that_ends_on_both_sides_is_refused() -> None:
    def nowhere(change: float) -> float:
        if change:
            raise OutsideHydrostaticTableError(5 + change, 5.0, 5.0)
        return 0.0

    with pytest.raises(UnboundedSensitivityError, match="x cannot be computed: 1 m either side"):
        propagate([doubt(nowhere)])


def test_oracle_monte_carlo_of_a_product() -> None:
    """Displacement times density ratio, nearly linear: the law and 100 000 draws agree to 1 %."""
    inputs = [
        doubt(lambda x: (50_000 + 9_000 * x) * 1.010 / 1.025, 0.0055),
        doubt(lambda x: 50_000 * (1.010 + x) / 1.025, 0.0005),
    ]
    draw = random.Random(20240301)  # noqa: S311 (draws for statistics, not secrets)
    drawn = [
        (50_000 + 9_000 * draw.gauss(0, 0.0055)) * (1.010 + draw.gauss(0, 0.0005)) / 1.025
        for _ in range(100_000)
    ]
    assert propagate(inputs).standard_uncertainty_t == pytest.approx(statistics.stdev(drawn), rel=0.01)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(1e-6, 10)), min_size=1, max_size=8))
def test_linear_inputs_add_in_quadrature_and_shares_to_one(inputs: list[tuple[float, float]]) -> None:
    budget = propagate(
        [doubt(lambda x, c=slope: c * x, u) for slope, u in inputs]  # type: ignore[misc] # bound early
    )
    expected = math.sqrt(sum((slope * u) ** 2 for slope, u in inputs))
    assert budget.standard_uncertainty_t == pytest.approx(expected, rel=1e-6, abs=1e-9)
    if budget.standard_uncertainty_t > 0:
        assert sum(line.share for line in budget.lines) == pytest.approx(1)


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_more_degrees_of_freedom_never_widen_the_cover(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert coverage_factor(low) >= coverage_factor(high) - 1e-4 >= 1.99
