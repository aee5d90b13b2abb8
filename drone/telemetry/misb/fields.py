"""How the value of a tag is read: one row a tag, each with its kind.

Source: MISB ST 0601 (linear maps and their error values), ST 1201 (IMAPB), ST 0107 (text).
Left out: the rows, which stand in one module for each standard.
"""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from drone.telemetry.misb.ber import BrokenKlvError
from drone.telemetry.tally import finite, utc_from_microseconds

Value = float | int | str | datetime | None
Decode = Callable[[bytes], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One tag of a set.

    Attributes:
        name: With its unit; as reports show it.
        decode: From bytes; None is the standard's own word for a missing value.
    """

    name: str
    decode: Decode


Table = Mapping[int, Field]


def unsigned(low: float, high: float, size: int) -> Decode:
    """A linear map of an unsigned number of `size` bytes onto a range."""

    def decode(data: bytes) -> float:
        _require(data, size)
        highest = float((1 << 8 * size) - 1)
        return low + int.from_bytes(data, "big") * (high - low) / highest

    return decode


def signed(reach: float, size: int) -> Decode:
    """A linear map of a signed number onto ±reach; the lowest number says that the value is missing."""
    highest = 2 ** (8 * size - 1) - 1

    def decode(data: bytes) -> float | None:
        _require(data, size)
        number = int.from_bytes(data, "big", signed=True)
        return None if number < -highest else number * reach / highest

    return decode


def imapb(low: float, high: float) -> Decode:
    """ST 1201: a range and the number of bytes give the step; the upper half is kept for special values."""
    range_power = math.ceil(math.log2(high - low))

    def decode(data: bytes) -> float | None:
        if not 1 <= len(data) <= 8:  # noqa: PLR2004 (bytes of a 64-bit number)
            raise BrokenKlvError("an IMAPB value of a length that cannot be")
        top = 8 * len(data) - 1
        number, step = int.from_bytes(data, "big"), 2.0 ** (range_power - top)
        if number > 2**top:
            return None
        offset = low / step - math.floor(low / step) if low < 0.0 < high else 0.0
        return step * (number - offset) + low

    return decode


def whole(data: bytes) -> int:
    """An unsigned number of any length up to eight bytes."""
    _require(data, min(max(len(data), 1), 8))
    return int.from_bytes(data, "big")


def whole_signed(data: bytes) -> int:
    """A signed number of any length up to eight bytes."""
    _require(data, min(max(len(data), 1), 8))
    return int.from_bytes(data, "big", signed=True)


def scaled(step: float) -> Decode:
    """A whole number of steps."""
    return lambda data: whole(data) * step


def real(data: bytes) -> float | None:
    """IEEE 754, single or double; NaN and infinities are missing values."""
    if len(data) not in {4, 8}:
        raise BrokenKlvError("a real number of neither 4 nor 8 bytes")
    return finite(float(struct.unpack(">f" if len(data) == 4 else ">d", data)[0]))  # noqa: PLR2004


def text(data: bytes) -> str | None:
    """Text; bytes that are none are replaced, an empty text is a missing one."""
    return data.decode("utf-8", errors="replace").strip("\x00 ") or None


def text_utf16(data: bytes) -> str | None:
    """Text in UTF-16, as object country codes are written; older streams write it in ASCII."""
    zeros = data.count(0)
    return data.decode("utf-16-be" if zeros else "utf-8", errors="replace").strip("\x00 ") or None


def moment(data: bytes) -> datetime | None:
    """Microseconds since 1970, UTC without leap seconds counted."""
    _require(data, min(max(len(data), 1), 8))
    return utc_from_microseconds(int.from_bytes(data, "big"))


def opaque(data: bytes) -> int:
    """What is only named; the number of its bytes stands for it."""
    return len(data)


def _require(data: bytes, size: int) -> None:
    if len(data) != size:
        raise BrokenKlvError(f"{len(data)} bytes where {size} are right")
