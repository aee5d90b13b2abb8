"""Queries on the table of jobs.

Source: tables of `api.storage.tables`; every function works inside the caller's transaction.
Left out: when a job is due and what becomes of it (`api.jobs.queue`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from api.storage.tables import Job


def add_job(
    session: Session, *, kind: str, subject_id: UUID, port_call_id: UUID | None, payload: Mapping[str, Any]
) -> Job:
    """Write a job in the transaction of the fact that asked for it: neither exists without the other."""
    job = Job(kind=kind, subject_id=subject_id, port_call_id=port_call_id, payload=dict(payload))
    session.add(job)
    session.flush()
    return job


def job_by_id(session: Session, job_id: UUID) -> Job | None:
    """Return one job, or None."""
    return session.get(Job, job_id)


def jobs_of(session: Session, *, port_call_id: UUID | None, status: str | None, limit: int) -> Sequence[Job]:
    """Return the newest jobs first, of one port call or with one status where these are given."""
    query = select(Job).order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)
    if port_call_id is not None:
        query = query.where(Job.port_call_id == port_call_id)
    if status is not None:
        query = query.where(Job.status == status)
    return session.scalars(query).all()


def next_due_job(session: Session, *, kinds: Sequence[str], now: datetime) -> Job | None:
    """Return the oldest job that waits, or whose worker let its lease expire."""
    waiting = and_(Job.status == "queued", Job.not_before <= now)
    abandoned = and_(Job.status == "running", Job.lease_expires_at <= now)
    query = (
        select(Job)
        .where(Job.kind.in_(kinds), or_(waiting, abandoned))
        .order_by(Job.created_at, Job.id)
        .limit(1)
    )
    return session.scalars(query).first()


def jobs_held_by_any(session: Session, worker_ids: Sequence[UUID]) -> Sequence[Job]:
    """Return the running jobs whose lease one of these workers holds."""
    query = select(Job).where(Job.status == "running", Job.leased_by.in_(worker_ids))
    return session.scalars(query).all()


def job_held_by(session: Session, *, job_id: UUID, worker_id: UUID, attempt: int) -> Job | None:
    """Return the job if this worker still holds it in this attempt; None once taken over or settled."""
    query = select(Job).where(
        Job.id == job_id, Job.status == "running", Job.leased_by == worker_id, Job.attempts == attempt
    )
    return session.scalars(query).first()
