"""Reads the conditions of a case: drafts, marks, water, list, table and deductibles of each survey.

Source: the case format (docs/survey-case.md).
Left out: the ship and the method (`case.py`), and whether a condition can be computed (`chain.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.case_fields import Fields, NumberRange
from survey.case_hydrostatics import TYPED_KEYS, read_typed
from survey.case_tanks import WEIGHT, read_deductibles
from survey.condition import (
    MARKS,
    SIDES,
    CorrectedDrafts,
    DensitySample,
    DraftMarks,
    DraftReading,
    DraftReadings,
    EnteredCorrections,
    ListRule,
    MeasuredList,
    ShipHydrostatics,
    SurveyCondition,
)
from survey.errors import InvalidCaseError, UndeclaredReferenceError
from survey.survey_case import Vessel

CONDITION_KEYS = (
    "stage",
    "draft_readings_m",
    "draft_standard_uncertainty_m",
    "corrected_drafts_m",
    "marks_forward_of_reference_m",
    "perpendicular_corrections_m",
    "measured_list_to_starboard_deg",
    "measured_list_standard_uncertainty_deg",
    "dock_density_t_per_m3",
    "density_samples",
    "dock_density_standard_uncertainty_t_per_m3",
    "deductibles_t",
    "deductible_status",
    "deductible_standard_uncertainty_t",
    "tanks",
    "list_correction",
    "typed_hydrostatics",
    "cargo_on_board_t",
    "surveyed_on",
)
READING_NAMES = tuple(f"{mark}_{side}" for mark in MARKS for side in SIDES)
_SAMPLE_KEYS = (
    "density_t_per_m3",
    "place",
    "depth_m",
    "taken_at",
    "instrument_number",
    "certificate_expires_on",
)
_DOUBT_M = NumberRange(lowest=0.0, highest=5.0, unit="m")
_DOUBT_T_PER_M3 = NumberRange(lowest=0.0, highest=0.1, unit="t/m3")
_OFFSET = NumberRange(lowest=-100.0, highest=100.0, unit="m, + forward")
_CORRECTION = NumberRange(lowest=-5.0, highest=5.0, unit="m")
_LIST = NumberRange(lowest=-20.0, highest=20.0, unit="degrees, + to starboard")
_LIST_DOUBT = NumberRange(lowest=0.0, highest=5.0, unit="degrees")
_TRIM = NumberRange(lowest=-20.0, highest=20.0, unit="m, + by the stern")
_WATER = NumberRange(lowest=0.9, highest=1.1, unit="t/m3, apparent, in air")
_DEPTH = NumberRange(lowest=0.0, highest=50.0, unit="m")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTable:
    """The case's `hydrostatic_table`: as read, and its declarations for rows that are typed."""

    hydrostatics: ShipHydrostatics | None
    fields: Fields | None


def read_condition(fields: Fields, *, vessel: Vessel, table: CaseTable) -> SurveyCondition:
    """One condition of a case.

    Raises:
        SurveyError: a value, a reference or the table's rows are not accepted.
    """
    readings = _readings(fields)
    corrected = _corrected_drafts(fields)
    if (readings is None) == (corrected is None):
        said = "neither draft_readings_m nor" if readings is None else "both draft_readings_m and"
        raise InvalidCaseError(fields.path, f"has {said} corrected_drafts_m", accepted="one of the two")
    return SurveyCondition(
        stage=fields.text("stage"),
        draft_readings=readings,
        corrected_drafts=corrected,
        marks=read_marks(fields),
        entered_corrections=_entered_corrections(fields),
        measured_list=_measured_list(fields),
        density_samples=_density_samples(fields),
        density_standard_uncertainty_t_per_m3=fields.optional_number(
            "dock_density_standard_uncertainty_t_per_m3", _DOUBT_T_PER_M3
        ),
        hydrostatics=_hydrostatics(fields, vessel=vessel, table=table),
        deductibles=read_deductibles(fields),
        list_rule=fields.optional_choice("list_correction", ListRule) or ListRule.NONE,
        cargo_on_board_t=fields.optional_number("cargo_on_board_t", WEIGHT),
        surveyed_on=fields.optional_date("surveyed_on"),
    )


