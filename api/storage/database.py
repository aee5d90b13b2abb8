"""The database: transactions that read and transactions that write, and migrations at start.

Source: SQLAlchemy 2; what differs between SQLite and PostgreSQL stands in `sqlite.py` and `postgresql.py` beside this.
Left out: the order of records, which `api.records` keeps with a lock of its own.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import ORMExecuteState, Session

from api.errors import ApiError, DatabaseBusyError, NewerDatabaseError, UnusableDatabaseError
from api.storage import sqlite

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_301_000
_JOINED: ContextVar[Session | None] = ContextVar("joined", default=None)


class Database:
    """The one way to the tables.

    A reading transaction sees one unchanging state. What a writing transaction reads (a row it changes, a version
    number) is still true when it commits: SQLite lets one write at a time, PostgreSQL locks the rows.

    Args:
        place: the SQLite file, or the address of a PostgreSQL database.
        busy_timeout_s: how long to wait for other writers.
    """

    def __init__(self, place: Path | URL, *, busy_timeout_s: float) -> None:
        self.place = place
        self._busy_timeout_s = busy_timeout_s
        self._turn = threading.Lock()
        self._prepare_writer: Callable[[Session], None] = _leave_alone
        self._narrowing: Callable[[ORMExecuteState], None] | None = None
        if isinstance(place, Path):
            self._engine = sqlite.open_engine(place, busy_timeout_s=busy_timeout_s)
            self._reader, self._name = self._engine, sqlite.name_of_failure
            self._writer = self._engine.execution_options(**sqlite.writing_options())
        else:
            # Its driver is an extra: a service on SQLite does not need it.
            from api.storage import postgresql

            self._engine = postgresql.open_engine(place, busy_timeout_s=busy_timeout_s)
            self._reader = self._engine.execution_options(**postgresql.reading_options())
            self._writer = self._engine.execution_options(**postgresql.writing_options())
            self._name, self._prepare_writer = postgresql.name_of_failure, postgresql.keep_what_is_read

    def narrow_by(self, narrowing: Callable[[ORMExecuteState], None]) -> None:
        """Let every query of every later transaction pass through a function that may narrow it."""
        self._narrowing = narrowing

    @property
    def path(self) -> Path:
        """The SQLite file.

        Raises:
            TypeError: the database is on a server.
        """
        if isinstance(self.place, Path):
            return self.place
        raise TypeError(f"{self.place!r} is no file")

    @property
    def is_file(self) -> bool:
        """Tell whether the database is a file of SQLite."""
        return isinstance(self.place, Path)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; it is rolled back at the end.

        Raises:
            DatabaseBusyError: another process kept the database locked for longer than the busy timeout.
            StorageError: the database cannot be used.
        """
        with self._failure_is_named(), Session(self._reader, expire_on_commit=False) as session:
            self._narrow(session)
            yield session

    @contextmanager
    def one_transaction(self) -> Iterator[Session]:
        """Open a writing transaction that every `writing` inside the block, of this request, becomes a part of.

        Raises:
            StorageError: as `writing`.
        """
        with self._own_writing() as session:
            token = _JOINED.set(session)
            try:
                yield session
            finally:
                _JOINED.reset(token)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that writes: committed when the block ends well, rolled back when it raises.

        Raises:
            DatabaseBusyError: another writer held what is needed for longer than the busy timeout.
            StorageFullError: the disk is full; nothing was changed.
            StorageError: the database cannot be written; nothing was changed.
        """
        joined = _JOINED.get()
        if joined is None:
            with self._own_writing() as session:
                yield session
        else:
            with self._failure_is_named():
                yield joined
                joined.flush()

    @contextmanager
    def _own_writing(self) -> Iterator[Session]:
        with (
            self._turn_taken() if self.is_file else nullcontext(),
            self._failure_is_named(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._narrow(session)
            self._prepare_writer(session)
            yield session

    def migrate(self, *, to: str = "head") -> None:
        """Bring the tables to the version this program knows, or to an earlier one; creates them when there are none.

        Raises:
            NewerDatabaseError: the database was written by a newer version of this program.
            UnusableDatabaseError: the file is no database, the server cannot be reached, or it cannot be written.
        """
        try:
            with self._writer.begin() as connection:
                if not self.is_file:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
                self._refuse_newer(connection)
                config = _alembic_config()
                config.attributes["connection"] = connection
                command.upgrade(config, to)
                # Nothing may have been left to change, and a database that cannot be written opens all the same.
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        except DatabaseError as error:
            raise UnusableDatabaseError(self.name, str(error.orig).strip()) from error

    @property
    def name(self) -> str:
        """The database as messages name it: without a password."""
        return str(self.place) if isinstance(self.place, Path) else self.place.render_as_string()

    def revision(self) -> str | None:
        """Give the version of the tables; None where there are none.

        Raises:
            UnusableDatabaseError: the file is no database, or the server cannot be reached.
        """
        try:
            with self._reader.connect() as connection:
                return MigrationContext.configure(connection).get_current_revision()
        except DatabaseError as error:
            raise UnusableDatabaseError(self.name, str(error.orig).strip()) from error

    def _refuse_newer(self, connection: Connection) -> None:
        found = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
        if found is not None and found not in known:
            raise NewerDatabaseError(self.name, found)

    def ping(self) -> None:
        """Read one value; raises what the database raises when it cannot answer."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _narrow(self, session: Session) -> None:
        if self._narrowing is not None:
            event.listen(session, "do_orm_execute", self._narrowing)

    @contextmanager
    def _turn_taken(self) -> Iterator[None]:
        # SQLite lets waiting writers sleep and try again, and some starve: of 48 at once one waited 7.8 s,
        # with this lock 0.9 s. Other processes are kept apart by SQLite alone.
        if not self._turn.acquire(timeout=self._busy_timeout_s):
            raise DatabaseBusyError
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _failure_is_named(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as error:
            raise DatabaseBusyError from error
        except DBAPIError as error:
            named: ApiError | None = self._name(error)
            if named is None:
                raise
            raise named from error


def _leave_alone(session: Session) -> None:
    """SQLite has locked everything already."""
    del session


def known_revision() -> str:
    """Give the version of the tables that this program knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
