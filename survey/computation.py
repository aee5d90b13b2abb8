"""A whole case: every condition worked, the cargo with its uncertainty, the bill of lading, what looks wrong.

Source: the chain of [ECE92] for each condition, [GUM] for the uncertainty.
Left out: reading a case (`case.py`) and writing the result (`document.py`).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from survey.cargo import CargoWeight, cargo_weight, compare_with_bill
from survey.chain import compute_condition
from survey.condition import SurveyCondition, TankDeductible
from survey.plausibility import survey_warnings
from survey.propagation import UncertaintyBudget
from survey.results import ConditionResult, SurveyResult
from survey.rounding import Rounding
from survey.survey_case import SurveyCase
from survey.table_reach import with_reach
from survey.uncertainty import cargo_uncertainty


def compute_case(case: SurveyCase) -> SurveyResult:
    """Compute a survey: all conditions, the cargo and its uncertainty, and every warning.

    Raises:
        SurveyError: the survey cannot be computed as given; the error says what would be accepted.
    """
    conditions = tuple(
        compute_condition(condition, case.vessel, case.method) for condition in case.conditions
    )
    cargo = cargo_weight(case, conditions)
    bill_of_lading = compare_with_bill(case, cargo)
    cargo_t = None if cargo is None else cargo.weight_t
    return SurveyResult(
        case=case,
        conditions=conditions,
        cargo_t=cargo_t,
        provisional=cargo is not None and cargo.provisional,
        uncertainty=_uncertainty(case, conditions, cargo),
        bill_of_lading=bill_of_lading,
        warnings=survey_warnings(case, conditions, cargo_t=cargo_t, bill_of_lading=bill_of_lading),
    )


def _uncertainty(
    case: SurveyCase, conditions: Sequence[ConditionResult], cargo: CargoWeight | None
) -> UncertaintyBudget | None:
    """At full precision, since the steps of a rounding profile have no slope."""
    if cargo is None:
        return None
    method = replace(case.method, rounding=Rounding.FULL)
    movable = replace(case, conditions=tuple(map(_movable, conditions)))
    return cargo_uncertainty(movable, partial(compute_condition, vessel=case.vessel, method=method))


def _movable(result: ConditionResult) -> SurveyCondition:
    """A condition whose drafts can be moved by their uncertainty without leaving its tables.

    The hydrostatics reach farther; a tank keeps its volume where its own table ends.
    """
    condition = result.condition
    return replace(
        condition,
        hydrostatics=replace(condition.hydrostatics, table=with_reach(condition.hydrostatics.table)),
        deductibles=tuple(
            replace(item, volume_m3=weighed.volume_m3) if isinstance(item, TankDeductible) else item
            for item, weighed in zip(condition.deductibles, result.deductibles, strict=True)
        ),
    )
