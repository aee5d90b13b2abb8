"""Table import: real headers in Chinese and English, units, references, workbooks, every fault by name."""

import contextlib
import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from shared_data import SHARED, needs_shared

from api.vessels import table_grid
from api.vessels.table_errors import (
    BadCellError,
    TableImportError,
    UnclearColumnError,
    UndeclaredTableError,
    UnreadableTableError,
)
from api.vessels.table_import import DecimalMark, ImportedTable, LengthUnit, TableDeclaration, import_table
from survey.errors import InvalidHydrostaticTableError
from survey.hydrostatics import DraftBasis, HydrostaticTable, LcfReference, TableKind
from survey.hydrostatics_audit import AuditCode

DECLARED = TableDeclaration(
    lcf_reference=LcfReference.AFT_OF_MIDSHIPS,
    draft_basis=DraftBasis.EXTREME,
    kind=None,
    length_unit=None,
    decimal_mark=DecimalMark.POINT,
    sheet=None,
    length_between_perpendiculars_m=148.0,
    lightship_t=None,
)
METRES = replace(DECLARED, length_unit=LengthUnit.METRE)
PLAIN = """# M/V EXAMPLE, sea water
draft_m,displacement_t,tpc_t_per_cm,mctc_tm_per_cm,lcf_m,kb_m
5.0,10000,20.5,170,-1.0,2.5
5.5,11025,20.5,171,-0.9,2.7
6.0,12050,20.5,172,-0.8,2.9
"""


def imported(text: str, declaration: TableDeclaration = DECLARED, encoding: str = "utf-8") -> ImportedTable:
    return import_table(text.encode(encoding), file_name="table.csv", declaration=declaration)


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# ---------------------------------------------------------------- what is understood


def test_the_case_format() -> None:
    table = imported(PLAIN)
    assert [row.draft_m for row in table.rows] == [5.0, 5.5, 6.0]
    assert table.rows[1].displacement_t == 11025
    assert table.rows[1].mctc_tm_per_cm == 171
    assert table.rows[2].lcf_aft_of_midships_m == -0.8
    assert table.lines == (3, 4, 5)
    assert table.ignored == ("kb_m",)
    assert table.comments == ("M/V EXAMPLE, sea water",)
    assert table.kind is TableKind.DISPLACEMENT
    assert table.audit.findings == ()
    assert HydrostaticTable.from_rows(table.rows).at(5.25).displacement_t == 10512.5


