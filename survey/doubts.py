"""What is doubted in a draft survey: each input, its standard uncertainty, and how it moves a condition.

Source: stated by the case, else by the named profile (`uncertainty_profiles.py`); [GUM] F.1.2.3, 4.3.7.
Left out: combining them (`propagation.py`); the curvature of a table of which a single row was typed.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from survey.condition import (
    MARKS,
    SIDES,
    CorrectedDrafts,
    Deductible,
    DraftReading,
    DraftReadings,
    MeasuredList,
    SurveyCondition,
    WeightDeductible,
)
from survey.results import ConditionResult
from survey.survey_case import MeanRule
from survey.uncertainty_profiles import UncertaintyProfile

STATED = "case"
"""What a budget prints where the case itself states the standard uncertainty."""
COMPUTED = "computed"
"""What a budget prints where the data themselves show it: scattered samples, a table's steps, a bent hull."""
RECTANGULAR = math.sqrt(3)
"""Half width of a rectangular distribution over its standard deviation [GUM 4.3.7]."""
QUARTER_MEAN_OF_READINGS = math.sqrt(2 * (3 / 8) ** 2 + 4 * (1 / 16) ** 2)
"""u(quarter mean) of six independent readings of equal u: 0.545."""

INPUT_NAMES = (
    "forward_port",
    "forward_starboard",
    "midship_port",
    "midship_starboard",
    "aft_port",
    "aft_starboard",
    "quarter_mean",
    "trim",
    "measured_list",
    "draft_bias_of_survey",
    "draft_bias_of_both_surveys",
    "density_sample",
    "density_scatter",
    "hydrometer",
    "table_interpolation",
    "mean_rule",
    "declared_constant",
)
"""All names that a budget may show beside the case's own names of deductibles."""

