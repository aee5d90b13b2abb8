"""What there is to do: the kinds of job, the steps of each, and what becomes of the rows that a job is for.

Source: docs/decisions/0013. A room declares its kinds in a module `api/<room>/job.py`, in a tuple named `KINDS`.
Left out: leases (`api.jobs.queue`) and processes (`api.engine`). Declaring is light: only `build` loads what is
heavy, and only the process that does the steps calls it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore

FollowedStatus = Literal["queued", "running", "failed", "cancelled"]
StepResult = Mapping[str, Any]
"""What a finished step leaves for those behind it; JSON, for another machine may go on with it."""
StepResults = Mapping[str, StepResult]

DEFAULT_PRIORITY = 50
LOWEST_PRIORITY, HIGHEST_PRIORITY = 0, 100
_ROOMS = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """A job as its worker sees it: the lease is this worker's under this fence only."""

    id: UUID
    kind: str
    subject_id: UUID
    port_call_id: UUID | None
    payload: Mapping[str, Any]
    worker_id: UUID
    attempt: int
    fence: int
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """What a step is given: the job, what the steps before it left, and whom to tell how far it is, 0 to 1."""

    job: ClaimedJob
    results: StepResults
    report_progress: Callable[[float], None]


StepFunction = Callable[[StepContext], StepResult]
"""Does one step outside any transaction; may be killed at any instruction and is then done again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """A step by its name and its share of the job's effort."""

    name: str
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What steps may work with."""

    settings: Settings
    database: Database
    objects: ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """One kind of job.

    Attributes:
        name: as it stands in the table of jobs.
        priority: 0 to 100; of the jobs that wait, the highest is taken first.
        time_limit_s: longest time of one attempt; native code that never returns is killed then.
        steps: in their order.
        build: makes the functions of the steps by name, once in each process that does steps.
        store: writes what the steps found; runs once a job, in the transaction that marks it done.
        follow: shows the job's status (and why) on what the job is for, in the transaction that changes it.
    """

    name: str
    priority: int
    time_limit_s: float
    steps: tuple[StepPlan, ...]
    build: Callable[[Workshop], Mapping[str, StepFunction]]
    store: Callable[[Session, ClaimedJob, StepResults], None]
    follow: Callable[[Session, UUID, FollowedStatus, str | None], None]

    def span_of(self, step: str) -> tuple[float, float]:
        """Give the part of the job's progress that a step covers.

        >>> from api.readings.job import KINDS
        >>> KINDS[0].span_of(KINDS[0].steps[0].name)[0]
        0.0
        """
        names = [plan.name for plan in self.steps]
        shares = [plan.share for plan in self.steps]
        at = names.index(step)
        whole = sum(shares)
        return sum(shares[:at]) / whole, sum(shares[: at + 1]) / whole


@cache
def declared_kinds() -> Mapping[str, JobKind]:
    """Gather what the rooms declare, by name.

    Raises:
        ValueError: two kinds have one name.
    """
    rooms = sorted(path.name for path in _ROOMS.iterdir() if (path / "job.py").is_file())
    kinds = [kind for room in rooms for kind in import_module(f"api.{room}.job").KINDS]
    by_name = {kind.name: kind for kind in kinds}
    if len(by_name) != len(kinds):
        raise ValueError(f"a kind of job is declared twice: {sorted(kind.name for kind in kinds)}")
    return by_name


def kinds_from(place: str) -> Mapping[str, JobKind]:
    """Find kinds by the place where they are declared, `module:NAME`, as a process is told on its command line."""
    module, _, name = place.partition(":")
    found: Any = getattr(import_module(module), name)
    kinds = found() if callable(found) else found
    return kinds if isinstance(kinds, Mapping) else {kind.name: kind for kind in kinds}


DECLARED = "api.jobs.kinds:declared_kinds"
