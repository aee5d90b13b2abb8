"""Kinds of job made up for tests: what their steps do is given, and what becomes of them is noted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.jobs.kinds import ClaimedJob, JobKind, StepFunction, StepPlan, StepResults, Workshop


@dataclass
class Ledger:
    """Notes what the queue tells."""

    stored: list[Any] = field(default_factory=list)
    statuses: list[tuple[str, str | None]] = field(default_factory=list)

    def store(self, session: Session, job: ClaimedJob, results: StepResults) -> None:
        del session, job
        self.stored.append(dict(results))

    def follow(self, session: Session, subject_id: UUID, status: str, reason: str | None) -> None:
        del session, subject_id
        self.statuses.append((status, reason))


def kind_of(
    name: str,
    ledger: Ledger,
    *,
    steps: tuple[str, ...] = ("one", "two"),
    build: Callable[[Workshop], Mapping[str, StepFunction]] = lambda _: {},
    time_limit_s: float = 60.0,
) -> JobKind:
    return JobKind(
        name=name,
        priority=50,
        time_limit_s=time_limit_s,
        steps=tuple(StepPlan(name=step) for step in steps),
        build=build,
        store=ledger.store,
        follow=ledger.follow,
    )
