"""The result of a survey as plain data: the JSON of `hullmark survey --json`, from which all reports are made.

Source: the names of the case format: what a case expects and what the document holds are called the same.
Left out: titles in any language, decimals for print, and arithmetic.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from survey.condition import DensitySample
from survey.propagation import UncertaintyBudget
from survey.results import ConditionResult, DeductibleResult, SurveyResult, SurveyWarning
from survey.typed_hydrostatics import TypedHydrostatics
from survey.uncertainty import profile_of

BUDGET_FIELDS = (
    "input",
    "stage",
    "standard_uncertainty",
    "unit",
    "assumed_from",
    "sensitivity_t_per_unit",
    "contribution_t",
    "share",
)


def survey_document(result: SurveyResult) -> dict[str, Any]:
    """Write a computed survey as dicts, lists, strings, numbers, booleans and None.

    Args:
        result: of `survey.computation.compute_case`.

    Returns:
        The document; numbers are finite, and None stands for what there is not.
    """
    case, bill = result.case, result.bill_of_lading
    return {
        "vessel": dict(case.vessel_as_given),
        "operation": _text(case.operation),
        "conditions": [_condition(condition) for condition in result.conditions],
        "cargo_t": result.cargo_t,
        "cargo_from": case.cargo_from,
        "cargo_to": case.cargo_to,
        **_uncertainty(result.uncertainty, result.cargo_t),
        "bill_of_lading": None if bill is None else asdict(bill),
        "provisional": result.provisional,
        "warnings": [_warning(warning) for warning in result.warnings],
        "rounding": case.method.rounding.value,
        "rules": _rules(result),
    }


def _condition(result: ConditionResult) -> dict[str, Any]:
    """Every step twice: flat by its name, for a program, and in full, for the record sheet."""
    readings = result.condition.draft_readings
    return {
        "stage": result.stage,
        **{step.name: step.value for step in result.steps},
        "draft_readings_m": {}
        if readings is None
        else {name: None if reading is None else reading.draft_m for name, reading in readings.items()},
        "estimated_readings_m": dict(result.estimated_readings),
        "density_samples": [_density_sample(sample) for sample in result.condition.density_samples],
        "list_correction": result.condition.list_rule.value,
        "deductibles": [_deductible(item) for item in result.deductibles],
        "steps": [asdict(step) for step in result.steps],
    }


def _density_sample(sample: DensitySample) -> dict[str, Any]:
    expires_on = sample.certificate_expires_on
    return asdict(sample) | {"certificate_expires_on": None if expires_on is None else expires_on.isoformat()}


def _deductible(item: DeductibleResult) -> dict[str, Any]:
    return {
        "name": item.name,
        "contents": item.contents,
        "volume_m3": item.volume_m3,
        "density_t_per_m3": item.density_t_per_m3,
        "weight_t": item.weight_t,
        "status": _text(item.status),
    }


def _uncertainty(budget: UncertaintyBudget | None, cargo_t: float | None) -> dict[str, Any]:
    if budget is None:
        return {
            "u95_t": None,
            "u95_permille": None,
            "standard_uncertainty_t": None,
            "coverage_factor": None,
            "budget": [],
        }
    return {
        "u95_t": budget.u95_t,
        "u95_permille": 1000 * budget.u95_t / abs(cargo_t) if cargo_t else None,
        "standard_uncertainty_t": budget.standard_uncertainty_t,
        "coverage_factor": budget.coverage_factor,
        "budget": [{name: getattr(line, name) for name in BUDGET_FIELDS} for line in budget.lines],
    }


def _warning(warning: SurveyWarning) -> dict[str, Any]:
    values: Mapping[str, object] = warning.values
    return {
        "code": str(warning.code),
        "message": warning.message,
        "stage": warning.stage,
        "values": {name: _text(value) if isinstance(value, str) else value for name, value in values.items()},
        "limit": warning.limit,
    }


def _rules(result: SurveyResult) -> dict[str, Any]:
    """The choices behind the numbers, by the names under which the case makes them."""
    case, conditions = result.case, result.case.conditions
    rules: dict[str, Any] = {
        "mean": case.method.mean_rule.value,
        "mctc_half_interval_m": case.method.mctc_half_interval_m,
        "lcf_reference": case.table_lcf_reference,
        "draft_basis": _common(each.hydrostatics.draft_basis.value for each in conditions),
        "table_density_t_per_m3": _common(f"{each.hydrostatics.density_t_per_m3:g}" for each in conditions),
        "hydrostatics": _common(
            "typed" if isinstance(each.hydrostatics.table, TypedHydrostatics) else "table"
            for each in conditions
        ),
        "list_correction": _common(each.list_rule.value for each in conditions),
    }
    if result.uncertainty is not None:
        profile = profile_of(case)
        rules |= {"uncertainty_profile": profile.name, "uncertainty_source": profile.source}
    return rules


def _common(values: Iterable[str]) -> str:
    """One word where all conditions agree, else all of them in the order of the conditions."""
    given = list(values)
    return given[0] if len(set(given)) == 1 else ", ".join(given)


def _text(value: str | None) -> str | None:
    """A plain string of a member of an enumeration."""
    return None if value is None else str(value)
