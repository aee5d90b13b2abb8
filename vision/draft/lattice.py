"""From scattered characters to a mark column: which character stands on which step of the 0.2 m lattice.

A seed of two characters is grown step by step along the column; digits must agree with their step, and values grow
upwards, so that mirror images never form a column. Left out: inland staves, imperial and Roman marks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.draft.numerals import METRE_LETTER, MarkCharacter

Array = NDArray[np.float64]

STEP_M = 0.2
_STEPS_PER_METRE = 5
# Numerals are 100 mm high and 200 mm apart; boxes of worn or foreshortened ones vary around that.
_PITCH_OVER_HEIGHT = (1.35, 2.7)
_SEED_STEPS = 3
_LOOK_AHEAD_STEPS = 4
_ALONG_TOLERANCE = 0.24
_ACROSS_TOLERANCE = 0.34
_STEEPEST_AXIS_DEG = 42.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LatticeMember:
    """A character on the lattice.

    Attributes:
        character: The character.
        step: Its step, growing upwards, 0 for the seed.
        tenths: Last decimetre digit of its value.
    """

    character: MarkCharacter
    step: int
    tenths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """A column of characters on consecutive steps, its metres not yet known.

    Attributes:
        members: From the lowest step upwards.
        score: Sum of the members' confidences less what speaks against them.
        axis_up: Unit vector along the column towards higher drafts, (column, row).
        pitch_px: Mean distance of steps.
    """

    members: tuple[LatticeMember, ...]
    score: float
    axis_up: Array
    pitch_px: float

    def tenths_at(self, step: int) -> int:
        """Decimetre digit that belongs to a step."""
        first = self.members[0]
        return (first.tenths + 2 * (step - first.step)) % 10


def find_lattices(characters: tuple[MarkCharacter, ...]) -> tuple[Lattice, ...]:
    """Find the mark columns in a picture.

    Args:
        characters: What the detector found.

    Returns:
        Columns that share no character, best first; none where nothing agrees.
    """
    remaining = [character for character in characters if character.tenths is not None]
    found: list[Lattice] = []
    while len(remaining) >= 2:
        best = _best_lattice(remaining)
        if best is None:
            break
        found.append(best)
        taken = {id(member.character) for member in best.members}
        remaining = [character for character in remaining if id(character) not in taken]
    return tuple(sorted(found, key=lambda lattice: -lattice.score))


def _best_lattice(characters: list[MarkCharacter]) -> Lattice | None:
    grown = (
        _grow(characters, lower, upper, steps)
        for lower in characters
        for upper in characters
        for steps in _seed_steps(lower, upper)
    )
    return max(
        (lattice for lattice in grown if lattice is not None), key=lambda lattice: lattice.score, default=None
    )


def _seed_steps(lower: MarkCharacter, upper: MarkCharacter) -> Iterable[int]:
    """Steps that may lie between two characters, by their distance, heights and digits."""
    if lower.tenths is None or upper.tenths is None or upper.lower_edge_px >= lower.lower_edge_px:
        return
    ratio = lower.height_px / max(upper.height_px, 1e-6)
    if not 0.6 < ratio < 1.7:
        return
    across, along = np.abs(upper.foot_px - lower.foot_px)
    if np.degrees(np.arctan2(across, along)) > _STEEPEST_AXIS_DEG:
        return
    distance = float(np.hypot(across, along))
    height = (lower.height_px + upper.height_px) / 2
    for steps in range(1, _SEED_STEPS + 1):
        fits = _PITCH_OVER_HEIGHT[0] <= distance / steps / height <= _PITCH_OVER_HEIGHT[1]
        if fits and (upper.tenths - lower.tenths) % 10 == 2 * steps % 10:
            yield steps


def _grow(
    characters: list[MarkCharacter], lower: MarkCharacter, upper: MarkCharacter, steps: int
) -> Lattice | None:
    assert lower.tenths is not None and upper.tenths is not None  # noqa: S101, PT018  # the seed was chosen so
    placed = {0: lower, steps: upper}
    for direction in (1, -1):
        _extend(characters, placed, lower.tenths, direction)
    for step in range(min(placed) + 1, max(placed)):
        if step not in placed:
            _place(characters, placed, lower.tenths, step)
    return _lattice(placed, lower.tenths, characters)


def _extend(
    characters: list[MarkCharacter], placed: dict[int, MarkCharacter], zero_tenths: int, direction: int
) -> None:
    """Add members beyond one end of the column to `placed`, until the next steps hold nothing."""
    misses = 0
    step = max(placed) if direction > 0 else min(placed)
    while misses < _LOOK_AHEAD_STEPS:
        step += direction
        misses = 0 if step in placed or _place(characters, placed, zero_tenths, step) else misses + 1


def _place(
    characters: list[MarkCharacter], placed: dict[int, MarkCharacter], zero_tenths: int, step: int
) -> bool:
    expected, pitch = _predict(placed, step)
    along = _axis_up(placed)
    across = np.array([-along[1], along[0]])
    tenths = (zero_tenths + 2 * step) % 10
    beyond = min(abs(step - other) for other in placed)
    tolerance = 1.0 + 0.12 * (beyond - 1)
    best: tuple[float, MarkCharacter] | None = None
    for character in characters:
        if character.tenths != tenths or any(character is other for other in placed.values()):
            continue
        offset = (character.foot_px - expected) / pitch
        miss = (
            max(abs(offset @ along) / _ALONG_TOLERANCE, abs(offset @ across) / _ACROSS_TOLERANCE) / tolerance
        )
        sized = 0.28 < character.height_px / pitch < 0.8
        if miss < 1 and sized and (best is None or character.score - miss > best[0]):
            best = (character.score - miss, character)
    if best is not None:
        placed[step] = best[1]
    return best is not None


def _predict(placed: dict[int, MarkCharacter], step: int) -> tuple[Array, float]:
    """Where a step's lower edge should be, and the local pitch, from the nearest members."""
    nearest = sorted(placed, key=lambda other: abs(other - step))[:4]
    steps = np.array(nearest, dtype=np.float64)
    feet = np.array([placed[other].foot_px for other in nearest])
    degree = 2 if len(nearest) == 4 and np.ptp(steps) >= 3 else 1
    point = np.array([np.polyval(np.polyfit(steps, feet[:, axis], degree), step) for axis in (0, 1)])
    ends = min(nearest), max(nearest)
    pitch = float(np.linalg.norm(placed[ends[1]].foot_px - placed[ends[0]].foot_px)) / (ends[1] - ends[0])
    return point, pitch


