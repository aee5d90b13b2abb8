"""What may be asked about jobs.

Source: `api.jobs.repository`.
Left out: making jobs, which the noun does that needs one, and running them (`api.jobs.runner`).
"""

from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.jobs import repository
from api.jobs.schemas import JobView


def read_job(session: Session, job_id: UUID) -> JobView:
    """Show one job.

    Raises:
        NotFoundError: there is none by that id.
    """
    job = repository.job_by_id(session, job_id)
    if job is None:
        raise NotFoundError.of("job", job_id)
    return JobView.model_validate(job)


def list_jobs(
    session: Session, *, port_call_id: UUID | None, status: str | None, limit: int
) -> list[JobView]:
    """Show the newest jobs first."""
    jobs = repository.jobs_of(session, port_call_id=port_call_id, status=status, limit=limit)
    return [JobView.model_validate(job) for job in jobs]
