"""Worker processes that are killed and stopped: real processes, real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.jobs.repository import add_job, job_by_id
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import Job, Vessel, Worker, new_id

PATIENCE_S = 30.0


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start worker processes on the data of this test; none of them outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    environment = os.environ | {
        "HULLMARK_DATA_DIR": str(settings.data_dir),
        "HULLMARK_WORKER_POLL_S": "0.05",
        "HULLMARK_WORKER_SILENCE_LIMIT_S": "0.3",
    }

    def start(*, lease_s: float = 1.5) -> subprocess.Popen[bytes]:
        script = Path(__file__).with_name("slow_worker.py")
        process = subprocess.Popen(
            [sys.executable, str(script)], env=environment | {"HULLMARK_JOB_LEASE_S": str(lease_s)}
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def job_id(database: Database) -> UUID:
    with database.writing() as session:
        return add_job(session, kind="slow", subject_id=new_id(), port_call_id=None, payload={}).id


def test_the_job_of_a_killed_worker_is_taken_over_and_stored_once(
    settings: Settings, database: Database, job_id: UUID, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    first = start()
    eventually((settings.data_dir / "began-1").exists)
    first.kill()
    first.wait()

    start()
    eventually((settings.data_dir / "began-2").exists)
    (settings.data_dir / "go").touch()

    eventually(lambda: job(database, job_id).status == "done")
    assert job(database, job_id).attempts == 2
    assert results(database) == ["made in attempt 2"]


def test_a_new_worker_takes_over_at_once_from_one_whose_process_is_gone(
    settings: Settings,
    database: Database,
    job_id: UUID,
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    first = start(lease_s=600.0)
    eventually((settings.data_dir / "began-1").exists)
    first.kill()
    first.wait()
    (settings.data_dir / "go").touch()

    start(lease_s=600.0)

    eventually(lambda: job(database, job_id).status == "done")
    assert results(database) == ["made in attempt 2"]


def test_a_live_worker_keeps_a_job_longer_than_its_lease(
    settings: Settings, database: Database, job_id: UUID, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    start()
    eventually((settings.data_dir / "began-1").exists)
    start()
    time.sleep(2.5)
    (settings.data_dir / "go").touch()

    eventually(lambda: job(database, job_id).status == "done")
    assert results(database) == ["made in attempt 1"]


def test_a_worker_frozen_beyond_its_lease_stores_nothing_when_it_wakes(
    settings: Settings, database: Database, job_id: UUID, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    frozen = start()
    eventually((settings.data_dir / "began-1").exists)
    frozen.send_signal(signal.SIGSTOP)
    start()
    eventually((settings.data_dir / "began-2").exists)

    (settings.data_dir / "go").touch()
    eventually(lambda: job(database, job_id).status == "done")
    frozen.send_signal(signal.SIGCONT)
    time.sleep(0.5)

    assert results(database) == ["made in attempt 2"]
    assert frozen.poll() is None, "losing a job does not end the worker"


def test_a_stopped_worker_gives_its_job_back_at_once(
    settings: Settings, database: Database, job_id: UUID, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = start()
    eventually((settings.data_dir / "began-1").exists)

    process.terminate()

    assert process.wait(PATIENCE_S) == 0
    assert (job(database, job_id).status, job(database, job_id).attempts) == ("queued", 0)
    assert worker(database).stopped_at is not None


def test_a_worker_reports_that_it_lives(
    database: Database, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = start()
    eventually(lambda: registered(database))

    eventually(lambda: worker(database).heartbeat_at > worker(database).started_at)

    assert (worker(database).kind, worker(database).process_id) == ("jobs", process.pid)


def eventually(question: Callable[[], Any]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not question():
        assert time.monotonic() < deadline_s, "it did not come about"
        time.sleep(0.02)


def job(database: Database, job_id: UUID) -> Job:
    with database.reading() as session:
        row = job_by_id(session, job_id)
        assert row is not None
        return row


def registered(database: Database) -> bool:
    with database.reading() as session:
        return session.scalars(select(Worker)).first() is not None


def worker(database: Database) -> Worker:
    with database.reading() as session:
        return session.scalars(select(Worker)).one()


def results(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Vessel.name)))
