"""The SQLite database: one engine, transactions that read and transactions that write, migrations at start.

Source: SQLAlchemy 2 "Transactions with SQLite"; SQLite "Write-Ahead Logging" and "PRAGMA" pages.
Left out: other databases; the write lock taken by `writing` is what a PostgreSQL version has to replace.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from api.errors import (
    DatabaseBusyError,
    NewerDatabaseError,
    StorageError,
    StorageFullError,
    UnusableDataDirectoryError,
)

MIGRATIONS = Path(__file__).parent / "migrations"
_PRIMARY_CODE = 0xFF  # SQLite adds detail above the lowest byte of a result code


class Database:
    """The one way to the tables.

    A reading transaction sees one unchanging state. A writing transaction takes the write lock as it begins,
    so that what it reads (the last record, a version number) is still true when it commits.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float) -> None:
        self.path = path
        self._busy_timeout_s = busy_timeout_s
        self._turn = threading.Lock()
        self._engine = _engine(path, busy_timeout_s=busy_timeout_s)
        self._writer = self._engine.execution_options(hullmark_begin="BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; it is rolled back at the end.

        Raises:
            DatabaseBusyError: another process kept the database locked for longer than the busy timeout.
        """
        with _failure_is_named(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that writes: committed when the block ends well, rolled back when it raises.

        Raises:
            DatabaseBusyError: another writer held the database for longer than the busy timeout.
            StorageFullError: the disk is full; nothing was changed.
            StorageError: the disk cannot be written; nothing was changed.
        """
        # SQLite lets waiting writers sleep and try again, and some starve: of 48 at once one waited 7.8 s,
        # with this lock 0.9 s. Other processes are kept apart by SQLite alone.
        if not self._turn.acquire(timeout=self._busy_timeout_s):
            raise DatabaseBusyError
        try:
            with (
                _failure_is_named(),
                Session(self._writer, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        finally:
            self._turn.release()

    def migrate(self) -> None:
        """Bring the tables to the version this program knows; creates the database when there is none.

        Raises:
            NewerDatabaseError: the database was written by a newer version of this program.
            UnusableDataDirectoryError: the file is no database or cannot be written.
        """
        try:
            with self._writer.begin() as connection:
                self._refuse_newer(connection)
                config = _alembic_config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                # Nothing may have been left to change, and a database that cannot be written opens all the same.
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        except DatabaseError as error:
            raise UnusableDataDirectoryError(self.path, str(error.orig)) from error

    def _refuse_newer(self, connection: Connection) -> None:
        found = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
        if found is not None and found not in known:
            raise NewerDatabaseError(self.path, found)

    def ping(self) -> None:
        """Read one value; raises what the database raises when it cannot answer."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()


@contextmanager
def _failure_is_named() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        match getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE:
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                raise DatabaseBusyError from error
            case sqlite3.SQLITE_FULL:
                raise StorageFullError(needed_bytes=None, free_bytes=None) from error
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
                raise StorageError(f"The database cannot be used: {error.orig}.") from error
        raise


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _engine(path: Path, *, busy_timeout_s: float) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": busy_timeout_s}, pool_size=16, max_overflow=48
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver would begin transactions by itself, late and without a lock: `_begin` does it instead.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: what was answered with 201 survives a power cut; NORMAL in WAL mode may lose the last commits.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("hullmark_begin", "BEGIN"))
