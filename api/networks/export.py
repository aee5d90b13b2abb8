"""`hullmark dataset export`: labelled data in one file for training elsewhere.

Source: docs/how-to/train-the-networks.md. A built data set is packed as it is; decided readings are labelled first.
Left out: the labels (`vision.training.decided_labels`) and the packing (`vision.training.packing`).
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress

Report = Callable[[int, int], None]


def export(
    destination: Annotated[Path, typer.Argument(help="The .zip file to write.", dir_okay=False)],
    *,
    licence: Annotated[
        str, typer.Option(help="Under which the pictures may be used: an SPDX identifier, or who allowed it.")
    ],
    dataset_folder: Annotated[
        Path | None,
        typer.Option(
            "--dataset", help="A data set that was built.", exists=True, file_okay=False, show_default=False
        ),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="A service's data folder: the footage of its accepted and corrected readings.",
            exists=True,
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    port_call: Annotated[
        list[UUID] | None,
        typer.Option(help="With --data-dir: only this port call; may be given again.", show_default=False),
    ] = None,
) -> None:
    """Write labelled data as one ZIP file with its card and manifest; prints what is in it as JSON.

    Of readings that persons accepted or corrected come frames, pieces of them with weak labels, and the decided drafts.
    """
    _check(destination, licence, (dataset_folder, data_dir, port_call))
    manifest: dict[str, Any] = {}
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(destination.name, total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        if data_dir is not None:
            manifest = _pack_decided(data_dir, destination, licence, port_call or [], progress)
        elif dataset_folder is not None:
            manifest = _pack_built(dataset_folder, destination, licence, progress)
    told = {key: manifest[key] for key in ("name", "source", "labels", "licence", "pictures", "left_out")}
    typer.echo(json.dumps({"file": str(destination), **told}, ensure_ascii=False, indent=2))


def _check(
    destination: Path, licence: str, given: tuple[Path | None, Path | None, list[UUID] | None]
) -> None:
    """Refuse what cannot be meant before minutes are spent on it.

    Raises:
        typer.BadParameter: The sources, the file's name or the licence.
    """
    dataset_folder, data_dir, port_calls = given
    if (dataset_folder is None) == (data_dir is None):
        raise typer.BadParameter("one of --dataset and --data-dir is accepted")
    if port_calls and data_dir is None:
        raise typer.BadParameter("--port-call is accepted with --data-dir")
    if destination.suffix.casefold() != ".zip" or not destination.parent.is_dir():
        raise typer.BadParameter(
            f"{destination}: a name that ends with .zip in a folder that exists is accepted"
        )
    if destination.exists():
        raise typer.BadParameter(f"{destination}: it exists already; a new name is accepted")
    if not licence.strip():
        raise typer.BadParameter("--licence: the words of whoever may allow the use are accepted")


def _pack_built(folder: Path, destination: Path, licence: str, progress: Report) -> dict[str, Any]:
    from api.pipelines.training import pack_dataset

    return pack_dataset(
        folder, destination, name=destination.stem, source="rendered", licence=licence, progress=progress
    )


def _pack_decided(
    data_dir: Path, destination: Path, licence: str, port_call_ids: list[UUID], progress: Report
) -> dict[str, Any]:
    from api.networks.decided import decided_footage
    from api.pipelines.footage_export import export_footage
    from api.pipelines.training import pack_dataset
    from api.settings import load_settings
    from api.storage.data_directory import open_data_directory

    settings = load_settings(data_dir=data_dir)
    # A folder that holds no database is a mistake, and must not be made into a service's.
    if settings.database_url is None and not settings.database_path.is_file():
        raise typer.BadParameter(f"--data-dir {data_dir}: a service's data folder is accepted")
    database, objects = open_data_directory(settings)
    try:
        with database.reading() as session:
            decided, left_out = decided_footage(session, objects, port_call_ids=port_call_ids)
    finally:
        database.dispose()
    if not decided:
        counted = "; ".join(f"{count} {why}" for why, count in left_out.items()) or "no reading is decided"
        raise typer.BadParameter(
            f"--data-dir {data_dir}: accepted or corrected readings with footage are accepted ({counted})"
        )
    with TemporaryDirectory(prefix="hullmark-export-") as name:
        provenance, unlabelled = export_footage(decided, Path(name), progress=progress)
        return pack_dataset(
            Path(name),
            destination,
            name=destination.stem,
            source="decided",
            licence=licence,
            provenance=provenance,
            left_out=left_out | unlabelled,
            progress=progress,
        )
