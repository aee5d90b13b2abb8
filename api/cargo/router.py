"""Routes of what is stated about a cargo, of its transfers, of the files of its papers, and of its balance.

Source: `api.cargo.kinds`; `api.cargo.fact_routes` for what all kinds have alike.
Left out: the stages of the port call and its release (`api.portcalls.router`).
"""

from datetime import timedelta, timezone
from typing import Annotated, Any
from uuid import UUID

import rfc8785
from fastapi import Body, Query

from api.auth.access import requires
from api.auth.permissions import Permission
from api.cargo import balance as balances
from api.cargo import documents, kinds, schemas, transfers
from api.cargo.balance_schemas import BalanceView
from api.cargo.fact_routes import READS, WRITES, add_correction_routes, add_statement_routes
from api.cargo.transfer_schemas import (
    TransferMode,
    TransferPage,
    TransfersBody,
    TransfersReceipt,
    TransferView,
)
from api.cargo.transfer_table import Declared, read_table
from api.cargo.transfers import Received
from api.errors import (
    ConflictError,
    DamagedObjectError,
    NotFoundError,
    PayloadTooLargeError,
    StorageFullError,
    UnsupportedMediaError,
)
from api.footage.serving import StoredFileResponse, gives_file
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import UsesWindow
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase, UsesObjects
from api.schemas import Name
from survey.balance import COVERAGE_FACTOR, DecisionRule

router = NounRouter(prefix="/portcalls", tags=["cargo"])
UtcOffset = Annotated[
    str | None,
    Query(
        pattern=r"^[+-](0[0-9]|1[0-4]):[0-5][0-9]$",
        description="Of times that name no zone, as +08:00; without it such rows are refused.",
    ),
]
TransferFile = Annotated[bytes, Body(media_type="text/csv", description="The CSV file as it is.")]
DocumentFile = Annotated[
    bytes, Body(media_type="application/octet-stream", description="PDF, JPEG, PNG or TIFF as it is.")
]

_STATED: tuple[tuple[kinds.FactKind[Any, Any], type[schemas.FactView]], ...] = (
    (kinds.PARTY, schemas.PartyView),
    (kinds.LOT, schemas.LotView),
    (kinds.DOCUMENT, schemas.DocumentView),
    (kinds.FINDING, schemas.FindingView),
    (kinds.SEAL, schemas.SealView),
    (kinds.SCALE, schemas.ScaleView),
    (kinds.STORAGE, schemas.StorageView),
)
for _kind, _view in _STATED:
    add_statement_routes(router, _kind, _view)
    add_correction_routes(router, _kind, _view)
add_correction_routes(router, kinds.TRANSFER, TransferView)


@router.post(
    "/{port_call_id}/transfers",
    status_code=201,
    responses=responses(*KEY_ERRORS, NotFoundError, StorageFullError),
    dependencies=WRITES,
)
@once()
def enter_transfers(
    port_call_id: UUID, body: TransfersBody, database: UsesDatabase, objects: UsesObjects, actor: Actor
) -> TransfersReceipt:
    """Take many loads in: all or none. Sent again, they add nothing."""
    stored = objects.put(rfc8785.dumps(body.model_dump(mode="json")))
    received = Received(stored=stored, media_type="application/json")
    with database.writing() as session:
        return transfers.enter(session, port_call_id, transfers.rows_of(body), received, actor=actor)


@router.post(
    "/{port_call_id}/transfers/table",
    status_code=201,
    responses=responses(*KEY_ERRORS, NotFoundError, PayloadTooLargeError, StorageFullError),
    dependencies=WRITES,
)
@once()
def import_transfers(
    port_call_id: UUID,
    content: TransferFile,
    database: UsesDatabase,
    objects: UsesObjects,
    actor: Actor,
    mode: TransferMode | None = None,
    utc_offset: UtcOffset = None,
) -> TransfersReceipt:
    """Take a table of loads in: all or none, every wrong row named by its line. Sent again, it adds nothing."""
    rows = read_table(content, Declared(mode=mode, zone=_zone(utc_offset)))
    received = Received(stored=objects.put(content), media_type="text/csv")
    with database.writing() as session:
        return transfers.enter(session, port_call_id, rows, received, actor=actor)


@router.get("/{port_call_id}/transfers", responses=responses(NotFoundError), dependencies=READS)
def list_transfers(
    port_call_id: UUID,
    database: UsesDatabase,
    window: UsesWindow,
    mode: TransferMode | None = None,
) -> TransferPage:
    """Give the loads that count, in the order of their weighing."""
    with database.reading() as session:
        return transfers.page(session, port_call_id, mode=mode, window=window)


@router.put(
    "/{port_call_id}/documents/{document_id}/file",
    responses=responses(
        NotFoundError, ConflictError, UnsupportedMediaError, PayloadTooLargeError, StorageFullError
    ),
    dependencies=WRITES,
)
def file_document(
    port_call_id: UUID,
    document_id: UUID,
    file_name: Annotated[Name, Query()],
    content: DocumentFile,
    database: UsesDatabase,
    objects: UsesObjects,
    actor: Actor,
) -> schemas.DocumentView:
    """Keep the file of a paper; it stays as it came."""
    return documents.file_document(
        database, objects, port_call_id, document_id, content, file_name, actor=actor
    )


@gives_file(
    router,
    "/{port_call_id}/documents/{document_id}/file",
    responses=responses(NotFoundError, DamagedObjectError),
    dependencies=READS,
)
def download_document(
    port_call_id: UUID, document_id: UUID, database: UsesDatabase, objects: UsesObjects
) -> StoredFileResponse:
    """Give out the file of a paper."""
    with database.reading() as session:
        return documents.document_file(session, objects, port_call_id, document_id)


@router.get(
    "/{port_call_id}/balance",
    responses=responses(NotFoundError),
    dependencies=[requires(Permission.PORT_CALLS_READ)],
)
def read_balance(
    port_call_id: UUID,
    database: UsesDatabase,
    coverage_factor: Annotated[float, Query(ge=1.0, le=4.0)] = COVERAGE_FACTOR,
    tolerance_permille: Annotated[float | None, Query(gt=0.0, le=1000.0)] = None,
) -> BalanceView:
    """Hold every weight of the cargo against the bill of lading and the draft survey."""
    rule = DecisionRule(coverage_factor=coverage_factor, tolerance_permille=tolerance_permille)
    with database.reading() as session:
        return balances.balance(session, port_call_id, rule)


def _zone(utc_offset: str | None) -> timezone | None:
    if utc_offset is None:
        return None
    hours, minutes = int(utc_offset[1:3]), int(utc_offset[4:6])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if utc_offset.startswith("-") else offset)
