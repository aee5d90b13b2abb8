"""Faults of workbooks that only begin as one: damage anywhere is a sentence, and nothing takes long."""

import contextlib
import io
import zipfile
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from api.vessels import table_grid
from api.vessels.table_errors import TableImportError, UnreadableTableError
from api.vessels.table_import import DecimalMark, TableDeclaration, import_table
from survey.errors import InvalidHydrostaticTableError
from survey.hydrostatics import DraftBasis, LcfReference

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


def workbook() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["Draft (m)", "Displacement (t)", "TPC", "MTC", "LCF (m)"],
        [5, 10000, 20.5, 170, -1],
        [5.5, 11025.0, 20.5, 171, -0.9],
    ):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_of(rows_xml: str) -> bytes:
    """A workbook whose only sheet is replaced by the given rows, which openpyxl would never write."""
    source, target = io.BytesIO(workbook()), io.BytesIO()
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for entry in whole.namelist():
            content: bytes | str = whole.read(entry)
            if entry.startswith("xl/worksheets/sheet"):
                space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                content = f'<worksheet xmlns="{space}"><sheetData>{rows_xml}</sheetData></worksheet>'
            changed.writestr(entry, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "rows_xml",
    [
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99999</v></c></row>',
        '<row r="1"><c r="A1"><v>abc</v></c></row>',
        '<row r="1"><c r="A1">',
    ],
)
def test_damage_that_shows_only_while_a_sheet_is_read(rows_xml: str) -> None:
    with pytest.raises(UnreadableTableError, match="not a whole XLSX workbook"):
        import_table(sheet_of(rows_xml), file_name="b.xlsx", declaration=DECLARED)


@given(st.lists(st.tuples(st.integers(4, 6000), st.integers(0, 255)), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_no_damage_to_a_workbook_raises_anything_else(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(workbook())
    for place, value in changes:
        damaged[place % len(damaged)] = value
    with contextlib.suppress(TableImportError, InvalidHydrostaticTableError):
        import_table(bytes(damaged), file_name="b.xlsx", declaration=DECLARED)


def test_cells_far_to_the_right_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    cells_of = table_grid._cells

    def counted(values: Iterable[object]) -> tuple[table_grid.Cell, ...]:
        listed = list(values)
        seen.append(len(listed))
        return cells_of(listed)

    monkeypatch.setattr(table_grid, "_cells", counted)
    far = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 50))
    with pytest.raises(UnreadableTableError, match="no row of headers"):
        import_table(sheet_of(far), file_name="b.xlsx", declaration=DECLARED)
    assert max(seen) == table_grid.MOST_COLUMNS + 1


def test_a_workbook_that_names_a_sheet_it_has_not() -> None:
    source, target = io.BytesIO(workbook()), io.BytesIO()
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as changed:
        for entry in whole.namelist():
            if not entry.startswith("xl/worksheets/sheet"):
                changed.writestr(entry, whole.read(entry))
    with pytest.raises(UnreadableTableError, match="no sheet of cells"):
        import_table(target.getvalue(), file_name="b.xlsx", declaration=DECLARED)
