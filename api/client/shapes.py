"""What the service answers with, as far as the methods of the client speak of it.

Source: the service's OpenAPI document, whose schemas have the same names with `View` behind; a test compares them.
Left out: fields that no caller here needs; an answer holds them all the same.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, TypedDict
from uuid import UUID

Id: TypeAlias = str | UUID


class Vessel(TypedDict):
    """A vessel as her papers describe her."""

    id: str
    name: str
    imo: str | None
    length_between_perpendiculars_m: float


class PortCall(TypedDict):
    """One port call."""

    id: str
    vessel_id: str
    vessel_name: str
    voyage: str | None
    cargo: str
    operation: str
    declared_weight_t: float | None
    bill_of_lading_t: float | None
    created_at: str


class Milestone(TypedDict):
    """A stage that a port call reached."""

    id: str
    name: str
    occurred_at: str
    record_id: str


class Footage(TypedDict):
    """One received file, and what it was found to be."""

    id: str
    flight_id: str
    file_name: str
    sha256: str
    size_bytes: int
    kind: str
    status: str
    reason: str | None
    media_type: str
    record_id: str


class UploadReceipt(TypedDict):
    """What the service has received."""

    file: Footage
    received_bytes: int
    already_stored: bool


class Flight(TypedDict):
    """One flight with its files."""

    id: str
    port_call_id: str
    stage: str
    name: str
    files: Sequence[Footage]


class Job(TypedDict):
    """One piece of work, and how far it is."""

    id: str
    kind: str
    subject_id: str
    status: str
    step: str | None
    progress: float | None
    error: str | None


class Reading(TypedDict):
    """One draft reading: what the reader answered, and what a person decided."""

    id: str
    port_call_id: str
    footage_id: str | None
    stage: str
    mark: str
    side: str
    status: str
    reason: str | None
    draft_m: float | None
    standard_uncertainty_m: float | None
    u95_m: float | None
    decision: str | None
    decided_draft_m: float | None
    job: Job | None


class SurveySummary(TypedDict):
    """One version of the weight of a port call."""

    id: str
    port_call_id: str
    version: int
    cargo_t: float | None
    u95_t: float | None
    provisional: bool
    computed_at: str


class Survey(SurveySummary):
    """One version of the weight with every step."""

    case: dict[str, Any]
    document: dict[str, Any]


class Transfer(TypedDict):
    """One load."""

    id: str
    mode: str
    ticket_number: str | None
    net_t: float | None
    weighed_at: str


class TransfersReceipt(TypedDict):
    """What became of many loads that were sent at once."""

    row_count: int
    added_count: int
    known_count: int
    record_id: str | None


class Record(TypedDict):
    """One supervision record."""

    id: str
    sequence: int
    kind: str
    subject_kind: str
    subject_id: str
    actor: str
    occurred_at: str
    payload: dict[str, Any]
    sha256: str


class Fault(TypedDict):
    """One place where the chain does not hold."""

    kind: str
    sequence: int | None
    detail: str


class Verification(TypedDict):
    """The outcome of walking the whole chain."""

    intact: bool
    record_count: int
    head_sequence: int
    head_sha256: str
    fault_count: int
    faults: Sequence[Fault]


class PublicKey(TypedDict):
    """What the checkpoints of a service are verified with."""

    key_id: str
    public_key: str
    pem: str


class SearchHit(TypedDict):
    """One thing that was found."""

    noun: str
    id: str
    port_call_id: str | None
    kind: str | None
    excerpt: str
    url: str


class SearchGroup(TypedDict):
    """What was found of one noun, the newest first."""

    noun: str
    items: Sequence[SearchHit]


ANSWERED = (
    Vessel,
    PortCall,
    Milestone,
    Footage,
    UploadReceipt,
    Flight,
    Job,
    Reading,
    SurveySummary,
    Survey,
    Transfer,
    TransfersReceipt,
    Record,
    Fault,
    Verification,
    PublicKey,
    SearchHit,
    SearchGroup,
)
"""Every shape, for the test that compares them with the service's own."""
