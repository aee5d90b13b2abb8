"""Routes of draft readings.

Source: `api.readings.service`.
Left out: progress over a socket; a page asks again while a job runs.
"""

from uuid import UUID

from fastapi import Response, status

from api.auth.access import requires
from api.auth.permissions import Permission
from api.errors import ConflictError, DamagedObjectError, NotFoundError
from api.footage.serving import StoredFileResponse, file_response, gives_file
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import UsesWindow
from api.portcalls.schemas import SurveyStage
from api.problems import responses
from api.readings import service
from api.readings.schemas import (
    AcceptBody,
    CorrectBody,
    ManualReadingBody,
    ReadingBody,
    ReadingPage,
    ReadingStatus,
    ReadingView,
    RejectBody,
)
from api.routing import Actor, NounRouter, UsesDatabase, UsesObjects

router = NounRouter(prefix="/readings", tags=["readings"])
READS = [requires(Permission.READINGS_READ)]
WRITES = [requires(Permission.READINGS_WRITE)]
DECIDED = responses(NotFoundError, ConflictError)


@router.post("", status_code=status.HTTP_202_ACCEPTED, responses=responses(*KEY_ERRORS), dependencies=WRITES)
@once()
def request_reading(body: ReadingBody, database: UsesDatabase, response: Response) -> ReadingView:
    """Ask for a draft to be read from footage; a worker does it, and the answer is found at `Location`."""
    with database.writing() as session:
        reading = service.request_reading(session, body)
    response.headers["location"] = f"/api/v1/readings/{reading.id}"
    return reading


@router.post(
    "/manual",
    status_code=status.HTTP_201_CREATED,
    responses=responses(*KEY_ERRORS, ConflictError),
    dependencies=WRITES,
)
@once()
def enter_reading(body: ManualReadingBody, database: UsesDatabase, actor: Actor) -> ReadingView:
    """Enter a reading taken by a person at the mark; it counts at once."""
    with database.writing() as session:
        return service.enter_reading(session, body, actor=actor)


@router.get("", responses=responses(), dependencies=READS)
def list_readings(
    database: UsesDatabase,
    window: UsesWindow,
    port_call_id: UUID | None = None,
    stage: SurveyStage | None = None,
    status: ReadingStatus | None = None,
) -> ReadingPage:
    """List readings in the order they were asked for."""
    with database.reading() as session:
        return service.list_readings(
            session, port_call_id=port_call_id, stage=stage, status=status, window=window
        )


@router.get("/{reading_id}", responses=responses(NotFoundError), dependencies=READS)
def read_reading(reading_id: UUID, database: UsesDatabase) -> ReadingView:
    """Show one reading with its evidence and its job."""
    with database.reading() as session:
        return service.read_reading(session, reading_id)


@router.post("/{reading_id}/accept", responses=DECIDED, dependencies=WRITES)
def accept_reading(reading_id: UUID, body: AcceptBody, database: UsesDatabase, actor: Actor) -> ReadingView:
    """Let a reading count as it is."""
    with database.writing() as session:
        return service.accept_reading(session, reading_id, reason=body.reason, actor=actor)


@router.post("/{reading_id}/reject", responses=DECIDED, dependencies=WRITES)
def reject_reading(reading_id: UUID, body: RejectBody, database: UsesDatabase, actor: Actor) -> ReadingView:
    """Let a reading not count, with the reason."""
    with database.writing() as session:
        return service.reject_reading(session, reading_id, reason=body.reason, actor=actor)


@router.post("/{reading_id}/correct", responses=DECIDED, dependencies=WRITES)
def correct_reading(reading_id: UUID, body: CorrectBody, database: UsesDatabase, actor: Actor) -> ReadingView:
    """Let another value count in place of a reading, with the reason; the reader's answer stays."""
    with database.writing() as session:
        return service.correct_reading(session, reading_id, body, actor=actor)


@gives_file(
    router,
    "/{reading_id}/evidence/{evidence_id}",
    responses=responses(NotFoundError, DamagedObjectError),
    dependencies=READS,
)
def read_evidence(
    reading_id: UUID, evidence_id: UUID, database: UsesDatabase, objects: UsesObjects
) -> StoredFileResponse:
    """Fetch one evidence file."""
    with database.reading() as session:
        file = service.evidence_file(session, reading_id, evidence_id)
    return file_response(
        objects, sha256=file.object_sha256, file_name=file.file_name, media_type=file.media_type
    )
