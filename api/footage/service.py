"""Shows one file of footage and gives out its bytes.

Source: `api.footage.repository`, `api.footage.serving`.
Left out: changing anything; footage is what it was when it arrived.
"""

from uuid import UUID

from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from api.errors import ConflictError, NotFoundError
from api.footage import repository
from api.footage.schemas import FootageView, footage_view
from api.footage.serving import file_response
from api.storage.objects import ObjectStore


def read_footage(session: Session, footage_id: UUID) -> FootageView:
    """Show one file.

    Raises:
        NotFoundError: there is none by that id.
    """
    return footage_view(repository.footage_by_id(session, footage_id))


def footage_content(session: Session, objects: ObjectStore, footage_id: UUID) -> FileResponse:
    """Give out the bytes as they arrived.

    Raises:
        NotFoundError: there is no such file.
        ConflictError: the file is in quarantine.
        DamagedObjectError: the store has lost it.
    """
    footage = repository.footage_by_id(session, footage_id)
    if footage.status != "ready":
        raise ConflictError(f"The file is kept in quarantine and not given out: {footage.reason}")
    return file_response(
        objects, sha256=footage.object_sha256, file_name=footage.file_name, media_type=footage.media_type
    )


def footage_thumbnail(session: Session, objects: ObjectStore, footage_id: UUID) -> FileResponse:
    """Give out the small picture of a video or still.

    Raises:
        NotFoundError: there is no such file, or it has no picture.
        DamagedObjectError: the store has lost it.
    """
    footage = repository.footage_by_id(session, footage_id)
    if footage.thumbnail_sha256 is None:
        raise NotFoundError(f"Footage {footage_id} has no thumbnail.")
    return file_response(
        objects,
        sha256=footage.thumbnail_sha256,
        file_name=f"{footage.file_name}.jpg",
        media_type="image/jpeg",
    )
