"""A campaign: workers and their step processes are killed at random moments, again and again."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import killed_jobs
import pytest
from api_rows import add_footage, add_port_call
from sqlalchemy import func, select

from api.jobs.repository import add_job
from api.readings.job import KIND
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import EvidenceFile, Footage, Job, Reading, Record, Worker

KILLS, JOBS, WORKERS, SEED = 200, 50, 3, 20261127
STEP_PROCESS_SHARE = 0.3
AT_A_STEP_SHARE = 0.95
LONGEST_PAUSE_S = 3.0
LIMIT_S = 3600.0


@pytest.mark.soak
def test_two_hundred_random_kills_lose_and_double_nothing(
    settings: Settings, database: Database, objects: ObjectStore
) -> None:
    chance = random.Random(SEED)  # noqa: S311  (moments of killing, not secrets)
    readings = [add_reading(database, objects, takes_s=chance.uniform(0.0, 1.0)) for _ in range(JOBS)]
    workers: dict[int, subprocess.Popen[bytes]] = {}
    kills, deadline_s = 0, time.monotonic() + LIMIT_S
    try:
        while kills < KILLS or unfinished(database):
            assert time.monotonic() < deadline_s, (kills, unfinished(database))
            restart(workers, settings)
            time.sleep(chance.uniform(0.0, LONGEST_PAUSE_S))
            if kills < KILLS:
                if not unfinished(database):
                    readings += [add_reading(database, objects, takes_s=0.5) for _ in range(5)]
                kills += kill_one(workers, database, chance)
    finally:
        for process in workers.values():
            process.kill()
            process.wait()

    with database.reading() as session:
        states = session.scalars(select(Reading.status).where(Reading.id.in_(readings))).all()
        made = session.scalars(select(Record).where(Record.kind == "reading.made")).all()
        roles = session.execute(
            select(EvidenceFile.reading_id, func.count()).group_by(EvidenceFile.reading_id)
        ).all()
        known = set(session.scalars(select(EvidenceFile.object_sha256)))
        known |= set(session.scalars(select(Footage.object_sha256)))
    assert list(states) == ["ok"] * len(readings)
    assert sorted(record.payload["reading_id"] for record in made) == sorted(map(str, readings))
    assert {count for _, count in roles} == {2}
    assert {item.sha256 for item in objects.listing("objects")} == known


def restart(workers: dict[int, subprocess.Popen[bytes]], settings: Settings) -> None:
    tests = Path(killed_jobs.__file__).parent
    environment = os.environ | {
        "HULLMARK_DATA_DIR": str(settings.data_dir),
        "HULLMARK_WORKER_POLL_S": "0.05",
        "HULLMARK_JOB_MAX_ATTEMPTS": "20",
        "HULLMARK_JOB_LEASE_S": "20",
        "HULLMARK_LOG_LEVEL": "error",
        "PYTHONPATH": str(tests),
    }
    for number in range(WORKERS):
        process = workers.get(number)
        if process is None or process.poll() is not None:
            command = [sys.executable, str(tests / "killed_jobs.py")]
            workers[number] = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def kill_one(workers: dict[int, subprocess.Popen[bytes]], database: Database, chance: random.Random) -> int:
    """Kill a worker that is at a step (now and then one that is not yet), or the process that does its steps."""
    query = select(Worker.process_id).where(Worker.stopped_at.is_(None))
    if chance.random() < AT_A_STEP_SHARE:
        at_a_step = select(Job.leased_by).where(Job.status == "running", Job.step.is_not(None))
        query = query.where(Worker.id.in_(at_a_step))
    with database.reading() as session:
        at_work = set(session.scalars(query))
    alive = [process for process in workers.values() if process.poll() is None and process.pid in at_work]
    if not alive:
        return 0
    victim = chance.choice(alive)
    process_id = victim.pid
    if chance.random() < STEP_PROCESS_SHARE:
        with suppress(OSError):
            children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii")
            process_id = int(children.split()[0]) if children.split() else process_id
    with suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)
    if process_id == victim.pid:
        victim.wait()
    return 1


def add_reading(database: Database, objects: ObjectStore, *, takes_s: float) -> UUID:
    port_call_id = add_port_call(database)
    footage_id = add_footage(database, objects, str(port_call_id), content=os.urandom(32))
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
        payload = {"takes_s": takes_s}
        made = add_job(session, kind=KIND, subject_id=reading.id, port_call_id=port_call_id, payload=payload)
        reading.job_id = made.id
        return reading.id


def unfinished(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Job.status.in_(("queued", "running")))) or 0
