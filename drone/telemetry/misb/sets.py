"""Reads one packet: a set, and the sets inside it, into named values.

Source: the tables st0601.py, st0102.py, st0903.py, eg0104.py.
Left out: turning names into the fields of a sample (samples.py).
"""

from dataclasses import dataclass, field
from typing import Any

from drone.telemetry.flight_log import SkipReason
from drone.telemetry.misb import eg0104, st0102, st0601, st0903
from drone.telemetry.misb.ber import BrokenKlvError, ber_length, checksum_of, items_of
from drone.telemetry.misb.fields import Field, Table, Value
from drone.telemetry.misb.packets import (
    EG0104_SET,
    KEY_BYTES,
    NAMES,
    SECURITY_LOCAL_SET,
    UAS_LOCAL_SET,
    VMTI_LOCAL_SET,
    Packet,
)
from drone.telemetry.tally import Tally

CHECKSUM_BYTES = 2
INNER_SETS = {st0601.SECURITY_SET: ("ST 0102", st0102.FIELDS), st0601.VMTI_SET: ("ST 0903", st0903.FIELDS)}
TABLES = {
    UAS_LOCAL_SET: ("ST 0601", st0601.FIELDS),
    SECURITY_LOCAL_SET: ("ST 0102", st0102.FIELDS),
    VMTI_LOCAL_SET: ("ST 0903", st0903.FIELDS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSet:
    """The values of one packet.

    Attributes:
        standard: Of the packet, such as `ST 0601`.
        values: By name; None where the set says that a value is missing.
        inner: Values of sets inside it, by name.
        tags: That it holds.
    """

    standard: str
    values: dict[str, Value]
    inner: dict[str, Value] = field(default_factory=dict)
    tags: frozenset[int] = frozenset()


def read_set(packet: Packet, tally: Tally) -> ReadSet | None:
    """Read a packet.

    Args:
        packet: As found.
        tally: Takes what is damaged or unknown.

    Returns:
        The values; None where the packet is damaged, or of a set without a table.
    """
    if packet.key[:7] + packet.key[8:] == EG0104_SET[:7] + EG0104_SET[8:]:
        return _read_universal(packet, tally)
    if packet.key not in TABLES:
        tally.unknown[NAMES.get(packet.key, f"key {packet.key.hex()}")] += 1
        return None
    standard, table = TABLES[packet.key]
    try:
        items = items_of(packet.value)
    except BrokenKlvError:
        tally.skipped[SkipReason.bad_structure] += 1
        return None
    if not _has_right_checksum(packet, dict(items), tally):
        return None
    values = _values(items, standard, table, tally)
    inner: dict[str, Value] = {}
    for tag, content in items if table is st0601.FIELDS else ():
        if tag in INNER_SETS:
            inner |= _read_inner(content, *INNER_SETS[tag], tally)
    return ReadSet(standard=standard, values=values, inner=inner, tags=frozenset(tag for tag, _ in items))


def _has_right_checksum(packet: Packet, items: dict[int, bytes], tally: Tally) -> bool:
    """Tag 1 of ST 0601 and ST 0903 is the sum of all bytes before it; a set without one is taken as it is."""
    written = items.get(st0601.CHECKSUM)
    if packet.key == SECURITY_LOCAL_SET or written is None:
        return True
    computed = checksum_of(packet.whole[:-CHECKSUM_BYTES])
    if len(written) == CHECKSUM_BYTES and int.from_bytes(written, "big") == computed:
        return True
    tally.skipped[SkipReason.wrong_checksum] += 1
    if tally.skipped[SkipReason.wrong_checksum] == 1:
        tally.remarks.append(
            f"check sum 0x{written.hex().upper()} is written where 0x{computed:04X} is right"
        )
    return False


def _values(items: list[tuple[int, bytes]], standard: str, table: Table, tally: Tally) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for tag, content in items:
        row = table.get(tag)
        if row is not None:
            _take(row, content, values, tally, standard)
        elif tag not in INNER_SETS or table is not st0601.FIELDS:
            tally.unknown[f"{standard} tag {tag}"] += 1
    return values


def _take(row: Field, content: bytes, values: dict[str, Any], tally: Tally, standard: str) -> None:
    """An item of no length says that its value is not known."""
    try:
        values[row.name] = row.decode(content) if content else None
    except BrokenKlvError:
        tally.damaged[f"{standard} {row.name}"] += 1


def _read_inner(content: bytes, standard: str, table: Table, tally: Tally) -> dict[str, Value]:
    try:
        return _values(items_of(content), standard, table, tally)
    except BrokenKlvError:
        tally.damaged[f"{standard} set"] += 1
        return {}


def _read_universal(packet: Packet, tally: Tally) -> ReadSet | None:
    values: dict[str, Value] = {}
    at = 0
    while at + KEY_BYTES < len(packet.value):
        key = packet.value[at : at + KEY_BYTES]
        try:
            length, at = ber_length(packet.value, at + KEY_BYTES)
        except BrokenKlvError:
            tally.skipped[SkipReason.bad_structure] += 1
            return None
        row = eg0104.field_of(key)
        if row is None:
            tally.unknown[f"EG 0104 key {key.hex()}"] += 1
        else:
            _take(row, packet.value[at : at + length], values, tally, "EG 0104")
        at += length
    return ReadSet(standard="EG 0104", values=values)
