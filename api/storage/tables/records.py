"""The chain of records.

Source: the nouns of the architecture page; conventions of `api.storage.tables`; RFC 8785 (canonical JSON).
Left out: queries (`repository.py` of the noun) and shapes on the border (`schemas.py`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import JSON, Dialect, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, new_id


class CanonicalJson(TypeDecorator[Any]):
    """JSON that is kept as its canonical text, so that the text can be hashed as it stands in the database."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        """Write the canonical text; both databases keep it byte for byte."""
        del dialect
        return lambda value: None if value is None else rfc8785.dumps(value).decode()


class Record(Table):
    """One link of the chain of records. Triggers refuse to change or delete a row.

    `content_sha256` covers the columns above it; `sha256` is the link: the one before together with it.
    """

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
    payload: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    evidence: Mapped[list[Any]] = mapped_column(CanonicalJson)
    causes: Mapped[list[Any]] = mapped_column(CanonicalJson)
    content_sha256: Mapped[str] = mapped_column(Sha256)
    previous_sha256: Mapped[str] = mapped_column(Sha256, unique=True)
    sha256: Mapped[str] = mapped_column(Sha256, unique=True)
