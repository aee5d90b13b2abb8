"""Reads NMEA 0183 logs of GNSS receivers: RMC for place, speed and date, GGA for height and satellites.

Source: NMEA 0183 4.11; the altitude of GGA is above mean sea level, the separation of the geoid stands beside it.
Left out: other sentences, counted by name; moments before the first RMC, which alone has the date.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from drone.telemetry.decoding import decoded
from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.moments import moment_of
from drone.telemetry.srt_tokens import UnreadableValueError, number
from drone.telemetry.tally import Origin, Tally, flight_log, seconds_from_first, utc_text

ACCEPTED = "an NMEA 0183 log with RMC sentences"
SENTENCE = re.compile(r"\$([A-Z]{2})([A-Z]{3}),([^*\n]*)(?:\*([0-9A-Fa-f]{2}))?")
KNOT_M_S = 1852.0 / 3600.0
RMC_PARTS, GGA_PARTS = 9, 11
MINUTES = 60.0


def _is_nmea(head: bytes) -> bool:
    text = decoded(head[:4096])
    return text is not None and re.search(r"^\$G[A-Z]{1}(?:RMC|GGA),", text, re.MULTILINE) is not None


def _read(data: bytes, source: str) -> FlightLog:
    tally = Tally()
    samples: list[FlightSample] = []
    moments: list[datetime | None] = []
    heights: dict[str, dict[str, Any]] = {}
    sentences = list(_sentences(decoded(data) or "", tally))
    for kind, parts in sentences:
        if kind == "GGA" and len(parts) >= GGA_PARTS:
            heights[parts[0]] = _heights(parts, tally)
    for kind, parts in sentences:
        if kind == "RMC":
            read = _sample(parts, heights, tally)
            if read is not None:
                samples.append(read[0])
                moments.append(read[1])
    origin = Origin(
        source=source, dialect="nmea-0183", accepted=ACCEPTED, utc_source="GNSS time", utc_uncertainty_s=0.2
    )
    return flight_log(origin, seconds_from_first(samples, moments), tally)


def _sentences(text: str, tally: Tally) -> list[tuple[str, list[str]]]:
    found = []
    for line in text.splitlines():
        match = SENTENCE.search(line)
        if match is None:
            tally.skipped[SkipReason.no_telemetry] += bool(line.strip())
            continue
        if match[4] is not None and int(match[4], 16) != _sum(f"{match[1]}{match[2]},{match[3]}"):
            tally.skipped[SkipReason.wrong_checksum] += 1
            continue
        if match[2] not in {"RMC", "GGA"}:
            tally.unknown[match[2]] += 1
        found.append((match[2], match[3].split(",")))
    return found


def _sum(text: str) -> int:
    total = 0
    for byte in text.encode("latin-1", errors="replace"):
        total ^= byte
    return total


def _heights(parts: Sequence[str], tally: Tally) -> dict[str, Any]:
    try:
        altitude_m, separation_m, satellites = number(parts[8]), number(parts[10]), number(parts[6])
    except UnreadableValueError:
        tally.damaged["GGA"] += 1
        return {}
    both = altitude_m is not None and separation_m is not None
    return {
        "altitude_amsl_m": altitude_m,
        "altitude_ellipsoid_m": (altitude_m or 0.0) + (separation_m or 0.0) if both else None,
        "satellites": None if satellites is None else int(satellites),
    }


def _sample(
    parts: Sequence[str], heights: dict[str, dict[str, Any]], tally: Tally
) -> tuple[FlightSample, datetime | None] | None:
    """RMC: time, status, latitude, N or S, longitude, E or W, knots, course, date."""
    if len(parts) < RMC_PARTS:
        tally.skipped[SkipReason.incomplete] += 1
        return None
    try:
        latitude_deg, longitude_deg = _degrees(parts[2], parts[3]), _degrees(parts[4], parts[5])
        speed_kn, course_deg = number(parts[6]), number(parts[7])
    except UnreadableValueError:
        tally.skipped[SkipReason.not_a_number] += 1
        return None
    has_fix = parts[1] == "A"
    tally.no_fix += not has_fix
    place = tally.place(latitude_deg, longitude_deg) if has_fix else {}
    if place is None:
        return None
    moment = _moment(parts[0], parts[8])
    return FlightSample(
        video_time_s=None,
        utc=None if moment is None else utc_text(moment),
        horizontal_speed_m_s=None if speed_kn is None else speed_kn * KNOT_M_S,
        course_deg=course_deg,
        **heights.get(parts[0], {}),
        **place,
    ), moment


def _degrees(text: str, letter: str) -> float | None:
    """Degrees and minutes run together: 3112.5 is 31° 12.5'."""
    value = number(text)
    if value is None:
        return None
    degrees = value // 100.0
    return (degrees + (value - degrees * 100.0) / MINUTES) * (-1.0 if letter in {"S", "W"} else 1.0)


def _moment(clock: str, date: str) -> datetime | None:
    day = moment_of(f"20{date[4:6]}-{date[2:4]}-{date[:2]} 00:00:00", is_utc=True)
    if day is None or re.fullmatch(r"\d{6}(?:\.\d+)?", clock) is None:
        return None
    return day + timedelta(hours=int(clock[:2]), minutes=int(clock[2:4]), seconds=float(clock[4:]))


FORMAT = TelemetryFormat(name="NMEA 0183", evidence=Evidence.words, recognises=_is_nmea, read=_read)
