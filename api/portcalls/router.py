"""Routes of port calls, of the inputs of their stages, and of their timeline.

Source: the records page of the design.
Left out: the overview for the page, which joins all nouns.
"""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.errors import NotFoundError, StaleVersionError
from api.portcalls import service
from api.portcalls.schemas import (
    MilestoneBody,
    MilestoneView,
    PortCallBody,
    PortCallView,
    StageInputsUpdate,
    StageInputsView,
    SurveyStage,
)
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase

router = NounRouter(prefix="/portcalls", tags=["port calls"])


@router.post("", status_code=201, responses=responses())
def declare_port_call(
    body: PortCallBody, database: UsesDatabase, actor: Actor, response: Response
) -> PortCallView:
    """Open a port call."""
    with database.writing() as session:
        view = service.declare(session, body, actor=actor)
    response.headers["location"] = f"/api/v1/portcalls/{view.id}"
    return view


@router.get("", responses=responses())
def list_port_calls(
    database: UsesDatabase,
    vessel_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Sequence[PortCallView]:
    """Give the newest port calls."""
    with database.reading() as session:
        return service.newest(session, vessel_id=vessel_id, limit=limit)


@router.get("/{port_call_id}", responses=responses(NotFoundError))
def read_port_call(port_call_id: UUID, database: UsesDatabase) -> PortCallView:
    """Give one port call."""
    with database.reading() as session:
        return service.read(session, port_call_id)


@router.put("/{port_call_id}", responses=responses(NotFoundError))
def amend_port_call(
    port_call_id: UUID, body: PortCallBody, database: UsesDatabase, actor: Actor
) -> PortCallView:
    """Replace what was declared; the earlier state stays in the records."""
    with database.writing() as session:
        return service.amend(session, port_call_id, body, actor=actor)


@router.get("/{port_call_id}/stages/{stage}", responses=responses(NotFoundError))
def read_stage_inputs(port_call_id: UUID, stage: SurveyStage, database: UsesDatabase) -> StageInputsView:
    """Give what was measured aboard for a stage, apart from the drafts."""
    with database.reading() as session:
        return service.read_stage_inputs(session, port_call_id, stage)


@router.put("/{port_call_id}/stages/{stage}", responses=responses(NotFoundError, StaleVersionError))
def enter_stage_inputs(
    port_call_id: UUID, stage: SurveyStage, body: StageInputsUpdate, database: UsesDatabase, actor: Actor
) -> StageInputsView:
    """Replace what was measured aboard for a stage; every version stays in the records."""
    with database.writing() as session:
        return service.enter_stage_inputs(session, port_call_id, stage, body, actor=actor)


@router.get("/{port_call_id}/timeline", responses=responses(NotFoundError))
def read_timeline(port_call_id: UUID, database: UsesDatabase) -> Sequence[MilestoneView]:
    """Give what happened during the stay, oldest first."""
    with database.reading() as session:
        return service.timeline(session, port_call_id)


@router.post("/{port_call_id}/timeline", status_code=201, responses=responses(NotFoundError))
def reach_milestone(
    port_call_id: UUID, body: MilestoneBody, database: UsesDatabase, actor: Actor
) -> MilestoneView:
    """Put something that happened on the timeline."""
    with database.writing() as session:
        return service.reach_milestone(session, port_call_id, body, actor=actor)
