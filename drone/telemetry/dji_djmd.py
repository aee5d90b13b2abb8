"""Reads one packet of DJI's `djmd` track: Protocol Buffers whose layout is named by `dvtm_*.proto`.

Source: field numbers and units as documented by ExifTool (DJI tags, Protobuf); one row for each protocol.
Left out: `dbgi`, the debugging track, which is named only; protocols without a row, which are reported by name.

Positions are radians unless the message says degrees; the Mavic 4 and the Mini 5 Pro always write degrees. Angles are
tenths of a degree, heights thousandths of a metre. Zero is not written, so a missing angle inside its message is 0.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drone.telemetry.protobuf_wire import Wire, fields_of, real, signed, value_at
from drone.telemetry.tally import Tally, finite

PROTOCOL = re.compile(rb"dvtm_[\w-]{1,40}\.proto")
TENTH_DEG = 0.1
MILLIMETRE_M = 0.001
DEGREES = 1

Path = tuple[int, ...]
ATTITUDE_FIELDS = ("drone_roll_deg", "drone_pitch_deg", "drone_yaw_deg")
GIMBAL_FIELDS = ("gimbal_pitch_deg", "gimbal_roll_deg", "gimbal_yaw_deg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a protocol keeps what.

    Attributes:
        model: Of the drone or camera.
        gps: Message of units, latitude, longitude.
        altitude: Above mean sea level.
        height: Above take-off.
        attitude: Message of roll, pitch, yaw of the drone.
        gimbal: Message of pitch, roll, yaw of the gimbal.
        iso: A real number.
        shutter: A fraction of seconds.
        f_number: A fraction.
        colour: A varint in kelvin.
        always_degrees: Whatever the message says about its units.
    """

    model: str
    gps: Path | None = (3, 3, 4, 1)
    altitude: Path | None = (3, 3, 4, 2)
    height: Path | None = (3, 3, 5, 1)
    attitude: Path | None = (3, 3, 3)
    gimbal: Path | None = (3, 4, 3)
    iso: Path | None = None
    shutter: Path | None = None
    f_number: Path | None = None
    colour: Path | None = None
    always_degrees: bool = False


def _action(model: str) -> Layout:
    return Layout(
        model=model,
        gps=(3, 4, 2, 1),
        altitude=(3, 4, 2, 2),
        height=None,
        attitude=None,
        gimbal=None,
        iso=(3, 2, 3, 1),
        shutter=(3, 2, 4, 1),
        colour=(3, 2, 6, 1),
    )


def _first_person(model: str, *, height: Path | None) -> Layout:
    return Layout(
        model=model,
        gps=(3, 4, 4, 1),
        altitude=(3, 4, 4, 2),
        height=height,
        attitude=(3, 4, 3),
        gimbal=None,
        iso=(3, 2, 2, 1),
        shutter=(3, 2, 4, 1),
        f_number=(3, 2, 10, 1),
        colour=(3, 2, 6, 1),
    )


def _consumer(model: str) -> Layout:
    return Layout(
        model=model, iso=(3, 2, 7, 1), shutter=(3, 2, 10, 1), f_number=(3, 2, 11, 1), colour=(3, 2, 32, 1)
    )


