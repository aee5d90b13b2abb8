"""What the records of jobs say: who stopped one, who had one done again, who moved one forward or back.

Source: `api.records.payloads.Payload`.
Left out: what a job found, which the noun records that it was for.
"""

from typing import ClassVar

from sqlalchemy.orm import Session

from api.records import service as records
from api.records.payloads import Payload, Subject
from api.storage.tables import Job, Record


class JobCancelled(Payload):
    """A person stopped a job; what it had found was dropped."""

    KIND: ClassVar[str] = "job.cancelled"

    job_id: str
    job_kind: str
    for_id: str
    was: str
    step: str | None
    reason: str | None


class JobRetried(Payload):
    """A person had a job done again that had failed or been cancelled."""

    KIND: ClassVar[str] = "job.retried"

    job_id: str
    job_kind: str
    for_id: str
    was: str
    error: str | None


class JobPriorityChanged(Payload):
    """A person had a job taken sooner or later than others that wait."""

    KIND: ClassVar[str] = "job.priority_changed"

    job_id: str
    job_kind: str
    for_id: str
    was: int
    now: int


def job_cancelled(session: Session, job: Job, *, was: str, reason: str | None, actor: str) -> Record:
    """Record that a person cancelled a job."""
    payload = JobCancelled(
        job_id=str(job.id),
        job_kind=job.kind,
        for_id=str(job.subject_id),
        was=was,
        step=job.step,
        reason=reason,
    )
    return _append(session, job, payload, actor=actor)


def job_retried(session: Session, job: Job, *, was: str, actor: str) -> Record:
    """Record that a person had a job done again."""
    payload = JobRetried(
        job_id=str(job.id), job_kind=job.kind, for_id=str(job.subject_id), was=was, error=job.error
    )
    return _append(session, job, payload, actor=actor)


def job_priority_changed(session: Session, job: Job, *, was: int, actor: str) -> Record:
    """Record that a person changed how urgent a job is."""
    payload = JobPriorityChanged(
        job_id=str(job.id), job_kind=job.kind, for_id=str(job.subject_id), was=was, now=job.priority
    )
    return _append(session, job, payload, actor=actor)


def _append(session: Session, job: Job, payload: Payload, *, actor: str) -> Record:
    subject = Subject(kind="job", id=job.id)
    return records.append(session, payload, subject=subject, actor=actor, port_call_id=job.port_call_id)
