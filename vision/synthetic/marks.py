"""Where each character of a draft-mark column stands on the hull.

Conventions of docs/conventions.md and docs/draft-reading.md: the lower edge of a numeral is at its value.
Left out: half feet, and columns that change their style on the way up.
"""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

NUMERAL_HEIGHT_M = 0.100
SPACING_M = 0.200
IMPERIAL_HEIGHT_M = 0.1524
FOOT_M = 0.3048
# Inland staves: ticks every 40 mm, a long one at each numeral, its upper edge at the value.
TICK_SPACING_M = 0.040
TICK_THICKNESS_M = 0.010
# What is painted with the numerals and is no character.
FIXTURES = ("point", "stave", "tick")
_POINT_M = 0.022
_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_NARROW = "1I"


class MarkStyle(Enum):
    """How values are written."""

    METRE_M = "metre_m"  # 13M, all characters of one height
    METRE_PLAIN = "metre_plain"  # 13
    DOUBLE_HEIGHT = "double_height"  # a 200 mm metre digit beside a 100 mm M
    DECIMETRES = "decimetres"  # 82 84 86 88 9M
    INLAND = "inland"  # 36 34 32 3M 28 beside a stave with ticks
    DECIMALS = "decimals"  # 9.8 10.0 10.2
    IMPERIAL = "imperial"  # whole feet, 152.4 mm high
    IMPERIAL_ROMAN = "imperial_roman"  # the same in Roman numerals


