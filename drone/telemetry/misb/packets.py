"""Finds KLV packets in bytes, however the stream was cut.

Source: MISB ST 0107: a key of sixteen bytes that begins with 06 0E 2B 34, a BER length, a value.
Left out: what is in a packet (sets.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from drone.telemetry.flight_log import SkipReason
from drone.telemetry.misb.ber import BrokenKlvError, ber_length
from drone.telemetry.tally import Tally

PREFIX = bytes.fromhex("060e2b34")
KEY_BYTES = 16
# A packet of metadata is a few hundred bytes; VMTI with a thousand targets stays below this.
LONGEST_PACKET_BYTES = 4 * 1024 * 1024
LEAST_KEY_BYTES_LEFT = 8
UAS_LOCAL_SET = bytes.fromhex("060e2b34020b01010e01030101000000")
SECURITY_LOCAL_SET = bytes.fromhex("060e2b34020301010e01030302000000")
SECURITY_UNIVERSAL_SET = bytes.fromhex("060e2b34020101010208020000000000")
VMTI_LOCAL_SET = bytes.fromhex("060e2b34020b01010e01030306000000")
EG0104_SET = bytes.fromhex("060e2b34020101010e01010201010000")
NAMES = {
    UAS_LOCAL_SET: "ST 0601 UAS local set",
    SECURITY_LOCAL_SET: "ST 0102 security local set",
    SECURITY_UNIVERSAL_SET: "ST 0102 security universal set",
    VMTI_LOCAL_SET: "ST 0903 VMTI local set",
    EG0104_SET: "EG 0104 universal set",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet.

    Attributes:
        key: Sixteen bytes.
        value: As long as its length says.
        whole: From the first byte of the key to the last of the value, for the check sum.
    """

    key: bytes
    value: bytes
    whole: bytes


def packets_of(data: bytes, tally: Tally) -> Iterator[Packet]:
    """Give the packets of a stream.

    Args:
        data: KLV, with or without other bytes between the packets, cut at either end.
        tally: Takes `bad_structure` for bytes between packets and `incomplete` for a cut at the end.

    Yields:
        Packets in their order.
    """
    data = with_keys_restored(data)
    at, is_counted = 0, False
    while at < len(data):
        start = data.find(PREFIX, at)
        gap = data[at : start if start >= 0 else len(data)]
        # What follows a packet that is cut is its own rest, and was counted with it.
        tally.skipped[SkipReason.bad_structure] += bool(gap.strip(b"\x00")) and not is_counted
        if start < 0:
            break
        packet = _packet_at(data, start, tally)
        if packet is not None:
            yield packet
        is_counted = packet is None
        at = start + (len(PREFIX) if packet is None else len(packet.whole))


def with_keys_restored(data: bytes) -> bytes:
    """Put back the first bytes of keys where a stream was cut inside them and enough of them is left.

    Args:
        data: Of a stream; whole keys begin with 06 0E 2B 34.

    Returns:
        The same, with the first key whole; every key where all of them lack the same bytes.
    """
    if data.startswith(PREFIX):
        return data
    for key in NAMES:
        for cut in range(1, KEY_BYTES - LEAST_KEY_BYTES_LEFT + 1):
            if data.startswith(key[cut:]):
                everywhere = PREFIX not in data
                return data.replace(key[cut:], key) if everywhere else key[:cut] + data
    return data


def begins_with_klv(head: bytes) -> bool:
    """Whether the first bytes are KLV, whole or cut inside the first key, or soon become it."""
    if with_keys_restored(head[:64]).startswith(PREFIX):
        return True
    # A stream cut inside a packet: the next known key follows within the longest packet that is usual.
    return any(key in head[:4096] for key in NAMES)


def _packet_at(data: bytes, start: int, tally: Tally) -> Packet | None:
    key = data[start : start + KEY_BYTES]
    try:
        length, value_at = ber_length(data, start + KEY_BYTES)
    except BrokenKlvError:
        tally.skipped[SkipReason.incomplete] += 1
        return None
    if length > LONGEST_PACKET_BYTES:
        tally.skipped[SkipReason.bad_structure] += 1
        return None
    if value_at + length > len(data):
        tally.skipped[SkipReason.incomplete] += 1
        return None
    end = value_at + length
    return Packet(key=key, value=data[value_at:end], whole=data[start:end])
