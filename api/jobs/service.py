"""What may be asked about jobs and of them: to be shown, stopped, done again, done sooner.

Source: `api.jobs.repository`; taking the lease off a job is what stops its worker (`api.jobs.queue`).
Left out: making jobs, which the noun does that needs one, and running them (`api.jobs.runner`).
"""

from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import ConflictError, NotFoundError
from api.jobs import repository
from api.jobs.kinds import FollowedStatus, declared_kinds
from api.jobs.queue import release
from api.jobs.records import job_cancelled, job_priority_changed, job_retried
from api.jobs.repository import UNFINISHED
from api.jobs.schemas import JobDetailView, JobPage, JobStepView, JobView
from api.pages import Window, by_creation
from api.preconditions import Precondition
from api.storage.tables import Job, utc_now

RETRIED = ("failed", "cancelled")


def read_job(session: Session, job_id: UUID) -> JobDetailView:
    """Show one job with its steps.

    Raises:
        NotFoundError: there is none by that id.
    """
    job = repository.job_by_id(session, job_id)
    if job is None:
        raise NotFoundError.of("job", job_id)
    return _detail(session, job)


def list_jobs(session: Session, *, port_call_id: UUID | None, status: str | None, window: Window) -> JobPage:
    """Show the newest jobs first."""
    found = repository.jobs_of(session, port_call_id=port_call_id, status=status, window=window)
    rows, following = window.cut(found, by_creation)
    return JobPage(items=[JobView.model_validate(job) for job in rows], next_cursor=following)


def cancel_job(session: Session, job_id: UUID, *, reason: str | None, actor: str) -> JobDetailView:
    """Stop a job, whether it waits or runs; its worker loses it here and ends the work within seconds.

    Raises:
        NotFoundError: there is no such job.
        ConflictError: it has ended.
    """
    job = _job_to_change(session, job_id)
    if job.status not in UNFINISHED:
        raise ConflictError(f"The job is {job.status}. Accepted: cancelling one that is queued or running.")
    was = job.status
    job_cancelled(session, job, was=was, reason=reason, actor=actor)
    release(job, status="cancelled")
    job.cancelled_by, job.error, job.finished_at = actor, reason, utc_now()
    _follow(session, job, "cancelled", reason)
    return _detail(session, job)


def retry_job(session: Session, job_id: UUID, *, actor: str) -> JobDetailView:
    """Let a job that failed or was cancelled be done again, from the last step that it finished.

    Raises:
        NotFoundError: there is no such job.
        ConflictError: it waits, runs or is done, or what it was for has been settled in another way.
    """
    job = _job_to_change(session, job_id)
    if job.status not in RETRIED:
        raise ConflictError(f"The job is {job.status}. Accepted: retrying one that failed or was cancelled.")
    job_retried(session, job, was=job.status, actor=actor)
    release(job, status="queued")
    job.attempts, job.error, job.cancelled_by = 0, None, None
    job.not_before, job.finished_at = utc_now(), None
    _follow(session, job, "queued", None)
    return _detail(session, job)


def state_of(job: Job | JobView) -> dict[str, object]:
    """Give what an editor saw of a job; its progress is nobody's edit."""
    return {"id": str(job.id), "priority": job.priority, "status": job.status}


def set_priority(
    session: Session, job_id: UUID, *, priority: int, rests_on: Precondition, actor: str
) -> JobDetailView:
    """Let a job that waits be taken sooner or later; the same number again changes nothing.

    Raises:
        NotFoundError: there is no such job.
        ConflictError: it has ended.
        PreconditionFailedError: it was changed since it was read.
    """
    job = _job_to_change(session, job_id)
    if job.status not in UNFINISHED:
        raise ConflictError(f"The job is {job.status}. Accepted: the priority of one that is not finished.")
    rests_on.check(state_of(job))
    was, job.priority = job.priority, priority
    if was != priority:
        job_priority_changed(session, job, was=was, actor=actor)
        repository.publish(session, job)
    return _detail(session, job)


def _job_to_change(session: Session, job_id: UUID) -> Job:
    job = repository.job_to_change(session, job_id)
    if job is None:
        raise NotFoundError.of("job", job_id)
    return job


def _follow(session: Session, job: Job, status: FollowedStatus, reason: str | None) -> None:
    kind = declared_kinds().get(job.kind)
    if kind is not None:
        kind.follow(session, job.subject_id, status, reason)
    repository.publish(session, job)


def _detail(session: Session, job: Job) -> JobDetailView:
    kind = declared_kinds().get(job.kind)
    view = JobView.model_validate(job).model_dump()
    steps = [JobStepView.model_validate(step) for step in repository.steps_of(session, job.id)]
    planned = [] if kind is None else [plan.name for plan in kind.steps]
    return JobDetailView.model_validate(view | {"planned_steps": planned, "finished_steps": steps})
