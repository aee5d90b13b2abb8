"""`hullmark bench reading`: drafts read against their truth, by condition, against the goals, beside other methods.

Source: footage rendered from `datasets/bench-reading`, or a folder with its truth: `clips.toml` or `readings.csv`.
Left out: computing figures (figures.py, goals.py) and all that sees pictures (drafts/).
"""

import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from api.bench.ablation_names import ABLATIONS
from api.bench.figures import figures_by_group
from api.bench.goals import HARD_STILLS, SPEED, goal_rows
from api.bench.known_footage import known_footage
from api.bench.outcomes import KnownFootage, Outcome
from api.bench.tables import plain_figures, plain_outcome, print_tables
from api.pipelines.errors import PipelineError, TrainingNotInstalledError

if TYPE_CHECKING:
    from api.bench.drafts.methods import Method

NOT_INSTALLED = "rapidocr: not installed; accepted: an installation of hullmark[bench]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A run of the bench.

    Attributes:
        footage: What was read: "quick", "full", or a folder.
        networks: The weights that read.
        outcomes: By method, the product's first.
        remarks: What else is to be said.
    """

    footage: str
    networks: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    remarks: tuple[str, ...]


def reading(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder with footage and its truth; rendered footage where left out."),
    ] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="The small rendered set: a few minutes.")] = False,
    group: Annotated[list[str] | None, typer.Option(help="Only this group; may be repeated.")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder that keeps rendered footage.")] = None,
    baselines: Annotated[
        bool | None,
        typer.Option(
            "--baselines/--no-baselines", help="Other methods beside it; on for the full rendered set."
        ),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help=f"Switch a part off, may be repeated: {', '.join(ABLATIONS)}.")
    ] = None,
    ablations: Annotated[
        bool, typer.Option("--ablations", help="Also read with one part off at a time, each in turn.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Read footage whose draft is known and compare; without a folder, footage is rendered first, once."""
    off = _parts(without or [])
    footage = _of_groups(known_footage(folder), group) if folder else _rendered(group, work, quick=quick)
    compared = not quick and folder is None if baselines is None else baselines
    methods, remarks = _methods(off, baselines=compared, ablations=ablations)
    outcomes = _read_all(methods, footage)
    from api.bench.drafts.methods import network_identities

    measured = Measured(
        footage=str(folder) if folder else "quick" if quick else "full",
        networks=tuple(network_identities()),
        outcomes=tuple(outcomes),
        remarks=tuple(remarks),
    )
    if as_json:
        typer.echo(json.dumps(report(measured), allow_nan=False, indent=2))
    else:
        figures = figures_by_group(measured.outcomes, conditions=True)
        print_tables(measured.outcomes, figures, goal_rows(_of_product(measured)), _remarks(measured))


def _parts(without: list[str]) -> list[str]:
    unknown = [name for name in without if name not in ABLATIONS]
    if unknown:
        raise typer.BadParameter(
            f"{', '.join(unknown)}; accepted: {', '.join(ABLATIONS)}", param_hint="--without"
        )
    return without


def _of_groups(footage: list[KnownFootage], groups: list[str] | None) -> list[KnownFootage]:
    known = list(dict.fromkeys(one.group for one in footage))
    _require_known_groups(groups, known)
    return [one for one in footage if not groups or one.group in groups]


def _require_known_groups(groups: list[str] | None, known: list[str]) -> None:
    unknown = [name for name in groups or [] if name not in known]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}; accepted: {', '.join(known)}", param_hint="--group")


def _rendered(names: list[str] | None, work: Path | None, *, quick: bool) -> list[KnownFootage]:
    try:
        from api.bench.drafts.descriptions import load_groups
        from api.bench.drafts.rendering import rendered_footage
    except ImportError as error:
        raise TrainingNotInstalledError from error
    groups = load_groups(descriptions_folder())
    _require_known_groups(names, [one.name for one in groups])
    chosen = [one for one in groups if not names or one.name in names]
    destination = work or Path(tempfile.gettempdir()) / "hullmark-bench-reading"
    with _progress() as bar:
        task = bar.add_task("rendering", total=None)
        return rendered_footage(
            chosen,
            destination,
            quick=quick,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def descriptions_folder() -> Path:
    """Where the bench's footage is described.

    Raises:
        PipelineError: This installation has no descriptions.
    """
    folder = Path(__file__).resolve().parents[2] / "datasets" / "bench-reading"
    if not folder.is_dir():
        raise PipelineError(
            f"{folder}: what to render is described in the repository only; accepted: a folder with clips.toml "
            "or readings.csv"
        )
    return folder


def _methods(off: list[str], *, baselines: bool, ablations: bool) -> "tuple[list[Method], list[str]]":
    from api.bench.drafts.methods import boxes_method, hullmark_method, rapidocr_method

    methods, remarks = [hullmark_method(off)], []
    if baselines:
        words = rapidocr_method()
        methods += [boxes_method()] if words is None else [boxes_method(), words]
        remarks += [NOT_INSTALLED] if words is None else []
    if ablations:
        methods += [hullmark_method([*off, name]) for name in ABLATIONS if name not in off]
    return methods, remarks


def _read_all(methods: "Sequence[Method]", footage: Sequence[KnownFootage]) -> list[Outcome]:
    outcomes = []
    with _progress() as bar:
        for index, method in enumerate(methods):
            # The clip for speed is for the product's own speed alone.
            own = [one for one in footage if index == 0 or one.group != SPEED]
            task = bar.add_task(method.name, total=len(own))
            for one in own:
                outcomes.append(method.read(one))
                bar.advance(task)
    return outcomes


def _progress() -> Progress:
    return Progress(console=Console(stderr=True), disable=not sys.stderr.isatty())


def _of_product(measured: Measured) -> list[Outcome]:
    """Outcomes of the method that is measured against the goals: the first."""
    return [one for one in measured.outcomes if one.method == measured.outcomes[0].method]


def _remarks(measured: Measured) -> list[str]:
    stills = [one for one in _of_product(measured) if one.footage.group == HARD_STILLS]
    read = [one for one in stills if one.draft_m is not None]
    confirmed = [
        f"hard stills on a wrong metre: {sum(one.wrong_metre for one in read)} of {len(read)} read, {len(stills)} shown"
    ]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    made_with = f"footage: {measured.footage}; networks: {', '.join(measured.networks)}; {machine}"
    return [*(confirmed if stills else []), *measured.remarks, made_with]


def report(measured: Measured) -> dict[str, Any]:
    """The bench's figures as plain values.

    Args:
        measured: A run.

    Returns:
        Goals, figures by method, group and condition, and single outcomes; lengths in metres, shares 0 to 1.
    """
    return {
        "footage": measured.footage,
        "networks": list(measured.networks),
        "remarks": _remarks(measured),
        "goals": [asdict(row) for row in goal_rows(_of_product(measured))],
        "figures": [plain_figures(row) for row in figures_by_group(measured.outcomes, conditions=True)],
        "outcomes": [plain_outcome(outcome) for outcome in measured.outcomes],
    }
