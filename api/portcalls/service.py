"""Opens port calls and keeps what is entered for them, each change with its record.

Source: the records page of the design.
Left out: its stages (`progress.py`), and computing a weight, which is `api.surveys`.
"""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.auth.principals import CURRENT
from api.errors import InvalidRequestError, NotFoundError
from api.pages import Window, by_creation
from api.portcalls import repository
from api.portcalls.records import PortCallAmended, PortCallDeclared, StageInputsEntered
from api.portcalls.schemas import (
    PortCallBody,
    PortCallPage,
    PortCallView,
    StageInputsBody,
    StageInputsView,
    SurveyStage,
)
from api.preconditions import Precondition
from api.records.payloads import Subject
from api.records.service import append
from api.storage.tables import DEFAULT_SITE_ID, Milestone, PortCall, StageInputs, new_id, utc_now
from api.vessels import repository as vessel_repository


def declare(session: Session, body: PortCallBody, *, actor: str, site_id: UUID | None = None) -> PortCallView:
    """Open a port call; its timeline begins with the declaration.

    Raises:
        InvalidRequestError: there is no such vessel, the table is not hers, or the site is not given to the person.
    """
    _require_references(session, body)
    row = PortCall(**_columns(body), site_id=_site_of_new(site_id))
    session.add(row)
    session.flush()
    record = append(session, PortCallDeclared(port_call=body), subject=Subject.port_call(row.id), actor=actor)
    session.add(
        Milestone(port_call_id=row.id, name="declared", occurred_at=record.occurred_at, record_id=record.id)
    )
    return _view(session, row)


def amend(
    session: Session, identifier: UUID, body: PortCallBody, *, rests_on: Precondition, actor: str
) -> PortCallView:
    """Replace what was declared.

    Raises:
        NotFoundError: there is no such port call.
        InvalidRequestError: there is no such vessel, or the table is not hers.
        PreconditionFailedError: it was changed since it was read.
    """
    row = require(session, identifier)
    rests_on.check(_view(session, row))
    _require_references(session, body)
    before = PortCallBody.model_validate(row, from_attributes=True)
    for name, value in _columns(body).items():
        setattr(row, name, value)
    append(
        session, PortCallAmended(before=before, after=body), subject=Subject.port_call(row.id), actor=actor
    )
    return _view(session, row)


def read(session: Session, identifier: UUID) -> PortCallView:
    """Give one port call.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    return _view(session, require(session, identifier))


def newest(session: Session, *, vessel_id: UUID | None, window: Window) -> PortCallPage:
    """Give the newest port calls."""
    found = repository.port_calls(session, vessel_id=vessel_id, window=window)
    rows, following = window.cut(found, by_creation)
    return PortCallPage(items=[_view(session, row) for row in rows], next_cursor=following)


def require(session: Session, identifier: UUID) -> PortCall:
    """Give the row of a port call that must be there.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    row = repository.port_call(session, identifier)
    if row is None:
        raise NotFoundError.of("port call", identifier)
    return row


def enter_stage_inputs(
    session: Session,
    identifier: UUID,
    stage: SurveyStage,
    inputs: StageInputsBody,
    *,
    rests_on: Precondition,
    actor: str,
) -> StageInputsView:
    """Replace what was measured aboard for a stage; every version stays in the records.

    Raises:
        NotFoundError: there is no such port call.
        PreconditionFailedError: it was changed since it was read.
    """
    rests_on.check(read_stage_inputs(session, identifier, stage))
    row = repository.stage_inputs(session, identifier, stage)
    current = 0 if row is None else row.version
    if row is None:
        row = StageInputs(id=new_id(), port_call_id=identifier, stage=stage)
        session.add(row)
    row.version, row.inputs, row.updated_at = current + 1, inputs.model_dump(mode="json"), utc_now()
    payload = StageInputsEntered(stage=stage, version=row.version, inputs=inputs)
    append(session, payload, subject=Subject.port_call(identifier), actor=actor)
    return StageInputsView.model_validate(row)


def read_stage_inputs(session: Session, identifier: UUID, stage: SurveyStage) -> StageInputsView:
    """Give what was entered for a stage; version 0 with nothing in it when nothing was.

    Raises:
        NotFoundError: there is no such port call.
    """
    require(session, identifier)
    row = repository.stage_inputs(session, identifier, stage)
    if row is not None:
        return StageInputsView.model_validate(row)
    return StageInputsView(
        port_call_id=identifier, stage=stage, version=0, inputs=StageInputsBody(), updated_at=None
    )


def _site_of_new(asked: UUID | None) -> UUID:
    principal = CURRENT.get()
    if principal is None:
        return asked or DEFAULT_SITE_ID
    if asked is None and len(principal.site_ids) == 1:
        return next(iter(principal.site_ids))
    if asked not in principal.site_ids:
        accepted = ", ".join(sorted(str(site_id) for site_id in principal.site_ids)) or "none is given to you"
        raise InvalidRequestError.at("query:site_id", f"accepted: {accepted}")
    return asked


def _columns(body: PortCallBody) -> dict[str, Any]:
    method = body.method.model_dump(mode="json", exclude_none=True)
    return {**body.model_dump(exclude={"method"}), "method": method}


def _require_references(session: Session, body: PortCallBody) -> None:
    if vessel_repository.vessel(session, body.vessel_id) is None:
        raise InvalidRequestError.at("/vessel_id", f"there is no vessel {body.vessel_id}")
    if body.hydrostatic_table_id is None:
        return
    table = vessel_repository.table(session, body.hydrostatic_table_id)
    if table is None or table.vessel_id != body.vessel_id:
        message = f"vessel {body.vessel_id} has no hydrostatic table {body.hydrostatic_table_id}"
        raise InvalidRequestError.at("/hydrostatic_table_id", message)


def _view(session: Session, row: PortCall) -> PortCallView:
    vessel = vessel_repository.vessel(session, row.vessel_id)
    body = PortCallBody.model_validate(row, from_attributes=True)
    return PortCallView(
        **body.model_dump(),
        id=row.id,
        vessel_name=vessel.name if vessel is not None else "",
        created_at=row.created_at,
    )
