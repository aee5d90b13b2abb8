"""`hullmark dataset`, `train`, `evaluate`, `export-model`.

Source: docs/architecture.md, the commands; docs/how-to/train-the-networks.md.
Left out: the work itself, which `api.pipelines.training` does.
"""

import json
import math
import sys
from contextlib import AbstractContextManager, redirect_stdout
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

dataset = typer.Typer(no_args_is_help=True, help="Data sets: rendered from their descriptions.")

ModelFolder = Annotated[
    Path, typer.Argument(help="The network's folder in models/.", exists=True, file_okay=False)
]
DatasetFolder = Annotated[
    Path, typer.Option("--dataset", help="A data set that was built.", exists=True, file_okay=False)
]
Device = Annotated[str, typer.Option(help="cpu, or the number of a GPU.")]


@dataset.callback()
def _group() -> None:
    """Data sets: rendered from their descriptions."""


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


def train(
    folder: ModelFolder,
    *,
    dataset_folder: DatasetFolder,
    base: Annotated[
        Path | None, typer.Option(help="Weights to start from (.pt, or a registered .onnx).", exists=True)
    ] = None,
    runs: Annotated[Path, typer.Option(help="Folder of logs and checkpoints.")] = Path("runs"),
    device: Device = "cpu",
) -> None:
    """Train a network as its train.toml says; prints the best checkpoint's path."""
    from api.pipelines.training import train as train_network

    with _trainer_on_standard_error():
        best = train_network(folder, dataset=dataset_folder, base=base, runs=runs, device=device)
    typer.echo(best)


def evaluate(
    folder: ModelFolder,
    checkpoint: Annotated[
        Path | None,
        typer.Argument(
            help="A checkpoint (.pt); without it, the registered ONNX file.", exists=True, dir_okay=False
        ),
    ] = None,
    *,
    dataset_folder: DatasetFolder,
    part: Annotated[str, typer.Option(help="The data set's part, for the registered file.")] = "val",
    device: Device = "cpu",
) -> None:
    """Evaluate a network; prints its metrics by condition as JSON."""
    from api.pipelines.training import evaluate_registered, validate_checkpoint

    if checkpoint is not None:
        with _trainer_on_standard_error():
            metrics = validate_checkpoint(
                folder, checkpoint=checkpoint, dataset=dataset_folder, device=device
            )
    else:
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task(folder.name, total=None)
            metrics = evaluate_registered(
                folder,
                dataset=dataset_folder,
                part=part,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    typer.echo(json.dumps(_rounded(metrics), indent=2))


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
