"""Which metre a lattice stands on: votes of the numerals that spell it.

A full row (13M) outweighs a part of it (3M): the usual gross error is a dropped ten.
Left out: prior knowledge of the ship beyond an expected range.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.draft.lattice import Lattice, LatticeMember
from vision.draft.numerals import METRE_LETTER, MarkCharacter

Array = NDArray[np.float64]

DEEPEST_MARK_M = 30
_LEAST_VOTE = 0.3
_LEAST_MARGIN = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class MetreVote:
    """One row's spelling of its metre.

    Attributes:
        text: Digits read, left to right.
        metre: The full metre of the lattice's step 0 if this row is right.
        weight: Confidence, 0 to 1.
        row: Step of the row.
    """

    text: str
    metre: int
    weight: float
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Metre:
    """Outcome of the votes.

    Attributes:
        metre_at_zero: Full metres (floor) of the value at the lattice's step 0, None where undecided.
        votes: All votes.
        certain: Whether the votes decide without help from an expected range.
    """

    metre_at_zero: int | None
    votes: tuple[MetreVote, ...]
    certain: bool


def decide_metre(votes: tuple[MetreVote, ...], *, allowed: frozenset[int] | None) -> Metre:
    """Decide the metre from the rows that spell it.

    Args:
        votes: Spellings, of one frame or of many.
        allowed: Metres at step 0 that the caller's expected range admits; None where nothing is expected.

    Returns:
        The decision with its votes.
    """
    totals: dict[int, float] = defaultdict(float)
    for vote in votes:
        totals[vote.metre] += vote.weight
    _absorb_suffixes(votes, totals)
    if allowed is not None:
        return _with_expectation(votes, totals, allowed)
    ranked = sorted(totals.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _LEAST_VOTE:
        return Metre(metre_at_zero=None, votes=votes, certain=False)
    certain = len(ranked) == 1 or ranked[0][1] >= _LEAST_MARGIN * ranked[1][1]
    return Metre(metre_at_zero=ranked[0][0] if certain else None, votes=votes, certain=certain)


def _with_expectation(
    votes: tuple[MetreVote, ...], totals: dict[int, float], allowed: frozenset[int]
) -> Metre:
    """With an expected range: what is spelled and admitted, else the only metre that is admitted."""
    admitted = {metre: weight for metre, weight in totals.items() if metre in allowed}
    # A row read as 3M speaks for 13M and 23M too where 3 is not admitted.
    for vote in votes:
        for metre in allowed:
            if metre not in admitted and vote.metre % 10 == metre % 10 and len(vote.text) == 1:
                admitted[metre] = admitted.get(metre, 0.0) + 0.5 * vote.weight
    if admitted:
        best = max(admitted, key=lambda metre: admitted[metre])
        rivals = [weight for metre, weight in admitted.items() if metre != best]
        certain = not rivals or admitted[best] >= _LEAST_MARGIN * max(rivals)
        return Metre(metre_at_zero=best if certain else None, votes=votes, certain=certain)
    alone = len(allowed) == 1 and not totals
    return Metre(metre_at_zero=next(iter(allowed)) if alone else None, votes=votes, certain=alone)


def _absorb_suffixes(votes: tuple[MetreVote, ...], totals: dict[int, float]) -> None:
    """Give the weight of one-digit votes to the two-digit vote they are a part of, changing `totals`."""
    longer = {vote.metre for vote in votes if len(vote.text) > 1}
    for metre in longer:
        part = metre % 10
        if part != metre and part in totals and part not in longer:
            totals[metre] += totals.pop(part)


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
    lattice: Lattice, member: LatticeMember, characters: tuple[MarkCharacter, ...], slope: float
) -> list[MetreVote]:
    """What one row of the lattice says of its metre: one vote, or none.

    Args:
        lattice: The column.
        member: Its member on the row.
        characters: Everything found in the picture.
        slope: Rise of the rows per pixel to the right.

    Returns:
        Votes.
    """
    row = _row_left_of(lattice, member, characters, slope)
    full_metre = member.tenths == 0
    own = [member.character] if full_metre and member.character.text != METRE_LETTER else []
    spelled = [*row, *own]
    if not spelled or (not full_metre and not _adjacent(row[-1], member.character)):
        return []
    text = "".join(character.text for character in spelled)
    metre = int(text)
    # A 0 alone at a full metre is a worn 10 or 20; it says nothing on its own.
    if metre > DEEPEST_MARK_M or metre == 0:
        return []
    value_tenths = 10 * metre + member.tenths
    at_zero = (value_tenths - 2 * (member.step)) // 10
    weight = min(character.score for character in spelled) * (1.0 if len(text) > 1 else 0.75)
    return [MetreVote(text=text, metre=at_zero, weight=weight, row=member.step)]


def _row_left_of(
    lattice: Lattice, member: LatticeMember, characters: tuple[MarkCharacter, ...], slope: float
) -> list[MarkCharacter]:
    """Digits that stand left of a member on its row, left to right, without gaps of more than a character."""
    foot = member.character.foot_px
    beside = []
    for character in characters:
        if not character.text.isdigit() or character is member.character:
            continue
        run, rise = foot - character.foot_px
        level = abs(rise - slope * run) < 0.16 * lattice.pitch_px
        if level and 0.1 * lattice.pitch_px < run < 2.4 * lattice.pitch_px:
            beside.append(character)
    beside.sort(key=lambda character: -character.middle_px)
    chain: list[MarkCharacter] = []
    edge = member.character.left_px
    for character in beside[:2]:
        if edge - character.right_px > 0.75 * lattice.pitch_px:
            break
        chain.append(character)
        edge = character.left_px
    return chain[::-1]


def _adjacent(left: MarkCharacter, right: MarkCharacter) -> bool:
    similar = 0.7 < left.height_px / max(right.height_px, 1e-6) < 1.4
    return similar and right.left_px - left.right_px < 0.7 * right.width_px
