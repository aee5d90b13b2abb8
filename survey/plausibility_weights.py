"""What looks wrong in the weights: the constant, the bend of the hull by load, the sign, the bill of lading.

Source: [NPI] and [UKPI] for the constant, [WPI] for the weight; real workbooks for back-solved ballast.
Left out: the checks of one condition alone (`plausibility.py`).
"""

from collections.abc import Iterator, Sequence

from survey.plausibility_codes import WarningCode
from survey.results import BillOfLadingComparison, ConditionResult, SurveyWarning
from survey.survey_case import Operation, SurveyCase


def weight_warnings(
    case: SurveyCase,
    conditions: Sequence[ConditionResult],
    *,
    cargo_t: float | None,
    bill_of_lading: BillOfLadingComparison | None,
) -> Iterator[SurveyWarning]:
    """The checks that need more than one condition, or the ship's own figures.

    Args:
        case: what was computed, with the limits of the checks.
        conditions: the worked chains, in the order of the case.
        cargo_t: net(to) - net(from), or the provisional weight; None where there is none.
        bill_of_lading: the comparison, where there is a bill.
    """
    light, loaded = _light_and_loaded(case, conditions)
    yield from _bend_warnings(case, light=light, loaded=loaded)
    if light is not None:
        yield from _constant_warnings(case, light)
    yield from _drift_warnings(case, conditions)
    yield from _operation_warnings(case, cargo_t)
    if bill_of_lading is not None and abs(bill_of_lading.difference_permille) > (
        case.limits.bill_of_lading_permille
    ):
        yield SurveyWarning(
            code=WarningCode.BILL_OF_LADING_DIFFERS,
            message=(
                f"The weight differs from the bill of lading by {bill_of_lading.difference_t:.3f} t, "
                f"{bill_of_lading.difference_permille:.2f} per mille."
            ),
            stage=None,
            values={
                "bill_of_lading_t": bill_of_lading.bill_of_lading_t,
                "difference_t": bill_of_lading.difference_t,
                "difference_permille": bill_of_lading.difference_permille,
            },
            limit=case.limits.bill_of_lading_permille,
        )


def _light_and_loaded(
    case: SurveyCase, conditions: Sequence[ConditionResult]
) -> tuple[ConditionResult | None, ConditionResult | None]:
    """The condition without cargo and the one with it: by the ship's own words, else by the difference."""
    empty = next((result for result in conditions if result.condition.cargo_on_board_t == 0), None)
    by_stage = {result.stage: result for result in conditions}
    if case.cargo_from is None or case.cargo_to is None:
        return empty, None
    ends = sorted(
        (by_stage[case.cargo_from], by_stage[case.cargo_to]), key=lambda end: end.net_displacement_t
    )
    return empty or ends[0], ends[1]


def _bend_warnings(
    case: SurveyCase, *, light: ConditionResult | None, loaded: ConditionResult | None
) -> Iterator[SurveyWarning]:
    """Bulk carriers sag under cargo and hog in ballast; the other way round a mark may be wrong."""
    limit_m = case.limits.deflection_m
    if loaded is not None and (hog_m := -(loaded.find("deflection_m") or 0.0)) > limit_m:
        yield SurveyWarning(
            code=WarningCode.HOG_WHEN_LOADED,
            message=f"The loaded ship hogs by {hog_m:.3f} m, more than {limit_m:g} m; loaded ships sag.",
            stage=loaded.stage,
            values={"deflection_m": -hog_m},
            limit=limit_m,
        )
    if light is not None and (sag_m := light.find("deflection_m") or 0.0) > limit_m:
        yield SurveyWarning(
            code=WarningCode.SAG_WHEN_LIGHT,
            message=f"The light ship sags by {sag_m:.3f} m, more than {limit_m:g} m; light ships hog.",
            stage=light.stage,
            values={"deflection_m": sag_m},
            limit=limit_m,
        )


def _constant_warnings(case: SurveyCase, light: ConditionResult) -> Iterator[SurveyWarning]:
    """The light ship's constant by itself and against the declared one."""
    constant_t = light.find("net_less_lightship_t")
    if constant_t is None:
        return
    if constant_t < 0:
        yield SurveyWarning(
            code=WarningCode.CONSTANT_NEGATIVE,
            message=f"The constant is {constant_t:.3f} t: the light ship weighs less than her lightship.",
            stage=light.stage,
            values={"constant_t": constant_t},
            limit=0.0,
        )
    declared_t = case.vessel.declared_constant_t
    if declared_t is not None:
        yield from _declared_constant_warnings(case, light.stage, constant_t, declared_t)


def _declared_constant_warnings(
    case: SurveyCase, stage: str, constant_t: float, declared_t: float
) -> Iterator[SurveyWarning]:
    difference_t = constant_t - declared_t
    values = {"constant_t": constant_t, "declared_constant_t": declared_t, "difference_t": difference_t}
    farthest_t = case.limits.constant_deviation * abs(declared_t)
    if abs(difference_t) < case.limits.constant_agreement_t:
        yield SurveyWarning(
            code=WarningCode.CONSTANT_COINCIDES,
            message=(
                f"The constant {constant_t:.3f} t meets the declared {declared_t:g} t to "
                f"{abs(difference_t):.3f} t; was the ballast solved for it?"
            ),
            stage=stage,
            values=values,
            limit=case.limits.constant_agreement_t,
        )
    elif abs(difference_t) > farthest_t:
        yield SurveyWarning(
            code=WarningCode.CONSTANT_DEVIATES,
            message=(
                f"The constant {constant_t:.3f} t differs by {difference_t:.3f} t from the declared "
                f"{declared_t:g} t, more than {100 * case.limits.constant_deviation:g} %."
            ),
            stage=stage,
            values=values,
            limit=farthest_t,
        )


def _drift_warnings(case: SurveyCase, conditions: Sequence[ConditionResult]) -> Iterator[SurveyWarning]:
    """The constant of every condition whose cargo the ship states; it should stay what it was."""
    constants_t = {
        result.stage: less_lightship_t - result.condition.cargo_on_board_t
        for result in conditions
        if result.condition.cargo_on_board_t is not None
        and (less_lightship_t := result.find("net_less_lightship_t")) is not None
    }
    drift_t = max(constants_t.values(), default=0.0) - min(constants_t.values(), default=0.0)
    if drift_t > case.limits.constant_drift_t:
        yield SurveyWarning(
            code=WarningCode.CONSTANT_DRIFTS,
            message=(
                f"The constant drifts by {drift_t:.3f} t between the conditions, more than "
                f"{case.limits.constant_drift_t:g} t."
            ),
            stage=None,
            values={f"constant_{stage}_t": value for stage, value in constants_t.items()},
            limit=case.limits.constant_drift_t,
        )


def _operation_warnings(case: SurveyCase, cargo_t: float | None) -> Iterator[SurveyWarning]:
    if case.operation is None or case.cargo_from is None or not cargo_t:
        return
    expected = Operation.LOADING if cargo_t > 0 else Operation.DISCHARGING
    if expected is not case.operation:
        yield SurveyWarning(
            code=WarningCode.CARGO_AGAINST_OPERATION,
            message=(
                f"The ship is said to be {case.operation}, but the cargo aboard changes by {cargo_t:.3f} t; "
                "are the two conditions exchanged?"
            ),
            stage=None,
            values={"operation": case.operation, "cargo_t": cargo_t},
            limit=0.0,
        )
