"""What passes between who wants a step done and who does it: plain JSON, for they may be on two machines.

Source: docs/decisions/0013.
Left out: how it passes (`local.py`, `cluster.py`).
"""

import os
import resource
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self
from uuid import UUID

from api.jobs.kinds import (
    ClaimedJob,
    StepContext,
    StepFunction,
    StepResult,
    StepResults,
    Workshop,
    kinds_from,
)
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import open_object_store

PULSE_S = 0.2
"""An executor looks up from its work at least so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOrder:
    """One step of one job, with what the steps before it left."""

    job: ClaimedJob
    step: str
    results: StepResults

    def as_json(self) -> dict[str, Any]:
        """Give the order as plain JSON."""
        job = {
            name: str(value) if isinstance(value, UUID) else value for name, value in asdict(self.job).items()
        }
        return {"job": job, "step": self.step, "results": dict(self.results)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read an order that `as_json` gave."""
        job = dict(document["job"])
        for name in ("id", "subject_id", "worker_id", "port_call_id"):
            job[name] = None if job[name] is None else UUID(job[name])
        return cls(job=ClaimedJob(**job), step=document["step"], results=document["results"])


class Executor(Protocol):
    """Does steps somewhere."""

    def run(self, order: StepOrder, look: Callable[[float | None], None]) -> StepResult:
        """Do one step.

        Args:
            order: which.
            look: called several times a second with the latest progress, 0 to 1; what it raises ends the step at
                once, whatever the step is doing, and leaves this method.

        Raises:
            StepFailedError: whoever did the step ended, or what the step itself raised, in its words.
        """

    def close(self) -> None:
        """Let go of processes; none of them outlives this."""


class StepFunctions:
    """The functions of all steps in this process, each kind built when it is first needed."""

    def __init__(self, kinds_place: str, settings: Settings) -> None:
        self._kinds = kinds_from(kinds_place)
        self._workshop = Workshop(
            settings=settings,
            database=Database(settings.database_place, busy_timeout_s=settings.busy_timeout_s),
            objects=open_object_store(settings),
        )
        self._built: dict[str, Mapping[str, StepFunction]] = {}

    def do(self, order: StepOrder, report_progress: Callable[[float], None]) -> StepResult:
        """Do one step here and now; raises what the step raises."""
        kind = order.job.kind
        if kind not in self._built:
            self._built[kind] = self._kinds[kind].build(self._workshop)
        context = StepContext(job=order.job, results=order.results, report_progress=report_progress)
        return self._built[kind][order.step](context)


def limit_memory(limit_bytes: int) -> None:
    """Let this process have no more memory of its own than that: a step fails then, and not the machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = limit_bytes if hard == resource.RLIM_INFINITY else min(limit_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, hard))


def offer_to_oom_killer() -> None:
    """Should the machine run out of memory all the same, this process goes before the service does."""
    try:
        with open(f"/proc/{os.getpid()}/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123
            file.write("500")
    except OSError:
        # A system without it, or one that forbids it: the order of killing is then the system's.
        return