@pytest.mark.parametrize(
    "header",
    [
        "Draft (m);Displacement (t);TPC (t/cm);MCTC (t·m/cm);LCF (m)",
        "DRAUGHT [m];Displ. [MT];TPC [MT/cm];MTC [t-m/cm];LCF [m, + aft]",
        "吃水（m）;排水量（吨）;每厘米吃水吨数（吨/厘米）;每厘米纵倾力矩（吨米/厘米）;漂心（米）",
        "平均;吃水(米);排水量(t);TPC;MTC;LCF abaft midships (m)",
        "Extreme draft m;Disp;Tonnes per cm immersion;Moment to change trim;Longitudinal center of flo. (m)",
    ],
)
def test_headers_of_real_tables(header: str) -> None:
    lead = "x;" if header.startswith("平均") else ""
    unit = LengthUnit.METRE if header.startswith("Extreme") else None
    text = f"{header}\n{lead}5.0;10000;20.5;170;-1.0\n{lead}5.5;11025;20.5;171;-0.9\n"
    table = imported(text, replace(DECLARED, length_unit=unit))
    row = table.rows[0]
    assert (row.draft_m, row.displacement_t, row.tpc_t_per_cm) == (5.0, 10000, 20.5)
    assert (row.mctc_tm_per_cm, row.lcf_aft_of_midships_m) == (170, -1.0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_chinese_tables_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    text = (
        "船名：安信山\n吃水(m),排水量(t),TPC,MTC,漂心(m)\n5.0,10000,20.5,170,-1.0\n5.5,11025,20.5,171,-0.9\n"
    )
    table = imported(text, encoding=encoding)
    assert len(table.rows) == 2
    assert table.comments == ("船名：安信山",)
    assert table.lines == (3, 4)


@pytest.mark.parametrize(("unit", "scale"), [("mm", 1000), ("cm", 100), ("毫米", 1000), ("m", 1)])
def test_units_named_by_the_header(unit: str, scale: float) -> None:
    text = (
        f"draft ({unit}),displacement,TPC,LCF (m)\n{5 * scale},10000,20.5,-1\n{5.5 * scale},11025,20.5,-1\n"
    )
    assert [row.draft_m for row in imported(text).rows] == pytest.approx([5.0, 5.5])


def test_a_units_row_below_the_header() -> None:
    text = "Draft,Disp,TPC,MTC,LCF\ncm,t,t/cm,t-m/m,m\n500,10000,20.5,17000,-1\n550,11025,20.5,17100,-1\n"
    row = imported(text).rows[0]
    assert (row.draft_m, row.mctc_tm_per_cm) == (5.0, 170.0)  # 17 000 t·m a metre are 170 a centimetre


def test_a_unit_that_is_declared() -> None:
    text = "draft,displacement,TPC,LCF (m)\n5000,10000,20.5,-1\n5500,11025,20.5,-1\n"
    table = imported(text, replace(DECLARED, length_unit=LengthUnit.MILLIMETRE))
    assert [row.draft_m for row in table.rows] == [5.0, 5.5]


def test_decimal_commas_that_are_declared() -> None:
    text = "draft (m);displacement;TPC;LCF (m)\n5,25;10000;20,5;-1,5\n5,75;11025;20,5;-1,5\n"
    table = imported(text, replace(DECLARED, decimal_mark=DecimalMark.COMMA))
    assert table.rows[0].draft_m == 5.25
    with pytest.raises(BadCellError, match="declare decimal_mark comma"):
        imported(text)


@pytest.mark.parametrize(
    ("header", "printed", "reference"),
    [
        ("LCF from AP (m)", "76.5", LcfReference.FORWARD_OF_AP),
        ("LCF aft of FP (m)", "71.5", LcfReference.AFT_OF_FP),
        ("LCF fwd of midships (m)", "2.5", LcfReference.FORWARD_OF_MIDSHIPS),
        ("lcf_aft_of_midships_m", "-2.5", LcfReference.AFT_OF_MIDSHIPS),
        ("漂心距艉垂线(m)", "76.5", LcfReference.FORWARD_OF_AP),
    ],
)
def test_a_reference_stated_by_the_header(header: str, printed: str, reference: LcfReference) -> None:
    text = f"draft_m,displacement_t,tpc,{header}\n5,10000,20.5,{printed}\n6,12050,20.5,{printed}\n"
    for declared in (None, reference):
        table = imported(text, replace(DECLARED, lcf_reference=declared))
        assert table.lcf_reference is reference
        assert table.rows[0].lcf_aft_of_midships_m == pytest.approx(-2.5)
    other = next(item for item in LcfReference if item is not reference)
    with pytest.raises(UndeclaredTableError, match="but the header says"):
        imported(text, replace(DECLARED, lcf_reference=other))


def test_a_deadweight_table() -> None:
    text = "draft_m,deadweight (t),tpc,lcf_m\n5,2000,20.5,-1\n6,4050,20.5,-1\n"
    table = imported(text, replace(DECLARED, lightship_t=8000.0))
    assert table.kind is TableKind.DEADWEIGHT
    assert table.rows[0].displacement_t == 10000
    with pytest.raises(InvalidHydrostaticTableError, match="lightship_t"):
        imported(text)


def test_a_table_with_both_weights_needs_the_kind() -> None:
    text = "draft_m,displacement_t,载重量(t),tpc,lcf_m\n5,10000,2000,20.5,-1\n6,12050,4050,20.5,-1\n"
    assert imported(text, replace(DECLARED, kind=TableKind.DISPLACEMENT)).rows[0].displacement_t == 10000
    with pytest.raises(UndeclaredTableError, match="kind: the headers state several"):
        imported(text)


def test_a_basis_stated_by_the_header() -> None:
    text = "Draft moulded (m),displacement,tpc,lcf (m)\n5,10000,20.5,-1\n6,12050,20.5,-1\n"
    assert imported(text, replace(DECLARED, draft_basis=None)).draft_basis is DraftBasis.MOULDED
    with pytest.raises(UndeclaredTableError, match="draft_basis: declared as extreme"):
        imported(text)


def test_a_table_by_trim() -> None:
    lines = ["draft_m,trim (m),displacement_t,tpc,lcf_m"]
    lines += [f"{draft},{trim},{2000 * draft + trim},20.5,-1" for trim in (0, 1, 2) for draft in (5, 6)]
    table = HydrostaticTable.from_rows(imported("\n".join(lines)).rows)
    assert table.is_by_trim
    assert table.at(5.5, 0.5).displacement_t == 11000.5


def test_missing_mctc_stays_missing_and_is_found() -> None:
    table = imported("draft_m,displacement_t,tpc,mtc,lcf_m\n5,10000,20.5,,-1\n6,12050,20.5,170,-1\n")
    assert [row.mctc_tm_per_cm for row in table.rows] == [None, 170.0]
    assert [finding.code for finding in table.audit.findings] == [AuditCode.MCTC_MISSING]


def test_faults_of_a_readable_table_are_findings_and_not_errors() -> None:
    table = imported(PLAIN.replace("11025", "110250") + "6.0,12050,20.5,172,-0.8,2.9\n")
    codes = {finding.code for finding in table.audit.findings}
    assert codes >= {AuditCode.TPC_DISAGREES, AuditCode.DUPLICATE_DRAFT, AuditCode.DISPLACEMENT_NOT_RISING}
    assert not table.audit.is_usable


# ---------------------------------------------------------------- workbooks

ROWS: list[list[object]] = [
    ["Hydrostatic particulars", None, None, None, None],
    [],
    ["Draft (m)", "Displacement (t)", "TPC", "MTC", "LCF (m)"],
    [5, 10000, 20.5, 170, -1],
    [5.5, 11025.0, 20.5, 171, -0.9],
]


def test_a_workbook() -> None:
    content = workbook(("Notes", [["nothing here"]]), ("水尺", [["# trimmed", None], *ROWS]))
    table = import_table(content, file_name="表.xlsx", declaration=DECLARED)
    assert table.sheet == "水尺"
    assert table.lines == (5, 6)
    assert table.comments == ("trimmed", "Hydrostatic particulars")
    assert table.rows[1].displacement_t == 11025.0


def test_several_tables_in_a_workbook_need_the_sheet() -> None:
    content = workbook(("SW", ROWS), ("FW", ROWS))
    with pytest.raises(UnreadableTableError, match="'SW', 'FW'"):
        import_table(content, file_name="b.xlsx", declaration=DECLARED)
    table = import_table(content, file_name="b.xlsx", declaration=replace(DECLARED, sheet="FW"))
    assert table.sheet == "FW"
    with pytest.raises(UnreadableTableError, match="sheet 'XX' is missing"):
        import_table(content, file_name="b.xlsx", declaration=replace(DECLARED, sheet="XX"))


@pytest.mark.parametrize("cell", [True, "#DIV/0!", "five", "1e999", "--5", "5 m"])
def test_workbook_cells_that_are_no_numbers(cell: object) -> None:
    content = workbook(("A", [*ROWS, [6, cell, 20.5, 170, -1]]))
    with pytest.raises(BadCellError, match=r"line 6, column 'Displacement \(t\)'"):
        import_table(content, file_name="b.xlsx", declaration=DECLARED)


def test_a_damaged_workbook() -> None:
    content = workbook(("A", ROWS))
    for damaged in (content[: len(content) // 2], content[:4] + b"\0" * 400):
        with pytest.raises(UnreadableTableError, match="not a whole XLSX"):
            import_table(damaged, file_name="b.xlsx", declaration=DECLARED)


def test_a_zip_that_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UnreadableTableError, match="not a whole XLSX"):
        import_table(stream.getvalue(), file_name="b.xlsx", declaration=DECLARED)


def test_a_workbook_that_unpacks_to_too_much() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (table_grid.LARGEST_UNPACKED_BYTES + 1))
    with pytest.raises(UnreadableTableError, match="unpacks to"):
        import_table(stream.getvalue(), file_name="b.xlsx", declaration=DECLARED)


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_a_row_that_a_spreadsheet_could_not_compute_is_no_remark(error: str) -> None:
    """`#REF!` at the head of a row once made a comment of it, and a row of the table was lost."""
    content = workbook(("A", [*ROWS, [error, *ROWS[-1][1:]]]))
    with pytest.raises(BadCellError, match=f"'{re.escape(error)}' is not a number"):
        import_table(content, file_name="b.xlsx", declaration=DECLARED)
    with pytest.raises(BadCellError, match="is not a number"):
        imported(f"{PLAIN}{error},13075,20.5,173,-0.7,3.1\n")


def test_a_column_of_row_numbers_is_no_remark() -> None:
    rows = [["#", *ROWS[2]], *([number, *row] for number, row in enumerate(ROWS[3:], 1))]
    table = import_table(workbook(("A", rows)), file_name="b.xlsx", declaration=DECLARED)
    assert [row.draft_m for row in table.rows] == [5.0, 5.5]
    assert table.ignored == ("#",)


def test_drafts_in_another_unit_than_declared_are_found() -> None:
    table = imported("draft,displacement,tpc,lcf (m)\n500,10000,20.5,-1\n550,11025,20.5,-1\n", METRES)
    codes = [finding.code for finding in table.audit.findings]
    assert codes[:2] == [AuditCode.DRAFT_OUTSIDE_RANGE] * 2
    assert not table.audit.is_usable


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"x" * (table_grid.LARGEST_FILE_BYTES + 1), "more than"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        (b"\xff\xfe\x00", "not text"),
        (b"hello, world\n", "no row of headers"),
        (b"draft_m,lcf_m\n5,1\n", "no row of headers"),
        (b'draft_m,displacement_t\n"5,1\n', "line"),
        (b"draft_m,displacement_t\n" + b"1,1\n" * 20_001, "more than 20000 rows"),
        (b"draft_m" + b",x" * 300, "more than 200 columns"),
    ],
)
def test_files_that_are_no_table(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableTableError, match=says):
        import_table(content, file_name="table.csv", declaration=DECLARED)


