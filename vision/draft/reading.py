"""What a reading is: the values that leave the reader, whether it read or refused.

Field names are those of the command line's JSON; units are in the names.
Left out: how they come about.
"""

from dataclasses import dataclass
from enum import Enum


class RefusalReason(Enum):
    """Why there is no draft."""

    NO_MARKS = "no_marks"
    MARKS_NOT_CONSISTENT = "marks_not_consistent"
    METRE_UNKNOWN = "metre_unknown"
    OUTSIDE_EXPECTED_RANGE = "outside_expected_range"
    NO_WATERLINE = "no_waterline"
    TOO_SMALL = "too_small"
    TOO_SHORT_FOR_WAVES = "too_short_for_waves"
    TOO_FEW_FRAMES = "too_few_frames"
    TOO_UNCERTAIN = "too_uncertain"


EXPLANATIONS: dict[RefusalReason, str] = {
    RefusalReason.NO_MARKS: "no draft marks were found; show at least three numerals and the water below them",
    RefusalReason.MARKS_NOT_CONSISTENT: "the numerals found do not stand 0.2 m or one foot apart on one column",
    RefusalReason.METRE_UNKNOWN: "no full metre or ten of feet is read; give an expected range, or show one of them",
    RefusalReason.OUTSIDE_EXPECTED_RANGE: "what was read lies outside the expected range",
    RefusalReason.NO_WATERLINE: "no waterline was found at the marks; show hull and water on both sides of the column",
    RefusalReason.TOO_SMALL: "the numerals are too small to measure; zoom in until they are 12 pixels high",
    RefusalReason.TOO_SHORT_FOR_WAVES: "the clip is too short for the waves seen; film at least three wave periods",
    RefusalReason.TOO_FEW_FRAMES: "too few frames could be read; hold the camera on marks and waterline",
    RefusalReason.TOO_UNCERTAIN: "the marks or the waterline could not be located well enough to state a draft",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A frame or a clip that gives no draft.

    Attributes:
        reason: The code.
        detail: What was found instead, for a person.
    """

    reason: RefusalReason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaState:
    """Waves at the marks, from the series.

    Attributes:
        significant_height_m: None where the series is too short or too calm to say.
        mean_period_s: None likewise.
    """

    significant_height_m: float | None
    mean_period_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReading:
    """Outcome of reading one mark column in one footage.

    Attributes:
        refusal: None where a draft was read.
        draft_m: Still-water draft, None where refused.
        standard_uncertainty_m: Of that draft.
        u95_m: Half width of its 95 % interval.
        components_m: Standard uncertainties by source.
        frames_used: Frames that gave a level.
        frames_rejected: Counts by reason.
        sea: Sea state.
        series: (time in s, level in m) of each frame used.
        rules: Still-water level by rule: mean, extremes, two_thirds.
        scale_numerals: Marks used in the scale fit (median over frames).
        scale_residual_m: Residual of that fit.
        needed_more_s: How much longer the clip should have been, None where long enough.
        unit_of_marks: What the marks count, "metre" or "foot"; drafts are in metres all the same.
    """

    refusal: Refusal | None
    draft_m: float | None
    standard_uncertainty_m: float | None
    u95_m: float | None
    components_m: dict[str, float]
    frames_used: int
    frames_rejected: dict[str, int]
    sea: SeaState
    series: tuple[tuple[float, float], ...]
    rules: dict[str, float | None]
    scale_numerals: int | None
    scale_residual_m: float | None
    needed_more_s: float | None
    unit_of_marks: str = "metre"
