"""Work that is done every so often, by one worker at a time: retention, scrubbing, checkpoints.

Source: a lease a task in table `periodic_turns`, as jobs have one; docs/decisions/0013.
Left out: the work itself. A room declares it in a module `api/<room>/periodic.py` of its own:

    from api.jobs.periodic import PeriodicTask

    def sweep(database: Database, objects: ObjectStore, settings: Settings) -> None: ...

    TASKS = (PeriodicTask(name="storage.sweep", interval_s=3600.0, run=sweep),)

What is declared must bear being killed at any instruction and being run again, and it opens its transactions itself.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.jobs.errors import TurnLostError
from api.jobs.moment import present
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import PeriodicTurn

LOOK_S = 1.0
RETRY_S = 30.0
# Three beats fit into a lease, so that one slow write loses no turn.
_BEATS_PER_LEASE = 3.0
_ROOMS = Path(__file__).parent.parent

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicTask:
    """Something that is done again and again.

    Attributes:
        name: `room.what`, unique in the service.
        interval_s: from the end of one run to the beginning of the next; a number, or read from the settings.
            A run that raised is repeated after `RETRY_S` or the interval, whichever is shorter.
        run: does it once; called in a thread of a worker process, by one worker of all at a time.
    """

    name: str
    interval_s: float | Callable[[Settings], float]
    run: Callable[[Database, ObjectStore, Settings], None]

    def interval(self, settings: Settings) -> float:
        """Give the interval under these settings."""
        return self.interval_s(settings) if callable(self.interval_s) else self.interval_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The right to run one task now; the fence tells it from every later one."""

    name: str
    worker_id: UUID
    fence: int


def declared_tasks() -> tuple[PeriodicTask, ...]:
    """Gather what the rooms declare.

    Raises:
        ValueError: two of them have one name.
    """
    rooms = sorted(path.name for path in _ROOMS.iterdir() if (path / "periodic.py").is_file())
    modules = [f"api.{room}.periodic" for room in rooms if f"api.{room}" != __package__]
    tasks = tuple(
        task for name in modules if find_spec(name) is not None for task in import_module(name).TASKS
    )
    names = [task.name for task in tasks]
    if len(set(names)) != len(names):
        raise ValueError(f"a periodic task is declared twice: {sorted(names)}")
    return tasks


class PeriodicTurns:
    """Gives out turns: whoever has one is alone with the task until the lease ends."""

    def __init__(
        self,
        database: Database,
        *,
        worker_id: UUID,
        lease_s: float,
        clock: Callable[[Session], datetime] = present,
    ) -> None:
        self._database = database
        self._worker_id = worker_id
        self.lease_s = lease_s
        self._clock = clock

    def take(self, name: str) -> Turn | None:
        """Take the turn of a task that is due and that nobody works on; None when it is not so."""
        with self._database.writing() as session:
            now = self._clock(session)
            turn = session.scalars(
                select(PeriodicTurn).where(PeriodicTurn.name == name).with_for_update()
            ).first()
            if turn is None:
                turn = PeriodicTurn(name=name, due_at=now, fence=0)
                session.add(turn)
            held = turn.lease_expires_at is not None and turn.lease_expires_at > now
            if held or turn.due_at > now:
                return None
            turn.leased_by, turn.lease_expires_at = self._worker_id, now + timedelta(seconds=self.lease_s)
            turn.fence, turn.started_at = turn.fence + 1, now
            return Turn(name=name, worker_id=self._worker_id, fence=turn.fence)

    def renew(self, turn: Turn) -> None:
        """Say that the run goes on.

        Raises:
            TurnLostError: the lease ran out, and another worker has the turn.
        """
        with self._mine(turn) as (row, now):
            row.lease_expires_at = now + timedelta(seconds=self.lease_s)

    def end(self, turn: Turn, *, again_after_s: float, error: str | None) -> None:
        """Let go of the turn and say when the next one is due.

        Raises:
            TurnLostError: the lease ran out, and another worker has the turn.
        """
        with self._mine(turn) as (row, now):
            row.leased_by, row.lease_expires_at = None, None
            row.finished_at, row.due_at = now, now + timedelta(seconds=again_after_s)
            row.error, row.failures = error, 0 if error is None else row.failures + 1

    @contextlib.contextmanager
    def _mine(self, turn: Turn) -> Iterator[tuple[PeriodicTurn, datetime]]:
        with self._database.writing() as session:
            query = select(PeriodicTurn).where(
                PeriodicTurn.name == turn.name,
                PeriodicTurn.leased_by == turn.worker_id,
                PeriodicTurn.fence == turn.fence,
            )
            row = session.scalars(query.with_for_update()).first()
            if row is None:
                raise TurnLostError(turn.name)
            yield row, self._clock(session)


class PeriodicRunner:
    """Runs the declared tasks in threads of this process whenever their turn can be had."""

    def __init__(
        self,
        turns: PeriodicTurns,
        tasks: Iterable[PeriodicTask],
        *,
        database: Database,
        objects: ObjectStore,
        settings: Settings,
    ) -> None:
        self._turns = turns
        self._tasks = tuple(tasks)
        self._database = database
        self._objects = objects
        self._settings = settings

    def start(self, stopping: threading.Event) -> None:
        """Look after every task until `stopping` is set; a run that is under way ends with the process."""
        for task in self._tasks:
            threading.Thread(
                target=self._look_after, args=(task, stopping), name=f"periodic-{task.name}", daemon=True
            ).start()

    def run_if_due(self, task: PeriodicTask) -> bool:
        """Run one task if its turn can be had.

        Returns:
            Whether it was run, however it ended.
        """
        turn = self._turns.take(task.name)
        if turn is None:
            return False
        ended = threading.Event()
        beat = threading.Thread(target=self._beat, args=(turn, ended), name="periodic-beat", daemon=True)
        beat.start()
        error: str | None = None
        try:
            task.run(self._database, self._objects, self._settings)
        except Exception as failure:
            # Nobody waits for this work: what went wrong is kept with the task, and it is tried again.
            log.exception("periodic task failed", task=task.name)
            error = f"{type(failure).__name__}: {failure}"
        finally:
            ended.set()
            beat.join()
        interval_s = task.interval(self._settings)
        again_after_s = interval_s if error is None else min(interval_s, RETRY_S)
        self._turns.end(turn, again_after_s=again_after_s, error=error)
        return True

    def _look_after(self, task: PeriodicTask, stopping: threading.Event) -> None:
        look_s = min(LOOK_S, task.interval(self._settings))
        while not stopping.wait(look_s):
            try:
                self.run_if_due(task)
            except TurnLostError:
                log.warning("turn lost", task=task.name)
            except Exception:
                # The database may be away for a while: the next look finds it again.
                log.exception("turn not taken", task=task.name)

    def _beat(self, turn: Turn, ended: threading.Event) -> None:
        while not ended.wait(self._turns.lease_s / _BEATS_PER_LEASE):
            try:
                self._turns.renew(turn)
            except TurnLostError:
                return
            except Exception:
                # A busy database is no reason to stop: the lease outlives several beats.
                log.exception("turn not renewed", task=turn.name)