def test_a_workbook_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_grid, "MOST_ROWS", 4)
    with pytest.raises(UnreadableTableError, match="more than 4 rows"):
        import_table(workbook(("A", ROWS)), file_name="b.xlsx", declaration=DECLARED)


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("draft,displacement,tpc,lcf_m\n5,1,1,1\n", UndeclaredTableError, "length_unit of 'draft'"),
        ("draft (ft),displacement,tpc,lcf_m\n5,1,1,1\n", UnclearColumnError, "unknown unit 'ft'"),
        ("draft_ft,displacement,tpc,lcf_m\n5,1,1,1\n", UnclearColumnError, "unknown unit 'ft'"),
        ("draft_m,displacement (lt),tpc,lcf_m\n5,1,1,1\n", UnclearColumnError, "unknown unit 'lt'"),
        ("draft_m,displacement (m3),tpc,lcf_m\n5,1,1,1\n", UnclearColumnError, "unknown unit 'm3'"),
        ("draft_m,displacement,mtc (kNm),tpc,lcf_m\n5,1,1,1,1\n", UnclearColumnError, "unknown unit 'knm'"),
        ("draft_m,displacement_t,tpc\n5,1,1\n", UnclearColumnError, "lcf_m: is not among"),
        ("draft_m,displacement_t,lcf_m\n5,1,1\n", UnclearColumnError, "tpc_t_per_cm: is not among"),
        (
            "draft_m,displ sw,displ fw,tpc,lcf_m\n5,1,1,1,1\n",
            UnclearColumnError,
            "both 'displ sw' and 'displ fw'",
        ),
        ("draft_m,displacement_t,tpc,lcf_m\n5,1,,1\n", BadCellError, "line 2, column 'tpc': is blank"),
        ("draft_m,displacement_t,tpc,lcf_m\n5,1,1\n", BadCellError, "line 2, column 'lcf_m': is blank"),
        ("draft_m,displacement_t,tpc,lcf_m\n5,nan,1,1\n", BadCellError, "'nan' is not a number"),
        ("draft_m,displacement_t,tpc,lcf_m\n５,1,1,1\n", BadCellError, "'５' is not a number"),
        ("draft_m,displacement_t,tpc,lcf_m\n5,1e999,1,1\n", BadCellError, "not finite"),
    ],
)
def test_faults_are_named_with_their_place(text: str, error: type[TableImportError], says: str) -> None:
    with pytest.raises(error, match=says):
        imported(text)


