"""Which metre a lattice stands on: every row that spells its metre speaks for or against each candidate.

A digit may be misread, missed or invented, each with its probability, so that a dropped ten (3M for 23M) stays
possible until other rows exclude it. Left out: prior knowledge of the ship beyond an expected range.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from vision.draft.lattice import Lattice, LatticeMember
from vision.draft.numerals import METRE_LETTER, MarkCharacter

Array = NDArray[np.float64]

DEEPEST_MARK_M = 30
# A digit that stands in the row is missed this often (recall on rendered marks is 0.78), while one that stands nowhere
# is rarely found in a row's own place: else "23" with a weak 2 passes for 3, and a ten is lost.
_MISSED = 0.15
_INVENTED = 0.03
_HIGHEST_SCORE = 0.97
# How often a digit is read rightly by its score: (scores, shares), measured on rendered marks that the network had not
# seen (`docs/draft-reading.md`). Worn digits score low and are misread in a third of cases and more.
_RIGHT_BY_SCORE = (
    (0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85),
    (0.3, 0.5, 0.58, 0.7, 0.84, 0.91, 0.97, 0.995),
)
_NAMED_SHARE = 0.55
_OTHER_DIGITS = 9
# Looks at one row share their errors, over sizes less than over frames: four weigh as two, and more as no more.
_MOST_LOOKS = 4
_LEAST_POSTERIOR = 0.95
_LEAST_SURE_DIGIT = 0.3
_MOST_DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MetreVote:
    """One look at one row's spelling of its metre.

    Attributes:
        digits: (digit, score) left to right.
        others: For each digit (digit, score) of what else it may be; empty where nothing is known.
        offset: Full metres of this row over those of the lattice's step 0.
        row: Decimetres of the row over the full metre of the lattice's step 0; looks at one row share it.
    """

    digits: tuple[tuple[str, float], ...]
    offset: int
    row: int
    others: tuple[tuple[tuple[str, float], ...], ...] = ()

    @property
    def text(self) -> str:
        """The digits as read."""
        return "".join(digit for digit, _ in self.digits)

    @property
    def metre(self) -> int:
        """Full metres at the lattice's step 0 if the row is read rightly."""
        return int(self.text) - self.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Metre:
    """Outcome of the votes.

    Attributes:
        metre_at_zero: Full metres of the value at the lattice's step 0, None where undecided.
        posterior: Probability of the best candidate among all admitted ones.
    """

    metre_at_zero: int | None
    posterior: float


def decide_metre(votes: Sequence[MetreVote], *, allowed: frozenset[int] | None) -> Metre:
    """Decide the metre from the rows that spell it.

    Args:
        votes: Spellings, of one frame or of many.
        allowed: Metres at step 0 that are possible; None where nothing is known.

    Returns:
        The decision. Without a single sure digit it is open, unless only one metre is possible.
    """
    candidates = sorted(range(-1, DEEPEST_MARK_M + 1) if allowed is None else allowed)
    if not candidates:
        return Metre(metre_at_zero=None, posterior=0.0)
    rows: dict[int, list[MetreVote]] = defaultdict(list)
    for vote in votes:
        rows[vote.row].append(vote)
    logs = np.array(
        [sum(_row_log_likelihood(looks, metre) for looks in rows.values()) for metre in candidates]
    )
    shares = np.exp(logs - logs.max())
    posterior = float(shares.max() / shares.sum())
    sure = any(score >= _LEAST_SURE_DIGIT for vote in votes for _, score in vote.digits)
    decided = posterior >= _LEAST_POSTERIOR and (sure or len(candidates) == 1)
    return Metre(metre_at_zero=candidates[int(logs.argmax())] if decided else None, posterior=posterior)


def _row_log_likelihood(looks: list[MetreVote], metre: int) -> float:
    expected = metre + looks[0].offset
    if not 1 <= expected <= DEEPEST_MARK_M:
        return -50.0
    mean = float(np.mean([_look_log_likelihood(vote, str(expected)) for vote in looks]))
    return mean * float(np.sqrt(min(len(looks), _MOST_LOOKS)))


def _look_log_likelihood(vote: MetreVote, expected: str) -> float:
    total = 0.0
    others = vote.others or ((),) * len(vote.digits)
    readings = [dict((digit, *other)) for digit, other in zip(vote.digits, others, strict=True)]
    for reading, wanted in zip_longest(reversed(readings), reversed(expected)):
        if reading is None:
            total += float(np.log(_MISSED))
        elif wanted is None:
            total += float(np.log(min(_INVENTED, 1 - min(max(reading.values()), _HIGHEST_SCORE))))
        else:
            total += float(np.log(_digit_likelihood(reading, wanted)))
    return total


def _digit_likelihood(reading: dict[str, float], wanted: str) -> float:
    """Probability that a digit which looks like `reading` is the wanted one."""
    surest = max(reading, key=lambda digit: reading[digit])
    right = float(np.interp(reading[surest], *_RIGHT_BY_SCORE))
    if wanted == surest:
        return right
    # A misread digit is among what else it may be about half the time, and anything otherwise.
    others = sum(reading.values()) - reading[surest]
    named = _NAMED_SHARE if others > 0 else 0.0
    share = named * reading.get(wanted, 0.0) / others if others > 0 else 0.0
    return (1 - right) * (share + (1 - named) / _OTHER_DIGITS)


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
        characters: Everything found in the picture, weak findings too.
        slope: Rise of the rows per pixel to the right.

    Returns:
        Votes.
    """
    row = _row_left_of(lattice, member, characters, slope)
    full_metre = member.tenths == 0
    own = [member.character] if full_metre and member.character.text != METRE_LETTER else []
    spelled = [*row, *own][-_MOST_DIGITS:]
    if not spelled or (not full_metre and not _adjacent(row[-1], member.character)):
        return []
    digits = tuple((character.text, character.score) for character in spelled)
    others = tuple(
        tuple((text, score) for text, score in character.alternatives if text.isdigit())
        for character in spelled
    )
    # Value of step 0 is 0.2 m times the row's step below the row's value.
    offset = -((2 * -member.step + member.tenths) // 10)
    vote = MetreVote(digits=digits, offset=offset, row=10 * offset + member.tenths, others=others)
    # A 0 alone at a full metre is a worn 10 or 20; it says nothing on its own.
    return [] if int(vote.text) == 0 or int(vote.text) > DEEPEST_MARK_M else [vote]


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
    for character in beside[:_MOST_DIGITS]:
        if edge - character.right_px > 0.75 * lattice.pitch_px:
            break
        chain.append(character)
        edge = character.left_px
    return chain[::-1]


def _adjacent(left: MarkCharacter, right: MarkCharacter) -> bool:
    similar = 0.7 < left.height_px / max(right.height_px, 1e-6) < 1.4
    return similar and right.left_px - left.right_px < 0.7 * right.width_px
