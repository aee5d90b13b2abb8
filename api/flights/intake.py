"""Writes down what became of an upload (received, kept aside, cut off) in one transaction with its record.

Source: the house's rule that a receipt is the first supervision record of a file.
Left out: the bytes (`api.flights.receiving`); here they are already stored or gone.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import IncompleteUploadError, NotFoundError
from api.flights import repository
from api.flights.receiving import AnnouncedUpload, Upload
from api.flights.records import file_received
from api.flights.schemas import UploadReceipt
from api.footage.inspection import Inspection
from api.footage.schemas import footage_view
from api.storage.database import Database
from api.storage.objects import AbandonedPart, IncomingObject, ObjectStore
from api.storage.tables import Footage, InterruptedUpload, new_id, utc_now


def known_file(database: Database, upload: Upload, sha256: str) -> UploadReceipt | None:
    """Say so if the flight already has these bytes under this name and understood them."""
    with database.writing() as session:
        return _receipt_of_known(session, upload, sha256)


def keep(
    database: Database, objects: ObjectStore, incoming: IncomingObject, upload: Upload, inspection: Inspection
) -> UploadReceipt:
    """Store the bytes, or keep them aside when they are refused, and write the file down with its record.

    Of several that bring the same bytes under the same name at once, the first is written down.
    """
    stored = incoming.store() if inspection.refusal is None else incoming.quarantine(inspection.refusal)
    thumbnail = None if inspection.thumbnail_jpeg is None else objects.put(inspection.thumbnail_jpeg)
    with database.writing() as session:
        if inspection.refusal is None:
            known = _receipt_of_known(session, upload, stored.sha256)
            if known is not None:
                return known
        flight = repository.flight_by_id(session, upload.flight_id)
        repository.forget_interrupted_uploads(session, flight_id=flight.id, file_name=upload.file_name)
        file = _same_file(session, upload, stored.sha256) or Footage(
            id=new_id(), flight_id=flight.id, file_name=upload.file_name, object_sha256=stored.sha256
        )
        file.size_bytes = stored.size_bytes
        file.thumbnail_sha256 = None if thumbnail is None else thumbnail.sha256
        _describe(file, inspection)
        file.record_id = file_received(session, file, flight, actor=upload.actor).id
        session.add(file)
        session.flush()
        _pair(session, file)
        session.flush()
        return UploadReceipt(file=footage_view(file), received_bytes=file.size_bytes, already_stored=False)


def note_interruption(database: Database, upload: Upload, cut: IncompleteUploadError) -> None:
    """Remember how much of a file had come, since its sender can no longer be answered."""
    with database.writing() as session:
        repository.flight_by_id(session, upload.flight_id)
        repository.forget_interrupted_uploads(session, flight_id=upload.flight_id, file_name=upload.file_name)
        session.add(
            InterruptedUpload(
                flight_id=upload.flight_id,
                file_name=upload.file_name,
                received_bytes=cut.received_bytes,
                expected_bytes=cut.expected_bytes,
            )
        )


def note_abandoned(database: Database, parts: Sequence[AbandonedPart]) -> None:
    """Remember the uploads that ended because this service did."""
    for part in parts:
        origin = part.origin
        upload = Upload(
            flight_id=UUID(origin["flight_id"]),
            file_name=origin["file_name"],
            announced=AnnouncedUpload(size_bytes=origin["expected_bytes"], sha256=None),
            actor=origin["actor"],
        )
        expected_bytes = upload.announced.size_bytes
        cut = IncompleteUploadError(received_bytes=part.received_bytes, expected_bytes=expected_bytes)
        # A database that was restored from a copy may not know the flight.
        with suppress(NotFoundError):
            note_interruption(database, upload, cut)


def origin_of(upload: Upload) -> dict[str, Any]:
    """Say what `note_abandoned` needs to know of an upload."""
    return {
        "flight_id": str(upload.flight_id),
        "file_name": upload.file_name,
        "expected_bytes": upload.announced.size_bytes,
        "actor": upload.actor,
    }


def _receipt_of_known(session: Session, upload: Upload, sha256: str) -> UploadReceipt | None:
    file = _same_file(session, upload, sha256)
    if file is None or file.status != "ready" or upload.announces_other_than(sha256):
        return None
    repository.forget_interrupted_uploads(session, flight_id=upload.flight_id, file_name=upload.file_name)
    return UploadReceipt(file=footage_view(file), received_bytes=file.size_bytes, already_stored=True)


def _same_file(session: Session, upload: Upload, sha256: str) -> Footage | None:
    return repository.same_file(
        session, flight_id=upload.flight_id, file_name=upload.file_name, sha256=sha256
    )


def _describe(file: Footage, inspection: Inspection) -> None:
    telemetry = inspection.telemetry
    file.media_type = inspection.media_type
    file.kind = "other" if inspection.kind is None else inspection.kind.value
    file.status = "ready" if inspection.refusal is None else "quarantined"
    file.reason = inspection.refusal
    file.duration_s, file.width_px, file.height_px = (
        inspection.duration_s,
        inspection.width_px,
        inspection.height_px,
    )
    file.frame_rate_hz, file.codec = inspection.frame_rate_hz, inspection.codec
    file.captured_at, file.captured_at_source = _captured_at(inspection)
    file.parse_report = None if telemetry is None else dict(telemetry)
    file.track = inspection.track
    file.received_at = utc_now()


def _captured_at(inspection: Inspection) -> tuple[datetime | None, str | None]:
    """The moment of capture where the file tells it in UTC; a local time of unknown zone is no moment."""
    if inspection.created_at is None:
        return None, None
    try:
        moment = datetime.fromisoformat(inspection.created_at)
    except ValueError:
        return None, None
    if moment.tzinfo is None:
        return None, None
    return moment.astimezone(UTC), "container creation time"


def _pair(session: Session, file: Footage) -> None:
    other = repository.counterpart(session, file) if file.status == "ready" else None
    if other is not None:
        file.paired_footage_id, other.paired_footage_id = other.id, file.id
