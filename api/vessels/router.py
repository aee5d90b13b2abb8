"""Routes of vessels and their hydrostatic tables.

Source: the rooms page of the design.
Left out: deleting; what a record names stays.
"""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Response
from fastapi.responses import FileResponse

from api.errors import (
    DamagedObjectError,
    NotFoundError,
    PayloadTooLargeError,
    StorageFullError,
    UnusableTableError,
)
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase, UsesObjects
from api.schemas import Name
from api.vessels import service
from api.vessels.schemas import TableDeclarationQuery, TableSummaryView, TableView, VesselBody, VesselView

router = NounRouter(prefix="/vessels", tags=["vessels"])
TableFile = Annotated[
    bytes, Body(media_type="application/octet-stream", description="The CSV or XLSX file as it is.")
]


@router.post("", status_code=201, responses=responses())
def register_vessel(body: VesselBody, database: UsesDatabase, actor: Actor, response: Response) -> VesselView:
    """Enter a vessel."""
    with database.writing() as session:
        view = service.register(session, body, actor=actor)
    response.headers["location"] = f"/api/v1/vessels/{view.id}"
    return view


@router.get("", responses=responses())
def list_vessels(
    database: UsesDatabase,
    name_contains: Annotated[Name | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Sequence[VesselView]:
    """Give the vessels entered last, or those whose name holds a text."""
    with database.reading() as session:
        return service.find(session, name_contains=name_contains, limit=limit)


@router.get("/{vessel_id}", responses=responses(NotFoundError))
def read_vessel(vessel_id: UUID, database: UsesDatabase) -> VesselView:
    """Give one vessel."""
    with database.reading() as session:
        return service.read(session, vessel_id)


@router.put("/{vessel_id}", responses=responses(NotFoundError))
def change_vessel(vessel_id: UUID, body: VesselBody, database: UsesDatabase, actor: Actor) -> VesselView:
    """Replace a vessel's particulars; the earlier ones stay in the records."""
    with database.writing() as session:
        return service.change(session, vessel_id, body, actor=actor)


@router.post(
    "/{vessel_id}/hydrostatic-tables",
    status_code=201,
    responses=responses(NotFoundError, PayloadTooLargeError, UnusableTableError, StorageFullError),
)
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


@router.get("/{vessel_id}/hydrostatic-tables", responses=responses(NotFoundError))
def list_hydrostatic_tables(vessel_id: UUID, database: UsesDatabase) -> Sequence[TableSummaryView]:
    """Give the tables of a vessel, the newest first."""
    with database.reading() as session:
        return service.tables_of(session, vessel_id)


@router.get("/{vessel_id}/hydrostatic-tables/{table_id}", responses=responses(NotFoundError))
def read_hydrostatic_table(vessel_id: UUID, table_id: UUID, database: UsesDatabase) -> TableView:
    """Give one table with its rows and audit."""
    with database.reading() as session:
        return TableView.model_validate(service.require_table(session, vessel_id, table_id))


@router.get(
    "/{vessel_id}/hydrostatic-tables/{table_id}/file",
    response_class=FileResponse,
    responses=responses(NotFoundError, DamagedObjectError),
)
def download_hydrostatic_table(
    vessel_id: UUID, table_id: UUID, database: UsesDatabase, objects: UsesObjects
) -> FileResponse:
    """Give the file as it was received, as a download."""
    with database.reading() as session:
        row = service.require_table(session, vessel_id, table_id)
    path = objects.existing_path_of(row.object_sha256)
    return FileResponse(path, media_type=row.media_type, filename=row.file_name)
