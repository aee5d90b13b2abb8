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

from vision.draft.ink import DigitPlace
from vision.draft.numerals import MarkCharacter

Array = NDArray[np.float64]

DEEPEST_MARK_M = 30
# A digit that stands in the row is missed this often (recall on rendered marks is 0.78), while one that stands nowhere
# is rarely found in a row's own place: else "23" with a weak 2 passes for 3, and a ten is lost.
_MISSED = 0.15
_INVENTED = 0.015
# Where a digit would stand and the plating is blank, it was not missed; paint without a digit is a dash or rust.
_MISSED_BY_PLACE = {DigitPlace.UNKNOWN: _MISSED, DigitPlace.BLANK: 0.05, DigitPlace.INKED: 0.5}
_INK_WITHOUT_DIGIT = 0.25
_HIGHEST_SCORE = 0.97
# How often a digit is read rightly by its score: (scores, shares), measured on rendered marks that the network had not
# seen (`docs/draft-reading.md`). Worn digits score low and are misread in a third of cases and more.
_RIGHT_BY_SCORE = (
    (0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85),
    (0.3, 0.5, 0.58, 0.7, 0.84, 0.91, 0.97, 0.995),
)
_NAMED_SHARE = 0.55
_OTHER_DIGITS = 9
# Looks at one row share their errors, as what is worn is worn in every frame: for which digit it is they weigh as one,
# for whether a digit is there as the root of two.
_PRESENCE_LOOKS = 2
_LEAST_POSTERIOR = 0.95
_LEAST_SURE_DIGIT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class MetreVote:
    """One look at one row's spelling of its metre.

    Attributes:
        digits: (digit, score) left to right.
        others: For each digit (digit, score) of what else it may be; empty where nothing is known.
        offset: Full metres of this row over those of the lattice's step 0.
        row: Decimetres of the row over the full metre of the lattice's step 0; looks at one row share it.
        left: What is seen where one more digit would stand.
        boxes: The digits and what they stand left of; empty where nothing but the spelling is known.
        tenths_written: Whether the last digit is a 0 that may be tenths, as in 10.0.
    """

    digits: tuple[tuple[str, float], ...]
    offset: int
    row: int
    others: tuple[tuple[tuple[str, float], ...], ...] = ()
    left: DigitPlace = DigitPlace.UNKNOWN
    boxes: tuple[MarkCharacter, ...] = ()
    tenths_written: bool = False

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
    if not 0 <= expected <= DEEPEST_MARK_M:
        return -50.0
    # Below a metre, and below ten feet, nothing is written: what was read there was invented.
    written = str(expected) if expected else ""
    return float(np.mean([_look_log_likelihood(vote, written, len(looks)) for vote in looks]))


def _look_log_likelihood(vote: MetreVote, expected: str, looks: int) -> float:
    whole = _spelling_log_likelihood(vote, expected, looks)
    if not vote.tenths_written:
        return whole
    tenths = _spelling_log_likelihood(vote, f"{expected}0", looks)
    return float(np.logaddexp(whole, tenths) + np.log(0.5))


def _spelling_log_likelihood(vote: MetreVote, expected: str, looks: int) -> float:
    identity, presence = 0.0, 0.0
    others = vote.others or ((),) * len(vote.digits)
    readings = [dict((digit, *other)) for digit, other in zip(vote.digits, others, strict=True)]
    for reading, wanted in zip_longest(reversed(readings), reversed(expected)):
        if reading is None:
            presence += float(np.log(_MISSED_BY_PLACE[vote.left]))
        elif wanted is None:
            presence += float(np.log(min(_INVENTED, 1 - min(max(reading.values()), _HIGHEST_SCORE))))
        else:
            identity += float(np.log(_digit_likelihood(reading, wanted)))
    if vote.left is DigitPlace.INKED and len(expected) <= len(readings):
        presence += float(np.log(_INK_WITHOUT_DIGIT))
    return identity + _PRESENCE_LOOKS**0.5 * presence if looks > 1 else identity + presence


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
