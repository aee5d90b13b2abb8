"""Routes of flights: announce one, send its files, see its track.

Source: `api.flights.service`; GeoJSON by RFC 7946.
Left out: resumable uploads (tus), which come with the uploader of the pages.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response, status
from fastapi.responses import JSONResponse
from pydantic import AfterValidator

from api.auth.access import requires
from api.auth.permissions import Permission
from api.errors import (
    ChecksumMismatchError,
    IncompleteUploadError,
    LengthRequiredError,
    NotFoundError,
    NotReadyError,
    PayloadTooLargeError,
    QuarantinedFileError,
    StorageFullError,
    UnsupportedMediaError,
)
from api.flights import service
from api.flights.receiving import AnnouncedUpload, Upload
from api.flights.schemas import FlightBody, FlightPage, FlightView, UploadReceipt
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import UsesWindow
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase, resources_of
from api.schemas import Name

router = NounRouter(prefix="/flights", tags=["flights"])
READS = [requires(Permission.FLIGHTS_READ)]
WRITES = [requires(Permission.FLIGHTS_UPLOAD)]

# The application's own limit is for JSON: here `max_upload_bytes` is checked before a byte is read.
UNLIMITED_BYTES = 2**62
UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the file, nothing around them, with Content-Length.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
UPLOAD_ERRORS = responses(
    NotFoundError,
    LengthRequiredError,
    PayloadTooLargeError,
    UnsupportedMediaError,
    IncompleteUploadError,
    ChecksumMismatchError,
    QuarantinedFileError,
    StorageFullError,
) | {status.HTTP_200_OK: {"model": UploadReceipt, "description": "The flight has this file already."}}


class GeoJsonResponse(JSONResponse):
    """JSON that says it is GeoJSON."""

    media_type = "application/geo+json"


def _without_folders(name: str) -> str:
    if "/" in name or "\\" in name or name in {".", ".."}:
        raise ValueError("is a path; accepted: the name of a file alone")
    # What stood here was not UTF-8, and two names that differ would become the same.
    if "\N{REPLACEMENT CHARACTER}" in name:
        raise ValueError("is not UTF-8; accepted: letters of any script, percent-encoded as UTF-8")
    return name


FileName = Annotated[Name, AfterValidator(_without_folders), Path(examples=["DJI_0001.MP4"])]


@router.post("", status_code=status.HTTP_201_CREATED, responses=responses(*KEY_ERRORS), dependencies=WRITES)
@once()
def announce_flight(body: FlightBody, database: UsesDatabase, actor: Actor, response: Response) -> FlightView:
    """Announce a flight; its files follow."""
    with database.writing() as session:
        view = service.announce_flight(session, body, actor=actor)
    response.headers["location"] = f"/api/v1/flights/{view.id}"
    return view


@router.get("", responses=responses(), dependencies=READS)
def list_flights(database: UsesDatabase, window: UsesWindow, port_call_id: UUID | None = None) -> FlightPage:
    """List flights in the order they were announced."""
    with database.reading() as session:
        return service.list_flights(session, port_call_id=port_call_id, window=window)


@router.get("/{flight_id}", responses=responses(NotFoundError), dependencies=READS)
def read_flight(flight_id: UUID, database: UsesDatabase) -> FlightView:
    """Show one flight with its files, and uploads that broke off."""
    with database.reading() as session:
        return service.read_flight(session, flight_id)


@router.put(
    "/{flight_id}/files/{file_name}",
    status_code=status.HTTP_201_CREATED,
    max_body_size=UNLIMITED_BYTES,
    openapi_extra=UPLOAD_BODY,
    responses=UPLOAD_ERRORS,
    dependencies=WRITES,
)
async def receive_file(
    flight_id: UUID, file_name: FileName, request: Request, response: Response, actor: Actor
) -> UploadReceipt:
    """Send one file; a hash in X-Content-SHA256 or Content-Digest (RFC 9530) is compared with ours."""
    resources = resources_of(request)
    announced = AnnouncedUpload.from_headers(request.headers, limit_bytes=resources.settings.max_upload_bytes)
    upload = Upload(flight_id=flight_id, file_name=file_name, announced=announced, actor=actor)
    receipt = await service.receive_file(resources, upload, request.stream())
    response.status_code = status.HTTP_200_OK if receipt.already_stored else status.HTTP_201_CREATED
    return receipt


@router.get(
    "/{flight_id}/track",
    response_class=GeoJsonResponse,
    responses=responses(NotFoundError, NotReadyError),
    dependencies=READS,
)
def read_track(flight_id: UUID, database: UsesDatabase) -> GeoJsonResponse:
    """Give the flown track as GeoJSON (RFC 7946): longitude, latitude in WGS 84."""
    with database.reading() as session:
        track: dict[str, Any] = service.flight_track(session, flight_id)
    return GeoJsonResponse(track)
