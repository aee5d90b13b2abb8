"""The law of propagation of uncertainty for a weight in tonnes, with sensitivities taken from the real chain.

Source: [GUM] JCGM 100:2008: 5.1.3 numerical sensitivities, F.1.2.3 common inputs, G.4 degrees of freedom.
Left out: what the inputs of a draft survey are (`uncertainty.py`), and Monte Carlo (the tests and the bench).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from survey.errors import (
    OutsideHydrostaticTableError,
    OutsideTankTableError,
    OutsideTrimRangeError,
    UnboundedSensitivityError,
)

COVERAGE_PROBABILITY = 0.9545
"""The probability for which the coverage factor of a known uncertainty is 2 [GUM, table G.2]."""
MOST_EXACT_DEGREES = 100
BISECTIONS = 40
"""From a bracket of 0 to 100 down to 1e-10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainInput:
    """One independent source of doubt: a single value, or a bias that several values have in common.

    What is correlated is written as an input of its own, moved together: a bias common to both sides of a
    mark, or to both surveys, is one input, so that all inputs are independent of each other [GUM F.1.2.3].

    Attributes:
        name: what is doubted.
        stage: the condition that it belongs to; None where it is common to several.
        standard_uncertainty: in `unit`.
        unit: of the input.
        assumed_from: where the standard uncertainty comes from, in words for the printed budget.
        degrees_of_freedom: of the standard uncertainty; infinite where it is taken as known.
        weight_t: the result when the input is moved by an amount in `unit`.
    """

    name: str
    stage: str | None
    standard_uncertainty: float
    unit: str
    assumed_from: str
    degrees_of_freedom: float
    weight_t: Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """What one input contributes to the standard uncertainty of the result."""

    input: str
    stage: str | None
    standard_uncertainty: float
    unit: str
    assumed_from: str
    sensitivity_t_per_unit: float
    contribution_t: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertaintyBudget:
    """The combined result: lines by falling contribution, and the expanded uncertainty for about 95 %.

    `effective_degrees_of_freedom` is infinite where every input's uncertainty is taken as known; k is 2 then.
    """

    lines: tuple[BudgetLine, ...]
    standard_uncertainty_t: float
    effective_degrees_of_freedom: float
    coverage_factor: float

    @property
    def u95_t(self) -> float:
        """The expanded uncertainty U = k u for a coverage probability of 95.45 %."""
        return self.coverage_factor * self.standard_uncertainty_t


def propagate(inputs: Sequence[UncertainInput]) -> UncertaintyBudget:
    """Combine independent inputs by the law of propagation of uncertainty.

    Raises:
        UnboundedSensitivityError: an input cannot be moved to either side without leaving the tables.
    """
    moved = [(item, _half_difference_t(item)) for item in inputs]
    variance_t2 = math.fsum(change_t**2 for _, change_t in moved)
    lines = [
        BudgetLine(
            input=item.name,
            stage=item.stage,
            standard_uncertainty=item.standard_uncertainty,
            unit=item.unit,
            assumed_from=item.assumed_from,
            sensitivity_t_per_unit=change_t / item.standard_uncertainty if item.standard_uncertainty else 0.0,
            contribution_t=abs(change_t),
            share=change_t**2 / variance_t2 if variance_t2 else 0.0,
        )
        for item, change_t in moved
    ]
    degrees = _effective_degrees_of_freedom(moved, variance_t2)
    return UncertaintyBudget(
        lines=tuple(sorted(lines, key=lambda line: line.contribution_t, reverse=True)),
        standard_uncertainty_t=math.sqrt(variance_t2),
        effective_degrees_of_freedom=degrees,
        coverage_factor=coverage_factor(degrees),
    )


def coverage_factor(degrees_of_freedom: float) -> float:
    """Student's t for 95.45 % two-sided coverage, at the next lower whole number of degrees of freedom.

    >>> [round(coverage_factor(degrees), 2) for degrees in (1, 5, 10.9, 50, float("inf"))]
    [13.97, 2.65, 2.28, 2.05, 2.0]

    Args:
        degrees_of_freedom: at least 1; infinite gives 2.

    Source: [GUM] table G.2; the distribution by its finite series [AS] 26.7.3 and 26.7.4, above 100 26.7.5.
    """
    if degrees_of_freedom > MOST_EXACT_DEGREES:
        normal = 2.0
        return normal + (normal**3 + normal) / (4 * degrees_of_freedom)
    degrees = max(int(degrees_of_freedom), 1)
    low, high = 0.0, 100.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if _central_probability(middle, degrees) < COVERAGE_PROBABILITY:
            low = middle
        else:
            high = middle
    return high


def _half_difference_t(item: UncertainInput) -> float:
    """Z = (f(x + u) - f(x - u)) / 2 [GUM 5.1.3, note 2]; one-sided where a table ends within u."""
    if item.standard_uncertainty == 0:
        return 0.0
    above_t = _moved_t(item, item.standard_uncertainty)
    below_t = _moved_t(item, -item.standard_uncertainty)
    if above_t is not None and below_t is not None:
        return (above_t - below_t) / 2
    middle_t = item.weight_t(0.0)
    if above_t is not None:
        return above_t - middle_t
    if below_t is not None:
        return middle_t - below_t
    raise UnboundedSensitivityError(item.name, item.standard_uncertainty, item.unit)


def _moved_t(item: UncertainInput, change: float) -> float | None:
    try:
        return item.weight_t(change)
    except (OutsideHydrostaticTableError, OutsideTankTableError, OutsideTrimRangeError):
        return None


def _effective_degrees_of_freedom(moved: Sequence[tuple[UncertainInput, float]], variance_t2: float) -> float:
    """Welch-Satterthwaite [GUM G.4.1]."""
    weakness = math.fsum(change_t**4 / item.degrees_of_freedom for item, change_t in moved)
    return variance_t2**2 / weakness if weakness > 0 else math.inf


def _central_probability(t: float, degrees: int) -> float:
    """Probability of |T| below t for Student's distribution of whole degrees of freedom."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine, sine = math.cos(angle), math.sin(angle)
    first = degrees % 2
    term = cosine if first else 1.0
    total = 0.0
    for index in range(first, degrees - 1, 2):
        total += term
        term *= cosine**2 * (index + 1) / (index + 2)
    return 2 / math.pi * (angle + sine * total) if first else sine * total
