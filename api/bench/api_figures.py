"""What `hullmark bench api` measured, held against its goals, as tables for people.

Source: the goals of the service; limits are written here once.
Left out: measuring.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from api.bench.api_load import LoadFigures
from api.bench.api_upload import UploadFigures
from api.bench.goals import GoalRow
from api.bench.records import VerificationSpeed
from api.bench.search import SearchBench
from api.bench.tables import LEAST_WIDTH, goals_table

VERIFIED_PER_S = 100_000
SEARCH_P99_MS = 100
UPLOAD_SHARE_PERCENT = 80
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFigures:
    """A run of the bench.

    Attributes:
        machine: what it ran on, and how busy that was before.
        load: of the main routes.
        appended_per_s: records, each in a transaction of its own.
        verification: of a long chain.
        search: of many records; None where it is not measured on this database.
        upload: beside a plain copy.
    """

    machine: str
    load: Sequence[LoadFigures]
    appended_per_s: float
    verification: VerificationSpeed
    search: SearchBench | None
    upload: UploadFigures


def goal_rows(figures: ApiFigures) -> list[GoalRow]:
    """Hold every goal against what was measured."""
    verification, upload = figures.verification, figures.upload
    rows = [
        _at_least(
            "verified in the database, records/s and core",
            verification.database_records_per_s,
            VERIFIED_PER_S,
            group="records",
            count=verification.record_count,
        ),
        _at_least(
            "verified of an export, records/s and core",
            verification.export_records_per_s,
            VERIFIED_PER_S,
            group="records",
            count=verification.record_count,
        ),
        _at_least(
            "upload by a plain copy with its hash, %",
            100 * upload.speed_share,
            UPLOAD_SHARE_PERCENT,
            group=f"{upload.size_bytes / MEGABYTE:.0f} MB",
            count=upload.pairs,
        ),
    ]
    if figures.search is not None:
        rows.append(
            GoalRow(
                group="records",
                figure="search p99, ms",
                limit=f"at most {SEARCH_P99_MS}",
                measured=figures.search.p99_ms,
                footage=figures.search.records,
                met=figures.search.p99_ms <= SEARCH_P99_MS,
            )
        )
    return rows


def print_figures(figures: ApiFigures) -> None:
    """Print everything, the goals last."""
    console = Console()
    if console.width < LEAST_WIDTH:
        console = Console(width=LEAST_WIDTH)
    console.print("\n[bold]routes[/bold]")
    console.print(_load_table(figures.load))
    for line in _lines(figures):
        console.print(line, markup=False, highlight=False)
    console.print("\n[bold]goals[/bold]")
    console.print(goals_table(goal_rows(figures)))
    console.print(figures.machine, markup=False, highlight=False)


def _lines(figures: ApiFigures) -> list[str]:
    verification, upload = figures.verification, figures.upload
    return [
        "",
        f"records appended one by one: {figures.appended_per_s:.0f} a second",
        (
            f"{verification.record_count} records verified: {verification.database_s:.1f} s in the database, "
            f"{verification.verify_export_s:.1f} s of an export of "
            f"{verification.export_size_bytes / MEGABYTE:.0f} MB (made in {verification.export_s:.1f} s)"
        ),
        (
            f"{upload.size_bytes / MEGABYTE:.0f} MB: copied in {upload.copy_s:.2f} s, "
            f"uploaded in {upload.upload_s:.2f} s ({upload.size_bytes / MEGABYTE / upload.upload_s:.0f} MB/s)"
        ),
    ]


def _at_least(figure: str, measured: float, limit: float, *, group: str, count: int) -> GoalRow:
    return GoalRow(
        group=group,
        figure=figure,
        limit=f"at least {limit:g}",
        measured=measured,
        footage=count,
        met=measured >= limit,
    )


def _load_table(rows: Sequence[LoadFigures]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("route", no_wrap=True)
    for heading in ("clients", "requests/s", "p50 ms", "p99 ms", "n", "refused"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.route,
            f"{row.clients}",
            f"{row.requests_per_s:.0f}",
            f"{row.p50_ms:.1f}",
            f"{row.p99_ms:.1f}",
            f"{row.requests}",
            f"{row.refused}",
        )
    return table
