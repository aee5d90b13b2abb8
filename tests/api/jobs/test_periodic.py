"""Work at intervals: one worker at a time, taken over when it is gone, tried again when it failed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.jobs.errors import TurnLostError
from api.jobs.periodic import PeriodicRunner, PeriodicTask, PeriodicTurns, declared_tasks
from api.routing import Resources
from api.storage.database import Database
from api.storage.tables import PeriodicTurn, new_id, utc_now


@dataclass
class Clock:
    """A clock that is set by hand."""

    offset_s: float = 0.0

    def __call__(self, _session: Session) -> Any:
        return utc_now() + timedelta(seconds=self.offset_s)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(database: Database, clock: Clock) -> Callable[[], PeriodicTurns]:
    return lambda: PeriodicTurns(database, worker_id=new_id(), lease_s=60.0, clock=clock)


def test_one_worker_has_the_turn_and_the_next_is_due_after_the_interval(
    worker: Callable[[], PeriodicTurns], clock: Clock
) -> None:
    first, second = worker(), worker()
    turn = first.take("storage.sweep")
    assert turn is not None
    assert second.take("storage.sweep") is None
    assert second.take("records.checkpoint") is not None, "another task is another turn"

    first.end(turn, again_after_s=100.0, error=None)

    assert second.take("storage.sweep") is None
    clock.offset_s = 101.0
    assert second.take("storage.sweep") is not None


def test_the_turn_of_a_worker_that_is_gone_is_taken_over_and_it_can_end_nothing(
    worker: Callable[[], PeriodicTurns], clock: Clock
) -> None:
    gone, successor = worker(), worker()
    lost = gone.take("storage.sweep")
    assert lost is not None

    clock.offset_s = 61.0
    turn = successor.take("storage.sweep")

    assert turn is not None
    assert turn.fence == lost.fence + 1
    with pytest.raises(TurnLostError):
        gone.renew(lost)
    with pytest.raises(TurnLostError):
        gone.end(lost, again_after_s=100.0, error=None)


def test_a_renewed_turn_is_kept(worker: Callable[[], PeriodicTurns], clock: Clock) -> None:
    holder, other = worker(), worker()
    turn = holder.take("storage.sweep")
    assert turn is not None
    clock.offset_s = 50.0
    holder.renew(turn)
    clock.offset_s = 100.0

    assert other.take("storage.sweep") is None


def test_a_task_that_raises_keeps_its_words_and_is_tried_again_sooner(
    database: Database, resources: Resources, worker: Callable[[], PeriodicTurns], clock: Clock
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("磁盘不可写")

    task = PeriodicTask(name="storage.sweep", interval_s=3600.0, run=fail)
    assert runner(resources, worker(), task).run_if_due(task)

    with database.reading() as session:
        row = session.get_one(PeriodicTurn, "storage.sweep")
    assert (row.error, row.failures, row.leased_by) == ("ValueError: 磁盘不可写", 1, None)
    assert not runner(resources, worker(), task).run_if_due(task)
    clock.offset_s = 31.0
    assert runner(resources, worker(), task).run_if_due(task)


def test_threads_of_two_workers_never_run_a_task_together(database: Database, resources: Resources) -> None:
    running, most, runs = 0, 0, threading.Semaphore(0)
    counting = threading.Lock()

    def run(*_: Any) -> None:
        nonlocal running, most
        with counting:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.02)
        with counting:
            running -= 1
        runs.release()

    task = PeriodicTask(name="storage.sweep", interval_s=lambda _: 0.01, run=run)
    stopping = threading.Event()
    for _ in range(2):
        turns = PeriodicTurns(database, worker_id=new_id(), lease_s=60.0)
        runner(resources, turns, task).start(stopping)
    seen = [runs.acquire(timeout=60.0) for _ in range(6)]
    stopping.set()

    assert all(seen)
    assert most == 1


def test_what_the_rooms_declare_has_names_of_its_own() -> None:
    names = [task.name for task in declared_tasks()]

    assert len(names) == len(set(names))
    assert all(name.partition(".")[2] for name in names)


def runner(resources: Resources, turns: PeriodicTurns, *tasks: PeriodicTask) -> PeriodicRunner:
    return PeriodicRunner(
        turns,
        tasks,
        database=resources.database,
        objects=resources.objects,
        settings=resources.settings,
    )
