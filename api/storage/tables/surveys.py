"""Computed weights.

Source: the nouns of the architecture page; conventions of `api.storage.tables`.
Left out: queries (`repository.py` of the noun) and shapes on the border (`schemas.py`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Table, new_id, utc_now


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
    computed_by: Mapped[UUID | None]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    computed_at: Mapped[datetime] = mapped_column(default=utc_now)
