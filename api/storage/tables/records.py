"""The chain of records.

Source: the nouns of the architecture page; conventions of `api.storage.tables`.
Left out: queries (`repository.py` of the noun) and shapes on the border (`schemas.py`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, new_id


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
