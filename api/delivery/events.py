"""What a receiver gets: one record as an event, the same bytes in every attempt.

Source: Standard Webhooks specification, "Payload structure" (type, timestamp, data).
Left out: thin events; a record is small and its receiver may have no way back to this service.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.records.schemas import RecordView
from api.storage.tables import Record, utc_now

PING_TYPE = "delivery.ping"
MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One message. `id` is the record's, so that a receiver can tell what it already has."""

    id: UUID
    type: str
    sequence: int | None
    site: str | None
    port_call_id: UUID | None
    subject_id: UUID | None
    body: bytes


def event_of(record: Record, *, site: str | None) -> Event:
    """Make an event of a record."""
    data = RecordView.model_validate(record).model_dump(mode="json")
    return Event(
        id=record.id,
        type=record.kind,
        sequence=record.sequence,
        site=site,
        port_call_id=record.port_call_id,
        subject_id=record.subject_id,
        body=_body(record.kind, data["recorded_at"], data),
    )


def ping_event(ping_id: UUID, *, subscription_id: UUID) -> Event:
    """Make an event that shows that the way is open and tells nothing else."""
    data = {"subscription_id": str(subscription_id)}
    return Event(
        id=ping_id,
        type=PING_TYPE,
        sequence=None,
        site=None,
        port_call_id=None,
        subject_id=subscription_id,
        body=_body(PING_TYPE, _with_z(utc_now()), data),
    )


def _body(kind: str, timestamp: str, data: dict[str, Any]) -> bytes:
    document = {"type": kind, "timestamp": timestamp, "data": data}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _with_z(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
