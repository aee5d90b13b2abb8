"""Routes of the records: read them, and have the chain verified.

Source: the records page of the design.
Left out: the export.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.errors import InvalidRequestError, NotFoundError
from api.problems import responses
from api.records import service
from api.records.chain import KnownHead
from api.records.schemas import RecordPage, RecordView, VerificationView
from api.routing import NounRouter, UsesDatabase
from api.schemas import Sha256Hex

router = NounRouter(prefix="/records", tags=["records"])


@router.get("", responses=responses())
def list_records(
    database: UsesDatabase,
    after_sequence: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    port_call_id: UUID | None = None,
    subject_id: UUID | None = None,
    kind: Annotated[str | None, Query(max_length=64)] = None,
) -> RecordPage:
    """Give records in the order of the chain, a page at a time."""
    with database.reading() as session:
        return service.page(
            session,
            after_sequence=after_sequence,
            limit=limit,
            port_call_id=port_call_id,
            subject_id=subject_id,
            kind=kind,
        )


@router.get("/verification", responses=responses())
def verify_records(
    database: UsesDatabase,
    known_sequence: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    known_sha256: Sha256Hex | None = None,
) -> VerificationView:
    """Walk the whole chain; a head noted earlier (both parameters) also shows a removed end."""
    if (known_sequence is None) != (known_sha256 is None):
        raise InvalidRequestError.at("query:known_sequence", "give it together with known_sha256, or neither")
    known = None
    if known_sequence is not None and known_sha256 is not None:
        known = KnownHead(sequence=known_sequence, sha256=known_sha256)
    with database.reading() as session:
        return VerificationView.model_validate(service.verify(session, known_head=known))


@router.get("/{record_id}", responses=responses(NotFoundError))
def read_record(database: UsesDatabase, record_id: UUID) -> RecordView:
    """Give one record."""
    with database.reading() as session:
        return service.read(session, record_id)
