"""Which telemetry formats there are, and how a file finds its reader: by its content, never by its name.

Source: each format's own module.
Left out: what a format means. A new format is one module and one row of FORMATS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from drone.errors import NoTelemetryError, UnknownTelemetryFormatError, UnreadableTelemetryFileError
from drone.telemetry.decoding import decoded, kind_of_bytes
from drone.telemetry.dji_srt import ACCEPTED, parse_dji_srt
from drone.telemetry.flight_log import FlightLog
from drone.telemetry.srt_cues import ARROW

HEAD_BYTES = 1024 * 1024
# An hour at sixty subtitles a second is 65 MB.
LARGEST_FILE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryFormat:
    """A format and its reader.

    Attributes:
        name: For messages.
        recognises: Whether the first bytes of a file are of this format.
        read: From all bytes and the file's name for messages.
    """

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes, str], FlightLog]


def _is_srt(head: bytes) -> bool:
    text = decoded(head)
    return text is not None and ARROW in text


def _read_srt(data: bytes, source: str) -> FlightLog:
    text = decoded(data)
    if text is None:
        raise UnknownTelemetryFormatError(
            source, "begins as subtitles and goes on as binary data", accepted=ACCEPTED
        )
    return parse_dji_srt(text, source=source)


FORMATS = (TelemetryFormat(name="DJI .SRT", recognises=_is_srt, read=_read_srt),)


def read_flight_log(path: Path) -> FlightLog:
    """Read the telemetry of a file.

    Args:
        path: A file of any format of FORMATS, whatever its name.

    Returns:
        Its samples and the report of the reading; `source` is the path as given.

    Raises:
        UnreadableTelemetryFileError: There is no such file, or it cannot be opened, or it is too large.
        UnknownTelemetryFormatError: Its bytes are of no format of FORMATS.
        NoTelemetryError: It is empty, or holds nothing usable.
    """
    source = str(path)
    data = _bytes_of(path, source)
    known = next((candidate for candidate in FORMATS if candidate.recognises(data[:HEAD_BYTES])), None)
    if known is None:
        raise _unknown(source, data[:HEAD_BYTES])
    return known.read(data, source)


def _bytes_of(path: Path, source: str) -> bytes:
    try:
        _require_file(path, source)
        return path.read_bytes()
    # A name with a NUL in it is a ValueError.
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableTelemetryFileError(source, f"cannot be read: {reason}", accepted=ACCEPTED) from error


def _require_file(path: Path, source: str) -> None:
    """Refuse what would block, or is too large, before opening it."""
    status = path.stat()
    if S_ISDIR(status.st_mode):
        raise UnreadableTelemetryFileError(source, "is a folder", accepted=ACCEPTED)
    if not S_ISREG(status.st_mode):
        raise UnreadableTelemetryFileError(source, "is a device or pipe and no file", accepted=ACCEPTED)
    if status.st_size == 0:
        raise NoTelemetryError(source, "is empty", accepted=ACCEPTED)
    if status.st_size > LARGEST_FILE_BYTES:
        raise UnreadableTelemetryFileError(
            source,
            f"has {status.st_size} bytes",
            accepted=f"{ACCEPTED} of at most {LARGEST_FILE_BYTES} bytes",
        )


def _unknown(source: str, head: bytes) -> UnknownTelemetryFormatError:
    kind = kind_of_bytes(head)
    found = "text without subtitles" if kind == "text" else kind
    return UnknownTelemetryFormatError(
        source, f"is {found}, not telemetry that is read here", accepted=ACCEPTED
    )
