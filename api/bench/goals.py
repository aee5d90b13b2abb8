"""The goals of draft reading, each with what was measured and whether that meets it.

Source: docs/draft-reading.md and the project's goals table; limits are written here once.
Left out: the real heavy-wave video, which has no known draft: whether its series and interval are honest is looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.bench.figures import ALL_CONDITIONS, ALL_GROUPS, Figures, figures_of
from api.bench.outcomes import Outcome

CALM, WAVES, HARD_STILLS, UNREADABLE, SPEED = "calm", "waves", "hard stills", "unreadable", "speed"
REAL_STILLS = "real stills"
STILL_GROUPS = (HARD_STILLS, REAL_STILLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal.

    Attributes:
        groups: The groups that it is for; empty for everything that was read.
        figure: What is measured, with its unit.
        measure: The figure's value; None where nothing says anything of it.
        lowest: Least value that meets the goal, None where there is no such limit.
        highest: Greatest value that meets it, None likewise.
        highest_from: The upper limit counts from so many read on: of fewer intervals than a hundred, all may hold the
            truth at 99 %.
    """

    groups: tuple[str, ...]
    figure: str
    measure: Callable[[Figures], float | None]
    lowest: float | None = None
    highest: float | None = None
    highest_from: int = 0

    @property
    def limit(self) -> str:
        """The limit for a person."""
        if self.lowest is not None and self.highest is not None and self.lowest != self.highest:
            return f"{self.lowest:g} to {self.highest:g}"
        if self.lowest == self.highest:
            return f"{self.lowest:g}"
        return f"at least {self.lowest:g}" if self.lowest is not None else f"at most {self.highest:g}"

    def met_by(self, value: float, *, read: int) -> bool:
        """Whether a value meets the goal, measured on so many that were read."""
        low = self.lowest is None or value >= self.lowest
        high = self.highest is None or value <= self.highest or read < self.highest_from
        return low and high


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRow:
    """A goal held against figures.

    Attributes:
        group: What it is for.
        figure: What is measured.
        limit: What would be enough.
        measured: What was measured.
        footage: On how many.
        met: Whether that is enough.
    """

    group: str
    figure: str
    limit: str
    measured: float
    footage: int
    met: bool


def _mean_absolute_error_mm(figures: Figures) -> float | None:
    return None if figures.mean_absolute_error_m is None else 1000 * figures.mean_absolute_error_m


def _within_percent(limit_mm: int) -> Callable[[Figures], float | None]:
    def measure(figures: Figures) -> float | None:
        share = figures.within_share[limit_mm]
        return None if share is None else 100 * share

    return measure


def _coverage_percent(figures: Figures) -> float | None:
    return None if figures.coverage_share is None else 100 * figures.coverage_share


def _read_percent(figures: Figures) -> float:
    return 100 * figures.read / figures.footage


GOALS = (
    Goal(groups=(CALM,), figure="mean absolute error, mm", measure=_mean_absolute_error_mm, highest=3),
    Goal(groups=(CALM,), figure="within 10 mm, % of those read", measure=_within_percent(10), lowest=99),
    Goal(groups=(WAVES,), figure="mean absolute error, mm", measure=_mean_absolute_error_mm, highest=10),
    Goal(groups=(WAVES,), figure="within 20 mm, % of those read", measure=_within_percent(20), lowest=95),
    Goal(
        groups=(REAL_STILLS,),
        figure="within 20 mm and the row's tolerance, % of those read",
        measure=_within_percent(20),
        lowest=100,
    ),
    # 8 of the 9 stills of the real test set.
    Goal(groups=(REAL_STILLS,), figure="read, %", measure=_read_percent, lowest=88.8),
    Goal(
        groups=(UNREADABLE,),
        figure="refused, %",
        measure=lambda figures: 100 - _read_percent(figures),
        lowest=100,
    ),
    Goal(groups=(), figure="gross errors", measure=lambda figures: float(figures.gross_errors), highest=0),
    Goal(
        groups=(),
        figure="coverage of u95, %",
        measure=_coverage_percent,
        lowest=90,
        highest=99,
        highest_from=100,
    ),
    Goal(
        groups=STILL_GROUPS,
        figure="a still after start, s (median)",
        measure=lambda figures: figures.median_seconds,
        highest=0.5,
    ),
    Goal(
        groups=(SPEED,),
        figure="a clip of 60 s, 3840 x 2160, 30 Hz, s",
        measure=lambda figures: figures.median_seconds,
        highest=60,
    ),
)


def goal_rows(outcomes: Sequence[Outcome]) -> list[GoalRow]:
    """Hold every goal against the outcomes of one method.

    Args:
        outcomes: Of one method.

    Returns:
        A row for each goal of which the outcomes say something.
    """
    rows = []
    for goal in GOALS:
        own = [outcome for outcome in outcomes if not goal.groups or outcome.footage.group in goal.groups]
        if not own:
            continue
        group = (
            " and ".join(dict.fromkeys(outcome.footage.group for outcome in own))
            if goal.groups
            else ALL_GROUPS
        )
        figures = figures_of(own, group=group, condition=ALL_CONDITIONS)
        value = goal.measure(figures)
        if value is not None:
            rows.append(
                GoalRow(
                    group=group,
                    figure=goal.figure,
                    limit=goal.limit,
                    measured=value,
                    footage=len(own),
                    met=goal.met_by(value, read=figures.read),
                )
            )
    return rows
