"""Tables: hand calculation, a real table (REIHOU 2024), closed-form hulls, faults and properties."""

import csv
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from survey.errors import (
    InvalidHydrostaticTableError,
    OutsideHydrostaticTableError,
    OutsideTrimRangeError,
)
from survey.hydrostatics import (
    HydrostaticRow,
    HydrostaticTable,
    LcfReference,
    TableKind,
    displacement_from_table_t,
    lcf_aft_of_midships_m,
)

BOX_LENGTH_M, BOX_BREADTH_M, SEA_T_PER_M3 = 100.0, 20.0, 1.025


def row(
    draft_m: float,
    displacement_t: float,
    *,
    tpc: float = 20.5,
    lcf: float = 0.0,
    mctc: float | None = 170.0,
    trim: float | None = None,
) -> HydrostaticRow:
    return HydrostaticRow(
        draft_m=draft_m,
        displacement_t=displacement_t,
        tpc_t_per_cm=tpc,
        lcf_aft_of_midships_m=lcf,
        mctc_tm_per_cm=mctc,
        trim_by_stern_m=trim,
    )


def box_rows(*drafts_m: float, trim: float | None = None) -> list[HydrostaticRow]:
    area_t_per_m = BOX_LENGTH_M * BOX_BREADTH_M * SEA_T_PER_M3
    return [row(draft, area_t_per_m * draft, tpc=area_t_per_m / 100, trim=trim) for draft in drafts_m]


def v_hull_row(draft_m: float) -> HydrostaticRow:
    """Half breadth 1.5 z over 100 m: D = 1.025 * 150 * z², TPC = D' / 100, MCTC = 1.025 * IL / L / 100."""
    return row(
        draft_m,
        153.75 * draft_m**2,
        tpc=3.075 * draft_m,
        mctc=1.025 * (3 * draft_m * 100**3 / 12) / 100 / 100,
    )


# ---------------------------------------------------------------- references


@pytest.mark.parametrize(
    ("reference", "printed_m"),
    [
        (LcfReference.AFT_OF_MIDSHIPS, -4.46),
        (LcfReference.FORWARD_OF_MIDSHIPS, 4.46),
        (LcfReference.FORWARD_OF_AP, 78.46),  # published: sevensurveyor.com, "the other side", LBP 148 m
        (LcfReference.AFT_OF_FP, 69.54),
    ],
)
def test_every_lcf_reference_says_the_same_place(reference: LcfReference, printed_m: float) -> None:
    place_m = lcf_aft_of_midships_m(printed_m, reference=reference, length_between_perpendiculars_m=148.0)
    assert place_m == pytest.approx(-4.46, abs=1e-12)


def test_a_deadweight_table_needs_the_lightship() -> None:
    assert displacement_from_table_t(30_000.0, kind=TableKind.DISPLACEMENT, lightship_t=None) == 30_000.0
    assert displacement_from_table_t(30_000.0, kind=TableKind.DEADWEIGHT, lightship_t=8_000.0) == 38_000.0
    with pytest.raises(InvalidHydrostaticTableError, match="lightship_t"):
        displacement_from_table_t(30_000.0, kind=TableKind.DEADWEIGHT, lightship_t=None)


# ---------------------------------------------------------------- look-up


def test_hand_calculation_between_two_rows() -> None:
    table = HydrostaticTable.from_rows(
        [
            row(5.0, 19743, tpc=42.32, lcf=-4.354, mctc=440.0),
            row(5.1, 20167, tpc=42.37, lcf=-4.289, mctc=441.0),
        ]
    )
    found = table.at(5.0357)
    assert found.displacement_t == pytest.approx(19743 + 0.357 * 424)
    assert found.tpc_t_per_cm == pytest.approx(42.33785)
    assert found.lcf_aft_of_midships_m == pytest.approx(-4.330795)
    assert found.mctc_tm_per_cm == pytest.approx(440.357)


def test_the_rows_themselves_and_both_ends_are_covered() -> None:
    table = HydrostaticTable.from_rows(box_rows(6.0, 4.0, 5.0))
    assert [table.at(draft).displacement_t for draft in (4.0, 5.0, 6.0)] == [8200.0, 10250.0, 12300.0]
    assert (table.lowest_m, table.highest_m) == (4.0, 6.0)
    assert [found.draft_m for found in table.rows] == [4.0, 5.0, 6.0]


@pytest.mark.parametrize("draft_m", [3.999999, 6.000001, -5.0, math.nan, math.inf])
def test_no_draft_outside_is_answered(draft_m: float) -> None:
    table = HydrostaticTable.from_rows(box_rows(4.0, 6.0))
    with pytest.raises(OutsideHydrostaticTableError) as caught:
        table.at(draft_m)
    assert (caught.value.lowest_m, caught.value.highest_m) == (4.0, 6.0)
    assert "4 m to 6 m" in str(caught.value)