@pytest.mark.parametrize(
    ("name", "undeclared"),
    [
        ("lcf_reference", replace(DECLARED, lcf_reference=None)),
        ("draft_basis", replace(DECLARED, draft_basis=None)),
    ],
)
def test_nothing_physical_is_assumed(name: str, undeclared: TableDeclaration) -> None:
    with pytest.raises(UndeclaredTableError, match=f"{name}: is not declared") as caught:
        imported(PLAIN, undeclared)
    assert len(caught.value.accepted) >= 2


# ---------------------------------------------------------------- properties and the real table


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with contextlib.suppress(TableImportError):
        import_table(content, file_name="fuzz", declaration=DECLARED)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_text_under_a_good_header_raises_anything_else(text: str) -> None:
    with contextlib.suppress(TableImportError):
        imported("draft_m,displacement_t,tpc,lcf_m\n" + text)


@needs_shared
def test_published_reihou_table() -> None:
    content = (SHARED / "data/surveys/hydro_reihou.csv").read_bytes()
    declaration = replace(DECLARED, lcf_reference=None, length_between_perpendiculars_m=234.5)
    table = import_table(content, file_name="hydro_reihou.csv", declaration=declaration)
    assert len(table.rows) == 46
    assert table.audit.findings == ()
    assert table.ignored == ("lcb_aft_of_midships_m",)
    assert table.lcf_reference is LcfReference.AFT_OF_MIDSHIPS
