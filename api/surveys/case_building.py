"""Writes the survey case of a port call: what was entered, and the readings that a person stands for.

Source: the case format of docs/survey-case.md: what the service computes, `hullmark survey` computes too.
Left out: arithmetic, and any value that nobody entered.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.errors import FieldError, NotReadyError
from api.storage.tables import HydrostaticTable, PortCall, Reading, StageInputs, Vessel
from api.vessels.service import case_table

STAGES = ("initial", "final")
POSITIONS = tuple(
    f"{mark}_{side}" for mark in ("forward", "midship", "aft") for side in ("port", "starboard")
)
ISO_DAY_CHARACTERS = len("2026-05-04")
VESSEL_FIELDS = (
    "name",
    "imo",
    "length_between_perpendiculars_m",
    "breadth_m",
    "lightship_t",
    "declared_constant_t",
    "summer_draft_m",
    "keel_plate_thickness_m",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyBasis:
    """Everything of a port call that a survey rests on.

    Attributes:
        vessel: her particulars.
        table: the hydrostatic table of the port call; None where the officer typed rows instead.
        port_call: operation, bill of lading and method.
        inputs: what was measured aboard, by stage.
        readings: those that count, of all stages.
    """

    vessel: Vessel
    table: HydrostaticTable | None
    port_call: PortCall
    inputs: Mapping[str, StageInputs]
    readings: Sequence[Reading]


def case_of(basis: SurveyBasis) -> dict[str, Any]:
    """Write the case: both surveys where both were begun, else the one there is.

    Raises:
        NotReadyError: a survey that was begun lacks readings or what is measured aboard, named one by one.
    """
    readings = _by_stage(basis.readings)
    missing = [
        error for stage in STAGES if stage in readings for error in _missing(stage, readings[stage], basis)
    ]
    if not readings:
        raise NotReadyError(
            "No reading counts yet. Accepted: six readings of a stage, accepted or corrected."
        )
    if missing:
        lines = "; ".join(f"{error.pointer}: {error.message}" for error in missing)
        raise NotReadyError(f"The survey lacks {lines}.", errors=missing)
    case: dict[str, Any] = {
        "vessel": _given({name: getattr(basis.vessel, name) for name in VESSEL_FIELDS}),
        "method": _given(basis.port_call.method),
        "operation": basis.port_call.operation,
        "conditions": [
            _condition(stage, readings[stage], basis.inputs[stage].inputs, basis.vessel)
            for stage in STAGES
            if stage in readings
        ],
    }
    if basis.table is not None:
        case["hydrostatic_table"] = case_table(basis.table)
    if basis.port_call.bill_of_lading_t is not None:
        case["bill_of_lading_t"] = basis.port_call.bill_of_lading_t
    return case


def _condition(
    stage: str, readings: Mapping[str, Reading], inputs: Mapping[str, Any], vessel: Vessel
) -> dict[str, Any]:
    marks = inputs.get("marks_forward_of_reference_m") or vessel.marks_forward_of_reference_m
    return _given(
        {
            "stage": stage,
            "draft_readings_m": {name: reading.decided_draft_m for name, reading in readings.items()},
            "draft_standard_uncertainty_m": {
                name: reading.decided_standard_uncertainty_m for name, reading in readings.items()
            },
            "marks_forward_of_reference_m": marks,
            "density_samples": [_given(sample) for sample in inputs["density_samples"]],
            "deductibles_t": inputs["deductibles_t"],
            "tanks": [_given(tank) for tank in inputs["tanks"]],
            "list_correction": inputs["list_correction"],
            "surveyed_on": _day_of(inputs["density_samples"]),
            "typed_hydrostatics": _given(inputs.get("typed_hydrostatics") or {}) or None,
        }
    )


def _by_stage(readings: Sequence[Reading]) -> dict[str, dict[str, Reading]]:
    stages: dict[str, dict[str, Reading]] = defaultdict(dict)
    for reading in readings:
        stages[reading.stage][f"{reading.mark}_{reading.side}"] = reading
    return {
        stage: {name: found[name] for name in POSITIONS if name in found} for stage, found in stages.items()
    }


def _missing(stage: str, readings: Mapping[str, Reading], basis: SurveyBasis) -> list[FieldError]:
    lacking = [
        FieldError(pointer=f"{stage}/{name}", message="no reading counts for this mark and side")
        for name in POSITIONS
        if name not in readings
    ]
    entered = basis.inputs.get(stage)
    if entered is None or not entered.inputs["density_samples"]:
        lacking.append(FieldError(pointer=f"{stage}/density_samples", message="no water density was entered"))
    typed = None if entered is None else entered.inputs.get("typed_hydrostatics")
    if basis.table is None and typed is None:
        lacking.append(FieldError(pointer="hydrostatic_table", message="the vessel has no hydrostatic table"))
    marks = None if entered is None else entered.inputs.get("marks_forward_of_reference_m")
    if marks is None and basis.vessel.marks_forward_of_reference_m is None:
        lacking.append(
            FieldError(
                pointer=f"{stage}/marks_forward_of_reference_m", message="where the marks stand is not known"
            )
        )
    return lacking


def _day_of(samples: Sequence[Mapping[str, Any]]) -> str | None:
    """The day on which the water was sampled: against it the hydrometer's certificate is held."""
    days = [str(sample["taken_at"])[:ISO_DAY_CHARACTERS] for sample in samples if sample.get("taken_at")]
    return max(days, default=None)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what nobody entered: in a case, what is missing is absent."""
    return {name: value for name, value in values.items() if value is not None}
