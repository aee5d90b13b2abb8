"""Which characters the shipped fonts can draw; one that they cannot is shown by its code number, never a box.

Source: OpenType 1.9 `cmap` table, subtable formats 4 and 12.
Left out: shaping. Scripts that no shipped font holds (Hangul, Thai, Devanagari) are printed as code numbers.
"""

import struct
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

FONTS = files(__package__) / "fonts"
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_BASIC_PLANE_FORMAT = 4
_ALL_PLANES_FORMAT = 12


@cache
def printable_codes() -> frozenset[int]:
    """Code points that at least one shipped font draws.

    Returns:
        The union of the character maps of the fonts beside this module.
    """
    names = [font for font in FONTS.iterdir() if font.name.endswith((".otf", ".ttf"))]
    return frozenset(code for font in names for code in mapped_codes(font.read_bytes()))


def mapped_codes(font: bytes) -> Iterator[int]:
    """Read the code points a font maps to a glyph.

    Args:
        font: A whole OpenType or TrueType file.

    Yields:
        Code points, some of them more than once when the font has several subtables.
    """
    start = _table_start(font, b"cmap")
    (subtables,) = struct.unpack_from(">H", font, start + 2)
    for index in range(subtables):
        (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * index + 4)
        (kind,) = struct.unpack_from(">H", font, start + offset)
        if kind == _BASIC_PLANE_FORMAT:
            yield from _basic_plane_codes(font, start + offset)
        elif kind == _ALL_PLANES_FORMAT:
            yield from _all_planes_codes(font, start + offset)


def _table_start(font: bytes, tag: bytes) -> int:
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(tables))
    starts: dict[bytes, int] = {name: start for name, _checksum, start, _length in records}
    return starts[tag]


def _basic_plane_codes(font: bytes, start: int) -> Iterator[int]:
    (doubled,) = struct.unpack_from(">H", font, start + 6)
    starts = (start + 14, start + 16 + doubled, start + 16 + 2 * doubled, start + 16 + 3 * doubled)
    ends, firsts, deltas, offsets = (struct.unpack_from(f">{doubled // 2}H", font, at) for at in starts)
    for index, (first, end, delta, offset) in enumerate(zip(firsts, ends, deltas, offsets, strict=True)):
        # A range may hold codes without a glyph: those lead to glyph 0, and are not mapped.
        at = starts[3] + 2 * index + offset
        listed = struct.unpack_from(f">{end - first + 1}H", font, at) if offset else range(first, end + 1)
        glyphs = ((glyph + delta) % 0x10000 if glyph or not offset else 0 for glyph in listed)
        yield from (code for code, glyph in enumerate(glyphs, first) if glyph)


def _all_planes_codes(font: bytes, start: int) -> Iterator[int]:
    (groups,) = struct.unpack_from(">I", font, start + 12)
    for index in range(groups):
        first, end, _glyph = struct.unpack_from(">III", font, start + 16 + 12 * index)
        yield from range(first, end + 1)


def one_line(text: str) -> str:
    r"""A text without anything that could move a cursor, hide a letter or turn the reading direction.

    Args:
        text: Anything a person or a file may have put into a name.

    Returns:
        The text on one line; controls and format characters stand as their code number in brackets.

    >>> one_line("REIHOU\u202e 丽星\n1")
    'REIHOU[U+202E] 丽星 1'
    """
    flat = " ".join(text.split())
    return "".join(_code(each) if unicodedata.category(each) in _UNPRINTABLE else each for each in flat)


def drawn_page(page: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A page whose every text the shipped fonts can draw.

    Args:
        page: Page data; texts, lists and mappings.

    Returns:
        The page, with each character that no font holds as its code number, and those numbers in order.
    """
    missing: set[str] = set()

    def drawn(text: str) -> str:
        line = one_line(text)
        lacking = {each for each in line if ord(each) not in printable_codes()}
        missing.update(lacking)
        return "".join(_code(each) if each in lacking else each for each in line)

    changed: dict[str, Any] = with_texts(page, drawn)
    return changed, [_code(character) for character in sorted(missing)]


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text in it changed.

    Args:
        value: A text, a list, a mapping, or anything else, which stays as it is.
        change: What is done to each text.

    Returns:
        New lists and mappings; the given ones are not touched.
    """
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: with_texts(member, change) for key, member in value.items()}
    if isinstance(value, list):
        return [with_texts(member, change) for member in value]
    return value


def drawn_width(character: str) -> int:
    """The room a character takes on a page, in Latin letters.

    Args:
        character: One code point.

    Returns:
        1, or 2 for a hanzi, or the length of the code number that stands for what no font has.
    """
    if unicodedata.category(character) in _UNPRINTABLE or ord(character) not in printable_codes():
        return len(_code(character))
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _code(character: str) -> str:
    return f"[U+{ord(character):04X}]"
