"""Routes of jobs: how far is the work that was asked for.

Source: `api.jobs.service`.
Left out: asking for work, which happens at the noun it is for.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.errors import NotFoundError
from api.jobs import service
from api.jobs.schemas import JobStatus, JobView
from api.problems import responses
from api.routing import NounRouter, UsesDatabase

router = NounRouter(prefix="/jobs", tags=["jobs"])


@router.get("", responses=responses())
def list_jobs(
    database: UsesDatabase,
    port_call_id: UUID | None = None,
    status: JobStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[JobView]:
    """List jobs, the newest first."""
    with database.reading() as session:
        return service.list_jobs(session, port_call_id=port_call_id, status=status, limit=limit)


@router.get("/{job_id}", responses=responses(NotFoundError))
def read_job(job_id: UUID, database: UsesDatabase) -> JobView:
    """Show one job with its progress."""
    with database.reading() as session:
        return service.read_job(session, job_id)