Move = Callable[[SurveyCondition, float], SurveyCondition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One independent doubt about a condition, or about all of them where `stage` is None.

    Attributes:
        name: one of `INPUT_NAMES`, or a deductible's own name.
        stage: the condition concerned.
        standard_uncertainty: in `unit`.
        unit: of the input.
        assumed_from: `STATED`, `COMPUTED`, or the profile's name.
        degrees_of_freedom: infinite unless the data show the uncertainty themselves.
        move: the condition with the input moved by an amount in `unit`.
    """

    name: str
    stage: str | None
    standard_uncertainty: float
    unit: str
    assumed_from: str
    degrees_of_freedom: float
    move: Move


def doubts_of(result: ConditionResult, profile: UncertaintyProfile, mean_rule: MeanRule) -> Iterator[Doubt]:
    """Every doubt that concerns one condition alone.

    Args:
        result: the condition as computed at full precision.
        profile: for what the case does not state.
        mean_rule: as the survey used it.
    """
    condition = result.condition
    if condition.draft_readings is not None:
        yield from _reading_doubts(condition, condition.draft_readings, profile)
        yield _mean_rule_doubt(result, mean_rule)
    if condition.corrected_drafts is not None:
        yield from _corrected_draft_doubts(condition, condition.corrected_drafts, profile)
    if any(_unstated_drafts(condition)):
        yield _known(
            "draft_bias_of_survey",
            condition.stage,
            profile.draft_bias_of_survey_m,
            "m",
            profile.name,
            move_unstated,
        )
    yield from _density_doubts(condition, profile)
    interpolation = _interpolation_doubt(result)
    if interpolation is not None:
        yield interpolation
    for deductible, weighed in zip(condition.deductibles, result.deductibles, strict=True):
        yield _deductible_doubt(condition.stage, deductible, weighed.weight_t, profile)


def common_doubts(conditions: Sequence[SurveyCondition], profile: UncertaintyProfile) -> Iterator[Doubt]:
    """What is common to all surveys of a case, and so cancels as far as they are alike.

    Args:
        conditions: those that the weight rests on.
        profile: for what the case does not state; what it states everywhere leaves nothing in common.
    """
    if any(unstated for condition in conditions for unstated in _unstated_drafts(condition)):
        size = profile.draft_bias_of_both_surveys_m
        yield _known("draft_bias_of_both_surveys", None, size, "m", profile.name, move_unstated)
    if any(condition.density_standard_uncertainty_t_per_m3 is None for condition in conditions):
        size = profile.hydrometer_t_per_m3
        yield _known("hydrometer", None, size, "t/m³", profile.name, move_unstated_density)


def move_unstated(condition: SurveyCondition, change_m: float) -> SurveyCondition:
    """All drafts deeper whose uncertainty the case leaves to the profile: a reader's own covers its bias."""
    corrected = condition.corrected_drafts
    if corrected is not None and corrected.standard_uncertainty_m is None:
        corrected = _moved_corrected(corrected, deeper_m=change_m)
    return replace(
        condition,
        draft_readings=_moved_readings(
            condition.draft_readings,
            change_m,
            which=lambda _, reading: reading.standard_uncertainty_m is None,
        ),
        corrected_drafts=corrected,
    )


def move_unstated_density(condition: SurveyCondition, change_t_per_m3: float) -> SurveyCondition:
    """The dock water denser, where the case leaves its uncertainty to the profile."""
    if condition.density_standard_uncertainty_t_per_m3 is not None:
        return condition
    return move_density(condition, change_t_per_m3)


def move_density(condition: SurveyCondition, change_t_per_m3: float) -> SurveyCondition:
    """The dock water denser by so much."""
    samples = tuple(
        replace(sample, density_t_per_m3=sample.density_t_per_m3 + change_t_per_m3)
        for sample in condition.density_samples
    )
    return replace(condition, density_samples=samples)


def _known(
    name: str, stage: str | None, standard_uncertainty: float, unit: str, assumed_from: str, move: Move
) -> Doubt:
    """A doubt whose size is taken as known."""
    return Doubt(
        name=name,
        stage=stage,
        standard_uncertainty=standard_uncertainty,
        unit=unit,
        assumed_from=assumed_from,
        degrees_of_freedom=math.inf,
        move=move,
    )


def _stated_or(stated: float | None, assumed: float, profile: UncertaintyProfile) -> tuple[float, str]:
    return (stated, STATED) if stated is not None else (assumed, profile.name)


def _reading_doubts(
    condition: SurveyCondition, readings: DraftReadings, profile: UncertaintyProfile
) -> Iterator[Doubt]:
    for name, reading in readings.items():
        if reading is not None:
            size, source = _stated_or(reading.standard_uncertainty_m, profile.draft_reading_m, profile)
            yield _known(name, condition.stage, size, "m", source, _move_reading(name))
    lying = condition.measured_list
    if lying is not None and any(reading is None for _, reading in readings.items()):
        size, source = _stated_or(lying.standard_uncertainty_deg, profile.measured_list_deg, profile)
        yield _known("measured_list", condition.stage, size, "°", source, _move_list(lying))


def _move_reading(moved: str) -> Move:
    return lambda condition, change_m: replace(
        condition,
        draft_readings=_moved_readings(
            condition.draft_readings, change_m, which=lambda name, _: name == moved
        ),
    )


def _moved_readings(
    readings: DraftReadings | None, change_m: float, *, which: Callable[[str, DraftReading], bool]
) -> DraftReadings | None:
    if readings is None:
        return None
    deeper = {
        name: replace(reading, draft_m=reading.draft_m + change_m)
        for name, reading in readings.items()
        if reading is not None and which(name, reading)
    }
    return replace(readings, **deeper)


def _moved_corrected(
    corrected: CorrectedDrafts | None, *, deeper_m: float = 0.0, more_trim_m: float = 0.0
) -> CorrectedDrafts | None:
    if corrected is None:
        return None
    return replace(
        corrected,
        quarter_mean_m=corrected.quarter_mean_m + deeper_m,
        trim_by_stern_m=corrected.trim_by_stern_m + more_trim_m,
    )


def _move_list(lying: MeasuredList) -> Move:
    return lambda condition, change_deg: replace(
        condition, measured_list=replace(lying, to_starboard_deg=lying.to_starboard_deg + change_deg)
    )


def _corrected_draft_doubts(
    condition: SurveyCondition, corrected: CorrectedDrafts, profile: UncertaintyProfile
) -> Iterator[Doubt]:
    """Mean draft and trim as six readings of equal, independent uncertainty would give them."""
    assumed_m = QUARTER_MEAN_OF_READINGS * profile.draft_reading_m
    size, source = _stated_or(corrected.standard_uncertainty_m, assumed_m, profile)
    yield _known("quarter_mean", condition.stage, size, "m", source, _deeper)
    yield _known("trim", condition.stage, size / QUARTER_MEAN_OF_READINGS, "m", source, _more_trim)


def _deeper(condition: SurveyCondition, change_m: float) -> SurveyCondition:
    """The whole condition deeper: every reading, or the corrected mean draft."""
    return replace(
        condition,
        draft_readings=_moved_readings(condition.draft_readings, change_m, which=lambda *_: True),
        corrected_drafts=_moved_corrected(condition.corrected_drafts, deeper_m=change_m),
    )


def _more_trim(condition: SurveyCondition, change_m: float) -> SurveyCondition:
    return replace(
        condition, corrected_drafts=_moved_corrected(condition.corrected_drafts, more_trim_m=change_m)
    )


def _unstated_drafts(condition: SurveyCondition) -> Iterator[bool]:
    readings = condition.draft_readings
    if readings is not None:
        for reading in (readings.of(mark, side) for mark in MARKS for side in SIDES):
            yield reading is not None and reading.standard_uncertainty_m is None
    if condition.corrected_drafts is not None:
        yield condition.corrected_drafts.standard_uncertainty_m is None


def _density_doubts(condition: SurveyCondition, profile: UncertaintyProfile) -> Iterator[Doubt]:
    """The survey's own density: as stated, else the profile's and what several samples show by scatter."""
    stated = condition.density_standard_uncertainty_t_per_m3
    size, source = _stated_or(stated, profile.density_sample_t_per_m3, profile)
    yield _known("density_sample", condition.stage, size, "t/m³", source, move_density)
    densities = [sample.density_t_per_m3 for sample in condition.density_samples]
    if stated is None and len(densities) > 1 and (scatter := stdev(densities)) > 0:
        yield Doubt(
            name="density_scatter",
            stage=condition.stage,
            standard_uncertainty=scatter / math.sqrt(len(densities)),
            unit="t/m³",
            assumed_from=COMPUTED,
            degrees_of_freedom=len(densities) - 1,
            move=move_density,
        )


def _interpolation_doubt(result: ConditionResult) -> Doubt | None:
    """Half width of what a straight line between rows can miss, as a change of the mean draft.

    None for a single typed row, whose curvature is not known.
    """
    bound_t = result.condition.hydrostatics.table.interpolation_bound_t(result.value("quarter_mean_m"))
    if bound_t is None:
        return None
    t_per_m = 100 * result.value("tpc_t_per_cm")
    return _known(
        "table_interpolation",
        result.stage,
        bound_t / RECTANGULAR,
        "t",
        COMPUTED,
        lambda condition, change_t: _deeper(condition, change_t / t_per_m),
    )


def _mean_rule_doubt(result: ConditionResult, mean_rule: MeanRule) -> Doubt:
    """What a bent hull leaves open: 6/8 suits a usual waterplane, 4/6 is exact for a rectangular one.

    Between the two rules lies a twelfth of the deflection; the rule used is held against the farther one.
    """
    midship_weight = {
        MeanRule.SIX_EIGHTHS: 6 / 8,
        MeanRule.FOUR_SIXTHS: 4 / 6,
        MeanRule.THREE_FOURTEEN_THREE: 14 / 20,
    }
    weight = midship_weight[mean_rule]
    ends_m = fmean((result.value("forward_draft_m"), result.value("aft_draft_m")))
    bound_m = abs(result.value("midship_draft_m") - ends_m) * max(abs(weight - 6 / 8), abs(weight - 4 / 6))
    return _known("mean_rule", result.stage, bound_m / RECTANGULAR, "m", COMPUTED, _deeper)


def _deductible_doubt(
    stage: str, deductible: Deductible, weight_t: float, profile: UncertaintyProfile
) -> Doubt:
    """A deductible heavier by so much: entered as a weight beside it, which the chain takes off as well."""
    size, source = _stated_or(
        deductible.standard_uncertainty_t, profile.deductible_t(weight_t, deductible.status), profile
    )
    if source == profile.name:
        source = f"{profile.name}: {(deductible.status or profile.unstated_status).value}"

    def move(condition: SurveyCondition, change_t: float) -> SurveyCondition:
        beside = WeightDeductible(
            name=deductible.name, weight_t=change_t, status=None, standard_uncertainty_t=None
        )
        return replace(condition, deductibles=(*condition.deductibles, beside))

    return _known(deductible.name, stage, size, "t", source, move)
