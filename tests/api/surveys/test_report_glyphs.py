"""What the fonts hold, cross-checked with fontTools where it is there; no text hides or moves anything."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.surveys.report import glyphs

FONTS = sorted(Path(glyphs.__file__).with_name("fonts").glob("*.[ot]tf"))


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_the_character_map_is_read_as_fonttools_reads_it(font: Path) -> None:
    font_tools = pytest.importorskip("fontTools.ttLib")
    expected = set(font_tools.TTFont(font).getBestCmap())
    assert set(glyphs.mapped_codes(font.read_bytes())) - {0xFFFF} == expected


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_a_font_is_small_enough_to_ship_and_has_its_licence_beside_it(font: Path) -> None:
    assert font.stat().st_size <= 8 * 1024 * 1024
    family = font.stem.partition("-")[0]
    licences = [*font.parent.glob(f"{family}-OFL.txt"), *font.parent.glob(f"{family}-LICENSE.txt")]
    assert len(licences) == 1


def test_the_hanzi_of_gb_2312_are_all_there() -> None:
    codes = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    hanzi = {ord(text) for code in codes if (text := code.decode("gb2312", errors="ignore"))}
    assert len(hanzi) == 6763
    assert hanzi <= glyphs.printable_codes()


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("安信山 ⚓", "安信山 ⚓"),
        ("A\u202eB", "A[U+202E]B"),
        ("A\x1b[31mB", "A[U+001B][31mB"),
        (" two\n lines\t", "two lines"),
        ("\ud800", "[U+D800]"),
    ],
)
def test_controls_and_direction_marks_are_shown_by_number(given_text: str, shown: str) -> None:
    assert glyphs.one_line(given_text) == shown


@given(st.text())
def test_one_line_hides_nothing(text: str) -> None:
    categories = {unicodedata.category(character) for character in glyphs.one_line(text)}
    assert not categories & {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def test_a_character_that_no_font_has_is_named_and_listed() -> None:
    page, missing = glyphs.drawn_page({"name": "세월호 REIHOU", "rows": [{"n": "丽"}], "none": None})
    assert page["name"] == "[U+C138][U+C6D4][U+D638] REIHOU"
    assert page["rows"] == [{"n": "丽"}]
    assert missing == ["[U+C138]", "[U+C6D4]", "[U+D638]"]
