"""Keeps the file of a paper: what it is is told by its first bytes, and it is served as that.

Source: the signatures of PDF (ISO 32000), JPEG, PNG and TIFF.
Left out: looking into the file; it is evidence and stays as it came.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from api.cargo.kinds import DOCUMENT
from api.cargo.records import DocumentFiled
from api.cargo.schemas import DocumentView
from api.cargo.service import require_fact
from api.errors import ConflictError, NotFoundError, UnsupportedMediaError
from api.footage.serving import StoredFileResponse, file_response
from api.records.payloads import Evidence, Subject
from api.records.service import append
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import CargoDocument

SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


def media_type_of(content: bytes) -> str:
    """Tell what a file is by its first bytes.

    >>> media_type_of(b"%PDF-1.7 ...")
    'application/pdf'

    Raises:
        UnsupportedMediaError: it is nothing that a paper is scanned to.
    """
    for signature, media_type in SIGNATURES:
        if content.startswith(signature):
            return media_type
    raise UnsupportedMediaError("another kind of file", accepted=["PDF", "JPEG", "PNG", "TIFF"])


def file_document(
    database: Database,
    objects: ObjectStore,
    port_call_id: UUID,
    document_id: UUID,
    content: bytes,
    file_name: str,
    *,
    actor: str,
) -> DocumentView:
    """Keep the file of a paper. The same file again changes nothing; another one needs a correction.

    Raises:
        NotFoundError: the port call has no such paper.
        UnsupportedMediaError: the file is of another kind than is taken.
        ConflictError: the paper has another file, or no longer counts.
        StorageFullError: no room is left.
    """
    media_type = media_type_of(content)
    with database.reading() as session:
        require_fact(session, DOCUMENT, port_call_id, document_id)
    stored = objects.put(content)
    with database.writing() as session:
        row = _require_document(session, port_call_id, document_id)
        if row.object_sha256 == stored.sha256:
            return DOCUMENT.view_of(row)
        if row.object_sha256 is not None or row.ended_at is not None:
            raise ConflictError(
                "The paper has another file or no longer counts. Accepted: a file for a paper without one."
            )
        row.file_name, row.media_type = file_name, media_type
        row.object_sha256, row.size_bytes = stored.sha256, stored.size_bytes
        append(
            session,
            DocumentFiled(
                fact_id=row.id, file_name=file_name, sha256=stored.sha256, size_bytes=stored.size_bytes
            ),
            subject=Subject.port_call(port_call_id),
            actor=actor,
            evidence=[Evidence(sha256=stored.sha256, media_type=media_type)],
            causes=[row.record_id],
        )
        session.flush()
        return DOCUMENT.view_of(row)


def document_file(
    session: Session, objects: ObjectStore, port_call_id: UUID, document_id: UUID
) -> StoredFileResponse:
    """Give out the file of a paper.

    Raises:
        NotFoundError: the port call has no such paper, or the paper no file.
        DamagedObjectError: the store has lost it.
    """
    row = _require_document(session, port_call_id, document_id)
    if row.object_sha256 is None or row.media_type is None or row.file_name is None:
        raise NotFoundError(f"Document {document_id} has no file.")
    return file_response(
        objects, sha256=row.object_sha256, file_name=row.file_name, media_type=row.media_type
    )


def _require_document(session: Session, port_call_id: UUID, document_id: UUID) -> CargoDocument:
    row = require_fact(session, DOCUMENT, port_call_id, document_id)
    if not isinstance(row, CargoDocument):
        raise NotFoundError.of("document", document_id)
    return row
