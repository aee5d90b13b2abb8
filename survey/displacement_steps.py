"""The second half of the sheet: from the mean draft through the table and the corrections to a displacement.

Source: [ECE92] in its order: table, two trim corrections, list, density; Nemoto for the second trim term.
Left out: the formulas themselves (`corrections.py`) and deductibles (`deductibles.py`).
"""

from statistics import fmean

from survey.condition import ListRule, SurveyCondition
from survey.corrections import (
    density_correction_t,
    first_trim_correction_t,
    list_correction_t,
    second_trim_correction_t,
)
from survey.draft_steps import WorkedDrafts
from survey.errors import (
    InconsistentSurveyError,
    InvalidHydrostaticTableError,
    OutsideHydrostaticTableError,
)
from survey.survey_case import SurveyMethod, Vessel
from survey.typed_hydrostatics import TypedHydrostatics
from survey.worksheet import Worksheet

EVEN_KEEL_M = 0.05
"""Where a table has no MCTC around the draft, a smaller trim does without: the second term is below 0.05 t then,
50 * 0.05² * 100 / 280 on a capesize. A ship on even keel can so be moved by her readings' uncertainty."""
_BY_TRIM = "0: the table is by trim"


def work_displacement(
    sheet: Worksheet,
    condition: SurveyCondition,
    drafts: WorkedDrafts,
    *,
    vessel: Vessel,
    method: SurveyMethod,
) -> float:
    """Write the second half of the sheet, to the displacement in the water alongside, in tonnes.

    Raises:
        OutsideHydrostaticTableError: a draft that is looked up is not covered by the table.
        OutsideTrimRangeError: a table by trim does not cover the trim.
        InvalidHydrostaticTableError: a trimmed ship, and a table without MCTC.
        InconsistentSurveyError: a list correction that nothing given allows.
    """
    at_mean = condition.hydrostatics.table.at(drafts.mean_draft_m, drafts.trim_by_stern_m)
    table_t = sheet.weight("table_displacement_t", "Δ₀", at_mean.displacement_t, formula="table at D/M")
    tpc = sheet.other("tpc_t_per_cm", "TPC", at_mean.tpc_t_per_cm, "t/cm", formula="table at D/M")
    lcf_m = sheet.other(
        "lcf_aft_of_midships_m", "LCF", at_mean.lcf_aft_of_midships_m, "m", formula="table at D/M"
    )
    if condition.hydrostatics.table.is_by_trim:
        first_t = sheet.weight("first_trim_correction_t", "Z₁", 0.0, formula=_BY_TRIM)
        second_t = sheet.weight("second_trim_correction_t", "Z₂", 0.0, formula=_BY_TRIM, source="Nemoto")
    else:
        first_t = _first_trim_t(sheet, drafts, tpc_t_per_cm=tpc, lcf_m=lcf_m, vessel=vessel)
        second_t = _second_trim_t(sheet, condition, drafts, vessel=vessel, method=method)
    trimmed_t = sheet.weight(
        "trim_corrected_displacement_t", "Δ₁", table_t + first_t + second_t, formula="Δ₀ + Z₁ + Z₂"
    )
    list_t = _list_t(sheet, condition, drafts)
    return _in_dock_water_t(sheet, condition, upright_t=trimmed_t + list_t)


def _first_trim_t(
    sheet: Worksheet, drafts: WorkedDrafts, *, tpc_t_per_cm: float, lcf_m: float, vessel: Vessel
) -> float:
    value_t = first_trim_correction_t(
        trim_by_stern_m=drafts.trim_by_stern_m,
        tpc_t_per_cm=tpc_t_per_cm,
        lcf_aft_of_midships_m=lcf_m,
        length_between_perpendiculars_m=vessel.length_between_perpendiculars_m,
    )
    return sheet.weight("first_trim_correction_t", "Z₁", value_t, formula="100·T·TPC·LCF/LBP")


def _second_trim_t(
    sheet: Worksheet,
    condition: SurveyCondition,
    drafts: WorkedDrafts,
    *,
    vessel: Vessel,
    method: SurveyMethod,
) -> float:
    half_m = method.mctc_half_interval_m
    formula = f"{25 / half_m:g}·T²·(MCTC₊ − MCTC₋)/LBP"
    pair = _mctc_pair(condition, drafts, half_interval_m=half_m)
    if pair is None:
        return sheet.weight("second_trim_correction_t", "Z₂", 0.0, formula="0: no trim", source="Nemoto")
    plus, minus = (
        sheet.other(
            f"mctc_{side}_tm_per_cm",
            f"MCTC{sign}",
            value,
            "t·m/cm",
            formula=f"table at D/M {shift} {half_m:g} m",
        )
        for side, sign, shift, value in zip(("plus", "minus"), "₊₋", "+−", pair, strict=True)
    )
    value_t = second_trim_correction_t(
        trim_by_stern_m=drafts.trim_by_stern_m,
        mctc_plus_tm_per_cm=plus,
        mctc_minus_tm_per_cm=minus,
        mctc_half_interval_m=half_m,
        length_between_perpendiculars_m=vessel.length_between_perpendiculars_m,
    )
    return sheet.weight("second_trim_correction_t", "Z₂", value_t, formula=formula, source="Nemoto")


