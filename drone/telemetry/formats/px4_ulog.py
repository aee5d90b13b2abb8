"""Reads PX4 flight logs (.ulg).

Source: PX4 ULog format; the topics of PX4 1.8 to 1.16, whose GPS names changed (`lat` in 1e-7 degrees, later
`latitude_deg`). Read with pyulog, which goes on behind damaged messages.
Left out: estimator, actuators, parameters. `hullmark` reads positions of GPS, or of the estimator where there is none.
"""

import contextlib
import io
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from drone.errors import NoTelemetryError
from drone.pose.rotations import angles, from_quaternion, normal_yaw_deg
from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.streams import Row, Stream, joined
from drone.telemetry.tally import Origin, Tally, finite, flight_log, utc_from_microseconds, utc_text

ACCEPTED = "a PX4 flight log (.ulg) with GPS or a global position"
SIGNATURE = b"ULog\x01\x12\x35"
MICROSECOND_S = 1e-6
FIX_3D = 3
GPS_TOPICS = ("vehicle_gps_position", "sensor_gps")
POSITION_TOPICS = (*GPS_TOPICS, "vehicle_global_position")
ATTITUDE_TOPIC = "vehicle_attitude"
GIMBAL_TOPICS = ("gimbal_device_attitude_status",)
HOME_TOPIC = "home_position"
# In gimbal_device_attitude_status: the yaw of the quaternion is against north, not against the vehicle.
YAW_IN_EARTH_FRAME = 64
FIELDS: Mapping[str, tuple[str, float]] = {
    "lat": ("latitude_deg", 1e-7),
    "lon": ("longitude_deg", 1e-7),
    "latitude_deg": ("latitude_deg", 1.0),
    "longitude_deg": ("longitude_deg", 1.0),
    "alt": ("altitude_amsl_m", 1e-3),
    "altitude_msl_m": ("altitude_amsl_m", 1.0),
    "alt_ellipsoid": ("altitude_ellipsoid_m", 1e-3),
    "altitude_ellipsoid_m": ("altitude_ellipsoid_m", 1.0),
    "vel_m_s": ("horizontal_speed_m_s", 1.0),
    "satellites_used": ("satellites", 1.0),
}
# The estimator writes degrees and metres under the old names.
ESTIMATOR_SCALE = {"lat": 1.0, "lon": 1.0, "alt": 1.0, "alt_ellipsoid": 1.0}
KNOWN_TOPICS = frozenset({*POSITION_TOPICS, ATTITUDE_TOPIC, *GIMBAL_TOPICS, HOME_TOPIC})
Columns = Mapping[str, Any]


def _read(data: bytes, source: str) -> FlightLog:
    tally = Tally()
    log = _opened(data, source)
    topics: dict[str, Columns] = {}
    for topic in log.data_list:
        topics.setdefault(topic.name, topic.data)
        if topic.name not in KNOWN_TOPICS:
            tally.unknown[topic.name] += len(topic.data["timestamp"])
    if log.file_corruption:
        tally.skipped[SkipReason.bad_structure] += 1
    tally.facts |= {
        name: str(value)
        for name, value in log.msg_info_dict.items()
        if name in {"sys_name", "ver_hw", "ver_sw_branch", "sys_uuid"}
    }
    name = next(
        (topic for topic in POSITION_TOPICS if topic in topics and len(topics[topic]["timestamp"])), None
    )
    if name is None:
        raise NoTelemetryError(
            source, f"is a PX4 log without a position ({', '.join(sorted(topics))})", accepted=ACCEPTED
        )
    start_us = float(log.start_timestamp)
    streams = [_attitude(topics.get(ATTITUDE_TOPIC), start_us), _gimbal(topics, start_us)]
    rows = joined(_positions(topics[name], name, start_us), streams)
    samples = [sample for time_s, values in rows if (sample := _sample(time_s, values, tally)) is not None]
    samples = _with_home(samples, topics.get(HOME_TOPIC))
    origin = Origin(
        source=source,
        dialect="px4-ulog",
        accepted=ACCEPTED,
        model=str(tally.facts["ver_hw"]) if "ver_hw" in tally.facts else None,
        utc_source="GPS time",
        utc_uncertainty_s=0.2,
    )
    tally.facts["position_topic"] = name
    return flight_log(origin, samples, tally)


