"""Values on the very edge: by hand, what lies on a table's end is on the table; by fault, each names its place."""

from typing import Any

import pytest
from survey_cases import DELETED, Change, at, codes, document_of, survey_case, v_hull_row

from survey.case import case_from_mapping
from survey.errors import (
    InconsistentSurveyError,
    InvalidCaseError,
    InvalidHydrostaticTableError,
    InvalidTankTableError,
    OutsideHydrostaticTableError,
    OutsideTankTableError,
    OutsideTrimRangeError,
    SurveyError,
    UndeclaredGaugeError,
)

READINGS = "conditions.0.draft_readings_m"
TABLE = "hydrostatic_table.rows"
TRIMMED = {"quarter_mean": 5.0, "trim": 2.0}
BY_TRIM = {
    "kind": "volume_by_trim",
    "gauge": "sounding",
    "readings_m": [0.0, 2.0],
    "trims_by_stern_m": [0.0, 2.0],
    "cells": [[0.0, 0.0], [100.0, 80.0]],
}
BY_HEEL = {
    "heel_readings_m": [0.0, 2.0],
    "heels_to_starboard_deg": [-1.0, 1.0],
    "heel_cells": [[-6.0, 6.0], [-6.0, 6.0]],
}
TANK = {"name": "DB 1", "contents": "ballast", "density_t_per_m3": 1.0, "sounding_m": 1.0}


def first(*changes: Change) -> dict[str, Any]:
    found: dict[str, Any] = document_of(*changes)["conditions"][0]
    return found


def all_drafts(draft_m: float) -> Change:
    return at(READINGS, dict.fromkeys(survey_case()["conditions"][0]["draft_readings_m"], draft_m))


def ends(forward_m: float, midship_m: float, aft_m: float) -> Change:
    means_m = {"forward": forward_m, "midship": midship_m, "aft": aft_m}
    sides = ("port", "starboard")
    return at(READINGS, {f"{mark}_{side}": mean_m for mark, mean_m in means_m.items() for side in sides})


def tank(**values: object) -> Change:
    return at("conditions.0.tanks", [{**TANK, **values}])


# ---------------------------------------------------------------- on the end of a table


def test_typed_mctc_rows_exactly_half_a_metre_away_are_on_the_table() -> None:
    """4.1 - 0.5 is 3.6 on paper; in binary it lies below."""
    rows = [v_hull_row(draft_m) for draft_m in (4.0, 4.2)]
    mctc_rows = [{"draft_m": draft_m, "mctc_tm_per_cm": 25.625 * draft_m} for draft_m in (3.6, 4.6)]
    given = {"quarter_mean": 4.1, "trim": 1.0}
    found = first(
        at("conditions.0.typed_hydrostatics", {"rows": rows, "mctc_rows": mctc_rows}),
        at(READINGS, DELETED),
        at("conditions.0.corrected_drafts_m", given),
    )
    assert found["second_trim_correction_t"] == pytest.approx(50 * 25.625 / 100)


@pytest.mark.parametrize("hundredths", range(410, 470))
def test_a_draft_on_either_end_of_the_table_is_on_it(hundredths: int) -> None:
    draft_m = hundredths / 100
    rows = [v_hull_row(draft_m - 0.5), v_hull_row(draft_m), v_hull_row(draft_m + 0.5), v_hull_row(8.0)]
    readings = ends(draft_m - 0.3, draft_m, draft_m + 0.3)
    found = first(at(TABLE, rows), readings, at("method.mean_rule", "3-14-3"))
    assert found["table_displacement_t"] == pytest.approx(153.75 * draft_m**2)
    single = at("conditions.0.typed_hydrostatics", {"rows": [v_hull_row(draft_m - 0.25)]})
    assert first(single, all_drafts(draft_m))["quarter_mean_m"] == pytest.approx(draft_m)


