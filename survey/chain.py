"""The chain of one condition: readings in, net displacement out, and every value between as a named step.

Source: [ECE92] in its order; a pure function of its arguments, so that one input can be moved at a time.
Left out: what takes two conditions (`cargo.py`), uncertainty, and plausibility.
"""

from survey.condition import SurveyCondition
from survey.deductibles import ShipAfloat, weighed
from survey.displacement_steps import work_displacement
from survey.draft_steps import WorkedDrafts, work_drafts
from survey.errors import OutsideHydrostaticTableError, OutsideTrimRangeError
from survey.results import ConditionResult, DeductibleResult
from survey.survey_case import SurveyMethod, Vessel
from survey.worksheet import Worksheet


def compute_condition(condition: SurveyCondition, vessel: Vessel, method: SurveyMethod) -> ConditionResult:
    """Work one condition from its readings to its net displacement.

    Raises:
        SurveyError: the condition cannot be computed as given; the error says what would be accepted.
    """
    sheet = Worksheet(method.rounding)
    drafts = work_drafts(sheet, condition, vessel=vessel, method=method)
    try:
        displacement_t = work_displacement(sheet, condition, drafts, vessel=vessel, method=method)
    except (OutsideHydrostaticTableError, OutsideTrimRangeError) as error:
        raise error.within(condition.stage) from error
    deductibles = _deductibles(condition, drafts, vessel=vessel, method=method)
    _work_net(sheet, condition, displacement_t, deductibles, vessel=vessel)
    return ConditionResult(
        condition=condition,
        steps=sheet.steps,
        deductibles=deductibles,
        estimated_readings=drafts.estimated_readings,
    )


def _deductibles(
    condition: SurveyCondition, drafts: WorkedDrafts, *, vessel: Vessel, method: SurveyMethod
) -> tuple[DeductibleResult, ...]:
    afloat = ShipAfloat(
        stage=condition.stage,
        trim_by_stern_m=drafts.trim_by_stern_m,
        heel_to_starboard_deg=drafts.heel_to_starboard_deg,
        length_between_perpendiculars_m=vessel.length_between_perpendiculars_m,
    )
    return tuple(weighed(item, afloat, rounding=method.rounding) for item in condition.deductibles)


def _work_net(
    sheet: Worksheet,
    condition: SurveyCondition,
    displacement_t: float,
    deductibles: tuple[DeductibleResult, ...],
    *,
    vessel: Vessel,
) -> None:
    sum_t = sheet.weight(
        "deductibles_t", "ΣD", sum(item.weight_t for item in deductibles), formula="sum of deductibles"
    )
    net_t = sheet.weight("net_displacement_t", "Δₙ", displacement_t - sum_t, formula="Δ₂ − ΣD")
    if vessel.lightship_t is None:
        return
    beyond_t = sheet.weight("net_less_lightship_t", "Δₙ − LS", net_t - vessel.lightship_t, formula="Δₙ − LS")
    if condition.cargo_on_board_t is not None:
        constant_t = beyond_t - condition.cargo_on_board_t
        sheet.weight("constant_t", "C", constant_t, formula="Δₙ − LS − cargo on board")
