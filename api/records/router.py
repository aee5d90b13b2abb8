"""Routes of the records: read them, have them verified, and take them away in a form that proves itself.

Source: the records page of the design; docs/decisions/0009-records-and-checkpoints.md.
Left out: a way to write one; records are written by what happens.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.auth.access import Asking, requires
from api.auth.permissions import Permission
from api.auth.visibility import require_every_site
from api.errors import (
    BrokenChainError,
    EverySiteRequiredError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    UnusableSigningKeyError,
)
from api.pages import UsesWindow
from api.problems import responses
from api.records import checkpoints, service
from api.records.chain import KnownHead
from api.records.export import Export, export
from api.records.schemas import CheckpointPage, PublicKeyView, RecordPage, RecordView, VerificationView
from api.routing import NounRouter, UsesDatabase, UsesObjects, UsesSettings
from api.schemas import Sha256Hex

router = NounRouter(prefix="/records", tags=["records"])
_READ = [requires(Permission.RECORDS_READ)]
_VERIFY = [requires(Permission.RECORDS_VERIFY)]
_EXPORT = [requires(Permission.RECORDS_EXPORT)]
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("", responses=responses(), dependencies=_READ)
def list_records(
    database: UsesDatabase,
    window: UsesWindow,
    after_sequence: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    port_call_id: UUID | None = None,
    subject_id: UUID | None = None,
    kind: Annotated[str | None, Query(max_length=64)] = None,
) -> RecordPage:
    """Give records in the order of the chain, a page at a time."""
    with database.reading() as session:
        return service.page(
            session,
            after_sequence=after_sequence,
            window=window,
            port_call_id=port_call_id,
            subject_id=subject_id,
            kind=kind,
        )


@router.get("/verification", responses=responses(), dependencies=_VERIFY)
def verify_records(
    database: UsesDatabase,
    known_sequence: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
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


@router.get("/checkpoints", responses=responses(BrokenChainError), dependencies=_READ)
def list_checkpoints(
    database: UsesDatabase,
    window: UsesWindow,
    after_number: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> CheckpointPage:
    """Give the signatures over the chain, a page at a time."""
    with database.reading() as session:
        return service.checkpoint_page(session, after_number=after_number, window=window)


@router.get("/public-key", responses=responses(UnusableSigningKeyError), dependencies=_READ)
def read_public_key(database: UsesDatabase, settings: UsesSettings) -> PublicKeyView:
    """Give the key that signs now; note it where nobody here can change it."""
    with database.reading() as session:
        key = checkpoints.current_key(session, settings).public
    return PublicKeyView(key_id=key.id, public_key=key.text, pem=key.pem().decode())


@router.get(
    "/export",
    responses=responses(EverySiteRequiredError, NotReadyError, BrokenChainError, UnusableSigningKeyError)
    | _ZIP,
    response_class=StreamingResponse,
    dependencies=_EXPORT,
)
def export_records(
    database: UsesDatabase, objects: UsesObjects, settings: UsesSettings, asking: Asking
) -> StreamingResponse:
    """Give all records with evidence, checkpoints and keys as a zip file that `hullmark records verify` checks."""
    with database.reading() as session:
        require_every_site(session, asking)
    made = export(database, objects, settings, port_call_id=None)
    return _sent(made, "hullmark-records.zip")


@router.get(
    "/port-calls/{port_call_id}/export",
    responses=responses(NotFoundError, NotReadyError, BrokenChainError, UnusableSigningKeyError) | _ZIP,
    response_class=StreamingResponse,
    dependencies=_EXPORT,
)
def export_records_of_port_call(
    database: UsesDatabase, objects: UsesObjects, settings: UsesSettings, port_call_id: UUID
) -> StreamingResponse:
    """Give the records of one port call, and of all others the hashes that prove their place."""
    made = export(database, objects, settings, port_call_id=port_call_id)
    return _sent(made, f"hullmark-records-{port_call_id}.zip")


@router.get("/{record_id}", responses=responses(NotFoundError), dependencies=_READ)
def read_record(database: UsesDatabase, record_id: UUID) -> RecordView:
    """Give one record."""
    with database.reading() as session:
        return service.read(session, record_id)


class ExportResponse(StreamingResponse):
    """One archive; its pieces are removed however the answer ends, also where nobody wanted its body."""

    def __init__(self, made: Export, headers: dict[str, str]) -> None:
        super().__init__(made.chunks(), media_type="application/zip", headers=headers)
        self._made = made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._made:
            await super().__call__(scope, receive, send)


def _sent(made: Export, name: str) -> StreamingResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(made.size_bytes),
        "X-Content-Type-Options": "nosniff",
    }
    return ExportResponse(made, headers)
