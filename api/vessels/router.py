"""Routes of vessels and their hydrostatic tables.

Source: the rooms page of the design.
Left out: deleting; what a record names stays.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Response

from api.auth.access import requires
from api.auth.permissions import Permission
from api.errors import (
    DamagedObjectError,
    NotFoundError,
    PayloadTooLargeError,
    PreconditionFailedError,
    PreconditionRequiredError,
    StorageFullError,
    UnusableTableError,
)
from api.footage.serving import StoredFileResponse, file_response, gives_file
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import UsesWindow
from api.preconditions import IfMatch, tagged
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase, UsesObjects
from api.schemas import Name
from api.vessels import service
from api.vessels.schemas import (
    TableDeclarationQuery,
    TablePage,
    TableView,
    VesselBody,
    VesselPage,
    VesselView,
)

router = NounRouter(prefix="/vessels", tags=["vessels"])
READS = [requires(Permission.VESSELS_READ)]
WRITES = [requires(Permission.VESSELS_WRITE)]
TableFile = Annotated[
    bytes, Body(media_type="application/octet-stream", description="The CSV or XLSX file as it is.")
]


@router.post("", status_code=201, responses=responses(*KEY_ERRORS), dependencies=WRITES)
@once()
def register_vessel(body: VesselBody, database: UsesDatabase, actor: Actor, response: Response) -> VesselView:
    """Enter a vessel."""
    with database.writing() as session:
        view = service.register(session, body, actor=actor)
    response.headers["location"] = f"/api/v1/vessels/{view.id}"
    return tagged(response, view)


@router.get("", responses=responses(), dependencies=READS)
def list_vessels(
    database: UsesDatabase, window: UsesWindow, name_contains: Annotated[Name | None, Query()] = None
) -> VesselPage:
    """Give the vessels entered last, or those whose name holds a text."""
    with database.reading() as session:
        return service.find(session, name_contains=name_contains, window=window)


@router.get("/{vessel_id}", responses=responses(NotFoundError), dependencies=READS)
def read_vessel(vessel_id: UUID, database: UsesDatabase, response: Response) -> VesselView:
    """Give one vessel."""
    with database.reading() as session:
        return tagged(response, service.read(session, vessel_id))


@router.put(
    "/{vessel_id}",
    responses=responses(NotFoundError, PreconditionFailedError, PreconditionRequiredError),
    dependencies=WRITES,
)
def change_vessel(
    vessel_id: UUID,
    body: VesselBody,
    rests_on: IfMatch,
    database: UsesDatabase,
    actor: Actor,
    response: Response,
) -> VesselView:
    """Replace a vessel's particulars; the earlier ones stay in the records."""
    with database.writing() as session:
        view = service.change(session, vessel_id, body, rests_on=rests_on, actor=actor)
    return tagged(response, view)


@router.post(
    "/{vessel_id}/hydrostatic-tables",
    status_code=201,
    responses=responses(
        *KEY_ERRORS, NotFoundError, PayloadTooLargeError, UnusableTableError, StorageFullError
    ),
    dependencies=WRITES,
)
@once()
def import_hydrostatic_table(
    vessel_id: UUID,
    declaration: Annotated[TableDeclarationQuery, Query()],
    content: TableFile,
    database: UsesDatabase,
    objects: UsesObjects,
    actor: Actor,
) -> TableView:
    """Import a table: the body is the file, the query says what the file does not."""
    return service.receive_table(database, objects, vessel_id, content, declaration, actor=actor)


@router.get("/{vessel_id}/hydrostatic-tables", responses=responses(NotFoundError), dependencies=READS)
def list_hydrostatic_tables(vessel_id: UUID, database: UsesDatabase, window: UsesWindow) -> TablePage:
    """Give the tables of a vessel, the newest first."""
    with database.reading() as session:
        return service.tables_of(session, vessel_id, window)


@router.get(
    "/{vessel_id}/hydrostatic-tables/{table_id}", responses=responses(NotFoundError), dependencies=READS
)
def read_hydrostatic_table(vessel_id: UUID, table_id: UUID, database: UsesDatabase) -> TableView:
    """Give one table with its rows and audit."""
    with database.reading() as session:
        return TableView.model_validate(service.require_table(session, vessel_id, table_id))


@gives_file(
    router,
    "/{vessel_id}/hydrostatic-tables/{table_id}/file",
    responses=responses(NotFoundError, DamagedObjectError),
    dependencies=READS,
)
def download_hydrostatic_table(
    vessel_id: UUID, table_id: UUID, database: UsesDatabase, objects: UsesObjects
) -> StoredFileResponse:
    """Give the file as it was received, as a download."""
    with database.reading() as session:
        row = service.require_table(session, vessel_id, table_id)
    return file_response(
        objects, sha256=row.object_sha256, file_name=row.file_name, media_type=row.media_type
    )
