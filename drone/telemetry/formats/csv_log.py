"""Reads flight logs written as tables: Airdata, DJI, Litchi and whatever else names its columns.

Source: csv_columns.py, one folder up, which has the table of columns and units.
Left out: tables without both a latitude and a longitude; encrypted DJI logs (DJIFlightRecord_*.txt).
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from drone.errors import NoTelemetryError
from drone.telemetry.csv_columns import Column, column_of
from drone.telemetry.csv_moments import clocked, date_order_of, epoch_moment
from drone.telemetry.decoding import decoded
from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.moments import local_text
from drone.telemetry.tally import Origin, Tally, flight_log, seconds_from_first, utc_text

ACCEPTED = "a table whose header names a latitude and a longitude, with units such as (feet) or [m]"
DELIMITERS = (",", ";", "\t", "|")
HEADER_IS_WITHIN_LINES = 20
LONGEST_CELL = 10_000
CELL_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|\Z))")
ABSENT = frozenset({"", "n/a", "na", "nan", "null", "none", "-", "--"})
WITHOUT_UNIT_READ_AS = {"length": "metres", "speed": "metres a second"}
DIALECTS = (
    ("airdata-csv", ("height_above_takeoff(", "altitude_above_sealevel(")),
    ("dji-csv", ("osd.latitude",)),
    ("litchi-csv", ("ascent(", "isflying")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the table begins and what its columns are."""

    line: int
    delimiter: str
    cells: tuple[str, ...]
    columns: tuple[Column, ...]


def _is_table(head: bytes) -> bool:
    text = decoded(head[: 64 * 1024])
    return text is not None and _header(text.splitlines()[:HEADER_IS_WITHIN_LINES]) is not None


def _read(data: bytes, source: str) -> FlightLog:
    lines = (decoded(data) or "").splitlines()
    header = _header(lines[:HEADER_IS_WITHIN_LINES])
    if header is None:
        raise NoTelemetryError(source, "a table without latitude and longitude", accepted=ACCEPTED)
    tally = Tally()
    rows = list(_rows(lines[header.line + 1 :], header, tally))
    columns = _with_datum(_with_units(header, tally), tally)
    _count_unknown(header, columns, rows, tally)
    order = date_order_of([row[c.index] for row in rows for c in columns if c.field in {"date", "moment"}])
    read = [pair for row in rows if (pair := _sample(row, columns, order, tally)) is not None]
    samples = _since_start(
        seconds_from_first([sample for sample, _ in read], [moment for _, moment in read]), tally
    )
    origin = Origin(
        source=source,
        dialect=_dialect(header.cells),
        accepted=ACCEPTED,
        utc_source="UTC column of the log",
        utc_uncertainty_s=1.0,
    )
    return flight_log(origin, samples, tally)


def _header(lines: Sequence[str]) -> Header | None:
    """The first line that names both coordinates, with the delimiter that shows most columns."""
    for number, line in enumerate(lines):
        for delimiter in sorted(DELIMITERS, key=line.count, reverse=True):
            cells = next(csv.reader([line[:LONGEST_CELL]], delimiter=delimiter), [])
            found = [column for index, cell in enumerate(cells) if (column := column_of(index, cell))]
            if {"latitude_deg", "longitude_deg"} <= {column.field for column in found}:
                return Header(line=number, delimiter=delimiter, cells=tuple(cells), columns=tuple(found))
    return None


def _rows(lines: Sequence[str], header: Header, tally: Tally) -> Iterator[list[str]]:
    """Give the rows as wide as the header; shorter ones are cut, and counted."""
    needed = max(c.index for c in header.columns if c.field in {"latitude_deg", "longitude_deg"})
    for line in lines:
        if not line.strip():
            continue
        # Line by line: an unclosed quote then costs one row, not the rest of the file.
        cells = (
            next(csv.reader([line.replace("\x00", "")], delimiter=header.delimiter), [])
            if len(line) < 10 * LONGEST_CELL
            else []
        )
        if len(cells) <= needed:
            tally.skipped[SkipReason.incomplete] += 1
            tally.note_unread(line)
        else:
            yield [*cells, *[""] * (len(header.cells) - len(cells))]


def _with_units(header: Header, tally: Tally) -> list[Column]:
    """Leave out lengths and speeds without a unit where other columns are not in metres."""
    foreign = [c for c in header.columns if c.unit and c.quantity in WITHOUT_UNIT_READ_AS and c.factor != 1.0]
    bare = [c for c in header.columns if not c.unit and c.quantity in WITHOUT_UNIT_READ_AS]
    if foreign and bare:
        names = ", ".join(c.header.strip() for c in bare)
        tally.remarks.append(f"columns without a unit beside columns in other units are not read: {names}")
        return [c for c in header.columns if c not in bare]
    for quantity, unit in WITHOUT_UNIT_READ_AS.items():
        names = ", ".join(c.header.strip() for c in bare if c.quantity == quantity)
        tally.remarks += [f"columns without a unit are read as {unit}: {names}"] if names else []
    return list(header.columns)


