"""Reads telemetry logs of ground stations (.tlog): MAVLink frames, each behind the time of its arrival.

Source: MAVLink and Mission Planner, QGroundControl: eight bytes of microseconds since 1970, big end first, a frame.
Left out: what the ground station sends; vehicles other than the one with most positions.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from drone.pose.rotations import angles, from_quaternion
from drone.telemetry.flight_log import FlightLog, FlightSample
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.mavlink_wire import HEADER_BYTES, STAMP_BYTES, Frame, frame_size, frames_of
from drone.telemetry.streams import Stream, joined
from drone.telemetry.tally import Origin, Tally, flight_log, utc_from_microseconds, utc_text

ACCEPTED = "a MAVLink telemetry log (.tlog) with GLOBAL_POSITION_INT or GPS_RAW_INT"
LEAST_FRAMES = 3
MICROSECOND_S = 1e-6
FIX_3D = 3
UNKNOWN_HEADING, UNKNOWN_16 = 65_535, 65_535
YAW_IN_EARTH_FRAME = 64
AUTOPILOTS = {3: "ArduPilot", 12: "PX4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A frame and when it arrived, in seconds since 1970 by the ground station's clock."""

    time_s: float
    frame: Frame


def _is_tlog(head: bytes) -> bool:
    """Three frames follow each other, each behind a time that can be."""
    at = 0
    for _ in range(LEAST_FRAMES):
        frame_at = at + STAMP_BYTES
        if frame_at >= len(head) or head[frame_at] not in HEADER_BYTES:
            return False
        if utc_from_microseconds(int.from_bytes(head[at:frame_at], "big")) is None:
            return False
        size = frame_size(head, frame_at)
        if size is None:
            return False
        at = frame_at + size
    return True


def _read(data: bytes, source: str) -> FlightLog:
    tally = Tally()
    stamped = [
        Stamped(
            time_s=int.from_bytes(data[frame.at - STAMP_BYTES : frame.at], "big") * MICROSECOND_S, frame=frame
        )
        for frame in frames_of(data, tally)
        if frame.at >= STAMP_BYTES
    ]
    tally.unknown.update(
        Counter(f"message {each.frame.number}" for each in stamped if each.frame.name is None)
    )
    kind, system = _main_sender(stamped)
    own = [each for each in stamped if each.frame.system == system]
    tally.facts |= _vehicle(own) | {"position_message": kind}
    streams = [_stream(own, name, read) for name, read in READERS.items()]
    positions = [(each.time_s, POSITIONS[kind](each.frame.values)) for each in own if each.frame.name == kind]
    offset_s = _clock_offset_s(own)
    rows = joined(positions, streams)
    start_s = rows[0][0] if rows else 0.0
    samples = [
        sample
        for time_s, values in rows
        if (sample := _sample(time_s, start_s, offset_s, values, tally)) is not None
    ]
    source_of_utc = "clock of the ground station" if offset_s is None else "GPS time of the vehicle"
    origin = Origin(
        source=source,
        dialect="mavlink-tlog",
        accepted=ACCEPTED,
        model=None,
        utc_source=source_of_utc,
        utc_uncertainty_s=1.0 if offset_s is None else 0.2,
    )
    return flight_log(origin, samples, tally)


def _main_sender(stamped: Sequence[Stamped]) -> tuple[str, int | None]:
    for kind in POSITIONS:
        senders = Counter(each.frame.system for each in stamped if each.frame.name == kind)
        if senders:
            return kind, senders.most_common(1)[0][0]
    return next(iter(POSITIONS)), None


def _vehicle(own: Sequence[Stamped]) -> dict[str, str]:
    beats = Counter(each.frame.values["autopilot"] for each in own if each.frame.name == "HEARTBEAT")
    named = [AUTOPILOTS[number] for number, _ in beats.most_common() if number in AUTOPILOTS]
    return {"autopilot": named[0]} if named else {}


def _clock_offset_s(own: Sequence[Stamped]) -> float | None:
    """What the ground station's clock lacks against the vehicle's, which GPS sets."""
    offsets = [
        each.frame.values["time_unix_usec"] * MICROSECOND_S - each.time_s
        for each in own
        if each.frame.name == "SYSTEM_TIME"
        and utc_from_microseconds(each.frame.values["time_unix_usec"]) is not None
    ]
    return median(offsets) if offsets else None


