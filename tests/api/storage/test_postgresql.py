"""Evidence: a real PostgreSQL server: transactions, locks, faults, and what cannot be changed."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from postgres_server import PostgresServer, migrated_postgres_url, postgres_server, postgres_url
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from api.errors import DatabaseBusyError, NewerDatabaseError, StorageError, UnusableDatabaseError
from api.settings import postgresql_address
from api.storage.database import Database
from api.storage.tables import PortCall, Vessel, new_id, utc_now

__all__ = ["migrated_postgres_url", "postgres_server", "postgres_url"]


@pytest.fixture
def database(migrated_postgres_url: str) -> Iterator[Database]:
    database = Database(postgresql_address(migrated_postgres_url), busy_timeout_s=5.0)
    yield database
    database.dispose()


def vessel(name: str = "A") -> Vessel:
    return Vessel(id=new_id(), name=name, length_between_perpendiculars_m=100.0)


def vessel_count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Vessel)) or 0


def add_vessel(database: Database, name: str) -> None:
    with database.writing() as session:
        session.add(vessel(name))


def run_sql(database: Database, statement: str) -> None:
    with database.writing() as session:
        session.execute(text(statement))


def in_threads(count: int, work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_block_that_raises_changes_nothing(database: Database) -> None:
    add_vessel(database, "A")
    orphan = PortCall(vessel_id=new_id(), cargo="coal", operation="loading", method={})
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add_all([vessel("B"), orphan])
    assert vessel_count(database) == 1


def test_a_reading_transaction_sees_one_state_and_cannot_write(database: Database) -> None:
    with database.reading() as session:
        query = select(func.count()).select_from(Vessel)
        assert session.scalar(query) == 0
        add_vessel(database, "A")
        assert session.scalar(query) == 0
        with pytest.raises(StorageError, match="read-only"), database.reading() as other:
            other.execute(text("DELETE FROM vessels"))
    assert vessel_count(database) == 1


def test_an_instant_comes_back_in_utc(database: Database) -> None:
    at = utc_now()
    with database.writing() as session:
        session.add(Vessel(name="A", length_between_perpendiculars_m=1.0, created_at=at))
    with database.reading() as session:
        assert session.scalars(select(Vessel)).one().created_at == at


def test_what_is_read_to_be_changed_is_still_true_at_the_commit(database: Database) -> None:
    # Read, then write: without the locks of rows some of these increments would be lost.
    add_vessel(database, "0")

    def count_up() -> None:
        for _ in range(10):
            with database.writing() as session:
                row = session.scalars(select(Vessel)).one()
                row.name = str(int(row.name) + 1)

    in_threads(6, count_up)
    with database.reading() as session:
        assert session.scalars(select(Vessel)).one().name == "60"


def test_transactions_on_other_rows_go_on_beside_each_other(database: Database) -> None:
    add_vessel(database, "A")
    add_vessel(database, "B")
    with database.writing() as session:
        session.scalars(select(Vessel).where(Vessel.name == "A")).one().imo = "1234567"
        session.flush()
        with database.writing() as other:
            other.scalars(select(Vessel).where(Vessel.name == "B")).one().imo = "7654321"
    with database.reading() as session:
        assert set(session.scalars(select(Vessel.imo))) == {"1234567", "7654321"}


def test_a_port_call_can_be_added_to_a_vessel_that_another_transaction_read(database: Database) -> None:
    add_vessel(database, "A")
    with database.writing() as session:
        row = session.scalars(select(Vessel)).one()
        with database.writing() as other:
            other.add(PortCall(vessel_id=row.id, cargo="coal", operation="loading", method={}))


def test_lists_counts_and_groups_are_read_without_locks_where_none_can_be(database: Database) -> None:
    add_vessel(database, "A")
    with database.writing() as session:
        assert session.scalar(select(func.count()).select_from(Vessel)) == 1
        assert session.execute(select(Vessel.name, func.count()).group_by(Vessel.name)).all() == [("A", 1)]
        assert session.scalars(select(Vessel.name).distinct()).one() == "A"
        pairs = select(Vessel, PortCall).outerjoin(PortCall, PortCall.vessel_id == Vessel.id)
        assert session.execute(pairs).one()[1] is None
        assert session.scalars(select(func.clock_timestamp())).one() is not None


def test_a_row_that_is_held_too_long_makes_the_others_busy(
    migrated_postgres_url: str, database: Database
) -> None:
    impatient = Database(postgresql_address(migrated_postgres_url), busy_timeout_s=0.1)
    add_vessel(database, "A")
    with database.writing() as session:
        session.scalars(select(Vessel)).one()
        with pytest.raises(DatabaseBusyError), impatient.writing() as other:
            other.scalars(select(Vessel)).one()
    impatient.dispose()


def test_of_two_that_wait_for_each_other_one_is_told_that_it_is_busy(database: Database) -> None:
    add_vessel(database, "A")
    add_vessel(database, "B")
    both_hold_one = threading.Barrier(2)
    outcomes: list[str] = []

    def take(first: str, second: str) -> None:
        try:
            with database.writing() as session:
                session.scalars(select(Vessel).where(Vessel.name == first)).one()
                both_hold_one.wait()
                session.scalars(select(Vessel).where(Vessel.name == second)).one()
            outcomes.append("done")
        except DatabaseBusyError:
            outcomes.append("busy")

    threads = [threading.Thread(target=take, args=names) for names in (("A", "B"), ("B", "A"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["busy", "done"]


KILLED = """
import os, signal, sys
from api.settings import postgresql_address
from api.storage.database import Database
from api.storage.tables import Vessel
database = Database(postgresql_address(sys.argv[1]), busy_timeout_s=5.0)
with database.writing() as session:
    session.add(Vessel(name="half", length_between_perpendiculars_m=1.0))
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_between_write_and_commit_leaves_the_state_before(
    migrated_postgres_url: str, database: Database
) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, migrated_postgres_url], check=False)
    assert done.returncode == -signal.SIGKILL
    assert vessel_count(database) == 0
    add_vessel(database, "A")
    assert vessel_count(database) == 1


