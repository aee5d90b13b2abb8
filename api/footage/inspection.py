"""Has a received file looked into by a process of its own and takes home what it found.

Source: the house's rules for hostile input: time, memory and output are limited, a crash is an answer.
Left out: the looking itself (`api.pipelines.inspection`): the web process never opens a picture or video.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from stat import S_ISREG
from typing import IO, Annotated, Any, Self

import structlog
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from api.confinement.launch import ended, started

TRACK_FILE = "track.geojson"
THUMBNAIL_FILE = "thumbnail.jpg"
ACCEPTED_FILES = (
    "a video (MP4, MOV, MKV, WebM, AVI, TS), a picture (JPEG, PNG, TIFF, WebP, BMP) "
    "or a DJI .SRT subtitle with telemetry"
)

UNKNOWN_MEDIA_TYPE = "application/octet-stream"
MEDIA_TYPES = frozenset(
    {
        UNKNOWN_MEDIA_TYPE,
        "text/plain; charset=utf-8",
        *(f"image/{kind}" for kind in ("jpeg", "png", "tiff", "webp", "bmp")),
        *(f"video/{kind}" for kind in ("mp4", "webm", "mp2t", "x-msvideo")),
    }
)
LARGEST_REPORT_BYTES = 1024 * 1024
LARGEST_TRACK_BYTES = 16 * 1024 * 1024
LARGEST_THUMBNAIL_BYTES = 1024 * 1024
LONGEST_COMPLAINT_BYTES = 2000
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)


class FootageKind(StrEnum):
    """What a file of a flight turned out to be."""

    VIDEO = "video"
    STILL = "still"
    TELEMETRY = "telemetry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What one file is; a file that is nothing we read carries the reason instead of a kind.

    Attributes:
        kind: None exactly when `refusal` says why.
        media_type: what the content may safely be served as.
        refusal: why the file belongs in quarantine; None when it was understood.
        width_px: upright picture width of a video or still.
        height_px: upright picture height.
        duration_s: of a video, from its time stamps; of telemetry, the last cue's start.
        frame_rate_hz: mean rate of a video.
        codec: of a video, as FFmpeg names it.
        created_at: creation time of the container, ISO 8601 as it stands there.
        telemetry: dialect, model, samples, positions and skipped samples by reason; None for pictures.
        track: the flown track as GeoJSON; None when the file holds no positions.
        thumbnail_jpeg: a small picture; None for telemetry.
    """

    kind: FootageKind | None
    media_type: str = "application/octet-stream"
    refusal: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    duration_s: float | None = None
    frame_rate_hz: float | None = None
    codec: str | None = None
    created_at: str | None = None
    telemetry: Mapping[str, Any] | None = None
    track: dict[str, Any] | None = None
    thumbnail_jpeg: bytes | None = None

    @classmethod
    def from_refusal(cls, reason: str) -> Self:
        """A file that is kept aside, with the reason a person will read."""
        return cls(kind=None, refusal=f"{reason}; accepted: {ACCEPTED_FILES}")

    @classmethod
    def from_report(cls, report: object, folder: Path) -> Self:
        """Build from what the inspecting process printed and left in its folder.

        Raises:
            ValueError: it printed or left anything that it should not: a decoder may have been taken over.
        """
        told = _Report.model_validate(report)
        if told.refusal is not None:
            return cls.from_refusal(told.refusal)
        if told.kind is None:
            raise ValueError("neither a kind nor a refusal")
        track = _left(folder / TRACK_FILE, LARGEST_TRACK_BYTES)
        facts = {name: getattr(told, name) for name in _Report.model_fields if name != "missing_protection"}
        return cls(
            **facts,
            track=None if track is None else json.loads(track),
            thumbnail_jpeg=_left(folder / THUMBNAIL_FILE, LARGEST_THUMBNAIL_BYTES),
        )


def _plausible_moment(text: str | None) -> str | None:
    """Leave out a time of creation that no camera of ours can have: it is a claim of the sender's and no more."""
    try:
        moment = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return text if moment is not None else None
    return text if _EARLIEST <= moment < _LATEST else None


def _known_media_type(text: str) -> str:
    if text not in MEDIA_TYPES:
        raise ValueError(f"{text!a} is no media type of footage")
    return text


class _Report(BaseModel):
    """What the inspecting process may say; it has met bytes that nobody vouches for."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: FootageKind | None = None
    refusal: Annotated[str, Field(max_length=4000)] | None = None
    media_type: Annotated[str, AfterValidator(_known_media_type)] = UNKNOWN_MEDIA_TYPE
    width_px: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    height_px: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    duration_s: Annotated[float, Field(ge=0.0, le=1e7)] | None = None
    frame_rate_hz: Annotated[float, Field(gt=0.0, le=1e5)] | None = None
    codec: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,40}$")] | None = None
    created_at: Annotated[str | None, AfterValidator(_plausible_moment)] = None
    telemetry: dict[str, Any] | None = None
    missing_protection: dict[str, str] = Field(default_factory=dict)


def inspect_file(path: Path, *, name: str, limit_s: float) -> Inspection:
    """Find out what a received file is, without trusting it.

    Args:
        path: the bytes as stored; their file name says nothing.
        name: the name the sender gave, only used in the reasons.
        limit_s: wall-clock limit of the inspecting process in seconds.

    Returns:
        The facts, or a refusal with its reason. Never raises for what the file contains.
    """
    with (
        tempfile.TemporaryDirectory(prefix="hullmark-inspection-") as folder,
        tempfile.TemporaryFile() as report,
        tempfile.TemporaryFile() as complaints,
    ):
        made = Path(folder) / "made"
        made.mkdir()
        process = started(
            "api.pipelines.inspection",
            [str(path.resolve()), name, str(made)],
            folder=made,
            stdout=report,
            stderr=complaints,
        )
        returncode = ended(process, limit_s=limit_s)
        if returncode is None:
            return Inspection.from_refusal(f"{name}: took longer than {limit_s:.0f} s to open")
        if returncode == 0:
            try:
                return _understood(_printed(report, LARGEST_REPORT_BYTES), made)
            except (ValueError, OSError, RecursionError) as error:
                log.warning("inspection answered nonsense", name=name, error=_words(error))
        else:
            stderr = _printed(complaints, LONGEST_COMPLAINT_BYTES).decode(errors="replace")
            log.warning("inspection failed", name=name, returncode=returncode, stderr=stderr)
        return Inspection.from_refusal(f"{name}: could not be opened within the limits of memory and time")


def _understood(printed: bytes, made: Path) -> Inspection:
    report = json.loads(printed)
    inspection = Inspection.from_report(report, made)
    if report.get("missing_protection"):
        log.warning("inspection was not fully confined", missing=report["missing_protection"])
    return inspection


def _printed(file: IO[bytes], largest_bytes: int) -> bytes:
    """The beginning of what a process wrote to a file of ours; what is longer than it may be does not parse."""
    file.seek(0)
    return file.read(largest_bytes)


def _left(path: Path, largest_bytes: int) -> bytes | None:
    """A plain file that the process left; a link of its would lead to what only we may read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, so that it is the file that was looked at
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode) or status.st_nlink != 1 or status.st_size > largest_bytes:
            raise ValueError(f"{path.name} is no plain file of at most {largest_bytes} bytes")
        return file.read(largest_bytes)


def _words(error: Exception) -> str:
    return (
        "; ".join(str(item["msg"]) for item in error.errors())
        if isinstance(error, ValidationError)
        else str(error)
    )
