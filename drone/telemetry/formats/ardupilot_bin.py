"""Reads ArduPilot's dataflash logs (.BIN), which describe their own messages.

Source: ArduPilot, AP_Logger: FMT messages name type, length, format letters and labels of every other message.
Left out: .log files in text; messages without a row below, which are counted by name.
"""

import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.gps_time import utc_of_gps
from drone.telemetry.streams import Row, Stream, joined
from drone.telemetry.tally import Origin, Tally, finite, flight_log, utc_text

ACCEPTED = "an ArduPilot dataflash log (.BIN) with GPS or POS messages"
HEAD = b"\xa3\x95"
HEADER_BYTES = 3
FORMAT_TYPE = 128
FORMAT_MESSAGE = struct.Struct("<BB4s16s64s")
LETTERS: Mapping[str, tuple[str, float]] = {
    "a": ("64s", 1.0), "b": ("b", 1.0), "B": ("B", 1.0), "h": ("h", 1.0), "H": ("H", 1.0), "i": ("i", 1.0),
    "I": ("I", 1.0), "f": ("f", 1.0), "d": ("d", 1.0), "n": ("4s", 1.0), "N": ("16s", 1.0), "Z": ("64s", 1.0),
    "c": ("h", 100.0), "C": ("H", 100.0), "e": ("i", 100.0), "E": ("I", 100.0), "L": ("i", 1e7), "M": ("B", 1.0),
    "q": ("q", 1.0), "Q": ("Q", 1.0), "g": ("e", 1.0),
}  # fmt: skip
MICROSECOND_S = 1e-6
FIX_3D = 3
# From the labels of a message to the fields of a sample; messages named with an instance number are read as the first.
FIELDS: Mapping[str, Mapping[str, str]] = {
    "GPS": {
        "Lat": "latitude_deg",
        "Lng": "longitude_deg",
        "Alt": "altitude_amsl_m",
        "Spd": "horizontal_speed_m_s",
        "GCrs": "course_deg",
        "NSats": "satellites",
        "VZ": "vertical_speed_m_s",
    },
    "POS": {
        "Lat": "latitude_deg",
        "Lng": "longitude_deg",
        "Alt": "altitude_amsl_m",
        "RelHomeAlt": "height_above_takeoff_m",
    },
    "ATT": {"Roll": "drone_roll_deg", "Pitch": "drone_pitch_deg", "Yaw": "drone_yaw_deg"},
    "MNT": {"Roll": "gimbal_roll_deg", "Pitch": "gimbal_pitch_deg", "YawE": "gimbal_yaw_deg"},
    "ORGN": {"Lat": "home_latitude_deg", "Lng": "home_longitude_deg"},
}
HOME_ORIGIN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """How one type of message is written."""

    name: str
    length: int
    packing: struct.Struct
    labels: tuple[str, ...]
    scales: tuple[float, ...]


def _read(data: bytes, source: str) -> FlightLog:
    tally = Tally()
    rows: dict[str, list[Row]] = {name: [] for name in FIELDS}
    for name, values in _messages(data, tally):
        if name in FIELDS:
            stamp = values.get("TimeUS", values.get("TimeMS", 0.0) * 1000.0)
            if values.get("I", 0) == 0:
                rows[name].append((float(stamp) * MICROSECOND_S, _fields(name, values)))
        elif name == "MSG":
            _note_firmware(str(values.get("Message", "")), tally)
        else:
            tally.unknown[name] += 1
    kind = "GPS" if any("latitude_deg" in values for _, values in rows["GPS"]) else "POS"
    others = [name for name in ("POS", "ATT", "MNT") if name != kind]
    joined_rows = joined(rows[kind], [_stream(rows[name], without_place=name == "POS") for name in others])
    start_s = joined_rows[0][0] if joined_rows else 0.0
    origin_rows = (dict(values) for _, values in rows["ORGN"])
    home = next((values for values in origin_rows if values.pop("is_home")), {})
    samples = [
        sample
        for time_s, values in joined_rows
        if (sample := _sample(time_s - start_s, {**home, **values}, tally)) is not None
    ]
    tally.facts["position_message"] = kind
    firmware = tally.facts.get("firmware")
    origin = Origin(
        source=source,
        dialect="ardupilot-bin",
        accepted=ACCEPTED,
        model=firmware if isinstance(firmware, str) else None,
        utc_source="GPS week and time",
        utc_uncertainty_s=0.2,
    )
    return flight_log(origin, samples, tally)


