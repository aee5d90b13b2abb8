"""Shapes of draft readings, their evidence and the decisions about them.

Source: tables `readings` and `evidence_files`; `result` has the shape of `hullmark read --json`.
Left out: the fields of `result`, which belong to the reader and are passed through whole.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from api.jobs.schemas import JobView
from api.pages import Page
from api.portcalls.schemas import SurveyStage
from api.schemas import Body, DraftM, Instant, Name, Number, Text, View

Mark = Literal["forward", "midship", "aft"]
Side = Literal["port", "starboard"]
ReadingStatus = Literal["queued", "running", "ok", "refused", "failed", "cancelled"]
Decision = Literal["accepted", "rejected", "corrected"]
StandardUncertaintyM = Annotated[Number, Field(gt=0.0, le=1.0, description="Metres, one standard deviation.")]


EXAMPLE_ID = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"


def _rising(limits: tuple[float, float]) -> tuple[float, float]:
    if limits[0] >= limits[1]:
        raise ValueError("the first limit must be below the second")
    return limits


ExpectedRangeM = Annotated[
    tuple[DraftM, DraftM],
    AfterValidator(_rising),
    Field(description="Drafts that are possible for this ship and stage, metres.", examples=[[5.0, 15.0]]),
]


class Position(Body):
    """Where on the hull and when: one of the twelve readings of a complete survey."""

    stage: SurveyStage = Field(examples=["initial"])
    mark: Mark = Field(examples=["forward"])
    side: Side = Field(examples=["port"])


class ReadingBody(Position):
    """A reading to be made from one file of footage."""

    footage_id: UUID = Field(description="A video or still that is ready.", examples=[EXAMPLE_ID])
    expected_range_m: ExpectedRangeM | None = None


class ManualReadingBody(Position):
    """A reading taken by a person at the mark; it counts at once, and its record says who gave it."""

    port_call_id: UUID = Field(examples=[EXAMPLE_ID])
    draft_m: DraftM = Field(examples=[9.15])
    standard_uncertainty_m: StandardUncertaintyM = Field(examples=[0.02])
    reason: Text = Field(examples=["目测，无人机未起飞"])
    observer: Name = Field(examples=["王工"])


class AcceptBody(Body):
    """The reading counts as it is."""

    reason: Text | None = Field(default=None, examples=["与目测一致"])


class RejectBody(Body):
    """The reading does not count, and why."""

    reason: Text = Field(examples=["吃水线被碰垫遮挡"])


class CorrectBody(Body):
    """Another value counts in place of the reading, and why."""

    draft_m: DraftM = Field(examples=[8.60])
    standard_uncertainty_m: StandardUncertaintyM = Field(examples=[0.02])
    reason: Text = Field(examples=["标尺污损，按清晰帧复核"])


class EvidenceView(View):
    """One picture or clip that shows why a reading is what it is."""

    id: UUID
    role: str = Field(examples=["nearest"])
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str = Field(validation_alias="object_sha256")
    time_s: float | None = Field(description="Seconds from the start of the footage.")
    url: str


class ReadingView(View):
    """One reading: what the reader answered, and what a person decided."""

    id: UUID
    port_call_id: UUID
    footage_id: UUID | None = Field(description="Null for a reading taken by a person at the mark.")
    stage: SurveyStage
    mark: Mark
    side: Side
    expected_range_m: tuple[float, float] | None
    status: ReadingStatus
    reason: str | None = Field(description="Why the reader refused, or what the job failed with.")
    draft_m: float | None
    standard_uncertainty_m: float | None
    u95_m: float | None = Field(description="Half width of the 95 % interval, metres.")
    result: dict[str, Any] | None = Field(description="The whole answer of the reader, with its series.")
    decision: Decision | None
    decision_reason: str | None
    decided_draft_m: float | None = Field(description="The draft that counts for the survey.")
    decided_standard_uncertainty_m: float | None
    decided_by: str | None
    decided_at: Instant | None
    created_at: Instant
    finished_at: Instant | None
    evidence: list[EvidenceView]
    job: JobView | None


class ReadingPage(Page[ReadingView]):
    """Some readings in the order they were asked for."""