@pytest.mark.parametrize(("forward_m", "aft_m"), [(4.3, 6.3), (4.1, 6.1), (3.9, 5.9), (5.7, 7.7)])
def test_a_trim_on_the_last_page_or_column_is_on_it(forward_m: float, aft_m: float) -> None:
    """6.3 - 4.3 is 2 on paper."""
    readings = ends(forward_m, 5.0, aft_m)
    pages = [
        {**v_hull_row(draft_m), "trim_by_stern_m": trim_m}
        for trim_m in (0.0, 2.0)
        for draft_m in (4.0, 5.0, 6.0, 8.0)
    ]
    assert first(at(TABLE, pages), readings)["trim_m"] == pytest.approx(2.0)
    assert first(readings, tank(table=BY_TRIM))["deductibles"][1]["weight_t"] == pytest.approx(40.0)
    single = BY_TRIM | {"trims_by_stern_m": [2.0], "cells": [[0.0], [80.0]]}
    assert first(readings, tank(table=single))["deductibles"][1]["weight_t"] == pytest.approx(40.0)


def test_curves_of_form_may_start_at_zero_where_the_draft_does() -> None:
    rows = [v_hull_row(0.5 * index) for index in range(19)]
    assert first(at(TABLE, rows))["trim_corrected_displacement_t"] == pytest.approx(3895.0)
    with pytest.raises(InvalidHydrostaticTableError, match=r"displacement_t is 0 in the row of 0\.5 m"):
        document_of(at(TABLE, [{**v_hull_row(0.5), "displacement_t": 0}, *rows[2:]]))


def test_a_ship_in_the_corner_of_a_table_by_trim_is_weighed_with_her_uncertainty() -> None:
    """Even keel on the deepest row, trims from 0 by the stern: either way a reading moves, it leaves the table."""
    pages = [
        {**v_hull_row(draft_m), "trim_by_stern_m": trim_m, "displacement_t": 153.75 * draft_m**2 + trim_m}
        for trim_m in (0.0, 2.0)
        for draft_m in (4.0, 5.0, 6.0, 8.0)
    ]
    shorter = [page for page in pages if (page["draft_m"], page["trim_by_stern_m"]) != (8.0, 2.0)]
    longer = [*shorter, {**pages[-1], "draft_m": 7.0, "displacement_t": 153.75 * 7.0**2 + 2}]
    for rows in (pages, longer[:3] + longer[4:]):
        deepest_m = max(row["draft_m"] for row in rows if row["trim_by_stern_m"] == 0)
        document = document_of(
            at(TABLE, rows), at("conditions", [{**survey_case()["conditions"][1], **even(deepest_m)}])
        )
        slopes = {
            line["input"]: line["sensitivity_t_per_unit"]
            for line in document["budget"]
            if line["unit"] == "m"
        }
        assert slopes["midship_port"] == pytest.approx(3 / 8 * 100 * 3.075 * deepest_m, rel=0.1)


def even(draft_m: float) -> dict[str, Any]:
    readings = survey_case()["conditions"][0]["draft_readings_m"]
    return {"draft_readings_m": dict.fromkeys(readings, draft_m)}


def test_typed_rows_whose_columns_fall_steeply_leave_the_uncertainty_a_table() -> None:
    rows = [{**v_hull_row(draft_m), "mctc_tm_per_cm": mctc} for draft_m, mctc in ((4.4, 1.0), (5.6, 200.0))]
    typed = {
        "rows": rows,
        "mctc_rows": [{"draft_m": d, "mctc_tm_per_cm": m} for d, m in ((4.4, 1), (5.6, 200))],
    }
    assert document_of(at("conditions.0.typed_hydrostatics", typed))["u95_t"] > 0
    from_zero = at(TABLE, [v_hull_row(0.5 * index) for index in range(19)])
    assert document_of(from_zero)["u95_t"] > 0


# ---------------------------------------------------------------- what a table may hold


def both_weights(draft_m: float) -> dict[str, float]:
    return {**v_hull_row(draft_m), "deadweight_t": 153.75 * draft_m**2 - 3000.0}


