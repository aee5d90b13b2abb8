"""From scattered characters to a mark column: which character stands on which step, in metres or in feet.

A seed of two characters is grown step by step along the column; digits must agree with their step, and values grow
upwards, so that mirror images never form a column. Metres and feet are both tried; feet must be the better founded.
Left out: Roman numerals.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.draft.mark_system import IMPERIAL, METRIC, MarkSystem
from vision.draft.numerals import MarkCharacter

Array = NDArray[np.float64]

# Numerals are half as high as they are apart; boxes of worn or foreshortened ones vary around that.
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
# Feet need an odd and an even digit; two numerals may be a misread metric pair.
_LEAST_IN_FEET = 3
# A column of one system is not one of the other too: what was misread may line up. Columns stand farther apart.
_SAME_COLUMN = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LatticeMember:
    """A character on the lattice.

    Attributes:
        character: The character.
        step: Its step, growing upwards, 0 for the seed.
        digit: Last digit of its value: of decimetres, or of feet.
    """

    character: MarkCharacter
    step: int
    digit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """A column of characters on consecutive steps, its metres or tens of feet not yet known.

    Attributes:
        members: From the lowest step upwards.
        score: Sum of the members' confidences less what speaks against them.
        axis_up: Unit vector along the column towards higher drafts, (column, row).
        pitch_px: Mean distance of steps.
        system: Whether its numerals are metres or feet.
    """

    members: tuple[LatticeMember, ...]
    score: float
    axis_up: Array
    pitch_px: float
    system: MarkSystem = METRIC

    def digit_at(self, step: int) -> int:
        """Last digit that belongs to a step."""
        first = self.members[0]
        return self.system.digit_at(step - first.step, first.digit)

    @property
    def support(self) -> float:
        """Sum of the members' confidences."""
        return sum(member.character.score for member in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What a column is grown from.

    Attributes:
        system: The system tried.
        characters: What may belong to a column, or speak against one.
        zero_digit: Last digit at step 0.
    """

    system: MarkSystem
    characters: list[MarkCharacter]
    zero_digit: int

    def digit_at(self, step: int) -> int:
        """Last digit that belongs to a step."""
        return self.system.digit_at(step, self.zero_digit)


def find_lattices(characters: tuple[MarkCharacter, ...]) -> tuple[Lattice, ...]:
    """Find the mark columns in a picture.

    Args:
        characters: What the detector found.

    Returns:
        Columns that share no character, best first, at most four; none where nothing agrees.
    """
    surest = sorted(characters, key=lambda character: -character.score)
    metric, imperial = (
        [character for character in surest if system.knows(character)][:_MOST_CHARACTERS]
        for system in (METRIC, IMPERIAL)
    )
    found: list[Lattice] = []
    while len(found) < _MOST_COLUMNS:
        in_metres = _best_lattice(METRIC, metric, found)
        in_feet = _best_lattice(IMPERIAL, imperial, found)
        best = _better_founded(in_metres, in_feet)
        if best is None:
            break
        found.append(best)
        taken = {id(member.character) for member in best.members}
        metric = [character for character in metric if id(character) not in taken]
        imperial = [character for character in imperial if id(character) not in taken]
    return tuple(sorted(found, key=lambda lattice: -lattice.score))


def _better_founded(in_metres: Lattice | None, in_feet: Lattice | None) -> Lattice | None:
    """Metres unless surer numerals say feet: misread metric numerals fit feet too, but few of them at a time."""
    if in_metres is None or in_feet is None:
        return in_metres or in_feet
    return in_feet if in_feet.support > in_metres.support else in_metres


def _best_lattice(
    system: MarkSystem, characters: list[MarkCharacter], found: list[Lattice]
) -> Lattice | None:
    grown = (
        _grow(_Search(system=system, characters=characters, zero_digit=digit), lower, upper, steps)
        for lower in characters
        for upper in characters
        for steps, digit in _seeds(system, lower, upper)
    )
    others = [lattice for lattice in found if lattice.system is not system]
    return max(
        (lattice for lattice in grown if lattice is not None and _admitted(lattice, others)),
        key=lambda lattice: lattice.score,
        default=None,
    )


def _admitted(lattice: Lattice, others: list[Lattice]) -> bool:
    """Whether it has what its system asks for, and is not made of what was misread on a column of the other."""
    if lattice.system is IMPERIAL:
        parities = {member.digit % 2 for member in lattice.members}
        if len(lattice.members) < _LEAST_IN_FEET or len(parities) < 2:
            return False
    return not any(_on_column_of(lattice, other) for other in others)


def _on_column_of(lattice: Lattice, other: Lattice) -> bool:
    side = np.array([-other.axis_up[1], other.axis_up[0]])
    feet = np.array([member.character.foot_px for member in lattice.members])
    across = (feet - other.members[0].character.foot_px) @ side
    return bool(np.abs(across).min() < _SAME_COLUMN * other.pitch_px)


def _seeds(system: MarkSystem, lower: MarkCharacter, upper: MarkCharacter) -> Iterable[tuple[int, int]]:
    """(steps that may lie between two characters by their distance, heights and digits, digit of the lower)."""
    digits = system.last_digit(lower), system.last_digit(upper)
    if digits[0] is None or digits[1] is None or upper.lower_edge_px >= lower.lower_edge_px:
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
        if fits and system.digit_at(steps, digits[0]) == digits[1]:
            yield steps, digits[0]


def _grow(search: _Search, lower: MarkCharacter, upper: MarkCharacter, steps: int) -> Lattice | None:
    placed = {0: lower, steps: upper}
    for direction in (1, -1):
        _extend(search, placed, direction)
    for step in range(min(placed) + 1, max(placed)):
        if step not in placed:
            _place(search, placed, step)
    return _trimmed(search, placed)


def _trimmed(search: _Search, placed: dict[int, MarkCharacter]) -> Lattice | None:
    """The lattice without ends that cost more than they bring, such as a numeral's mirror image beyond a gap."""
    best = _lattice(search, placed)
    while len(placed) > 2:
        ends = (min(placed), max(placed))
        shorter = [{step: placed[step] for step in placed if step != end} for end in ends]
        tried = [(_lattice(search, fewer), fewer) for fewer in shorter]
        lattice, placed = max(tried, key=lambda pair: pair[0].score if pair[0] else -np.inf)
        if lattice is None or (best is not None and lattice.score <= best.score):
            return best
        best = lattice
    return best


def _extend(search: _Search, placed: dict[int, MarkCharacter], direction: int) -> None:
    """Add members beyond one end of the column to `placed`, until the next steps hold nothing."""
    misses = 0
    step = max(placed) if direction > 0 else min(placed)
    while misses < _LOOK_AHEAD_STEPS:
        step += direction
        misses = 0 if step in placed or _place(search, placed, step) else misses + 1


def _place(search: _Search, placed: dict[int, MarkCharacter], step: int) -> bool:
    expected, pitch = _predict(placed, step)
    along = _axis_up(placed)
    across = np.array([-along[1], along[0]])
    digit = search.digit_at(step)
    beyond = min(abs(step - other) for other in placed)
    tolerance = 1.0 + 0.12 * (beyond - 1)
    best: tuple[float, MarkCharacter] | None = None
    for character in search.characters:
        if search.system.last_digit(character) != digit or any(
            character is other for other in placed.values()
        ):
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


def _lattice(search: _Search, placed: dict[int, MarkCharacter]) -> Lattice | None:
    steps = sorted(placed)
    first, last = steps[0], steps[-1]
    pitch = float(np.linalg.norm(placed[last].foot_px - placed[first].foot_px)) / (last - first)
    members = tuple(
        LatticeMember(character=placed[step], step=step, digit=search.digit_at(step)) for step in steps
    )
    absent = (last - first + 1) - len(steps)
    score = sum(member.character.score for member in members) - 0.35 * absent
    score -= _against(search, placed, pitch)
    if score <= 0:
        return None
    return Lattice(
        members=members, score=score, axis_up=_axis_up(placed), pitch_px=pitch, system=search.system
    )


def _against(search: _Search, placed: dict[int, MarkCharacter], pitch: float) -> float:
    """Confidence of numerals on the column that contradict it: another digit on a free step, or any between steps."""
    steps = sorted(placed)
    feet = np.array([placed[step].foot_px for step in steps])
    along = feet @ _axis_up(placed)
    total = 0.0
    for character in search.characters:
        reach = float(character.foot_px @ _axis_up(placed))
        if not along[0] < reach < along[-1] or not _sized(character, pitch):
            continue
        step = float(np.interp(reach, along, steps))
        on_column = np.array([np.interp(reach, along, feet[:, axis]) for axis in (0, 1)])
        if np.linalg.norm(character.foot_px - on_column) < _ON_COLUMN * pitch:
            total += character.score * _contradiction(search, character, step, placed)
    return total


def _contradiction(
    search: _Search, character: MarkCharacter, step: float, placed: dict[int, MarkCharacter]
) -> float:
    """How much a numeral at a fractional step contradicts the column."""
    nearest = round(step)
    if abs(step - nearest) >= _ON_COLUMN:
        return _BETWEEN_STEPS_WEIGHT
    misfit = search.system.last_digit(character) != search.digit_at(nearest)
    return float(nearest not in placed and misfit)


def _sized(character: MarkCharacter, pitch: float) -> bool:
    return 0.28 < character.height_px / pitch < 0.8
