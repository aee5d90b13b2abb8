"""Shows one file of footage and gives out its bytes.

Source: `api.footage.repository`, `api.footage.serving`.
Left out: changing anything; footage is what it was when it arrived.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import ConflictError, DamagedObjectError, NotFoundError
from api.footage import repository
from api.footage.schemas import FootageView, footage_view
from api.footage.serving import StoredFileResponse, file_response
from api.retention.service import refuse_deleted
from api.storage.objects import ObjectStore


def read_footage(session: Session, footage_id: UUID) -> FootageView:
    """Show one file.

    Raises:
        NotFoundError: there is none by that id.
    """
    return footage_view(repository.footage_by_id(session, footage_id))


def footage_content(session: Session, objects: ObjectStore, footage_id: UUID) -> StoredFileResponse:
    """Give out the bytes as they arrived.

    Raises:
        NotFoundError: there is no such file.
        ConflictError: the file is in quarantine.
        ObjectDeletedError: it was deleted by the rules of retention.
        DamagedObjectError: the store has lost it.
    """
    footage = repository.footage_by_id(session, footage_id)
    if footage.status != "ready":
        raise ConflictError(f"The file is kept in quarantine and not given out: {footage.reason}")
    return _response(
        session,
        objects,
        sha256=footage.object_sha256,
        file_name=footage.file_name,
        media_type=footage.media_type,
    )


def footage_thumbnail(session: Session, objects: ObjectStore, footage_id: UUID) -> StoredFileResponse:
    """Give out the small picture of a video or still.

    Raises:
        NotFoundError: there is no such file, or it has no picture.
        ObjectDeletedError: it was deleted by the rules of retention.
        DamagedObjectError: the store has lost it.
    """
    footage = repository.footage_by_id(session, footage_id)
    if footage.thumbnail_sha256 is None:
        raise NotFoundError(f"Footage {footage_id} has no thumbnail.")
    return _response(
        session,
        objects,
        sha256=footage.thumbnail_sha256,
        file_name=f"{footage.file_name}.jpg",
        media_type="image/jpeg",
    )


def _response(
    session: Session, objects: ObjectStore, *, sha256: str, file_name: str, media_type: str
) -> StoredFileResponse:
    try:
        return file_response(objects, sha256=sha256, file_name=file_name, media_type=media_type)
    except DamagedObjectError:
        refuse_deleted(session, sha256)
        raise
