"""The bench's figures as tables for people, and as plain values for JSON.

Source: figures.py and goals.py; millimetres and per cent are made here, for printing only.
Left out: computing anything.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from api.bench.figures import LIMITS_MM, Figures
from api.bench.goals import GoalRow
from api.bench.outcomes import Outcome

MILLIMETRES = 1000.0
NOTHING = "–"
LEAST_WIDTH = 190


def outcomes_table(outcomes: Sequence[Outcome]) -> Table:
    """One row for each footage and method."""
    table = _table(
        "method", "group", "file", numbers=("true m", "read m", "error mm", "U95 mm", "covered", "s")
    )
    for outcome in outcomes:
        error_m, covered = outcome.error_m, outcome.covered
        table.add_row(
            outcome.method,
            outcome.footage.group,
            outcome.footage.path.name,
            f"{outcome.footage.truth_m:.3f}",
            f"refused: {outcome.reason}" if outcome.draft_m is None else f"{outcome.draft_m:.3f}",
            NOTHING
            if error_m is None
            else f"{MILLIMETRES * error_m:+.0f}" + (" GROSS" if outcome.gross else ""),
            _millimetres(outcome.u95_m),
            NOTHING if covered is None else "yes" if covered else "NO",
            f"{outcome.seconds:.1f}",
        )
    return table


def figures_table(rows: Sequence[Figures]) -> Table:
    """One row for each method, group and condition."""
    limits = tuple(f"≤{limit_mm} mm %" for limit_mm in LIMITS_MM)
    numbers = ("n", "read", "bias mm", "MAE mm", *limits, "covered", "U95 mm", "gross", "wrong metre", "s")
    table = _table("method", "group", numbers=(*numbers, "refused"))
    for row in rows:
        table.add_row(
            row.method,
            f"  {row.condition}" if row.condition else row.group,
            f"{row.footage}",
            f"{row.read}",
            NOTHING if row.bias_m is None else f"{MILLIMETRES * row.bias_m:+.1f}",
            NOTHING
            if row.mean_absolute_error_m is None
            else f"{MILLIMETRES * row.mean_absolute_error_m:.1f}",
            *(_percent(row.within_share[limit_mm]) for limit_mm in LIMITS_MM),
            f"{row.covered}/{row.intervals}" if row.intervals else NOTHING,
            _millimetres(row.median_u95_m),
            f"{row.gross_errors}",
            f"{row.wrong_metres}",
            f"{row.median_seconds:.2f}",
            ", ".join(f"{count} {reason}" for reason, count in row.refused.items()),
        )
    return table


def goals_table(rows: Sequence[GoalRow]) -> Table:
    """One row for each goal."""
    table = _table("goal", "for", numbers=("n", "enough", "measured", "met"))
    for row in rows:
        table.add_row(
            row.figure,
            row.group,
            f"{row.footage}",
            row.limit,
            f"{row.measured:.4g}",
            "yes" if row.met else "NO",
        )
    return table


def stages_table(rows: Sequence[Figures]) -> Table:
    """Mean seconds a footage by stage, one row for each group whose stages were timed."""
    timed = [row for row in rows if row.stages_s and not row.condition]
    names = sorted({name for row in timed for name in row.stages_s})
    table = _table("method", "group", numbers=tuple(f"{name} s" for name in names))
    for row in timed:
        table.add_row(row.method, row.group, *(f"{row.stages_s.get(name, 0.0):.2f}" for name in names))
    return table


def print_tables(
    outcomes: Sequence[Outcome], figures: Sequence[Figures], goals: Sequence[GoalRow], remarks: Sequence[str]
) -> None:
    """Print everything, the goals last.

    Args:
        outcomes: What was read.
        figures: Its figures.
        goals: The goals.
        remarks: What else is to be said.
    """
    console = Console()
    if console.width < LEAST_WIDTH:
        # A figure broken over lines cannot be compared; a terminal that is too narrow breaks whole lines.
        console = Console(width=LEAST_WIDTH)
    parts = (
        ("every footage", outcomes_table(outcomes)),
        ("by group and condition", figures_table(figures)),
        ("mean seconds by stage", stages_table(figures)),
        ("goals", goals_table(goals)),
    )
    for title, table in parts:
        console.print(f"\n[bold]{title}[/bold]")
        console.print(table)
    for remark in remarks:
        console.print(remark, markup=False, highlight=False)


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain values."""
    return {
        "file": outcome.footage.path.name,
        "group": outcome.footage.group,
        "condition": outcome.footage.condition,
        "method": outcome.method,
        "truth_m": outcome.footage.truth_m,
        "tolerance_m": outcome.footage.tolerance_m,
        "draft_m": outcome.draft_m,
        "u95_m": outcome.u95_m,
        "error_m": outcome.error_m,
        "covered": outcome.covered,
        "gross": outcome.gross,
        "wrong_metre": outcome.wrong_metre,
        "reason": outcome.reason,
        "seconds": outcome.seconds,
        "stages_s": dict(outcome.stages_s),
    }


def plain_figures(row: Figures) -> dict[str, Any]:
    """Figures as plain values."""
    return {**asdict(row), "coverage_share": row.coverage_share}


def _table(*texts: str, numbers: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in texts:
        table.add_column(heading, no_wrap=True)
    for heading in numbers:
        table.add_column(
            heading, justify="left" if heading == "refused" else "right", no_wrap=heading != "refused"
        )
    return table


def _millimetres(length_m: float | None) -> str:
    return NOTHING if length_m is None else f"{MILLIMETRES * length_m:.0f}"


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.0f}"
