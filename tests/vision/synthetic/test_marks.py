"""The layout of marks by hand, style by style, against docs/conventions.md."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.synthetic.marks import Character, ColumnStyle, MarkStyle, column_characters, random_column_style


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


@given(st.sampled_from(list(MarkStyle)), st.floats(0.2, 20), st.floats(0.2, 6), st.integers(0, 1000))
def test_every_column_keeps_to_the_convention(
    marks: MarkStyle, low_m: float, reach_m: float, seed: int
) -> None:
    drawn = random_column_style(np.random.default_rng(seed))
    characters = column_characters(drawn, lowest_m=low_m, highest_m=low_m + reach_m)
    values = sorted({character.lower_edge_m for character in characters})

    assert all(round(value * 10) % 2 == 0 and abs(value * 10 - round(value * 10)) < 1e-9 for value in values)
    assert all(low_m - 1e-8 <= value <= low_m + reach_m + 1e-8 for value in values)
    assert np.allclose(np.diff(values), 0.2)
    for value in values:
        row = sorted(
            (character for character in characters if character.lower_edge_m == value),
            key=lambda character: character.left_m,
        )
        for one, other in pairwise(row):
            assert one.left_m + one.width_m < other.left_m, "no two overlap"
        assert row[-1].left_m < 0.01 < row[-1].left_m + row[-1].width_m, "the last stands on the axis"
    assert 0.055 <= drawn.character_width_m <= 0.095
    assert laid(marks, low_m, low_m + 0.5) == laid(marks, low_m, low_m + 0.5)
