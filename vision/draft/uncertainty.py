"""Combine independent standard uncertainties into a 95 % interval.

Root sum of squares, Welch-Satterthwaite degrees of freedom and Student's factor after [GUM] annex G.
Left out: correlation between sources, which the reader avoids by what it calls a source.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Student's t for 95 % two-sided, [GUM] table G.2; between entries the factor is interpolated in 1/nu.
_STUDENT_95 = (
    (1, 12.71), (2, 4.30), (3, 3.18), (4, 2.78), (5, 2.57), (6, 2.45), (7, 2.36), (8, 2.31), (9, 2.26), (10, 2.23),
    (12, 2.18), (15, 2.13), (20, 2.09), (25, 2.06), (30, 2.04), (40, 2.02), (60, 2.00), (100, 1.984), (math.inf, 1.960),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One source of uncertainty.

    Attributes:
        name: What it is.
        sigma_m: Standard uncertainty.
        degrees_of_freedom: How well that is known itself; None for known from experience.
    """

    name: str
    sigma_m: float
    degrees_of_freedom: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The sources together.

    Attributes:
        standard_uncertainty_m: Root sum of squares.
        u95_m: Half width of the 95 % interval.
        effective_degrees_of_freedom: Welch-Satterthwaite; infinite where every source is known from experience.
    """

    standard_uncertainty_m: float
    u95_m: float
    effective_degrees_of_freedom: float


def combine(parts: Sequence[Contribution]) -> Combined:
    """Combine sources.

    Args:
        parts: Independent sources, at least one.

    Returns:
        Their combination.

    >>> total = combine([Contribution(name="a", sigma_m=0.003), Contribution(name="b", sigma_m=0.004)])
    >>> round(total.standard_uncertainty_m, 6), round(total.u95_m, 6)
    (0.005, 0.0098)
    """
    variance = math.fsum(part.sigma_m**2 for part in parts)
    spread = math.fsum(
        part.sigma_m**4 / part.degrees_of_freedom for part in parts if part.degrees_of_freedom is not None
    )
    freedom = variance**2 / spread if spread > 0 else math.inf
    sigma = math.sqrt(variance)
    return Combined(
        standard_uncertainty_m=sigma,
        u95_m=student_factor_95(freedom) * sigma,
        effective_degrees_of_freedom=freedom,
    )


def student_factor_95(degrees_of_freedom: float) -> float:
    """Two-sided 95 % factor of Student's distribution.

    Args:
        degrees_of_freedom: At least 1; less is taken as 1.

    Returns:
        The factor, 12.71 down to 1.96.

    >>> student_factor_95(10), student_factor_95(float("inf"))
    (2.23, 1.96)
    """
    nu = max(1.0, degrees_of_freedom)
    for (low, high_factor), (high, low_factor) in pairwise(_STUDENT_95):
        if nu <= high:
            share = (1 / low - 1 / nu) / (1 / low - 1 / high)
            return high_factor + share * (low_factor - high_factor)
    return _STUDENT_95[-1][1]
