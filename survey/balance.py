"""The balance of one cargo: what scales, wagons, stores and the draft survey say, held against each other.

Source: [GUM] 5.1.2 and F.1.2.3; [R76], [R106] and [R50] for what is common to all loads of one scale.
Left out: where the loads come from, and the draft survey's own uncertainty (`uncertainty.py`).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

COVERAGE_FACTOR = 2.0
"""About 95 %: a difference within two of its standard uncertainties is no more than noise."""
PERMILLE = 1000.0


class Verdict(StrEnum):
    """What a difference means under the declared rule."""

    SHORT = "short"
    OVER = "over"
    AGREES = "agrees"
    NOT_DECIDED = "not_decided"


class Doubtful(StrEnum):
    """Why a difference decides nothing."""

    NO_WEIGHT = "no_weight"
    INCOMPLETE = "incomplete"
    NO_UNCERTAINTY = "no_uncertainty"
    TOO_UNCERTAIN = "too_uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What one scale doubts of every net load it weighs.

    Attributes:
        random_t: standard uncertainty that is drawn anew for each load.
        systematic_t: standard uncertainty of an offset that every load has in common.
        systematic_relative: standard uncertainty of a span error, as a share of the load.
    """

    random_t: float
    systematic_t: float
    systematic_relative: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One truck, wagon, lighter, belt total or store; what was not weighed is None.

    `standard_uncertainty_t` is the load's own, and stands in place of its scale's random part.
    """

    weight_t: float | None
    scale: str | None
    standard_uncertainty_t: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One statement of the weight of the cargo.

    Attributes:
        weight_t: the sum of what was weighed; None where nothing was.
        standard_uncertainty_t: None where any part of it is unknown; a declared figure has none.
        declared: true for what a paper claims: it is compared as it stands.
        load_count: loads that the figure is made of.
        without_weight: loads that nobody weighed; the sum is then a lower bound.
        without_uncertainty: weighed loads of which nobody knows how well.
    """

    weight_t: float | None
    standard_uncertainty_t: float | None
    declared: bool
    load_count: int
    without_weight: int
    without_uncertainty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRule:
    """When a difference means something; printed with every verdict.

    With a tolerance, figures agree only where the difference is known more closely than the tolerance.
    """

    coverage_factor: float = COVERAGE_FACTOR
    tolerance_permille: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A figure against a reference; a positive difference is over (溢), a negative one short (短)."""

    difference_t: float | None
    difference_permille: float | None
    standard_uncertainty_t: float | None
    expanded_uncertainty_t: float | None
    verdict: Verdict
    doubtful: Doubtful | None


def declared_figure(weight_t: float | None) -> Figure:
    """Take a weight from a paper; it claims, it does not measure."""
    return Figure(
        weight_t=weight_t,
        standard_uncertainty_t=None,
        declared=True,
        load_count=0 if weight_t is None else 1,
        without_weight=0,
        without_uncertainty=0,
    )


def measured_figure(weight_t: float | None, standard_uncertainty_t: float | None) -> Figure:
    """Take a weight that was measured as a whole, as a draft survey is."""
    known = weight_t is None or standard_uncertainty_t is not None
    return Figure(
        weight_t=weight_t,
        standard_uncertainty_t=None if weight_t is None else standard_uncertainty_t,
        declared=False,
        load_count=0 if weight_t is None else 1,
        without_weight=0,
        without_uncertainty=0 if known else 1,
    )


def sum_of_loads(loads: Sequence[Load], scales: Mapping[str, Scale]) -> Figure:
    """Add loads up: u^2 = sum of u_random^2 + sum over scales of (n u_offset)^2 + (u_span sum of loads)^2.

    >>> bridge = Scale(random_t=0.02, systematic_t=0.03, systematic_relative=0.0)
    >>> trucks = [Load(weight_t=30.0, scale="A", standard_uncertainty_t=None)] * 100
    >>> figure = sum_of_loads(trucks, {"A": bridge})
    >>> figure.weight_t, round(figure.standard_uncertainty_t, 4)  # sqrt(100 * 0.02**2 + (100 * 0.03)**2)
    (3000.0, 3.0067)

    Args:
        loads: each once; whoever gives them guards against the same ticket twice.
        scales: by the name that loads give.
    """
    weighed = [(load, load.weight_t) for load in loads if load.weight_t is not None]
    unknown = sum(1 for load, _ in weighed if _random_t(load, scales) is None)
    variance_t2 = math.fsum((_random_t(load, scales) or 0.0) ** 2 for load, _ in weighed)
    variance_t2 += _common_variance_t2(weighed, scales)
    known = bool(weighed) and unknown == 0
    return Figure(
        weight_t=math.fsum(weight_t for _, weight_t in weighed) if weighed else None,
        standard_uncertainty_t=math.sqrt(variance_t2) if known else None,
        declared=False,
        load_count=len(loads),
        without_weight=len(loads) - len(weighed),
        without_uncertainty=unknown,
    )


def compare(figure: Figure, reference: Figure, rule: DecisionRule) -> Comparison:
    """Hold a figure against a reference that it shares no scale with.

    >>> draft = measured_figure(52_700.0, 100.0)
    >>> compare(draft, declared_figure(53_000.0), DecisionRule()).verdict.value
    'short'
    >>> compare(draft, declared_figure(52_850.0), DecisionRule()).verdict.value
    'agrees'
    """
    if figure.weight_t is None or reference.weight_t is None:
        return _undecided(Doubtful.NO_WEIGHT)
    difference_t = figure.weight_t - reference.weight_t
    permille = PERMILLE * difference_t / reference.weight_t if reference.weight_t else None
    doubts = [_doubt_t(figure), _doubt_t(reference)]
    known = [doubt_t for doubt_t in doubts if doubt_t is not None]
    uncertainty_t = math.hypot(*known) if len(known) == len(doubts) else None
    expanded_t = None if uncertainty_t is None else rule.coverage_factor * uncertainty_t
    verdict, doubtful = _verdict(difference_t, expanded_t, figure, reference, rule)
    return Comparison(
        difference_t=difference_t,
        difference_permille=permille,
        standard_uncertainty_t=uncertainty_t,
        expanded_uncertainty_t=expanded_t,
        verdict=verdict,
        doubtful=doubtful,
    )


def _random_t(load: Load, scales: Mapping[str, Scale]) -> float | None:
    if load.standard_uncertainty_t is not None:
        return load.standard_uncertainty_t
    scale = None if load.scale is None else scales.get(load.scale)
    return None if scale is None else scale.random_t


def _common_variance_t2(weighed: Sequence[tuple[Load, float]], scales: Mapping[str, Scale]) -> float:
    """What all loads of a scale have in common grows with their number; it does not average out."""
    weights_t: dict[str, list[float]] = defaultdict(list)
    for load, weight_t in weighed:
        if load.scale is not None and load.scale in scales:
            weights_t[load.scale].append(weight_t)
    return math.fsum(
        (len(own) * scales[name].systematic_t) ** 2 + (scales[name].systematic_relative * math.fsum(own)) ** 2
        for name, own in weights_t.items()
    )


def _doubt_t(figure: Figure) -> float | None:
    return 0.0 if figure.declared else figure.standard_uncertainty_t


def _verdict(
    difference_t: float,
    expanded_t: float | None,
    figure: Figure,
    reference: Figure,
    rule: DecisionRule,
) -> tuple[Verdict, Doubtful | None]:
    if expanded_t is None:
        return Verdict.NOT_DECIDED, Doubtful.NO_UNCERTAINTY
    # What was not weighed can only add: a lower bound may be over already, but never short.
    if figure.without_weight and not (difference_t > expanded_t and not reference.without_weight):
        return Verdict.NOT_DECIDED, Doubtful.INCOMPLETE
    if reference.without_weight and not difference_t < -expanded_t:
        return Verdict.NOT_DECIDED, Doubtful.INCOMPLETE
    if abs(difference_t) > expanded_t:
        return (Verdict.OVER if difference_t > 0 else Verdict.SHORT), None
    if rule.tolerance_permille is not None and reference.weight_t is not None:
        tolerance_t = rule.tolerance_permille * reference.weight_t / PERMILLE
        if abs(difference_t) + expanded_t > tolerance_t:
            return Verdict.NOT_DECIDED, Doubtful.TOO_UNCERTAIN
    return Verdict.AGREES, None


def _undecided(doubtful: Doubtful) -> Comparison:
    return Comparison(
        difference_t=None,
        difference_permille=None,
        standard_uncertainty_t=None,
        expanded_uncertainty_t=None,
        verdict=Verdict.NOT_DECIDED,
        doubtful=doubtful,
    )
