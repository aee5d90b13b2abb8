"""Routes of jobs: how far is the work that was asked for; stop it, do it again, do it sooner.

Source: `api.jobs.service`, `api.jobs.feed`.
Left out: asking for work, which happens at the noun it is for.
"""

from typing import Annotated, Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import Header, Request, Response

from api.auth.access import requires
from api.auth.permissions import Permission
from api.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PreconditionFailedError,
    PreconditionRequiredError,
    TooManyStreamsError,
)
from api.jobs import service
from api.jobs.feed import MEDIA_TYPE, JobStream, Wanted, feed_of
from api.jobs.schemas import CancellationBody, JobDetailView, JobPage, JobStatus, PriorityBody
from api.pages import UsesWindow
from api.preconditions import IfMatch, entity_tag
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase, resources_of
from api.storage.database import Database

router = NounRouter(prefix="/jobs", tags=["jobs"])
READS = [requires(Permission.JOBS_READ)]
CONTROLS = [requires(Permission.JOBS_CONTROL)]
CHANGED = responses(NotFoundError, ConflictError)
EDITED = responses(NotFoundError, ConflictError, PreconditionFailedError, PreconditionRequiredError)
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events named `job`; `data` is a job as `GET /jobs/{job_id}` shows it, without its steps.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}
LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", description="The last `id` seen: what changed since then comes first."),
]


@router.get("", responses=responses(), dependencies=READS)
def list_jobs(
    database: UsesDatabase,
    window: UsesWindow,
    port_call_id: UUID | None = None,
    status: JobStatus | None = None,
) -> JobPage:
    """List jobs, the newest first."""
    with database.reading() as session:
        return service.list_jobs(session, port_call_id=port_call_id, status=status, window=window)


@router.get(
    "/stream",
    status_code=200,
    response_class=JobStream,
    responses=responses(TooManyStreamsError) | STREAMED,
    dependencies=READS,
)
async def stream_jobs(
    request: Request, port_call_id: UUID | None = None, last_event_id: LastEventId = None
) -> JobStream:
    """Tell of every change of a job as it happens (server-sent events), beginning with the unfinished ones."""
    return _stream(request, Wanted(port_call_id=port_call_id), last_event_id)


@router.get("/{job_id}", responses=responses(NotFoundError), dependencies=READS)
def read_job(job_id: UUID, database: UsesDatabase, response: Response) -> JobDetailView:
    """Show one job with its progress and its steps."""
    with database.reading() as session:
        return _tagged(response, service.read_job(session, job_id))


@router.get(
    "/{job_id}/stream",
    status_code=200,
    response_class=JobStream,
    responses=responses(NotFoundError, TooManyStreamsError) | STREAMED,
    dependencies=READS,
)
async def stream_job(job_id: UUID, request: Request, last_event_id: LastEventId = None) -> JobStream:
    """Tell of every change of one job as it happens (server-sent events), beginning with how it is now."""
    await run_sync(_require, resources_of(request).database, job_id)
    return _stream(request, Wanted(job_id=job_id), last_event_id)


@router.post("/{job_id}/cancellation", responses=CHANGED, dependencies=CONTROLS)
def cancel_job(job_id: UUID, body: CancellationBody, database: UsesDatabase, actor: Actor) -> JobDetailView:
    """Stop a job, whether it waits or runs."""
    with database.writing() as session:
        return service.cancel_job(session, job_id, reason=body.reason, actor=actor)


@router.post("/{job_id}/retry", responses=CHANGED, dependencies=CONTROLS)
def retry_job(job_id: UUID, database: UsesDatabase, actor: Actor) -> JobDetailView:
    """Let a job that failed or was cancelled be done again, from the last step that it finished."""
    with database.writing() as session:
        return service.retry_job(session, job_id, actor=actor)


@router.patch("/{job_id}", responses=EDITED, dependencies=CONTROLS)
def set_job_priority(
    job_id: UUID,
    body: PriorityBody,
    rests_on: IfMatch,
    database: UsesDatabase,
    response: Response,
    actor: Actor,
) -> JobDetailView:
    """Let a job that waits be taken sooner or later."""
    with database.writing() as session:
        view = service.set_priority(session, job_id, priority=body.priority, rests_on=rests_on, actor=actor)
    return _tagged(response, view)


def _require(database: Database, job_id: UUID) -> None:
    with database.reading() as session:
        service.read_job(session, job_id)


def _tagged(response: Response, view: JobDetailView) -> JobDetailView:
    # The tag stands for what can be edited; progress changes all the time and is never kept.
    response.headers["etag"] = entity_tag(service.state_of(view))
    response.headers["cache-control"] = "no-store"
    return view


def _stream(request: Request, wanted: Wanted, last_event_id: str | None) -> JobStream:
    feed = feed_of(request)
    after_revision = _revision_of(last_event_id)
    feed.take_place()
    return JobStream(feed, feed.events(wanted, after_revision=after_revision))


def _revision_of(last_event_id: str | None) -> int | None:
    if last_event_id is None:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= len(str(2**53))):
        raise InvalidRequestError.at("header:Last-Event-ID", "accepted: the id of an event of this stream")
    return int(last_event_id)
