"""Routes of port calls, of what is measured aboard, of their stages, and of their timeline.

Source: the records page of the design.
Left out: the overview for the page, which joins all nouns, and what is stated about the cargo (`api.cargo`).
"""

from datetime import timedelta, timezone
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.auth.access import requires
from api.auth.permissions import Permission
from api.errors import (
    ConflictError,
    NotFoundError,
    NotReadyError,
    PreconditionFailedError,
    PreconditionRequiredError,
)
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import UsesWindow
from api.portcalls import progress, service
from api.portcalls.progress_schemas import ProgressView
from api.portcalls.schemas import (
    MilestoneBody,
    MilestoneCorrection,
    MilestonePage,
    MilestoneView,
    MilestoneWithdrawal,
    PortCallBody,
    PortCallPage,
    PortCallView,
    ReleaseOverride,
    StageInputsBody,
    StageInputsView,
    SurveyStage,
)
from api.portcalls.timeline import Shifts, timeline
from api.portcalls.timeline_schemas import TimelineCategory, TimelinePage
from api.preconditions import IfMatch, tagged
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase

router = NounRouter(prefix="/portcalls", tags=["port calls"])
READS = [requires(Permission.PORT_CALLS_READ)]
WRITES = [requires(Permission.PORT_CALLS_WRITE)]


@router.post("", status_code=201, responses=responses(*KEY_ERRORS), dependencies=WRITES)
@once()
def declare_port_call(
    body: PortCallBody, database: UsesDatabase, actor: Actor, response: Response, site_id: UUID | None = None
) -> PortCallView:
    """Open a port call."""
    with database.writing() as session:
        view = service.declare(session, body, actor=actor, site_id=site_id)
    response.headers["location"] = f"/api/v1/portcalls/{view.id}"
    return tagged(response, view)


@router.get("", responses=responses(), dependencies=READS)
def list_port_calls(
    database: UsesDatabase, window: UsesWindow, vessel_id: UUID | None = None
) -> PortCallPage:
    """Give the newest port calls."""
    with database.reading() as session:
        return service.newest(session, vessel_id=vessel_id, window=window)


@router.get("/{port_call_id}", responses=responses(NotFoundError), dependencies=READS)
def read_port_call(port_call_id: UUID, database: UsesDatabase, response: Response) -> PortCallView:
    """Give one port call."""
    with database.reading() as session:
        return tagged(response, service.read(session, port_call_id))


@router.put(
    "/{port_call_id}",
    responses=responses(NotFoundError, PreconditionFailedError, PreconditionRequiredError),
    dependencies=WRITES,
)
def amend_port_call(
    port_call_id: UUID,
    body: PortCallBody,
    rests_on: IfMatch,
    database: UsesDatabase,
    actor: Actor,
    response: Response,
) -> PortCallView:
    """Replace what was declared; the earlier state stays in the records."""
    with database.writing() as session:
        view = service.amend(session, port_call_id, body, rests_on=rests_on, actor=actor)
    return tagged(response, view)


@router.get("/{port_call_id}/stages/{stage}", responses=responses(NotFoundError), dependencies=READS)
def read_stage_inputs(
    port_call_id: UUID, stage: SurveyStage, database: UsesDatabase, response: Response
) -> StageInputsView:
    """Give what was measured aboard for a stage, apart from the drafts."""
    with database.reading() as session:
        return tagged(response, service.read_stage_inputs(session, port_call_id, stage))


@router.put(
    "/{port_call_id}/stages/{stage}",
    responses=responses(NotFoundError, PreconditionFailedError, PreconditionRequiredError),
    dependencies=[requires(Permission.SURVEYS_WRITE)],
)
def enter_stage_inputs(
    port_call_id: UUID,
    stage: SurveyStage,
    body: StageInputsBody,
    rests_on: IfMatch,
    database: UsesDatabase,
    actor: Actor,
    response: Response,
) -> StageInputsView:
    """Replace what was measured aboard for a stage; every version stays in the records."""
    with database.writing() as session:
        view = service.enter_stage_inputs(session, port_call_id, stage, body, rests_on=rests_on, actor=actor)
    return tagged(response, view)


