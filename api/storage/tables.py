"""Every table of the service, one class each, in one place so that the joins can be seen.

Source: the nouns of the architecture page. Times are UTC, identifiers UUIDv7, files named by their SHA-256.
Left out: queries (`repository.py` of each noun) and what crosses HTTP (`schemas.py` of each noun).
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def utc_now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(tz=UTC)


def new_id() -> UUID:
    """Return a fresh UUIDv7: unique, and sorted by the time it was made."""
    return UUID(bytes=uuid6.uuid7().bytes)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC. A time without zone is refused on its way in, and none comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC.

        Raises:
            ValueError: the time carries no zone.
        """
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time without zone: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored time its zone back, which SQLite does not keep."""
        del dialect
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """Base of all tables: names of constraints are fixed, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class)
        datetime: UtcDateTime(),
        UUID: Uuid(),
        str: Text(),
        date: Date(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


Sha256 = String(64)


class Vessel(Table):
    """A ship as its papers describe it."""

    __tablename__ = "vessels"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    imo: Mapped[str | None] = mapped_column(String(7), index=True)
    length_between_perpendiculars_m: Mapped[float]
    breadth_m: Mapped[float | None]
    lightship_t: Mapped[float | None]
    declared_constant_t: Mapped[float | None]
    summer_draft_m: Mapped[float | None]
    keel_plate_thickness_m: Mapped[float | None]
    marks_forward_of_reference_m: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class HydrostaticTable(Table):
    """One imported hydrostatic table of a vessel; never changed, a better one is a new row.

    `rows` hold displacements and LCF in metres abaft midships; `file_kind` and `file_lcf_reference` say what
    the file had instead.
    """

    __tablename__ = "hydrostatic_tables"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    vessel_id: Mapped[UUID] = mapped_column(ForeignKey("vessels.id"), index=True)
    file_name: Mapped[str]
    object_sha256: Mapped[str] = mapped_column(Sha256)
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    file_kind: Mapped[str]
    file_lcf_reference: Mapped[str]
    draft_basis: Mapped[str]
    density_t_per_m3: Mapped[float]
    rows: Mapped[list[Any]]
    audit: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class PortCall(Table):
    """One stay of a vessel in a port: what was declared, and how its weight is to be computed."""

    __tablename__ = "port_calls"
    __table_args__ = (CheckConstraint("operation IN ('loading', 'discharging')", name="operation"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    vessel_id: Mapped[UUID] = mapped_column(ForeignKey("vessels.id"), index=True)
    hydrostatic_table_id: Mapped[UUID | None] = mapped_column(ForeignKey("hydrostatic_tables.id"))
    port: Mapped[str | None]
    berth: Mapped[str | None]
    voyage: Mapped[str | None]
    cargo: Mapped[str]
    operation: Mapped[str] = mapped_column(String(16))
    declared_weight_t: Mapped[float | None]
    bill_of_lading_t: Mapped[float | None]
    method: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class Milestone(Table):
    """One point on the timeline of a port call."""

    __tablename__ = "milestones"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"), index=True)
    name: Mapped[str] = mapped_column(String(32))
    occurred_at: Mapped[datetime]
    note: Mapped[str | None]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class StageInputs(Table):
    """What was measured aboard for one stage apart from the drafts: densities, tanks, deductibles, marks.

    `inputs` is the validated JSON of `api.portcalls.schemas.StageInputsBody`; `version` counts its changes.
    """

    __tablename__ = "stage_inputs"
    __table_args__ = (
        UniqueConstraint("port_call_id", "stage"),
        CheckConstraint("stage IN ('initial', 'final')", name="stage"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"))
    stage: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    inputs: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)


class Flight(Table):
    """What one take-off of a drone produced for a stage of a port call."""

    __tablename__ = "flights"
    __table_args__ = (CheckConstraint("stage IN ('initial', 'final')", name="stage"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
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


class Job(Table):
    """One piece of work for a worker process, leased while it runs."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status"),
        Index("ix_jobs_status_created_at", "status", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(32))
    port_call_id: Mapped[UUID | None] = mapped_column(ForeignKey("port_calls.id"), index=True)
    subject_id: Mapped[UUID]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(16), default="queued")
    progress: Mapped[float | None]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None]
    not_before: Mapped[datetime] = mapped_column(default=utc_now)
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Worker(Table):
    """A worker process that reported itself; its heartbeat tells whether it is alive."""

    __tablename__ = "workers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    process_id: Mapped[int]
    host: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    heartbeat_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    stopped_at: Mapped[datetime | None]


class Reading(Table):
    """One draft reading asked for, what the reader answered, and what a person decided about it."""

    __tablename__ = "readings"
    __table_args__ = (
        CheckConstraint("stage IN ('initial', 'final')", name="stage"),
        CheckConstraint("mark IN ('forward', 'midship', 'aft')", name="mark"),
        CheckConstraint("side IN ('port', 'starboard')", name="side"),
        CheckConstraint("status IN ('queued', 'running', 'ok', 'refused', 'failed')", name="status"),
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


class Survey(Table):
    """One computed version of the weight of a port call; a later computation is a new version."""

    __tablename__ = "surveys"
    __table_args__ = (UniqueConstraint("port_call_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"))
    version: Mapped[int]
    case: Mapped[dict[str, Any]]
    document: Mapped[dict[str, Any]]
    cargo_t: Mapped[float | None]
    u95_t: Mapped[float | None]
    provisional: Mapped[bool]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    computed_at: Mapped[datetime] = mapped_column(default=utc_now)


class Record(Table):
    """One link of the chain of records. Triggers refuse to change or delete a row."""

    __tablename__ = "records"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(unique=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(64), index=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    port_call_id: Mapped[UUID | None] = mapped_column(index=True)
    occurred_at: Mapped[datetime]
    occurred_at_source: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    payload_version: Mapped[int]
    payload: Mapped[dict[str, Any]]
    evidence: Mapped[list[Any]]
    causes: Mapped[list[Any]]
    previous_sha256: Mapped[str] = mapped_column(Sha256, unique=True)
    sha256: Mapped[str] = mapped_column(Sha256, unique=True)