_SHARES = {
    MarkStyle.METRE_M: 0.36,
    MarkStyle.METRE_PLAIN: 0.09,
    MarkStyle.DOUBLE_HEIGHT: 0.35,
    MarkStyle.DECIMETRES: 0.07,
    MarkStyle.INLAND: 0.04,
    MarkStyle.DECIMALS: 0.03,
    MarkStyle.IMPERIAL: 0.04,
    MarkStyle.IMPERIAL_ROMAN: 0.02,
}
_IN_FEET = (MarkStyle.IMPERIAL, MarkStyle.IMPERIAL_ROMAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One character on the hull plane.

    Attributes:
        text: The character, "dash", or one of `FIXTURES`.
        lower_edge_m: Height of its lower edge, the draft value where it belongs to a numeral.
        left_m: Its left edge, from the column's axis, positive to the right.
        width_m: Width.
        height_m: Height.
    """

    text: str
    lower_edge_m: float
    left_m: float
    width_m: float
    height_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStyle:
    """What one yard's marks look like.

    Attributes:
        marks: How values are written.
        character_width_m: Width of a 100 mm character.
        gap_m: Space between characters of one numeral.
        dashes: Whether a dash stands left of each numeral, its lower edge at the value; never beside a stave.
        offset_m: The whole column's place along the hull from the scene's axis; 0 but for a second column.
    """

    marks: MarkStyle
    character_width_m: float
    gap_m: float
    dashes: bool
    offset_m: float = 0.0


def column_characters(style: ColumnStyle, *, lowest_m: float, highest_m: float) -> tuple[Character, ...]:
    """Lay out every character between two drafts.

    Args:
        style: The yard's style.
        lowest_m: Drafts below are not marked.
        highest_m: Drafts above are not marked.

    Returns:
        Characters from the lowest numeral upwards.
    """
    laid = _laid_out(style, lowest_m, highest_m)
    return tuple(character for character in laid if character.text not in FIXTURES)


def column_fixtures(style: ColumnStyle, *, lowest_m: float, highest_m: float) -> tuple[Character, ...]:
    """Lay out what is painted with the numerals and is no character: decimal points, the stave and its ticks.

    Args:
        style: The yard's style.
        lowest_m: Drafts below are not marked.
        highest_m: Drafts above are not marked.

    Returns:
        Bars, each named in `FIXTURES`.
    """
    laid = _laid_out(style, lowest_m, highest_m)
    points = [character for character in laid if character.text in FIXTURES]
    if style.marks is MarkStyle.INLAND and laid:
        points.extend(_stave(style, laid))
    return tuple(points)


def _laid_out(style: ColumnStyle, lowest_m: float, highest_m: float) -> list[Character]:
    spacing = FOOT_M if style.marks in _IN_FEET else SPACING_M
    first, last = int(np.ceil(lowest_m / spacing - 1e-9)), int(np.floor(highest_m / spacing + 1e-9))
    laid: list[Character] = []
    for step in range(first, last + 1):
        laid.extend(_numeral(style, step))
    return [_moved(character, style.offset_m) for character in laid] if style.offset_m else laid


def _moved(character: Character, offset_m: float) -> Character:
    return replace(character, left_m=character.left_m + offset_m)


def _stave(style: ColumnStyle, laid: list[Character]) -> list[Character]:
    """A vertical bar right of the numerals, its ticks towards them."""
    values = [character.lower_edge_m for character in laid]
    low, high = min(values), max(values) + NUMERAL_HEIGHT_M
    left = style.offset_m + style.character_width_m / 2 + style.gap_m + 2 * TICK_SPACING_M
    bars = []
    # In short pieces, each of which follows a raked column's axis.
    for index in range(int((high - low) / TICK_SPACING_M + 1e-9) + 1):
        bars.append(
            Character(
                text="stave",
                lower_edge_m=low + index * TICK_SPACING_M - TICK_THICKNESS_M,
                left_m=left,
                width_m=TICK_THICKNESS_M,
                height_m=TICK_SPACING_M,
            )
        )
        length = TICK_SPACING_M * (1.5 if index % round(SPACING_M / TICK_SPACING_M) == 0 else 0.75)
        bars.append(
            Character(
                text="tick",
                lower_edge_m=low + index * TICK_SPACING_M - TICK_THICKNESS_M,
                left_m=left - length,
                width_m=length,
                height_m=TICK_THICKNESS_M,
            )
        )
    return bars


def _numeral(style: ColumnStyle, step: int) -> list[Character]:
    if style.marks in _IN_FEET:
        text = _roman(step) if style.marks is MarkStyle.IMPERIAL_ROMAN else str(step)
        scale = IMPERIAL_HEIGHT_M / NUMERAL_HEIGHT_M
        # Rounded as a table of feet in metres is.
        placed = _row(
            style, text, round(step * FOOT_M, 6), right_m=style.character_width_m / 2 * scale, scale=scale
        )
    else:
        placed = _metric(style, decimetres=2 * step)
    if style.dashes and style.marks is not MarkStyle.INLAND:
        left = min(character.left_m for character in placed)
        width = 1.2 * style.character_width_m
        placed.append(
            Character(
                text="dash",
                lower_edge_m=placed[0].lower_edge_m,
                left_m=left - style.gap_m - width,
                width_m=width,
                height_m=0.022,
            )
        )
    return placed


def _roman(value: int) -> str:
    """Roman numeral of a positive number below 90.

    >>> _roman(24), _roman(49)
    ('XXIV', 'XLIX')
    """
    text = ""
    for worth, letters in _ROMAN:
        count, value = divmod(value, worth)
        text += letters * count
    return text


def _metric(style: ColumnStyle, *, decimetres: int) -> list[Character]:
    metre, rest = divmod(decimetres, 10)
    value_m = decimetres / 10
    right_m = style.character_width_m / 2
    if style.marks is MarkStyle.DECIMALS:
        return _row(style, f"{metre}.{rest}", value_m, right_m=right_m)
    if rest:
        two_digits = style.marks in {MarkStyle.DECIMETRES, MarkStyle.INLAND}
        return _row(style, str(decimetres) if two_digits else str(rest), value_m, right_m=right_m)
    return _metre(style, metre, value_m)


def _metre(style: ColumnStyle, metre: int, value_m: float) -> list[Character]:
    right_m = style.character_width_m / 2
    if style.marks is MarkStyle.METRE_PLAIN:
        return _row(style, str(metre), value_m, right_m=right_m)
    if style.marks is not MarkStyle.DOUBLE_HEIGHT:
        return _row(style, f"{metre}M", value_m, right_m=right_m)
    letter = _row(style, "M", value_m, right_m=right_m)
    digits = _row(style, str(metre), value_m, right_m=letter[0].left_m - style.gap_m, scale=2.0)
    return [*digits, *letter]


def _row(
    style: ColumnStyle, text: str, value_m: float, *, right_m: float, scale: float = 1.0
) -> list[Character]:
    placed: list[Character] = []
    edge = right_m
    for character in reversed(text):
        point = character == "."
        width = style.character_width_m * scale * (0.45 if character in _NARROW else 1.0)
        placed.append(
            Character(
                text="point" if point else character,
                lower_edge_m=value_m,
                left_m=edge - (_POINT_M if point else width),
                width_m=_POINT_M if point else width,
                height_m=_POINT_M if point else NUMERAL_HEIGHT_M * scale,
            )
        )
        edge = placed[-1].left_m - style.gap_m
    return placed[::-1]


def random_column_style(rng: np.random.Generator) -> ColumnStyle:
    """Draw a yard's style; the two metre styles with an M are the most frequent in service."""
    marks = rng.choice(np.array(list(_SHARES), dtype=object), p=list(_SHARES.values()))
    return ColumnStyle(
        marks=marks,
        character_width_m=float(rng.uniform(0.055, 0.095)),
        gap_m=float(rng.uniform(0.012, 0.06)),
        dashes=bool(rng.random() < 0.12),
    )


def random_second_column(rng: np.random.Generator, first: ColumnStyle) -> ColumnStyle:
    """Draw a column that stands beside a first one: of the same style, or feet beside metres."""
    metric = first.marks not in _IN_FEET
    others = _IN_FEET if metric else (MarkStyle.METRE_M, MarkStyle.DOUBLE_HEIGHT)
    marks = first.marks if rng.random() < 0.5 else others[int(rng.integers(len(others)))]
    side = 1.0 if rng.random() < 0.5 else -1.0
    return replace(first, marks=marks, offset_m=side * float(rng.uniform(1.5, 4.0)))
