"""From scattered characters to a mark column: which character stands on which step of the 0.2 m lattice.

A seed of two characters is grown step by step along the column; digits must agree with their step, and values grow
upwards, so that mirror images never form a column. Left out: inland staves, imperial and Roman marks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.draft.numerals import MarkCharacter

Array = NDArray[np.float64]

STEP_M = 0.2
# Numerals are 100 mm high and 200 mm apart; boxes of worn or foreshortened ones vary around that.
_PITCH_OVER_HEIGHT = (1.35, 2.7)
_SEED_STEPS = 3
_LOOK_AHEAD_STEPS = 4
_ALONG_TOLERANCE = 0.24
_ACROSS_TOLERANCE = 0.34
_STEEPEST_AXIS_DEG = 42.0
# A picture full of digits is no ship; what is not among the surest would not change that, but cost minutes.
_MOST_CHARACTERS = 60
_MOST_COLUMNS = 4
# A numeral of the column's size between two of its steps weighs more against it than a misread one on a step.
_BETWEEN_STEPS_WEIGHT = 1.5
_ON_COLUMN = 0.25


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
        Columns that share no character, best first, at most four; none where nothing agrees.
    """
    surest = sorted(characters, key=lambda character: -character.score)
    remaining = [character for character in surest if character.tenths is not None][:_MOST_CHARACTERS]
    found: list[Lattice] = []
    while len(remaining) >= 2 and len(found) < _MOST_COLUMNS:
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
    return _trimmed(placed, lower.tenths, characters)


def _trimmed(
    placed: dict[int, MarkCharacter], zero_tenths: int, characters: list[MarkCharacter]
) -> Lattice | None:
    """The lattice without ends that cost more than they bring, such as a numeral's mirror image beyond a gap."""
    best = _lattice(placed, zero_tenths, characters)
    while len(placed) > 2:
        ends = (min(placed), max(placed))
        shorter = [{step: placed[step] for step in placed if step != end} for end in ends]
        tried = [(_lattice(fewer, zero_tenths, characters), fewer) for fewer in shorter]
        lattice, placed = max(tried, key=lambda pair: pair[0].score if pair[0] else -np.inf)
        if lattice is None or (best is not None and lattice.score <= best.score):
            return best
        best = lattice
    return best


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
        if miss < 1 and _sized(character, pitch) and (best is None or character.score - miss > best[0]):
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
    """Confidence of numerals on the column that contradict it: another digit on a free step, or any between steps."""
    steps = sorted(placed)
    feet = np.array([placed[step].foot_px for step in steps])
    along = feet @ _axis_up(placed)
    total = 0.0
    for character in characters:
        reach = float(character.foot_px @ _axis_up(placed))
        if not along[0] < reach < along[-1] or not _sized(character, pitch):
            continue
        step = float(np.interp(reach, along, steps))
        on_column = np.array([np.interp(reach, along, feet[:, axis]) for axis in (0, 1)])
        if np.linalg.norm(character.foot_px - on_column) < _ON_COLUMN * pitch:
            total += character.score * _contradiction(character, step, placed, zero_tenths)
    return total


def _contradiction(
    character: MarkCharacter, step: float, placed: dict[int, MarkCharacter], zero_tenths: int
) -> float:
    """How much a numeral at a fractional step contradicts the column."""
    nearest = round(step)
    if abs(step - nearest) >= _ON_COLUMN:
        return _BETWEEN_STEPS_WEIGHT
    return float(nearest not in placed and character.tenths != (zero_tenths + 2 * nearest) % 10)


def _sized(character: MarkCharacter, pitch: float) -> bool:
    return 0.28 < character.height_px / pitch < 0.8
