"""Where each character of a draft-mark column stands on the hull.

Metric conventions of docs/conventions.md: the lower edge of a numeral is at its value, one every 200 mm.
Left out: inland staves, imperial and Roman marks.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

NUMERAL_HEIGHT_M = 0.100
SPACING_M = 0.200


class MarkStyle(Enum):
    """How full metres are written."""

    METRE_M = "metre_m"  # 13M, all characters of one height
    METRE_PLAIN = "metre_plain"  # 13
    DOUBLE_HEIGHT = "double_height"  # a 200 mm metre digit beside a 100 mm M
    DECIMETRES = "decimetres"  # 82 84 86 88 9M


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One character on the hull plane.

    Attributes:
        text: The character, or "dash".
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
        marks: How full metres are written.
        character_width_m: Width of a 100 mm character.
        gap_m: Space between characters of one numeral.
        dashes: Whether a dash stands left of each numeral, its lower edge at the value.
    """

    marks: MarkStyle
    character_width_m: float
    gap_m: float
    dashes: bool


def column_characters(style: ColumnStyle, *, lowest_m: float, highest_m: float) -> tuple[Character, ...]:
    """Lay out every character between two drafts.

    Args:
        style: The yard's style.
        lowest_m: Drafts below are not marked.
        highest_m: Drafts above are not marked.

    Returns:
        Characters from the lowest numeral upwards.
    """
    first, last = int(np.ceil(lowest_m / SPACING_M - 1e-9)), int(np.floor(highest_m / SPACING_M + 1e-9))
    laid: list[Character] = []
    for step in range(first, last + 1):
        laid.extend(_numeral(style, decimetres=2 * step))
    return tuple(laid)


def _numeral(style: ColumnStyle, *, decimetres: int) -> list[Character]:
    metre, rest = divmod(decimetres, 10)
    value_m = decimetres / 10
    if rest:
        text = str(decimetres) if style.marks is MarkStyle.DECIMETRES else str(rest)
        placed = _row(style, text, value_m, right_m=style.character_width_m / 2)
    else:
        placed = _metre(style, metre, value_m)
    if style.dashes:
        left = min(character.left_m for character in placed)
        width = 1.2 * style.character_width_m
        placed.append(
            Character(
                text="dash",
                lower_edge_m=value_m,
                left_m=left - style.gap_m - width,
                width_m=width,
                height_m=0.022,
            )
        )
    return placed


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
        width = style.character_width_m * scale * (0.45 if character == "1" else 1.0)
        placed.append(
            Character(
                text=character,
                lower_edge_m=value_m,
                left_m=edge - width,
                width_m=width,
                height_m=NUMERAL_HEIGHT_M * scale,
            )
        )
        edge -= width + style.gap_m
    return placed[::-1]


def random_column_style(rng: np.random.Generator) -> ColumnStyle:
    """Draw a yard's style; the two metre styles with an M are the most frequent in service."""
    marks = rng.choice(
        np.array(list(MarkStyle), dtype=object),
        p=[0.42, 0.10, 0.40, 0.08],
    )
    return ColumnStyle(
        marks=marks,
        character_width_m=float(rng.uniform(0.055, 0.095)),
        gap_m=float(rng.uniform(0.012, 0.06)),
        dashes=bool(rng.random() < 0.12),
    )
