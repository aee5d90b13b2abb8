"""The chain of one condition: a hull in closed form by hand, properties, and the rules a case can choose."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from survey_cases import CARGO_T, DELETED, LENGTH_M, at, codes, document_of, survey_case, v_hull_row

from survey.case import case_from_mapping
from survey.chain import compute_condition
from survey.condition import TankDeductible
from survey.errors import (
    InconsistentSurveyError,
    InvalidHydrostaticTableError,
    MissingReadingError,
    OutsideHydrostaticTableError,
    OutsideTankTableError,
    UndeclaredReferenceError,
)

drafts_m = st.floats(min_value=4.0, max_value=7.0)
READINGS = "conditions.0.draft_readings_m"


def first(*changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = document_of(*changes)["conditions"][0]
    return found


def readings(**values: float) -> list[Any]:
    return [at(f"{READINGS}.{name}", value) for name, value in values.items()]


def test_a_hull_in_closed_form_to_the_last_kilogram() -> None:
    document = document_of()
    light, loaded = document["conditions"]
    assert light["trim_corrected_displacement_t"] == pytest.approx(3895.0, abs=1e-9)
    assert light["second_trim_correction_t"] == pytest.approx(51.25, abs=1e-9)
    assert loaded["net_displacement_t"] == pytest.approx(9640.0, abs=1e-9)
    assert document["cargo_t"] == pytest.approx(CARGO_T, abs=1e-9)
    assert codes(document) == set()


@given(forward=drafts_m, midship=drafts_m, aft=drafts_m, across=st.floats(min_value=-0.2, max_value=0.2))
@settings(max_examples=60, deadline=None)
def test_swapping_port_and_starboard_changes_no_weight(
    forward: float, midship: float, aft: float, across: float
) -> None:
    means = {"forward": forward, "midship": midship, "aft": aft}
    port = {f"{mark}_port": mean + across for mark, mean in means.items()}
    starboard = {f"{mark}_starboard": mean - across for mark, mean in means.items()}
    mirrored = {f"{mark}_port": mean - across for mark, mean in means.items()}
    mirrored |= {f"{mark}_starboard": mean + across for mark, mean in means.items()}
    rule = at("conditions.0.list_correction", "tpc_at_sides")
    one, other = first(rule, *readings(**port, **starboard)), first(rule, *readings(**mirrored))
    assert one["net_displacement_t"] == pytest.approx(other["net_displacement_t"], abs=1e-8)
    assert one["list_to_starboard_deg"] == pytest.approx(-other["list_to_starboard_deg"], abs=1e-9)
    assert one["list_correction_t"] >= 0


@given(draft=drafts_m, density=st.floats(min_value=0.99, max_value=1.04))
@settings(max_examples=40, deadline=None)
def test_no_trim_no_trim_correction_and_equal_densities_change_nothing(draft: float, density: float) -> None:
    even = [f"{mark}_{side}" for mark in ("forward", "midship", "aft") for side in ("port", "starboard")]
    found = first(
        *readings(**dict.fromkeys(even, draft)),
        at("conditions.0.dock_density_t_per_m3", density),
        at("hydrostatic_table.density_t_per_m3", density),
    )
    assert found["first_trim_correction_t"] == 0
    assert found["second_trim_correction_t"] == 0
    assert found["density_correction_t"] == 0
    assert found["density_corrected_displacement_t"] == found["table_displacement_t"]


@given(forward=drafts_m, aft=drafts_m, lcf=st.floats(min_value=-5.0, max_value=5.0), mark=st.floats(-2, 8))
@settings(max_examples=40, deadline=None)
def test_a_ship_turned_end_for_end_weighs_the_same(
    forward: float, aft: float, lcf: float, mark: float
) -> None:
    def ship(bow_m: float, stern_m: float, lcf_m: float, marks: dict[str, float]) -> dict[str, Any]:
        ends = {"forward_port": bow_m, "forward_starboard": bow_m, "aft_port": stern_m}
        table = [{**v_hull_row(2.0 + 0.5 * index), "lcf_m": lcf_m} for index in range(15)]
        return first(
            *readings(**ends, aft_starboard=stern_m),
            at("hydrostatic_table.rows", table),
            at("conditions.0.marks_forward_of_reference_m", marks),
        )

    one = ship(forward, aft, lcf, {"forward": -1.5, "midship": 0, "aft": mark})
    other = ship(aft, forward, -lcf, {"forward": -mark, "midship": 0, "aft": 1.5})
    assert one["trim_m"] == pytest.approx(-other["trim_m"], abs=1e-9)
    assert one["net_displacement_t"] == pytest.approx(other["net_displacement_t"], abs=1e-7)


@given(scale=st.floats(min_value=0.6, max_value=2.0))
@settings(max_examples=30, deadline=None)
def test_a_ship_twice_as_long_weighs_eight_times_as_much(scale: float) -> None:
    def scaled_row(row: dict[str, float]) -> dict[str, float]:
        powers = {"draft_m": 1, "displacement_t": 3, "tpc_t_per_cm": 2, "mctc_tm_per_cm": 3, "lcf_m": 1}
        return {name: value * scale ** powers[name] for name, value in row.items()}

    rows = [{**v_hull_row(2.0 + 0.5 * index), "lcf_m": -1.25} for index in range(15)]
    ends = {"forward": 4.0, "midship": 5.0, "aft": 6.0}
    small = first(at("hydrostatic_table.rows", rows))
    large = first(
        at("hydrostatic_table.rows", [scaled_row(row) for row in rows]),
        at("vessel.length_between_perpendiculars_m", LENGTH_M * scale),
        at("method.mctc_half_interval_m", 0.5 * scale),
        *readings(**{f"{m}_{s}": d * scale for m, d in ends.items() for s in ("port", "starboard")}),
        at("conditions.1.typed_hydrostatics", {"rows": [v_hull_row(8.0)]}),
    )
    ratio = large["trim_corrected_displacement_t"] / small["trim_corrected_displacement_t"]
    assert ratio == pytest.approx(scale**3, rel=1e-9)


@pytest.mark.parametrize(
    ("rule", "mean_m"),
    [("6/8", 5.09), ("4/6", 5.08), ("3-14-3", 5.084)],
)
def test_a_sagging_hull_by_each_rule_of_the_mean(rule: str, mean_m: float) -> None:
    bent = {"forward": 5.0, "midship": 5.12, "aft": 5.0}
    found = first(
        at("method.mean_rule", rule),
        *readings(**{f"{m}_{s}": d for m, d in bent.items() for s in ("port", "starboard")}),
    )
    assert found["quarter_mean_m"] == pytest.approx(mean_m)
    assert found["deflection_m"] == pytest.approx(0.12)


def test_the_keel_plate_comes_off_for_a_moulded_table() -> None:
    moulded = at("hydrostatic_table.draft_basis", "moulded")
    found = first(moulded, at("vessel.keel_plate_thickness_m", 0.02))
    assert found["forward_draft_m"] == 4.0
    assert found["forward_moulded_draft_m"] == pytest.approx(3.98)
    assert found["quarter_mean_m"] == pytest.approx(4.98)
    with pytest.raises(UndeclaredReferenceError, match="keel_plate_thickness_m"):
        document_of(moulded)


def test_corrections_of_the_ships_own_table_go_before_the_formula() -> None:
    own = {"forward": 0.01, "midship": 0.0, "aft": -0.02}
    found = first(
        at("conditions.0.perpendicular_corrections_m", own),
        at("conditions.0.marks_forward_of_reference_m", DELETED),
    )
    assert (found["forward_draft_m"], found["aft_draft_m"]) == (4.01, 5.98)
    assert "length_between_marks_m" not in found


def test_marks_of_the_ship_serve_where_the_condition_has_none() -> None:
    marks = {"forward": -1.0, "midship": 0.0, "aft": 4.0}
    taken = at("conditions.0.marks_forward_of_reference_m", DELETED)
    assert first(taken, at("vessel.marks_forward_of_reference_m", marks))["length_between_marks_m"] == 95.0
    with pytest.raises(InconsistentSurveyError, match="marks_forward_of_reference_m"):
        document_of(taken)


def test_marks_that_leave_no_length_between_them_are_refused() -> None:
    marks = {"forward": -60.0, "midship": 0.0, "aft": 60.0}
    with pytest.raises(InconsistentSurveyError, match="FORWARD"):
        document_of(at("conditions.0.marks_forward_of_reference_m", marks))


@pytest.mark.parametrize(("side", "sign"), [("port", -1), ("starboard", 1)])
def test_a_side_that_was_not_read_is_estimated_from_the_measured_list(side: str, sign: int) -> None:
    missing, listed = (
        at(f"{READINGS}.aft_{side}", None),
        at("conditions.0.measured_list_to_starboard_deg", 0.25),
    )
    document = document_of(missing, listed)
    found = document["conditions"][0]
    across_m = 24.0 * 0.004363351  # B tan 0.25 degrees
    assert found["estimated_readings_m"][f"aft_{side}"] == pytest.approx(6.0 + sign * across_m, abs=1e-6)
    assert found["draft_readings_m"][f"aft_{side}"] is None
    assert "reading_estimated" in codes(document)
    with pytest.raises(MissingReadingError, match=f"aft_{side}"):
        document_of(missing)
    with pytest.raises(MissingReadingError, match="breadth_m"):
        document_of(missing, listed, at("vessel.breadth_m", None))


def test_a_mark_that_was_read_on_neither_side_is_refused() -> None:
    both = (at(f"{READINGS}.aft_port", DELETED), at(f"{READINGS}.aft_starboard", DELETED))
    with pytest.raises(MissingReadingError, match="aft_port"):
        document_of(*both, at("conditions.0.measured_list_to_starboard_deg", 0.25))


def corrected_drafts(**others: Any) -> list[Any]:
    corrected = {"quarter_mean": 5.0, "trim": 2.0, **others}
    return [at(READINGS, DELETED), at("conditions.0.corrected_drafts_m", corrected)]


def test_a_survey_may_start_at_the_corrected_drafts() -> None:
    found = first(*corrected_drafts())
    assert found["trim_corrected_displacement_t"] == pytest.approx(3895.0)
    assert found["draft_readings_m"] == {}
    with pytest.raises(InconsistentSurveyError, match="midship readings"):
        document_of(*corrected_drafts(), at("conditions.0.list_correction", "tpc_at_sides"))


def test_a_table_by_trim_makes_both_trim_corrections_zero() -> None:
    rows = [
        {
            **v_hull_row(draft),
            "trim_by_stern_m": trim,
            "displacement_t": 153.75 * draft**2 + 12.8125 * trim**2,
        }
        for trim in (0.0, 2.0)
        for draft in (4.5, 5.0, 5.5, 8.0, 8.5)
    ]
    found = first(at("hydrostatic_table.rows", rows))
    assert found["table_displacement_t"] == pytest.approx(3895.0)
    assert (found["first_trim_correction_t"], found["second_trim_correction_t"]) == (0, 0)


def test_outside_the_table_is_refused_and_never_clamped() -> None:
    with pytest.raises(OutsideHydrostaticTableError, match="from 2 m to 9 m"):
        document_of(*readings(midship_port=12.0, midship_starboard=12.0))


def test_mctc_is_needed_as_soon_as_there_is_trim() -> None:
    rows = [{n: v for n, v in v_hull_row(d).items() if n != "mctc_tm_per_cm"} for d in (4.0, 5.0, 8.0, 9.0)]
    with pytest.raises(InvalidHydrostaticTableError, match="mctc"):
        document_of(at("hydrostatic_table.rows", rows))
    even = {f"{m}_{s}": 5.0 for m in ("forward", "midship", "aft") for s in ("port", "starboard")}
    assert first(at("hydrostatic_table.rows", rows), *readings(**even))["second_trim_correction_t"] == 0


def test_an_even_keel_at_the_tables_end_needs_no_mctc_beyond_it() -> None:
    rows = [v_hull_row(draft) for draft in (4.9, 5.1, 8.0)]
    even = {f"{m}_{s}": 5.0 for m in ("forward", "midship", "aft") for s in ("port", "starboard")}
    table = at("hydrostatic_table.rows", rows)
    assert first(table, *readings(**even))["second_trim_correction_t"] == 0
    with pytest.raises(OutsideHydrostaticTableError):
        document_of(table)


def typed(**values: Any) -> Any:
    pair = {"mctc_plus_tm_per_cm": 140.9375, "mctc_minus_tm_per_cm": 115.3125}
    rows = [{n: v for n, v in v_hull_row(draft).items() if n != "mctc_tm_per_cm"} for draft in (4.99, 5.0)]
    return at("conditions.0.typed_hydrostatics", {"rows": rows, **pair, **values})


def wide() -> Any:
    rows = [v_hull_row(draft) for draft in (4.4, 4.8, 5.2, 5.6)]
    return at("conditions.0.typed_hydrostatics", {"rows": rows})


def test_typed_rows_go_before_the_table_and_leave_room_for_the_uncertainty() -> None:
    document = document_of(typed())
    assert document["conditions"][0]["trim_corrected_displacement_t"] == pytest.approx(3895.0)
    assert document["rules"]["hydrostatics"] == "typed, table"
    assert document["u95_t"] > 0


def test_typed_mctc_rows_serve_as_well() -> None:
    rows = [{"draft_m": d, "mctc_tm_per_cm": 25.625 * d} for d in (4.5, 4.6, 5.5, 5.6)]
    without = {"mctc_plus_tm_per_cm": None, "mctc_minus_tm_per_cm": None}
    document = document_of(typed(mctc_rows=rows, **without))
    assert document["conditions"][0]["second_trim_correction_t"] == pytest.approx(51.25)
    assert document["u95_t"] > 0


def test_typed_rows_with_their_own_mctc_column() -> None:
    rows = [v_hull_row(draft) for draft in (4.4, 5.0, 5.6)]
    found = document_of(at("conditions.0.typed_hydrostatics", {"rows": rows}))
    assert found["conditions"][0]["second_trim_correction_t"] == pytest.approx(51.25)


def test_a_list_correction_from_typed_side_values_or_from_the_table() -> None:
    heeled = readings(midship_port=4.8, midship_starboard=5.2)
    rule = at("conditions.0.list_correction", "tpc_at_sides")
    of_table = first(rule, *heeled)["list_correction_t"]
    assert of_table == pytest.approx(6 * 3.075 * 0.4 * 0.4)
    sides = typed(tpc_at_port_draft_t_per_cm=14.76, tpc_at_starboard_draft_t_per_cm=15.99)
    assert first(rule, sides, *heeled)["list_correction_t"] == pytest.approx(of_table)
    assert first(rule, wide(), *heeled)["list_correction_t"] == pytest.approx(of_table)
    single = {"rows": [v_hull_row(5.0)], "mctc_plus_tm_per_cm": 140.0, "mctc_minus_tm_per_cm": 115.0}
    with pytest.raises(InconsistentSurveyError, match="tpc_at_port_draft_t_per_cm"):
        document_of(rule, at("conditions.0.typed_hydrostatics", single), *heeled)


def test_several_samples_are_averaged() -> None:
    samples = [{"density_t_per_m3": value} for value in (1.020, 1.022)]
    found = first(
        at("conditions.0.dock_density_t_per_m3", DELETED), at("conditions.0.density_samples", samples)
    )
    assert found["dock_density_t_per_m3"] == pytest.approx(1.021)


TANK = {"name": "DB 1", "contents": "ballast", "density_t_per_m3": 1.0, "sounding_m": 1.0}
GRID = {"readings_m": [0.0, 2.0], "trims_by_stern_m": [0.0, 4.0], "cells": [[0.0, 0.0], [100.0, 80.0]]}
EVEN = {"volume_readings_m": [0.0, 2.0], "volumes_m3": [0.0, 100.0]}
MM = {"readings_m": [0.0, 2.0], "trims_by_stern_m": [0.0, 4.0], "cells": [[0, -40], [0, -40]]}
CUBIC = {"readings_m": [0.0, 2.0], "trims_by_stern_m": [0.0, 4.0], "cells": [[0, -10], [0, -10]]}
HEEL = {
    "heel_readings_m": [0.0, 2.0],
    "heels_to_starboard_deg": [-1.0, 1.0],
    "heel_cells": [[-6.0, 6.0], [-6.0, 6.0]],
}
BOX = {
    "length_m": 20.0,
    "breadth_m": 10.0,
    "depth_m": 3.0,
    "pipe_forward_of_aft_bulkhead_m": 10.0,
    "pipe_to_starboard_of_port_side_m": 5.0,
}


@pytest.mark.parametrize(
    ("how", "weight_t"),
    [
        ({"table": {"kind": "volume_by_trim", "gauge": "sounding", **GRID}}, 45.0),
        ({"table": {"kind": "volume_by_trim", "gauge": "sounding", **GRID, **HEEL}}, 45.0),
        (
            {
                "table": {
                    "kind": "sounding_correction_mm",
                    "gauge": "sounding",
                    "rounding": "none",
                    **MM,
                    **EVEN,
                }
            },
            49.0,
        ),
        ({"table": {"kind": "volume_correction_m3", "gauge": "sounding", **CUBIC, **EVEN}}, 45.0),
        ({"box": BOX}, 200.0),
        ({"box": BOX, "ullage_m": 2.0, "sounding_m": None}, 200.0),
    ],
)
def test_a_tank_by_its_sounding_at_the_ships_trim_of_two_metres(how: dict[str, Any], weight_t: float) -> None:
    found = first(at("conditions.0.tanks", [{**TANK, **how}]))
    assert found["deductibles"][1]["weight_t"] == pytest.approx(weight_t)


def test_a_tank_table_that_does_not_reach_the_trim_gives_way_to_the_stated_volume() -> None:
    short = {"kind": "volume_by_trim", "gauge": "sounding", **GRID, "trims_by_stern_m": [0.0, 1.0]}
    stated = document_of(at("conditions.0.tanks", [{**TANK, "table": short, "volume_m3": 47.0}]))
    assert stated["conditions"][0]["deductibles"][1]["weight_t"] == 47.0
    assert "trim_outside_tank_table" in codes(stated)
    with pytest.raises(OutsideTankTableError, match="trim"):
        document_of(at("conditions.0.tanks", [{**TANK, "table": short}]))


def test_a_calibrated_tank_needs_to_know_how_the_ship_lies() -> None:
    tank = at("conditions.0.tanks", [{**TANK, "box": BOX}])
    with pytest.raises(InconsistentSurveyError, match="DB 1"):
        document_of(tank, *corrected_drafts())
    upright = at("conditions.0.measured_list_to_starboard_deg", 0.0)
    assert first(tank, *corrected_drafts(), upright)["deductibles_t"] == pytest.approx(400.0)
    with pytest.raises(InconsistentSurveyError, match="DB 1"):
        document_of(tank, at("vessel.breadth_m", None))


def test_the_constant_where_the_ship_states_her_cargo() -> None:
    assert first(at("conditions.0.cargo_on_board_t", 0.0))["constant_t"] == pytest.approx(182.5)
    assert "net_less_lightship_t" not in first(at("vessel.lightship_t", None))


@pytest.mark.parametrize(("profile", "decimals"), [("form_c_3dp", 3), ("cn_record", 1)])
def test_a_profile_rounds_every_weight_and_uses_it_rounded(profile: str, decimals: int) -> None:
    found = first(
        at("method.rounding", profile),
        *readings(forward_port=4.013, aft_starboard=6.177, midship_port=5.021),
        at("conditions.0.dock_density_t_per_m3", 1.0235),
    )
    weights = [step for step in found["steps"] if step["unit"] == "t"]
    assert all(step["value"] == round(step["value"], decimals) for step in weights)
    assert found["dock_density_t_per_m3"] == 1.0235
    parts = (
        found["trim_corrected_displacement_t"] + found["list_correction_t"] + found["density_correction_t"]
    )
    assert found["density_corrected_displacement_t"] == pytest.approx(parts, abs=1e-9)


def test_full_precision_is_not_form_c() -> None:
    finer = readings(forward_port=4.0137, aft_starboard=6.1771)
    assert (
        first(*finer)["net_displacement_t"]
        != first(*finer, at("method.rounding", "form_c_3dp"))["net_displacement_t"]
    )


def test_the_case_that_was_given_is_left_as_it_was() -> None:
    case = survey_case()
    document_of(case=case)
    assert case == survey_case()


def test_a_condition_built_without_what_a_case_must_have_is_refused_too() -> None:
    case = case_from_mapping(survey_case())
    light = case.condition("initial")
    with pytest.raises(MissingReadingError, match="corrected_drafts_m"):
        compute_condition(replace(light, draft_readings=None), case.vessel, case.method)
    empty = TankDeductible(
        name="DB 1",
        contents="ballast",
        density_t_per_m3=1.0,
        volume_m3=None,
        reading=None,
        calibration=None,
        status=None,
        standard_uncertainty_t=None,
    )
    with pytest.raises(InconsistentSurveyError, match="no volume"):
        compute_condition(replace(light, deductibles=(empty,)), case.vessel, case.method)
    with pytest.raises(KeyError, match="no_such_step"):
        compute_condition(light, case.vessel, case.method).value("no_such_step")
