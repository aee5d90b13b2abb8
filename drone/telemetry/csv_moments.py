"""Reads the dates of tables, whose order of day and month the whole column has to show.

Source: exports with American dates (12/22/2023 7:56:32 PM), European dates (22.12.2023) and counts since 1970.
Left out: a column in which no day is beyond 12: 03/04/2023 is then not read.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from drone.telemetry.moments import moment_of
from drone.telemetry.tally import utc_from_microseconds

YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(.*)\Z", re.DOTALL)
EPOCH = re.compile(r"\d{9,16}(?:\.\d+)?\Z")
MONTHS = 12
LOOKED_AT = 100_000
# Seconds since 1970 have ten digits before 2286; three more are milliseconds, six more microseconds.
MICROSECONDS_OF_A_COUNT = {10: 1e6, 13: 1e3, 16: 1.0}


def date_order_of(cells: Iterable[str]) -> str | None:
    """Find out whether days or months come first.

    Args:
        cells: All dates of the table.

    Returns:
        `day` or `month`; None where no cell shows it, or cells contradict each other.
    """
    shown = set()
    for cell in islice(cells, LOOKED_AT):
        match = YEAR_LAST.match(cell.strip())
        if match and (int(match[1]) > MONTHS) != (int(match[2]) > MONTHS):
            shown.add("day" if int(match[1]) > MONTHS else "month")
        elif match and "." in cell[: match.start(3)]:
            # Dots between day and month are written in countries that put the day first.
            shown.add("day")
    return shown.pop() if len(shown) == 1 else None


def clocked(text: str, order: str | None, *, is_utc: bool) -> datetime | None:
    """Read a date and time, with the year first or last.

    Args:
        text: Such as `12/22/2023 7:56:32 PM`.
        order: From `date_order_of`.
        is_utc: The column says so.

    Returns:
        The moment; None where it cannot be read.
    """
    match = YEAR_LAST.match(text.strip())
    if match is None:
        return moment_of(text, is_utc=is_utc)
    if order is None:
        return None
    day, month = (match[1], match[2]) if order == "day" else (match[2], match[1])
    return moment_of(f"{match[3]}-{month}-{day}{match[4]}", is_utc=is_utc)


def epoch_moment(text: str) -> datetime | None:
    """Read a count since 1970 in seconds, milliseconds or microseconds, by its number of digits."""
    if EPOCH.match(text) is None:
        return None
    factor = MICROSECONDS_OF_A_COUNT.get(len(text.partition(".")[0]))
    return None if factor is None else utc_from_microseconds(float(text) * factor)