@router.get("/{port_call_id}/progress", responses=responses(NotFoundError), dependencies=READS)
def read_progress(port_call_id: UUID, database: UsesDatabase) -> ProgressView:
    """Tell which stages were reached, and what each of the others lacks."""
    with database.reading() as session:
        return progress.progress(session, port_call_id)


@router.get("/{port_call_id}/milestones", responses=responses(NotFoundError), dependencies=READS)
def list_milestones(
    port_call_id: UUID, database: UsesDatabase, window: UsesWindow, *, with_ended: bool = False
) -> MilestonePage:
    """Give the stages that were reached; with_ended also what was corrected or withdrawn."""
    with database.reading() as session:
        return progress.milestone_page(session, port_call_id, window, with_ended=with_ended)


@router.post(
    "/{port_call_id}/milestones",
    status_code=201,
    responses=responses(*KEY_ERRORS, NotFoundError, NotReadyError),
    dependencies=WRITES,
)
@once()
def reach_milestone(
    port_call_id: UUID, body: MilestoneBody, database: UsesDatabase, actor: Actor
) -> MilestoneView:
    """Let a port call reach a stage; refused while something that has to come first is missing."""
    with database.writing() as session:
        return progress.reach(session, port_call_id, body, actor=actor)


@router.post(
    "/{port_call_id}/milestones/{milestone_id}/correction",
    status_code=201,
    responses=responses(*KEY_ERRORS, NotFoundError, ConflictError, NotReadyError),
    dependencies=WRITES,
)
@once()
def correct_milestone(
    port_call_id: UUID, milestone_id: UUID, body: MilestoneCorrection, database: UsesDatabase, actor: Actor
) -> MilestoneView:
    """Put another moment in the place of a stage's; what was stated stays readable."""
    with database.writing() as session:
        return progress.correct(session, port_call_id, milestone_id, body, actor=actor)


@router.post(
    "/{port_call_id}/milestones/{milestone_id}/withdrawal",
    status_code=201,
    responses=responses(*KEY_ERRORS, NotFoundError, ConflictError),
    dependencies=WRITES,
)
@once()
def withdraw_milestone(
    port_call_id: UUID, milestone_id: UUID, body: MilestoneWithdrawal, database: UsesDatabase, actor: Actor
) -> MilestoneView:
    """Say that a stage was not reached after all; refused while a later one rests on it."""
    with database.writing() as session:
        return progress.withdraw(session, port_call_id, milestone_id, reason=body.reason, actor=actor)


@router.post(
    "/{port_call_id}/release-override",
    status_code=201,
    responses=responses(*KEY_ERRORS, NotFoundError, ConflictError, NotReadyError),
    dependencies=[requires(Permission.SURVEYS_REVIEW)],
)
@once()
def release_in_spite(
    port_call_id: UUID, body: ReleaseOverride, database: UsesDatabase, actor: Actor
) -> MilestoneView:
    """Release the cargo although papers, findings or seals are lacking: for a reviewer, with a reason."""
    with database.writing() as session:
        return progress.release_in_spite(session, port_call_id, body, actor=actor)


@router.get(
    "/{port_call_id}/timeline",
    responses=responses(NotFoundError),
    dependencies=[requires(Permission.RECORDS_READ)],
)
def read_timeline(
    port_call_id: UUID,
    database: UsesDatabase,
    category: Annotated[list[TimelineCategory] | None, Query()] = None,
    shift_hours: Annotated[int, Query(ge=1, le=24, description="Length of a shift of transfers.")] = 8,
    utc_offset_hours: Annotated[
        int, Query(ge=-12, le=14, description="Whose midnight the shifts are counted from.")
    ] = 8,
    *,
    window: UsesWindow,
) -> TimelinePage:
    """Give everything that happened, the earliest first; transfers are summed by shift."""
    shifts = Shifts(hours=shift_hours, zone=timezone(timedelta(hours=utc_offset_hours)))
    with database.reading() as session:
        return timeline(session, port_call_id, categories=category or (), shifts=shifts, window=window)
