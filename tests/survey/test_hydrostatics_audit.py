"""The audit: a clean table, one injected fault each, and a real table (REIHOU 2024)."""

import csv
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from survey.hydrostatic_rows import HydrostaticRow
from survey.hydrostatics import HydrostaticTable
from survey.hydrostatics_audit import SEVERITIES, AuditCode, AuditLimits, Severity, audit_table


def smooth_row(index: int, trim_by_stern_m: float | None = None) -> HydrostaticRow:
    """A ship-like table: TPC rises from 50 by 0.2 a row of 0.2 m, displacement is its integral, to 0.1 t."""
    draft_m = round(4.0 + 0.2 * index, 3)
    return HydrostaticRow(
        draft_m=draft_m,
        displacement_t=round(20_000 + 1000 * index + 2 * index**2, 1),
        tpc_t_per_cm=round(50 + 0.2 * index, 2),
        lcf_aft_of_midships_m=round(-5 + 0.2 * index + 0.003 * index**2, 3),
        mctc_tm_per_cm=round(600 + 8 * index + 0.05 * index**2, 1),
        trim_by_stern_m=trim_by_stern_m,
    )


CLEAN = tuple(smooth_row(index) for index in range(12))


def with_fault(index: int, **changes: float | None) -> list[HydrostaticRow]:
    rows = list(CLEAN)
    rows[index] = replace(rows[index], **changes)  # type: ignore[arg-type] # any field, on purpose
    return rows


def found(rows: list[HydrostaticRow], length_m: float | None = 180.0) -> dict[AuditCode, list[int | None]]:
    report = audit_table(rows, length_between_perpendiculars_m=length_m)
    codes: dict[AuditCode, list[int | None]] = {}
    for finding in report.findings:
        codes.setdefault(finding.code, []).append(finding.row)
    return codes


def test_a_clean_table_has_no_finding() -> None:
    report = audit_table(CLEAN, length_between_perpendiculars_m=180.0)
    assert report.findings == ()
    assert report.is_usable
    assert report.median_tpc_deviation == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            with_fault(5, displacement_t=52_050.0),
            {AuditCode.TPC_DISAGREES: [6, 7], AuditCode.DISPLACEMENT_NOT_RISING: [7]},
        ),
        (with_fault(5, tpc_t_per_cm=15.0), {AuditCode.TPC_DISAGREES: [6, 7]}),
        (with_fault(5, lcf_aft_of_midships_m=3.925), {AuditCode.LCF_JUMP: [6]}),
        (with_fault(5, mctc_tm_per_cm=461.3), {AuditCode.MCTC_JUMP: [6]}),
        (with_fault(5, mctc_tm_per_cm=None), {AuditCode.MCTC_MISSING: [6]}),
        (
            with_fault(0, draft_m=-0.5),
            {
                AuditCode.DRAFT_OUTSIDE_RANGE: [1],
                AuditCode.TPC_DISAGREES: [2],
                AuditCode.LCF_JUMP: [2],
                AuditCode.STEP_CHANGES: [3],
            },
        ),
        (with_fault(11, draft_m=math.inf), {AuditCode.NOT_A_NUMBER: [12]}),
        (
            with_fault(5, lcf_aft_of_midships_m=90.1),
            {AuditCode.LCF_JUMP: [6], AuditCode.LCF_OUTSIDE_SHIP: [6]},
        ),
        (
            with_fault(5, displacement_t=math.nan),
            {AuditCode.NOT_A_NUMBER: [6], AuditCode.STEP_CHANGES: [7, 8]},
        ),
        (with_fault(11, draft_m=math.nan), {AuditCode.NOT_A_NUMBER: [12]}),
        (list(CLEAN[:4]) + list(CLEAN[5:]), {AuditCode.STEP_CHANGES: [5, 6]}),
        ([*CLEAN[1:], CLEAN[0]], {AuditCode.ROWS_UNSORTED: [12]}),
        ([CLEAN[0]], {AuditCode.TOO_FEW_ROWS: [None]}),
        ([], {AuditCode.TOO_FEW_ROWS: [None]}),
    ],
)
def test_each_fault_shows_by_its_code_and_row(
    rows: list[HydrostaticRow], expected: dict[AuditCode, list[int | None]]
) -> None:
    assert found(rows) == expected


