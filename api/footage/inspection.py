"""Has a received file looked into by a process of its own and takes home what it found.

Source: the house's rules for hostile input: time, memory and output are limited, a crash is an answer.
Left out: the looking itself (`api.pipelines.inspection`): the web process never opens a picture or video.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import structlog

TRACK_FILE = "track.geojson"
THUMBNAIL_FILE = "thumbnail.jpg"
ACCEPTED_FILES = (
    "a video (MP4, MOV, MKV, WebM, AVI, TS), a picture (JPEG, PNG, TIFF, WebP, BMP) "
    "or a DJI .SRT subtitle with telemetry"
)

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
    def from_report(cls, report: Mapping[str, Any], folder: Path) -> Self:
        """Build from what the inspecting process printed and left in its folder."""
        if report["refusal"] is not None:
            return cls.from_refusal(report["refusal"])
        facts = {key: value for key, value in report.items() if key not in {"refusal", "kind"}}
        track, thumbnail = folder / TRACK_FILE, folder / THUMBNAIL_FILE
        return cls(
            kind=FootageKind(report["kind"]),
            track=json.loads(track.read_bytes()) if track.is_file() else None,
            thumbnail_jpeg=thumbnail.read_bytes() if thumbnail.is_file() else None,
            **facts,
        )


def inspect_file(path: Path, *, name: str, limit_s: float) -> Inspection:
    """Find out what a received file is, without trusting it.

    Args:
        path: the bytes as stored; their file name says nothing.
        name: the name the sender gave, only used in the reasons.
        limit_s: wall-clock limit of the inspecting process in seconds.

    Returns:
        The facts, or a refusal with its reason. Never raises for what the file contains.
    """
    with tempfile.TemporaryDirectory(prefix="hullmark-inspection-") as folder:
        command = [sys.executable, "-P", "-m", "api.pipelines.inspection", str(path), name, folder]
        try:
            done = subprocess.run(  # noqa: S603 - fixed program, no shell; the name is one argument, never parsed
                command, capture_output=True, timeout=limit_s, check=False, env=_environment()
            )
        except subprocess.TimeoutExpired:
            return Inspection.from_refusal(f"{name}: took longer than {limit_s:.0f} s to open")
        if done.returncode != 0:
            log.warning(
                "inspection failed",
                name=name,
                returncode=done.returncode,
                stderr=done.stderr[-2000:].decode(errors="replace"),
            )
            return Inspection.from_refusal(
                f"{name}: could not be opened within the limits of memory and time"
            )
        return Inspection.from_report(json.loads(done.stdout), Path(folder))


def _environment() -> dict[str, str]:
    """What the inspecting process may know of ours: enough to start Python, nothing secret."""
    kept = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV")
    # One thread each: a thumbnail needs no more, and idle pools reserve address space that is limited.
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FFMPEG_LOGLEVEL": "-8"}
    return {key: os.environ[key] for key in kept if key in os.environ} | quiet
