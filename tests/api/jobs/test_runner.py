"""One job after another, with a lease that may be lost while the work goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from api.jobs import runner as runner_module
from api.jobs.queue import ClaimedJob, JobQueue
from api.jobs.repository import add_job, job_by_id
from api.jobs.runner import JobRunner
from api.storage.database import Database
from api.storage.tables import Job, new_id

LEASE_S = 0.3


@dataclass
class Work:
    """A handler whose work is given by the test."""

    doing: Callable[[Callable[[float], None]], Any]
    stored: list[Any] = field(default_factory=list)

    def run(self, job: ClaimedJob, report_progress: Callable[[float], None]) -> Any:
        del job
        return self.doing(report_progress)

    def store(self, session: Session, job: ClaimedJob, outcome: Any) -> None:
        del session, job
        self.stored.append(outcome)

    def status_changed(self, session: Session, job: ClaimedJob, status: str, reason: str | None) -> None:
        """Nothing follows this job's status."""


@pytest.fixture
def job_id(database: Database) -> UUID:
    with database.writing() as session:
        return add_job(session, kind="work", subject_id=new_id(), port_call_id=None, payload={}).id


def running(database: Database, work: Work, *, heartbeat_s: float) -> JobRunner:
    handlers = {"work": work}
    queue = JobQueue(database, handlers, worker_id=new_id(), lease_s=LEASE_S, max_attempts=3)
    return JobRunner(queue, handlers, heartbeat_s=heartbeat_s)


def stored(database: Database, job_id: UUID) -> Job:
    with database.reading() as session:
        job = job_by_id(session, job_id)
        assert job is not None
        return job


def test_nothing_to_do_is_said_so(database: Database) -> None:
    assert running(database, Work(doing=lambda _: None), heartbeat_s=1.0).run_one() is False


def test_a_heartbeat_keeps_the_lease_of_silent_work(database: Database, job_id: UUID) -> None:
    work = Work(doing=lambda _: time.sleep(3 * LEASE_S))

    running(database, work, heartbeat_s=LEASE_S / 3).run_one()

    assert stored(database, job_id).status == "done"
    assert stored(database, job_id).attempts == 1


def test_work_whose_lease_was_lost_is_stopped_and_stores_nothing(database: Database, job_id: UUID) -> None:
    successor = Work(doing=lambda _: "successor")

    def outlive_the_lease(report_progress: Callable[[float], None]) -> str:
        time.sleep(1.5 * LEASE_S)
        running(database, successor, heartbeat_s=1.0).run_one()
        report_progress(0.9)
        return "late"

    late = Work(doing=outlive_the_lease)

    assert running(database, late, heartbeat_s=10.0).run_one() is True

    assert (late.stored, successor.stored) == ([], ["successor"])
    assert stored(database, job_id).attempts == 2


def test_a_heartbeat_that_finds_the_lease_gone_stops_the_work_at_its_next_report(
    database: Database, job_id: UUID
) -> None:
    reports = 0

    def lose_it(report_progress: Callable[[float], None]) -> None:
        nonlocal reports
        with database.writing() as session:
            job = session.get_one(Job, job_id)
            job.attempts += 1
        for _ in range(200):
            time.sleep(0.01)
            report_progress(0.5)
            reports += 1

    work = Work(doing=lose_it)

    running(database, work, heartbeat_s=0.05).run_one()

    assert reports < 200
    assert work.stored == []


def test_a_heartbeat_outlives_a_database_that_is_briefly_gone(
    database: Database, job_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew, failures = JobQueue.renew, iter([OSError("the disk hung"), None])

    def sometimes(queue: JobQueue, claimed: ClaimedJob, *, progress: float | None) -> None:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        renew(queue, claimed, progress=progress)

    monkeypatch.setattr(JobQueue, "renew", sometimes)

    running(database, Work(doing=lambda _: time.sleep(2 * LEASE_S)), heartbeat_s=LEASE_S / 4).run_one()

    assert stored(database, job_id).status == "done"


def test_work_that_raises_is_kept_with_its_words(database: Database, job_id: UUID) -> None:
    def fail(_: Callable[[float], None]) -> None:
        raise ValueError("坏帧 17")

    running(database, Work(doing=fail), heartbeat_s=1.0).run_one()

    assert (stored(database, job_id).status, stored(database, job_id).error) == (
        "queued",
        "ValueError: 坏帧 17",
    )


def test_work_that_is_stopped_is_given_back(database: Database, job_id: UUID) -> None:
    def stop(_: Callable[[float], None]) -> None:
        raise SystemExit(0)

    with pytest.raises(SystemExit):
        running(database, Work(doing=stop), heartbeat_s=1.0).run_one()

    assert (stored(database, job_id).status, stored(database, job_id).attempts) == ("queued", 0)


def test_work_that_never_returns_ends_the_process(
    database: Database, job_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert job_id is not None
    ended: list[int] = []

    def end(code: int) -> None:
        ended.append(code)
        raise OSError("the test goes on in place of the end")

    monkeypatch.setattr(runner_module, "JOB_TIME_LIMIT_S", 0.0)
    monkeypatch.setattr("os._exit", end)
    monkeypatch.setattr("threading.excepthook", lambda _: None)

    running(database, Work(doing=lambda _: time.sleep(0.2)), heartbeat_s=0.05).run_one()

    assert ended == [runner_module.EXIT_STUCK]


def test_progress_is_written_and_kept_between_zero_and_one(database: Database, job_id: UUID) -> None:
    seen: list[float | None] = []

    def report(report_progress: Callable[[float], None]) -> None:
        report_progress(7.0)
        seen.append(stored(database, job_id).progress)

    running(database, Work(doing=report), heartbeat_s=1.0).run_one()

    assert seen == [1.0]