@pytest.mark.parametrize("kind", [None, "displacement", "deadweight"])
def test_a_table_that_prints_both_weights_is_read_by_the_declared_one(kind: str | None) -> None:
    rows = [both_weights(2.0 + 0.5 * index) for index in range(15)]
    found = first(at(TABLE, rows), at("hydrostatic_table.kind", kind))
    assert found["table_displacement_t"] == pytest.approx(3843.75)


def test_a_deadweight_table_starts_below_the_light_draft() -> None:
    rows = [both_weights(2.0 + 0.5 * index) for index in range(15)]
    assert rows[0]["deadweight_t"] < 0
    for row in rows:
        del row["displacement_t"]
    assert first(at(TABLE, rows))["table_displacement_t"] == pytest.approx(3843.75)


def test_columns_that_tables_print_besides_are_not_read() -> None:
    rows = [{**v_hull_row(2.0 + 0.5 * index), "vcb_m": 1.0, "cb": 0.5} for index in range(15)]
    assert first(at(TABLE, rows))["table_displacement_t"] == pytest.approx(3843.75)


# ---------------------------------------------------------------- typed beside a table

TYPED = "conditions.0.typed_hydrostatics"


def test_what_is_not_typed_is_the_tables() -> None:
    """Two typed MCTC or two typed TPC alone: the rest is looked up; a typed row without MCTC takes the table's."""
    of_table = first()
    pair = {"mctc_plus_tm_per_cm": 141.0, "mctc_minus_tm_per_cm": 115.0}
    found = first(at(TYPED, pair))
    assert found["table_displacement_t"] == of_table["table_displacement_t"]
    assert found["second_trim_correction_t"] == pytest.approx(50 * 4 * 26 / 100)
    sides = {"tpc_at_port_draft_t_per_cm": 15.0, "tpc_at_starboard_draft_t_per_cm": 15.5}
    listed = (
        ends(4.0, 5.0, 6.0),
        at(f"{READINGS}.midship_port", 4.9),
        at(f"{READINGS}.midship_starboard", 5.1),
    )
    found = first(at(TYPED, sides), *listed, at("conditions.0.list_correction", "tpc_at_sides"))
    assert found["list_correction_t"] == pytest.approx(6 * 0.5 * 0.2)
    row = {**v_hull_row(5.0), "mctc_tm_per_cm": None}
    assert first(at(TYPED, {"rows": [row]}))["second_trim_correction_t"] == pytest.approx(51.25)


@pytest.mark.parametrize(
    "other", [{"density_t_per_m3": 1.0}, {"draft_basis": "moulded"}, {"trim": 0.0}, {"nothing": None}]
)
def test_a_table_for_other_water_another_basis_or_by_trim_stands_in_for_nothing(
    other: dict[str, object],
) -> None:
    changes = [at("vessel.keel_plate_thickness_m", 0.02)]
    typed: dict[str, object] = {"mctc_plus_tm_per_cm": 141.0, "mctc_minus_tm_per_cm": 115.0}
    if "trim" in other:
        rows = [{**v_hull_row(d), "trim_by_stern_m": t} for t in (0, 4) for d in (4, 5, 9)]
        changes.append(at(TABLE, rows))
    elif "nothing" in other:
        typed = {}
    else:
        typed |= other
    with pytest.raises(InvalidHydrostaticTableError, match="no row is typed"):
        document_of(*changes, at(TYPED, typed))


def test_a_list_beyond_the_typed_rows_names_what_may_be_typed() -> None:
    pair = {"mctc_plus_tm_per_cm": 141.0, "mctc_minus_tm_per_cm": 115.0}
    typed = at(TYPED, {"rows": [v_hull_row(4.95), v_hull_row(5.05)], **pair})
    listed = at(f"{READINGS}.midship_port", 4.9), at(f"{READINGS}.midship_starboard", 5.1)
    with pytest.raises(OutsideHydrostaticTableError, match=r"^initial: TPC at the sides.*draft 4\.9"):
        document_of(typed, *listed, at("conditions.0.list_correction", "tpc_at_sides"))


# ---------------------------------------------------------------- tanks and heel


