"""Evidence: faults a database meets: constraint, crash, lock, full disk, newer version, no database."""

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError

from api.errors import (
    DatabaseBusyError,
    NewerDatabaseError,
    StorageError,
    StorageFullError,
    UnusableDataDirectoryError,
)
from api.storage.database import MIGRATIONS, Database
from api.storage.tables import PortCall, Table, Vessel, new_id


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "hullmark.sqlite3", busy_timeout_s=5.0)
    database.migrate()
    yield database
    database.dispose()


def vessel(name: str = "A") -> Vessel:
    return Vessel(name=name, length_between_perpendiculars_m=100.0)


def vessel_count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Vessel)) or 0


def write(database: Database, *steps: Vessel | str) -> None:
    """Run statements and add rows in one transaction."""
    with database.writing() as session:
        for step in steps:
            if isinstance(step, str):
                session.execute(text(step))
            else:
                session.add(step)
                session.flush()


def test_what_a_block_wrote_is_there_after_it(database: Database) -> None:
    with database.writing() as session:
        session.add(vessel())
    assert vessel_count(database) == 1


def test_a_block_that_raises_changes_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError):
        write(database, vessel(), Vessel(name="B", length_between_perpendiculars_m=None))
    assert vessel_count(database) == 0


def test_a_reading_transaction_sees_one_state(database: Database) -> None:
    with database.reading() as session:
        query = select(func.count()).select_from(Vessel)
        before = session.scalar(query)
        with database.writing() as other:
            other.add(vessel())
        assert session.scalar(query) == before == 0
    assert vessel_count(database) == 1


def test_a_row_that_refers_to_nothing_is_refused(database: Database) -> None:
    row = PortCall(vessel_id=new_id(), cargo="coal", operation="loading", method={})
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), database.writing() as session:
        session.add(row)


def test_the_write_lock_is_taken_before_anything_is_read(database: Database) -> None:
    # Read, then write: with a lock taken only at the write, some of these increments would be lost.
    with database.writing() as session:
        session.add(vessel("0"))

    def count_up() -> None:
        for _ in range(10):
            with database.writing() as session:
                row = session.scalars(select(Vessel)).one()
                row.name = str(int(row.name) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalars(select(Vessel)).one().name == "60"


def test_a_writer_that_holds_on_makes_the_others_busy(tmp_path: Path, database: Database) -> None:
    impatient = Database(tmp_path / "hullmark.sqlite3", busy_timeout_s=0.05)
    with database.writing() as session:
        session.add(vessel())
        session.flush()
        with pytest.raises(DatabaseBusyError):
            write(impatient, vessel("B"))
        with impatient.reading() as reader:
            assert reader.scalar(select(func.count()).select_from(Vessel)) == 0
    impatient.dispose()


KILLED = """
import os, signal, sys
from pathlib import Path
from api.storage.database import Database
from api.storage.tables import Vessel
database = Database(Path(sys.argv[1]), busy_timeout_s=5.0)
with database.writing() as session:
    session.add(Vessel(name="half", length_between_perpendiculars_m=1.0))
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_between_write_and_commit_leaves_the_state_before(database: Database) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(database.path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert vessel_count(database) == 0
    with database.writing() as session:
        session.add(vessel())
    assert vessel_count(database) == 1


def test_a_full_disk_is_named_and_changes_nothing(database: Database) -> None:
    with pytest.raises(StorageFullError):
        write(database, "PRAGMA max_page_count = 1", vessel("x" * 1_000_000))
    assert vessel_count(database) == 0


def test_a_file_that_became_read_only_is_named(database: Database) -> None:
    with pytest.raises(StorageError, match="cannot be used"):
        write(database, "PRAGMA query_only = ON", vessel())


def is_no_text_index(name: str | None, kind: str, _parents: object) -> bool:
    # The words of the search are in a virtual table of SQLite, which no mapped class describes.
    return not (kind == "table" and str(name).startswith(("search_text", "search_terms")))


def test_the_migrations_make_exactly_the_tables(tmp_path: Path, database: Database) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'hullmark.sqlite3'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_no_text_index})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()
    assert vessel_count(database) == 0


def test_the_migrations_go_down_and_up_again(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        for step in ("head", "base", "head"):
            (command.downgrade if step == "base" else command.upgrade)(config, step)
    engine.dispose()


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        session.add(vessel())
    database.migrate()
    assert vessel_count(database) == 1


def test_a_database_of_a_newer_version_is_refused_and_not_touched(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    before = database.path.read_bytes()
    with pytest.raises(NewerDatabaseError, match="table revision 9999 is unknown here"):
        database.migrate()
    assert database.path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "hullmark.sqlite3"
    path.write_text("dear diary " * 200, encoding="utf-8")
    database = Database(path, busy_timeout_s=1.0)
    with pytest.raises(UnusableDataDirectoryError, match="not a database"):
        database.migrate()
    database.dispose()
    assert path.read_text(encoding="utf-8").startswith("dear diary")


def test_records_can_neither_be_changed_nor_deleted_even_by_sql(database: Database) -> None:
    database.dispose()
    connection = sqlite3.connect(database.path)
    values = ", ".join(
        ["1", "'i'", *["'x'"] * 3, "'x'", "'t'", "'s'", "'t'", "'a'", "1", "'{}'", "'[]'", "'[]'"]
    )
    connection.execute(f"INSERT INTO records VALUES ({values}, 'p', 'h', 'c')")  # noqa: S608  (constants)
    for statement in ("UPDATE records SET actor = 'b'", "DELETE FROM records"):
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            connection.execute(statement)
    connection.close()