def _estimated(values: Mapping[str, Any]) -> dict[str, Any]:
    heading = values["hdg"]
    return {
        "latitude_deg": values["lat"] * 1e-7,
        "longitude_deg": values["lon"] * 1e-7,
        "altitude_amsl_m": values["alt"] / 1000.0,
        "height_above_takeoff_m": values["relative_alt"] / 1000.0,
        "horizontal_speed_m_s": math.hypot(values["vx"], values["vy"]) / 100.0,
        "vertical_speed_m_s": values["vz"] / 100.0,
        "drone_yaw_deg": None if heading == UNKNOWN_HEADING else heading / 100.0,
    }


def _measured(values: Mapping[str, Any]) -> dict[str, Any]:
    has_fix = values["fix_type"] >= FIX_3D
    return {
        "latitude_deg": values["lat"] * 1e-7 if has_fix else 0.0,
        "longitude_deg": values["lon"] * 1e-7 if has_fix else 0.0,
        "altitude_amsl_m": values["alt"] / 1000.0 if has_fix else None,
        "horizontal_speed_m_s": None if values["vel"] == UNKNOWN_16 else values["vel"] / 100.0,
        "course_deg": None if values["cog"] == UNKNOWN_16 else values["cog"] / 100.0,
    }


def _attitude(values: Mapping[str, Any]) -> dict[str, Any]:
    turned = {
        "drone_yaw_deg": values["yaw"],
        "drone_pitch_deg": values["pitch"],
        "drone_roll_deg": values["roll"],
    }
    return {name: math.degrees(value) for name, value in turned.items() if math.isfinite(value)}


def _satellites(values: Mapping[str, Any]) -> dict[str, Any]:
    count = values["satellites_visible"]
    return {} if count == 255 else {"satellites": count}  # noqa: PLR2004 (255 is "not known")


def _mount(values: Mapping[str, Any]) -> dict[str, Any]:
    """Roll and pitch are against the horizon; the yaw is against the vehicle, and left out."""
    return {"gimbal_pitch_deg": values["pitch"], "gimbal_roll_deg": values["roll"]}


def _gimbal(values: Mapping[str, Any]) -> dict[str, Any]:
    parts = [values[f"q{axis}"] for axis in range(4)]
    if not all(map(math.isfinite, parts)) or not any(parts):
        return {}
    yaw_deg, pitch_deg, roll_deg = angles(from_quaternion(*parts))
    level = {"gimbal_pitch_deg": pitch_deg, "gimbal_roll_deg": roll_deg}
    return {**level, "gimbal_yaw_deg": yaw_deg} if values["flags"] & YAW_IN_EARTH_FRAME else level


def _home(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"home_latitude_deg": values["latitude"] * 1e-7, "home_longitude_deg": values["longitude"] * 1e-7}


POSITIONS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "GLOBAL_POSITION_INT": _estimated,
    "GPS_RAW_INT": _measured,
}
READERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "ATTITUDE": _attitude,
    "GPS_RAW_INT": _satellites,
    "GIMBAL_DEVICE_ATTITUDE_STATUS": _gimbal,
    "MOUNT_ORIENTATION": _mount,
    "HOME_POSITION": _home,
}


def _stream(own: Sequence[Stamped], name: str, read: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Stream:
    stream = Stream()
    for each in own:
        if each.frame.name == name:
            stream.add(each.time_s, read(each.frame.values))
    return stream


def _sample(
    time_s: float, start_s: float, offset_s: float | None, values: dict[str, Any], tally: Tally
) -> FlightSample | None:
    place = tally.place(values.pop("latitude_deg"), values.pop("longitude_deg"))
    if place is None:
        return None
    moment = utc_from_microseconds(time_s / MICROSECOND_S)
    if moment is not None and offset_s is not None:
        moment += timedelta(seconds=offset_s)
    return FlightSample(
        video_time_s=time_s - start_s, utc=None if moment is None else utc_text(moment), **values, **place
    )


FORMAT = TelemetryFormat(name="MAVLink .tlog", evidence=Evidence.structure, recognises=_is_tlog, read=_read)
