"""Characters of draft marks as a flawless detector would box them, laid out by hand.

Source: docs/conventions.md: 100 mm high, 75 mm wide, one every 200 mm, lower edge at the value; in feet all is 1.524
times as large.
Left out: pictures; see rendered_marks.py.
"""

from dataclasses import replace

import numpy as np

from vision.draft.numerals import MarkCharacter

WIDTH_M, GAP_M = 0.075, 0.03
FEET_OVER_METRIC = 1.524


def box(text: str, column_px: float, row_px: float, *, px_per_m: float, score: float = 0.9) -> MarkCharacter:
    """A character whose lower edge's middle is at a point."""
    half = WIDTH_M / 2 * px_per_m
    return MarkCharacter(
        text=text,
        score=score,
        left_px=column_px - half,
        top_px=row_px - 0.1 * px_per_m,
        right_px=column_px + half,
        lower_edge_px=row_px,
    )


def written(
    text: str, column_px: float, row_px: float, *, px_per_m: float, slope: float = 0.0, score: float = 0.9
) -> list[MarkCharacter]:
    """A row of characters whose last one stands at the point, its baseline rising by `slope`."""
    step = (WIDTH_M + GAP_M) * px_per_m
    return [
        box(character, column_px - back * step, row_px - slope * back * step, px_per_m=px_per_m, score=score)
        for back, character in enumerate(reversed(text))
    ]


def text_of(decimetres: int) -> str:
    """What stands at a height: 4, or 12M."""
    return str(decimetres % 10) if decimetres % 10 else f"{decimetres // 10}M"


def column(
    low_dm: int,
    high_dm: int,
    *,
    foot: tuple[float, float] = (400.0, 600.0),
    px_per_m: float = 100.0,
    lean: float = 0.0,
    slope: float = 0.0,
) -> list[MarkCharacter]:
    """Marks from `low_dm` to `high_dm` decimetres (even), the lowest at `foot`; `lean` px to the right per px up."""
    found: list[MarkCharacter] = []
    for decimetres in range(low_dm, high_dm + 1, 2):
        up = (decimetres - low_dm) / 10 * px_per_m
        found += written(
            text_of(decimetres), foot[0] + lean * up, foot[1] - up, px_per_m=px_per_m, slope=slope
        )
    return found


def column_in_feet(
    low_ft: int, high_ft: int, *, foot: tuple[float, float] = (400.0, 600.0), px_per_m: float = 100.0
) -> list[MarkCharacter]:
    """Marks of whole feet from `low_ft` to `high_ft`, the lowest at `foot`."""
    found: list[MarkCharacter] = []
    for feet in range(low_ft, high_ft + 1):
        row = foot[1] - 0.3048 * (feet - low_ft) * px_per_m
        found += written(str(feet), foot[0], row, px_per_m=FEET_OVER_METRIC * px_per_m)
    return found


def jittered(characters: list[MarkCharacter], rng: np.random.Generator, px: float) -> list[MarkCharacter]:
    """The same with every box moved and stretched by about so many pixels."""
    moved = []
    for character in characters:
        left, top, right, bottom = rng.normal(0, px, 4)
        moved.append(
            replace(
                character,
                left_px=character.left_px + left,
                top_px=character.top_px + top,
                right_px=character.right_px + right,
                lower_edge_px=character.lower_edge_px + bottom,
            )
        )
    return moved
