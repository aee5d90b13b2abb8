"""Records as they leave over HTTP.

Source: `api.storage.tables.Record`; every hashed field is shown, so that anyone can compute the hash again.
Left out: a way in; records are written by what happens, never by a request of their own.
"""

from typing import Any
from uuid import UUID

from pydantic import Field

from api.pages import Page
from api.records.chain import FaultKind
from api.records.statements import Reason
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
    content_sha256: str = Field(description="Hash of the canonical JSON of the fields above.")
    previous_sha256: str
    sha256: str = Field(description="Hash of previous_sha256 and content_sha256, as text, joined.")


class RecordPage(Page[RecordView]):
    """Some records in the order of the chain."""

    next_after_sequence: int | None = Field(
        description="The same place as a number, for `after_sequence`: whoever follows the chain keeps it."
    )


class FaultView(View):
    """One place where the chain does not hold."""

    kind: FaultKind
    sequence: int | None = Field(description="The record at fault; null where none is concerned.")
    detail: str


class VerificationView(View):
    """The outcome of walking the whole chain."""

    intact: bool
    record_count: int
    head_sequence: int = Field(description="Noted with head_sha256, it shows a removed end later.")
    head_sha256: str
    fault_count: int
    faults: list[FaultView] = Field(description="The first twenty faults.")


class CheckpointView(View):
    """One signature over the chain."""

    number: int = Field(description="Place among the checkpoints, from 1.")
    sequence: int = Field(description="The last record that is vouched for.")
    head_sha256: str
    signed_at: Instant
    reason: Reason
    key_id: str
    next_public_key: str | None
    statement: str = Field(description="What is signed, byte for byte.")
    signature: str = Field(description="Ed25519, hexadecimal.")
    sha256: str = Field(description="Hash of the statement; the next checkpoint names it.")


class CheckpointPage(Page[CheckpointView]):
    """Some checkpoints in their order."""

    next_after_number: int | None = Field(description="The same place as a number, for `after_number`.")


class PublicKeyView(View):
    """What the checkpoints of this service are verified with. Note it somewhere else, on paper for instance."""

    key_id: str
    public_key: str = Field(description="Ed25519, hexadecimal.")
    pem: str