def read_marks(fields: Fields) -> DraftMarks | None:
    """Where the marks stand, of a condition or of the ship; None where nothing is said.

    Raises:
        InvalidCaseError: one of the three is missing or not accepted.
    """
    marks = fields.child("marks_forward_of_reference_m", MARKS)
    if marks is None:
        return None
    return DraftMarks(
        forward_mark_forward_of_fp_m=marks.number("forward", _OFFSET),
        midship_mark_forward_of_midships_m=marks.number("midship", _OFFSET),
        aft_mark_forward_of_ap_m=marks.number("aft", _OFFSET),
    )


def _readings(fields: Fields) -> DraftReadings | None:
    drafts = fields.child("draft_readings_m", READING_NAMES)
    doubts = fields.child("draft_standard_uncertainty_m", READING_NAMES)
    if drafts is None:
        return None
    return DraftReadings(**{name: _reading(drafts, doubts, name) for name in READING_NAMES})


def _reading(drafts: Fields, doubts: Fields | None, name: str) -> DraftReading | None:
    draft_m = drafts.optional_draft_m(name)
    if draft_m is None:
        return None
    doubt_m = None if doubts is None else doubts.optional_number(name, _DOUBT_M)
    return DraftReading(draft_m=draft_m, standard_uncertainty_m=doubt_m)


def _corrected_drafts(fields: Fields) -> CorrectedDrafts | None:
    corrected = fields.child("corrected_drafts_m", ("quarter_mean", "trim", "standard_uncertainty"))
    if corrected is None:
        return None
    quarter_mean_m = corrected.optional_draft_m("quarter_mean")
    if quarter_mean_m is None:
        accepted = "the mean draft on the table's own basis, in metres"
        raise InvalidCaseError(corrected.path_of("quarter_mean"), "is missing", accepted=accepted)
    return CorrectedDrafts(
        quarter_mean_m=quarter_mean_m,
        trim_by_stern_m=corrected.number("trim", _TRIM),
        standard_uncertainty_m=corrected.optional_number("standard_uncertainty", _DOUBT_M),
    )


def _entered_corrections(fields: Fields) -> EnteredCorrections:
    entered = fields.child("perpendicular_corrections_m", MARKS)
    values: Mapping[str, float | None] = {
        f"{mark}_m": None if entered is None else entered.optional_number(mark, _CORRECTION) for mark in MARKS
    }
    return EnteredCorrections(**values)


def _measured_list(fields: Fields) -> MeasuredList | None:
    measured_deg = fields.optional_number("measured_list_to_starboard_deg", _LIST)
    if measured_deg is None:
        return None
    return MeasuredList(
        to_starboard_deg=measured_deg,
        standard_uncertainty_deg=fields.optional_number(
            "measured_list_standard_uncertainty_deg", _LIST_DOUBT
        ),
    )


def _density_samples(fields: Fields) -> tuple[DensitySample, ...]:
    """One density, or the samples behind it."""
    samples = tuple(_sample(sample) for sample in fields.children("density_samples", _SAMPLE_KEYS))
    single = fields.optional_number("dock_density_t_per_m3", _WATER)
    if single is None and not samples:
        path = fields.path_of("dock_density_t_per_m3")
        raise UndeclaredReferenceError(path, accepted=f"{_WATER.text}, or density_samples")
    if single is None:
        return samples
    if samples:
        said = "has both dock_density_t_per_m3 and density_samples"
        raise InvalidCaseError(fields.path, said, accepted="one of the two")
    return (
        DensitySample(
            density_t_per_m3=single,
            place=None,
            depth_m=None,
            taken_at=None,
            instrument_number=None,
            certificate_expires_on=None,
        ),
    )


def _sample(sample: Fields) -> DensitySample:
    return DensitySample(
        density_t_per_m3=sample.number("density_t_per_m3", _WATER),
        place=sample.optional_text("place"),
        depth_m=sample.optional_number("depth_m", _DEPTH),
        taken_at=sample.optional_text("taken_at"),
        instrument_number=sample.optional_text("instrument_number"),
        certificate_expires_on=sample.optional_date("certificate_expires_on"),
    )


def _hydrostatics(fields: Fields, *, vessel: Vessel, table: CaseTable) -> ShipHydrostatics:
    """What the officer typed goes before the table."""
    typed = fields.child("typed_hydrostatics", TYPED_KEYS)
    if typed is not None:
        return read_typed(typed, table=table.fields, whole=table.hydrostatics, vessel=vessel)
    if table.hydrostatics is None:
        raise InvalidCaseError(
            fields.path,
            "has no hydrostatics",
            accepted="typed_hydrostatics here, or hydrostatic_table with a file or rows",
        )
    return table.hydrostatics
