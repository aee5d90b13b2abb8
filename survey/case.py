"""Reads a survey case from its parsed JSON: what it says, nothing guessed, and every fault by its path.

Source: the case format (docs/survey-case.md).
Left out: files and JSON (the caller's), and the arithmetic (`computation.py`).
"""

from collections.abc import Mapping, Sequence

from survey.case_conditions import CONDITION_KEYS, CaseTable, read_condition, read_marks
from survey.case_fields import Fields, NumberRange
from survey.case_hydrostatics import TABLE_KEYS, Declared, read_table
from survey.condition import SurveyCondition
from survey.errors import InvalidCaseError
from survey.rounding import Rounding
from survey.survey_case import MeanRule, Operation, SurveyCase, SurveyLimits, SurveyMethod, Vessel
from survey.uncertainty_profiles import profile_named

CASE_KEYS = (
    "vessel",
    "hydrostatic_table",
    "method",
    "conditions",
    "cargo",
    "operation",
    "bill_of_lading_t",
    "limits",
)
VESSEL_KEYS = (
    "name",
    "imo",
    "length_between_perpendiculars_m",
    "breadth_m",
    "lightship_t",
    "declared_constant_t",
    "declared_constant_standard_uncertainty_t",
    "summer_draft_m",
    "keel_plate_thickness_m",
    "marks_forward_of_reference_m",
    "call_sign",
    "flag",
    "port_of_registry",
    "length_overall_m",
    "depth_m",
    "deadweight_t",
)
METHOD_KEYS = ("rounding", "mctc_half_interval_m", "mean_rule", "uncertainty_profile")
_LENGTH = NumberRange(lowest=5.0, highest=600.0, unit="m")
_BREADTH = NumberRange(lowest=0.0, highest=130.0, unit="m", open_below=True)
_PLATE = NumberRange(lowest=0.0, highest=0.2, unit="m")
_WEIGHT = NumberRange(lowest=0.0, highest=1e6, unit="t", open_below=True)
_CONSTANT = NumberRange(lowest=-1e4, highest=1e4, unit="t")
_DOUBT = NumberRange(lowest=0.0, highest=1e4, unit="t")
_HALF_INTERVAL = NumberRange(lowest=0.01, highest=2.0, unit="m")
_LIMIT = NumberRange(lowest=0.0, highest=1e6, unit="")
_TWO = 2


def case_from_mapping(
    mapping: Mapping[str, object], *, table_rows: Sequence[Mapping[str, float]] | None = None
) -> SurveyCase:
    """Read a case.

    Args:
        mapping: the parsed JSON object.
        table_rows: rows of the file that `hydrostatic_table.file` names, read by the caller.

    Raises:
        SurveyError: naming the key by its path, what is wrong with it, and what would be accepted.
    """
    case = Fields(mapping, "", CASE_KEYS)
    vessel_fields = _required(case, "vessel", VESSEL_KEYS)
    vessel = _vessel(vessel_fields)
    method = _method(_required(case, "method", METHOD_KEYS))
    table_fields = case.child("hydrostatic_table", TABLE_KEYS)
    table = CaseTable(
        hydrostatics=None
        if table_fields is None
        else read_table(table_fields, table_rows=table_rows, vessel=vessel),
        fields=table_fields,
    )
    conditions = _conditions(case, vessel=vessel, table=table)
    cargo_from, cargo_to = _cargo_ends(case, [condition.stage for condition in conditions])
    reference = None if table_fields is None else Declared.read(table_fields).lcf_reference
    return SurveyCase(
        vessel=vessel,
        vessel_as_given=vessel_fields.given(),
        table_lcf_reference=reference,
        method=method,
        conditions=conditions,
        cargo_from=cargo_from,
        cargo_to=cargo_to,
        operation=case.optional_choice("operation", Operation),
        bill_of_lading_t=case.optional_number("bill_of_lading_t", _WEIGHT),
        limits=_limits(case),
    )


def _required(case: Fields, name: str, known: Sequence[str]) -> Fields:
    child = case.child(name, known)
    if child is None:
        raise InvalidCaseError(name, "is missing", accepted=f"an object with {', '.join(known)}")
    return child


