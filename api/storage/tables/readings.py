"""Draft readings and the files that show them.

Source: the nouns of the architecture page; conventions of `api.storage.tables`.
Left out: queries (`repository.py` of the noun) and shapes on the border (`schemas.py`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, new_id, utc_now


class Reading(Table):
    """One draft reading asked for, what the reader answered, and what a person decided about it."""

    __tablename__ = "readings"
    __table_args__ = (
        CheckConstraint("stage IN ('initial', 'final')", name="stage"),
        CheckConstraint("mark IN ('forward', 'midship', 'aft')", name="mark"),
        CheckConstraint("side IN ('port', 'starboard')", name="side"),
        CheckConstraint(
            "status IN ('queued', 'running', 'ok', 'refused', 'failed', 'cancelled')", name="status"
        ),
        CheckConstraint("decision IN ('accepted', 'rejected', 'corrected')", name="decision"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"), index=True)
    footage_id: Mapped[UUID | None] = mapped_column(ForeignKey("footage.id"), index=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id"))
    stage: Mapped[str] = mapped_column(String(16))
    mark: Mapped[str] = mapped_column(String(16))
    side: Mapped[str] = mapped_column(String(16))
    expected_low_m: Mapped[float | None]
    expected_high_m: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(16), default="queued")
    reason: Mapped[str | None]
    draft_m: Mapped[float | None]
    standard_uncertainty_m: Mapped[float | None]
    u95_m: Mapped[float | None]
    result: Mapped[dict[str, Any] | None]
    decision: Mapped[str | None] = mapped_column(String(16))
    decision_reason: Mapped[str | None]
    decided_draft_m: Mapped[float | None]
    decided_standard_uncertainty_m: Mapped[float | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    record_id: Mapped[UUID | None] = mapped_column(ForeignKey("records.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    finished_at: Mapped[datetime | None]


class EvidenceFile(Table):
    """A picture or clip that shows why a reading is what it is."""

    __tablename__ = "evidence_files"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reading_id: Mapped[UUID] = mapped_column(ForeignKey("readings.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    file_name: Mapped[str]
    object_sha256: Mapped[str] = mapped_column(Sha256)
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    time_s: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
