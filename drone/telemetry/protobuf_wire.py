"""Takes Protocol Buffers apart without their schema.

Source: protobuf.dev, "Encoding": tags, varints, 64-bit, length-delimited and 32-bit values.
Left out: groups, which are deprecated, and what the numbers mean.
"""

import struct
from collections.abc import Iterator, Sequence

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT_BYTES = 10
SIGN_BIT = 1 << 63

Wire = int | bytes


class BrokenProtobufError(ValueError):
    """Bytes that are no message; never leaves the package."""


def fields_of(message: bytes) -> Iterator[tuple[int, Wire]]:
    """Give the fields of a message.

    Args:
        message: Its bytes.

    Yields:
        Numbers and values; fixed values as their bytes.

    Raises:
        BrokenProtobufError: It is cut or no message.

    >>> list(fields_of(bytes([0x08, 0x96, 0x01])))
    [(1, 150)]
    """
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == BYTES:
            size, at = _varint(message, at)
        elif kind in {FIXED64, FIXED32}:
            size = 8 if kind == FIXED64 else 4
        else:
            raise BrokenProtobufError(f"wire type {kind}")
        if number == 0 or at + size > len(message):
            raise BrokenProtobufError("a field that is cut")
        yield number, message[at : at + size]
        at += size


def value_at(message: bytes, path: Sequence[int]) -> Wire | None:
    """Find the value at a path of field numbers; of repeated fields the last counts, as Protocol Buffers say.

    Args:
        message: Its bytes.
        path: Field numbers from the outside in.

    Returns:
        The value; None where there is none.

    Raises:
        BrokenProtobufError: A message on the way is damaged.
    """
    value: Wire | None = message
    for number in path:
        if not isinstance(value, bytes):
            return None
        value = dict(fields_of(value)).get(number)
    return value


def signed(value: Wire | None) -> int | None:
    """A varint that is a signed 64-bit number."""
    if not isinstance(value, int):
        return None
    return value - 2 * SIGN_BIT if value & SIGN_BIT else value


def real(value: Wire | None) -> float | None:
    """A fixed value that is an IEEE number."""
    if not isinstance(value, bytes) or len(value) not in {4, 8}:
        return None
    return float(struct.unpack("<f" if len(value) == 4 else "<d", value)[0])  # noqa: PLR2004


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(data[at : at + LONGEST_VARINT_BYTES]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:  # noqa: PLR2004 (the high bit says that more follow)
            return value & (2 * SIGN_BIT - 1), at + shift + 1
    raise BrokenProtobufError("a varint that is cut")
