"""The delivery process: a courier for every subscription; it may be killed at any time and started again.

Source: the architecture page, "Processes"; the cursors in the database are all that it has to remember.
Left out: its supervision (`api.serve`).
"""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from uuid import UUID

import structlog
from sqlalchemy import Select, select

from api.delivery import repository
from api.delivery.channels import Network
from api.delivery.courier import Courier, Post
from api.delivery.outcome import Schedule
from api.delivery.repository import WORKER_KIND
from api.delivery.sealing import sealer_of
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import Worker, utc_now

_BEATS_PER_LIMIT = 3.0
# The supervisor waits ten seconds before it kills; an attempt that takes longer is made again.
_GOODBYE_S = 5.0

log = structlog.get_logger(__name__)


def run_delivery(settings: Settings) -> None:
    """Deliver until the process is told to stop.

    Raises:
        UnusableKeyError: the key of the stored secrets cannot be used.
    """
    database = Database(settings.database_place, busy_timeout_s=settings.busy_timeout_s)
    stopping = threading.Event()
    _stop_on_signals(stopping)
    sealer = sealer_of(settings)
    try:
        with _present(database, settings, stopping) as worker_id:
            post = Post(
                database=database,
                sealer=sealer,
                network=Network.from_settings(settings),
                schedule=schedule_of(settings),
                worker_id=worker_id,
                poll_s=settings.delivery_poll_s,
            )
            Roster(post).run(stopping)
    finally:
        database.dispose()


def schedule_of(settings: Settings) -> Schedule:
    """Take the schedule of attempts from the settings."""
    return Schedule(
        first_s=settings.delivery_first_retry_s,
        longest_s=settings.delivery_longest_retry_s,
        max_attempts=settings.delivery_max_attempts,
    )


class Roster:
    """Keeps one courier at work for each subscription there is."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._working: dict[UUID, tuple[threading.Thread, threading.Event]] = {}

    def run(self, stopping: threading.Event) -> None:
        """Look for new and removed subscriptions until `stopping`, then let every courier finish."""
        while not stopping.is_set():
            try:
                self._look()
            except Exception:
                log.exception("subscriptions not read")
            stopping.wait(self._post.poll_s)
        for _, ended in self._working.values():
            ended.set()
        for thread, _ in self._working.values():
            thread.join(_GOODBYE_S / max(1, len(self._working)))

    def _look(self) -> None:
        with self._post.database.reading() as session:
            wanted = repository.subscription_ids(session)
        for identifier in self._working.keys() - wanted:
            self._working.pop(identifier)[1].set()
        for identifier in wanted - self._working.keys():
            self._working[identifier] = self._start(identifier)

    def _start(self, identifier: UUID) -> tuple[threading.Thread, threading.Event]:
        ended = threading.Event()
        courier = Courier(identifier, self._post)
        # Daemons: a receiver that does not answer must not keep a stopped process alive.
        thread = threading.Thread(
            target=courier.run, args=(ended,), name=f"courier-{identifier}", daemon=True
        )
        thread.start()
        return thread, ended


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


@contextmanager
def _present(database: Database, settings: Settings, stopping: threading.Event) -> Iterator[UUID]:
    """Be listed as a process of delivery, with a heartbeat; leases of dead ones on this machine are free at once."""
    with database.writing() as session:
        _sign_off_the_dead(list(session.scalars(_processes_here())))
        worker = Worker(kind=WORKER_KIND, process_id=os.getpid(), host=socket.gethostname())
        session.add(worker)
        session.flush()
        worker_id = worker.id
    log.info("delivery started", worker_id=str(worker_id))
    beat = threading.Thread(
        target=_report_alive, args=(database, worker_id, settings, stopping), name="heartbeat", daemon=True
    )
    beat.start()
    try:
        yield worker_id
    finally:
        stopping.set()
        beat.join()
        with database.writing() as session:
            session.get_one(Worker, worker_id).stopped_at = utc_now()


def _processes_here() -> Select[Worker]:
    return select(Worker).where(
        Worker.kind == WORKER_KIND, Worker.host == socket.gethostname(), Worker.stopped_at.is_(None)
    )


def _sign_off_the_dead(workers: list[Worker]) -> None:
    for worker in workers:
        if not _is_alive(worker.process_id):
            worker.stopped_at = utc_now()


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process_id != os.getpid()


def _report_alive(database: Database, worker_id: UUID, settings: Settings, stopping: threading.Event) -> None:
    while not stopping.wait(settings.worker_silence_limit_s / _BEATS_PER_LIMIT):
        try:
            with database.writing() as session:
                session.get_one(Worker, worker_id).heartbeat_at = utc_now()
        except Exception:
            # The next beat may succeed; a process that stays silent is shown by the health check.
            log.exception("heartbeat not written", worker_id=str(worker_id))
