"""Reads a survey case from disk: strict JSON, and the hydrostatic table that it may name beside itself.

Source: the case format of docs/survey-case.md; RFC 8259; a CSV with `#` comment lines for the table.
Left out: the meaning of the keys (`survey.case`) and tables in other shapes (`api.vessels.table_import`).
"""

import csv
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from api.surveys.case_errors import CaseFileError

MEBIBYTE = 1024 * 1024
LARGEST_CASE_BYTES = 16 * MEBIBYTE
LARGEST_TABLE_BYTES = 16 * MEBIBYTE
CASE_KEYS = ("vessel", "hydrostatic_table", "method", "conditions")
_ACCEPTED_CASE = f"a JSON object in UTF-8 with {', '.join(CASE_KEYS)}"
_ACCEPTED_TABLE = (
    "a UTF-8 CSV with a header line, `#` comment lines, commas between cells and points in decimals"
)
# Narrower than Python's own float(), which also takes "1_000" and "nan".
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case as it stands on disk.

    Attributes:
        mapping: The parsed JSON object.
        table_rows: Rows of the table file, column name to number, or None where the case names no file.
    """

    mapping: Mapping[str, Any]
    table_rows: Sequence[Mapping[str, float]] | None


def read_case_file(path: Path) -> CaseFile:
    """Read a case and its table.

    Args:
        path: The case file.

    Returns:
        The parsed case, not yet understood.

    Raises:
        CaseFileError: The file or its table is missing, too large, no JSON, or no case.
    """
    mapping = _parsed_case(path, _text(path, LARGEST_CASE_BYTES, _ACCEPTED_CASE))
    table = mapping.get("hydrostatic_table")
    name = table.get("file") if isinstance(table, Mapping) else None
    rows = None if name is None else _rows_beside(path, name)
    return CaseFile(mapping=mapping, table_rows=rows)


def _rows_beside(path: Path, name: object) -> Sequence[Mapping[str, float]]:
    table = table_path(path, name)
    try:
        return read_table_rows(table)
    except CaseFileError as error:
        raise CaseFileError(
            table, f"the table of {path.name}: {error.reason}", accepted=error.accepted
        ) from error


def _text(path: Path, largest_bytes: int, accepted: str) -> str:
    try:
        if path.is_dir():
            raise CaseFileError(path, "is a folder", accepted=accepted)
        if path.exists() and not path.is_file():
            raise CaseFileError(path, "is not an ordinary file", accepted=accepted)
        with path.open("rb") as stream:
            content = stream.read(largest_bytes + 1)
    except OSError as error:
        raise CaseFileError(path, error.strerror or str(error), accepted=accepted) from error
    if not content.strip():
        raise CaseFileError(path, "is empty", accepted=accepted)
    if len(content) > largest_bytes:
        raise CaseFileError(path, f"is larger than {largest_bytes} bytes", accepted=accepted)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseFileError(path, f"is not UTF-8 text (byte {error.start})", accepted=accepted) from error


def _parsed_case(path: Path, text: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(
            text, object_pairs_hook=_unique_members, parse_constant=_refuse_constant, parse_float=_finite
        )
        # Half a surrogate pair, written as an escape, is no character: it could be neither hashed nor printed.
        json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        reason = (
            "is nested too deeply" if isinstance(error, RecursionError) else f"is not valid JSON: {error}"
        )
        raise CaseFileError(path, reason, accepted=_ACCEPTED_CASE) from error
    if not isinstance(parsed, dict):
        raise CaseFileError(path, f"holds a JSON {_kind(parsed)}", accepted=_ACCEPTED_CASE)
    if "conditions" not in parsed:
        found = ", ".join(sorted(parsed)[:8]) or "nothing"
        raise CaseFileError(
            path, f"is not a survey case: no `conditions`, only {found}", accepted=_ACCEPTED_CASE
        )
    return parsed


def _unique_members(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise ValueError(f"the key {key!r} occurs twice in one object")
        members[key] = value
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits} is beyond the largest number")
    return value


def _kind(parsed: object) -> str:
    kinds = {list: "list", str: "string", type(None): "null"}
    return kinds.get(type(parsed), "number or boolean")


def table_path(case_path: Path, name: object) -> Path:
    """Where the table of a case is: in the case's own folder or below, and nowhere else.

    Args:
        case_path: The case file.
        name: What the case wrote as `hydrostatic_table.file`.

    Returns:
        The path of the table file.

    Raises:
        CaseFileError: The name is no relative path, or leads out of the folder.
    """
    accepted = "the name of a file beside the case"
    if not isinstance(name, str) or not name or "\0" in name:
        raise CaseFileError(case_path, f"hydrostatic_table.file is {name!r}", accepted=accepted)
    folder = case_path.parent.resolve()
    try:
        path = (folder / PurePosixPath(name)).resolve()
    except (
        OSError,
        RuntimeError,
    ) as error:  # A link that leads to itself is a RuntimeError before Python 3.13.
        raise CaseFileError(
            case_path, f"hydrostatic_table.file {name!r}: {error}", accepted=accepted
        ) from error
    if not path.is_relative_to(folder):
        raise CaseFileError(
            case_path, f"hydrostatic_table.file {name!r} leads out of its folder", accepted=accepted
        )
    return path


def read_table_rows(path: Path) -> list[dict[str, float]]:
    """Read the rows of a table file.

    Args:
        path: A CSV file.

    Returns:
        Column name to number for each row, in the order of the file; a blank cell is left out, never 0.

    Raises:
        CaseFileError: The file cannot be read, a column stands there twice, a line has too many or too few
            cells, or a cell is no number.
    """
    lines = _text(path, LARGEST_TABLE_BYTES, _ACCEPTED_TABLE).splitlines()
    numbered = [
        (number, _cells(path, number, line))
        for number, line in enumerate(lines, 1)
        if not line.lstrip().startswith("#")
    ]
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        raise CaseFileError(path, "has no header line", accepted=_ACCEPTED_TABLE)
    number, columns = filled[0]
    for column in columns:
        if column and columns.count(column) > 1:
            reason = f"line {number} has the column {column} twice"
            raise CaseFileError(path, reason, accepted=_ACCEPTED_TABLE)
    return [_row(path, number, columns, cells) for number, cells in filled[1:]]


def _cells(path: Path, number: int, line: str) -> list[str]:
    """The cells of one line; a number needs no line break, so a quoted one is an unclosed quote."""
    try:
        return [cell.strip() for cells in csv.reader([line], strict=True) for cell in cells]
    except csv.Error as error:
        reason = f"line {number} is no line of a CSV: {error}"
        raise CaseFileError(path, reason, accepted=_ACCEPTED_TABLE) from error


def _row(path: Path, number: int, columns: Sequence[str], cells: Sequence[str]) -> dict[str, float]:
    if len(cells) != len(columns):
        reason = f"line {number} has {len(cells)} cells under {len(columns)} columns"
        raise CaseFileError(path, reason, accepted=_ACCEPTED_TABLE)
    return {
        column: _number(path, number, column, cell)
        for column, cell in zip(columns, cells, strict=True)
        if cell
    }


def _number(path: Path, number: int, column: str, cell: str) -> float:
    value = float(cell) if _DECIMAL.fullmatch(cell) else math.nan
    if not math.isfinite(value):
        reason = f"line {number}, {column}: {cell!r} is not a number"
        raise CaseFileError(path, reason, accepted=_ACCEPTED_TABLE)
    return value
