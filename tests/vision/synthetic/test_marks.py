"""The layout of marks by hand, style by style, against docs/conventions.md."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.synthetic.marks import (
    FIXTURES,
    Character,
    ColumnStyle,
    MarkStyle,
    column_characters,
    column_fixtures,
    random_column_style,
    random_second_column,
)


def style(marks: MarkStyle = MarkStyle.METRE_M, *, dashes: bool = False) -> ColumnStyle:
    return ColumnStyle(marks=marks, character_width_m=0.08, gap_m=0.02, dashes=dashes)


def laid(marks: MarkStyle, low_m: float, high_m: float, *, dashes: bool = False) -> tuple[Character, ...]:
    return column_characters(style(marks, dashes=dashes), lowest_m=low_m, highest_m=high_m)


def rows(characters: tuple[Character, ...]) -> dict[float, str]:
    found: dict[float, str] = {}
    for character in characters:
        value = round(character.lower_edge_m, 6)
        found[value] = found.get(value, "") + character.text
    return found


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (MarkStyle.METRE_M, {8.6: "6", 8.8: "8", 9.0: "9M", 9.2: "2", 9.4: "4"}),
        (MarkStyle.METRE_PLAIN, {8.6: "6", 8.8: "8", 9.0: "9", 9.2: "2", 9.4: "4"}),
        (MarkStyle.DOUBLE_HEIGHT, {8.6: "6", 8.8: "8", 9.0: "9M", 9.2: "2", 9.4: "4"}),
        (MarkStyle.DECIMETRES, {8.6: "86", 8.8: "88", 9.0: "9M", 9.2: "92", 9.4: "94"}),
        (MarkStyle.INLAND, {8.6: "86", 8.8: "88", 9.0: "9M", 9.2: "92", 9.4: "94"}),
        (MarkStyle.DECIMALS, {8.6: "86", 8.8: "88", 9.0: "90", 9.2: "92", 9.4: "94"}),
        (MarkStyle.IMPERIAL, {8.5344: "28", 8.8392: "29", 9.144: "30", 9.4488: "31"}),
        (MarkStyle.IMPERIAL_ROMAN, {8.5344: "XXVIII", 8.8392: "XXIX", 9.144: "XXX", 9.4488: "XXXI"}),
    ],
)
def test_what_stands_at_each_value(marks: MarkStyle, expected: dict[float, str]) -> None:
    assert rows(laid(marks, 8.5, 9.5)) == expected


def test_both_ends_are_included() -> None:
    assert list(rows(laid(MarkStyle.METRE_M, 8.2, 8.6))) == [8.2, 8.4, 8.6]
    assert laid(MarkStyle.METRE_M, 8.21, 8.39) == ()


def test_a_metre_row_by_hand() -> None:
    # 80 mm wide, 20 mm apart, the 1 of 36 mm; the M stands on the axis.
    one, two, letter = laid(MarkStyle.METRE_M, 12.0, 12.0)

    assert (letter.left_m, letter.width_m) == pytest.approx((-0.04, 0.08))
    assert (two.left_m, two.width_m) == pytest.approx((-0.14, 0.08))
    assert (one.left_m, one.width_m) == pytest.approx((-0.196, 0.036))
    assert {character.height_m for character in (one, two, letter)} == {0.1}
    assert {character.lower_edge_m for character in (one, two, letter)} == {12.0}


def test_a_metre_of_double_height_stands_on_one_baseline_by_hand() -> None:
    digit, letter = laid(MarkStyle.DOUBLE_HEIGHT, 7.0, 7.0)
    assert (digit.height_m, letter.height_m) == (0.2, 0.1)
    assert (digit.width_m, digit.left_m) == pytest.approx((0.16, -0.04 - 0.02 - 0.16))
    assert digit.lower_edge_m == letter.lower_edge_m == 7.0


def test_a_dash_has_its_lower_edge_at_the_value_left_of_everything() -> None:
    characters = laid(MarkStyle.METRE_M, 12.0, 12.0, dashes=True)
    dash = characters[-1]
    assert (dash.text, dash.lower_edge_m) == ("dash", 12.0)
    assert dash.left_m + dash.width_m == pytest.approx(-0.196 - 0.02)


def test_a_decimal_by_hand() -> None:
    # 80 mm digits, 20 mm apart, a point of 22 mm between them on the baseline.
    nine, eight = laid(MarkStyle.DECIMALS, 9.8, 9.8)
    (point,) = column_fixtures(style(MarkStyle.DECIMALS), lowest_m=9.8, highest_m=9.8)

    assert (nine.text, eight.text) == ("9", "8")
    assert eight.left_m == pytest.approx(-0.04)
    assert (point.left_m, point.width_m) == pytest.approx((-0.04 - 0.02 - 0.022, 0.022))
    assert (point.lower_edge_m, point.height_m) == (9.8, 0.022)
    assert nine.left_m == pytest.approx(point.left_m - 0.02 - 0.08)


@pytest.mark.parametrize("marks", [MarkStyle.IMPERIAL, MarkStyle.IMPERIAL_ROMAN])
def test_feet_by_hand(marks: MarkStyle) -> None:
    characters = laid(marks, 6.0, 7.0)
    # 20, 21 and 22 feet.
    assert sorted({character.lower_edge_m for character in characters}) == [6.096, 6.4008, 6.7056]
    assert [character.height_m for character in characters] == pytest.approx([0.1524] * len(characters))
    wide = [character.width_m for character in characters if character.text not in "1I"]
    assert wide == pytest.approx([0.08 * 1.524] * len(wide))


def test_a_stave_has_a_long_tick_at_each_numeral_by_hand() -> None:
    fixtures = column_fixtures(style(MarkStyle.INLAND), lowest_m=3.0, highest_m=3.4)
    ticks = [fixture for fixture in fixtures if fixture.text == "tick"]
    tops = [tick.lower_edge_m + tick.height_m for tick in ticks]

    # 3.0, 3.2, 3.4 and up to the head of the last numeral, every 40 mm; the value is at a tick's upper edge.
    assert tops == pytest.approx([3.0 + 0.04 * index for index in range(13)])
    assert [round(top, 6) for top, tick in zip(tops, ticks, strict=True) if tick.width_m > 0.05] == [
        3.0,
        3.2,
        3.4,
    ]
    stave = [fixture for fixture in fixtures if fixture.text == "stave"]
    assert stave[0].lower_edge_m <= 3.0
    assert stave[-1].lower_edge_m + stave[-1].height_m >= 3.5
    for one, other in pairwise(stave):
        assert one.lower_edge_m + one.height_m == pytest.approx(other.lower_edge_m), "without a gap"
    numerals = laid(MarkStyle.INLAND, 3.0, 3.4)
    assert min(tick.left_m for tick in ticks) > max(one.left_m + one.width_m for one in numerals)
    assert [tick.left_m + tick.width_m for tick in ticks] == pytest.approx([stave[0].left_m] * 13)


def test_only_a_stave_and_points_are_painted_besides_characters() -> None:
    for marks in MarkStyle:
        fixtures = column_fixtures(style(marks), lowest_m=8.0, highest_m=9.0)
        assert bool(fixtures) == (marks in {MarkStyle.INLAND, MarkStyle.DECIMALS})
        assert {fixture.text for fixture in fixtures} <= set(FIXTURES)
        assert not {one.text for one in laid(marks, 8.0, 9.0)} & set(FIXTURES)
    assert column_fixtures(style(MarkStyle.INLAND), lowest_m=8.01, highest_m=8.1) == ()


def test_no_dash_stands_beside_a_stave() -> None:
    assert "dash" not in {one.text for one in laid(MarkStyle.INLAND, 8.0, 9.0, dashes=True)}


def test_a_second_column_stands_beside_the_first() -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        first = random_column_style(rng)
        second = random_second_column(rng, first)
        assert 1.5 <= abs(second.offset_m) <= 4.0
        feet = {MarkStyle.IMPERIAL, MarkStyle.IMPERIAL_ROMAN}
        assert second.marks is first.marks or (second.marks in feet) != (first.marks in feet)
        lowest, highest = 5.0, 6.0
        moved = column_characters(second, lowest_m=lowest, highest_m=highest)
        plain = column_characters(replace(second, offset_m=0.0), lowest_m=lowest, highest_m=highest)
        assert moved == tuple(replace(one, left_m=one.left_m + second.offset_m) for one in plain)


def test_styles_have_their_shares() -> None:
    rng = np.random.default_rng(1)
    drawn = [random_column_style(rng).marks for _ in range(4000)]
    shares = {marks: drawn.count(marks) / 4000 for marks in MarkStyle}
    assert shares[MarkStyle.METRE_M] + shares[MarkStyle.DOUBLE_HEIGHT] == pytest.approx(0.71, abs=0.03)
    assert shares[MarkStyle.INLAND] == pytest.approx(0.04, abs=0.015)
    assert shares[MarkStyle.IMPERIAL_ROMAN] == pytest.approx(0.02, abs=0.01)


@given(st.sampled_from(list(MarkStyle)), st.floats(0.4, 20), st.floats(0.4, 6), st.integers(0, 1000))
def test_every_column_keeps_to_the_convention(
    marks: MarkStyle, low_m: float, reach_m: float, seed: int
) -> None:
    drawn = replace(random_column_style(np.random.default_rng(seed)), marks=marks)
    characters = column_characters(drawn, lowest_m=low_m, highest_m=low_m + reach_m)
    values = sorted({character.lower_edge_m for character in characters})

    spacing = 0.3048 if marks.value.startswith("imperial") else 0.2
    assert np.allclose(np.array(values) / spacing, np.round(np.array(values) / spacing), atol=1e-5)
    assert all(low_m - 1e-5 <= value <= low_m + reach_m + 1e-5 for value in values)
    assert np.allclose(np.diff(values), spacing)
    for value in values:
        row = sorted(
            (character for character in characters if character.lower_edge_m == value),
            key=lambda character: character.left_m,
        )
        for one, other in pairwise(row):
            assert one.left_m + one.width_m < other.left_m, "no two overlap"
        # Narrow letters are aligned by their right edge.
        right_m = drawn.character_width_m / 2 * (1.524 if spacing > 0.2 else 1.0)
        assert row[-1].left_m + row[-1].width_m == pytest.approx(right_m), "the last ends on the axis' right"
    assert 0.055 <= drawn.character_width_m <= 0.095
