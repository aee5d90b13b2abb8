"""Joins what the other nouns know about one port call, in one reading transaction.

Source: the services of the nouns.
Left out: paging; one port call has tens of files and readings, not thousands.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from api.flights.repository import flights_of
from api.flights.schemas import FlightView
from api.flights.service import flight_views
from api.overview.schemas import OverviewView, PositionView, RecordsView, StageView
from api.portcalls import service as port_calls
from api.portcalls.schemas import SurveyStage
from api.readings.repository import USED_DECISIONS, readings_of
from api.readings.schemas import Mark, ReadingView, Side
from api.readings.service import reading_views
from api.records.repository import count_of_port_call
from api.surveys import repository as surveys
from api.surveys.service import list_surveys, survey_view
from api.vessels import service as vessels
from api.vessels.schemas import TableSummaryView

STAGES: tuple[SurveyStage, ...] = ("initial", "final")
PLACES: tuple[tuple[Mark, Side], ...] = (
    ("forward", "port"),
    ("forward", "starboard"),
    ("midship", "port"),
    ("midship", "starboard"),
    ("aft", "port"),
    ("aft", "starboard"),
)
MOST_SHOWN = 500


def overview(session: Session, port_call_id: UUID) -> OverviewView:
    """Show everything about one port call.

    Raises:
        NotFoundError: there is none by that id.
    """
    port_call = port_calls.read(session, port_call_id)
    table = surveys.table_of(session, port_calls.require(session, port_call_id))
    flights = flight_views(session, flights_of(session, port_call_id=port_call_id, limit=MOST_SHOWN))
    rows = readings_of(session, port_call_id=port_call_id, stage=None, status=None, limit=MOST_SHOWN)
    readings = reading_views(session, rows)
    newest = surveys.newest_survey(session, port_call_id)
    return OverviewView(
        port_call=port_call,
        vessel=vessels.read(session, port_call.vessel_id),
        hydrostatic_table=None if table is None else TableSummaryView.model_validate(table),
        stages=[_stage(session, port_call_id, stage, flights, readings) for stage in STAGES],
        timeline=list(port_calls.timeline(session, port_call_id)),
        survey=None if newest is None else survey_view(newest),
        survey_versions=list_surveys(session, port_call_id=port_call_id),
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
    )