LAYOUTS: Mapping[str, Layout] = {
    "dvtm_Mini4_Pro.proto": _consumer("Mini 4 Pro"),
    "dvtm_Air3.proto": _consumer("Air 3"),
    "dvtm_Air3s.proto": _consumer("Air 3S"),
    "dvtm_wm265e.proto": Layout(model="Mavic 3", iso=(3, 2, 2, 1), shutter=(3, 2, 3, 1)),
    "dvtm_pm320.proto": Layout(
        model="Matrice 30", iso=(3, 2, 2, 1), shutter=(3, 2, 3, 1), f_number=(3, 2, 4, 1)
    ),
    "dvtm_wm261.proto": Layout(
        model="Mavic 3 Pro", iso=(3, 2, 9, 1), shutter=(3, 2, 10, 1), f_number=(3, 2, 11, 1)
    ),
    "dvtm_wa345e.proto": Layout(model="Matrice 4E"),
    "dvtm_AVATA2.proto": _first_person("Avata 2", height=(3, 4, 5, 1)),
    "dvtm_dji_neo.proto": _first_person("Neo", height=None),
    "dvtm_Mavic4.proto": Layout(
        model="Mavic 4 Pro",
        gimbal=None,
        iso=(3, 2, 9, 1),
        shutter=(3, 2, 10, 1),
        colour=(3, 2, 24, 1),
        always_degrees=True,
    ),
    "dvtm_Mini5Pro.proto": Layout(
        model="Mini 5 Pro", height=None, attitude=None, gimbal=None, always_degrees=True
    ),
    "dvtm_ac203.proto": _action("Osmo Action 4"),
    "dvtm_ac204.proto": _action("Osmo Action 5"),
    "dvtm_ac206.proto": _action("Osmo Action 6"),
    "dvtm_oq101.proto": _action("Osmo 360"),
}


def protocol_of(packet: bytes) -> str | None:
    """The name of the layout, which the first packet of a track carries."""
    match = PROTOCOL.search(packet[:4096])
    return None if match is None else match[0].decode("ascii")


def packet_values(packet: bytes, layout: Layout, tally: Tally) -> dict[str, Any] | None:
    """Read one packet.

    Args:
        packet: Of the track.
        layout: Of its protocol.
        tally: Takes positions that are damaged or no fix.

    Returns:
        Fields of a sample; None where the position is damaged.

    Raises:
        BrokenProtobufError: The packet is no message.
    """
    place = tally.place(*_position(packet, layout))
    if place is None:
        return None
    values: dict[str, Any] = dict(place)
    values |= _angles(packet, layout.attitude, ATTITUDE_FIELDS)
    values |= _angles(packet, layout.gimbal, GIMBAL_FIELDS)
    altitude = signed(_at(packet, layout.altitude))
    height = real(_at(packet, layout.height))
    iso = real(_at(packet, layout.iso))
    colour = _at(packet, layout.colour)
    frame = value_at(packet, (3, 1, 1))
    return values | {
        "altitude_amsl_m": None if altitude is None else altitude * MILLIMETRE_M,
        "height_above_takeoff_m": None if finite(height) is None else (height or 0.0) * MILLIMETRE_M,
        "iso": None if finite(iso) is None else round(iso or 0.0),
        "shutter_s": _fraction(_at(packet, layout.shutter)),
        "aperture_f_number": _fraction(_at(packet, layout.f_number)),
        "colour_temperature_k": float(colour) if isinstance(colour, int) else None,
        "frame_count": frame if isinstance(frame, int) else None,
    }


def _at(packet: bytes, path: Path | None) -> Wire | None:
    return None if path is None else value_at(packet, path)


def _position(packet: bytes, layout: Layout) -> tuple[float | None, float | None]:
    message = _at(packet, layout.gps)
    if not isinstance(message, bytes):
        return None, None
    parts = dict(fields_of(message))
    in_degrees = layout.always_degrees or parts.get(1) == DEGREES
    latitude, longitude = finite(real(parts.get(2))), finite(real(parts.get(3)))
    if latitude is None or longitude is None or in_degrees:
        return latitude, longitude
    return math.degrees(latitude), math.degrees(longitude)


def _angles(packet: bytes, path: Path | None, names: tuple[str, ...]) -> dict[str, float]:
    message = _at(packet, path)
    if not isinstance(message, bytes):
        return {}
    parts = dict(fields_of(message))
    return {name: (signed(parts.get(number)) or 0) * TENTH_DEG for number, name in enumerate(names, start=1)}


def _fraction(value: Wire | None) -> float | None:
    """Two varints one after the other, without tags: numerator and denominator."""
    if not isinstance(value, bytes):
        return None
    numbers: list[int] = []
    number, shift = 0, 0
    for byte in value:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 (the high bit says that more follow)
            numbers.append(number)
            number, shift = 0, 0
    return numbers[0] / numbers[1] if len(numbers) == 2 and numbers[1] else None  # noqa: PLR2004 (a fraction)
