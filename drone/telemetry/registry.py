"""The formats that telemetry is read in, chosen by content and never by a file's name.

A new format is one module and one line here; docs/how-to/read-drone-telemetry.md.
Left out: formats of later versions.
"""

from pathlib import Path

from drone.errors import EmptyFlightLogError, MissingFlightLogError, NotAFlightLogError, OversizedFlightLogError
from drone.telemetry.dji_srt import parse_dji_srt
from drone.telemetry.flight_log import FlightLog

# An hour of 60 Hz cues is 130 MB.
LARGEST_BYTES = 256 * 1024 * 1024
_BINARY = {b"\xff\xd8\xff": "a JPEG picture", b"\x89PNG": "a PNG picture", b"PK\x03\x04": "a zip archive", b"%PDF": "a PDF"}


def read_flight_log(path: Path) -> FlightLog:
    """Open and read a file of telemetry.

    Args:
        path: The file; its name says nothing, its content does.

    Returns:
        The log.

    Raises:
        TelemetryError: Missing, empty, too large, of another kind, or damaged beyond use.
    """
    if not path.exists():
        raise MissingFlightLogError(path.name, "there is no such file")
    if not path.is_file():
        raise MissingFlightLogError(path.name, "this is not a file")
    size = path.stat().st_size
    if size == 0:
        raise EmptyFlightLogError(path.name, "the file is empty")
    if size > LARGEST_BYTES:
        raise OversizedFlightLogError(path.name, f"{size} bytes; up to {LARGEST_BYTES} are read")
    return parse_dji_srt(_decoded(path.read_bytes(), path.name), source=path.name)


def _decoded(content: bytes, source: str) -> str:
    """Text of a file: by its byte order mark, else UTF-8, else byte by byte (positions are ASCII in any case)."""
    for signature, kind in _BINARY.items():
        if content.startswith(signature):
            raise NotAFlightLogError(source, f"this is {kind}")
    if content[4:8] == b"ftyp":
        raise NotAFlightLogError(source, "this is a video")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:4096] and content[:4096].count(0) > len(content[:4096]) // 3:
        order = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return content.decode(order, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
