"""Printed numbers: hand calculations and properties of rounding, grouping and alignment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.surveys.report.figures import FigureStyle, aligned, grouped, rounded

FINITE = st.floats(min_value=-1e9, max_value=1e9)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (2.675, 2, "2.68"),  # binary 2.67499…; on paper a tie
        (-2.675, 2, "−2.68"),
        (0.0005, 3, "0.001"),
        (-0.0004, 3, "0.000"),
        (83601.74482609524, 3, "83601.745"),
        (1e-12, 4, "0.0000"),
        (12, 0, "12"),
    ],
)
def test_ties_go_away_from_zero_and_zero_has_no_sign(value: float, decimals: int, printed: str) -> None:
    assert rounded(value, decimals) == printed


@given(FINITE, st.integers(min_value=0, max_value=6))
def test_a_rounded_figure_is_within_half_a_digit(value: float, decimals: int) -> None:
    printed = float(rounded(value, decimals).replace("−", "-"))
    assert abs(printed - value) <= 0.5 * 10**-decimals * (1 + 1e-9) + 1e-9 * abs(value)


@pytest.mark.parametrize(
    ("figure", "printed"),
    [("−83601.745", "−83 601.745"), ("999", "999"), ("1234567.0", "1 234 567.0"), ("—", "—")],
)
def test_digits_are_grouped_before_the_point_only(figure: str, printed: str) -> None:
    assert grouped(figure) == printed


@given(FINITE, st.integers(min_value=0, max_value=6))
def test_grouping_adds_nothing_but_spaces(value: float, decimals: int) -> None:
    figure = rounded(value, decimals)
    assert grouped(figure).replace(" ", "") == figure


def test_every_figure_of_a_column_ends_as_far_after_its_point() -> None:
    column = aligned(["7.7913", "71401.975", "—", "12"])
    assert {len(part["fraction"] + part["pad"]) for part in column} == {5}
    assert "".join(column[1][key] for key in ("sign", "whole", "fraction")) == "71401.975"


def test_the_profile_decides_drafts_and_tonnes_and_the_unit_the_rest() -> None:
    decimals = {
        profile: [FigureStyle(profile=profile).decimals(unit) for unit in ("m", "t", "t/m³", "")]
        for profile in ("full", "form_c_3dp", "cn_record")
    }
    assert decimals == {"full": [4, 3, 4, 6], "form_c_3dp": [3, 3, 4, 6], "cn_record": [3, 1, 4, 6]}


def test_a_missing_value_is_a_dash_and_never_zero() -> None:
    assert FigureStyle(profile="full").figure(None, "t") == "—"
