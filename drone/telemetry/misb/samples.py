"""Makes samples of a flight from the sets of a KLV stream.

Source: MISB ST 0601 for the frames: sensor angles are relative to the platform, and turned here against the world.
Left out: values without a field of a sample, which are counted by name; texts become facts of the file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from math import hypot
from typing import Any

from drone.pose.rotations import relative_to_world
from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.misb import st0601
from drone.telemetry.misb.fields import Value
from drone.telemetry.misb.packets import packets_of
from drone.telemetry.misb.sets import ReadSet, read_set
from drone.telemetry.tally import Origin, Tally, flight_log, utc_text

ACCEPTED = "MISB KLV metadata (ST 0601, ST 0902, EG 0104), raw or in a transport stream"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "altitude_amsl_m": ("sensor_altitude_amsl_m",),
    "altitude_ellipsoid_m": ("sensor_altitude_ellipsoid_extended_m", "sensor_altitude_ellipsoid_m"),
    "drone_yaw_deg": ("platform_heading_deg",),
    "drone_pitch_deg": ("platform_pitch_full_deg", "platform_pitch_deg"),
    "drone_roll_deg": ("platform_roll_full_deg", "platform_roll_deg"),
    "gimbal_yaw_deg": ("sensor_azimuth_deg",),
    "gimbal_pitch_deg": ("sensor_elevation_deg",),
    "field_of_view_horizontal_deg": ("field_of_view_horizontal_deg",),
    "field_of_view_vertical_deg": ("field_of_view_vertical_deg",),
    "slant_range_m": ("slant_range_m",),
    "target_latitude_deg": ("frame_centre_latitude_deg",),
    "target_longitude_deg": ("frame_centre_longitude_deg",),
    "target_altitude_amsl_m": ("frame_centre_altitude_amsl_m",),
    "horizontal_speed_m_s": ("ground_speed_m_s",),
    "vertical_speed_m_s": ("vertical_speed_m_s",),
    "course_deg": ("platform_course_deg",),
    "image_width_px": ("image_width_px",),
    "image_height_px": ("image_height_px",),
}
RELATIVE = ("sensor_relative_azimuth_deg", "sensor_relative_elevation_deg", "sensor_relative_roll_deg")
VELOCITY = ("sensor_north_velocity_m_s", "sensor_east_velocity_m_s")
OWN_WAY = frozenset({"checksum", "utc", "sensor_latitude_deg", "sensor_longitude_deg", *RELATIVE, *VELOCITY})
WITH_A_FIELD = frozenset(name for names in FIELDS.values() for name in names) | OWN_WAY
COUNTED = "vmti_targets_reported"


def klv_log(timed: Iterable[tuple[float | None, bytes]], source: str, tally: Tally) -> FlightLog:
    """Read the metadata of a stream.

    Args:
        timed: Pieces of KLV, each with its video time in seconds where the container has one.
        source: For messages.
        tally: What the container's reader met so far.

    Returns:
        The log; times that the container does not give count from the first UTC of the stream.

    Raises:
        NoTelemetryError: No set gives a sample.
    """
    read = [
        (time_s, found)
        for time_s, data in timed
        for packet in packets_of(data, tally)
        if (found := read_set(packet, tally)) is not None
    ]
    samples = [sample for time_s, found in read if (sample := _sample(time_s, found, tally)) is not None]
    _count_leftover((found for _, found in read), tally)
    names = dict.fromkeys(found.standard for _, found in read)
    uas = [found for _, found in read if found.standard == "ST 0601"]
    if uas and all(found.tags <= st0601.ST_0902 for found in uas):
        names = dict.fromkeys(["ST 0902", *names])
    tally.facts |= {"standards": ", ".join(names)} if names else {}
    dialect = f"misb-{next(iter(names)).lower().replace(' ', '')}" if names else "misb-klv"
    origin = Origin(
        source=source,
        dialect=dialect,
        accepted=ACCEPTED,
        model=_model(tally),
        utc_source="precision time stamp of the metadata",
        utc_uncertainty_s=0.1,
    )
    return flight_log(origin, _without_container_time(samples), tally)


def _sample(time_s: float | None, found: ReadSet, tally: Tally) -> FlightSample | None:
    """A security or moving-target set by itself is no moment of a flight."""
    values = found.values
    if "sensor_latitude_deg" not in values and "sensor_longitude_deg" not in values:
        if found.standard in {"ST 0601", "EG 0104"}:
            tally.skipped[SkipReason.incomplete] += 1
        return None
    place = tally.place(_number(values, "sensor_latitude_deg"), _number(values, "sensor_longitude_deg"))
    if place is None:
        return None
    known = {**found.inner, **values}
    fields: dict[str, Any] = {}
    for name, sources in FIELDS.items():
        value = next((known[source] for source in sources if known.get(source) is not None), None)
        fields[name] = float(value) if isinstance(value, int) and not name.endswith("_px") else value
    moment = values.get("utc")
    utc = utc_text(moment) if isinstance(moment, datetime) else None
    return FlightSample(
        **{**fields, **_motion(values), **_world(values, fields), **place, "video_time_s": time_s, "utc": utc}
    )


def _motion(values: Mapping[str, Value]) -> dict[str, float]:
    north_m_s, east_m_s = (_number(values, name) for name in VELOCITY)
    if north_m_s is None or east_m_s is None:
        return {}
    return {"horizontal_speed_m_s": hypot(north_m_s, east_m_s)}


def _world(values: Mapping[str, Value], fields: Mapping[str, Any]) -> dict[str, float]:
    """Turn the sensor's angles against the world; the roll of a sensor that says none is taken as none."""
    platform = [fields[name] for name in ("drone_yaw_deg", "drone_pitch_deg", "drone_roll_deg")]
    azimuth_deg, elevation_deg, roll_deg = (_number(values, name) for name in RELATIVE)
    if any(angle is None for angle in platform) or azimuth_deg is None or elevation_deg is None:
        return {}
    yaw_deg, pitch_deg, world_roll_deg = relative_to_world(
        platform, (azimuth_deg, elevation_deg, roll_deg or 0.0)
    )
    return {"gimbal_yaw_deg": yaw_deg, "gimbal_pitch_deg": pitch_deg, "gimbal_roll_deg": world_roll_deg}


def _count_leftover(sets: Iterable[ReadSet], tally: Tally) -> None:
    """Texts are facts of the file, once; numbers without a field are counted by name."""
    for found in sets:
        for name, value in (*found.values.items(), *found.inner.items()):
            if name in WITH_A_FIELD or value is None:
                continue
            if name == COUNTED and isinstance(value, int):
                tally.facts[name] = int(tally.facts.get(name, 0)) + value
            elif isinstance(value, str) or name.startswith("st0"):
                tally.facts.setdefault(name, value if isinstance(value, str | int | float) else str(value))
            else:
                tally.unknown[name] += 1


def _without_container_time(samples: list[FlightSample]) -> list[FlightSample]:
    """Where the container gives no time, the stream's own clock counts from its first moment."""
    first = next((sample.utc for sample in samples if sample.utc), None)
    if first is None or any(sample.video_time_s is not None for sample in samples):
        return samples
    start = datetime.fromisoformat(first)
    return [
        replace(sample, video_time_s=(datetime.fromisoformat(sample.utc) - start).total_seconds())
        if sample.utc
        else sample
        for sample in samples
    ]


def _model(tally: Tally) -> str | None:
    model = tally.facts.get("platform_designation")
    return model if isinstance(model, str) else None


def _number(values: Mapping[str, Value], name: str) -> float | None:
    value = values.get(name)
    return float(value) if isinstance(value, int | float) else None
