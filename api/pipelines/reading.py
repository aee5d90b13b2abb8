"""From a footage file to the JSON of a draft reading, with its evidence beside it.

Joins `vision.video`, `vision.draft` and the networks; the document's keys are those of docs/architecture.md.
Left out: state; whoever calls stores the document and the files.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from api.pipelines.errors import UnreadableFootageError
from api.pipelines.evidence import Seen, write_annotated_video, write_evidence
from api.pipelines.seen_document import document_of, from_document
from vision.draft.looks import Looks
from vision.draft.networks import OpenVinoDraftNetworks
from vision.draft.reader import ReadingTrace
from vision.draft.reader import read_footage as read_frames
from vision.draft.reading import EXPLANATIONS, DraftReading
from vision.errors import ACCEPTED_FOOTAGE
from vision.errors import UnreadableFootageError as VisionUnreadableFootageError
from vision.video.frames import Footage, open_footage

# Above twice the frequency of any wave that moves a level by more than a millimetre.
SAMPLING_RATE_HZ = 6.0
MOST_FRAMES = 420
# Of the time that a reading takes, before its evidence; drawing and encoding every frame takes longer than reading.
READING_SHARE, READING_SHARE_WITH_VIDEO = 0.95, 0.4


def read_footage(
    path: Path,
    *,
    expected_range_m: tuple[float, float] | None,
    evidence_dir: Path | None,
    progress: Callable[[float], None] | None,
    annotate: Path | None = None,
) -> dict[str, Any]:
    """Read the draft in a still or a clip.

    Args:
        path: The file.
        expected_range_m: Lowest and highest draft that can be, where the caller knows.
        evidence_dir: Folder for the evidence files, made where missing; None for none.
        progress: Called with the share done, 0 to 1.
        annotate: MP4 file for the clip with the reading drawn on every frame; None for none.

    Returns:
        The document of `hullmark read`, finite numbers and None only.

    Raises:
        UnreadableFootageError: The file is no picture or video that can be opened, or no video where every frame
            is to be drawn on.
    """
    with _refusals_named():
        document = _read(path, expected_range_m, evidence_dir, annotate, progress or _nobody)
    if progress is not None:
        progress(1.0)
    return document


def read_levels(
    path: Path, *, expected_range_m: tuple[float, float] | None, progress: Callable[[float], None]
) -> dict[str, Any]:
    """Read the draft and leave the drawing of its evidence to `draw_evidence`, in whichever process.

    Args:
        path: The file.
        expected_range_m: Lowest and highest draft that can be, where the caller knows.
        progress: Called with the share done, 0 to 1.

    Returns:
        `{"answer": the document of `hullmark read` without evidence, "seen": what evidence is drawn from}`.

    Raises:
        UnreadableFootageError: The file is no picture or video that can be opened.
    """
    with _refusals_named():
        seen, document = _look(path, expected_range_m, progress, annotate=None)
    return {"answer": document, "seen": document_of(seen.trace, seen.looks)}


def draw_evidence(path: Path, seen: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Draw the evidence of a reading that `read_levels` made.

    Args:
        path: The same file under the same name.
        seen: What `read_levels` left for this.
        folder: Where to, made where missing.

    Returns:
        `{"role", "file", "media_type", "time_s"}` of each file.

    Raises:
        UnreadableFootageError: The file cannot be opened any more.
    """
    trace, looks = from_document(seen)
    with _refusals_named():
        return write_evidence(Seen(path=path, trace=trace, looks=looks, networks=draft_networks()), folder)


@contextmanager
def _refusals_named() -> Iterator[None]:
    try:
        yield
    except VisionUnreadableFootageError as error:
        raise UnreadableFootageError(error.path.name, error.problem, accepted=ACCEPTED_FOOTAGE) from error


def _nobody(_: float) -> None:
    """Nobody waits for progress."""


def _read(
    path: Path,
    expected_range_m: tuple[float, float] | None,
    evidence_dir: Path | None,
    annotate: Path | None,
    progress: Callable[[float], None],
) -> dict[str, Any]:
    seen, document = _look(path, expected_range_m, progress, annotate=annotate)
    if evidence_dir is not None:
        document["evidence"] += write_evidence(seen, evidence_dir)
    if annotate is not None:
        with open_footage(path) as footage:
            duration_s = footage.duration_s
        told = _share(progress, duration_s, READING_SHARE_WITH_VIDEO, READING_SHARE)
        document["evidence"].append(write_annotated_video(seen, annotate, told))
    return document


