"""The job worker: a process that has done what requests asked for and that may be killed at any time.

Source: `api.jobs` for leases; SIGTERM and SIGINT give the running job back, SIGKILL lets its lease run out.
Left out: the steps themselves, which a process of their own does (`api.engine`); supervision (`api.serve`); cameras.
"""

import os
import signal
import socket
import sys
import threading
import time
from types import FrameType
from uuid import UUID

import structlog
from sqlalchemy import select

from api.engine.opening import open_executor
from api.jobs.kinds import DECLARED, kinds_from
from api.jobs.periodic import PeriodicRunner, PeriodicTurns, declared_tasks
from api.jobs.queue import JobQueue
from api.jobs.runner import JobRunner
from api.records.checkpoints import sign_at_end
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import open_object_store
from api.storage.tables import Worker, utc_now

# Three beats fit into the time after which a worker counts as gone, so that one slow write is no alarm.
BEATS_PER_LIMIT = 3.0
LOOK_FOR_DEAD_S = 5.0

log = structlog.get_logger(__name__)


def run_worker(settings: Settings, *, kinds_place: str = DECLARED) -> None:
    """Work on jobs until the process is told to stop.

    Args:
        settings: where the data lies, how long leases last.
        kinds_place: where the kinds of job are declared, `module:NAME`; the service's own when not given.
    """
    database = Database(settings.database_place, busy_timeout_s=settings.busy_timeout_s)
    kinds = kinds_from(kinds_place)
    stopping = threading.Event()
    _stop_on_signals(stopping)
    worker_id = _register(database)
    heartbeat = threading.Thread(
        target=_report_alive,
        args=(database, worker_id, settings, stopping),
        name="worker-heartbeat",
        daemon=True,
    )
    heartbeat.start()
    queue = JobQueue(
        database,
        kinds,
        worker_id=worker_id,
        lease_s=settings.job_lease_s,
        max_attempts=settings.job_max_attempts,
    )
    executor = open_executor(settings, kinds_place=kinds_place)
    try:
        _start_periodic(settings, database, worker_id, stopping)
        runner = JobRunner(queue, kinds, executor, heartbeat_s=settings.job_lease_s / BEATS_PER_LIMIT)
        _work(runner, queue, database, settings, stopping)
    finally:
        stopping.set()
        executor.close()
        heartbeat.join()
        _sign_off(database, worker_id)
        sign_at_end(database, settings)
        database.dispose()


def _start_periodic(
    settings: Settings, database: Database, worker_id: UUID, stopping: threading.Event
) -> None:
    turns = PeriodicTurns(database, worker_id=worker_id, lease_s=settings.job_lease_s)
    objects = open_object_store(settings)
    runner = PeriodicRunner(turns, declared_tasks(), database=database, objects=objects, settings=settings)
    runner.start(stopping)


def _work(
    runner: JobRunner, queue: JobQueue, database: Database, settings: Settings, stopping: threading.Event
) -> None:
    looked_s = float("-inf")
    while not stopping.is_set():
        if time.monotonic() - looked_s >= LOOK_FOR_DEAD_S:
            looked_s = time.monotonic()
            _take_over_from_dead(queue, database)
        if not runner.run_one():
            stopping.wait(settings.worker_poll_s)


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        # Raised where the work stands: the runner gives the job back on its way out.
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _register(database: Database) -> UUID:
    with database.writing() as session:
        worker = Worker(kind="jobs", process_id=os.getpid(), host=socket.gethostname())
        session.add(worker)
        session.flush()
        log.info("worker started", worker_id=str(worker.id), process_id=worker.process_id)
        return worker.id


def _take_over_from_dead(queue: JobQueue, database: Database) -> None:
    """Let the jobs of dead workers wait for others, and only then write them off.

    Whoever is killed in between leaves them to be found again: written off first, their jobs would lie until
    the leases run out.
    """
    dead = _workers_found_dead(database)
    if dead:
        queue.take_from(dead)
        with database.writing() as session:
            for worker_id in dead:
                session.get_one(Worker, worker_id).stopped_at = utc_now()


def _workers_found_dead(database: Database) -> list[UUID]:
    """Name the workers of this machine whose process is gone without having signed off: killed, or crashed.

    A process id that was given to another program since hides a dead worker; its leases then run out in time.
    """
    alive = select(Worker).where(
        Worker.kind == "jobs", Worker.host == socket.gethostname(), Worker.stopped_at.is_(None)
    )
    with database.reading() as session:
        return [worker.id for worker in session.scalars(alive) if not _is_alive(worker.process_id)]


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _report_alive(database: Database, worker_id: UUID, settings: Settings, stopping: threading.Event) -> None:
    while not stopping.wait(settings.worker_silence_limit_s / BEATS_PER_LIMIT):
        try:
            with database.writing() as session:
                session.get_one(Worker, worker_id).heartbeat_at = utc_now()
        except Exception:
            # The next beat may succeed; a worker that stays silent is shown as gone by the health check.
            log.exception("heartbeat not written", worker_id=str(worker_id))


def _sign_off(database: Database, worker_id: UUID) -> None:
    with database.writing() as session:
        session.get_one(Worker, worker_id).stopped_at = utc_now()