def _messages(data: bytes, tally: Tally) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the messages; behind damage the reading goes on at the next head of a known type."""
    known: dict[int, Message] = {}
    at, damage = 0, 0
    while at + HEADER_BYTES <= len(data):
        kind = data[at + 2]
        is_head = data[at : at + 2] == HEAD
        if is_head and kind == FORMAT_TYPE and at + HEADER_BYTES + FORMAT_MESSAGE.size <= len(data):
            _learn(FORMAT_MESSAGE.unpack_from(data, at + HEADER_BYTES), known)
            at, damage = at + HEADER_BYTES + FORMAT_MESSAGE.size, _counted(damage, tally)
            continue
        message = known.get(kind) if is_head else None
        if message is None:
            following = data.find(HEAD, at + 1)
            at, damage = len(data) if following < 0 else following, damage + 1
            continue
        if at + message.length > len(data):
            tally.skipped[SkipReason.incomplete] += 1
            break
        yield message.name, _unpacked(data, at + HEADER_BYTES, message)
        at, damage = at + message.length, _counted(damage, tally)
    _counted(damage, tally)


def _counted(damage: int, tally: Tally) -> int:
    """A stretch of damage is counted once, however many bytes it has."""
    tally.skipped.update(Counter({SkipReason.bad_structure: 1} if damage else {}))
    return 0


def _learn(parts: tuple[int, int, bytes, bytes, bytes], known: dict[int, Message]) -> None:
    kind, length, name, letters, labels = parts
    text = letters.rstrip(b"\x00").decode("ascii", errors="replace")
    if any(letter not in LETTERS for letter in text):
        return
    packing = struct.Struct("<" + "".join(LETTERS[letter][0] for letter in text))
    if packing.size + HEADER_BYTES != length:
        return
    known[kind] = Message(
        name=name.rstrip(b"\x00").decode("ascii", errors="replace"),
        length=length,
        packing=packing,
        labels=tuple(labels.rstrip(b"\x00").decode("ascii", errors="replace").split(",")),
        scales=tuple(LETTERS[letter][1] for letter in text),
    )


def _unpacked(data: bytes, at: int, message: Message) -> dict[str, Any]:
    values = message.packing.unpack_from(data, at)
    return {
        label: value.rstrip(b"\x00").decode("ascii", errors="replace")
        if isinstance(value, bytes)
        else value
        if scale == 1.0
        else value / scale
        for label, value, scale in zip(message.labels, values, message.scales, strict=False)
    }


def _fields(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    fields = {field: finite(float(values[label])) for label, field in FIELDS[name].items() if label in values}
    if name == "GPS":
        if values.get("Status", FIX_3D) < FIX_3D:
            fields |= {"latitude_deg": 0.0, "longitude_deg": 0.0}
        fields["utc"] = utc_of_gps(int(values.get("GWk", 0)), int(values.get("GMS", 0)))  # type: ignore[assignment]  # one field of its own type
    if name == "ORGN":
        fields["is_home"] = float(values.get("Type", HOME_ORIGIN) == HOME_ORIGIN)
    return fields


def _stream(rows: list[Row], *, without_place: bool) -> Stream:
    """The estimator's position lends its height, never its place."""
    stream = Stream()
    for time_s, values in rows:
        kept = {
            name: value
            for name, value in values.items()
            if not (without_place and name in {"latitude_deg", "longitude_deg", "altitude_amsl_m"})
        }
        stream.add(time_s, kept)
    return stream


def _sample(time_s: float, values: dict[str, Any], tally: Tally) -> FlightSample | None:
    place = tally.place(values.pop("latitude_deg", None), values.pop("longitude_deg", None))
    if place is None:
        return None
    moment, satellites = values.pop("utc", None), values.pop("satellites", None)
    return FlightSample(
        video_time_s=time_s,
        utc=utc_text(moment) if isinstance(moment, datetime) else None,
        satellites=None if satellites is None else int(satellites),
        **values,
        **place,
    )


def _note_firmware(text: str, tally: Tally) -> None:
    """The first message is the name of the firmware, such as `ArduPlane V3.7.1`."""
    if text.startswith(("Ardu", "APM", "Copter", "Plane", "Rover", "Sub")):
        tally.facts.setdefault("firmware", text)


FORMAT = TelemetryFormat(
    name="ArduPilot .BIN",
    evidence=Evidence.signature,
    recognises=lambda head: head.startswith(HEAD) or head[:512].count(HEAD + bytes([FORMAT_TYPE])) > 1,
    read=_read,
)
