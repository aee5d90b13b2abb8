"""`hullmark read`: drafts from videos and stills on the command line.

Prints the document of docs/architecture.md, or a table; writes evidence and an annotated video where asked.
Left out: the service's jobs, which call the same pipeline.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from api.pipelines.errors import UnreadableFootageError

BAD_INPUT = 2
DEEPEST_DRAFT_M = 40.0


def read(
    footage: Annotated[
        list[Path],
        # Left to the reader, which refuses one unreadable file and reads the others.
        typer.Argument(help="Videos or pictures of draft marks.", show_default=False, readable=False),
    ],
    *,
    expect_range: Annotated[
        tuple[float, float] | None,
        typer.Option(
            help="Lowest and highest draft that can be, in metres.", metavar="LOW HIGH", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    evidence: Annotated[
        Path | None, typer.Option(help="Folder for annotated pictures and plots.", show_default=False)
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option(
            help="MP4 file for the clip with scale, waterline and level drawn on every frame; one video only.",
            metavar="OUT.mp4",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Read the draft at the marks that a video or picture shows, with its 95 % interval, or say why not."""
    expected = _checked_range(expect_range)
    video = _checked_video(footage, annotate)
    documents = [
        _document(path, _Asked(expected, folder, video), quiet=as_json)
        for path, folder in zip(footage, _evidence_folders(footage, evidence), strict=True)
    ]
    if as_json:
        shown: Any = documents if len(documents) > 1 else documents[0]
        typer.echo(json.dumps(shown, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        Console().print(_table(documents))
    if any(document["status"] == "error" for document in documents):
        raise typer.Exit(BAD_INPUT)


class _Asked(NamedTuple):
    """What was asked for with one input."""

    expected: tuple[float, float] | None
    evidence_dir: Path | None
    annotate: Path | None


def _document(path: Path, asked: _Asked, *, quiet: bool) -> dict[str, Any]:
    """Read one input; one that cannot be read keeps its place and costs no other."""
    try:
        document = _read_one(path, asked, quiet=quiet)
    except UnreadableFootageError as refused:
        error = UnreadableFootageError(str(path), refused.reason, accepted=refused.accepted)
        typer.echo(f"hullmark: {error}", err=True)
        return _unreadable(error)
    # As it was given: clips of several flights often have the same name.
    return document | {"file": str(path)}


def _checked_range(expect_range: tuple[float, float] | None) -> tuple[float, float] | None:
    if expect_range is None:
        return None
    low, high = expect_range
    if not 0 <= low < high <= DEEPEST_DRAFT_M:
        raise typer.BadParameter(
            f"--expect-range {low:g} {high:g}: a range of drafts within 0 to 40 m is accepted, low first"
        )
    return low, high


def _checked_video(footage: Sequence[Path], annotate: Path | None) -> Path | None:
    """The file for the annotated video, before minutes are spent on reading.

    Raises:
        typer.BadParameter: Several inputs, another kind of file, an input itself, or a folder that is not there.
    """
    if annotate is None:
        return None
    if len(footage) > 1:
        raise typer.BadParameter(f"--annotate {annotate}: {len(footage)} inputs; one video is accepted")
    if annotate.suffix.casefold() != ".mp4":
        raise typer.BadParameter(f"--annotate {annotate}: a name that ends with .mp4 is accepted")
    if annotate.is_dir() or not os.access(annotate.parent, os.W_OK):
        raise typer.BadParameter(f"--annotate {annotate}: a file in a folder that can be written is accepted")
    if annotate.exists() and footage[0].exists() and annotate.samefile(footage[0]):
        raise typer.BadParameter(f"--annotate {annotate}: this is the footage; another file is accepted")
    return annotate


def _evidence_folders(footage: Sequence[Path], evidence: Path | None) -> list[Path | None]:
    """Give each input a folder of its own; inputs of the same name get a number.

    Raises:
        typer.BadParameter: The folder cannot be made or written.
    """
    if evidence is None:
        return [None] * len(footage)
    try:
        evidence.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(
            f"--evidence {evidence}: {error.strerror}; a folder that can be written is accepted"
        ) from error
    if not os.access(evidence, os.W_OK):
        raise typer.BadParameter(f"--evidence {evidence}: a folder that can be written is accepted")
    if len(footage) == 1:
        return [evidence]
    names: list[str] = []
    for path in footage:
        numbered = (path.stem, *(f"{path.stem}-{number}" for number in range(2, len(footage) + 1)))
        names.append(next(name for name in numbered if name.casefold() not in map(str.casefold, names)))
    return [evidence / name for name in names]


def _read_one(path: Path, asked: _Asked, *, quiet: bool) -> dict[str, Any]:
    if quiet or not sys.stderr.isatty():
        return _read(path, asked, None)
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(path.name, total=1.0)
        return _read(path, asked, lambda share: bar.update(task, completed=share))


def _read(path: Path, asked: _Asked, progress: Callable[[float], None] | None) -> dict[str, Any]:
    from api.pipelines.reading import read_footage

    return read_footage(
        path,
        expected_range_m=asked.expected,
        evidence_dir=asked.evidence_dir,
        progress=progress,
        annotate=asked.annotate,
    )


def _unreadable(error: UnreadableFootageError) -> dict[str, Any]:
    return {
        "file": error.source,
        "status": "error",
        "reason": "unreadable",
        "message": str(error),
        "draft_m": None,
    }


def _table(documents: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("file", "draft", "95 %", "frames", "waves", "remarks"):
        table.add_column(
            heading, justify="right" if heading in {"draft", "95 %", "frames"} else "left", overflow="fold"
        )
    for document in documents:
        table.add_row(*_row(document))
    return table


def _row(document: dict[str, Any]) -> tuple[str, ...]:
    if document["status"] != "ok":
        return document["file"], "-", "-", "-", "-", f"{document['status']}: {document['message']}"
    height = document["waves"]["significant_height_m"]
    return (
        document["file"],
        f"{document['draft_m']:.3f} m",
        f"± {document['u95_m']:.3f} m",
        str(document["frames"]["used"]),
        "-" if height is None else f"Hs {height:.2f} m",
        "; ".join(document["warnings"]),
    )
