"""What the search looks through: one line of text for everything that can be found.

Source: the nouns that are found. Triggers of the database keep the lines, so that no writer can forget them.
Left out: the index over the text, which each database has in its own way (migration 0005).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Table


class SearchEntry(Table):
    """One thing that can be found. `id` grows with time, which puts what is newest first."""

    __tablename__ = "search_entries"
    __table_args__ = (Index("ix_search_entries_noun_subject_id", "noun", "subject_id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    noun: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[UUID]
    port_call_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str | None] = mapped_column(String(64))
    actor: Mapped[str | None]
    occurred_at: Mapped[datetime | None] = mapped_column(index=True)
    text: Mapped[str]
