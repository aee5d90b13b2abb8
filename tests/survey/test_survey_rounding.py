"""Rounding profiles: ties by hand, decimal arithmetic against binary, and drafts from lists."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.condition import DraftReading
from survey.drafts import reading_across
from survey.rounding import Quantity, Rounding, half_away_from_zero, rounded


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (29.796 / 8, 3, 3.725),  # 3.7245 on paper, 3.7244999999999999 in binary
        (2.675, 2, 2.68),
        (-2.675, 2, -2.68),
        (0.0005, 3, 0.001),
        (-0.0004, 3, 0.0),
        (-40.55, 1, -40.6),
    ],
)
def test_ties_go_away_from_zero_as_on_paper(value: float, decimals: int, expected: float) -> None:
    assert half_away_from_zero(value, decimals) == expected


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_as_decimal_arithmetic_rounds_what_was_typed(ten_thousandths: int) -> None:
    typed = Decimal(ten_thousandths).scaleb(-4)
    expected = typed.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
    assert Decimal(repr(half_away_from_zero(float(typed), 3))) == expected


def test_each_profile_rounds_its_own_quantities() -> None:
    assert rounded(1.23456, quantity=Quantity.DRAFT, rounding=Rounding.FULL) == 1.23456
    assert rounded(1.23456, quantity=Quantity.OTHER, rounding=Rounding.CN_RECORD) == 1.23456
    assert rounded(1.23456, quantity=Quantity.DRAFT, rounding=Rounding.CN_RECORD) == 1.235
    assert rounded(1.25, quantity=Quantity.WEIGHT, rounding=Rounding.CN_RECORD) == 1.3


@pytest.mark.parametrize(("known_side", "expected_m"), [("port", 10.2793), ("starboard", 9.7207)])
def test_the_side_across_with_its_uncertainty(known_side: str, expected_m: float) -> None:
    across = reading_across(
        DraftReading(draft_m=10.0, standard_uncertainty_m=0.01),
        known_side=known_side,
        list_to_starboard_deg=0.5,
        list_standard_uncertainty_deg=0.05,
        breadth_m=32.0,
    )
    assert across.draft_m == pytest.approx(expected_m, abs=1e-4)
    # 32 m * 0.05 degrees in radians is 2.79 cm; with 1 cm of the reading itself 2.97 cm
    assert across.standard_uncertainty_m == pytest.approx(0.0297, abs=1e-4)
