"""Shapes of transfers: one load on a truck, wagon or lighter, or the total of a belt.

Source: tickets of truck and rail scales as ports write them.
Left out: reading a table (`transfer_table.py`).
"""

import unicodedata
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.cargo.schemas import FactView, LoadUncertaintyT
from api.pages import Page
from api.schemas import Body, Instant, Name, View, WeightT

TransferMode = Literal["truck", "rail", "belt", "barge"]
SAME_WEIGHT_T = 1e-6
MOST_AT_ONCE = 20_000


class TransferBody(Body):
    """One load as its ticket says; what was not weighed is left out."""

    mode: TransferMode
    ticket_number: Name | None = Field(default=None, examples=["20260504-0117"])
    vehicle: Name | None = Field(default=None, description="Plate or wagon number.", examples=["浙B12345"])
    weighed_at: Instant
    gross_t: WeightT | None = Field(default=None, examples=[48.26])
    tare_t: WeightT | None = Field(default=None, examples=[15.30])
    net_t: WeightT | None = Field(default=None, examples=[32.96])
    declared_load_t: WeightT | None = Field(
        default=None, description="What a wagon is said to carry, where it was only counted."
    )
    scale_number: Name | None = None
    standard_uncertainty_t: LoadUncertaintyT | None = Field(
        default=None, description="Of this net load; goes before the scale's random part."
    )
    destination: Name | None = None
    document_number: Name | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.ticket_number is None and self.vehicle is None:
            raise ValueError("a ticket_number or a vehicle is needed, to tell one load from another")
        if self.gross_t is None or self.tare_t is None:
            return self
        if self.tare_t > self.gross_t:
            raise ValueError("tare_t is more than gross_t")
        if self.net_t is not None and abs(self.gross_t - self.tare_t - self.net_t) > SAME_WEIGHT_T:
            raise ValueError(f"net_t is not gross_t - tare_t = {self.gross_t - self.tare_t:.3f}")
        return self

    @property
    def identity(self) -> str:
        """What makes two entries the same load: the ticket, else the vehicle at its moment."""
        if self.ticket_number is not None:
            return f"ticket {plain_number(self.ticket_number)}"
        return f"vehicle {plain_number(self.vehicle or '')} {self.weighed_at.isoformat()}"

    def columns(self) -> dict[str, Any]:
        """Give the row: the net weight is worked out where only gross and tare were written."""
        row = self.model_dump() | {"identity": self.identity}
        if self.net_t is None and self.gross_t is not None and self.tare_t is not None:
            row["net_t"] = self.gross_t - self.tare_t
        return row


def plain_number(text: str) -> str:
    """Write a plate or ticket so that blanks, width and case make no difference.

    >>> plain_number("浙b １２ 345")
    '浙B12345'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


class TransferView(TransferBody, FactView):
    """One load."""


class TransfersBody(Body):
    """Many loads at once: all are taken, or none."""

    transfers: Annotated[list[TransferBody], Field(min_length=1, max_length=MOST_AT_ONCE)]


class TransfersReceipt(View):
    """What became of a request; a request that is sent again adds nothing."""

    row_count: int
    added_count: int
    known_count: int = Field(description="Rows that were already there, word for word.")
    batch_id: UUID | None = Field(description="Null where nothing was added.")
    record_id: UUID | None


class TransferPage(Page[TransferView]):
    """Some loads in the order of their weighing."""
