"""Opens port calls and keeps what is entered for them, each change with its record.

Source: the records page of the design.
Left out: its stages (`progress.py`), and computing a weight, which is `api.surveys`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import InvalidRequestError, NotFoundError, StaleVersionError
from api.portcalls import repository
from api.portcalls.records import PortCallAmended, PortCallDeclared, StageInputsEntered
from api.portcalls.schemas import (
    PortCallBody,
    PortCallView,
    StageInputsBody,
    StageInputsUpdate,
    StageInputsView,
    SurveyStage,
)
from api.records.payloads import Subject
from api.records.service import append
from api.storage.tables import Milestone, PortCall, StageInputs, new_id, utc_now
from api.vessels import repository as vessel_repository


def declare(session: Session, body: PortCallBody, *, actor: str) -> PortCallView:
    """Open a port call; its timeline begins with the declaration.

    Raises:
        InvalidRequestError: there is no such vessel, or the table is not hers.
    """
    _require_references(session, body)
    row = PortCall(**_columns(body))
    session.add(row)
    session.flush()
    record = append(session, PortCallDeclared(port_call=body), subject=Subject.port_call(row.id), actor=actor)
    session.add(
        Milestone(port_call_id=row.id, name="declared", occurred_at=record.occurred_at, record_id=record.id)
    )
    return _view(session, row)


def amend(session: Session, identifier: UUID, body: PortCallBody, *, actor: str) -> PortCallView:
    """Replace what was declared.

    Raises:
        NotFoundError: there is no such port call.
        InvalidRequestError: there is no such vessel, or the table is not hers.
    """
    row = require(session, identifier)
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


def newest(session: Session, *, vessel_id: UUID | None, limit: int) -> Sequence[PortCallView]:
    """Give the newest port calls."""
    return [_view(session, row) for row in repository.port_calls(session, vessel_id=vessel_id, limit=limit)]


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
    session: Session, identifier: UUID, stage: SurveyStage, update: StageInputsUpdate, *, actor: str
) -> StageInputsView:
    """Replace what was measured aboard for a stage; every version stays in the records.

    Raises:
        NotFoundError: there is no such port call.
        StaleVersionError: the change rests on a version that is not the current one.
    """
    require(session, identifier)
    row = repository.stage_inputs(session, identifier, stage)
    current = 0 if row is None else row.version
    if update.expected_version is not None and update.expected_version != current:
        raise StaleVersionError(given=update.expected_version, current=current)
    inputs = StageInputsBody.model_validate(update.model_dump(exclude={"expected_version"}))
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