def test_two_rows_of_one_draft() -> None:
    codes = found([*CLEAN, CLEAN[3]])
    assert codes[AuditCode.DUPLICATE_DRAFT] == [13]
    assert not audit_table([*CLEAN, CLEAN[3]], length_between_perpendiculars_m=None).is_usable


@pytest.mark.parametrize("name", ["displacement_t", "tpc_t_per_cm", "mctc_tm_per_cm"])
def test_what_must_be_positive(name: str) -> None:
    assert found(with_fault(0, **{name: -1.0}))[AuditCode.NOT_POSITIVE] == [1]


def test_negative_tpc_beside_positive_ones_does_not_break_the_audit() -> None:
    codes = found(with_fault(5, tpc_t_per_cm=-50.2))
    assert codes[AuditCode.NOT_POSITIVE] == [6]


def test_pages_by_trim_are_audited_apart() -> None:
    pages = [smooth_row(index, trim) for trim in (0.0, 1.0) for index in range(6)]
    assert found(pages) == {}
    pages[8] = replace(pages[8], lcf_aft_of_midships_m=9.0)
    report = audit_table(pages, length_between_perpendiculars_m=180.0)
    assert [(item.code, item.row, item.trim_by_stern_m) for item in report.findings] == [
        (AuditCode.LCF_JUMP, 9, 1.0)
    ]


def test_the_gravest_come_first_with_their_numbers() -> None:
    rows = with_fault(5, tpc_t_per_cm=15.0)
    rows[8] = replace(rows[8], displacement_t=0.0)
    findings = audit_table(rows, length_between_perpendiculars_m=None).findings
    order = [list(Severity).index(finding.severity) for finding in findings]
    assert order == sorted(order)
    assert any(finding.values.get("displacement_t") == 0.0 for finding in findings)


def test_limits_can_be_set() -> None:
    rows = with_fault(5, tpc_t_per_cm=50.8)
    assert found(rows) == {}
    strict = audit_table(rows, length_between_perpendiculars_m=None, limits=AuditLimits(tpc_deviation=0.0005))
    assert {finding.code for finding in strict.findings} == {AuditCode.TPC_DISAGREES}


def test_whole_tonnes_at_centimetre_steps_are_not_faults() -> None:
    rows = [
        HydrostaticRow(
            draft_m=round(4.5 + index / 100, 2),
            displacement_t=round(21_000 + 49.7 * index),
            tpc_t_per_cm=49.7,
            lcf_aft_of_midships_m=-6.9,
            mctc_tm_per_cm=530.0,
        )
        for index in range(30)
    ]
    assert found(rows) == {}


def test_every_code_has_a_severity() -> None:
    assert set(SEVERITIES) == set(AuditCode)


@given(st.integers(0, 11), st.integers(1, 4), st.integers(0, 9))
def test_a_wrong_digit_in_a_displacement_is_always_seen(index: int, place: int, digit: int) -> None:
    printed = f"{CLEAN[index].displacement_t:.1f}"
    wrong = float(printed[: place - 1] + str(digit) + printed[place:])
    if abs(wrong - CLEAN[index].displacement_t) < 50 or wrong <= 0:
        return  # the tens and units are within what 100 * TPC can tell
    assert found(with_fault(index, displacement_t=wrong))


@needs_shared
def test_published_reihou_table_is_clean() -> None:
    text = (SHARED / "data/surveys/hydro_reihou.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = [
        HydrostaticRow(
            draft_m=float(cells["draft_m"]),
            displacement_t=float(cells["displacement_t"]),
            tpc_t_per_cm=float(cells["tpc_t_per_cm"]),
            lcf_aft_of_midships_m=float(cells["lcf_aft_of_midships_m"]),
            mctc_tm_per_cm=float(cells["mctc_tm_per_cm"]),
        )
        for cells in csv.DictReader(lines)
    ]
    report = audit_table(rows, length_between_perpendiculars_m=234.5)
    assert report.findings == ()
    assert report.median_tpc_deviation is not None
    assert report.median_tpc_deviation < 0.004
    assert HydrostaticTable.from_rows(rows).highest_m == 14.0
