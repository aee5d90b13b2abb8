"""Leases under fault injection: workers that die, come back late, or fail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from made_job_kinds import Ledger, kind_of
from sqlalchemy.orm import Session

from api.jobs import repository
from api.jobs.errors import LeaseLostError
from api.jobs.queue import JobQueue
from api.jobs.repository import add_job, job_by_id, newest_revision, steps_of
from api.storage.database import Database
from api.storage.tables import Job, new_id, utc_now


@dataclass
class Clock:
    """A clock that is set by hand."""

    offset_s: float = 0.0

    def __call__(self, _session: Session) -> Any:
        return utc_now() + timedelta(seconds=self.offset_s)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(database: Database, ledger: Ledger, clock: Clock) -> Callable[[], JobQueue]:
    def make() -> JobQueue:
        return JobQueue(
            database,
            {"sum": kind_of("sum", ledger)},
            worker_id=new_id(),
            lease_s=60.0,
            max_attempts=3,
            clock=clock,
        )

    return make


ANSWER = {"one": {"sum": 42}}


def enqueue(database: Database, *, kind: str = "sum", priority: int | None = None) -> UUID:
    with database.writing() as session:
        return add_job(
            session, kind=kind, subject_id=new_id(), port_call_id=None, payload={}, priority=priority
        ).id


def stored(database: Database, job_id: UUID) -> Job:
    with database.reading() as session:
        job = job_by_id(session, job_id)
        assert job is not None
        return job


def test_a_job_is_claimed_by_one_worker_only(database: Database, worker: Callable[[], JobQueue]) -> None:
    job_id = enqueue(database)
    first, second = worker(), worker()

    claimed = first.claim()

    assert claimed is not None
    assert claimed.id == job_id
    assert second.claim() is None


def test_jobs_are_taken_in_the_order_they_came(database: Database, worker: Callable[[], JobQueue]) -> None:
    expected = [enqueue(database) for _ in range(3)]
    queue = worker()

    assert [claimed.id for claimed in iter(queue.claim, None)] == expected


def test_a_kind_without_handler_is_left_to_other_workers(
    database: Database, worker: Callable[[], JobQueue]
) -> None:
    enqueue(database, kind="something else")

    assert worker().claim() is None


def test_completing_stores_once_and_closes_the_job(
    database: Database, worker: Callable[[], JobQueue], ledger: Ledger
) -> None:
    job_id = enqueue(database)
    queue = worker()
    claimed = queue.claim()
    assert claimed is not None

    queue.complete(claimed, ANSWER)

    assert ledger.stored == [ANSWER]
    assert (stored(database, job_id).status, stored(database, job_id).progress) == ("done", 1.0)
    with pytest.raises(LeaseLostError):
        queue.complete(claimed, ANSWER)
    assert ledger.stored == [ANSWER]


def test_an_expired_lease_is_taken_over_and_the_late_worker_stores_nothing(
    database: Database, worker: Callable[[], JobQueue], ledger: Ledger, clock: Clock
) -> None:
    job_id = enqueue(database)
    late, successor = worker(), worker()
    lost = late.claim()
    assert lost is not None

    clock.offset_s = 61.0
    taken = successor.claim()

    assert taken is not None
    assert (taken.id, taken.attempt) == (job_id, 2)
    with pytest.raises(LeaseLostError):
        late.renew(lost, progress=0.9)
    with pytest.raises(LeaseLostError):
        late.begin_step(lost, "one", progress=0.0)
    with pytest.raises(LeaseLostError):
        late.finish_step(lost, "one", {}, duration_s=1.0)
    with pytest.raises(LeaseLostError):
        late.hand_back(lost)
    assert not late.holds(lost)
    with pytest.raises(LeaseLostError):
        late.retry_or_fail(lost, "late")
    with pytest.raises(LeaseLostError):
        late.complete(lost, ANSWER)
    successor.complete(taken, ANSWER)
    assert ledger.stored == [ANSWER]


def test_a_renewed_lease_is_not_taken_over(
    database: Database, worker: Callable[[], JobQueue], clock: Clock
) -> None:
    enqueue(database)
    holder, other = worker(), worker()
    claimed = holder.claim()
    assert claimed is not None

    clock.offset_s = 50.0
    holder.renew(claimed, progress=0.25)
    clock.offset_s = 100.0

    assert other.claim() is None
    assert stored(database, claimed.id).progress == 0.25


def test_the_same_worker_does_not_confuse_its_own_attempts(
    database: Database, worker: Callable[[], JobQueue], ledger: Ledger, clock: Clock
) -> None:
    enqueue(database)
    queue = worker()
    first = queue.claim()
    assert first is not None
    clock.offset_s = 61.0
    second = queue.claim()
    assert second is not None

    with pytest.raises(LeaseLostError):
        queue.complete(first, {"one": {"of": 1}})

    queue.complete(second, {"one": {"of": 2}})
    assert ledger.stored == [{"one": {"of": 2}}]


def test_a_failed_attempt_waits_and_keeps_its_words(
    database: Database, worker: Callable[[], JobQueue], clock: Clock
) -> None:
    job_id = enqueue(database)
    queue = worker()
    claimed = queue.claim()
    assert claimed is not None

    queue.retry_or_fail(claimed, "ValueError: 坏帧")

    assert (stored(database, job_id).status, stored(database, job_id).error) == ("queued", "ValueError: 坏帧")
    assert queue.claim() is None, "the second attempt waits"
    clock.offset_s = 2.5
    assert queue.claim() is not None


def test_the_last_failed_attempt_fails_the_job(
    database: Database, worker: Callable[[], JobQueue], ledger: Ledger, clock: Clock
) -> None:
    job_id = enqueue(database)
    queue = worker()
    for attempt in range(3):
        clock.offset_s = attempt * 100.0
        claimed = queue.claim()
        assert claimed is not None
        queue.retry_or_fail(claimed, f"attempt {attempt + 1}")

    assert (stored(database, job_id).status, stored(database, job_id).error) == ("failed", "attempt 3")
    assert ledger.statuses[-1] == ("failed", "attempt 3")
    clock.offset_s = 10_000.0
    assert queue.claim() is None


def test_a_job_that_kills_every_worker_is_failed_and_the_next_one_runs(
    database: Database, worker: Callable[[], JobQueue], ledger: Ledger, clock: Clock
) -> None:
    poison, harmless = enqueue(database), enqueue(database)
    for attempt in range(3):
        clock.offset_s = attempt * 61.0
        claimed = worker().claim()
        assert claimed is not None
        assert claimed.id == poison

    clock.offset_s = 3 * 61.0
    claimed = worker().claim()

    assert claimed is not None
    assert claimed.id == harmless
    assert stored(database, poison).status == "failed"
    assert ("failed", "the worker ended in each of 3 attempts") in ledger.statuses


def test_a_job_handed_back_does_not_count_as_started(
    database: Database, worker: Callable[[], JobQueue], ledger: Ledger
) -> None:
    job_id = enqueue(database)
    queue = worker()
    claimed = queue.claim()
    assert claimed is not None

    queue.hand_back(claimed)

    assert (stored(database, job_id).status, stored(database, job_id).attempts) == ("queued", 0)
    assert ledger.statuses[-1] == ("queued", None)


def test_what_store_raises_leaves_the_job_running(
    database: Database, worker: Callable[[], JobQueue], monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = enqueue(database)
    queue = worker()
    claimed = queue.claim()
    assert claimed is not None

    def break_off(*_: Any) -> None:
        raise RuntimeError("cut between store and commit")

    monkeypatch.setattr(repository, "publish", break_off)
    monkeypatch.setattr("api.jobs.queue.publish", break_off)
    with pytest.raises(RuntimeError):
        queue.complete(claimed, ANSWER)

    assert stored(database, job_id).status == "running"


def test_the_most_urgent_job_is_taken_first(database: Database, worker: Callable[[], JobQueue]) -> None:
    proxy, reading, also = (enqueue(database, priority=priority) for priority in (20, 80, 80))
    queue = worker()

    assert [claimed.id for claimed in iter(queue.claim, None)] == [reading, also, proxy]


def test_a_finished_step_is_found_by_the_next_attempt(
    database: Database, worker: Callable[[], JobQueue], clock: Clock
) -> None:
    enqueue(database)
    first, second = worker(), worker()
    claimed = first.claim()
    assert claimed is not None
    first.finish_step(claimed, "one", {"levels_m": [8.61]}, duration_s=0.5)

    clock.offset_s = 61.0
    again = second.claim()

    assert again is not None
    assert second.results_of(again) == {"one": {"levels_m": [8.61]}}


def test_a_done_job_remembers_its_steps_and_forgets_what_they_left(
    database: Database, worker: Callable[[], JobQueue]
) -> None:
    job_id = enqueue(database)
    queue = worker()
    claimed = queue.claim()
    assert claimed is not None
    queue.finish_step(claimed, "one", {"large": "x" * 1000}, duration_s=0.5)

    queue.complete(claimed, {"one": {"large": "x" * 1000}})

    with database.reading() as session:
        steps = steps_of(session, job_id)
    assert [(step.name, step.result) for step in steps] == [("one", None)]


def test_the_fence_grows_even_when_starts_do_not_count(
    database: Database, worker: Callable[[], JobQueue]
) -> None:
    enqueue(database)
    queue = worker()
    first = queue.claim()
    assert first is not None
    queue.hand_back(first)

    second = queue.claim()

    assert second is not None
    assert (second.attempt, second.fence) == (first.attempt, first.fence + 1)
    with pytest.raises(LeaseLostError):
        queue.renew(first, progress=0.5)


def test_every_change_has_a_later_revision_and_a_rolled_back_one_none(
    database: Database, worker: Callable[[], JobQueue]
) -> None:
    first, second = enqueue(database), enqueue(database)
    before = stored(database, first).revision, stored(database, second).revision
    assert before[1] == before[0] + 1
    queue = worker()
    claimed = queue.claim()
    assert claimed is not None
    assert stored(database, first).revision > before[1]

    def cut() -> None:
        with database.writing() as session:
            add_job(session, kind="sum", subject_id=new_id(), port_call_id=None, payload={})
            raise RuntimeError("cut before the commit")

    with pytest.raises(RuntimeError):
        cut()
    with database.reading() as session:
        assert newest_revision(session) == stored(database, first).revision
