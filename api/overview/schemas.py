"""Shape of the overview of a port call.

Source: the shapes of the nouns it joins.
Left out: lists over several port calls.
"""

from uuid import UUID

from pydantic import Field

from api.cargo.balance_schemas import BalanceView
from api.flights.schemas import FlightView
from api.portcalls.progress_schemas import ProgressView
from api.portcalls.schemas import MilestoneView, PortCallView, StageInputsView, SurveyStage
from api.readings.schemas import Mark, ReadingView, Side
from api.schemas import View
from api.surveys.schemas import SurveySummaryView, SurveyView
from api.vessels.schemas import TableSummaryView, VesselView


class FrameView(View):
    """The way from a draft back to the picture it was read in."""

    reading_url: str
    evidence_url: str | None = Field(description="The annotated frame; null for a reading made by a person.")
    evidence_sha256: str | None
    footage_url: str | None = Field(description="The footage itself, to be opened at `time_s`.")
    time_s: float | None = Field(description="Presentation time of the frame, from the start of the footage.")


class PositionView(View):
    """One of the six places where a draft is read in a stage, and what counts there."""

    mark: Mark
    side: Side
    reading_id: UUID | None = Field(description="The reading that was accepted or corrected.")
    draft_m: float | None = Field(description="What counts, metres.")
    standard_uncertainty_m: float | None
    frame: FrameView | None = Field(description="Null where no reading counts.")


class StageView(View):
    """One of the two surveys: what was flown, read and measured for it."""

    stage: SurveyStage
    complete: bool = Field(description="True when a reading counts at all six places.")
    positions: list[PositionView]
    inputs: StageInputsView
    flights: list[FlightView]
    readings: list[ReadingView] = Field(
        description="All readings of the stage, also those that do not count."
    )


class RecordsView(View):
    """How much is recorded about the port call."""

    count: int
    url: str


class OverviewView(View):
    """Everything that the page of a port call shows."""

    port_call: PortCallView
    vessel: VesselView
    hydrostatic_table: TableSummaryView | None = Field(
        description="The one that a survey would be computed with."
    )
    stages: list[StageView]
    timeline: list[MilestoneView] = Field(description="The stages that were reached.")
    progress: ProgressView
    balance: BalanceView
    survey: SurveyView | None = Field(description="The newest version, with steps, budget and warnings.")
    survey_versions: list[SurveySummaryView]
    records: RecordsView
