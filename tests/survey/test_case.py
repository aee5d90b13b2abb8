"""Case files: every fault is refused by the path of its key, and what is said is read as it is said."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from survey_cases import CARGO_T, DELETED, Change, at, codes, document_of, survey_case, v_hull_row

from survey.case import case_from_mapping
from survey.errors import (
    ImplausibleDraftError,
    InvalidCaseError,
    SurveyError,
    UndeclaredReferenceError,
    UnknownKeyError,
    UnknownUncertaintyProfileError,
)
from survey.hydrostatics import TableKind

ROW = "hydrostatic_table.rows.3"
TANK = "conditions.0.tanks.0"
GRID = {"readings_m": [0, 2], "trims_by_stern_m": [0, 4], "cells": [[0, 0], [100, 80]]}


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (at("vesel", {}), UnknownKeyError, "vesel: unknown key .did you mean vessel?"),
        (at("zzz", 1), UnknownKeyError, "accepted is vessel"),
        (at("vessel.lenght_m", 1), UnknownKeyError, "vessel.lenght_m"),
        (at("conditions.0.draft_readings_m.fore_port", 1), UnknownKeyError, "did you mean forward_port"),
        (at("vessel", DELETED), InvalidCaseError, "vessel: is missing"),
        (at("vessel", []), InvalidCaseError, "vessel: is a list; accepted is an object"),
        (at("method", None), InvalidCaseError, "method: is missing"),
        (at("method.rounding", DELETED), UndeclaredReferenceError, "full, form_c_3dp, cn_record"),
        (at("method.rounding", "3dp"), InvalidCaseError, "method.rounding: is '3dp'"),
        (at("method.rounding", 3), InvalidCaseError, "method.rounding: is 3"),
        (at("method.mctc_half_interval_m", 0), InvalidCaseError, "a number from 0.01"),
        (at("method.mctc_half_interval_m", DELETED), InvalidCaseError, "mctc_half_interval_m: is missing"),
        (at("method.uncertainty_profile", "best"), UnknownUncertaintyProfileError, "visual_survey"),
        (at("vessel.length_between_perpendiculars_m", "180"), InvalidCaseError, "is the text '180'"),
        (at("vessel.breadth_m", True), InvalidCaseError, "vessel.breadth_m: is a boolean"),
        (at("vessel.lightship_t", float("nan")), InvalidCaseError, "not a finite number"),
        (at("vessel.lightship_t", 10**400), InvalidCaseError, "not a finite number"),
        (at("vessel.name", 7), InvalidCaseError, "vessel.name: is a number"),
        (at("vessel.name", "   "), InvalidCaseError, "has 0 characters"),
        (at("hydrostatic_table.lcf_reference", DELETED), UndeclaredReferenceError, "forward_of_ap"),
        (at("hydrostatic_table.draft_basis", DELETED), UndeclaredReferenceError, "extreme, moulded"),
        (at("hydrostatic_table.density_t_per_m3", DELETED), UndeclaredReferenceError, "density_t_per_m3"),
        (at("hydrostatic_table.density_t_per_m3", 1025), InvalidCaseError, "up to 1.1"),
        (at("hydrostatic_table.kind", "deadweight"), InvalidCaseError, "contradicts the declared kind"),
        (at("hydrostatic_table.rows", DELETED), InvalidCaseError, r"conditions\[0\]: has no hydrostatics"),
        (at("hydrostatic_table", DELETED), InvalidCaseError, r"conditions\[0\]: has no hydrostatics"),
        (at("hydrostatic_table.file", "t.csv"), InvalidCaseError, "both a file and rows"),
        (at("hydrostatic_table.rows", [v_hull_row(5.0)]), SurveyError, "one row"),
        (at("hydrostatic_table.rows", []), SurveyError, "no row"),
        (at(ROW, v_hull_row(4.0)), SurveyError, "two rows have the draft 4 m"),
        (at(f"{ROW}.lcf_m", None), InvalidCaseError, "neither lcf_m nor lcf_aft_of_midships_m"),
        (at(f"{ROW}.lcf_aft_of_midships_m", 0), InvalidCaseError, "has both lcf_m"),
        (at(f"{ROW}.lcf_m", 60.0), InvalidCaseError, "60 m from midships"),
        (at(f"{ROW}.displacement_t", None), InvalidCaseError, "neither displacement_t nor deadweight_t"),
        (at(f"{ROW}.draft_m", -1), InvalidCaseError, "draft_m: is -1; accepted is a number from 0"),
        (at(f"{ROW}.tcp", 5), UnknownKeyError, "rows.3..tcp"),
        (at("conditions", []), InvalidCaseError, "conditions: is empty"),
        (at("conditions", {}), InvalidCaseError, "conditions: is an object; accepted is a list"),
        (at("conditions.1.stage", "initial"), InvalidCaseError, "'initial' occurs twice"),
        (at("conditions.0.stage", DELETED), InvalidCaseError, "stage: is missing"),
        (at("conditions.0.draft_readings_m", DELETED), InvalidCaseError, "neither draft_readings_m"),
        (at("conditions.0.corrected_drafts_m", {"quarter_mean": 5, "trim": 0}), InvalidCaseError, "has both"),
        (at("conditions.0.draft_readings_m.aft_port", -6.0), ImplausibleDraftError, "aft_port: -6 m"),
        (at("conditions.0.draft_readings_m.aft_port", 0), ImplausibleDraftError, "above 0"),
        (at("conditions.0.draft_readings_m.aft_port", 615), ImplausibleDraftError, "up to 30"),
        (at("conditions.0.draft_readings_m.aft_port", "6,0"), InvalidCaseError, "is the text '6,0'"),
        (at("conditions.0.marks_forward_of_reference_m.aft", DELETED), InvalidCaseError, "aft: is missing"),
        (at("conditions.0.dock_density_t_per_m3", DELETED), UndeclaredReferenceError, "density_samples"),
        (at("conditions.0.density_samples", [{"density_t_per_m3": 1.0}]), InvalidCaseError, "has both"),
        (at("conditions.0.deductibles_t.fuel_oil", -1), InvalidCaseError, "fuel_oil: is -1; accepted is"),
        (at("conditions.0.deductibles_t.fuel_oil", None), InvalidCaseError, "fuel_oil: is null"),
        (at("conditions.0.deductibles_t", [1]), InvalidCaseError, "deductibles_t: is a list"),
        (at("conditions.0.deductible_status", {"slops": "declared"}), UnknownKeyError, "slops"),
        (
            at("conditions.0.deductible_standard_uncertainty_t", {"slops": 1.0}),
            InvalidCaseError,
            "slops: belongs to no weight",
        ),
        (at(f"{TANK}.volume_m3", None), InvalidCaseError, "no volume_m3, and no sounding"),
        (at(f"{TANK}.volume_m3", -1), InvalidCaseError, "volume_m3: is -1"),
        (at(f"{TANK}.density_t_per_m3", 1025), InvalidCaseError, "density_t_per_m3: is 1025"),
        (at(f"{TANK}.status", "guessed"), InvalidCaseError, "sounded_jointly"),
        (
            at(TANK, {"name": "A", "sounding_m": 1, "ullage_m": 1}),
            InvalidCaseError,
            "sounding_m and ullage_m",
        ),
        (at(f"{TANK}.table", {"kind": "volume_by_trim", **GRID}), UndeclaredReferenceError, "ullage"),
        (at("conditions.0.list_correction", "auto"), InvalidCaseError, "none, tpc_at_sides"),
        (at("conditions.0.surveyed_on", "yesterday"), InvalidCaseError, "a day such as"),
        (at("operation", "lading"), InvalidCaseError, "loading, discharging"),
        (at("bill_of_lading_t", 0), InvalidCaseError, "bill_of_lading_t: is 0"),
        (at("limits", {"list": 1}), UnknownKeyError, "did you mean list_deg"),
        (at("cargo", {"from": "initial", "to": "last"}), InvalidCaseError, "accepted is initial, final"),
        (at("cargo", {"from": "initial"}), InvalidCaseError, "cargo.to: is missing"),
        (at("expected", {"from": "first", "to": "final"}), InvalidCaseError, "expected.from: is 'first'"),
        (at("expected", {"from": "final", "to": "final"}), InvalidCaseError, "from 'final' to 'final'"),
        (at("vessel.length_between_perpendiculars_m", 1e-300), InvalidCaseError, "a number from 5"),
        (at("vessel.flag", 7), InvalidCaseError, "vessel.flag: is a number"),
        (at("vessel.depth_m", "deep"), InvalidCaseError, "vessel.depth_m: is the text 'deep'"),
        (at("vessel.name", "a\nb"), InvalidCaseError, "in one line"),
        (at("conditions.0.deductibles_t", {" ": 1.0}), InvalidCaseError, "has the name ' '"),
        (at("conditions.0.deductibles_t", {"a\0": 1.0}), InvalidCaseError, "in one line"),
        (at("conditions.0.draft_readings_m.aft_port", "x"), InvalidCaseError, "a draft in metres above 0"),
        (at("conditions.0.draft_readings_m.aft_port", 1e200), ImplausibleDraftError, "no draft of a ship"),
    ],
)
def test_a_fault_is_refused_with_its_path(change: Change, error: type[SurveyError], said: str) -> None:
    with pytest.raises(error, match=said.replace("rows.3..tcp", r"rows\[3\].tcp")):
        case_from_mapping(survey_case(change))


def test_a_tank_has_a_table_or_a_box() -> None:
    box = {"length_m": 1, "breadth_m": 1, "depth_m": 1}
    both = {"table": {"kind": "volume_by_trim", "gauge": "sounding", **GRID}, "box": box}
    tank = {"name": "A", "contents": "ballast", "density_t_per_m3": 1.0, "sounding_m": 1, **both}
    with pytest.raises(InvalidCaseError, match="both a table and a box"):
        case_from_mapping(survey_case(at(TANK, tank)))


def test_an_unknown_kind_of_tank_table_is_refused() -> None:
    volumes = {"volume_readings_m": [0, 1], "volumes_m3": [0, 1]}
    table = {"kind": "guess", "gauge": "sounding", **GRID, **volumes}
    with pytest.raises(
        InvalidCaseError, match="volume_by_trim, sounding_correction_mm, volume_correction_m3"
    ):
        case_from_mapping(survey_case(at(f"{TANK}.table", table)))


def test_corrected_drafts_need_their_mean() -> None:
    corrected = at("conditions.0.corrected_drafts_m", {"trim": 0.0})
    with pytest.raises(InvalidCaseError, match="quarter_mean: is missing"):
        case_from_mapping(survey_case(at("conditions.0.draft_readings_m", DELETED), corrected))


def test_no_object_is_no_case() -> None:
    with pytest.raises(InvalidCaseError, match="the case: is a list"):
        case_from_mapping([])  # type: ignore[arg-type] # what a file may hold


def test_rows_of_a_file_are_handed_over_by_the_caller() -> None:
    rows = [v_hull_row(2.0 + 0.5 * index) for index in range(15)]
    named = survey_case(at("hydrostatic_table.rows", DELETED), at("hydrostatic_table.file", "t.csv"))
    assert case_from_mapping(named, table_rows=rows) == case_from_mapping(survey_case())
    with pytest.raises(InvalidCaseError, match="was not read"):
        case_from_mapping(named)
    with pytest.raises(InvalidCaseError, match=r"t\.csv, row 2\.draft_m: is missing"):
        case_from_mapping(named, table_rows=[rows[0], {**rows[1], "draft_m": None}])  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("reference", "lcf_m"),
    [("aft_of_midships", -2.5), ("forward_of_midships", 2.5), ("forward_of_ap", 52.5), ("aft_of_fp", 47.5)],
)
def test_one_lcf_by_four_references(reference: str, lcf_m: float) -> None:
    rows = [{**v_hull_row(2.0 + 0.5 * index), "lcf_m": lcf_m} for index in range(15)]
    found = document_of(at("hydrostatic_table.rows", rows), at("hydrostatic_table.lcf_reference", reference))
    assert found["conditions"][0]["lcf_aft_of_midships_m"] == pytest.approx(-2.5)
    assert found["rules"]["lcf_reference"] == reference


def test_a_column_that_names_its_reference_must_agree_with_it() -> None:
    rows = [v_hull_row(2.0 + 0.5 * index) for index in range(15)]
    named = [{("lcf_aft_of_midships_m" if n == "lcf_m" else n): v for n, v in row.items()} for row in rows]
    table = at("hydrostatic_table.rows", named)
    assert document_of(table)["cargo_t"] == pytest.approx(CARGO_T)
    with pytest.raises(InvalidCaseError, match="contradicts the declared lcf_reference forward_of_ap"):
        document_of(table, at("hydrostatic_table.lcf_reference", "forward_of_ap"))


@pytest.mark.parametrize("kind", [None, TableKind.DEADWEIGHT.value])
def test_a_deadweight_table_gains_the_lightship(kind: str | None) -> None:
    rows = []
    for index in range(8):
        row = v_hull_row(5.5 + 0.5 * index)
        rows.append({**row, "displacement_t": None, "deadweight_t": row["displacement_t"] - 3000.0})
    even = {f"{m}_{s}": 6.0 for m in ("forward", "midship", "aft") for s in ("port", "starboard")}
    found = document_of(
        at("hydrostatic_table.rows", rows),
        at("hydrostatic_table.kind", kind),
        at("conditions.0.draft_readings_m", even),
    )
    assert found["conditions"][0]["table_displacement_t"] == pytest.approx(153.75 * 36)


def test_typed_rows_may_declare_everything_themselves() -> None:
    declared = {"density_t_per_m3": 1.025, "lcf_reference": "forward_of_ap", "draft_basis": "extreme"}
    typed = [{**v_hull_row(draft), "lcf_m": 50.0} for draft in (4.5, 5.0, 5.5, 7.5, 8.0, 8.5)]
    changes = [at(f"conditions.{index}.typed_hydrostatics", {**declared, "rows": typed}) for index in (0, 1)]
    found = document_of(*changes, at("hydrostatic_table", DELETED))
    assert found["cargo_t"] == pytest.approx(CARGO_T)
    assert found["rules"]["lcf_reference"] is None
    with pytest.raises(UndeclaredReferenceError, match="density_t_per_m3"):
        document_of(
            *changes,
            at("hydrostatic_table", DELETED),
            at("conditions.0.typed_hydrostatics.density_t_per_m3", None),
        )


def test_rows_in_any_order_are_the_same_table() -> None:
    backwards = [v_hull_row(2.0 + 0.5 * index) for index in reversed(range(15))]
    assert document_of(at("hydrostatic_table.rows", backwards))["cargo_t"] == pytest.approx(CARGO_T)


def test_annotations_are_known_everywhere_and_not_read() -> None:
    notes = {"source": {"any": "thing"}, "notes": "x", "tolerances": {}, "title": "t", "id": 1}
    changes = [
        at(f"{place}.{name}", value) for place in ("vessel", TANK, ROW) for name, value in notes.items()
    ]
    found = document_of(*changes)
    assert found["cargo_t"] == pytest.approx(CARGO_T)
    assert "source" not in found["vessel"]


def test_the_cargo_is_signed_from_one_condition_to_the_other() -> None:
    backwards = at("expected", {"cargo_t": 1.0, "from": "final", "to": "initial"})
    assert document_of(backwards)["cargo_t"] == pytest.approx(-CARGO_T)
    assert document_of(at("cargo", {"from": "final", "to": "initial"}))["cargo_from"] == "final"
    assert document_of(at("expected", {"cargo_t": 1.0}))["cargo_from"] == "initial"


def test_conditions_in_any_order_are_found_by_their_stage() -> None:
    case = survey_case()
    case["conditions"].reverse()
    assert document_of(case=case)["cargo_t"] == pytest.approx(CARGO_T)


def test_stages_of_other_names_are_taken_in_their_order() -> None:
    named = (at("conditions.0.stage", "到港"), at("conditions.1.stage", "离港"))
    found = document_of(*named)
    assert (found["cargo_from"], found["cargo_to"]) == ("到港", "离港")
    case = survey_case(at("conditions.0.stage", "离港"), at("conditions.1.stage", "initial"))
    with pytest.raises(InvalidCaseError, match="two conditions"):
        case_from_mapping(case)


def test_a_single_condition_gives_a_provisional_weight() -> None:
    case = survey_case()
    del case["conditions"][0]
    found = document_of(case=case)
    assert found["cargo_t"] == pytest.approx(9640.0 - 3000.0 - 180.0)
    assert found["provisional"]
    assert found["cargo_from"] is None
    assert any(line["input"] == "declared_constant" for line in found["budget"])
    del case["vessel"]["declared_constant_t"]
    without = document_of(case=case)
    assert without["cargo_t"] is without["u95_t"] is without["bill_of_lading"] is None
    assert without["budget"] == []


def test_limits_can_be_set() -> None:
    assert "constant_deviates" in codes(document_of(at("limits", {"constant_deviation": 0.01})))


def test_what_the_case_states_of_uncertainty_is_used() -> None:
    names = [f"{mark}_{side}" for mark in ("forward", "midship", "aft") for side in ("port", "starboard")]
    sure = [
        at(f"conditions.{index}.{name}", value)
        for index in (0, 1)
        for name, value in (
            ("draft_standard_uncertainty_m", dict.fromkeys(names, 0.001)),
            ("dock_density_standard_uncertainty_t_per_m3", 0.0001),
            ("deductible_standard_uncertainty_t", {"fuel_oil": 0.1}),
            ("deductible_status", {"fuel_oil": "sounded_jointly"}),
        )
    ]
    tank = at(f"{TANK}.standard_uncertainty_t", 0.1)
    assert document_of(*sure, tank)["u95_t"] < document_of()["u95_t"] / 3


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(value: Any, path: str = "") -> list[str]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [
        found for name, item in inside for found in paths(item, f"{path}.{name}" if path else str(name))
    ]


@given(path=st.sampled_from(paths(survey_case())), value=values)
@settings(max_examples=250, deadline=None)
def test_nothing_written_anywhere_raises_anything_but_a_survey_error(path: str, value: object) -> None:
    try:
        document = document_of(at(path, copy.deepcopy(value)))
    except SurveyError as error:
        assert str(error)  # noqa: PT017 (either outcome is right, and both are looked at)
    else:
        assert document["cargo_t"] is None or abs(document["cargo_t"]) < float("inf")
