"""Flights and the files they brought.

Source: the nouns of the architecture page; conventions of `api.storage.tables`.
Left out: queries (`repository.py` of the noun) and shapes on the border (`schemas.py`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, new_id, utc_now


class Flight(Table):
    """What one take-off of a drone produced for a stage of a port call."""

    __tablename__ = "flights"
    __table_args__ = (CheckConstraint("stage IN ('initial', 'final')", name="stage"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    announced_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Footage(Table):
    """One file of a flight: video, still or telemetry. The bytes are in the object store or in quarantine."""

    __tablename__ = "footage"
    __table_args__ = (
        UniqueConstraint("flight_id", "file_name", "object_sha256"),
        CheckConstraint("kind IN ('video', 'still', 'telemetry', 'other')", name="kind"),
        CheckConstraint("status IN ('received', 'ready', 'quarantined')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    flight_id: Mapped[UUID] = mapped_column(ForeignKey("flights.id"), index=True)
    file_name: Mapped[str]
    object_sha256: Mapped[str] = mapped_column(Sha256, index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default="received")
    reason: Mapped[str | None]
    paired_footage_id: Mapped[UUID | None] = mapped_column(ForeignKey("footage.id"))
    duration_s: Mapped[float | None]
    width_px: Mapped[int | None]
    height_px: Mapped[int | None]
    frame_rate_hz: Mapped[float | None]
    codec: Mapped[str | None]
    captured_at: Mapped[datetime | None]
    captured_at_source: Mapped[str | None]
    thumbnail_sha256: Mapped[str | None] = mapped_column(Sha256)
    # A track may have ten thousand points: lists of files must not drag it along.
    track: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    parse_report: Mapped[dict[str, Any] | None]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    received_at: Mapped[datetime] = mapped_column(default=utc_now)


class InterruptedUpload(Table):
    """An upload whose connection ended early: how much had come, so that its sender can be told."""

    __tablename__ = "interrupted_uploads"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    flight_id: Mapped[UUID] = mapped_column(ForeignKey("flights.id"), index=True)
    file_name: Mapped[str]
    received_bytes: Mapped[int]
    expected_bytes: Mapped[int]
    occurred_at: Mapped[datetime] = mapped_column(default=utc_now)
