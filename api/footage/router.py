"""Routes of single files of footage.

Source: `api.footage.service`.
Left out: receiving files (`api.flights.router`).
"""

from uuid import UUID

from api.auth.access import requires
from api.auth.permissions import Permission
from api.errors import ConflictError, DamagedObjectError, NotFoundError, ObjectDeletedError
from api.footage import service
from api.footage.schemas import FootageView
from api.footage.serving import StoredFileResponse, gives_file
from api.problems import responses
from api.routing import NounRouter, UsesDatabase, UsesObjects

router = NounRouter(prefix="/footage", tags=["footage"])
READS = [requires(Permission.FLIGHTS_READ)]


@router.get("/{footage_id}", responses=responses(NotFoundError), dependencies=READS)
def read_footage(footage_id: UUID, database: UsesDatabase) -> FootageView:
    """Show one file and what it was found to be."""
    with database.reading() as session:
        return service.read_footage(session, footage_id)


@gives_file(
    router,
    "/{footage_id}/content",
    responses=responses(NotFoundError, ConflictError, ObjectDeletedError, DamagedObjectError),
    dependencies=READS,
)
def read_footage_content(
    footage_id: UUID, database: UsesDatabase, objects: UsesObjects
) -> StoredFileResponse:
    """Fetch the bytes as they arrived, whole or in ranges."""
    with database.reading() as session:
        return service.footage_content(session, objects, footage_id)


@gives_file(
    router,
    "/{footage_id}/thumbnail",
    responses=responses(NotFoundError, ObjectDeletedError, DamagedObjectError),
    dependencies=READS,
)
def read_footage_thumbnail(
    footage_id: UUID, database: UsesDatabase, objects: UsesObjects
) -> StoredFileResponse:
    """Fetch a small picture of a video or still."""
    with database.reading() as session:
        return service.footage_thumbnail(session, objects, footage_id)
