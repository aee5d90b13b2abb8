"""Joins what the other nouns know about one port call, in one reading transaction.

Source: the services of the nouns.
Left out: paging; one port call has tens of files and readings, not thousands.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from api.cargo.balance import balance
from api.flights.repository import flights_of
from api.flights.schemas import FlightView
from api.flights.service import flight_views
from api.overview.schemas import FrameView, OverviewView, PositionView, RecordsView, StageView
from api.pages import Window
from api.portcalls import service as port_calls
from api.portcalls.progress import milestones, progress
from api.portcalls.schemas import SurveyStage
from api.readings.repository import USED_DECISIONS, readings_of
from api.readings.schemas import Mark, ReadingView, Side
from api.readings.service import reading_views
from api.records.repository import count_of_port_call
from api.surveys import repository as surveys
from api.surveys.service import list_surveys, survey_view
from api.vessels import service as vessels
from api.vessels.schemas import TableSummaryView
from survey.balance import DecisionRule

STAGES: tuple[SurveyStage, ...] = ("initial", "final")
PLACES: tuple[tuple[Mark, Side], ...] = (
    ("forward", "port"),
    ("forward", "starboard"),
    ("midship", "port"),
    ("midship", "starboard"),
    ("aft", "port"),
    ("aft", "starboard"),
)
SHOWN = Window(limit=500)
NEAREST = "nearest"


def overview(session: Session, port_call_id: UUID) -> OverviewView:
    """Show everything about one port call.

    Raises:
        NotFoundError: there is none by that id.
    """
    port_call = port_calls.read(session, port_call_id)
    table = surveys.table_of(session, port_calls.require(session, port_call_id))
    flights = flight_views(session, flights_of(session, port_call_id=port_call_id, window=SHOWN))
    rows = readings_of(session, port_call_id=port_call_id, stage=None, status=None, window=SHOWN)
    readings = reading_views(session, rows)
    newest = surveys.newest_survey(session, port_call_id)
    return OverviewView(
        port_call=port_call,
        vessel=vessels.read(session, port_call.vessel_id),
        hydrostatic_table=None if table is None else TableSummaryView.model_validate(table),
        stages=[_stage(session, port_call_id, stage, flights, readings) for stage in STAGES],
        timeline=list(milestones(session, port_call_id, with_ended=False)),
        progress=progress(session, port_call_id),
        balance=balance(session, port_call_id, DecisionRule()),
        survey=None if newest is None else survey_view(session, newest),
        survey_versions=list_surveys(session, port_call_id=port_call_id, window=SHOWN).items,
        records=RecordsView(
            count=count_of_port_call(session, port_call_id),
            url=f"/api/v1/records?port_call_id={port_call_id}",
        ),
    )


def _stage(
    session: Session,
    port_call_id: UUID,
    stage: SurveyStage,
    flights: Sequence[FlightView],
    readings: Sequence[ReadingView],
) -> StageView:
    own = [reading for reading in readings if reading.stage == stage]
    counting = {(item.mark, item.side): item for item in own if item.decision in USED_DECISIONS}
    return StageView(
        stage=stage,
        complete=all(place in counting for place in PLACES),
        positions=[_position(mark, side, counting) for mark, side in PLACES],
        inputs=port_calls.read_stage_inputs(session, port_call_id, stage),
        flights=[flight for flight in flights if flight.stage == stage],
        readings=own,
    )


def _position(mark: Mark, side: Side, counting: Mapping[tuple[Mark, Side], ReadingView]) -> PositionView:
    reading = counting.get((mark, side))
    return PositionView(
        mark=mark,
        side=side,
        reading_id=None if reading is None else reading.id,
        draft_m=None if reading is None else reading.decided_draft_m,
        standard_uncertainty_m=None if reading is None else reading.decided_standard_uncertainty_m,
        frame=None if reading is None else _frame(reading),
    )


def _frame(reading: ReadingView) -> FrameView:
    """The frame nearest to the draft, else any that has its moment; a still has none and is itself the frame."""
    timed = [file for file in reading.evidence if file.time_s is not None] or reading.evidence
    shown = next((file for file in timed if file.role == NEAREST), next(iter(timed), None))
    footage_url = None if reading.footage_id is None else f"/api/v1/footage/{reading.footage_id}/content"
    return FrameView(
        reading_url=f"/api/v1/readings/{reading.id}",
        evidence_url=None if shown is None else shown.url,
        evidence_sha256=None if shown is None else shown.sha256,
        footage_url=footage_url,
        time_s=None if shown is None else shown.time_s,
    )
