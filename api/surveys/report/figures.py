"""Numbers as they are printed: so many decimals for each unit, by the survey's rounding profile.

Source: the profiles `full`, `form_c_3dp` and `cn_record` of docs/conventions.md; ties away from zero.
Left out: rounding of the computation itself, which the survey has done or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"
MISSING = "—"

# A profile that rounds prints what it rounded to; `full` prints one digit more than anybody reads off a hull.
_DECIMALS_BY_PROFILE = {
    "full": {"m": 4, "t": 3},
    "form_c_3dp": {"m": 3, "t": 3},
    "cn_record": {"m": 3, "t": 1},
}
_DECIMALS_BY_UNIT = {
    "m³": 3,
    "t/m³": 4,
    "t/cm": 3,
    "t·m/cm": 3,
    "cm": 2,
    "mm": 0,
    "°": 2,
    "‰": 2,
    "%": 2,
    "°C": 1,
}
_DECIMALS_OF_A_PURE_NUMBER = 6


# The unit is the end of a name; a longer ending goes before a shorter one that it contains.
_UNIT_OF_ENDING = {
    "_t_per_m3": "t/m³",
    "_tm_per_cm": "t·m/cm",
    "_t_per_cm": "t/cm",
    "_permille": "‰",
    "_percent": "%",
    "_deg": "°",
    "_m3": "m³",
    "_m": "m",
    "_t": "t",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureStyle:
    """How many decimals each unit gets on one document.

    Attributes:
        profile: Name of the rounding profile the survey was computed with.
    """

    profile: str

    def decimals(self, unit: str) -> int:
        """Decimals printed for a unit.

        Args:
            unit: The unit as printed, for example "t/m³"; the empty string for a pure number.

        Returns:
            The number of digits after the decimal point.

        >>> FigureStyle(profile="cn_record").decimals("t")
        1
        """
        profile = _DECIMALS_BY_PROFILE.get(self.profile, _DECIMALS_BY_PROFILE["full"])
        return profile.get(unit, _DECIMALS_BY_UNIT.get(unit, _DECIMALS_OF_A_PURE_NUMBER))

    def figure(self, value: float | None, unit: str) -> str:
        """A value as printed, without digit grouping.

        Args:
            value: The value in `unit`, or None where there is none.
            unit: The unit as printed.

        Returns:
            The digits with a true minus sign, or a dash for a missing value.

        >>> FigureStyle(profile="full").figure(-254.92356652099113, "t")
        '−254.924'
        """
        return MISSING if value is None else rounded(value, self.decimals(unit))


def unit_of(name: str) -> str | None:
    """The unit that a name ends in.

    Args:
        name: A name of the survey document.

    Returns:
        The unit as printed, or None where the name ends in none.

    >>> unit_of("mctc_plus_tm_per_cm"), unit_of("mark")
    ('t·m/cm', None)
    """
    return next((unit for ending, unit in _UNIT_OF_ENDING.items() if name.endswith(ending)), None)


def rounded(value: float, decimals: int) -> str:
    """Round half away from zero on the shortest decimal form of the number, as one does on paper.

    Args:
        value: Any finite number.
        decimals: Digits after the decimal point, 0 or more.

    Returns:
        The digits, with a true minus sign and never a negative zero.

    >>> rounded(2.675, 2), rounded(-0.0004, 3)
    ('2.68', '0.000')
    """
    exact = Decimal(repr(float(value)))
    text = f"{exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP):f}"
    negative = text.startswith("-") and any(digit in "123456789" for digit in text)
    return (MINUS if negative else "") + text.lstrip("-")


def grouped(figure: str, *, separator: str = " ") -> str:
    """Put a space between groups of three digits before the decimal point.

    Args:
        figure: What `rounded` returned.
        separator: What stands between the groups.

    Returns:
        The same figure, easier to read.

    >>> grouped("−83601.745")
    '−83 601.745'
    """
    sign = MINUS if figure.startswith(MINUS) else ""
    whole, point, fraction = figure.removeprefix(MINUS).partition(".")
    if not whole.isdigit():
        return figure
    return sign + f"{int(whole):,}".replace(",", separator) + point + fraction


def aligned(column: Sequence[str]) -> list[dict[str, str]]:
    """Cut the figures of one column so that their decimal points can stand under each other.

    Args:
        column: What `FigureStyle.figure` returned, top to bottom.

    Returns:
        For each figure its sign, whole digits, decimal part with the point, and the decimals it lacks
        beside the longest of the column (to be set as white).

    >>> aligned(["−1.25", "17"])[1]
    {'sign': '', 'whole': '17', 'fraction': '', 'pad': '.00'}
    """
    fractions = [figure.partition(".")[1:] for figure in column]
    longest = max((len("".join(fraction)) for fraction in fractions), default=0)
    return [
        {
            "sign": MINUS if figure.startswith(MINUS) else "",
            "whole": figure.removeprefix(MINUS).partition(".")[0],
            "fraction": "".join(fraction),
            "pad": ".00000000"[len("".join(fraction)) : longest],
        }
        for figure, fraction in zip(column, fractions, strict=True)
    ]
