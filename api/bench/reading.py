"""`hullmark bench reading`: drafts read against their truth, with bias, coverage of the interval, refusals and time.

Source: footage with its truth beside it: `clips.toml` of a rendered set, or `readings.csv` of a careful reader.
Left out: baselines, conditions and ablations.
"""

import csv
import json
import math
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.demo.port import demo_port
from api.pipelines.errors import PipelineError

GROSS_ERROR_M = 0.05
MILLIMETRES = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One footage read.

    Attributes:
        file: Its name.
        truth_m: The draft that it shows.
        tolerance_m: How well that is known; 0 for a rendered clip.
        draft_m: What was read, None where refused.
        u95_m: Its interval.
        reason: Code of the refusal.
        seconds: Time taken.
    """

    file: str
    truth_m: float
    tolerance_m: float
    draft_m: float | None
    u95_m: float | None
    reason: str | None
    seconds: float

    @property
    def error_m(self) -> float | None:
        """Read less true."""
        return None if self.draft_m is None else self.draft_m - self.truth_m

    @property
    def covered(self) -> bool | None:
        """Whether the interval, widened by what the truth lacks, holds the truth."""
        if self.error_m is None or self.u95_m is None:
            return None
        return abs(self.error_m) <= self.u95_m + self.tolerance_m

    @property
    def gross(self) -> bool:
        """Off by more than 50 mm and not covered."""
        return self.error_m is not None and abs(self.error_m) > GROSS_ERROR_M and not self.covered


def reading(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder with footage and its truth; the demo port's where left out.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Read footage whose draft is known and compare."""
    from api.pipelines.reading import read_footage

    outcomes = []
    for path, truth_m, tolerance_m in known_footage(folder or demo_port().folder):
        started = time.perf_counter()
        document = read_footage(path, expected_range_m=None, evidence_dir=None, progress=None)
        outcomes.append(_outcome(document, truth_m, tolerance_m, time.perf_counter() - started))
    if as_json:
        typer.echo(json.dumps(report(outcomes), allow_nan=False, indent=2))
    else:
        _print(outcomes)


def known_footage(folder: Path) -> list[tuple[Path, float, float]]:
    """Footage of a folder with its truth.

    Args:
        folder: Holds `clips.toml` with clips/ beside it, or `readings.csv` with pictures beside it.

    Returns:
        (file, draft in m, tolerance in m) each.

    Raises:
        PipelineError: The folder holds neither, or one that cannot be read.
    """
    try:
        found = _written_truth(folder)
    except (KeyError, TypeError, ValueError) as error:
        raise PipelineError(
            f"{folder}: its truth cannot be read ({type(error).__name__}: {error}); accepted: file, draft_m "
            "and, in readings.csv, tolerance_m of every clip"
        ) from error
    if not found:
        raise PipelineError(
            f"{folder}: no truth beside the footage; accepted: a folder with clips.toml or readings.csv"
        )
    return found


def _written_truth(folder: Path) -> list[tuple[Path, float, float]]:
    if (folder / "clips.toml").is_file():
        clips = tomllib.loads((folder / "clips.toml").read_text(encoding="utf-8"))["clip"]
        return [(folder / "clips" / clip["file"], _length_m(clip["draft_m"]), 0.0) for clip in clips]
    if (folder / "readings.csv").is_file():
        with (folder / "readings.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [
            (folder / row["file"], _length_m(row["draft_m"]), _length_m(row["tolerance_m"])) for row in rows
        ]
    return []


def _length_m(written: float | str) -> float:
    value_m = float(written)
    if not math.isfinite(value_m):
        raise ValueError(f"{written!r} is no length")
    return value_m


def _outcome(document: dict[str, Any], truth_m: float, tolerance_m: float, seconds: float) -> Outcome:
    return Outcome(
        file=document["file"],
        truth_m=truth_m,
        tolerance_m=tolerance_m,
        draft_m=document["draft_m"],
        u95_m=document["u95_m"],
        reason=document["reason"],
        seconds=seconds,
    )


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The bench's figures as plain values.

    Args:
        outcomes: What was read.

    Returns:
        Single outcomes and their summary; means are None where nothing was read.
    """
    errors = [outcome.error_m for outcome in outcomes if outcome.error_m is not None]
    sizes = [abs(error) for error in errors]
    return {
        "outcomes": [
            {**asdict(outcome), "error_m": outcome.error_m, "covered": outcome.covered}
            for outcome in outcomes
        ],
        "footage": len(outcomes),
        "read": len(errors),
        "refused": len(outcomes) - len(errors),
        "bias_m": fmean(errors) if errors else None,
        "mean_absolute_error_m": fmean(sizes) if sizes else None,
        "largest_error_m": max(sizes, default=None),
        "covered": sum(1 for outcome in outcomes if outcome.covered),
        "gross_errors": sum(1 for outcome in outcomes if outcome.gross),
        "median_seconds": median(outcome.seconds for outcome in outcomes) if outcomes else None,
    }


def _print(outcomes: Sequence[Outcome]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("file", "true m", "read m", "error mm", "U95 mm", "covered", "s"):
        table.add_column(heading, justify="left" if heading == "file" else "right")
    for outcome in outcomes:
        table.add_row(*_row(outcome))
    console = Console()
    console.print(table)
    for name, value in report(outcomes).items():
        if name != "outcomes":
            console.print(f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value}")


def _row(outcome: Outcome) -> tuple[str, ...]:
    if outcome.error_m is None or outcome.u95_m is None:
        return (
            outcome.file,
            f"{outcome.truth_m:.3f}",
            f"refused: {outcome.reason}",
            "",
            "",
            "",
            f"{outcome.seconds:.1f}",
        )
    return (
        outcome.file,
        f"{outcome.truth_m:.3f}",
        f"{outcome.draft_m:.3f}",
        f"{MILLIMETRES * outcome.error_m:+.0f}",
        f"{MILLIMETRES * outcome.u95_m:.0f}",
        "yes" if outcome.covered else "NO",
        f"{outcome.seconds:.1f}",
    )
