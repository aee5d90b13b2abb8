"""Cuts MAVLink frames out of bytes and reads the few messages that tell where a vehicle is.

Source: MAVLink 1 and 2, "Packet Serialization"; message definitions of the common dialect (XML of mavlink.io).
Left out: signatures, which are skipped over; messages without a row, which are counted by number.

A row gives the fields in the order of the wire (larger types first), the check byte of the definition, and the length
without extensions. MAVLink 2 cuts zeros at the end of a payload.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from drone.telemetry.flight_log import SkipReason
from drone.telemetry.tally import Tally

MAVLINK_1, MAVLINK_2 = 0xFE, 0xFD
HEADER_BYTES = {MAVLINK_1: 6, MAVLINK_2: 10}
CHECKSUM_BYTES, SIGNATURE_BYTES = 2, 13
# Ground stations write the time of arrival before each frame.
STAMP_BYTES = 8
SIGNED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One message.

    Attributes:
        name: By mavlink.io.
        extra: Check byte of the definition.
        packing: Types in the order of the wire.
        labels: Their names.
    """

    name: str
    extra: int
    packing: str
    labels: tuple[str, ...]


MESSAGES: Mapping[int, Definition] = {
    0: Definition(
        name="HEARTBEAT", extra=50, packing="<IBBBBB",
        labels=("custom_mode", "type", "autopilot", "base_mode", "system_status", "mavlink_version"),
    ),
    2: Definition(name="SYSTEM_TIME", extra=137, packing="<QI", labels=("time_unix_usec", "time_boot_ms")),
    24: Definition(
        name="GPS_RAW_INT", extra=24, packing="<QiiiHHHHBB",
        labels=("time_usec", "lat", "lon", "alt", "eph", "epv", "vel", "cog", "fix_type", "satellites_visible"),
    ),
    30: Definition(
        name="ATTITUDE", extra=39, packing="<Iffffff",
        labels=("time_boot_ms", "roll", "pitch", "yaw", "rollspeed", "pitchspeed", "yawspeed"),
    ),
    33: Definition(
        name="GLOBAL_POSITION_INT", extra=104, packing="<IiiiihhhH",
        labels=("time_boot_ms", "lat", "lon", "alt", "relative_alt", "vx", "vy", "vz", "hdg"),
    ),
    158: Definition(
        name="MOUNT_STATUS", extra=134, packing="<iiiBB",
        labels=("pointing_a", "pointing_b", "pointing_c", "target_system", "target_component"),
    ),
    242: Definition(
        name="HOME_POSITION", extra=104, packing="<iii", labels=("latitude", "longitude", "altitude"),
    ),
    265: Definition(
        name="MOUNT_ORIENTATION", extra=26, packing="<Ifff", labels=("time_boot_ms", "roll", "pitch", "yaw"),
    ),
    285: Definition(
        name="GIMBAL_DEVICE_ATTITUDE_STATUS", extra=137, packing="<I4ffffIHBB",
        labels=("time_boot_ms", "q0", "q1", "q2", "q3", "rate_x", "rate_y", "rate_z", "failure_flags", "flags",
                "target_system", "target_component"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message that was received whole.

    Attributes:
        at: Where it begins.
        number: Of its definition.
        system: Number of the sender.
        name: Of its definition; None where it has no row.
        values: By label.
    """

    at: int
    number: int
    system: int
    name: str | None
    values: Mapping[str, Any] = field(default_factory=dict)


def frames_of(data: bytes, tally: Tally) -> Iterator[Frame]:
    """Give the frames of a log.

    Args:
        data: Frames with or without other bytes, such as times, between them.
        tally: Takes `wrong_checksum` and `incomplete`.

    Yields:
        Frames in their order; those without a row only with their number.
    """
    at, last_end = 0, 0
    while at < len(data):
        size = frame_size(data, at) if data[at] in HEADER_BYTES else None
        if size is None or at + size > len(data):
            is_cut = data[at] in HEADER_BYTES and at - last_end == STAMP_BYTES
            tally.skipped[SkipReason.incomplete] += is_cut
            at += 1
            continue
        frame = _frame(data, at)
        if frame is None and not _is_followed(data, at + size):
            at += 1
            continue
        if frame is None:
            tally.skipped[SkipReason.wrong_checksum] += 1
        else:
            yield frame
        at = last_end = at + size


def _is_followed(data: bytes, end: int) -> bool:
    """A frame whose sum is wrong was one where the log ends behind it or the next one begins there."""
    following = end + STAMP_BYTES
    return end == len(data) or (following < len(data) and data[following] in HEADER_BYTES)


def frame_size(data: bytes, at: int) -> int | None:
    """How many bytes a frame has; None where its header is cut."""
    if at + HEADER_BYTES[data[at]] > len(data):
        return None
    size = HEADER_BYTES[data[at]] + data[at + 1] + CHECKSUM_BYTES
    return size + SIGNATURE_BYTES if data[at] == MAVLINK_2 and data[at + 2] & SIGNED else size


def x25(data: bytes) -> int:
    """CRC-16/MCRF4XX, as MAVLink uses.

    >>> hex(x25(b"123456789"))
    '0x6f91'
    """
    crc = 0xFFFF
    for byte in data:
        mixed = byte ^ crc & 0xFF
        mixed = (mixed ^ mixed << 4) & 0xFF
        crc = (crc >> 8 ^ mixed << 8 ^ mixed << 3 ^ mixed >> 4) & 0xFFFF
    return crc


def _frame(data: bytes, at: int) -> Frame | None:
    head = HEADER_BYTES[data[at]]
    payload_end = at + head + data[at + 1]
    is_second = data[at] == MAVLINK_2
    number = int.from_bytes(data[at + 7 : at + 10], "little") if is_second else data[at + 5]
    system = data[at + 5] if is_second else data[at + 3]
    definition = MESSAGES.get(number)
    if definition is None:
        return Frame(at=at, number=number, system=system, name=None)
    written = int.from_bytes(data[payload_end : payload_end + CHECKSUM_BYTES], "little")
    if x25(data[at + 1 : payload_end] + bytes([definition.extra])) != written:
        return None
    packing = struct.Struct(definition.packing)
    payload = data[at + head : payload_end][: packing.size].ljust(packing.size, b"\x00")
    values = dict(zip(definition.labels, packing.unpack(payload), strict=True))
    return Frame(at=at, number=number, system=system, name=definition.name, values=values)