def _axis_up(placed: dict[int, MarkCharacter]) -> Array:
    low, high = placed[min(placed)].foot_px, placed[max(placed)].foot_px
    return np.asarray((high - low) / np.linalg.norm(high - low))


def _lattice(
    placed: dict[int, MarkCharacter], zero_tenths: int, characters: list[MarkCharacter]
) -> Lattice | None:
    steps = sorted(placed)
    first, last = steps[0], steps[-1]
    pitch = float(np.linalg.norm(placed[last].foot_px - placed[first].foot_px)) / (last - first)
    members = tuple(
        LatticeMember(character=placed[step], step=step, tenths=(zero_tenths + 2 * step) % 10)
        for step in steps
    )
    absent = (last - first + 1) - len(steps)
    score = sum(member.character.score for member in members) - 0.35 * absent
    score -= _against(placed, zero_tenths, characters, pitch)
    if score <= 0:
        return None
    return Lattice(members=members, score=score, axis_up=_axis_up(placed), pitch_px=pitch)


def _against(
    placed: dict[int, MarkCharacter], zero_tenths: int, characters: list[MarkCharacter], pitch: float
) -> float:
    """Confidence of characters that stand on a free step of the column but carry another digit."""
    total = 0.0
    for step in range(min(placed), max(placed) + 1):
        if step in placed:
            continue
        expected, _ = _predict(placed, step)
        tenths = (zero_tenths + 2 * step) % 10
        for character in characters:
            near = np.abs(character.foot_px - expected) < 0.25 * pitch
            if near.all() and character.tenths != tenths:
                total += character.score
    return total


def is_metre(member: LatticeMember) -> bool:
    """Whether a member stands at a full metre."""
    return member.tenths == 0 or member.character.text == METRE_LETTER