def _with_datum(columns: Sequence[Column], tally: Tally) -> list[Column]:
    """`altitude` beside `ascent` is above sea level; alone its datum is not known."""
    has_ascent = any(c.header.lower().strip().startswith("ascent") for c in columns)
    if has_ascent:
        return [
            replace(c, field="altitude_amsl_m") if c.field == "altitude_unreferenced_m" else c
            for c in columns
        ]
    unreferenced = [c.header.strip() for c in columns if c.field == "altitude_unreferenced_m"]
    tally.remarks += [f"the datum of {', '.join(unreferenced)} is not written"] if unreferenced else []
    return list(columns)


def _count_unknown(
    header: Header, columns: Sequence[Column], rows: Sequence[Sequence[str]], tally: Tally
) -> None:
    known = {column.index for column in columns}
    for index, name in enumerate(header.cells):
        filled = sum(bool(row[index].strip()) for row in rows)
        if index not in known and name.strip() and filled:
            tally.unknown[name.strip()] += filled


def _sample(
    row: Sequence[str], columns: Sequence[Column], order: str | None, tally: Tally
) -> tuple[FlightSample, datetime | None] | None:
    values: dict[str, Any] = {}
    for column in columns:
        if column.quantity != "moment" and values.get(column.field) is None:
            values[column.field] = _value(row[column.index], column, tally)
    latitude_deg, longitude_deg = values.pop("latitude_deg"), values.pop("longitude_deg")
    place = tally.place(latitude_deg, longitude_deg)
    if place is None:
        return None
    if (values.get("home_latitude_deg"), values.get("home_longitude_deg")) == (0.0, 0.0):
        values |= {"home_latitude_deg": None, "home_longitude_deg": None}
    moments = _moments(row, columns, order, tally)
    first = moments.get("utc", moments.get("local_time"))
    texts = {
        name: utc_text(moment) if name == "utc" else local_text(moment) for name, moment in moments.items()
    }
    if values.get("satellites") is not None:
        values["satellites"] = int(values["satellites"])
    return FlightSample(**{"video_time_s": None, **values, **texts, **place}), first


def _value(cell: str, column: Column, tally: Tally) -> float | None:
    text = cell.strip()
    if text.lower() in ABSENT:
        return None
    plain = THOUSANDS.sub("", text) if "." in text else text.replace(",", ".")
    if CELL_NUMBER.fullmatch(plain) is None or abs(value := float(plain)) > 1e12:  # noqa: PLR2004
        tally.damaged[column.header.strip()] += 1
        return None
    return value * column.factor


def _moments(
    row: Sequence[str], columns: Sequence[Column], order: str | None, tally: Tally
) -> dict[str, datetime]:
    """Read the UTC and the local moment, from one column or from a date's and a clock's."""
    found: dict[str, datetime] = {}
    dates = {column.zone: row[column.index] for column in columns if column.field == "date"}
    for column in columns:
        text = row[column.index].strip()
        if not text or column.field not in {"moment", "clock"}:
            continue
        if column.field == "clock":
            date = dates.get(column.zone)
            moment = (
                None
                if date is None
                else clocked(f"{date.strip()} {text}", order, is_utc=column.zone == "utc")
            )
        else:
            moment = epoch_moment(text) or clocked(text, order, is_utc=column.zone == "utc")
        if moment is None:
            tally.damaged[column.header.strip()] += 1
        else:
            found.setdefault("local_time" if moment.tzinfo is None else "utc", moment)
    return {name: m.astimezone(UTC) if name == "utc" else m for name, m in found.items()}


def _since_start(samples: Sequence[FlightSample], tally: Tally) -> list[FlightSample]:
    """A row without any time among rows with times cannot be placed on the clock."""
    timed = [sample for sample in samples if sample.video_time_s is not None]
    if not timed:
        tally.remarks += ["the table has no time that could be read"] if samples else []
        return list(samples)
    if len(timed) < len(samples):
        tally.skipped[SkipReason.no_time] += len(samples) - len(timed)
    return timed


def _dialect(cells: Sequence[str]) -> str:
    text = ",".join(cell.strip().lower() for cell in islice(cells, 300))
    return next((name for name, words in DIALECTS if all(word in text for word in words)), "csv")


FORMAT = TelemetryFormat(name="CSV flight log", evidence=Evidence.columns, recognises=_is_table, read=_read)