def test_a_row_without_mctc_leaves_mctc_missing() -> None:
    table = HydrostaticTable.from_rows([row(4.0, 8200, mctc=None), row(5.0, 10250)])
    assert table.at(4.5).mctc_tm_per_cm is None


def test_mctc_half_a_metre_either_side() -> None:
    table = HydrostaticTable.from_rows([v_hull_row(z) for z in (4.0, 4.5, 5.0, 5.5, 6.0)])
    assert table.mctc_pair_tm_per_cm(5.0, half_interval_m=0.5) == pytest.approx((140.9375, 115.3125))
    assert table.mctc_pair_tm_per_cm(5.0, half_interval_m=1.0) == pytest.approx((153.75, 102.5))
    with pytest.raises(OutsideHydrostaticTableError) as caught:
        table.mctc_pair_tm_per_cm(5.6, half_interval_m=0.5)
    assert caught.value.draft_m == pytest.approx(6.1)


def test_a_table_without_mctc_says_so() -> None:
    table = HydrostaticTable.from_rows([row(4.0, 8200, mctc=None), row(5.0, 10250, mctc=None)])
    assert table.mctc_pair_tm_per_cm(4.5, half_interval_m=0.5) is None


# ---------------------------------------------------------------- tables by trim


def by_trim() -> HydrostaticTable:
    return HydrostaticTable.from_rows(
        [
            row(5.0, 10_000, lcf=0.0, trim=0.0),
            row(6.0, 12_000, lcf=1.0, trim=0.0),
            row(5.0, 10_100, lcf=0.2, trim=1.0),
            row(6.0, 12_200, lcf=1.2, trim=1.0),
            row(5.0, 10_400, lcf=0.4, trim=2.0),
            row(6.0, 12_600, lcf=1.4, trim=2.0),
        ]
    )


def test_bilinear_in_draft_and_trim_by_hand() -> None:
    table = by_trim()
    assert table.is_by_trim
    found = table.at(5.5, 0.25)
    assert found.displacement_t == pytest.approx(0.75 * 11_000 + 0.25 * 11_150)
    assert found.lcf_aft_of_midships_m == pytest.approx(0.55)
    assert table.at(6.0, 2.0).displacement_t == 12_600
    assert table.mctc_pair_tm_per_cm(5.5, half_interval_m=0.5) is None


@pytest.mark.parametrize("trim_m", [None, -0.01, 2.01, math.nan])
def test_no_trim_outside_is_answered(trim_m: float | None) -> None:
    with pytest.raises(OutsideTrimRangeError, match="0 m to 2 m"):
        by_trim().at(5.5, trim_m)


def test_a_table_for_the_even_keel_ignores_the_trim() -> None:
    table = HydrostaticTable.from_rows(box_rows(4.0, 6.0))
    assert not table.is_by_trim
    assert table.at(5.0, 3.0) == table.at(5.0)


def test_pages_of_different_reach_answer_where_all_do() -> None:
    table = HydrostaticTable.from_rows(box_rows(4.0, 5.0, 6.0, trim=0.0) + box_rows(4.5, 6.5, trim=1.0))
    assert (table.lowest_m, table.highest_m) == (4.5, 6.0)
    with pytest.raises(OutsideHydrostaticTableError):
        table.at(4.2, 0.5)


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "no row"),
        ([row(5.0, 10_000)], "one row"),
        ([row(5.0, 10_000), row(5.0, 10_000)], "two rows have the draft 5 m"),
        ([row(5.0, 10_000), row(5.1, 9_999)], "must rise"),
        ([row(math.nan, 10_000), row(5.1, 10_001)], "draft_m is nan"),
        ([row(5.0, math.inf), row(5.1, 10_001)], "displacement_t is inf"),
        ([row(5.0, 0.0), row(5.1, 10_001)], "displacement_t is 0"),
        ([row(5.0, 10_000, tpc=-20.0), row(5.1, 10_001)], "tpc_t_per_cm is -20"),
        ([row(5.0, 10_000, lcf=math.nan), row(5.1, 10_001)], "lcf_aft_of_midships_m is nan"),
        ([row(5.0, 10_000, mctc=0.0), row(5.1, 10_001)], "mctc_tm_per_cm is 0"),
        ([row(5.0, 10_000, trim=math.nan), row(5.1, 10_001)], "trim_by_stern_m is nan"),
        ([row(5.0, 10_000, trim=0.0), row(5.1, 10_001)], "some rows declare a trim"),
        (box_rows(4.0, 5.0, trim=1.0), "single trim 1 m"),
        (box_rows(4.0, 5.0, trim=0.0) + box_rows(4.0, trim=1.0), "one row"),
    ],
)
def test_a_table_that_cannot_be_is_refused(rows: list[HydrostaticRow], says: str) -> None:
    with pytest.raises(InvalidHydrostaticTableError, match=says):
        HydrostaticTable.from_rows(rows)


