"""Reads moments as flight logs write them.

Source: ISO 8601, and the tables that Airdata, DJI, Litchi and spreadsheet programs export.
Left out: guessing whether 03/04 is April or March where the file never shows it: such a date is not read.
"""

import re
from datetime import UTC, datetime

ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*([AaPp][Mm])?\s*(Z|UTC|[-+]\d{2}:?\d{2})?\Z"
)
NAMED_ZONES = {"Z": "+0000", "UTC": "+0000"}
MICROSECOND_DIGITS = 6
NOON = 12


def moment_of(text: str, *, is_utc: bool = False) -> datetime | None:
    """Read a moment.

    Args:
        text: Year first, with or without zone.
        is_utc: The column says that it is UTC.

    Returns:
        With a zone where the text or the column has one, else without; None where it cannot be read.

    >>> moment_of("2023-12-22 19:56:32", is_utc=True).isoformat()
    '2023-12-22T19:56:32+00:00'
    >>> moment_of("2022-05-01T13:01:58.5Z").isoformat()
    '2022-05-01T13:01:58.500000+00:00'
    """
    match = ISO.match(text.strip())
    if match is None:
        return None
    hour = int(match[4])
    if match[8]:
        hour = hour % NOON + (NOON if match[8].lower() == "pm" else 0)
    microsecond = int((match[7] or "")[:MICROSECOND_DIGITS].ljust(MICROSECOND_DIGITS, "0"))
    zone = match[9]
    try:
        moment = datetime(  # noqa: DTZ001 (the zone follows)
            int(match[1]), int(match[2]), int(match[3]), hour, int(match[5]), int(match[6] or 0), microsecond
        )
    except ValueError:
        return None
    if zone is None:
        return moment.replace(tzinfo=UTC) if is_utc else moment
    offset = NAMED_ZONES.get(zone, zone.replace(":", ""))
    return moment.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo)


def local_text(moment: datetime) -> str:
    """ISO 8601 without zone."""
    return moment.replace(tzinfo=None).isoformat()
