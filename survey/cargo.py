"""The weight of the cargo: the only place that knows two surveys; and what the bill of lading says of it.

Source: [ECE92]: the difference of two net displacements, in which ship and constant cancel.
Left out: how sure the weight is (`uncertainty.py`), and whether it looks right (`plausibility.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from survey.results import BillOfLadingComparison, ConditionResult
from survey.rounding import Quantity, rounded
from survey.survey_case import Operation, SurveyCase


@dataclass(frozen=True, slots=True, kw_only=True)
class CargoWeight:
    """A weight in tonnes; provisional where it rests on one condition and the declared constant."""

    weight_t: float
    provisional: bool


def cargo_weight(case: SurveyCase, results: Sequence[ConditionResult]) -> CargoWeight | None:
    """net(to) - net(from), signed; with one condition net - lightship - declared constant, provisional.

    Args:
        case: names the two conditions, or none.
        results: of all conditions of the case.

    Returns:
        None for a single condition of a ship whose lightship or constant is not declared.
    """
    by_stage = {result.stage: result.net_displacement_t for result in results}
    if case.cargo_from is not None and case.cargo_to is not None:
        weight_t = by_stage[case.cargo_to] - by_stage[case.cargo_from]
        return CargoWeight(weight_t=_rounded_t(case, weight_t), provisional=False)
    lightship_t, constant_t = case.vessel.lightship_t, case.vessel.declared_constant_t
    if len(results) > 1 or lightship_t is None or constant_t is None:
        return None
    weight_t = results[0].net_displacement_t - lightship_t - constant_t
    return CargoWeight(weight_t=_rounded_t(case, weight_t), provisional=True)


def compare_with_bill(case: SurveyCase, cargo: CargoWeight | None) -> BillOfLadingComparison | None:
    """The weight handled against the bill of lading; None where there is no bill or no weight.

    What was discharged counts as positive where the case names the operation; else the size of the weight.
    """
    if case.bill_of_lading_t is None or cargo is None:
        return None
    handled_t = abs(cargo.weight_t)
    if case.operation is not None and not cargo.provisional:
        handled_t = cargo.weight_t if case.operation is Operation.LOADING else -cargo.weight_t
    difference_t = _rounded_t(case, handled_t - case.bill_of_lading_t)
    share = difference_t / case.bill_of_lading_t
    outcome = "equal" if difference_t == 0 else "over" if difference_t > 0 else "short"
    return BillOfLadingComparison(
        bill_of_lading_t=case.bill_of_lading_t,
        difference_t=difference_t,
        difference_percent=100 * share,
        difference_permille=1000 * share,
        outcome=outcome,
    )


def _rounded_t(case: SurveyCase, weight_t: float) -> float:
    return rounded(weight_t, quantity=Quantity.WEIGHT, rounding=case.method.rounding)
