"""The first half of the sheet: from six readings to the trim and the mean draft that enter the table.

Source: [ECE92] Form C, side means to the mean draft, in its order; the keel plate comes off before the means.
Left out: the formulas themselves (`drafts.py`) and everything in tonnes (`displacement_steps.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.condition import MARKS, SIDES, DraftMarks, DraftReadings, SurveyCondition
from survey.drafts import (
    MEAN_FORMULAS,
    length_between_marks_m,
    list_to_starboard_deg,
    mean_draft_m,
    perpendicular_correction_m,
    reading_across,
)
from survey.errors import InconsistentSurveyError, MissingReadingError, UndeclaredReferenceError
from survey.hydrostatics import DraftBasis
from survey.survey_case import SurveyMethod, Vessel
from survey.worksheet import Worksheet

_SYMBOLS = {"forward": "F", "midship": "M", "aft": "A"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedDrafts:
    """What the second half of the sheet needs of the first; drafts are on the table's basis.

    Attributes:
        mean_draft_m: enters the table.
        trim_by_stern_m: at the perpendiculars.
        side_drafts_m: midships port and starboard; None where the survey started from corrected drafts.
        heel_to_starboard_deg: None where nothing given tells it.
        estimated_readings: sides that were not read, by name, in metres.
    """

    mean_draft_m: float
    trim_by_stern_m: float
    side_drafts_m: tuple[float, float] | None
    heel_to_starboard_deg: float | None
    estimated_readings: Mapping[str, float]


def work_drafts(
    sheet: Worksheet, condition: SurveyCondition, *, vessel: Vessel, method: SurveyMethod
) -> WorkedDrafts:
    """Write the first half of the sheet.

    Raises:
        MissingReadingError: a side was not read and cannot be estimated.
        InconsistentSurveyError: the marks are not given, or leave no length between them.
        UndeclaredReferenceError: a moulded table, and no keel plate thickness.
    """
    if condition.draft_readings is None:
        return _from_corrected_drafts(sheet, condition)
    readings, estimated = complete_readings(condition, condition.draft_readings, vessel=vessel)
    means = {mark: _side_mean_m(sheet, mark, readings) for mark in MARKS}
    sides = (readings["midship_port"], readings["midship_starboard"])
    heel_deg = _heel_to_starboard_deg(sheet, condition, sides, vessel=vessel)
    corrected = _corrected_to_perpendiculars(sheet, condition, means, vessel=vessel)
    plate_m = keel_plate_m(condition, vessel)
    if plate_m:
        sheet.given("keel_plate_thickness_m", "k", plate_m, "m", formula="ship's particulars")
        corrected = {
            mark: sheet.draft(
                f"{mark}_moulded_draft_m",
                f"{_SYMBOLS[mark]}ₘ",
                draft_m - plate_m,
                formula=f"{_SYMBOLS[mark]} − k",
            )
            for mark, draft_m in corrected.items()
        }
    trim_m, mean_m = _trim_and_mean(sheet, corrected, method=method)
    return WorkedDrafts(
        mean_draft_m=mean_m,
        trim_by_stern_m=trim_m,
        side_drafts_m=(sides[0] - plate_m, sides[1] - plate_m),
        heel_to_starboard_deg=heel_deg,
        estimated_readings=estimated,
    )


def complete_readings(
    condition: SurveyCondition, readings: DraftReadings, *, vessel: Vessel
) -> tuple[dict[str, float], dict[str, float]]:
    """All six readings in metres, and among them those that had to be estimated from the list.

    Raises:
        MissingReadingError: both sides of a mark are missing, or one side without a measured list or breadth.
    """
    complete = {name: reading.draft_m for name, reading in readings.items() if reading is not None}
    estimated: dict[str, float] = {}
    for mark in MARKS:
        for side, across in (SIDES, SIDES[::-1]):
            name = f"{mark}_{side}"
            if name in complete:
                continue
            known = readings.of(mark, across)
            if known is None:
                needed = f"this reading, or {mark}_{across} with a measured list"
                raise MissingReadingError(condition.stage, name, needed)
            if condition.measured_list is None or vessel.breadth_m is None:
                needed = "this reading, or measured_list_to_starboard_deg and the ship's breadth_m"
                raise MissingReadingError(condition.stage, name, needed)
            estimated[name] = reading_across(
                known,
                known_side=across,
                list_to_starboard_deg=condition.measured_list.to_starboard_deg,
                list_standard_uncertainty_deg=condition.measured_list.standard_uncertainty_deg,
                breadth_m=vessel.breadth_m,
            ).draft_m
    return complete | estimated, estimated


def keel_plate_m(condition: SurveyCondition, vessel: Vessel) -> float:
    """What comes off an extreme draft before it enters the table; 0 for a table on extreme drafts.

    Raises:
        UndeclaredReferenceError: a moulded table, and no keel plate thickness.
    """
    if condition.hydrostatics.draft_basis is DraftBasis.EXTREME:
        return 0.0
    if vessel.keel_plate_thickness_m is None:
        raise UndeclaredReferenceError(
            "vessel.keel_plate_thickness_m",
            accepted="the plate's thickness in metres, such as 0.018, as the table is on moulded drafts",
        )
    return vessel.keel_plate_thickness_m


def _from_corrected_drafts(sheet: Worksheet, condition: SurveyCondition) -> WorkedDrafts:
    given = condition.corrected_drafts
    if given is None:
        raise MissingReadingError(condition.stage, "draft_readings_m", "six readings, or corrected_drafts_m")
    trim_m = sheet.given("trim_m", "T", given.trim_by_stern_m, "m", formula="entered")
    mean_m = sheet.given("quarter_mean_m", "D/M", given.quarter_mean_m, "m", formula="entered")
    measured = condition.measured_list
    return WorkedDrafts(
        mean_draft_m=mean_m,
        trim_by_stern_m=trim_m,
        side_drafts_m=None,
        heel_to_starboard_deg=None if measured is None else measured.to_starboard_deg,
        estimated_readings={},
    )


def _side_mean_m(sheet: Worksheet, mark: str, readings: Mapping[str, float]) -> float:
    mean_m = (readings[f"{mark}_port"] + readings[f"{mark}_starboard"]) / 2
    letter = _SYMBOLS[mark]
    return sheet.draft(f"{mark}_mean_m", f"{letter}̅", mean_m, formula=f"({letter}P + {letter}S)/2")


def _heel_to_starboard_deg(
    sheet: Worksheet, condition: SurveyCondition, sides_m: tuple[float, float], *, vessel: Vessel
) -> float | None:
    """A measured list goes before the one that the midship readings show."""
    port_m, starboard_m = sides_m
    if condition.measured_list is not None:
        measured_deg = condition.measured_list.to_starboard_deg
        return sheet.given("list_to_starboard_deg", "φ", measured_deg, "°", formula="measured")
    if vessel.breadth_m is None:
        return None
    shown_deg = list_to_starboard_deg(port_m=port_m, starboard_m=starboard_m, breadth_m=vessel.breadth_m)
    return sheet.other("list_to_starboard_deg", "φ", shown_deg, "°", formula="atan((MS − MP)/B)")


def _corrected_to_perpendiculars(
    sheet: Worksheet, condition: SurveyCondition, means_m: Mapping[str, float], *, vessel: Vessel
) -> dict[str, float]:
    apparent_m = sheet.draft("apparent_trim_m", "Ta", means_m["aft"] - means_m["forward"], formula="A̅ − F̅")
    entered = condition.entered_corrections
    by_hand = dict(zip(MARKS, (entered.forward_m, entered.midship_m, entered.aft_m), strict=True))
    marks = condition.marks or vessel.marks
    length_m = None if marks is None else _length_between_marks_m(sheet, condition, marks, vessel=vessel)
    corrections = {}
    for mark, offset_m in zip(MARKS, _offsets_m(marks), strict=True):
        name, symbol = f"{mark}_correction_m", f"c{_SYMBOLS[mark]}"
        by_hand_m = by_hand[mark]
        if by_hand_m is not None:
            corrections[mark] = sheet.given(name, symbol, by_hand_m, "m", formula="ship's own table")
        elif length_m is None or offset_m is None:
            raise InconsistentSurveyError(
                condition.stage,
                f"the {mark} reading cannot be brought to its perpendicular; accepted is "
                f"marks_forward_of_reference_m, or perpendicular_corrections_m.{mark}",
            )
        else:
            by_formula_m = perpendicular_correction_m(
                mark_forward_of_reference_m=offset_m,
                apparent_trim_m=apparent_m,
                length_between_marks_m=length_m,
            )
            corrections[mark] = sheet.draft(name, symbol, by_formula_m, formula=f"x{_SYMBOLS[mark]}·Ta/LBM")
    return {
        mark: sheet.draft(
            f"{mark}_draft_m",
            _SYMBOLS[mark],
            means_m[mark] + corrections[mark],
            formula=f"{_SYMBOLS[mark]}̅ + c{_SYMBOLS[mark]}",
        )
        for mark in MARKS
    }


def _offsets_m(marks: DraftMarks | None) -> tuple[float | None, float | None, float | None]:
    if marks is None:
        return None, None, None
    return (
        marks.forward_mark_forward_of_fp_m,
        marks.midship_mark_forward_of_midships_m,
        marks.aft_mark_forward_of_ap_m,
    )


def _length_between_marks_m(
    sheet: Worksheet, condition: SurveyCondition, marks: DraftMarks, *, vessel: Vessel
) -> float:
    length_m = length_between_marks_m(
        marks,
        length_between_perpendiculars_m=vessel.length_between_perpendiculars_m,
        stage=condition.stage,
    )
    return sheet.other("length_between_marks_m", "LBM", length_m, "m", formula="LBP + xF − xA")


def _trim_and_mean(
    sheet: Worksheet, drafts_m: Mapping[str, float], *, method: SurveyMethod
) -> tuple[float, float]:
    forward_m, midship_m, aft_m = (drafts_m[mark] for mark in MARKS)
    trim_m = sheet.draft("trim_m", "T", aft_m - forward_m, formula="A − F")
    of_ends_m = sheet.draft("mean_forward_aft_m", "F/A", (forward_m + aft_m) / 2, formula="(F + A)/2")
    sheet.draft("deflection_m", "δ", midship_m - of_ends_m, formula="M − F/A")
    sheet.draft("mean_of_means_m", "M/M", (of_ends_m + midship_m) / 2, formula="(F/A + M)/2")
    mean_m = mean_draft_m(forward_m, midship_m, aft_m, rule=method.mean_rule)
    return trim_m, sheet.draft("quarter_mean_m", "D/M", mean_m, formula=MEAN_FORMULAS[method.mean_rule])
