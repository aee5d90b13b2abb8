"""SQLite: the engine, how its transactions begin, and what its failures are called.

Source: SQLAlchemy 2 "Transactions with SQLite"; SQLite "Write-Ahead Logging" and "PRAGMA" pages.
Left out: threads of one process that want to write at once, which `Database` lets in one by one.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from api.errors import ApiError, DatabaseBusyError, StorageError, StorageFullError

_PRIMARY_CODE = 0xFF  # SQLite adds detail above the lowest byte of a result code


def open_engine(path: Path, *, busy_timeout_s: float) -> Engine:
    """Make an engine whose connections are safe against a power cut and check references."""
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": busy_timeout_s}, pool_size=16, max_overflow=48
    )
    event.listen(engine, "connect", prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def writing_options() -> dict[str, Any]:
    """Give what makes a connection take the one write lock as its transaction begins."""
    return {"hullmark_begin": "BEGIN IMMEDIATE"}


def name_of_failure(error: DBAPIError) -> ApiError | None:
    """Say what went wrong in the words of this service; None where it is a mistake of the program."""
    match getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseBusyError()
        case sqlite3.SQLITE_FULL:
            return StorageFullError(needed_bytes=None, free_bytes=None)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return StorageError(f"The database cannot be used: {error.orig}.")
    return None


def prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    """Set what holds for a connection only, not for the file."""
    # The driver would begin transactions by itself, late and without a lock: `_begin` does it instead.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: what was answered with 201 survives a power cut; NORMAL in WAL mode may lose the last commits.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("hullmark_begin", "BEGIN"))