def _look(
    path: Path,
    expected_range_m: tuple[float, float] | None,
    progress: Callable[[float], None],
    *,
    annotate: Path | None,
) -> tuple[Seen, dict[str, Any]]:
    """Read the draft, and keep what its evidence is made of."""
    networks, looks = draft_networks(), Looks()
    read_share = READING_SHARE if annotate is None else READING_SHARE_WITH_VIDEO
    with open_footage(path) as footage:
        if annotate is not None and footage.kind != "video":
            raise UnreadableFootageError(path.name, "a still has no frames to annotate", accepted="a video")
        trace = read_frames(
            looks.watch(_sampled(footage)),
            networks,
            moving=footage.kind == "video",
            expected_range_m=expected_range_m,
            progress=_share(progress, footage.duration_s, 0.0, read_share),
        )
        document = reading_document(path.name, trace.reading, networks.identities, tuple(footage.warnings))
        document["column"] = trace.column
        document["other_columns"] = [_column_document(other) for other in trace.others]
    return Seen(path=path, trace=trace, looks=looks, networks=networks), document


@cache
def draft_networks() -> OpenVinoDraftNetworks:
    """The networks, loaded once in a process."""
    return OpenVinoDraftNetworks()


def _sampled(footage: Footage) -> Iterator[tuple[float, Any]]:
    rate = SAMPLING_RATE_HZ
    if footage.duration_s:
        rate = min(rate, max(1.0, MOST_FRAMES / footage.duration_s))
    for frame in footage.frames(max_rate_hz=rate):
        yield frame.time_s, frame.image_bgr


def _share(
    progress: Callable[[float], None], duration_s: float | None, start: float, end: float
) -> Callable[[float], None]:
    """Progress from one share to another by the time of the frame that is done."""
    if not duration_s:
        return _nobody
    return lambda time_s: progress(min(end, start + (end - start) * time_s / duration_s))


def reading_document(
    name: str, reading: DraftReading, models: tuple[str, ...], warnings: tuple[str, ...]
) -> dict[str, Any]:
    """The JSON of one reading.

    Args:
        name: Name of the file.
        reading: The outcome.
        models: Which weights read it.
        warnings: What was wrong with the file and got over.

    Returns:
        A document of plain values.
    """
    refusal = reading.refusal
    return {
        "file": name,
        "status": "ok" if refusal is None else "refused",
        "reason": None if refusal is None else refusal.reason.value,
        "message": None if refusal is None else f"{EXPLANATIONS[refusal.reason]} ({refusal.detail})",
        "draft_m": _rounded(reading.draft_m),
        "standard_uncertainty_m": _rounded(reading.standard_uncertainty_m),
        "u95_m": _rounded(reading.u95_m),
        "unit_of_marks": None if refusal is not None else reading.unit_of_marks,
        "frames": {"used": reading.frames_used, "rejected": reading.frames_rejected},
        "waves": {
            "significant_height_m": _rounded(reading.sea.significant_height_m),
            "mean_period_s": _rounded(reading.sea.mean_period_s),
        },
        "series": [[round(time_s, 3), round(level_m, 4)] for time_s, level_m in reading.series],
        "rules": {rule: _rounded(value) for rule, value in reading.rules.items()},
        "rule": "mean" if refusal is None else None,
        "scale": {"numerals": reading.scale_numerals, "residual_m": _rounded(reading.scale_residual_m)},
        "uncertainty_m": {source: _rounded(sigma) for source, sigma in reading.components_m.items()},
        "needed_more_s": _rounded(reading.needed_more_s),
        "models": list(models),
        "warnings": list(warnings),
        "column": "only",
        "other_columns": [],
        "evidence": [],
    }


def _column_document(other: ReadingTrace) -> dict[str, Any]:
    """A column that was read beside the main one."""
    document = reading_document("", other.reading, (), ())
    kept = ("draft_m", "standard_uncertainty_m", "u95_m", "unit_of_marks", "frames", "series", "scale")
    return {"column": other.column, **{key: document[key] for key in kept}}


def _rounded(value: float | None) -> float | None:
    """A tenth of a millimetre is far below what any of these numbers knows."""
    return None if value is None or not math.isfinite(value) else round(value, 4)
