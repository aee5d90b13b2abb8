"""The reader: footage in, one draft with its uncertainty out, or a refusal that says why.

Decides the metre over all frames of a column that was followed, averages the sea and combines what is uncertain.
Holds no threshold that belongs to a stage. Left out: comparing columns of one view with each other.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from vision.draft.beside import names_by_side
from vision.draft.following import FollowedColumn, follow_columns
from vision.draft.frame import DraftNetworks, Image
from vision.draft.observation import Observation
from vision.draft.reading import DraftReading, Refusal, RefusalReason, SeaState
from vision.draft.segments import settle_metres
from vision.draft.uncertainty import Contribution, combine
from vision.draft.waves import StillWater, still_water

# Welds and paint end 2 to 4 mm from the surveyed edge; the contact is seen within some millimetres of the true level.
PAINT_EDGE_SIGMA_M = 0.003
CONTACT_SIGMA_M = 0.004
CAMERA_SIGMA_M = 0.002
EXTRAPOLATION_SIGMA_PER_M = 0.012
# Water climbs a wall a little more than it falls from it.
RUN_UP_SIGMA_PER_M = 0.03
# Waves longer than the 3.2 m along which a still is looked at show in part, and those that run at the hull hardly.
WAVES_PER_SPREAD = 1.2
UNSEEN_WAVE_SIGMA_M = 0.012

_LEAST_FRAMES = 5
_LARGEST_U95_M = 0.8
# A wet band or clear water under a paint edge: a clip shows which of them moves, a still does not.
_LARGEST_STILL_WATERLINE_M = 0.035
# Water that moves by more than this within less than one wave cannot be averaged.
_HIGHEST_UNSEEN_WAVE_M = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTrace:
    """A reading with what it rests on.

    Attributes:
        reading: The outcome.
        observations: The frames used, with their levels in settled metres.
        still_water: The sea average, None for a still or a refusal.
        rejected: (time in s, code) of the frames that gave no level.
        column: Which column of the picture, by its side; see `beside.names_by_side`.
        others: Other columns in the view that could be read, followed without being searched anew.
    """

    reading: DraftReading
    observations: tuple[Observation, ...]
    still_water: StillWater | None
    rejected: tuple[tuple[float, str], ...] = ()
    column: str = "only"
    others: tuple["ReadingTrace", ...] = ()


def read_footage(
    frames: Iterable[tuple[float, Image]],
    networks: DraftNetworks,
    *,
    moving: bool,
    expected_range_m: tuple[float, float] | None,
    progress: Callable[[float], None] | None,
) -> ReadingTrace:
    """Read the draft in a clip or a still.

    Args:
        frames: (time in s, uint8 BGR picture) in order of time.
        networks: The networks.
        moving: Whether the frames are a clip; a still's waves are judged from its one waterline.
        expected_range_m: Lowest and highest draft that can be, where the caller knows.
        progress: Called with the time of each frame done.

    Returns:
        The reading and its trace.
    """
    columns = follow_columns(frames, networks, progress, moving=moving)
    names = names_by_side([column.origin_px for column in columns])
    main, *others = (
        replace(
            _read_column(column, moving=moving, expected_range_m=expected_range_m),
            column=name,
            rejected=tuple(column.rejected),
        )
        for column, name in zip(columns, names, strict=True)
    )
    return replace(main, others=tuple(other for other in others if other.reading.refusal is None))


def _read_column(
    column: FollowedColumn, *, moving: bool, expected_range_m: tuple[float, float] | None
) -> ReadingTrace:
    rejected = Counter(code for _, code in column.rejected)
    settled = settle_metres(column.segments, expected_range_m)
    if isinstance(settled, Refusal):
        return _refused(settled, rejected)
    observations, left_out = settled
    rejected.update(left_out)
    if not observations:
        return _refused(_commonest(rejected), rejected)
    if not moving:
        return _still(observations[0], rejected)
    return _clip(observations, rejected)


def _commonest(rejected: Counter[str]) -> Refusal:
    if not rejected:
        return Refusal(reason=RefusalReason.NO_MARKS, detail="the footage holds no frame")
    code, count = rejected.most_common(1)[0]
    return Refusal(reason=RefusalReason(code), detail=f"{count} of {rejected.total()} frames: {code}")


def _refused(refusal: Refusal, rejected: Counter[str]) -> ReadingTrace:
    reading = DraftReading(
        refusal=refusal,
        draft_m=None,
        standard_uncertainty_m=None,
        u95_m=None,
        components_m={},
        frames_used=0,
        frames_rejected=dict(rejected),
        sea=SeaState(significant_height_m=None, mean_period_s=None),
        series=(),
        rules={"mean": None, "extremes": None, "two_thirds": None},
        scale_numerals=None,
        scale_residual_m=None,
        needed_more_s=None,
    )
    return ReadingTrace(reading=reading, observations=(), still_water=None)


def _still(observation: Observation, rejected: Counter[str]) -> ReadingTrace:
    if observation.waterline_sigma_m > _LARGEST_STILL_WATERLINE_M:
        detail = f"the water may begin anywhere in a strip of {4 * observation.waterline_sigma_m:.2f} m"
        return _refused(Refusal(reason=RefusalReason.TOO_UNCERTAIN, detail=detail), rejected)
    # One moment of a rippled surface: its waterline along the hull tells how far the moment may be from the mean.
    ripple_m = float(np.hypot(WAVES_PER_SPREAD * observation.ripple_m, UNSEEN_WAVE_SIGMA_M))
    waves = Contribution(name="waves", sigma_m=ripple_m, degrees_of_freedom=8.0)
    parts = [*_systematic([observation], significant_height_m=4 * observation.ripple_m), waves]
    rules: dict[str, float | None] = {"mean": observation.level_m, "extremes": None, "two_thirds": None}
    return _accepted(observation.level_m, parts, [observation], rejected, rules, None)


def _clip(observations: list[Observation], rejected: Counter[str]) -> ReadingTrace:
    if len(observations) < _LEAST_FRAMES:
        detail = f"{len(observations)} frames could be read; {_LEAST_FRAMES} are needed"
        return _refused(Refusal(reason=RefusalReason.TOO_FEW_FRAMES, detail=detail), rejected)
    series = [(seen.time_s, seen.level_m, seen.waterline_sigma_m) for seen in observations]
    sea = still_water(series)
    if sea.mean_period_s is None and (sea.significant_height_m or 0.0) > _HIGHEST_UNSEEN_WAVE_M:
        return _refused(_too_short(sea), rejected)
    parts = [
        *_systematic(observations, significant_height_m=sea.significant_height_m),
        Contribution(name="waves", sigma_m=sea.standard_error_m, degrees_of_freedom=sea.degrees_of_freedom),
        Contribution(name="unseen", sigma_m=_unseen_sigma_m(observations, rejected.total() + sea.rejected)),
    ]
    return _accepted(sea.level_m, parts, observations, rejected, dict(sea.rules), sea)


def _too_short(sea: StillWater) -> Refusal:
    more = "" if sea.needed_more_s is None else f"; film at least {sea.needed_more_s:.0f} s more"
    detail = f"waves of about {sea.significant_height_m:.2f} m, none of them seen whole{more}"
    return Refusal(reason=RefusalReason.TOO_SHORT_FOR_WAVES, detail=detail)


def _unseen_sigma_m(observations: list[Observation], unseen: int) -> float:
    """What frames that could not be read leave uncertain: crests and spray hide marks more often than troughs do."""
    share = unseen / (unseen + len(observations))
    return share * float(np.std([seen.level_m for seen in observations]))


def _systematic(observations: list[Observation], *, significant_height_m: float | None) -> list[Contribution]:
    """What does not average out over a clip."""

    def median(values: Iterable[float]) -> float:
        return float(np.median(list(values)))

    run_up = RUN_UP_SIGMA_PER_M * (significant_height_m or 0.0)
    return [
        Contribution(name="scale", sigma_m=median(seen.scale_sigma_m for seen in observations)),
        Contribution(name="lower_edges", sigma_m=PAINT_EDGE_SIGMA_M),
        Contribution(name="waterline", sigma_m=median(seen.waterline_sigma_m for seen in observations)),
        Contribution(name="contact", sigma_m=float(np.hypot(CONTACT_SIGMA_M, run_up))),
        Contribution(
            name="extrapolation",
            sigma_m=EXTRAPOLATION_SIGMA_PER_M * median(seen.extrapolated_m for seen in observations),
        ),
        Contribution(name="camera", sigma_m=CAMERA_SIGMA_M),
    ]


def _accepted(
    draft_m: float,
    parts: list[Contribution],
    observations: list[Observation],
    rejected: Counter[str],
    rules: dict[str, float | None],
    sea: StillWater | None,
) -> ReadingTrace:
    total = combine(parts)
    if total.u95_m > _LARGEST_U95_M:
        detail = f"the 95 % interval would be +-{total.u95_m:.2f} m"
        return _refused(Refusal(reason=RefusalReason.TOO_UNCERTAIN, detail=detail), rejected)
    kept = (True,) * len(observations) if sea is None else sea.kept
    counting = [seen for seen, counts in zip(observations, kept, strict=True) if counts]
    reading = DraftReading(
        refusal=None,
        draft_m=draft_m,
        standard_uncertainty_m=total.standard_uncertainty_m,
        u95_m=total.u95_m,
        components_m={part.name: part.sigma_m for part in parts},
        frames_used=len(counting),
        frames_rejected=dict(rejected + Counter({"outlier": len(observations) - len(counting)})),
        sea=SeaState(
            significant_height_m=None if sea is None else sea.significant_height_m,
            mean_period_s=None if sea is None else sea.mean_period_s,
        ),
        series=tuple((seen.time_s, seen.level_m) for seen in counting),
        rules=rules,
        scale_numerals=int(np.median([seen.numerals for seen in observations])),
        scale_residual_m=float(np.median([seen.residual_m for seen in observations])),
        needed_more_s=None if sea is None else sea.needed_more_s,
        unit_of_marks=observations[0].system.name,
    )
    return ReadingTrace(reading=reading, observations=tuple(observations), still_water=sea)
