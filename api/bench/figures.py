"""Figures over outcomes: bias, mean absolute error, shares within limits, coverage, gross errors, time.

Source: docs/draft-reading.md, the goals.
Left out: goals (goals.py) and drawing (tables.py).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from api.bench.outcomes import Outcome

LIMITS_MM = (5, 10, 20)
ALL_GROUPS = "all"
ALL_CONDITIONS = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of one method on one group or condition; a figure is None where nothing was read.

    Attributes:
        group: The group, or "all".
        condition: The condition, empty for the whole group.
        method: Who read.
        footage: How many were to be read.
        read: How many gave a draft.
        refused: Refusals by reason.
        bias_m: Mean error.
        mean_absolute_error_m: Mean size of the error.
        largest_error_m: Largest size of it.
        within_share: By limit in mm, the share of those read within it (widened by the row's tolerance).
        intervals: How many stated an interval.
        covered: How many of those hold the truth.
        median_u95_m: Median interval.
        gross_errors: How many.
        wrong_metres: How many are on a wrong metre.
        median_seconds: Median time of one footage.
        stages_s: Mean time by stage.
    """

    group: str
    condition: str
    method: str
    footage: int
    read: int
    refused: dict[str, int]
    bias_m: float | None
    mean_absolute_error_m: float | None
    largest_error_m: float | None
    within_share: dict[int, float | None]
    intervals: int
    covered: int
    median_u95_m: float | None
    gross_errors: int
    wrong_metres: int
    median_seconds: float
    stages_s: dict[str, float]

    @property
    def coverage_share(self) -> float | None:
        """Share of stated intervals that hold the truth."""
        return self.covered / self.intervals if self.intervals else None


def figures_of(outcomes: Sequence[Outcome], *, group: str, condition: str = ALL_CONDITIONS) -> Figures:
    """Compute the figures of outcomes of one method.

    Args:
        outcomes: At least one.
        group: What they are called.
        condition: Likewise.

    Returns:
        Their figures.
    """
    errors_m = [outcome.error_m for outcome in outcomes if outcome.error_m is not None]
    sizes_m = [abs(error_m) for error_m in errors_m]
    u95s_m = [
        outcome.u95_m for outcome in outcomes if outcome.covered is not None and outcome.u95_m is not None
    ]
    return Figures(
        group=group,
        condition=condition,
        method=outcomes[0].method,
        footage=len(outcomes),
        read=len(errors_m),
        refused=dict(Counter(outcome.reason or "unknown" for outcome in outcomes if outcome.draft_m is None)),
        bias_m=fmean(errors_m) if errors_m else None,
        mean_absolute_error_m=fmean(sizes_m) if errors_m else None,
        largest_error_m=max(sizes_m, default=None),
        within_share={limit_mm: _within_share(outcomes, limit_mm / 1000) for limit_mm in LIMITS_MM},
        intervals=len(u95s_m),
        covered=sum(1 for outcome in outcomes if outcome.covered),
        median_u95_m=median(u95s_m) if u95s_m else None,
        gross_errors=sum(1 for outcome in outcomes if outcome.gross),
        wrong_metres=sum(1 for outcome in outcomes if outcome.wrong_metre),
        median_seconds=median(outcome.seconds for outcome in outcomes),
        stages_s=_mean_stages_s(outcomes),
    )


def _within_share(outcomes: Sequence[Outcome], limit_m: float) -> float | None:
    # A micrometre keeps an error of exactly the limit inside, whatever binary fractions make of it.
    within = [
        abs(outcome.error_m) <= limit_m + outcome.footage.tolerance_m + 1e-6
        for outcome in outcomes
        if outcome.error_m is not None
    ]
    return sum(within) / len(within) if within else None


def _mean_stages_s(outcomes: Sequence[Outcome]) -> dict[str, float]:
    timed = [outcome.stages_s for outcome in outcomes if outcome.stages_s]
    names = sorted({name for stages in timed for name in stages})
    return {name: fmean(stages.get(name, 0.0) for stages in timed) for name in names}


def figures_by_group(outcomes: Sequence[Outcome], *, conditions: bool) -> list[Figures]:
    """Figures of every method by group, in the order in which they appear.

    Args:
        outcomes: Of any methods and groups.
        conditions: Whether a group of several conditions is followed by a row for each of them.

    Returns:
        By method and group; after a method's groups, where there are several, "all" of them.
    """
    rows: list[Figures] = []
    for method in _unique(outcome.method for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.method == method]
        groups = _unique(outcome.footage.group for outcome in own)
        for group in groups:
            members = [outcome for outcome in own if outcome.footage.group == group]
            rows += _rows_of_group(members, conditions=conditions)
        if len(groups) > 1:
            rows.append(figures_of(own, group=ALL_GROUPS))
    return rows


def _rows_of_group(outcomes: list[Outcome], *, conditions: bool) -> list[Figures]:
    group = outcomes[0].footage.group
    rows = [figures_of(outcomes, group=group)]
    names = _unique(outcome.footage.condition for outcome in outcomes)
    if conditions and len(names) > 1:
        rows += [
            figures_of(
                [outcome for outcome in outcomes if outcome.footage.condition == name],
                group=group,
                condition=name,
            )
            for name in names
        ]
    return rows


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
