"""`hullmark dataset`, `train`, `evaluate`, `export-model`.

Source: docs/architecture.md, the commands; docs/how-to/train-the-networks.md.
Left out: the work itself, which `api.pipelines.training` does.
"""

import json
import math
import sys
from contextlib import AbstractContextManager, redirect_stdout
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import Progress

from api.networks.export import export

dataset = typer.Typer(no_args_is_help=True, help="Data sets: rendered, and exported.")

ModelFolder = Annotated[
    Path, typer.Argument(help="The network's folder in models/.", exists=True, file_okay=False)
]
DatasetFolder = Annotated[
    Path, typer.Option("--dataset", help="A data set that was built.", exists=True, file_okay=False)
]
Device = Annotated[str, typer.Option(help="cpu, or the number of a GPU.")]


@dataset.callback()
def _group() -> None:
    """Data sets: rendered from their descriptions, and exported for training elsewhere."""


@dataset.command("build")
def build(
    folder: Annotated[Path, typer.Argument(help="A folder of datasets/.", exists=True, file_okay=False)],
    destination: Annotated[Path, typer.Argument(help="Where the files go.")],
) -> None:
    """Render a data set: pictures, labels, truth and a sheet to look at; or clips."""
    from api.pipelines.training import build_dataset

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(folder.name, total=None)
        build_dataset(
            folder, destination, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )


dataset.command("export")(export)


def train(
    folder: ModelFolder,
    *,
    dataset_folder: DatasetFolder,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            help="A further data set to train on, for example an unpacked export; may be given again.",
            exists=True,
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        Path | None, typer.Option(help="Weights to start from (.pt, or a registered .onnx).", exists=True)
    ] = None,
    runs: Annotated[Path, typer.Option(help="Folder of logs and checkpoints.")] = Path("runs"),
    device: Device = "cpu",
) -> None:
    """Train a network as its train.toml says; prints the best checkpoint's path."""
    from api.pipelines.training import train as train_network

    with _trainer_on_standard_error():
        best = train_network(
            folder, dataset=dataset_folder, base=base, runs=runs, device=device, also=tuple(also or ())
        )
    typer.echo(best)


def evaluate(
    folder: ModelFolder,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A checkpoint (.pt), or an exported file (.onnx, .xml); without it, the registered one.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    *,
    dataset_folder: DatasetFolder,
    part: Annotated[str, typer.Option(help="The data set's part, for an exported file.")] = "val",
    longest_px: Annotated[
        int | None,
        typer.Option(
            "--longest",
            help="Scale the longer side of pictures to so many pixels, for an exported file.",
            min=32,
            max=8192,
            show_default=False,
        ),
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Compute an exported file in float32, not in bfloat16.")
    ] = False,
    device: Device = "cpu",
) -> None:
    """Evaluate a network; prints its metrics by condition as JSON."""
    if file is not None and file.suffix == ".pt":
        from api.pipelines.training import validate_checkpoint

        with _trainer_on_standard_error():
            metrics = validate_checkpoint(folder, checkpoint=file, dataset=dataset_folder, device=device)
    else:
        metrics = _evaluated(folder, _Asked(file, longest_px, exact), dataset_folder, part)
    typer.echo(json.dumps(_rounded(metrics), indent=2))


class _Asked(NamedTuple):
    file: Path | None
    longest_px: int | None
    exact: bool


def _evaluated(folder: Path, asked: _Asked, dataset_folder: Path, part: str) -> dict[str, dict[str, float]]:
    """Judge an exported file.

    Raises:
        typer.BadParameter: It is none by its name.
    """
    from api.pipelines.training import Judged, evaluate_file

    if asked.file is not None and asked.file.suffix not in {".onnx", ".xml"}:
        raise typer.BadParameter(f"{asked.file}: a .pt, .onnx or .xml file is accepted")
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(folder.name, total=None)
        return evaluate_file(
            folder,
            Judged(file=asked.file, longest_px=asked.longest_px, exact=asked.exact),
            dataset=dataset_folder,
            part=part,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _trainer_on_standard_error() -> AbstractContextManager[object]:
    """The trainer talks while it works; standard output is for the result alone."""
    return redirect_stdout(sys.stderr)


def _rounded(metrics: dict[str, dict[str, float]]) -> dict[str, dict[str, float | None]]:
    """Four decimals; what could not be computed is null, which JSON has and NaN it has not."""
    return {
        condition: {name: None if math.isnan(value) else round(value, 4) for name, value in row.items()}
        for condition, row in metrics.items()
    }


def export_model(
    folder: ModelFolder,
    checkpoint: Annotated[Path, typer.Argument(help="A checkpoint (.pt).", exists=True, dir_okay=False)],
) -> None:
    """Write a checkpoint as the network's ONNX file and register its digest; prints the digest."""
    from api.pipelines.training import export_network

    with _trainer_on_standard_error():
        digest = export_network(folder, checkpoint=checkpoint)
    typer.echo(digest)
