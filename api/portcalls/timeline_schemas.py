"""Shape of the timeline of a port call.

Source: `api.storage.tables.Record`; transfers are summed by shift.
Left out: stages as such (`progress_schemas.py`).
"""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.pages import Page
from api.records.payloads import Evidence
from api.schemas import Instant, View

TimelineCategory = Literal[
    "port_call", "milestone", "flight", "reading", "survey", "finding", "cargo", "transfer", "event", "shift"
]


class ShiftSum(View):
    """What went on in one shift by one way."""

    mode: str
    shift_start: Instant
    shift_end: Instant
    load_count: int
    without_weight: int
    net_t: float | None = Field(description="Of what was weighed; null where nothing was.")


class TimelineItem(View):
    """One thing that happened, or one shift of transfers."""

    at: Instant
    at_source: str = Field(examples=["server_clock", "stated", "footage", "weighing"])
    category: TimelineCategory
    kind: str = Field(examples=["reading.decided"])
    actor: str | None
    record_id: UUID | None = Field(description="Null for a shift, which sums up what the records hold.")
    sequence: int | None
    payload: dict[str, Any] | None
    evidence: list[Evidence]
    causes: list[UUID]
    links: dict[str, str] = Field(description="Where what it speaks of can be read, down to the footage.")
    shift: ShiftSum | None


class TimelinePage(Page[TimelineItem]):
    """Some of the timeline, the earliest first."""