# ---------------------------------------------------------------- properties

drafts = st.floats(min_value=4.0, max_value=6.0)


@given(drafts)
def test_a_box_is_interpolated_exactly(draft_m: float) -> None:
    found = HydrostaticTable.from_rows(box_rows(4.0, 4.5, 5.0, 5.5, 6.0)).at(draft_m)
    assert found.displacement_t == pytest.approx(2050 * draft_m, rel=1e-12)
    assert found.tpc_t_per_cm == pytest.approx(20.5)


@given(drafts, st.permutations([4.0, 4.5, 5.0, 5.5, 6.0]))
def test_the_order_of_rows_does_not_matter(draft_m: float, order: list[float]) -> None:
    shuffled = HydrostaticTable.from_rows([v_hull_row(z) for z in order])
    assert shuffled == HydrostaticTable.from_rows([v_hull_row(z) for z in sorted(order)])
    assert shuffled.at(draft_m) == shuffled.at(draft_m, 1.0)


@given(drafts)
def test_the_interpolation_bound_holds_for_a_hull_with_a_known_curve(draft_m: float) -> None:
    table = HydrostaticTable.from_rows([v_hull_row(z) for z in (4.0, 5.0, 6.0)])
    error_t = abs(table.at(draft_m).displacement_t - v_hull_row(draft_m).displacement_t)
    assert error_t <= table.interpolation_bound_t(draft_m) + 1e-6


@given(drafts, st.floats(min_value=0.0, max_value=2.0))
def test_equal_pages_make_trim_immaterial(draft_m: float, trim_m: float) -> None:
    pages = [made for trim in (0.0, 1.0, 2.0) for made in box_rows(4.0, 6.0, trim=trim)]
    assert HydrostaticTable.from_rows(pages).at(draft_m, trim_m).displacement_t == pytest.approx(
        2050 * draft_m
    )


# ---------------------------------------------------------------- published


@needs_shared
@pytest.mark.parametrize(
    ("draft_m", "displacement_t", "tpc", "lcf_m", "mctc_minus", "mctc_plus"),
    [
        (8.47125, 71401.975, 89.2090625, -4.90025, 1318.8, 1372.167),
        (
            10.80897965116279,
            92646.10667151169,
            92.26167354651163,
            -1.386530523255805,
            1450.93243212,
            1509.01735029,
        ),
        (
            11.833552325581394,
            102178.55305232566,
            93.56194040697675,
            0.16697325581396558,
            1510.4057064,
            1566.162384,
        ),
    ],
)
def test_published_reihou_2024(
    draft_m: float, displacement_t: float, tpc: float, lcf_m: float, mctc_minus: float, mctc_plus: float
) -> None:
    text = (SHARED / "data/surveys/hydro_reihou.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    table = HydrostaticTable.from_rows(
        HydrostaticRow(
            draft_m=float(cells["draft_m"]),
            displacement_t=float(cells["displacement_t"]),
            tpc_t_per_cm=float(cells["tpc_t_per_cm"]),
            lcf_aft_of_midships_m=float(cells["lcf_aft_of_midships_m"]),
            mctc_tm_per_cm=float(cells["mctc_tm_per_cm"]),
        )
        for cells in csv.DictReader(lines)
    )
    found = table.at(draft_m)
    assert found.displacement_t == pytest.approx(displacement_t, abs=1e-6)
    assert found.tpc_t_per_cm == pytest.approx(tpc, abs=1e-9)
    assert found.lcf_aft_of_midships_m == pytest.approx(lcf_m, abs=1e-9)
    pair = table.mctc_pair_tm_per_cm(draft_m, half_interval_m=0.5)
    assert pair == pytest.approx((mctc_plus, mctc_minus), abs=1e-6)


@needs_shared
@pytest.mark.parametrize("hull", ["v_hull_trim", "box_trim_heel", "box_parabolic_sag"])
def test_analytic_hulls_are_exact_at_their_rows(hull: str) -> None:
    document = json.loads((SHARED / "data/surveys/analytic_hulls.json").read_text(encoding="utf-8"))
    item = next(found for found in document["items"] if found["name"] == hull)
    table = HydrostaticTable.from_rows(
        row(line["draft"], line["disp"], tpc=line["tpc"], lcf=line["lcf"], mctc=line["mtc"])
        for line in item["table_rows"]
    )
    for line in item["table_rows"]:
        assert table.at(line["draft"]).displacement_t == line["disp"]
        assert table.at(line["draft"]).mctc_tm_per_cm == line["mtc"]