def test_a_connection_that_the_server_ended_is_named_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(StorageError, match="cannot be used"), database.writing() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    add_vessel(database, "A")
    assert vessel_count(database) == 1


def test_a_server_that_is_not_there_is_named(postgres_server: PostgresServer) -> None:
    url = f"postgresql://postgres@/x?host={postgres_server.folder}/nowhere"
    database = Database(postgresql_address(url), busy_timeout_s=1.0)
    with pytest.raises(UnusableDatabaseError, match="HULLMARK_DATABASE_URL"):
        database.migrate()
    with pytest.raises(StorageError, match="cannot be used"), database.reading() as session:
        session.execute(text("SELECT 1"))
    database.dispose()


def test_a_password_is_in_no_message() -> None:
    database = Database(postgresql_address("postgresql://u:geheim@127.0.0.1:1/x"), busy_timeout_s=1.0)
    with pytest.raises(UnusableDatabaseError) as refusal:
        database.migrate()
    assert "geheim" not in str(refusal.value)
    assert "geheim" not in repr(database.place)
    database.dispose()


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    run_sql(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabaseError, match="table revision 9999 is unknown here"):
        database.migrate()


def test_processes_that_start_at_once_migrate_once(postgres_url: str) -> None:
    databases = [Database(postgresql_address(postgres_url), busy_timeout_s=30.0) for _ in range(4)]
    threads = [threading.Thread(target=database.migrate) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert vessel_count(databases[0]) == 0
    for database in databases:
        database.dispose()


@pytest.mark.parametrize("table", ["records", "checkpoints"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET sha256 = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_neither_records_nor_checkpoints_can_be_changed_even_by_sql(
    database: Database, table: str, statement: str
) -> None:
    with pytest.raises(DBAPIError, match=f"{table} are append only"):
        run_sql(database, statement.format(table))
