"""Routes of draft readings.

Source: `api.readings.service`.
Left out: progress over a socket; a page asks again while a job runs.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response, status
from fastapi.responses import FileResponse

from api.errors import ConflictError, DamagedObjectError, NotFoundError
from api.footage.serving import file_response
from api.portcalls.schemas import SurveyStage
from api.problems import responses
from api.readings import service
from api.readings.schemas import (
    AcceptBody,
    CorrectBody,
    ManualReadingBody,
    ReadingBody,
    ReadingStatus,
    ReadingView,
    RejectBody,
)
from api.routing import Actor, NounRouter, UsesDatabase, UsesObjects

router = NounRouter(prefix="/readings", tags=["readings"])
DECIDED = responses(NotFoundError, ConflictError)


@router.post("", status_code=status.HTTP_202_ACCEPTED, responses=responses())
def request_reading(body: ReadingBody, database: UsesDatabase, response: Response) -> ReadingView:
    """Ask for a draft to be read from footage; a worker does it, and the answer is found at `Location`."""
    with database.writing() as session:
        reading = service.request_reading(session, body)
    response.headers["location"] = f"/api/v1/readings/{reading.id}"
    return reading


@router.post("/manual", status_code=status.HTTP_201_CREATED, responses=responses(ConflictError))
def enter_reading(body: ManualReadingBody, database: UsesDatabase, actor: Actor) -> ReadingView:
    """Enter a reading taken by a person at the mark; it counts at once."""
    with database.writing() as session:
        return service.enter_reading(session, body, actor=actor)


@router.get("", responses=responses())
def list_readings(
    database: UsesDatabase,
    port_call_id: UUID | None = None,
    stage: SurveyStage | None = None,
    status: ReadingStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[ReadingView]:
    """List readings in the order they were asked for."""
    with database.reading() as session:
        return service.list_readings(
            session, port_call_id=port_call_id, stage=stage, status=status, limit=limit
        )


@router.get("/{reading_id}", responses=responses(NotFoundError))
def read_reading(reading_id: UUID, database: UsesDatabase) -> ReadingView:
    """Show one reading with its evidence and its job."""
    with database.reading() as session:
        return service.read_reading(session, reading_id)


@router.post("/{reading_id}/accept", responses=DECIDED)
def accept_reading(reading_id: UUID, body: AcceptBody, database: UsesDatabase, actor: Actor) -> ReadingView:
    """Let a reading count as it is."""
    with database.writing() as session:
        return service.accept_reading(session, reading_id, reason=body.reason, actor=actor)


@router.post("/{reading_id}/reject", responses=DECIDED)
def reject_reading(reading_id: UUID, body: RejectBody, database: UsesDatabase, actor: Actor) -> ReadingView:
    """Let a reading not count, with the reason."""
    with database.writing() as session:
        return service.reject_reading(session, reading_id, reason=body.reason, actor=actor)


@router.post("/{reading_id}/correct", responses=DECIDED)
def correct_reading(reading_id: UUID, body: CorrectBody, database: UsesDatabase, actor: Actor) -> ReadingView:
    """Let another value count in place of a reading, with the reason; the reader's answer stays."""
    with database.writing() as session:
        return service.correct_reading(session, reading_id, body, actor=actor)


@router.get(
    "/{reading_id}/evidence/{evidence_id}",
    response_class=FileResponse,
    responses=responses(NotFoundError, DamagedObjectError),
)
def read_evidence(
    reading_id: UUID, evidence_id: UUID, database: UsesDatabase, objects: UsesObjects
) -> FileResponse:
    """Fetch one evidence file."""
    with database.reading() as session:
        file = service.evidence_file(session, reading_id, evidence_id)
    return file_response(
        objects, sha256=file.object_sha256, file_name=file.file_name, media_type=file.media_type
    )
