"""Reads DJI's .SRT telemetry: the text of a subtitle file in, a `FlightLog` out.

Source: the dialects of dji_srt_dialects.py.
Left out: opening files and guessing encodings (registry.py); time zones: DJI writes the drone's local time.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import hypot
from typing import Any

from drone.errors import DamagedTelemetryError, NoTelemetryError
from drone.telemetry.dji_srt_dialects import Dialect, dialect_of
from drone.telemetry.dji_srt_report import CueReading, parse_report, what_was_found
from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.position_jumps import without_jumps
from drone.telemetry.srt_cues import MOMENT, Cue, cues_of
from drone.telemetry.srt_positions import (
    LATITUDE_NAMES,
    LONGITUDE_NAMES,
    AxisOrder,
    IncompletePositionError,
    axis_order,
    height_in_position,
    placed,
    satellites_of,
    written_home,
    written_position,
)
from drone.telemetry.srt_tokens import Tokens, UnreadableValueError, number, tokens_of

ACCEPTED = "a DJI .SRT telemetry file (camera data, GPS or latitude and longitude in every subtitle)"
WITHOUT_A_FIELD_ON_PURPOSE = frozenset({"difftime", *LATITUDE_NAMES, *LONGITUDE_NAMES, "gps", "home", "rtk"})
NOON = 12
NAMED = AxisOrder(first_is_longitude=False, evidence="by name")


def parse_dji_srt(lines: str | Iterable[str], *, source: str, strict: bool = False) -> FlightLog:
    """Read the telemetry of a DJI subtitle file.

    Args:
        lines: The text of the file, or its lines.
        source: The file as the caller knows it, for messages.
        strict: Refuse a file with any damaged sample.

    Returns:
        The samples in the order of the file, and what was skipped.

    Raises:
        NoTelemetryError: Nothing in it is usable; the message says what was found.
        DamagedTelemetryError: Only if `strict`.
    """
    text = lines if isinstance(lines, str) else "\n".join(line.rstrip("\r\n") for line in lines)
    cues = tuple(cues_of(text))
    skipped: Counter[SkipReason] = Counter()
    readings = _complete(_readings(cues, skipped), skipped)
    orders = _axis_orders(readings)
    samples = without_jumps(_placed(readings, orders, skipped), skipped)
    if not samples:
        raise NoTelemetryError(source, what_was_found(cues, skipped), accepted=ACCEPTED)
    if strict and skipped:
        raise DamagedTelemetryError(source, {str(reason): count for reason, count in skipped.items()})
    report = parse_report(cues, readings, samples=samples, orders=orders, skipped=skipped)
    return FlightLog(source=source, samples=tuple(samples), report=report)


def _readings(cues: Sequence[Cue], skipped: Counter[SkipReason]) -> list[CueReading]:
    readings: list[CueReading] = []
    recording, latest_s = 0, 0.0
    for cue in cues:
        if cue.start_s is not None and cue.start_s < latest_s:
            recording += 1
        latest_s = latest_s if cue.start_s is None else cue.start_s
        reading = _reading(cue, recording, skipped)
        if isinstance(reading, SkipReason):
            skipped[reading] += 1
        else:
            readings.append(reading)
    return readings


def _reading(cue: Cue, recording: int, skipped: Counter[SkipReason]) -> CueReading | SkipReason:
    """Understand one cue by its dialect, or say why not."""
    dialect = dialect_of(cue.text)
    if dialect is None:
        return SkipReason.no_telemetry
    if cue.start_s is None:
        return SkipReason.no_time
    tokens = tokens_of(cue.text, may_be_cut=cue.at_end_of_file)
    try:
        position = written_position(tokens)
    except IncompletePositionError:
        return SkipReason.incomplete
    except UnreadableValueError:
        return SkipReason.not_a_number
    if tokens.repeated & {"latitude", "gps"}:
        skipped[SkipReason.no_time] += 1
    values, damaged = _values(tokens, dialect)
    values |= _clock(cue)
    if dialect.counts_satellites:
        values["satellites"] = satellites_of(tokens)
    # With decimals or a unit it is a height, whatever the dialect usually counts there.
    values.setdefault("altitude_unreferenced_m", height_in_position(tokens))
    ends_later = cue.end_s is not None and cue.end_s > cue.start_s
    return CueReading(
        values=values | {"video_time_s": cue.start_s, "video_end_s": cue.end_s if ends_later else None},
        dialect=dialect,
        position=position,
        home=written_home(tokens),
        recording=recording,
        damaged=damaged,
        unknown=_unknown(tokens, dialect),
    )


def _values(tokens: Tokens, dialect: Dialect) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read every field of the dialect that the cue has; the first of two names for one field counts."""
    values: dict[str, Any] = {}
    damaged: list[str] = []
    for name, text in tokens.values.items():
        if name in dialect.fields and values.get(dialect.fields[name][0]) is None:
            attribute, read = dialect.fields[name]
            try:
                values[attribute] = read(text)
            except UnreadableValueError:
                damaged.append(name)
    for name, attributes in dialect.triples.items():
        if len(tokens.calls.get(name, ())) == len(attributes):
            try:
                values |= dict(zip(attributes, map(number, tokens.calls[name]), strict=True))
            except UnreadableValueError:
                damaged.append(name)
    return values | _horizontal_speed(tokens, dialect, damaged), tuple(damaged)


