"""Errors of importing a ship's hydrostatic table: each says where, what is wrong and what would be accepted.

Source: Hullmark's own rule that an error carries its values; the HTTP answers are in `api/errors.py`.
Left out: findings about a readable table, which are data (`survey.hydrostatics_audit`).

    TableImportError
    ├── UnreadableTableError        no CSV, no workbook, too large, no header
    ├── UnclearColumnError          a column that is missing, double, or in an unknown unit
    ├── UndeclaredTableError        a unit, reference, basis or kind that is not declared, or declared twice
    └── BadCellError                a cell that is missing or no number
"""

from collections.abc import Sequence


class TableImportError(Exception):
    """A table file from which no hydrostatic table can be made."""


class UnreadableTableError(TableImportError):
    """The file as a whole cannot be read as a table."""

    def __init__(self, file_name: str, reason: str, *, accepted: str) -> None:
        self.file_name = file_name
        self.reason = reason
        self.accepted = accepted
        super().__init__(f"{file_name}: {reason}; accepted is {accepted}")


class UnclearColumnError(TableImportError):
    """A needed column is missing, there twice, or in a unit that is not known."""

    def __init__(self, quantity: str, reason: str, *, accepted: str) -> None:
        self.quantity = quantity
        self.reason = reason
        self.accepted = accepted
        super().__init__(f"column {quantity}: {reason}; accepted is {accepted}")


class UndeclaredTableError(TableImportError):
    """Something physical that is never assumed was not declared, or was declared in two ways."""

    def __init__(self, name: str, reason: str, *, accepted: Sequence[str]) -> None:
        self.name = name
        self.reason = reason
        self.accepted = tuple(accepted)
        super().__init__(f"{name}: {reason}; accepted is one of {', '.join(accepted)}")


class BadCellError(TableImportError):
    """One cell is missing or no number."""

    def __init__(self, line: int, column: str, reason: str, *, accepted: str) -> None:
        self.line = line
        self.column = column
        self.reason = reason
        self.accepted = accepted
        super().__init__(f"line {line}, column {column!r}: {reason}; accepted is {accepted}")
