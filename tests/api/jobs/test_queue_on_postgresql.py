"""The same queue on a PostgreSQL server: several workers at once, and a machine that is gone."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from made_job_kinds import Ledger, kind_of
from postgres_server import migrated_postgres_url, postgres_server
from sqlalchemy import select

from api.jobs.errors import LeaseLostError
from api.jobs.moment import present
from api.jobs.queue import JobQueue
from api.jobs.repository import add_job
from api.settings import postgresql_address
from api.storage.database import Database
from api.storage.tables import Job, new_id, utc_now

__all__ = ["migrated_postgres_url", "postgres_server"]
WORKERS, JOBS = 6, 60


@pytest.fixture
def server_database(migrated_postgres_url: str) -> Iterator[Database]:
    database = Database(postgresql_address(migrated_postgres_url), busy_timeout_s=30.0)
    yield database
    database.dispose()


def add_jobs(database: Database, count: int) -> list[UUID]:
    added = []
    for _ in range(count):
        with database.writing() as session:
            added.append(add_job(session, kind="sum", subject_id=new_id(), port_call_id=None, payload={}).id)
    return added


def queue_of(database: Database, ledger: Ledger, *, lease_s: float = 60.0) -> JobQueue:
    return JobQueue(
        database, {"sum": kind_of("sum", ledger)}, worker_id=new_id(), lease_s=lease_s, max_attempts=3
    )


def test_many_workers_take_every_job_once_and_revisions_never_repeat(server_database: Database) -> None:
    expected = add_jobs(server_database, JOBS)
    ledger, taken, failures = Ledger(), [], []

    def work() -> None:
        queue = queue_of(server_database, ledger)
        try:
            while (claimed := queue.claim()) is not None:
                taken.append(claimed.id)
                queue.begin_step(claimed, "one", progress=0.0)
                queue.finish_step(claimed, "one", {"sum": 1}, duration_s=0.1)
                queue.complete(claimed, {"one": {"sum": 1}})
        except Exception as error:  # noqa: BLE001  (a thread's failure is the test's)
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(taken) == sorted(expected)
    assert len(ledger.stored) == JOBS
    with server_database.reading() as session:
        jobs = session.scalars(select(Job)).all()
    assert {(job.status, job.fence) for job in jobs} == {("done", 1)}
    assert len({job.revision for job in jobs}) == JOBS


def test_the_job_of_a_machine_that_is_gone_is_taken_over_and_fenced(server_database: Database) -> None:
    add_jobs(server_database, 1)
    ledger = Ledger()
    gone, successor = queue_of(server_database, ledger, lease_s=0.2), queue_of(server_database, ledger)
    lost = gone.claim()
    assert lost is not None
    threading.Event().wait(0.4)

    taken = successor.claim()

    assert taken is not None
    assert taken.fence == lost.fence + 1
    with pytest.raises(LeaseLostError):
        gone.finish_step(lost, "one", {}, duration_s=0.1)
    with pytest.raises(LeaseLostError):
        gone.complete(lost, {})
    successor.complete(taken, {})
    assert ledger.stored == [{}]


def test_leases_are_judged_by_the_clock_of_the_server(server_database: Database) -> None:
    with server_database.writing() as session:
        moment = present(session)

    assert moment.tzinfo is not None
    assert abs(moment - utc_now()) < timedelta(seconds=60)
