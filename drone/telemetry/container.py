"""Opens a video only to take its data out: facts, subtitle packets, data packets with their times.

Source: PyAV (FFmpeg's demuxers); a time is the packet's PTS minus the first PTS of the picture stream.
Left out: decoding pictures; protocols and references: the demuxer is named and reads one open file.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, BinaryIO

from drone.errors import NoTelemetryError
from drone.telemetry.flight_log import SkipReason
from drone.telemetry.moments import moment_of
from drone.telemetry.tally import EARLIEST, Tally

ISO_6709 = re.compile(r"([-+]\d{1,2}(?:\.\d+)?)([-+]\d{1,3}(?:\.\d+)?)([-+]\d+(?:\.\d+)?)?")
LOCATION_NAMES = ("location", "location-eng", "com.apple.quicktime.location.ISO6709")
MODEL_NAMES = ("com.apple.quicktime.model", "model", "model-eng")
MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
# HEIF pictures are MP4 files too.
PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
TRANSPORT_SIZES = (188, 192, 204)
SYNC = 0x47
LEAST_PACKETS = 3
# Metadata of a flight of an hour; more is no telemetry.
MOST_PACKETS = 2_000_000
MOST_BYTES = 512 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Track:
    """The packets of one subtitle or data stream.

    Attributes:
        kind: `subtitle` or `data`.
        codec: By FFmpeg's name; None where it has none.
        packets: Times in seconds, None without PTS, and bytes.
    """

    kind: str
    codec: str | None
    packets: list[tuple[float | None, bytes]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a video holds besides its pictures.

    Attributes:
        tracks: Subtitle and data streams.
        duration_s: As the container says; None where it does not.
        width_px: Of the picture.
        height_px: Of the picture.
        created: The container's creation time, with a zone as written.
        location: Latitude, longitude and, where written, altitude.
        model: Of the camera.
    """

    tracks: tuple[Track, ...]
    duration_s: float | None
    width_px: int | None
    height_px: int | None
    created: datetime | None
    location: tuple[float, float, float | None] | None
    model: str | None


def demuxer_of(head: bytes) -> str | None:
    """Name FFmpeg's demuxer for a file.

    Args:
        head: Its first bytes.

    Returns:
        `mov`, `matroska`, `avi` or `mpegts`; None where it is none of them.
    """
    if head[4:8] in MP4_BOXES and head[8:12] not in PICTURE_BRANDS:
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    return "mpegts" if _is_transport_stream(head) else None


def contents_of(file: BinaryIO, demuxer: str, source: str, *, accepted: str, tally: Tally) -> Contents:
    """Take the data out of a video.

    Args:
        file: Open, at its beginning.
        demuxer: From `demuxer_of`.
        source: For messages.
        accepted: For messages.
        tally: Takes `incomplete` where the file is cut, and facts.

    Returns:
        What it holds.

    Raises:
        NoTelemetryError: The container cannot be opened, such as an MP4 without its index.
    """
    import av
    from av.error import FFmpegError

    try:
        container = av.open(file, format=demuxer)
    except (FFmpegError, ValueError, IndexError) as error:
        problem = "is a video that cannot be opened: its index is missing or damaged (cut copy or recording)"
        raise NoTelemetryError(source, problem, accepted=accepted) from error
    with container:
        picture = next(iter(container.streams.video), None)
        tracks = {
            stream.index: Track(kind=stream.type, codec=getattr(stream.codec_context, "name", None))
            for stream in container.streams
            if stream.type in {"subtitle", "data"}
        }
        start_s = _start_s(picture)
        try:
            wanted = [stream for stream in container.streams if stream.index in tracks]
            # Without a stream to take, demux would give the packets of all.
            _fill(container.demux(wanted) if wanted else (), tracks, start_s)
        except FFmpegError:
            tally.skipped[SkipReason.incomplete] += 1
        _note_facts(container, picture, tally)
        return _contents(container, picture, tuple(tracks.values()))


def _fill(packets: Iterable[Any], tracks: dict[int, Track], start_s: float) -> None:
    count = size = 0
    for packet in packets:
        if packet.size:
            count, size = count + 1, size + packet.size
            if count > MOST_PACKETS or size > MOST_BYTES:
                return
            time_s = None if packet.pts is None else float(packet.pts * packet.time_base) - start_s
            tracks[packet.stream.index].packets.append((time_s, bytes(packet)))


def _start_s(picture: Any) -> float:
    if picture is None or picture.start_time is None:
        return 0.0
    return float(picture.start_time * picture.time_base)


def _contents(container: Any, picture: Any, tracks: tuple[Track, ...]) -> Contents:
    written = {str(name): str(value) for name, value in container.metadata.items()}
    streams = [dict(stream.metadata) for stream in container.streams]
    created = next((each["creation_time"] for each in (written, *streams) if each.get("creation_time")), "")
    moment = moment_of(created)
    size = (None, None) if picture is None else (picture.codec_context.width, picture.codec_context.height)
    return Contents(
        tracks=tracks,
        duration_s=None if container.duration is None else container.duration / 1_000_000,
        width_px=size[0] or None,
        height_px=size[1] or None,
        created=moment if moment is not None and moment.tzinfo is not None and moment >= EARLIEST else None,
        location=_location(next((written[name] for name in LOCATION_NAMES if name in written), "")),
        model=next((written[name] for name in MODEL_NAMES if name in written), None),
    )


def _note_facts(container: Any, picture: Any, tally: Tally) -> None:
    tally.facts |= {"container": container.format.name, "streams": len(container.streams)}
    if picture is not None:
        tally.facts |= {"video_codec": picture.codec_context.name}
        tally.facts |= {"width_px": picture.codec_context.width, "height_px": picture.codec_context.height}
    if container.duration is not None:
        tally.facts |= {"duration_s": container.duration / 1_000_000}
    for name in ("encoder", "comment", "creation_time"):
        if container.metadata.get(name):
            tally.facts[name] = str(container.metadata[name])


def _location(text: str) -> tuple[float, float, float | None] | None:
    """ISO 6709 in decimal degrees; other forms of it are longer, and not read."""
    match = ISO_6709.match(text)
    if match is None:
        return None
    return float(match[1]), float(match[2]), None if match[3] is None else float(match[3])


def _is_transport_stream(head: bytes) -> bool:
    """Sync bytes recur at the size of a packet; a cut copy may begin inside one."""
    for size in TRANSPORT_SIZES:
        for first in range(size):
            places = range(first, len(head), size)
            if len(places) < LEAST_PACKETS:
                break
            if all(head[place] == SYNC for place in (*places[:20],)):
                return True
    return False


def shown_until(times_s: list[float | None]) -> list[float | None]:
    """A packet is shown until the next one; the last one has no end."""
    ends = [
        after if before is not None and after is not None and after > before else None
        for before, after in pairwise(times_s)
    ]
    return [*ends, None] if times_s else []
