"""Work for worker processes, the steps it has finished, the processes, and what is done at intervals.

Source: the nouns of the architecture page; conventions of `api.storage.tables`; docs/decisions/0013.
Left out: queries (`repository.py` of the noun) and shapes on the border (`schemas.py`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Table, new_id, utc_now


class Job(Table):
    """One piece of work for a worker process, leased while it runs.

    `fence` grows with every lease and never falls: whoever holds an older number may write nothing. `attempts`
    are the starts that count towards the limit. `revision` is drawn from `JobClock` at every change that can be
    seen from outside, so that a reader who knows the last one can ask for what came after.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="status"),
        Index("ix_jobs_status_created_at", "status", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(32))
    port_call_id: Mapped[UUID | None] = mapped_column(ForeignKey("port_calls.id"), index=True)
    subject_id: Mapped[UUID]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(16), default="queued")
    priority: Mapped[int] = mapped_column(default=50)
    step: Mapped[str | None] = mapped_column(String(48))
    progress: Mapped[float | None]
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    revision: Mapped[int] = mapped_column(BigInteger, default=0, index=True)
    leased_by: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None]
    not_before: Mapped[datetime] = mapped_column(default=utc_now)
    error: Mapped[str | None]
    cancelled_by: Mapped[str | None]
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobStep(Table):
    """A step of a job that is finished for good; a job that is started again goes on behind it."""

    __tablename__ = "job_steps"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    # Absent once the job is done: what it found has then been stored where it belongs.
    result: Mapped[dict[str, Any] | None]
    attempt: Mapped[int]
    duration_s: Mapped[float]
    finished_at: Mapped[datetime] = mapped_column(default=utc_now)


class JobClock(Table):
    """The last revision given to a job. One row: drawing a number locks it until the transaction ends."""

    __tablename__ = "job_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, default=0)


class PeriodicTurn(Table):
    """When something that is done at intervals is due again, and which worker does it now."""

    __tablename__ = "periodic_turns"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    due_at: Mapped[datetime]
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    leased_by: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


class Worker(Table):
    """A worker process that reported itself; its heartbeat tells whether it is alive."""

    __tablename__ = "workers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    process_id: Mapped[int]
    host: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    heartbeat_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    stopped_at: Mapped[datetime | None]
