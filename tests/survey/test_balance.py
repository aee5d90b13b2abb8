"""Evidence: hand calculation, Monte Carlo of a biased scale, properties of the verdict, missing loads counted."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.balance import (
    DecisionRule,
    Doubtful,
    Figure,
    Load,
    Scale,
    Verdict,
    compare,
    declared_figure,
    measured_figure,
    sum_of_loads,
)

RULE = DecisionRule()
BRIDGE = Scale(random_t=0.02, systematic_t=0.03, systematic_relative=0.0)


def load(weight_t: float | None, *, scale: str | None = "A", own_t: float | None = None) -> Load:
    return Load(weight_t=weight_t, scale=scale, standard_uncertainty_t=own_t)


def test_the_common_part_of_a_scale_does_not_average_out() -> None:
    few, many = (sum_of_loads([load(30.0)] * count, {"A": BRIDGE}) for count in (100, 10_000))
    assert few.standard_uncertainty_t == pytest.approx(math.sqrt(100 * 0.02**2 + (100 * 0.03) ** 2))
    assert many.standard_uncertainty_t == pytest.approx(math.sqrt(10_000 * 0.02**2 + 300.0**2))


def test_two_scales_are_independent_and_a_span_error_goes_with_the_weight() -> None:
    scales = {
        "A": Scale(random_t=0.0, systematic_t=0.0, systematic_relative=0.001),
        "B": Scale(random_t=0.0, systematic_t=0.0, systematic_relative=0.002),
    }
    figure = sum_of_loads([load(1000.0)] * 3 + [load(500.0, scale="B")], scales)
    assert (figure.weight_t, figure.load_count) == (3500.0, 4)
    assert figure.standard_uncertainty_t == pytest.approx(math.hypot(3.0, 1.0))


def test_a_load_with_an_uncertainty_of_its_own_needs_no_scale() -> None:
    figure = sum_of_loads([load(10.0, scale=None, own_t=0.3), load(10.0, own_t=0.4)], {"A": BRIDGE})
    assert figure.standard_uncertainty_t == pytest.approx(math.sqrt(0.3**2 + 0.4**2 + 0.03**2))


def test_monte_carlo_of_a_biased_scale_agrees() -> None:
    draw = random.Random(5)  # noqa: S311  (seeded, so that the test gives the same each time)
    scale = Scale(random_t=0.05, systematic_t=0.02, systematic_relative=0.0005)
    loads_t = [draw.uniform(20.0, 40.0) for _ in range(60)]
    sums_t = []
    for _ in range(4000):
        offset_t, span = draw.gauss(0, 0.02), draw.gauss(0, 0.0005)
        sums_t.append(math.fsum(w + w * span + offset_t + draw.gauss(0, 0.05) for w in loads_t))
    mean_t = math.fsum(sums_t) / len(sums_t)
    drawn_t = math.sqrt(math.fsum((value - mean_t) ** 2 for value in sums_t) / (len(sums_t) - 1))
    law_t = sum_of_loads([load(weight_t) for weight_t in loads_t], {"A": scale}).standard_uncertainty_t
    assert law_t == pytest.approx(drawn_t, rel=0.05)


def test_what_is_missing_is_counted_and_never_zero() -> None:
    figure = sum_of_loads([load(30.0), load(None), load(20.0, scale="?")], {"A": BRIDGE})
    assert (figure.weight_t, figure.load_count) == (50.0, 3)
    assert (figure.without_weight, figure.without_uncertainty) == (1, 1)
    assert figure.standard_uncertainty_t is None
    nothing = sum_of_loads([load(None)], {"A": BRIDGE})
    assert (nothing.weight_t, nothing.standard_uncertainty_t, nothing.without_weight) == (None, None, 1)
    assert sum_of_loads([], {}).weight_t is None


@pytest.mark.parametrize(
    ("figure", "reference", "verdict", "doubtful"),
    [
        (measured_figure(52_700, 100), declared_figure(53_000), Verdict.SHORT, None),
        (measured_figure(53_300, 100), declared_figure(53_000), Verdict.OVER, None),
        (measured_figure(52_800, 100), declared_figure(53_000), Verdict.AGREES, None),
        (measured_figure(52_700, 100), measured_figure(53_000, 120), Verdict.AGREES, None),
        (
            measured_figure(52_700, None),
            declared_figure(53_000),
            Verdict.NOT_DECIDED,
            Doubtful.NO_UNCERTAINTY,
        ),
        (measured_figure(None, 100), declared_figure(53_000), Verdict.NOT_DECIDED, Doubtful.NO_WEIGHT),
        (measured_figure(52_700, 100), declared_figure(None), Verdict.NOT_DECIDED, Doubtful.NO_WEIGHT),
        (declared_figure(53_000), declared_figure(53_000), Verdict.AGREES, None),
        (declared_figure(52_999), declared_figure(53_000), Verdict.SHORT, None),
    ],
)
def test_the_verdict_is_more_than_noise(
    figure: Figure, reference: Figure, verdict: Verdict, doubtful: Doubtful | None
) -> None:
    found = compare(figure, reference, RULE)
    assert (found.verdict, found.doubtful) == (verdict, doubtful)


def test_the_difference_is_given_in_tonnes_and_permille_with_its_uncertainty() -> None:
    found = compare(measured_figure(52_700, 100), measured_figure(53_000, 120), RULE)
    assert found.difference_t == -300
    assert found.difference_permille == pytest.approx(-5.6604, abs=1e-4)
    assert found.standard_uncertainty_t == pytest.approx(math.hypot(100, 120))
    assert found.expanded_uncertainty_t == pytest.approx(2 * math.hypot(100, 120))
    assert compare(measured_figure(1, 1), declared_figure(0), RULE).difference_permille is None


def lower_bound(weight_t: float) -> Figure:
    loads = [load(weight_t, own_t=1.0, scale=None), load(None)]
    return sum_of_loads(loads, {})


def test_a_lower_bound_may_be_over_and_is_never_short() -> None:
    assert compare(lower_bound(1100), declared_figure(1000), RULE).verdict is Verdict.OVER
    assert compare(lower_bound(900), declared_figure(1000), RULE).doubtful is Doubtful.INCOMPLETE
    assert compare(lower_bound(1000), declared_figure(1000), RULE).doubtful is Doubtful.INCOMPLETE
    assert compare(measured_figure(900, 1), lower_bound(1000), RULE).verdict is Verdict.SHORT
    assert compare(measured_figure(1100, 1), lower_bound(1000), RULE).doubtful is Doubtful.INCOMPLETE
    assert compare(lower_bound(1100), lower_bound(1000), RULE).doubtful is Doubtful.INCOMPLETE


def test_with_a_tolerance_agreement_must_be_known_closely_enough() -> None:
    rule = DecisionRule(tolerance_permille=5.0)
    close, wide = measured_figure(1001, 1), measured_figure(1001, 10)
    assert compare(close, declared_figure(1000), rule).verdict is Verdict.AGREES
    assert compare(wide, declared_figure(1000), rule).doubtful is Doubtful.TOO_UNCERTAIN
    assert compare(measured_figure(950, 10), declared_figure(1000), rule).verdict is Verdict.SHORT


WEIGHT = st.floats(min_value=0.001, max_value=1e6)
DOUBT = st.floats(min_value=0.001, max_value=1e4)


@given(WEIGHT, DOUBT, WEIGHT, DOUBT)
def test_turning_the_comparison_round_turns_the_verdict(a: float, ua: float, b: float, ub: float) -> None:
    forth = compare(measured_figure(a, ua), measured_figure(b, ub), RULE)
    back = compare(measured_figure(b, ub), measured_figure(a, ua), RULE)
    opposite = {Verdict.SHORT: Verdict.OVER, Verdict.OVER: Verdict.SHORT}
    assert back.verdict is opposite.get(forth.verdict, forth.verdict)
    assert back.standard_uncertainty_t == pytest.approx(forth.standard_uncertainty_t)


@given(st.lists(WEIGHT, min_size=1, max_size=30), st.randoms())
def test_the_order_of_loads_does_not_matter(weights_t: list[float], shuffle: random.Random) -> None:
    loads = [load(weight_t) for weight_t in weights_t]
    shuffled = loads.copy()
    shuffle.shuffle(shuffled)
    first, second = (sum_of_loads(items, {"A": BRIDGE}) for items in (loads, shuffled))
    assert second.weight_t == pytest.approx(first.weight_t)
    assert second.standard_uncertainty_t == pytest.approx(first.standard_uncertainty_t)
