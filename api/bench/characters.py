"""`hullmark bench characters`: how often a digit is misread, by the score of its box, on a built data set.

Source: the labels of a data set that the network has not seen; `vision/draft/metres.py` holds the shares.
Left out: recall and precision by condition, which `hullmark evaluate` gives.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.bench.drafts.misread import ScoreBin


def characters(
    *,
    dataset: Annotated[Path, typer.Option(help="A data set that was built.", exists=True, file_okay=False)],
    part: Annotated[str, typer.Option(help="Its part; the network must not have seen it.")] = "val",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """How often a digit is misread, by the score of its box."""
    from api.bench.drafts.methods import draft_networks
    from api.bench.drafts.misread import misread_by_score

    networks = draft_networks()
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading characters", total=None)
        bins = misread_by_score(
            networks,
            dataset,
            part=part,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        document = {"network": networks.identities[0], "part": part, "bins": plain_bins(bins)}
        typer.echo(json.dumps(document, allow_nan=False, indent=2))
    else:
        _print(bins, networks.identities[0])


def plain_bins(bins: "Sequence[ScoreBin]") -> list[dict[str, Any]]:
    """Bins as plain values."""
    return [{**asdict(one), "misread_share": one.misread_share} for one in bins]


def _print(bins: "Sequence[ScoreBin]", network: str) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("score", "digits", "misread", "share %"):
        table.add_column(heading, justify="right")
    for one in bins:
        share = one.misread_share
        table.add_row(
            f"{one.low:.1f} to {one.high:.1f}",
            f"{one.digits}",
            f"{one.misread}",
            "–" if share is None else f"{100 * share:.1f}",
        )
    console = Console()
    console.print(table)
    console.print(f"network: {network}")