def _horizontal_speed(tokens: Tokens, dialect: Dialect, damaged: list[str]) -> dict[str, float]:
    """The length of the horizontal velocity, which is the same whichever way its two axes point."""
    if dialect.velocity is None or not set(dialect.velocity) <= tokens.values.keys():
        return {}
    try:
        first_m_s, second_m_s = (number(tokens.values[name]) for name in dialect.velocity)
    except UnreadableValueError:
        damaged.extend(dialect.velocity)
        return {}
    if first_m_s is None or second_m_s is None:
        return {}
    return {"horizontal_speed_m_s": hypot(first_m_s, second_m_s)}


def _unknown(tokens: Tokens, dialect: Dialect) -> tuple[str, ...]:
    known = {*dialect.fields, *dialect.triples, *(dialect.velocity or ()), *WITHOUT_A_FIELD_ON_PURPOSE}
    return tuple(name for name in (*tokens.values, *tokens.calls) if name not in known)


def _clock(cue: Cue) -> dict[str, str | None]:
    """Give the drone's own clock in ISO 8601, as precise as it was written; UTC only where it says so."""
    match = MOMENT.search(cue.text)
    if match is None or (cue.at_end_of_file and match.end() == len(cue.text)):
        return {"local_time": None}
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if match[9]:
        hour = hour % NOON + (NOON if match[9].lower() == "pm" else 0)
    microsecond = int((match[7] or "").ljust(3, "0") + (match[8] or "").ljust(3, "0"))
    try:
        moment = datetime(year, month, day, hour, minute, second, microsecond)  # noqa: DTZ001 (no zone is known)
    except ValueError:
        return {"local_time": None}
    text = moment.isoformat(
        timespec="microseconds" if match[8] else "milliseconds" if match[7] else "seconds"
    )
    return {"utc": f"{text}Z"} if match[10] else {"local_time": text}


def _complete(readings: Sequence[CueReading], skipped: Counter[SkipReason]) -> list[CueReading]:
    """Leave out cues that were cut before their position, in recordings that have positions."""
    with_positions = {reading.recording for reading in readings if reading.position is not None}
    complete = [
        reading
        for reading in readings
        if reading.position is not None or reading.recording not in with_positions
    ]
    if len(complete) < len(readings):
        skipped[SkipReason.incomplete] += len(readings) - len(complete)
    return complete


def _axis_orders(readings: Sequence[CueReading]) -> dict[str, AxisOrder]:
    """Find the order of bare coordinates for each dialect that writes them."""
    orders = {}
    for dialect in {reading.dialect.name: reading.dialect for reading in readings}.values():
        own = [reading for reading in readings if reading.dialect is dialect]
        written = [position for reading in own for position in (reading.position, reading.home) if position]
        bare = [position for position in written if position.first_is_longitude is None]
        if bare:
            orders[dialect.name] = axis_order(bare, by_dialect=dialect.first_is_longitude is not False)
    return orders


def _placed(
    readings: Iterable[CueReading], orders: dict[str, AxisOrder], skipped: Counter[SkipReason]
) -> list[tuple[int, FlightSample]]:
    """Put the positions into the samples; a position that cannot be costs the sample."""
    samples = []
    for reading in readings:
        order = orders.get(reading.dialect.name, NAMED)
        values = dict(reading.values)
        if reading.position is not None and reading.position.is_fix:
            position = placed(reading.position, order)
            if isinstance(position, SkipReason):
                skipped[position] += 1
                continue
            values |= {"latitude_deg": position[0], "longitude_deg": position[1]}
        if reading.home is not None and reading.home.is_fix:
            home = placed(reading.home, order)
            if not isinstance(home, SkipReason):
                values |= {"home_latitude_deg": home[0], "home_longitude_deg": home[1]}
        samples.append((reading.recording, FlightSample(**values)))
    return samples
