"""One job after another, step by step, with a lease that may be lost while the work goes on."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from made_job_kinds import Ledger, kind_of

from api.engine.inline import InlineExecutor
from api.errors import DatabaseBusyError
from api.jobs.kinds import StepContext
from api.jobs.queue import JobQueue
from api.jobs.repository import add_job, job_by_id, steps_of
from api.jobs.runner import JobRunner
from api.storage.database import Database
from api.storage.tables import Job, new_id

LEASE_S = 0.6
Doing = Callable[[StepContext], Mapping[str, Any]]


@dataclass
class Bench:
    """A database, a ledger, and runners whose steps are given by the test."""

    database: Database
    ledger: Ledger = field(default_factory=Ledger)

    def runner(
        self, one: Doing, two: Doing | None = None, *, heartbeat_s: float = 0.1, time_limit_s: float = 60.0
    ) -> JobRunner:
        kinds = {"work": kind_of("work", self.ledger, time_limit_s=time_limit_s)}
        executor = InlineExecutor({"work": {"one": one, "two": two or nothing}})
        queue = JobQueue(self.database, kinds, worker_id=new_id(), lease_s=LEASE_S, max_attempts=3)
        return JobRunner(queue, kinds, executor, heartbeat_s=heartbeat_s)


def nothing(context: StepContext) -> Mapping[str, Any]:
    del context
    return {}


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


@pytest.fixture
def job_id(database: Database) -> UUID:
    with database.writing() as session:
        return add_job(session, kind="work", subject_id=new_id(), port_call_id=None, payload={}).id


def stored(database: Database, job_id: UUID) -> Job:
    with database.reading() as session:
        job = job_by_id(session, job_id)
        assert job is not None
        return job


def test_steps_are_done_in_order_and_handed_on(bench: Bench, job_id: UUID) -> None:
    def two(context: StepContext) -> Mapping[str, Any]:
        return {"doubled": 2 * context.results["one"]["level"]}

    assert bench.runner(lambda _: {"level": 21}, two).run_one()

    assert bench.ledger.stored == [{"one": {"level": 21}, "two": {"doubled": 42}}]
    job = stored(bench.database, job_id)
    assert (job.status, job.progress, job.step, job.fence) == ("done", 1.0, None, 1)


def test_no_job_is_no_work(bench: Bench) -> None:
    assert not bench.runner(nothing).run_one()


def test_an_attempt_goes_on_behind_the_last_finished_step(bench: Bench, job_id: UUID) -> None:
    ones: list[int] = []

    def one(context: StepContext) -> Mapping[str, Any]:
        ones.append(context.job.attempt)
        return {"made_in": context.job.attempt}

    def fail(context: StepContext) -> Mapping[str, Any]:
        raise ValueError(f"坏帧 {context.job.attempt}")

    bench.runner(one, fail).run_one()
    assert (stored(bench.database, job_id).status, stored(bench.database, job_id).error) == (
        "queued",
        "ValueError: 坏帧 1",
    )
    make_due(bench.database, job_id)
    bench.runner(one).run_one()

    assert ones == [1]
    assert bench.ledger.stored == [{"one": {"made_in": 1}, "two": {}}]
    with bench.database.reading() as session:
        assert [(step.name, step.attempt) for step in steps_of(session, job_id)] == [("one", 1), ("two", 2)]


def test_a_lease_is_renewed_while_a_step_goes_on(bench: Bench, job_id: UUID) -> None:
    seen: list[Any] = []

    def one(context: StepContext) -> Mapping[str, Any]:
        for _ in range(30):
            time.sleep(0.05)
            context.report_progress(0.5)
        seen.append(stored(bench.database, job_id).lease_expires_at)
        return {}

    started = stored(bench.database, job_id).created_at
    bench.runner(one).run_one()

    assert (seen[0] - started).total_seconds() > 1.5
    assert stored(bench.database, job_id).attempts == 1


def test_a_step_ends_soon_after_its_lease_is_lost(bench: Bench, job_id: UUID) -> None:
    reports = 0

    def one(context: StepContext) -> Mapping[str, Any]:
        nonlocal reports
        with bench.database.writing() as session:
            session.get_one(Job, job_id).fence += 1
        for _ in range(400):
            time.sleep(0.01)
            context.report_progress(0.5)
            reports += 1
        return {}

    assert bench.runner(one).run_one()

    assert reports < 400
    assert bench.ledger.stored == []


def test_a_step_that_takes_too_long_fails_with_that_reason(bench: Bench, job_id: UUID) -> None:
    def one(context: StepContext) -> Mapping[str, Any]:
        time.sleep(0.05)
        context.report_progress(0.1)
        return {}

    bench.runner(one, time_limit_s=0.01).run_one()

    assert stored(bench.database, job_id).error == "step one: took longer than 0 s and was ended"


def test_a_database_that_is_briefly_busy_costs_no_attempt(
    bench: Bench, job_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete, failures = JobQueue.complete, iter([DatabaseBusyError(), None])

    def sometimes(queue: JobQueue, *arguments: Any) -> None:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        complete(queue, *arguments)

    monkeypatch.setattr(JobQueue, "complete", sometimes)
    monkeypatch.setattr("api.jobs.runner.INSIST_PAUSE_S", 0.01)

    bench.runner(nothing).run_one()

    assert (stored(bench.database, job_id).status, stored(bench.database, job_id).attempts) == ("done", 1)


def test_work_that_is_stopped_is_given_back(bench: Bench, job_id: UUID) -> None:
    def stop(_: StepContext) -> Mapping[str, Any]:
        raise SystemExit(0)

    with pytest.raises(SystemExit):
        bench.runner(stop).run_one()

    assert (stored(bench.database, job_id).status, stored(bench.database, job_id).attempts) == ("queued", 0)


def test_progress_counts_the_steps_before_and_stays_between_zero_and_one(
    bench: Bench, job_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.runner.PROGRESS_INTERVAL_S", 0.0)
    seen: list[tuple[str | None, float | None]] = []

    def report(context: StepContext) -> Mapping[str, Any]:
        for fraction in (0.5, 7.0):
            context.report_progress(fraction)
            job = stored(bench.database, job_id)
            seen.append((job.step, job.progress))
        return {}

    bench.runner(report, report).run_one()

    assert seen == [("one", 0.25), ("one", 0.5), ("two", 0.75), ("two", 1.0)]


def make_due(database: Database, job_id: UUID) -> None:
    with database.writing() as session:
        job = session.get_one(Job, job_id)
        job.not_before = job.created_at