class _EndingBytes(io.BytesIO):
    """Bytes that end for good where a read is cut: the library seeks back from there and would never finish."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._is_over = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Read whole pieces only."""
        data = super().read(size)
        self._is_over |= size is not None and len(data) < size
        return b"" if self._is_over else data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go on elsewhere only by an absolute place, where data was appended."""
        self._is_over &= whence != io.SEEK_SET
        return super().seek(offset, whence)


def _opened(data: bytes, source: str) -> Any:
    from pyulog import ULog

    try:
        # The library tells of damage on standard output; the report does so here.
        with contextlib.redirect_stdout(io.StringIO()):
            return ULog(_EndingBytes(data))
    # It has no family of its own for damage in definitions: it fails where the damage leads it.
    except Exception as error:
        raise NoTelemetryError(
            source, "is a PX4 log whose definitions are damaged or cut", accepted=ACCEPTED
        ) from error


def _positions(columns: Columns, topic: str, start_us: float) -> list[Row]:
    known = [name for name in FIELDS if name in columns]
    rows: list[Row] = []
    for index, stamp in enumerate(columns["timestamp"]):
        values: dict[str, Any] = {}
        for name in known:
            field, scale = FIELDS[name]
            factor = scale if topic in GPS_TOPICS else ESTIMATOR_SCALE.get(name, scale)
            values[field] = finite(float(columns[name][index]) * factor)
        if "fix_type" in columns and columns["fix_type"][index] < FIX_3D:
            values |= {"latitude_deg": 0.0, "longitude_deg": 0.0}
        if "time_utc_usec" in columns:
            values["utc"] = utc_from_microseconds(float(columns["time_utc_usec"][index]))
        rows.append(((float(stamp) - start_us) * MICROSECOND_S, values))
    return rows


def _attitude(columns: Columns | None, start_us: float) -> Stream:
    return _stream(
        columns,
        start_us,
        lambda yaw, pitch, roll, _: {"drone_yaw_deg": yaw, "drone_pitch_deg": pitch, "drone_roll_deg": roll},
    )


def _gimbal(topics: Mapping[str, Columns], start_us: float) -> Stream:
    """Only angles that the device says are against north: others lack the vehicle's yaw at that moment."""
    columns = next((topics[name] for name in GIMBAL_TOPICS if name in topics), None)

    def world(yaw: float, pitch: float, roll: float, flags: int) -> dict[str, float]:
        level = {"gimbal_pitch_deg": pitch, "gimbal_roll_deg": roll}
        return {**level, "gimbal_yaw_deg": normal_yaw_deg(yaw)} if flags & YAW_IN_EARTH_FRAME else level

    return _stream(columns, start_us, world)


def _stream(
    columns: Columns | None, start_us: float, named: Callable[[float, float, float, int], dict[str, float]]
) -> Stream:
    stream = Stream()
    if columns is None or "q[0]" not in columns:
        return stream
    flags: Sequence[int] = columns.get("device_flags", [0] * len(columns["timestamp"]))
    for index, stamp in enumerate(columns["timestamp"]):
        parts = [float(columns[f"q[{axis}]"][index]) for axis in range(4)]
        if all(math.isfinite(part) for part in parts) and any(parts):
            turned = angles(from_quaternion(*parts))
            stream.add((float(stamp) - start_us) * MICROSECOND_S, named(*turned, int(flags[index])))
    return stream


def _sample(time_s: float, values: dict[str, Any], tally: Tally) -> FlightSample | None:
    place = tally.place(values.pop("latitude_deg", None), values.pop("longitude_deg", None))
    if place is None:
        return None
    moment = values.pop("utc", None)
    satellites = values.pop("satellites", None)
    return FlightSample(
        video_time_s=time_s,
        utc=utc_text(moment) if isinstance(moment, datetime) else None,
        satellites=None if satellites is None else int(satellites),
        **values,
        **place,
    )


def _with_home(samples: list[FlightSample], columns: Columns | None) -> list[FlightSample]:
    """The height above take-off is that above the home point, which PX4 sets when it arms."""
    from dataclasses import replace

    if columns is None or not len(columns["timestamp"]):
        return samples
    home = {name: finite(float(columns[name][-1])) for name in ("lat", "lon", "alt") if name in columns}
    if home.get("alt") is None:
        return samples
    return [
        replace(
            sample,
            home_latitude_deg=home.get("lat"),
            home_longitude_deg=home.get("lon"),
            height_above_takeoff_m=None
            if sample.altitude_amsl_m is None
            else sample.altitude_amsl_m - (home["alt"] or 0.0),
        )
        for sample in samples
    ]


FORMAT = TelemetryFormat(
    name="PX4 ULog",
    evidence=Evidence.signature,
    recognises=lambda head: head.startswith(SIGNATURE[:4]),
    read=_read,
)
