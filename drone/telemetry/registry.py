"""Which telemetry formats there are, and how a file finds its reader: by its content, never by its name.

Source: the modules of drone/telemetry/formats; each has one FORMAT.
Left out: what a format means. A new format is one module in that folder; nothing here changes.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from stat import S_ISDIR, S_ISREG

from drone.errors import NoTelemetryError, UnknownTelemetryFormatError, UnreadableTelemetryFileError
from drone.telemetry import formats
from drone.telemetry.decoding import kind_of_bytes
from drone.telemetry.flight_log import FlightLog
from drone.telemetry.format import TelemetryFormat

HEAD_BYTES = 1024 * 1024
# An hour at sixty subtitles a second is 65 MB.
LARGEST_FILE_BYTES = 256 * 1024 * 1024


def _discovered() -> tuple[TelemetryFormat, ...]:
    """Every module of the folder, the surest evidence first, then by name so that the order never changes."""
    names = sorted(module.name for module in iter_modules(formats.__path__))
    found = [import_module(f"{formats.__name__}.{name}").FORMAT for name in names]
    return tuple(sorted(found, key=lambda known: known.evidence))


FORMATS = _discovered()
ACCEPTED = f"telemetry by content: {', '.join(known.name for known in FORMATS)}"


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
    head = _bytes_of(path, source, at_most=HEAD_BYTES)
    known = format_of(head)
    if known is None:
        raise _unknown(source, head)
    if known.read_file is not None:
        return known.read_file(path, source)
    return known.read(_bytes_of(path, source, at_most=LARGEST_FILE_BYTES), source)


def format_of(head: bytes) -> TelemetryFormat | None:
    """Find the format of a file.

    Args:
        head: Its first bytes, up to HEAD_BYTES.

    Returns:
        The first format of FORMATS that knows them; None where there is none.
    """
    return next((known for known in FORMATS if known.recognises(head)), None)


def _bytes_of(path: Path, source: str, *, at_most: int) -> bytes:
    try:
        _require_file(path, source, at_most=None if at_most == HEAD_BYTES else at_most)
        with path.open("rb") as file:
            return file.read(at_most)
    # A name with a NUL in it is a ValueError.
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableTelemetryFileError(source, f"cannot be read: {reason}", accepted=ACCEPTED) from error


def _require_file(path: Path, source: str, *, at_most: int | None) -> None:
    """Refuse what would block, or is too large, before opening it."""
    status = path.stat()
    if S_ISDIR(status.st_mode):
        raise UnreadableTelemetryFileError(source, "is a folder", accepted=ACCEPTED)
    if not S_ISREG(status.st_mode):
        raise UnreadableTelemetryFileError(source, "is a device or pipe and no file", accepted=ACCEPTED)
    if status.st_size == 0:
        raise NoTelemetryError(source, "is empty", accepted=ACCEPTED)
    if at_most is not None and status.st_size > at_most:
        raise UnreadableTelemetryFileError(
            source,
            f"has {status.st_size} bytes",
            accepted=f"{ACCEPTED} of at most {at_most} bytes",
        )


def _unknown(source: str, head: bytes) -> UnknownTelemetryFormatError:
    kind = kind_of_bytes(head)
    found = "text without subtitles" if kind == "text" else kind
    return UnknownTelemetryFormatError(
        source, f"is {found}, not telemetry that is read here", accepted=ACCEPTED
    )