def corrected_drafts() -> list[Change]:
    return [at(READINGS, DELETED), at("conditions.0.corrected_drafts_m", TRIMMED)]


def test_a_tank_table_without_heel_needs_no_heel() -> None:
    found = first(*corrected_drafts(), tank(table=BY_TRIM))
    assert found["deductibles"][1]["weight_t"] == pytest.approx(40.0)
    with pytest.raises(InconsistentSurveyError, match="DB 1 is calibrated by heel"):
        document_of(*corrected_drafts(), tank(table=BY_TRIM | BY_HEEL))


def test_a_measured_list_warns_where_no_readings_show_one() -> None:
    listed = at("conditions.0.measured_list_to_starboard_deg", -1.5)
    document = document_of(*corrected_drafts(), listed)
    warning = next(warning for warning in document["warnings"] if warning["code"] == "list")
    assert warning["values"]["list_to_starboard_deg"] == -1.5
    assert "list" not in codes(document_of(*corrected_drafts()))


# ---------------------------------------------------------------- a fault says where it is


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ([all_drafts(12.0)], OutsideHydrostaticTableError, "^initial: draft 12.0000 m is outside"),
        (
            [ends(8.5, 8.8, 9.1)],
            OutsideHydrostaticTableError,
            "^initial: MCTC 0.5 m above and below the draft: draft 9.3",
        ),
        (
            [at(TABLE, [{**v_hull_row(d), "trim_by_stern_m": t} for t in (0, 1) for d in (4, 5, 9)])],
            OutsideTrimRangeError,
            "^initial: trim 2.0000 m is outside",
        ),
        ([tank(sounding_m=3.0, table=BY_TRIM)], OutsideTankTableError, "^initial: tank DB 1: reading_m 3"),
        (
            [tank(sounding_m=None, ullage_m=1.0, table=BY_TRIM)],
            UndeclaredGaugeError,
            "^initial: tank DB 1: the table is entered by sounding",
        ),
        (
            [tank(table=BY_TRIM | {"readings_m": [2.0, 0.0]})],
            InvalidTankTableError,
            r"^conditions\[0\]\.tanks\[0\]: the tank table cannot be used",
        ),
        ([at(TABLE, [v_hull_row(5.0)])], InvalidHydrostaticTableError, "^hydrostatic_table: .*one row"),
        (
            [at("conditions.1.typed_hydrostatics", {"rows": []})],
            InvalidHydrostaticTableError,
            r"^conditions\[1\]\.typed_hydrostatics: .*no row is typed",
        ),
    ],
)
def test_a_fault_names_its_stage_tank_or_key(
    changes: list[Change], error: type[SurveyError], said: str
) -> None:
    with pytest.raises(error, match=said):
        document_of(*changes)


def test_an_error_keeps_its_values_when_its_place_is_added() -> None:
    with pytest.raises(OutsideHydrostaticTableError) as caught:
        document_of(all_drafts(12.0))
    assert (caught.value.draft_m, caught.value.lowest_m, caught.value.highest_m) == (12.0, 2.0, 9.0)


def test_marks_that_leave_less_than_half_the_ship_between_them_are_refused() -> None:
    marks = {"forward": -40.0, "midship": 0.0, "aft": 11.0}
    with pytest.raises(InconsistentSurveyError, match=r"49 m, of 100 m .* FORWARD"):
        document_of(at("conditions.0.marks_forward_of_reference_m", marks))


@pytest.mark.parametrize("what", ["tanks", "deductibles_t"])
def test_more_tanks_than_a_ship_has_are_refused(what: str) -> None:
    names = [f"T{number}" for number in range(1001)]
    many: object = [{**TANK, "name": name, "volume_m3": 1.0} for name in names]
    if what == "deductibles_t":
        many = dict.fromkeys(names, 1.0)
    with pytest.raises(InvalidCaseError, match=f"{what}: has 1001 entries; accepted is up to 1000"):
        case_from_mapping(survey_case(at(f"conditions.0.{what}", many)))
