"""What the border itself has to remember between requests.

Source: `api.idempotency`; conventions of `api.storage.tables`.
Left out: sessions and tokens, which are people's (`people.py`).
"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, utc_now


class KeptAnswer(Table):
    """The answer to a request that came with an Idempotency-Key, written together with what it made."""

    __tablename__ = "kept_answers"

    asked_by: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Sha256)
    status: Mapped[int]
    location: Mapped[str | None]
    etag: Mapped[str | None]
    answer: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
