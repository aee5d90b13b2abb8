"""Rounding profiles: how a worked value is rounded before it is printed and used further down the chain.

Source: Form C of [ECE92], every field to three decimals; Chinese records after [SNT3023], from practice, as
the text itself was not at hand. On a capesize, full precision and Form C differ by 16 t.
Left out: inputs, which are never rounded, and the decimals of a printed page.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

NOISE_DECIMALS = 9
"""Binary arithmetic leaves 4.5274999999999999 where the form has a tie; nine decimals put it back."""


class Quantity(StrEnum):
    """What a value is, as far as a rounding profile cares."""

    DRAFT = "draft"
    WEIGHT = "weight"
    OTHER = "other"


class Rounding(StrEnum):
    """The named profiles."""

    FULL = "full"
    FORM_C_3DP = "form_c_3dp"
    CN_RECORD = "cn_record"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decimals:
    draft: int | None
    weight: int | None
    other: int | None


_DECIMALS = {
    Rounding.FULL: _Decimals(draft=None, weight=None, other=None),
    Rounding.FORM_C_3DP: _Decimals(draft=3, weight=3, other=3),
    Rounding.CN_RECORD: _Decimals(draft=3, weight=1, other=None),
}


def rounded(value: float, *, quantity: Quantity, rounding: Rounding) -> float:
    """A worked value as its profile keeps it; ties go away from zero, and zero has no sign.

    >>> rounded((4.525 + 4.530) / 2, quantity=Quantity.DRAFT, rounding=Rounding.FORM_C_3DP)
    4.528
    >>> rounded(-461.05, quantity=Quantity.WEIGHT, rounding=Rounding.CN_RECORD)
    -461.1

    Args:
        value: in any unit.
        quantity: decides the decimals.
        rounding: the profile.
    """
    decimals: int | None = getattr(_DECIMALS[rounding], quantity.value)
    return value + 0.0 if decimals is None else half_away_from_zero(value, decimals)


def half_away_from_zero(value: float, decimals: int) -> float:
    """Round as one does on paper: by the decimal digits, ties away from zero, and never to -0.

    >>> half_away_from_zero(2.675, 2), half_away_from_zero(-0.0004, 3)
    (2.68, 0.0)
    """
    written = Decimal(f"{value:.{NOISE_DECIMALS}f}")
    return float(written.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)) + 0.0
