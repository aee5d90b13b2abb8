"""Worker processes that are killed, frozen and stopped: real processes, real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import killed_jobs
import pytest
from api_rows import add_footage, add_port_call
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api.errors import DatabaseBusyError
from api.jobs.queue import JobQueue
from api.jobs.repository import add_job, job_by_id, steps_of
from api.readings.job import EVIDENCE_STEP, KIND, READING_STEP
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import EvidenceFile, Footage, Job, Reading, Record, Vessel, Worker, new_id
from api.worker import _take_over_from_dead

PATIENCE_S = 90.0
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Start worker processes on the data of this test; none of them outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    tests = Path(killed_jobs.__file__).parent
    environment = os.environ | {
        "HULLMARK_DATA_DIR": str(settings.data_dir),
        "HULLMARK_WORKER_POLL_S": "0.05",
        "HULLMARK_WORKER_SILENCE_LIMIT_S": "0.3",
        "PYTHONPATH": str(tests),
    }

    def start(*, lease_s: float = 600.0, memory_bytes: int = 4 * 1024**3) -> subprocess.Popen[bytes]:
        own = {"HULLMARK_JOB_LEASE_S": str(lease_s), "HULLMARK_JOB_MEMORY_BYTES": str(memory_bytes)}
        process = subprocess.Popen([sys.executable, str(tests / "killed_jobs.py")], env=environment | own)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def ask(database: Database, way: str) -> UUID:
    with database.writing() as session:
        return add_job(
            session, kind="odd", subject_id=new_id(), port_call_id=None, payload={"way": way}, priority=50
        ).id


def test_killed_at_every_boundary_and_within_every_step_each_reading_is_made_once(
    settings: Settings, database: Database, objects: ObjectStore, start: Start
) -> None:
    readings = {place: add_reading(database, objects, kill_at=place) for place in killed_jobs.PLACES}

    starts = work_until_done(database, start)

    # The last place is behind the last job: nobody has to be started after it.
    assert starts == len([place for place in killed_jobs.PLACES if not place.startswith("process")])
    for place, (reading_id, job_id) in readings.items():
        begun = (settings.data_dir / f"begun-{job_id}").read_text().split()
        assert begun == steps_begun(place), place
        assert_made_once(database, reading_id, place)
        assert job(database, job_id).attempts == (1 if place == "complete:after" else 2), place
        with database.reading() as session:
            names = [step.name for step in steps_of(session, job_id)]
        assert names == [READING_STEP, EVIDENCE_STEP], place
    assert_no_orphans(database, objects)


def steps_begun(place: str) -> list[str]:
    """A step is begun again only where the kill came before it was finished."""
    once = [READING_STEP, EVIDENCE_STEP]
    twice_read, twice_shown = [READING_STEP, *once], [*once, EVIDENCE_STEP]
    return {
        f"finish_step:{READING_STEP}:before": twice_read,
        f"worker in {READING_STEP}": twice_read,
        f"process in {READING_STEP}": twice_read,
        f"finish_step:{EVIDENCE_STEP}:before": twice_shown,
        f"worker in {EVIDENCE_STEP}": twice_shown,
        f"process in {EVIDENCE_STEP}": twice_shown,
    }.get(place, once)


def test_a_worker_frozen_beyond_its_lease_stores_nothing_when_it_wakes(
    settings: Settings, database: Database, start: Start
) -> None:
    job_id = ask(database, "wait")
    frozen = start(lease_s=1.5)
    eventually((settings.data_dir / f"began-{job_id}-1").exists)
    freeze(frozen, settings)
    start(lease_s=1.5)
    eventually((settings.data_dir / f"began-{job_id}-2").exists)

    (settings.data_dir / "go").touch()
    eventually(lambda: job(database, job_id).status == "done")
    frozen.send_signal(signal.SIGCONT)
    follow_up = ask(database, "wait")
    eventually(lambda: job(database, follow_up).status == "done")
    time.sleep(1.0)

    assert results(database) == ["made in attempt 1", "made in attempt 2"]
    assert job(database, job_id).attempts == 2
    assert frozen.poll() is None, "losing a job does not end the worker"


@pytest.mark.soak
def test_with_the_settings_as_they_come_a_frozen_machine_is_replaced_within_60_s(
    settings: Settings, database: Database, start: Start
) -> None:
    lease_s = settings.job_lease_s
    job_id = ask(database, "wait")
    frozen = start(lease_s=lease_s)
    eventually((settings.data_dir / f"began-{job_id}-1").exists)
    successor = start(lease_s=lease_s)
    eventually(lambda: registered(database) == {frozen.pid, successor.pid})
    freeze(frozen, settings)
    frozen_s = time.monotonic()

    eventually((settings.data_dir / f"began-{job_id}-2").exists)

    assert time.monotonic() - frozen_s < 60.0
    assert successor.poll() is None


def test_a_live_worker_keeps_a_job_longer_than_its_lease(
    settings: Settings, database: Database, start: Start
) -> None:
    job_id = ask(database, "wait")
    start(lease_s=2.0)
    eventually((settings.data_dir / f"began-{job_id}-1").exists)
    start(lease_s=2.0)
    time.sleep(4.0)
    (settings.data_dir / "go").touch()

    eventually(lambda: job(database, job_id).status == "done")
    assert results(database) == ["made in attempt 1"]


def test_a_cancelled_job_ends_within_seconds_even_in_native_code(
    client: TestClient, settings: Settings, database: Database, start: Start
) -> None:
    stuck, after = ask(database, "hold_the_interpreter"), ask(database, "wait")
    worker = start()
    eventually((settings.data_dir / f"began-{stuck}-1").exists)

    answer = client.post(f"/api/v1/jobs/{stuck}/cancellation", json={"reason": "航次取消"})

    assert answer.status_code == 200
    eventually((settings.data_dir / f"began-{after}-1").exists, patience_s=20.0)
    (settings.data_dir / "go").touch()
    eventually(lambda: job(database, after).status == "done")
    assert (job(database, stuck).status, job(database, stuck).fence) == ("cancelled", 1)
    assert results(database) == ["made in attempt 1"]
    assert worker.poll() is None


def test_a_job_that_crashes_its_process_fails_with_the_reason_and_blocks_nobody(
    settings: Settings, database: Database, start: Start
) -> None:
    poison, harmless = ask(database, "crash"), ask(database, "wait")
    (settings.data_dir / "go").touch()
    worker = start()

    eventually(lambda: job(database, harmless).status == "done")
    assert job(database, poison).status in {"queued", "running", "failed"}
    eventually(lambda: job(database, poison).status == "failed")

    assert job(database, poison).error == "step odd: its process was ended by SIGSEGV"
    assert job(database, poison).attempts == 3
    assert worker.poll() is None


def test_a_job_that_wants_more_memory_than_there_is_for_it_fails(database: Database, start: Start) -> None:
    greedy = ask(database, "take_memory")
    start(memory_bytes=512 * 1024**2)

    eventually(lambda: job(database, greedy).error is not None)

    assert "MemoryError" in str(job(database, greedy).error)


def test_a_dead_worker_is_found_again_when_its_successor_dies_before_taking_over(
    settings: Settings, database: Database, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = ask(database, "wait")
    killed = start()
    eventually((settings.data_dir / f"began-{job_id}-1").exists)
    killed.kill()
    killed.wait()
    queue = JobQueue(database, {}, worker_id=new_id(), lease_s=600.0, max_attempts=3)

    def end(_: object) -> int:
        raise SystemExit

    monkeypatch.setattr(queue, "take_from", end)
    with pytest.raises(SystemExit):
        _take_over_from_dead(queue, database)

    start()
    eventually((settings.data_dir / f"began-{job_id}-2").exists)


def test_a_stopped_worker_gives_its_job_back_at_once(
    settings: Settings, database: Database, start: Start
) -> None:
    job_id = ask(database, "wait")
    process = start()
    eventually((settings.data_dir / f"began-{job_id}-1").exists)

    process.terminate()

    assert process.wait(PATIENCE_S) == 0
    assert (job(database, job_id).status, job(database, job_id).attempts) == ("queued", 0)
    assert worker(database).stopped_at is not None


def test_a_worker_reports_that_it_lives(database: Database, start: Start) -> None:
    process = start()
    eventually(lambda: registered(database))

    eventually(lambda: worker(database).heartbeat_at > worker(database).started_at)

    assert (worker(database).kind, worker(database).process_id) == ("jobs", process.pid)


def add_reading(database: Database, objects: ObjectStore, *, kill_at: str) -> tuple[UUID, UUID]:
    port_call_id = add_port_call(database)
    footage_id = add_footage(database, objects, str(port_call_id), content=f"video {kill_at}".encode())
    with database.writing() as session:
        reading = Reading(
            port_call_id=port_call_id,
            footage_id=UUID(str(footage_id)),
            stage="initial",
            mark="forward",
            side="port",
        )
        session.add(reading)
        session.flush()
        made = add_job(
            session,
            kind=KIND,
            subject_id=reading.id,
            port_call_id=port_call_id,
            payload={"kill_at": kill_at},
        )
        reading.job_id = made.id
        return reading.id, made.id


def work_until_done(database: Database, start: Start) -> int:
    """Start a worker whenever there is none, as a supervisor would; gives how many it took."""
    process, starts = start(), 1
    deadline_s = time.monotonic() + 10 * PATIENCE_S
    while unfinished(database):
        assert time.monotonic() < deadline_s, "it did not come about"
        if process.poll() is not None:
            assert process.returncode == -signal.SIGKILL
            process, starts = start(), starts + 1
        time.sleep(0.02)
    return starts


def unfinished(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Job.status.in_(("queued", "running")))) or 0


def assert_made_once(database: Database, reading_id: UUID, place: str) -> None:
    with database.reading() as session:
        reading = session.get_one(Reading, reading_id)
        evidence = session.scalars(
            select(EvidenceFile.role).where(EvidenceFile.reading_id == reading_id).order_by(EvidenceFile.id)
        ).all()
        records = session.scalars(select(Record).where(Record.kind == "reading.made")).all()
    assert (reading.status, reading.draft_m) == ("ok", 8.62), place
    assert list(evidence) == ["nearest", "lowest"], place
    assert sum(record.payload["reading_id"] == str(reading_id) for record in records) == 1, place


def assert_no_orphans(database: Database, objects: ObjectStore) -> None:
    with database.reading() as session:
        known = set(session.scalars(select(EvidenceFile.object_sha256)))
        known |= set(session.scalars(select(Footage.object_sha256)))
    assert {item.sha256 for item in objects.listing("objects")} == known


def eventually(question: Callable[[], Any], *, patience_s: float = PATIENCE_S) -> None:
    deadline_s = time.monotonic() + patience_s
    while not question():
        assert time.monotonic() < deadline_s, "it did not come about"
        time.sleep(0.02)


def job(database: Database, job_id: UUID) -> Job:
    with database.reading() as session:
        row = job_by_id(session, job_id)
        assert row is not None
        return row


def freeze(process: subprocess.Popen[bytes], settings: Settings) -> None:
    """Stop a worker between two of its transactions: stopped within one it keeps the lock of SQLite's file."""
    probe = Database(settings.database_place, busy_timeout_s=1.0)

    def stopped_without_the_lock() -> bool:
        process.send_signal(signal.SIGSTOP)
        try:
            with probe.writing():
                return True
        except DatabaseBusyError:
            process.send_signal(signal.SIGCONT)
            return False

    try:
        eventually(stopped_without_the_lock)
    finally:
        probe.dispose()


def registered(database: Database) -> set[int]:
    with database.reading() as session:
        return set(session.scalars(select(Worker.process_id)))


def worker(database: Database) -> Worker:
    with database.reading() as session:
        return session.scalars(select(Worker)).one()


def results(database: Database) -> list[str]:
    with database.reading() as session:
        return list(
            session.scalars(select(Vessel.name).order_by(Vessel.name).where(Vessel.name.like("made%")))
        )
