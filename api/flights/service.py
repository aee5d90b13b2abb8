"""Announces flights, takes their files in and shows them with their track.

Source: the house's rules for receiving a flight: any order, same bytes one object, nothing half-written.
Left out: the streaming itself (`api.flights.receiving`) and what a file is (`api.footage.inspection`).
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from api.auth.principals import person_id_now
from api.errors import ChecksumMismatchError, IncompleteUploadError, NotReadyError, QuarantinedFileError
from api.flights import intake, repository
from api.flights.receiving import Upload, look_into, receive_body
from api.flights.records import flight_announced
from api.flights.schemas import FlightBody, FlightPage, FlightView, InterruptedUploadView, UploadReceipt
from api.footage.inspection import Inspection
from api.footage.schemas import FootageView, footage_view
from api.pages import Window, by_creation
from api.portcalls.references import referenced_port_call
from api.routing import Resources
from api.storage.database import Database
from api.storage.objects import IncomingObject
from api.storage.tables import Flight, Footage, InterruptedUpload, new_id


def announce_flight(session: Session, body: FlightBody, *, actor: str) -> FlightView:
    """Write a flight down before its files come.

    Raises:
        InvalidRequestError: there is no such port call.
    """
    referenced_port_call(session, body.port_call_id)
    flight = Flight(id=new_id(), port_call_id=body.port_call_id, stage=body.stage, name=body.name)
    flight.announced_by = person_id_now()
    session.add(flight)
    session.flush()
    flight_announced(session, flight, actor=actor)
    return flight_views(session, [flight])[0]


def read_flight(session: Session, flight_id: UUID) -> FlightView:
    """Show one flight.

    Raises:
        NotFoundError: there is none by that id.
    """
    return flight_views(session, [repository.flight_by_id(session, flight_id)])[0]


def list_flights(session: Session, *, port_call_id: UUID | None, window: Window) -> FlightPage:
    """Show flights in the order they were announced."""
    found = repository.flights_of(session, port_call_id=port_call_id, window=window)
    rows, following = window.cut(found, by_creation)
    return FlightPage(items=flight_views(session, rows), next_cursor=following)


def flight_track(session: Session, flight_id: UUID) -> dict[str, Any]:
    """Join the tracks of a flight's files into one GeoJSON document.

    Raises:
        NotFoundError: there is no such flight.
        NotReadyError: no file of the flight holds positions.
    """
    repository.flight_by_id(session, flight_id)
    files = repository.files_with_track(session, flight_id)
    if not files:
        raise NotReadyError(
            "No file of this flight holds positions yet. Accepted: a DJI .SRT with a position fix."
        )
    return {
        "type": "FeatureCollection",
        "features": [feature for file in files for feature in _features(file)],
    }


async def receive_file(resources: Resources, upload: Upload, chunks: AsyncIterator[bytes]) -> UploadReceipt:
    """Take one file in: streamed to the disk, hashed, looked into, then stored or kept aside.

    Raises:
        NotFoundError: there is no such flight.
        IncompleteUploadError: the connection ended early; nothing is kept but the number of bytes that came.
        ChecksumMismatchError: the bytes are not those that were announced; they are kept aside.
        QuarantinedFileError: the bytes are nothing we read; they are kept aside.
        StorageFullError: they do not fit; nothing is kept.
    """
    database, objects = resources.database, resources.objects
    await run_sync(_require_flight, database, upload.flight_id)
    origin = intake.origin_of(upload)
    with objects.receive(expected_bytes=upload.announced.size_bytes, origin=origin) as incoming:
        try:
            await receive_body(incoming, chunks, upload.announced)
        except IncompleteUploadError as error:
            await run_sync(intake.note_interruption, database, upload, error)
            raise
        known = await run_sync(intake.known_file, database, upload, incoming.sha256)
        if known is not None:
            return known
        inspection = await _judge(incoming, upload, limit_s=resources.settings.probe_timeout_s)
        receipt = await run_sync(intake.keep, database, objects, incoming, upload, inspection)
    _refuse_if_kept_aside(receipt.file, upload)
    return receipt


def flight_views(session: Session, flights: Sequence[Flight]) -> list[FlightView]:
    """Show several flights with their files, in three queries however many there are."""
    session.flush()
    identifiers = [flight.id for flight in flights]
    files = repository.files_of(session, identifiers)
    uploads = repository.interrupted_uploads_of(session, identifiers)
    with_track = repository.has_track(session, identifiers)
    return [
        _view(flight, files[flight.id], uploads[flight.id], flight.id in with_track) for flight in flights
    ]


def _view(
    flight: Flight,
    files: Sequence[Footage],
    uploads: Sequence[InterruptedUpload],
    has_track: bool,  # noqa: FBT001 - one fact of four about a flight, never given as a literal
) -> FlightView:
    return FlightView.model_validate(
        {
            "id": flight.id,
            "port_call_id": flight.port_call_id,
            "stage": flight.stage,
            "name": flight.name,
            "created_at": flight.created_at,
            "files": [footage_view(file) for file in files],
            "interrupted_uploads": [InterruptedUploadView.model_validate(upload) for upload in uploads],
            "track_url": f"/api/v1/flights/{flight.id}/track" if has_track else None,
        }
    )


def _features(file: Footage) -> list[dict[str, Any]]:
    origin = {"footage_id": str(file.id), "file_name": file.file_name}
    features = (file.track or {}).get("features", [])
    return [feature | {"properties": (feature.get("properties") or {}) | origin} for feature in features]


def _require_flight(database: Database, flight_id: UUID) -> None:
    with database.reading() as session:
        repository.flight_by_id(session, flight_id)


async def _judge(incoming: IncomingObject, upload: Upload, *, limit_s: float) -> Inspection:
    """Look into bytes that are the announced ones; others are not worth opening."""
    if upload.announces_other_than(incoming.sha256):
        reason = f"{upload.file_name}: announced SHA-256 {upload.announced.sha256}, received another"
        return Inspection(kind=None, refusal=reason)
    return await look_into(incoming, file_name=upload.file_name, limit_s=limit_s)


def _refuse_if_kept_aside(file: FootageView, upload: Upload) -> None:
    if upload.announces_other_than(file.sha256):
        raise ChecksumMismatchError(
            announced_sha256=str(upload.announced.sha256), received_sha256=file.sha256
        )
    if file.status == "quarantined":
        raise QuarantinedFileError(str(file.reason), sha256=file.sha256, size_bytes=file.size_bytes)
