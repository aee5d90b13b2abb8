"""Routes of single files of footage.

Source: `api.footage.service`.
Left out: receiving files (`api.flights.router`).
"""

from uuid import UUID

from fastapi.responses import FileResponse

from api.errors import ConflictError, DamagedObjectError, NotFoundError
from api.footage import service
from api.footage.schemas import FootageView
from api.problems import responses
from api.routing import NounRouter, UsesDatabase, UsesObjects

router = NounRouter(prefix="/footage", tags=["footage"])


@router.get("/{footage_id}", responses=responses(NotFoundError))
def read_footage(footage_id: UUID, database: UsesDatabase) -> FootageView:
    """Show one file and what it was found to be."""
    with database.reading() as session:
        return service.read_footage(session, footage_id)


@router.get(
    "/{footage_id}/content",
    response_class=FileResponse,
    responses=responses(NotFoundError, ConflictError, DamagedObjectError),
)
def read_footage_content(footage_id: UUID, database: UsesDatabase, objects: UsesObjects) -> FileResponse:
    """Fetch the bytes as they arrived, whole or in ranges."""
    with database.reading() as session:
        return service.footage_content(session, objects, footage_id)


@router.get(
    "/{footage_id}/thumbnail",
    response_class=FileResponse,
    responses=responses(NotFoundError, DamagedObjectError),
)
def read_footage_thumbnail(footage_id: UUID, database: UsesDatabase, objects: UsesObjects) -> FileResponse:
    """Fetch a small picture of a video or still."""
    with database.reading() as session:
        return service.footage_thumbnail(session, objects, footage_id)
