"""Named rounding profiles: which worked values are rounded, to how many decimals, and used on as rounded.

Source: full precision; every field of Form C [ECE92] to 3 decimals; drafts 0.001 m and tonnes 0.1 t as on Chinese
    records. Ties go away from zero, in decimal arithmetic, because binary floats break ties.
Left out: how many decimals are printed, which is the report's.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

BINARY_DUST_DECIMALS = 9
"""A tie such as 3.7245 leaves a float chain as 3.7244999999999999; nine decimals restore it, and keep 1e-9 t."""


class RoundingProfile(StrEnum):
    """How the worked values of a survey are rounded. On a capesize the first two differ by 16 t."""

    FULL = "full"
    FORM_C_3DP = "form_c_3dp"
    CN_RECORD = "cn_record"


class Quantity(StrEnum):
    """What a worked value is, as far as rounding it goes."""

    DRAFT = "draft"
    WEIGHT = "weight"
    TABLE_VALUE = "table_value"
    GIVEN = "given"


_DECIMALS: Mapping[RoundingProfile, Mapping[Quantity, int]] = MappingProxyType(
    {
        RoundingProfile.FULL: {},
        RoundingProfile.FORM_C_3DP: {Quantity.DRAFT: 3, Quantity.WEIGHT: 3, Quantity.TABLE_VALUE: 3},
        RoundingProfile.CN_RECORD: {Quantity.DRAFT: 3, Quantity.WEIGHT: 1},
    }
)


def rounded(value: float, quantity: Quantity, profile: RoundingProfile) -> float:
    """A worked value as the profile writes it down and uses it on.

    Args:
        value: finite, in its own unit.
        quantity: what the value is; what is given, as a density, is never rounded.
        profile: the survey's profile.

    >>> rounded(29.796 / 8, Quantity.DRAFT, RoundingProfile.FORM_C_3DP)  # 3.7245, a tie
    3.725
    >>> rounded(-40.55, Quantity.WEIGHT, RoundingProfile.CN_RECORD)
    -40.6
    """
    decimals = _DECIMALS[profile].get(quantity)
    return value if decimals is None else half_away_from_zero(value, decimals)


def half_away_from_zero(value: float, decimals: int) -> float:
    """Round a number to so many decimals, ties away from zero, as one does on paper."""
    without_dust = Decimal(f"{value:.{BINARY_DUST_DECIMALS}f}")
    nearest = float(without_dust.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
    return nearest or 0.0  # never -0.0, which would print a sign that means nothing