def _vessel(vessel: Fields) -> Vessel:
    _check_printed_alone(vessel)
    return Vessel(
        name=vessel.optional_text("name"),
        imo=vessel.optional_text("imo"),
        length_between_perpendiculars_m=vessel.number("length_between_perpendiculars_m", _LENGTH),
        breadth_m=vessel.optional_number("breadth_m", _BREADTH),
        lightship_t=vessel.optional_number("lightship_t", _WEIGHT),
        declared_constant_t=vessel.optional_number("declared_constant_t", _CONSTANT),
        declared_constant_standard_uncertainty_t=vessel.optional_number(
            "declared_constant_standard_uncertainty_t", _DOUBT
        ),
        summer_draft_m=vessel.optional_draft_m("summer_draft_m"),
        keel_plate_thickness_m=vessel.optional_number("keel_plate_thickness_m", _PLATE),
        marks=read_marks(vessel),
    )


def _check_printed_alone(vessel: Fields) -> None:
    """What no formula reads is held to its kind as well, since it is printed as it stands."""
    for name in ("call_sign", "flag", "port_of_registry"):
        vessel.optional_text(name)
    for name, accepted in (("length_overall_m", _LENGTH), ("depth_m", _BREADTH), ("deadweight_t", _WEIGHT)):
        vessel.optional_number(name, accepted)


def _method(method: Fields) -> SurveyMethod:
    """Rounding and interval change the weight and must be said; the mean is [ECE92]'s unless it is said."""
    profile = method.optional_text("uncertainty_profile")
    if profile is not None:
        profile_named(profile)
    return SurveyMethod(
        rounding=method.choice("rounding", Rounding),
        mctc_half_interval_m=method.number("mctc_half_interval_m", _HALF_INTERVAL),
        mean_rule=method.optional_choice("mean_rule", MeanRule) or MeanRule.SIX_EIGHTHS,
        uncertainty_profile=profile,
    )


def _conditions(case: Fields, *, vessel: Vessel, table: CaseTable) -> tuple[SurveyCondition, ...]:
    conditions = tuple(
        read_condition(condition, vessel=vessel, table=table)
        for condition in case.children("conditions", CONDITION_KEYS)
    )
    if not conditions:
        raise InvalidCaseError("conditions", "is empty", accepted="one condition or more")
    stages: set[str] = set()
    for index, condition in enumerate(conditions):
        if condition.stage in stages:
            path = f"conditions[{index}].stage"
            raise InvalidCaseError(
                path, f"{condition.stage!r} occurs twice", accepted="a name for each condition"
            )
        stages.add(condition.stage)
    return conditions


def _cargo_ends(case: Fields, stages: Sequence[str]) -> tuple[str | None, str | None]:
    """The two conditions whose difference is the cargo; none for a single condition.

    They are named by `cargo`, else by what the case expects, else they are `initial` and `final`; where the
    stages have other names, they are the first and the last.
    """
    named = case.child("cargo", ("from", "to")) or _expected(case)
    if named is not None:
        start, end = _stage(named, "from", stages), _stage(named, "to", stages)
        if start == end:
            accepted = "the names of two conditions"
            raise InvalidCaseError(named.path, f"is from {start!r} to {end!r}", accepted=accepted)
        return start, end
    if len(stages) < _TWO:
        return None, None
    start = "initial" if "initial" in stages else stages[0]
    end = "final" if "final" in stages else stages[-1]
    if start == end:
        accepted = "the names of two conditions, as from and to"
        raise InvalidCaseError("cargo", "is missing, and the stages do not tell", accepted=accepted)
    return start, end


def _expected(case: Fields) -> Fields | None:
    """What the case expects names the conditions too; its numbers are not read."""
    expected = case.raw("expected")
    if not isinstance(expected, Mapping) or not {"from", "to"} <= set(expected):
        return None
    return Fields({name: expected[name] for name in ("from", "to")}, "expected", ("from", "to"))


def _stage(named: Fields, end: str, stages: Sequence[str]) -> str:
    stage = named.text(end)
    if stage not in stages:
        raise InvalidCaseError(named.path_of(end), f"is {stage!r}", accepted=", ".join(stages))
    return stage


def _limits(case: Fields) -> SurveyLimits:
    limits = case.child("limits", SurveyLimits.names())
    if limits is None:
        return SurveyLimits()
    given = {name: limits.optional_number(name, _LIMIT) for name in SurveyLimits.names()}
    return SurveyLimits(**{name: value for name, value in given.items() if value is not None})