def _mctc_pair(
    condition: SurveyCondition, drafts: WorkedDrafts, *, half_interval_m: float
) -> tuple[float, float] | None:
    """None where the ship is on even keel and the table has no MCTC around her draft: it counts for nothing."""
    even_keel = abs(drafts.trim_by_stern_m) < EVEN_KEEL_M
    try:
        pair = condition.hydrostatics.table.mctc_pair_tm_per_cm(
            drafts.mean_draft_m, half_interval_m=half_interval_m
        )
    except OutsideHydrostaticTableError:
        if even_keel:
            return None
        raise
    if pair is None and not even_keel:
        raise InvalidHydrostaticTableError(
            f"{condition.stage}: the ship has a trim of {drafts.trim_by_stern_m:g} m, but the table has no "
            "mctc_tm_per_cm on two rows or more, nor are mctc_plus_tm_per_cm and mctc_minus_tm_per_cm typed"
        )
    return pair


def _list_t(sheet: Worksheet, condition: SurveyCondition, drafts: WorkedDrafts) -> float:
    if condition.list_rule is ListRule.NONE:
        return sheet.weight("list_correction_t", "Z₃", 0.0, formula="0: none is made", source="UKPI")
    if drafts.side_drafts_m is None:
        raise InconsistentSurveyError(
            condition.stage,
            "a list correction by tpc_at_sides needs the midship readings; accepted is list_correction none",
        )
    port_m, starboard_m = drafts.side_drafts_m
    of_port, of_starboard = _side_tpc(condition, drafts, port_m=port_m, starboard_m=starboard_m)
    for name, symbol, value in (("port", "TPCP", of_port), ("starboard", "TPCS", of_starboard)):
        sheet.given(
            f"tpc_at_{name}_draft_t_per_cm", symbol, value, "t/cm", formula="table at the side's draft"
        )
    value_t = list_correction_t(
        tpc_at_port_draft_t_per_cm=of_port,
        tpc_at_starboard_draft_t_per_cm=of_starboard,
        port_draft_m=port_m,
        starboard_draft_m=starboard_m,
    )
    return sheet.weight(
        "list_correction_t", "Z₃", value_t, formula="6·|TPCP − TPCS|·|MP − MS|", source="UKPI"
    )


def _side_tpc(
    condition: SurveyCondition, drafts: WorkedDrafts, *, port_m: float, starboard_m: float
) -> tuple[float, float]:
    """TPC at the drafts of both sides: as typed, else from the table."""
    table = condition.hydrostatics.table
    if isinstance(table, TypedHydrostatics):
        typed = (table.tpc_at_port_draft_t_per_cm, table.tpc_at_starboard_draft_t_per_cm)
        if typed[0] is not None and typed[1] is not None:
            return typed[0], typed[1]
        if len(table.rows) == 1:
            raise InconsistentSurveyError(
                condition.stage,
                "one typed row does not tell how TPC changes with draft; accepted is "
                "tpc_at_port_draft_t_per_cm and tpc_at_starboard_draft_t_per_cm, or list_correction none",
            )
    trim_m = drafts.trim_by_stern_m
    try:
        return table.at(port_m, trim_m).tpc_t_per_cm, table.at(starboard_m, trim_m).tpc_t_per_cm
    except OutsideHydrostaticTableError as error:
        place = "TPC at the sides, where neither tpc_at_port_draft_t_per_cm nor the other side's is typed"
        raise error.within(place) from error


def _in_dock_water_t(sheet: Worksheet, condition: SurveyCondition, *, upright_t: float) -> float:
    samples = [sample.density_t_per_m3 for sample in condition.density_samples]
    formula = "as measured" if len(samples) == 1 else f"mean of {len(samples)} samples"
    density = sheet.given("dock_density_t_per_m3", "ρ", fmean(samples), "t/m³", formula=formula)
    correction_t = sheet.weight(
        "density_correction_t",
        "Z₄",
        density_correction_t(
            displacement_t=upright_t,
            dock_density_t_per_m3=density,
            table_density_t_per_m3=condition.hydrostatics.density_t_per_m3,
        ),
        formula=f"(Δ₁ + Z₃)·(ρ − ρₜ)/ρₜ, ρₜ = {condition.hydrostatics.density_t_per_m3:g}",
    )
    return sheet.weight(
        "density_corrected_displacement_t", "Δ₂", upright_t + correction_t, formula="Δ₁ + Z₃ + Z₄"
    )
