"""The cells of a table file, CSV or XLSX, as one grid of text and numbers with their line numbers.

Source: RFC 4180 with `#` comment lines; ECMA-376 workbooks through openpyxl, values only.
Left out: what the cells mean (`table_columns.py`), macros, formulas without a stored result, old .xls files.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from api.vessels.table_errors import UnreadableTableError

Cell = str | float | None

MEBIBYTE = 1024 * 1024
LARGEST_FILE_BYTES = 16 * MEBIBYTE
LARGEST_UNPACKED_BYTES = 128 * MEBIBYTE
MOST_ROWS = 20_000
MOST_COLUMNS = 200
FEWEST_DELIMITERS = 2
_ACCEPTED = "a CSV in UTF-8, UTF-16 or GB 18030, or an XLSX workbook, of one hydrostatic table"
_SPREADSHEET_ERROR = re.compile(r"#(REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)")
# What zipfile, zlib, the XML parser and openpyxl raise between them on a file that only begins as a workbook.
_DAMAGED_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    SyntaxError,
    RuntimeError,
)
_WORKBOOK_START = b"PK\x03\x04"
_OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One row that holds anything: its line in the file, counted from 1, and its cells; blank is None."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet: its name (None for CSV), its rows without comments, and the comments."""

    sheet: str | None
    rows: tuple[GridRow, ...]
    comments: tuple[str, ...]


def read_grids(content: bytes, *, file_name: str) -> tuple[Grid, ...]:
    """The sheets of a file; what it is, is told by its first bytes and not by its name.

    Raises:
        UnreadableTableError: empty, too large, neither CSV nor XLSX, or damaged.
    """
    if not content.strip():
        raise UnreadableTableError(file_name, "is empty", accepted=_ACCEPTED)
    if len(content) > LARGEST_FILE_BYTES:
        reason = f"has {len(content)} bytes, more than {LARGEST_FILE_BYTES}"
        raise UnreadableTableError(file_name, reason, accepted=_ACCEPTED)
    if content.startswith(_OLD_EXCEL_START):
        raise UnreadableTableError(file_name, "is an old .xls workbook", accepted=_ACCEPTED)
    if content.startswith(_WORKBOOK_START):
        return _workbook_grids(content, file_name)
    return (_csv_grid(_text(content, file_name), file_name),)


def _text(content: bytes, file_name: str) -> str:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableTableError(file_name, "is not text in a known encoding", accepted=_ACCEPTED)


def _csv_grid(text: str, file_name: str) -> Grid:
    lines = text.splitlines()
    data = [(number, line) for number, line in enumerate(lines, 1) if not _is_comment(line)]
    delimiter = _delimiter([line for _, line in data if line.strip()])
    reader = csv.reader((line for _, line in data), delimiter=delimiter, strict=True)
    try:
        rows = [GridRow(line=data[reader.line_num - 1][0], cells=_cells(cells)) for cells in reader]
    except csv.Error as error:
        line = data[min(reader.line_num, len(data)) - 1][0]
        raise UnreadableTableError(file_name, f"line {line}: {error}", accepted=_ACCEPTED) from error
    comments = tuple(line.lstrip("# ").rstrip() for line in lines if _is_comment(line))
    return Grid(sheet=None, rows=_checked(rows, file_name), comments=comments)


def _is_comment(text: str) -> bool:
    """Whether a line or a lone cell is a remark: a value that a spreadsheet could not compute is none."""
    return text.startswith("#") and not _SPREADSHEET_ERROR.match(text)


def _delimiter(lines: Sequence[str]) -> str:
    """Semicolon or tab where most lines have several, else comma, which may also stand in decimals."""
    for mark in (";", "\t"):
        if 2 * sum(line.count(mark) >= FEWEST_DELIMITERS for line in lines) > len(lines):
            return mark
    return ","


def _workbook_grids(content: bytes, file_name: str) -> tuple[Grid, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked_bytes = sum(entry.file_size for entry in archive.infolist())
        if unpacked_bytes > LARGEST_UNPACKED_BYTES:
            reason = f"unpacks to {unpacked_bytes} bytes, more than {LARGEST_UNPACKED_BYTES}"
            raise UnreadableTableError(file_name, reason, accepted=_ACCEPTED)
        with closing(load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as workbook:
            # Sheets are unpacked while they are read, so that damage may show only here; one column more than
            # is accepted is enough to see that there are too many, and a cell far to the right costs nothing.
            grids = tuple(
                _sheet_grid(
                    sheet.title, sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), file_name
                )
                for sheet in workbook.worksheets
            )
    except _DAMAGED_WORKBOOK as error:
        reason = f"is not a whole XLSX workbook ({error})"
        raise UnreadableTableError(file_name, reason, accepted=_ACCEPTED) from error
    if not grids:
        raise UnreadableTableError(file_name, "has no sheet of cells", accepted=_ACCEPTED)
    return grids


def _sheet_grid(title: str, lines: Iterable[tuple[object, ...]], file_name: str) -> Grid:
    rows, comments = [], []
    for number, values in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise UnreadableTableError(file_name, f"has more than {MOST_ROWS} rows", accepted=_ACCEPTED)
        cells = _cells(values)
        first = cells[0] if cells else None
        if isinstance(first, str) and _is_comment(first) and len(cells) == 1:
            comments.append(first.lstrip("# "))
        else:
            rows.append(GridRow(line=number, cells=cells))
    return Grid(sheet=title, rows=_checked(rows, file_name), comments=tuple(comments))


def _checked(rows: list[GridRow], file_name: str) -> tuple[GridRow, ...]:
    """The rows that hold anything, if they are not too many or too broad."""
    filled = tuple(row for row in rows if any(cell is not None for cell in row.cells))
    if len(filled) > MOST_ROWS:
        raise UnreadableTableError(file_name, f"has more than {MOST_ROWS} rows", accepted=_ACCEPTED)
    if any(len(row.cells) > MOST_COLUMNS for row in filled):
        raise UnreadableTableError(file_name, f"has more than {MOST_COLUMNS} columns", accepted=_ACCEPTED)
    return filled


def _cells(values: Iterable[object]) -> tuple[Cell, ...]:
    cells = [_cell(value) for value in values]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _cell(value: object) -> Cell:
    """A number stays one, a blank is None, everything else (also TRUE and dates) is its text."""
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return str(value).strip() or None
