"""Port calls, what is entered for their stages, and their timeline.

Source: the nouns of the architecture page; conventions of `api.storage.tables`.
Left out: queries (`repository.py` of the noun) and shapes on the border (`schemas.py`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Table, new_id, utc_now
from api.storage.tables.people import DEFAULT_SITE_ID


class PortCall(Table):
    """One stay of a vessel in a port: what was declared, and how its weight is to be computed."""

    __tablename__ = "port_calls"
    __table_args__ = (CheckConstraint("operation IN ('loading', 'discharging')", name="operation"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    vessel_id: Mapped[UUID] = mapped_column(ForeignKey("vessels.id"), index=True)
    site_id: Mapped[UUID] = mapped_column(index=True, default=DEFAULT_SITE_ID)
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
    """One stage that a port call reached. A correction is a new row; the one it replaces ends."""

    __tablename__ = "milestones"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    port_call_id: Mapped[UUID] = mapped_column(ForeignKey("port_calls.id"), index=True)
    name: Mapped[str] = mapped_column(String(32))
    occurred_at: Mapped[datetime]
    note: Mapped[str | None]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    replaces_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
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
