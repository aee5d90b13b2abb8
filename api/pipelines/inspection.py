"""The process that opens one received file and prints what it is, with its picture and track beside.

Source: FFmpeg's protocol and format allow-lists (`vision.video`); it confines itself before anything is opened.
Left out: any state; whoever started the process decides what becomes of the file.
"""

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from api.confinement.confine import confine
from api.confinement.limits import Limits
from api.footage.inspection import LARGEST_TRACK_BYTES, THUMBNAIL_FILE, TRACK_FILE

HEAD_BYTES = 65_536
THUMBNAIL_LONG_SIDE_PX = 480
THUMBNAIL_QUALITY = 80
LIMITS = Limits(cpu_s=50, memory_bytes=4 * 1024**3, file_bytes=64 * 1024**2, open_files=128)
# What a container claims beyond these is no fact about a flight.
LONGEST_CLIP_S = 1e6
FASTEST_RATE_HZ = 1e4
MOST_UNKNOWN_TOKENS = 50
TRACK_TOO_LONG = "the track has too many positions to be drawn and was left out"

STILL_MEDIA_TYPES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
)
VIDEO_MEDIA_TYPES = {
    "mov": "video/mp4",
    "matroska": "video/webm",
    "mpegts": "video/mp2t",
    "avi": "video/x-msvideo",
}
KIND_OF_SUFFIX = (
    dict.fromkeys((".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts", ".m4v"), "video")
    | dict.fromkeys((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp"), "still")
    | {".srt": "telemetry"}
)
NOUNS = {"video": "a video", "still": "a picture", "telemetry": "telemetry"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Inspect the file of the arguments: its path, the sender's name for it, a folder for what is derived."""
    path, name, folder = arguments if arguments is not None else sys.argv[1:]
    missing = confine(LIMITS, readable=(Path(path),), writable=(Path(folder),))
    report = inspect(Path(path), name=name, folder=Path(folder)) | {"missing_protection": missing}
    sys.stdout.write(json.dumps(report, allow_nan=False))
    return 0


def inspect(path: Path, *, name: str, folder: Path) -> dict[str, Any]:
    """Tell what a file is.

    Args:
        path: the stored bytes.
        name: the name the sender gave it.
        folder: takes `thumbnail.jpg` and `track.geojson` where they can be made.

    Returns:
        `{"refusal": reason}` or the facts under the names of `api.footage.inspection.Inspection`.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        return _refusal(name, "is empty")
    named = KIND_OF_SUFFIX.get(PurePath(name).suffix.casefold())
    # UTF-16 without its mark looks like no text at all: the name decides who gets to explain what is wrong.
    if _is_text(head) or named == "telemetry":
        report = _inspect_text(path, name=name, folder=folder)
    else:
        report = _inspect_footage(path, name=name, folder=folder, head=head)
    if report["refusal"] is None and named is not None and named != report["kind"]:
        return _refusal(name, f"is named like {NOUNS[named]} and is {NOUNS[report['kind']]}")
    return report


def _inspect_text(path: Path, *, name: str, folder: Path) -> dict[str, Any]:
    """A text is a flight log or nothing we read."""
    from drone.errors import TelemetryError
    from drone.telemetry import read_flight_log
    from drone.telemetry.geojson import track_geojson

    try:
        log = replace(read_flight_log(path), source=name)
    except TelemetryError as error:
        return _refusal(name, f"no telemetry is found: {error.problem}")
    remarks = list(log.report.remarks)
    if log.report.positions:
        track = json.dumps(track_geojson(log), allow_nan=False).encode()
        if len(track) <= LARGEST_TRACK_BYTES:
            (folder / TRACK_FILE).write_bytes(track)
        else:
            remarks.append(TRACK_TOO_LONG)
    return {
        "refusal": None,
        "kind": "telemetry",
        "media_type": "text/plain; charset=utf-8",
        "duration_s": max((s.video_time_s for s in log.samples if s.video_time_s is not None), default=None),
        "telemetry": {
            "dialect": log.report.dialect,
            "model": log.report.model,
            "samples": len(log.samples),
            "positions": log.report.positions,
            "skipped": {reason.value: count for reason, count in log.report.skipped.items()},
            "unknown_tokens": dict(Counter(log.report.unknown_tokens).most_common(MOST_UNKNOWN_TOKENS)),
            "remarks": remarks,
        },
    }


def _inspect_footage(path: Path, *, name: str, folder: Path, head: bytes) -> dict[str, Any]:
    """Open a picture or video as the reader of drafts would, and keep one small frame."""
    from vision.errors import UnreadableFootageError
    from vision.video.frames import open_footage

    try:
        with open_footage(path) as footage:
            frame = next(iter(footage.frames()), None)
            facts = {
                "width_px": footage.width_px,
                "height_px": footage.height_px,
                "duration_s": _plausible(footage.duration_s, LONGEST_CLIP_S),
            }
            kind = footage.kind
    except UnreadableFootageError as error:
        return _refusal(name, error.problem)
    if frame is None:
        return _refusal(name, "holds no picture that can be decoded")
    _write_thumbnail(frame.image_bgr, folder / THUMBNAIL_FILE)
    container = _container_facts(path) if kind == "video" else {"media_type": _still_media_type(head)}
    return {"refusal": None, "kind": kind, **facts, **container}


def _container_facts(path: Path) -> dict[str, Any]:
    """Codec, rate and creation time of a video that has been opened once."""
    from vision.video.videos import open_container

    with open_container(path) as container:
        stream = container.streams.best("video")
        rate = stream.average_rate
        return {
            "media_type": VIDEO_MEDIA_TYPES.get(
                container.format.name.split(",")[0], "application/octet-stream"
            ),
            "codec": stream.codec_context.name,
            "frame_rate_hz": _plausible(float(rate), FASTEST_RATE_HZ) if rate else None,
            "created_at": container.metadata.get("creation_time"),
        }


def _plausible(value: float | None, largest: float) -> float | None:
    return value if value is not None and 0.0 < value <= largest else None


def _write_thumbnail(image_bgr: Any, path: Path) -> None:
    import cv2

    height_px, width_px = image_bgr.shape[:2]
    scale = min(1.0, THUMBNAIL_LONG_SIDE_PX / max(height_px, width_px))
    size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
    small = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
    encoded, jpeg = cv2.imencode(".jpg", small, (cv2.IMWRITE_JPEG_QUALITY, THUMBNAIL_QUALITY))
    if encoded:
        path.write_bytes(jpeg.tobytes())


def _still_media_type(head: bytes) -> str:
    return next(
        (kind for magic, kind in STILL_MEDIA_TYPES if head.startswith(magic)), "application/octet-stream"
    )


def _is_text(head: bytes) -> bool:
    """Whether the first bytes are text: no NUL except in UTF-16, which announces itself."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\x00" not in head and _decodes(head))


def _decodes(head: bytes) -> bool:
    # The head may end inside a character, hence the incremental decoder without the final check.
    import codecs

    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            codecs.getincrementaldecoder(encoding)().decode(head)
            return True
    return False


def _refusal(name: str, reason: str) -> dict[str, Any]:
    return {"refusal": f"{name}: {reason}"}


if __name__ == "__main__":
    sys.exit(main())
