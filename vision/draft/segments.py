"""Stretches of footage over which one column was followed, and the metre or tens of feet each of them stands on.

All frames of a stretch vote together, so that one misread numeral does not move the draft by a metre.
Left out: stretches whose metre neither votes nor neighbours give; they are counted and dropped.
"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.draft.mark_system import MarkSystem
from vision.draft.metres import MetreVote, decide_metre
from vision.draft.observation import Observation
from vision.draft.reading import Refusal, RefusalReason

_FARTHEST_FROM_OTHERS_M = 0.4
# Stretches of one clip do not lie further apart than this in any sea that is read; two metres apart, one is misread.
_FARTHEST_EVER_M = 1.5
_CALM_SPREAD_M = 0.1
# By the digits that spell metres or tens of feet: where a single one spells them, nothing is spelled without it.
_LOST_TENS = {1: (0,), 2: (0, 10, 20)}
# Rows that mostly show every digit there can be have lost none.
_MOSTLY = 0.5
SHALLOWEST_DRAFT_M, DEEPEST_DRAFT_M = 0.3, 28.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Frames that share one provisional metre, or tens of feet.

    Attributes:
        observations: In order of time, provisional.
        votes: Spellings of the metre, or of the tens of feet, from all of them.
    """

    observations: list[Observation]
    votes: list[MetreVote]

    @property
    def system(self) -> MarkSystem:
        """Whether the marks are metres or feet; a stretch follows one column."""
        return self.observations[0].system

    def level_m(self) -> float:
        """Median provisional level."""
        return float(np.median([seen.level_m for seen in self.observations]))


Settled = tuple[list[Observation], Counter[str]]


def settle_metres(segments: list[Segment], expected_range_m: tuple[float, float] | None) -> Settled | Refusal:
    """Move every segment to its metre, or tens of feet.

    Args:
        segments: The stretches followed.
        expected_range_m: Lowest and highest draft that can be, where known.

    Returns:
        Observations in settled drafts with counts of what was left out; a refusal where no segment's metre is known.
        Marks are metres or feet as most frames have it; segments that have it otherwise are left out.
    """
    if not segments:
        return [], Counter()
    system, segments, left_out = _of_one_system(segments)
    decided = [(segment, _decide(segment, expected_range_m)) for segment in segments]
    known = [(segment, metre) for segment, metre in decided if metre is not None]
    if not known:
        return _unknown(segments, expected_range_m)
    main, main_metre = max(known, key=lambda pair: len(pair[0].observations))
    level_m = main.level_m() + system.whole_m * main_metre
    # In waves that reach another metre, the nearest metre is no evidence.
    levels_m = np.array(
        [seen.level_m + system.whole_m * metre for segment, metre in known for seen in segment.observations]
    )
    calm = float(np.std(levels_m)) < _CALM_SPREAD_M
    reach_m = min(_FARTHEST_FROM_OTHERS_M + 2 * _robust_spread_m(levels_m), _FARTHEST_EVER_M)
    settled: list[Observation] = []
    for segment, metre in decided:
        own = round((level_m - segment.level_m()) / system.whole_m) if metre is None else metre
        far = abs(segment.level_m() + system.whole_m * own - level_m) > reach_m
        if (metre is None and not calm) or (far and segment is not main):
            left_out[RefusalReason.METRE_UNKNOWN.value] += len(segment.observations)
            continue
        settled.extend(seen.settled(own) for seen in segment.observations)
    return sorted(settled, key=lambda seen: seen.time_s), left_out


def _of_one_system(segments: list[Segment]) -> tuple[MarkSystem, list[Segment], Counter[str]]:
    frames: Counter[str] = Counter()
    for segment in segments:
        frames[segment.system.name] += len(segment.observations)
    name = frames.most_common(1)[0][0]
    kept = [segment for segment in segments if segment.system.name == name]
    others = frames.total() - frames[name]
    # A counter with a zero would name a reason that there is not.
    left_out = Counter({RefusalReason.MARKS_NOT_CONSISTENT.value: others} if others else {})
    return kept[0].system, kept, left_out


def _robust_spread_m(levels_m: NDArray[np.float64]) -> float:
    """Standard deviation of the bulk of levels: a segment on a wrong metre must not excuse itself."""
    return 1.4826 * float(np.median(np.abs(levels_m - np.median(levels_m))))


def _decide(segment: Segment, expected_range_m: tuple[float, float] | None) -> int | None:
    """The metre by the votes; an expected range may choose among what they leave open, not overrule them."""
    ships = _possible(segment, (SHALLOWEST_DRAFT_M, DEEPEST_DRAFT_M))
    read = decide_metre(segment.votes, allowed=ships).metre_at_zero
    if expected_range_m is None:
        return read
    expected = decide_metre(segment.votes, allowed=_possible(segment, expected_range_m)).metre_at_zero
    # A ten that was not seen is a frequent misreading; one that was seen, or another digit, is another draft.
    lost = (0,) if _spelled_whole(segment) else _LOST_TENS[segment.system.whole_digits]
    overruled = read is not None and expected is not None and expected - read not in lost
    return None if overruled else expected


def _spelled_whole(segment: Segment) -> bool:
    """Whether most looks show as many digits as metres, or tens of feet, ever have."""
    whole = sum(len(vote.text) >= segment.system.whole_digits for vote in segment.votes)
    return whole > _MOSTLY * len(segment.votes)


def _possible(segment: Segment, range_m: tuple[float, float]) -> frozenset[int]:
    """Metres, or tens of feet, that bring a provisional level into a range of drafts."""
    low, high = ((draft_m - segment.level_m()) / segment.system.whole_m for draft_m in range_m)
    return frozenset(range(math.ceil(low), math.floor(high) + 1))


def _unknown(segments: list[Segment], expected_range_m: tuple[float, float] | None) -> Refusal:
    spelled = ", ".join(sorted({vote.text for segment in segments for vote in segment.votes})) or "none"
    read = f"{segments[0].system.whole_name} read: {spelled}"
    if expected_range_m is not None and any(_decide(segment, None) is not None for segment in segments):
        return Refusal(
            reason=RefusalReason.OUTSIDE_EXPECTED_RANGE,
            detail=f"{read}; expected {expected_range_m[0]:g} to {expected_range_m[1]:g} m",
        )
    return Refusal(reason=RefusalReason.METRE_UNKNOWN, detail=read)
