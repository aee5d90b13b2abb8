"""Records as they leave over HTTP.

Source: `api.storage.tables.Record`; every hashed field is shown, so that anyone can compute the hash again.
Left out: a way in; records are written by what happens, never by a request of their own.
"""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas import Instant, View


class RecordView(View):
    """One link of the chain."""

    sequence: int = Field(description="Place in the chain, from 1.")
    id: UUID
    kind: str = Field(examples=["port_call.declared"])
    subject_kind: str
    subject_id: UUID
    port_call_id: UUID | None
    occurred_at: Instant
    occurred_at_source: str = Field(examples=["server_clock", "stated", "footage"])
    recorded_at: Instant
    actor: str
    payload_version: int
    payload: dict[str, Any]
    evidence: list[dict[str, Any]]
    causes: list[UUID]
    previous_sha256: str
    sha256: str


class RecordPage(View):
    """Some records in the order of the chain."""

    items: list[RecordView]
    next_after_sequence: int | None = Field(description="Ask again with this; null at the end.")


class FaultView(View):
    """One place where the chain does not hold."""

    kind: Literal["changed", "missing", "broken_link", "head_not_found"]
    sequence: int
    detail: str


class VerificationView(View):
    """The outcome of walking the whole chain."""

    intact: bool
    record_count: int
    head_sequence: int = Field(description="Noted with head_sha256, it shows a removed end later.")
    head_sha256: str
    fault_count: int
    faults: list[FaultView] = Field(description="The first twenty faults.")
