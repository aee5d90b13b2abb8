"""Reads KML tracks: `gx:Track` with times, `LineString` and `Point` without.

Source: OGC KML 2.3 (12-007r2) and Google's gx extension: longitude, latitude, altitude; altitudeMode.
Left out: KMZ archives, network links, styles, and what placemarks look like.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.moments import local_text, moment_of
from drone.telemetry.srt_tokens import UnreadableValueError, number
from drone.telemetry.tally import Origin, Tally, flight_log, seconds_from_first, utc_text
from drone.telemetry.xml_elements import begins_with_element, elements, local_name

ACCEPTED = "a KML file with a gx:Track, a LineString or points"
HEIGHT_FIELDS = {
    "absolute": "altitude_amsl_m",
    "relativeToGround": "altitude_unreferenced_m",
    "clampToGround": None,
}
KINDS = ("Track", "LineString", "Point")
AXES = 3

Timed = tuple[FlightSample, datetime | None]


def _read(data: bytes, source: str) -> FlightLog:
    tally = Tally()
    by_kind: dict[str, list[Timed]] = {kind: [] for kind in KINDS}
    for name, element in elements(data, source, accepted=ACCEPTED, skipped=tally.skipped):
        if name == "Track":
            by_kind[name] += _track(element, tally)
        elif name in {"LineString", "Point"}:
            by_kind[name] += _coordinates(element, tally)
        elif name == "Placemark":
            _give_time(element, by_kind)
            element.clear()
    kind = next((kind for kind in KINDS if by_kind[kind]), "Track")
    timed = by_kind[kind]
    if timed and not any(moment for _, moment in timed):
        tally.remarks.append("the points have no times")
    samples = seconds_from_first([sample for sample, _ in timed], [moment for _, moment in timed])
    origin = Origin(
        source=source,
        dialect=f"kml-{kind.lower()}",
        accepted=ACCEPTED,
        utc_source="KML when",
        utc_uncertainty_s=1.0,
    )
    return flight_log(origin, samples, tally)


def _track(element: Element, tally: Tally) -> list[Timed]:
    """Times and places stand in two lists of equal length."""
    moments = [moment_of(child.text or "") for child in element if local_name(child.tag) == "when"]
    places = [(child.text or "").split() for child in element if local_name(child.tag) == "coord"]
    if len(moments) != len(places):
        tally.skipped[SkipReason.incomplete] += abs(len(moments) - len(places))
    height_field = _height_field(element)
    timed = []
    for moment, parts in zip(moments, places, strict=False):
        sample = _sample(parts, height_field, moment, tally)
        timed += [] if sample is None else [(sample, moment)]
    return timed


def _coordinates(element: Element, tally: Tally) -> list[Timed]:
    height_field = _height_field(element)
    groups = (element.findtext("{*}coordinates") or "").split()
    samples = (_sample(group.split(","), height_field, None, tally) for group in groups)
    return [(sample, None) for sample in samples if sample is not None]


def _sample(
    parts: Sequence[str], height_field: str | None, moment: datetime | None, tally: Tally
) -> FlightSample | None:
    if len(parts) < AXES - 1:
        tally.skipped[SkipReason.incomplete] += 1
        return None
    try:
        longitude_deg, latitude_deg, height_m = (number(part) for part in (*parts[:AXES], "")[:AXES])
    except UnreadableValueError:
        tally.skipped[SkipReason.not_a_number] += 1
        return None
    place = tally.place(latitude_deg, longitude_deg)
    if place is None:
        return None
    height = {} if height_field is None or height_m is None else {height_field: height_m}
    return FlightSample(video_time_s=None, **_clock(moment), **place, **height)  # type: ignore[arg-type]  # fields by name


def _clock(moment: datetime | None) -> dict[str, Any]:
    if moment is None:
        return {}
    return {"local_time": local_text(moment)} if moment.tzinfo is None else {"utc": utc_text(moment)}


def _height_field(element: Element) -> str | None:
    """Without a mode KML clamps to the ground: the altitude is then not a height of anything."""
    mode = next((child.text or "" for child in element if local_name(child.tag) == "altitudeMode"), "")
    return HEIGHT_FIELDS.get(mode.strip())


def _give_time(placemark: Element, by_kind: dict[str, list[Timed]]) -> None:
    """A point's time stands beside it, in its placemark."""
    when = placemark.findtext("{*}TimeStamp/{*}when")
    if when is None or placemark.find("{*}Point") is None or not by_kind["Point"]:
        return
    moment = moment_of(when)
    sample, _ = by_kind["Point"].pop()
    timed = FlightSample(
        video_time_s=None,
        latitude_deg=sample.latitude_deg,
        longitude_deg=sample.longitude_deg,
        altitude_amsl_m=sample.altitude_amsl_m,
        altitude_unreferenced_m=sample.altitude_unreferenced_m,
        **_clock(moment),
    )
    by_kind["Point"].append((timed, moment))


FORMAT = TelemetryFormat(
    name="KML",
    evidence=Evidence.structure,
    recognises=lambda head: begins_with_element(head, "kml"),
    read=_read,
)
