"""Reads GPX tracks, routes and waypoints of flights.

Source: GPX 1.0 and 1.1 (topografix.com): `ele` in metres above mean sea level, `time` in UTC.
Left out: extensions of one program, which are counted as unknown tokens.
"""

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.moments import moment_of
from drone.telemetry.srt_tokens import UnreadableValueError, number, whole_number
from drone.telemetry.tally import Origin, Tally, flight_log, seconds_from_first, utc_text
from drone.telemetry.xml_elements import begins_with_element, elements, local_name

ACCEPTED = "a GPX file with track points (lat, lon)"
POINTS = ("trkpt", "rtept", "wpt")
FIELDS = {
    "ele": ("altitude_amsl_m", number),
    "sat": ("satellites", whole_number),
    "speed": ("horizontal_speed_m_s", number),
    "course": ("course_deg", number),
}
WITHOUT_A_FIELD_ON_PURPOSE = frozenset(
    {"time", "name", "desc", "cmt", "sym", "type", "fix", "src", "link", "extensions", "TrackPointExtension"}
)


def _read(data: bytes, source: str) -> FlightLog:
    tally = Tally()
    by_kind: dict[str, list[tuple[FlightSample, datetime | None]]] = {kind: [] for kind in POINTS}
    for name, element in elements(data, source, accepted=ACCEPTED, skipped=tally.skipped):
        if name in by_kind:
            point = _point(element, tally)
            if point is not None:
                by_kind[name].append(point)
            element.clear()
        elif name == "gpx":
            tally.facts |= {"creator": element.get("creator") or "not named"}
    kind = next((kind for kind in POINTS if by_kind[kind]), "trkpt")
    points = by_kind[kind]
    others = sum(len(found) for name, found in by_kind.items() if name != kind)
    tally.remarks += [f"{others} points outside tracks are left out"] if others else []
    if points and not any(moment for _, moment in points):
        tally.remarks.append("the points have no times")
    samples = seconds_from_first([sample for sample, _ in points], [moment for _, moment in points])
    origin = Origin(
        source=source, dialect="gpx", accepted=ACCEPTED, utc_source="GPX time", utc_uncertainty_s=1.0
    )
    return flight_log(origin, samples, tally)


def _point(element: Element, tally: Tally) -> tuple[FlightSample, datetime | None] | None:
    try:
        latitude_deg, longitude_deg = (
            number(element.get("lat", "").strip()),
            number(element.get("lon", "").strip()),
        )
    except UnreadableValueError:
        tally.skipped[SkipReason.not_a_number] += 1
        return None
    if latitude_deg is None or longitude_deg is None:
        tally.skipped[SkipReason.incomplete] += 1
        return None
    place = tally.place(latitude_deg, longitude_deg)
    if place is None:
        return None
    values: dict[str, Any] = {}
    for child in element.iter():
        if child is not element:
            _take(child, values, tally)
    moment = moment_of(element.findtext("{*}time") or "", is_utc=True)
    if moment is None and element.find("{*}time") is not None:
        tally.damaged["time"] += 1
    utc = None if moment is None else utc_text(moment.astimezone(UTC))
    return FlightSample(video_time_s=None, utc=utc, **place, **values), moment


def _take(child: Element, values: dict[str, Any], tally: Tally) -> None:
    name = local_name(child.tag)
    if name in FIELDS:
        attribute, read = FIELDS[name]
        try:
            values.setdefault(attribute, read((child.text or "").strip()))
        except UnreadableValueError:
            tally.damaged[name] += 1
    elif name not in WITHOUT_A_FIELD_ON_PURPOSE:
        tally.unknown[name] += 1


FORMAT = TelemetryFormat(
    name="GPX",
    evidence=Evidence.structure,
    recognises=lambda head: begins_with_element(head, "gpx"),
    read=_read,
)
