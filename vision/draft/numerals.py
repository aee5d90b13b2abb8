"""Characters of draft marks as found in a picture.

Adapts the detector's boxes to the field's terms: text, lower edge, height.
Left out: what the characters mean together, which is lattice.py's.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

METRE_LETTER = "M"
DASH = "dash"
# Narrower than other digits in many typefaces.
NARROW_DIGIT = "1"
# Boxes that share this much of the smaller one are readings of one character.
_SAME_PLACE = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkCharacter:
    """One character found in a picture, in pixels of that picture (the first pixel's centre is 0, 0).

    Attributes:
        text: "0" to "9", "M" or "dash".
        score: Confidence of the detector, 0 to 1.
        left_px: Left edge of its box.
        top_px: Upper edge.
        right_px: Right edge.
        lower_edge_px: Lower edge: the value's place for a numeral.
        alternatives: (text, score) of what else it may be, surest first.
    """

    text: str
    score: float
    left_px: float
    top_px: float
    right_px: float
    lower_edge_px: float
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def height_px(self) -> float:
        """Height of the box."""
        return self.lower_edge_px - self.top_px

    @property
    def width_px(self) -> float:
        """Width of the box."""
        return self.right_px - self.left_px

    @property
    def middle_px(self) -> float:
        """Horizontal middle of the box."""
        return (self.left_px + self.right_px) / 2

    @property
    def foot_px(self) -> NDArray[np.float64]:
        """Middle of the lower edge, (column, row)."""
        return np.array([self.middle_px, self.lower_edge_px])

    @property
    def tenths(self) -> int | None:
        """Last digit of the draft in decimetres that the character stands for, where it can be one."""
        if self.text == METRE_LETTER:
            return 0
        return int(self.text) if self.text in {"0", "2", "4", "6", "8"} else None


def characters_from_boxes(
    boxes_xyxy_px: NDArray[np.float32],
    scores: NDArray[np.float32],
    class_ids: NDArray[np.int64],
    names: tuple[str, ...],
) -> tuple[MarkCharacter, ...]:
    """Adapt a detector's output; of several boxes on one place the surest stays and the others are its alternatives.

    Args:
        boxes_xyxy_px: (n, 4) left, top, right, bottom.
        scores: (n,) within 0 to 1.
        class_ids: (n,) indices into `names`.
        names: The detector's classes.

    Returns:
        Characters, surest first.
    """
    kept: list[MarkCharacter] = []
    others: list[dict[str, float]] = []
    for index in np.argsort(-scores):
        left, top, right, bottom = (float(edge) for edge in boxes_xyxy_px[index])
        found = MarkCharacter(
            text=names[int(class_ids[index])],
            score=float(scores[index]),
            left_px=left,
            top_px=top,
            right_px=right,
            lower_edge_px=bottom,
        )
        place = next((place for place, other in enumerate(kept) if _overlap(found, other) >= 0.5), None)
        if place is None:
            kept.append(found)
            others.append({})
        elif found.text != kept[place].text and _overlap(found, kept[place]) >= _SAME_PLACE:
            others[place].setdefault(found.text, found.score)
    return tuple(
        replace(character, alternatives=tuple(other.items()))
        for character, other in zip(kept, others, strict=True)
    )


def _overlap(one: MarkCharacter, other: MarkCharacter) -> float:
    """Intersection over the smaller box, 0 to 1."""
    width = min(one.right_px, other.right_px) - max(one.left_px, other.left_px)
    height = min(one.lower_edge_px, other.lower_edge_px) - max(one.top_px, other.top_px)
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min(one.width_px * one.height_px, other.width_px * other.height_px)
    return width * height / max(smaller, 1e-9)
