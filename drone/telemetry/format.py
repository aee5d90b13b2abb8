"""What a telemetry format is to the registry: its name, how its bytes are known, and its reader.

Source: docs/how-to/add-a-telemetry-format.md.
Left out: the formats themselves; each is one module of drone/telemetry/formats.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from drone.telemetry.flight_log import FlightLog


class Evidence(IntEnum):
    """How surely a format shows itself in the first bytes; the surest are asked first."""

    signature = 1
    """Fixed bytes at a fixed place."""
    structure = 2
    """Bytes that recur at the right distances, or an element's name."""
    words = 3
    """Text with a mark that others hardly write."""
    columns = 4
    """Text whose first line names columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryFormat:
    """A format and its reader.

    Attributes:
        name: For messages.
        evidence: What `recognises` goes by.
        recognises: Whether the first bytes of a file are of this format.
        read: From all bytes and the file's name for messages.
        read_file: The same from the file itself, for formats whose files do not fit into memory.
    """

    name: str
    evidence: Evidence
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes, str], FlightLog]
    read_file: Callable[[Path, str], FlightLog] | None = None
