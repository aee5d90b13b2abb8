"""Import of a hydrostatic table from CSV or XLSX: columns recognised, references settled, rows audited.

Source: headers of real tables (`table_columns.py`); the audit is `survey.hydrostatics_audit`.
Left out: storing it, and tables whose trims stand side by side as groups of columns (give a trim column).
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from api.vessels.table_columns import Column, Header, is_header, is_units_row, read_header
from api.vessels.table_errors import (
    BadCellError,
    UnclearColumnError,
    UndeclaredTableError,
    UnreadableTableError,
)
from api.vessels.table_grid import Cell, Grid, GridRow, read_grids
from survey.hydrostatics import (
    DraftBasis,
    HydrostaticRow,
    LcfReference,
    TableKind,
    displacement_from_table_t,
    lcf_aft_of_midships_m,
)
from survey.hydrostatics_audit import TableAudit, audit_table

_EVERY_ROW = "a number in every row; a formula counts by the result it was saved with"
DEEPEST_HEADER = 40
"""Rows of title and remarks that a table may have above its header."""
_Declared = TypeVar("_Declared", LcfReference, DraftBasis, TableKind)


class LengthUnit(StrEnum):
    """The unit of drafts, LCF and trims whose headers name none."""

    METRE = "m"
    CENTIMETRE = "cm"
    MILLIMETRE = "mm"


class DecimalMark(StrEnum):
    """What separates the decimals of numbers written as text."""

    POINT = "point"
    COMMA = "comma"


_METRES_IN = {LengthUnit.METRE: 1.0, LengthUnit.CENTIMETRE: 0.01, LengthUnit.MILLIMETRE: 0.001}
_NUMBERS = {
    DecimalMark.POINT: re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII),
    DecimalMark.COMMA: re.compile(r"[+-]?(\d+(,\d*)?|,\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDeclaration:
    """What the person who imports a table says of it; None leaves it to the headers, which must say it.

    Attributes:
        lcf_reference: from where and in which direction the LCF counts.
        draft_basis: what the drafts are measured to.
        kind: what the weight column holds.
        length_unit: for lengths whose headers name no unit.
        decimal_mark: how numbers in text cells are written; numbers of a workbook need none.
        sheet: the sheet of a workbook that has several tables.
        length_between_perpendiculars_m: LBP, for an LCF counted from an end of the ship.
        lightship_t: for a deadweight table.
    """

    lcf_reference: LcfReference | None
    draft_basis: DraftBasis | None
    kind: TableKind | None
    length_unit: LengthUnit | None
    decimal_mark: DecimalMark
    sheet: str | None
    length_between_perpendiculars_m: float
    lightship_t: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTable:
    """A table as imported, with all that was understood on the way.

    Attributes:
        rows: displacements and LCF abaft midships, in the file's order; not yet a `HydrostaticTable`.
        lines: the line of the file behind each row.
        audit: findings; a blocking one means that no `HydrostaticTable` can be made.
        lcf_reference: the reference that was used, declared or stated by the header.
        draft_basis: likewise.
        kind: likewise.
        columns: field name to the header it was read from.
        ignored: headers that were not needed.
        comments: the file's own remarks.
        sheet: the sheet it came from, None for CSV.
    """

    rows: tuple[HydrostaticRow, ...]
    lines: tuple[int, ...]
    audit: TableAudit
    lcf_reference: LcfReference
    draft_basis: DraftBasis
    kind: TableKind
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    comments: tuple[str, ...]
    sheet: str | None


def import_table(content: bytes, *, file_name: str, declaration: TableDeclaration) -> ImportedTable:
    """Read a table file.

    Args:
        content: the file's bytes, CSV or XLSX.
        file_name: for messages only; the kind is told by the content.
        declaration: what is known of the table besides.

    Raises:
        UnreadableTableError: no table can be found in the file.
        UnclearColumnError: a needed column is missing, double, or in an unknown unit.
        UndeclaredTableError: a unit, reference, basis or kind that nobody said, or two that disagree.
        BadCellError: a cell is missing or no number.
        survey.errors.InvalidHydrostaticTableError: a deadweight table without the lightship.
    """
    grid, header_index = _table_in(read_grids(content, file_name=file_name), declaration.sheet, file_name)
    below = grid.rows[header_index + 1 :]
    has_units_row = bool(below) and is_units_row(below[0].cells)
    header = read_header(grid.rows[header_index].cells, below[0].cells if has_units_row else None)
    reader = _reader_for(header, declaration)
    data = below[1:] if has_units_row else below
    rows = tuple(reader.row(line) for line in data)
    return ImportedTable(
        rows=rows,
        lines=tuple(line.line for line in data),
        audit=audit_table(rows, length_between_perpendiculars_m=declaration.length_between_perpendiculars_m),
        lcf_reference=reader.lcf_reference,
        draft_basis=_settled(
            "draft_basis", declaration.draft_basis, [header.draft_basis] if header.draft_basis else []
        ),
        kind=reader.kind,
        columns={name: column.header for name, column in header.columns.items()},
        ignored=header.ignored,
        comments=grid.comments + _titles(grid.rows[:header_index]),
        sheet=grid.sheet,
    )


def _table_in(grids: Sequence[Grid], sheet: str | None, file_name: str) -> tuple[Grid, int]:
    """The grid that holds a table, and the place of its header row."""
    found = []
    for grid in grids:
        heads = (index for index, row in enumerate(grid.rows[:DEEPEST_HEADER]) if is_header(row.cells))
        index = next(heads, None)
        if index is not None and sheet in (None, grid.sheet):
            found.append((grid, index))
    if not found:
        reason = "there is no row of headers" if sheet is None else f"sheet {sheet!r} is missing or has none"
        raise UnreadableTableError(
            file_name,
            reason,
            accepted=f"a header among the first {DEEPEST_HEADER} rows that names a draft (吃水) and a "
            "displacement (排水量) or deadweight (载重量)",
        )
    if len(found) > 1:
        names = ", ".join(repr(grid.sheet) for grid, _ in found)
        raise UnreadableTableError(
            file_name, f"several sheets hold tables: {names}", accepted="one of them, named as the sheet"
        )
    return found[0]


def _titles(rows: Sequence[GridRow]) -> tuple[str, ...]:
    return tuple(" ".join(str(cell) for cell in row.cells if cell is not None) for row in rows)


def _settled(name: str, declared: _Declared | None, stated: Sequence[_Declared]) -> _Declared:
    """What was declared, or what the headers state alone; both must agree."""
    if declared is not None:
        if stated and declared not in stated:
            reason = f"declared as {declared.value}, but the header says {', '.join(stated)}"
            raise UndeclaredTableError(name, reason, accepted=[item.value for item in type(declared)])
        return declared
    if len(stated) == 1:
        return stated[0]
    kinds: dict[str, type[StrEnum]] = {
        "lcf_reference": LcfReference,
        "draft_basis": DraftBasis,
        "kind": TableKind,
    }
    reason = "the headers state several" if stated else "is not declared, and no header states it"
    raise UndeclaredTableError(name, reason, accepted=[item.value for item in kinds[name]])


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowReader:
    """All that turns one line of cells into a row."""

    header: Header
    lcf_reference: LcfReference
    kind: TableKind
    decimal_mark: DecimalMark
    length_unit: LengthUnit | None
    length_m: float
    lightship_t: float | None

    def row(self, line: GridRow) -> HydrostaticRow:
        weight = "deadweight_t" if self.kind is TableKind.DEADWEIGHT else "displacement_t"
        return HydrostaticRow(
            draft_m=self._needed(line, "draft_m"),
            displacement_t=displacement_from_table_t(
                self._needed(line, weight), kind=self.kind, lightship_t=self.lightship_t
            ),
            tpc_t_per_cm=self._needed(line, "tpc_t_per_cm"),
            lcf_aft_of_midships_m=lcf_aft_of_midships_m(
                self._needed(line, "lcf_m"),
                reference=self.lcf_reference,
                length_between_perpendiculars_m=self.length_m,
            ),
            mctc_tm_per_cm=self._optional(line, "mctc_tm_per_cm"),
            trim_by_stern_m=(
                self._needed(line, "trim_by_stern_m") if "trim_by_stern_m" in self.header.columns else None
            ),
        )

    def _needed(self, line: GridRow, name: str) -> float:
        value = self._optional(line, name)
        if value is None:
            column = self.header.columns[name]
            raise BadCellError(line.line, column.header, "is blank", accepted=_EVERY_ROW)
        return value

    def _optional(self, line: GridRow, name: str) -> float | None:
        column = self.header.columns.get(name)
        if column is None or column.index >= len(line.cells):
            return None
        value = _number(line, column, line.cells[column.index], self.decimal_mark)
        return None if value is None else value * self._factor(column)

    def _factor(self, column: Column) -> float:
        if column.factor is not None:
            return column.factor
        if self.length_unit is None:
            raise UndeclaredTableError(
                f"length_unit of {column.header!r}",
                "the header names no unit",
                accepted=[unit.value for unit in LengthUnit],
            )
        return _METRES_IN[self.length_unit]


def _reader_for(header: Header, declaration: TableDeclaration) -> _RowReader:
    kind = _settled("kind", declaration.kind, header.kinds)
    for name in ("draft_m", "tpc_t_per_cm", "lcf_m"):
        if name not in header.columns:
            seen = ", ".join(repr(column.header) for column in header.columns.values())
            raise UnclearColumnError(
                name, f"is not among {seen}", accepted="a table with draft, weight, TPC and LCF columns"
            )
    stated = [header.lcf_reference] if header.lcf_reference else []
    return _RowReader(
        header=header,
        lcf_reference=_settled("lcf_reference", declaration.lcf_reference, stated),
        kind=kind,
        decimal_mark=declaration.decimal_mark,
        length_unit=declaration.length_unit,
        length_m=declaration.length_between_perpendiculars_m,
        lightship_t=declaration.lightship_t,
    )


def _number(line: GridRow, column: Column, cell: Cell, decimal_mark: DecimalMark) -> float | None:
    """A cell as a finite number; None for a blank one."""
    if cell is None:
        return None
    if isinstance(cell, str):
        if not _NUMBERS[decimal_mark].fullmatch(cell):
            hint = ", written with a decimal comma" if decimal_mark is DecimalMark.COMMA else ", such as 5.25"
            if "," in cell and decimal_mark is DecimalMark.POINT:
                hint += "; for decimal commas declare decimal_mark comma; thousands are not separated"
            raise BadCellError(
                line.line, column.header, f"{cell!r} is not a number", accepted=f"a number{hint}"
            )
        cell = float(cell.replace(",", "."))
    if not math.isfinite(cell):
        raise BadCellError(line.line, column.header, f"{cell} is not finite", accepted="a finite number")
    return cell
