"""Queries on the tables of jobs.

Source: tables of `api.storage.tables`; every function works inside the caller's transaction.
Left out: when a job is due and what becomes of it (`api.jobs.queue`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, event, or_, select, update
from sqlalchemy.orm import Session

from api.pages import Window
from api.storage.tables import Job, JobClock, JobStep

UNFINISHED = ("queued", "running")
_CHANGED = "jobs that get a revision"


def add_job(
    session: Session,
    *,
    kind: str,
    subject_id: UUID,
    port_call_id: UUID | None,
    payload: Mapping[str, Any],
    priority: int | None = None,
) -> Job:
    """Write a job in the transaction of the fact that asked for it: neither exists without the other.

    Args:
        session: the fact's transaction.
        kind: what is to be done.
        subject_id: what it is done for.
        port_call_id: where it belongs.
        payload: what the steps have to know; JSON.
        priority: 0 to 100; that of the kind where none is given.
    """
    job = Job(
        kind=kind,
        subject_id=subject_id,
        port_call_id=port_call_id,
        payload=dict(payload),
        priority=_priority_of(kind) if priority is None else priority,
        request_id=structlog.contextvars.get_contextvars().get("request_id"),
    )
    session.add(job)
    publish(session, job)
    return job


def _priority_of(kind: str) -> int:
    # The rooms that declare kinds ask for jobs themselves, and so import this module.
    from api.jobs.kinds import DEFAULT_PRIORITY, declared_kinds

    declared = declared_kinds().get(kind)
    return DEFAULT_PRIORITY if declared is None else declared.priority


def publish(session: Session, job: Job) -> None:
    """Give a changed job the next revision when its transaction commits.

    The number is drawn last of all, for other writers wait from then on: nothing can become visible after what
    has a later number, and a transaction that also appends records cannot wait for one that waits for it.
    """
    changed: dict[UUID, Job] | None = session.info.get(_CHANGED)
    if changed is None:
        changed = session.info[_CHANGED] = {}
        event.listen(session, "before_commit", _draw_revisions)
    session.flush()
    changed[job.id] = job


def _draw_revisions(session: Session) -> None:
    changed: dict[UUID, Job] = session.info[_CHANGED]
    if not changed:
        return
    draw = (
        update(JobClock)
        .values(revision=JobClock.revision + len(changed))
        .returning(JobClock.revision)
        .execution_options(synchronize_session=False)
    )
    first = session.scalars(draw).one() - len(changed) + 1
    for revision, job in enumerate(changed.values(), start=first):
        job.revision = revision
    changed.clear()


def newest_revision(session: Session) -> int:
    """Return the last revision that was given to a job."""
    return session.scalars(select(JobClock.revision)).one()


def job_by_id(session: Session, job_id: UUID) -> Job | None:
    """Return one job, or None."""
    return session.get(Job, job_id)


def job_to_change(session: Session, job_id: UUID) -> Job | None:
    """Return one job, or None; nobody else changes it before this transaction ends."""
    return session.scalars(select(Job).where(Job.id == job_id).with_for_update()).first()


def jobs_of(
    session: Session, *, port_call_id: UUID | None, status: str | None, window: Window
) -> Sequence[Job]:
    """Return the newest jobs first, of one port call or with one status where these are given."""
    query = select(Job)
    if port_call_id is not None:
        query = query.where(Job.port_call_id == port_call_id)
    if status is not None:
        query = query.where(Job.status == status)
    return session.scalars(window.by_time(query, Job.created_at, Job.id, newest_first=True)).all()


def jobs_changed_after(
    session: Session, revision: int | None, *, job_id: UUID | None, port_call_id: UUID | None, limit: int
) -> Sequence[Job]:
    """Return jobs in the order of their last change: those after a revision, or those not finished yet."""
    query = select(Job).order_by(Job.revision, Job.id).limit(limit)
    if revision is not None:
        query = query.where(Job.revision > revision)
    elif job_id is None:
        query = query.where(Job.status.in_(UNFINISHED))
    if job_id is not None:
        query = query.where(Job.id == job_id)
    if port_call_id is not None:
        query = query.where(Job.port_call_id == port_call_id)
    return session.scalars(query).all()


def next_due_job(session: Session, *, kinds: Sequence[str], now: datetime) -> Job | None:
    """Return the most urgent job that waits, or whose worker let its lease expire; locked where rows can be."""
    waiting = and_(Job.status == "queued", Job.not_before <= now)
    abandoned = and_(Job.status == "running", Job.lease_expires_at <= now)
    query = (
        select(Job)
        .where(Job.kind.in_(kinds), or_(waiting, abandoned))
        .order_by(Job.priority.desc(), Job.created_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).first()


def jobs_held_by_any(session: Session, worker_ids: Sequence[UUID]) -> Sequence[Job]:
    """Return the running jobs whose lease one of these workers holds."""
    query = select(Job).where(Job.status == "running", Job.leased_by.in_(worker_ids)).order_by(Job.id)
    return session.scalars(query.with_for_update()).all()


def job_held_by(session: Session, *, job_id: UUID, worker_id: UUID, fence: int, lock: bool) -> Job | None:
    """Return the job if this worker still holds it under this fence; None once taken over or settled."""
    query = select(Job).where(
        Job.id == job_id, Job.status == "running", Job.leased_by == worker_id, Job.fence == fence
    )
    return session.scalars(query.with_for_update() if lock else query).first()


def steps_of(session: Session, job_id: UUID) -> Sequence[JobStep]:
    """Return the finished steps of a job in the order in which they were finished."""
    query = select(JobStep).where(JobStep.job_id == job_id).order_by(JobStep.finished_at, JobStep.name)
    return session.scalars(query).all()


def forget_results(session: Session, job_id: UUID) -> None:
    """Drop what the steps of a settled job left for each other; that they were done stays known."""
    session.execute(
        update(JobStep)
        .where(JobStep.job_id == job_id)
        .values(result=None)
        .execution_options(synchronize_session=False)
    )
