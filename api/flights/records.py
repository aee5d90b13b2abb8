"""The supervision records of flights: announced, and each file received or kept aside.

Source: `api.records`; the receipt names hash, size and what the file was found to be.
Left out: what is later read from a file (`api.readings.records`).
"""

from typing import ClassVar, Literal

from sqlalchemy.orm import Session

from api.records import service as records
from api.records.payloads import Evidence, Payload, Subject
from api.storage.tables import Flight, Footage, Record


class FlightAnnounced(Payload):
    """Somebody says that a flight was flown for a stage of a port call."""

    KIND: ClassVar[str] = "flight.announced"

    flight_id: str
    stage: str
    name: str


class FileReceived(Payload):
    """A file has arrived completely; `reason` tells why it was kept aside, if it was."""

    KIND: ClassVar[str] = "file.received"

    footage_id: str
    flight_id: str
    file_name: str
    sha256: str
    size_bytes: int
    status: Literal["ready", "quarantined"]
    reason: str | None
    kind: str
    captured_at: str | None
    captured_at_source: str | None
    telemetry_dialect: str | None
    telemetry_samples: int | None


def flight_announced(session: Session, flight: Flight, *, actor: str) -> Record:
    """Record that a flight was announced."""
    payload = FlightAnnounced(flight_id=str(flight.id), stage=flight.stage, name=flight.name)
    return records.append(session, payload, subject=Subject.port_call(flight.port_call_id), actor=actor)


def file_received(session: Session, file: Footage, flight: Flight, *, actor: str) -> Record:
    """Record that a file was received or kept aside."""
    telemetry = file.parse_report or {}
    payload = FileReceived.model_validate(
        {
            "footage_id": str(file.id),
            "flight_id": str(flight.id),
            "file_name": file.file_name,
            "sha256": file.object_sha256,
            "size_bytes": file.size_bytes,
            "status": file.status,
            "reason": file.reason,
            "kind": file.kind,
            "captured_at": None if file.captured_at is None else file.captured_at.isoformat(),
            "captured_at_source": file.captured_at_source,
            "telemetry_dialect": telemetry.get("dialect"),
            "telemetry_samples": telemetry.get("samples"),
        }
    )
    return records.append(
        session,
        payload,
        subject=Subject.port_call(flight.port_call_id),
        actor=actor,
        evidence=[Evidence(sha256=file.object_sha256, media_type=file.media_type)],
    )
