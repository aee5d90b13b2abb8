"""What lies in the file store, what holds it there, and what was deleted from it.

Source: `api.retention`; conventions of `api.storage.tables`.
Left out: the bytes themselves (`api.storage.objects`), which are the truth of which this is the catalogue.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, new_id, utc_now


class StoredFile(Table):
    """One file that a stocktaking found: its class, and when its bytes were last compared with its name."""

    __tablename__ = "stored_files"
    __table_args__ = (CheckConstraint("area IN ('objects', 'quarantine')", name="area"),)

    area: Mapped[str] = mapped_column(String(16), primary_key=True)
    sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    retention_class: Mapped[str] = mapped_column(String(32), index=True)
    stored_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    checked_at: Mapped[datetime | None] = mapped_column(index=True)
    damage: Mapped[str | None]


class EvidenceHold(Table):
    """A record names this file as evidence: the first such record, by its place in the chain."""

    __tablename__ = "evidence_holds"

    sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    sequence: Mapped[int]


class FileDeletion(Table):
    """One decision to delete a file, with its record; `outcome` is empty until the bytes are gone."""

    __tablename__ = "file_deletions"
    __table_args__ = (
        CheckConstraint("area IN ('objects', 'quarantine')", name="area"),
        CheckConstraint("outcome IN ('removed', 'stored_again')", name="outcome"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    area: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(Sha256, index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(default=utc_now)
    outcome: Mapped[str | None] = mapped_column(String(16), index=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))


class StorageNote(Table):
    """What the upkeep of the store has to remember from one run to the next, by name."""

    __tablename__ = "storage_notes"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    note: Mapped[dict[str, Any]]
