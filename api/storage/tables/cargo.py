"""Everything stated about the cargo of a port call: parties, lots, papers, findings, seals, scales, transfers, stores.

Source: supervision of imported grain and ore from declaration to release (进境粮食全流程监管).
Left out: queries (`api.cargo.repository`) and shapes on the border (`api.cargo.schemas`).

A row is never changed in what it says: a correction is a new row that names the one it replaces, which ends.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, new_id, utc_now


class CargoFact(Table):
    """What every statement about the cargo has: its port call, its record, and how it ended, if it did.

    `ended_at` and `end_record_id` are set once, by the correction or withdrawal that ends it.
    """

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"), index=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    replaces_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    end_record_id: Mapped[UUID | None] = mapped_column(ForeignKey("records.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Party(CargoFact):
    """Who takes part in a port call, and as what."""

    __tablename__ = "parties"

    role: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]
    name_en: Mapped[str | None]
    registration_number: Mapped[str | None]
    contact: Mapped[str | None]


class CargoLot(CargoFact):
    """One parcel of the cargo as its papers describe it."""

    __tablename__ = "cargo_lots"

    category: Mapped[str] = mapped_column(String(16))
    name_zh: Mapped[str]
    name_en: Mapped[str | None]
    hs_code: Mapped[str | None] = mapped_column(String(10))
    origin_country: Mapped[str | None] = mapped_column(String(2))
    declared_weight_t: Mapped[float | None]
    bill_of_lading_numbers: Mapped[list[Any]]
    holds: Mapped[list[Any]]


class CargoDocument(CargoFact):
    """A paper that goes with the cargo; its file, where there is one, is in the object store."""

    __tablename__ = "cargo_documents"

    kind: Mapped[str] = mapped_column(String(32))
    number: Mapped[str]
    issuer: Mapped[str]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    note: Mapped[str | None]
    file_name: Mapped[str | None]
    object_sha256: Mapped[str | None] = mapped_column(Sha256, index=True)
    media_type: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)


class LabFinding(CargoFact):
    """What a laboratory found in one sample for one analyte; `verdict` is open until it says so."""

    __tablename__ = "lab_findings"
    __table_args__ = (CheckConstraint("verdict IN ('open', 'passed', 'failed')", name="verdict"),)

    sample_number: Mapped[str]
    hold: Mapped[str | None]
    category: Mapped[str] = mapped_column(String(32))
    analyte: Mapped[str]
    detected: Mapped[bool | None]
    value: Mapped[float | None]
    unit: Mapped[str | None]
    standard_uncertainty: Mapped[float | None]
    lower_limit: Mapped[float | None]
    upper_limit: Mapped[float | None]
    verdict: Mapped[str] = mapped_column(String(16))
    method: Mapped[str | None]
    laboratory: Mapped[str]
    sampled_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    note: Mapped[str | None]


class CargoSeal(CargoFact):
    """A seal, where it sits and how it was found."""

    __tablename__ = "cargo_seals"

    number: Mapped[str]
    place: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    seen_at: Mapped[datetime]
    seen_by: Mapped[str]
    note: Mapped[str | None]


class CargoScale(CargoFact):
    """A scale that weighs this cargo, and what is doubted of every net load it gives."""

    __tablename__ = "cargo_scales"

    number: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    certificate_number: Mapped[str | None]
    certificate_expires_on: Mapped[date | None]
    random_standard_uncertainty_t: Mapped[float]
    systematic_standard_uncertainty_t: Mapped[float]
    systematic_standard_uncertainty_permille: Mapped[float]


class StorageReceipt(CargoFact):
    """What a store, silo or yard has taken in."""

    __tablename__ = "storage_receipts"

    place: Mapped[str]
    keeper: Mapped[str | None]
    receipt_number: Mapped[str | None]
    stored_at: Mapped[datetime]
    weight_t: Mapped[float | None]
    standard_uncertainty_t: Mapped[float | None]
    scale_number: Mapped[str | None]
    method: Mapped[str | None]


class Transfer(CargoFact):
    """One load that went on: a truck, a wagon, a lighter, or the total of a belt. What nobody weighed is null."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("mode IN ('truck', 'rail', 'belt', 'barge')", name="mode"),
        Index("ix_transfers_port_call_id_mode_weighed_at", "port_call_id", "mode", "weighed_at"),
        # The same ticket never counts twice, whoever enters it and however often.
        Index(
            "uq_transfers_current_identity",
            "port_call_id",
            "mode",
            "identity",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    mode: Mapped[str] = mapped_column(String(8))
    identity: Mapped[str]
    ticket_number: Mapped[str | None]
    vehicle: Mapped[str | None]
    weighed_at: Mapped[datetime]
    gross_t: Mapped[float | None]
    tare_t: Mapped[float | None]
    net_t: Mapped[float | None]
    declared_load_t: Mapped[float | None]
    scale_number: Mapped[str | None]
    standard_uncertainty_t: Mapped[float | None]
    destination: Mapped[str | None]
    document_number: Mapped[str | None]


class TransferBatch(Table):
    """One file or request of transfers, kept as it came; its rows name its record."""

    __tablename__ = "transfer_batches"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"), index=True)
    object_sha256: Mapped[str] = mapped_column(Sha256)
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int]
    added_count: Mapped[int]
    known_count: Mapped[int]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
