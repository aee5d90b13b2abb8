"""The database as of one moment, copied while the service writes, and put back.

Source: SQLite "Online Backup API" (one step, one snapshot); PostgreSQL "COPY" in one REPEATABLE READ transaction.
Left out: pg_dump: nothing outside this program is needed, and the rows of every table are exactly those of the moment.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, inspect, select, text
from sqlalchemy.orm import Session

from api.errors import RestorePlaceError, StorageError, UnusableBackupError
from api.records.chain import Fault
from api.records.verification import verify_database
from api.storage.database import Database, known_revision
from api.storage.objects.failures import failure_is_named

SQLITE_FILE = "hullmark.sqlite3"
ROWS = ".rows"
_VERSION_TABLE = "alembic_version"
_COPY_TO = 'COPY "{table}" TO STDOUT'
_COPY_FROM = 'COPY "{table}" FROM STDIN'


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainState:
    """The chain of records in a database: its length, its head, and what does not hold."""

    record_count: int
    head_sequence: int
    head_sha256: str
    fault_count: int
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseCopy:
    """What was copied: the version of the tables, the chain as it was, and the files that hold it."""

    kind: str
    revision: str
    chain: ChainState
    files: Sequence[Path]


def copy_database(database: Database, folder: Path, *, busy_timeout_s: float) -> DatabaseCopy:
    """Copy the database into a folder.

    Raises:
        StorageError: it cannot be read, or the copy cannot be written.
    """
    revision = database.revision()
    if revision != known_revision():
        raise StorageError(
            f"{database.name} has tables of version {revision or 'none'}, and this program knows {known_revision()}. "
            "Start the service of this version once, or use the program of that version."
        )
    if not database.is_file:
        return _copy_rows(database, folder, revision)
    target = folder / SQLITE_FILE
    with (
        failure_is_named(),
        closing(sqlite3.connect(f"file:{database.path}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # All pages in one step: a snapshot; in WAL mode nobody waits for it.
        source.backup(copy, pages=-1)
        # One file without a log beside it, that needs no folder to be written to when it is read.
        copy.execute("PRAGMA journal_mode = DELETE")
    chain = chain_of_file(target, busy_timeout_s=busy_timeout_s)
    return DatabaseCopy(kind="sqlite", revision=revision, chain=chain, files=[target])


def chain_of_file(path: Path, *, busy_timeout_s: float) -> ChainState:
    """Walk the chain in a SQLite file, and the file itself.

    Raises:
        StorageError: it is damaged as a database.
    """
    with closing(sqlite3.connect(path)) as connection:
        try:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            raise StorageError(f"{path.name}: {error}.") from error
    if found != "ok":
        raise StorageError(f"{path.name}: {found}.")
    database = Database(path, busy_timeout_s=busy_timeout_s)
    try:
        with database.reading() as session:
            return chain_of(session, path.name)
    finally:
        database.dispose()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")


def chain_of(session: Session, place: str) -> ChainState:
    """Walk the chain that a transaction sees."""
    found = verify_database(session, None, place)
    return ChainState(
        record_count=found.record_count,
        head_sequence=found.head_sequence,
        head_sha256=found.head_sha256,
        fault_count=found.fault_count,
        faults=tuple(found.faults),
    )


def refuse_filled(database: Database) -> None:
    """Refuse a database of a server that holds anything.

    Raises:
        RestorePlaceError: it does.
    """
    with database.reading() as session:
        tables = inspect(session.connection()).get_table_names()
    if tables:
        raise RestorePlaceError(database.name, f"the table {tables[0]}")


def restore_rows(
    database: Database, revision: str, tables: Sequence[str], rows_of: Callable[[str], Iterator[bytes]]
) -> None:
    """Fill an empty database of PostgreSQL.

    Args:
        database: without any table.
        revision: of the tables that the rows were copied from.
        tables: their names.
        rows_of: gives what was copied from a table.

    Raises:
        UnusableBackupError: tables and rows do not fit together.
        StorageError: it cannot be written.
    """
    database.migrate(to=revision)
    with database.writing() as session:
        connection = session.connection()
        found = MetaData()
        found.reflect(connection)
        ordered = [table.name for table in found.sorted_tables if table.name != _VERSION_TABLE]
        if set(ordered) != set(tables):
            odd = ", ".join(sorted(set(ordered) ^ set(tables)))
            raise UnusableBackupError(Path(database.name), f"tables and rows differ: {odd}")
        # What the migrations themselves put in is in the copy, as it was then.
        for table in reversed(found.sorted_tables):
            seeded = (
                table.name != _VERSION_TABLE
                and connection.execute(select(table).limit(1)).first() is not None
            )
            if seeded:
                connection.execute(table.delete())
        with _cursor(session) as cursor:
            # What triggers derive from rows is in the copy too; the owner of the tables may do without them.
            for table in ordered:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            for table in ordered:
                with cursor.copy(_COPY_FROM.format(table=table)) as sink:
                    for chunk in rows_of(table):
                        sink.write(chunk)
            for table in ordered:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        _advance_counters(session, ordered)


def _copy_rows(database: Database, folder: Path, revision: str) -> DatabaseCopy:
    files = []
    with database.reading() as session:
        tables = sorted(set(inspect(session.connection()).get_table_names()) - {_VERSION_TABLE})
        with _cursor(session) as cursor:
            for table in tables:
                path = folder / f"{table}{ROWS}"
                with (
                    failure_is_named(),
                    path.open("wb") as file,
                    cursor.copy(_COPY_TO.format(table=table)) as source,
                ):
                    file.writelines(source)
                files.append(path)
        chain = chain_of(session, database.name)
    return DatabaseCopy(kind="postgresql", revision=revision, chain=chain, files=files)


def _cursor(session: Session) -> Any:
    driver = session.connection().connection.driver_connection
    if driver is None:
        raise StorageError("The connection to the database is gone.")
    return driver.cursor()


def _advance_counters(session: Session, tables: Sequence[str]) -> None:
    """Let numbers that the server gives go on after those that were restored."""
    query = text(
        "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) AS counter "
        "FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    for row in session.execute(query).all():
        if row.counter is not None and row.table_name in tables:
            highest = session.scalar(text(f'SELECT max("{row.column_name}") FROM "{row.table_name}"'))  # noqa: S608
            if highest is not None:
                session.execute(
                    text("SELECT setval(:counter, :highest)"), {"counter": row.counter, "highest": highest}
                )
