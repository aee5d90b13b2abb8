"""What a row of numerals spells: the digits left of a member of the lattice, and full metres written without an M.

Votes for the metre, or for the tens of feet, come from here; metres.py weighs them.
Left out: Roman numerals.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vision.draft.lattice import Lattice, LatticeMember
from vision.draft.mark_system import MarkSystem
from vision.draft.metres import DEEPEST_MARK_M, MetreVote
from vision.draft.numerals import METRE_LETTER, NARROW_DIGIT, MarkCharacter

Array = NDArray[np.float64]

_MOST_DIGITS = 2
# A worn 7 passes for an M at less; then 17 would read 1M.
_LEAST_LETTER_SCORE = 0.6
# In pitches: how far a digit's foot may lie off its row, how far left of the axis a row may end, how high digits are.
_ROW_TOLERANCE = 0.16
_END_REACH = 1.0
_NUMERAL_SIZES = (0.3, 1.3)
# Yards leave 10 to 60 mm between characters; a missed character leaves more.
_WIDEST_GAP = 0.42
_USUAL_WIDTH = 0.75


def row_slope(lattice: Lattice, characters: tuple[MarkCharacter, ...]) -> float:
    """Rise of the rows per pixel to the right, from rows of several characters; 0 where there is none."""
    slopes: list[float] = []
    for member in lattice.members:
        foot = member.character.foot_px
        for character in characters:
            run, rise = foot - character.foot_px
            beside = 0.25 * lattice.pitch_px < run < 1.6 * lattice.pitch_px
            if beside and abs(rise) < 0.42 * run and character.text != METRE_LETTER:
                slopes.append(float(rise / run))
    return float(np.median(slopes)) if slopes else 0.0


def row_votes(
    lattice: Lattice, member: LatticeMember, characters: tuple[MarkCharacter, ...]
) -> list[MetreVote]:
    """What one row of the lattice says of its metre: one vote, or none.

    Args:
        lattice: The column in an upright view, so that its rows are level.
        member: Its member on the row.
        characters: Everything found in the view, weak findings too.

    Returns:
        Votes.
    """
    row = _row_left_of(lattice.pitch_px, member.character, characters)
    if not lattice.system.letter:
        return _votes_in_feet(lattice.system, member, row)
    full_metre = member.digit == 0
    if member.character.text == METRE_LETTER and member.character.score < _LEAST_LETTER_SCORE:
        return []
    own = [member.character] if full_metre and member.character.text != METRE_LETTER else []
    tenths_written = bool(own and row) and _writes_whole_values(lattice, characters)
    spelled = [*row, *own][-_MOST_DIGITS - tenths_written :]
    if not spelled or (not full_metre and not _adjacent(row[-1], member.character)):
        return []
    offset = _wholes_over_zero(lattice.system, member.step, member.digit)
    return _vote(spelled, member.character, offset, member.digit, tenths_written=tenths_written)


def _wholes_over_zero(system: MarkSystem, step: int, digit: int) -> int:
    """Metres, or tens of feet, of a step's value over those of step 0, which lies so many steps below it."""
    return -((-system.digit_per_step * step + digit) // 10)


def _votes_in_feet(system: MarkSystem, member: LatticeMember, row: list[MarkCharacter]) -> list[MetreVote]:
    """The tens of feet beside their last digit; below 10 ft, or where they were missed, a row says nothing."""
    spelled = row[-system.whole_digits :]
    if not spelled or not _adjacent(spelled[-1], member.character):
        return []
    offset = _wholes_over_zero(system, member.step, member.digit)
    return _vote(spelled, member.character, offset, member.digit, tenths_written=False)


def bare_metre_votes(
    lattice: Lattice, foot_of_step: Callable[[int], Array], characters: tuple[MarkCharacter, ...]
) -> list[MetreVote]:
    """What full metres say whose row holds no member: 13 without an M, or an M that was not found; none in feet.

    Args:
        lattice: The column in an upright view, so that its rows are level.
        foot_of_step: Where the lower edge of a step's numeral is on the axis, (column, row).
        characters: Everything found in the view.

    Returns:
        Votes.
    """
    if not lattice.system.letter:
        return []
    taken = {member.step for member in lattice.members}
    first, last = lattice.members[0].step, lattice.members[-1].step
    votes: list[MetreVote] = []
    for step in range(first - 1, last + 2):
        if step in taken or lattice.digit_at(step) != 0:
            continue
        right_end = _digit_at(foot_of_step(step), lattice.pitch_px, characters)
        if right_end is None:
            continue
        row = _row_left_of(lattice.pitch_px, right_end, characters)
        spelled = [*row, right_end][-_MOST_DIGITS:]
        offset = _wholes_over_zero(lattice.system, step, 0)
        votes += _vote(spelled, right_end, offset, 0, tenths_written=False)
    return votes


def _vote(
    spelled: list[MarkCharacter], end: MarkCharacter, offset: int, digit: int, *, tenths_written: bool
) -> list[MetreVote]:
    vote = MetreVote(
        digits=tuple((character.text, character.score) for character in spelled),
        offset=offset,
        row=10 * offset + digit,
        others=tuple(
            tuple((text, score) for text, score in character.alternatives if text.isdigit())
            for character in spelled
        ),
        tenths_written=tenths_written,
        boxes=tuple(spelled if spelled[-1] is end else [*spelled, end]),
    )
    # A 0 alone at a full metre is a worn 10 or 20; it says nothing on its own.
    value = int(vote.text) // (10 if tenths_written else 1)
    return [vote] if 0 < value <= DEEPEST_MARK_M else []


def _writes_whole_values(lattice: Lattice, characters: tuple[MarkCharacter, ...]) -> bool:
    """Whether rows between full metres spell their metre too, as 9.8 and 98 do; then 10.0 or 100 may follow."""
    for member in lattice.members:
        row = _row_left_of(lattice.pitch_px, member.character, characters)
        if member.digit != 0 and row and _adjacent(row[-1], member.character):
            return True
    return False


def _digit_at(foot_px: Array, pitch_px: float, characters: tuple[MarkCharacter, ...]) -> MarkCharacter | None:
    """The digit that ends a full metre's row: on the axis, or left of an M that was not found."""
    near = [
        character
        for character in characters
        if character.text.isdigit()
        and abs(character.lower_edge_px - foot_px[1]) < _ROW_TOLERANCE * pitch_px
        and -_END_REACH * pitch_px < character.middle_px - foot_px[0] < _ROW_TOLERANCE * pitch_px
        and _NUMERAL_SIZES[0] < character.height_px / pitch_px < _NUMERAL_SIZES[1]
    ]
    return max(near, key=lambda character: character.middle_px, default=None)


def _row_left_of(
    pitch_px: float, right_end: MarkCharacter, characters: tuple[MarkCharacter, ...]
) -> list[MarkCharacter]:
    """Digits that stand left of a character on its row, left to right, without gaps of more than a character."""
    foot = right_end.foot_px
    beside = []
    for character in characters:
        if not character.text.isdigit() or character is right_end:
            continue
        run, rise = foot - character.foot_px
        level = abs(rise) < _ROW_TOLERANCE * max(pitch_px, 2 * character.height_px)
        if level and 0.1 * pitch_px < run < 2.4 * pitch_px:
            beside.append(character)
    beside.sort(key=lambda character: -character.middle_px)
    chain: list[MarkCharacter] = []
    edge = right_end.left_px
    for character in beside[:_MOST_DIGITS]:
        if edge - character.right_px > _WIDEST_GAP * pitch_px:
            break
        chain.append(character)
        edge = character.left_px
    return chain[::-1]


def _adjacent(left: MarkCharacter, right: MarkCharacter) -> bool:
    similar = 0.7 < left.height_px / max(right.height_px, 1e-6) < 1.4
    # A 1 is narrower than other digits, the gap beside it is not.
    width_px = _USUAL_WIDTH * right.height_px if right.text == NARROW_DIGIT else right.width_px
    return similar and right.left_px - left.right_px < 0.7 * width_px
