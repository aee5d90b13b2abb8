"""The job worker: a process that does what requests have asked for and that may be killed at any time.

Source: `api.jobs` for leases; SIGTERM and SIGINT give the running job back, SIGKILL lets its lease run out.
Left out: its supervision (`api.serve`) and cameras, which get processes of their own.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from types import FrameType
from uuid import UUID

import structlog
from sqlalchemy import select

from api.jobs.queue import JobHandler, JobQueue
from api.jobs.runner import JobRunner
from api.readings.job import ReadingJob
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import Worker, utc_now

# Three beats fit into the time after which a worker counts as gone, so that one slow write is no alarm.
BEATS_PER_LIMIT = 3.0

log = structlog.get_logger(__name__)


def run_worker(settings: Settings, *, handlers: Mapping[str, JobHandler] | None = None) -> None:
    """Work on jobs until the process is told to stop.

    Args:
        settings: where the data lies, how long leases last.
        handlers: what to do by kind of job; the service's own when not given.
    """
    database = Database(settings.database_path, busy_timeout_s=settings.busy_timeout_s)
    chosen = handlers if handlers is not None else _handlers(settings, database)
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
        chosen,
        worker_id=worker_id,
        lease_s=settings.job_lease_s,
        max_attempts=settings.job_max_attempts,
    )
    try:
        queue.take_from(_workers_found_dead(database))
        runner = JobRunner(queue, chosen, heartbeat_s=settings.job_lease_s / BEATS_PER_LIMIT)
        _work(runner, settings, stopping)
    finally:
        stopping.set()
        heartbeat.join()
        _sign_off(database, worker_id)
        database.dispose()


def _handlers(settings: Settings, database: Database) -> dict[str, JobHandler]:
    from api.pipelines.reading import read_footage

    store = ObjectStore(settings.files_dir, minimum_free_bytes=settings.minimum_free_bytes)
    return {ReadingJob.KIND: ReadingJob(database, store, read_footage)}


def _work(runner: JobRunner, settings: Settings, stopping: threading.Event) -> None:
    while not stopping.is_set():
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


def _workers_found_dead(database: Database) -> list[UUID]:
    """Name the workers of this machine whose process is gone without having signed off: killed, or crashed.

    A process id that was given to another program since hides a dead worker; its leases then run out in time.
    """
    with database.writing() as session:
        query = select(Worker).where(Worker.host == socket.gethostname(), Worker.stopped_at.is_(None))
        dead = [worker for worker in session.scalars(query) if not _is_alive(worker.process_id)]
        for worker in dead:
            worker.stopped_at = utc_now()
        return [worker.id for worker in dead]


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
