"""Signed statements about the chain of records.

Source: the records page of the design; conventions of `api.storage.tables`.
Left out: what is signed and how (`api.records.checkpoints`).
"""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table


class Checkpoint(Table):
    """One signature over the chain as it was. Triggers refuse to change or delete a row.

    `statement` is the signed text, byte for byte; the columns before it repeat what is looked for.
    """

    __tablename__ = "checkpoints"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(index=True)
    signed_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(32))
    statement: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Sha256, unique=True)
    signature: Mapped[str] = mapped_column(String(128))
