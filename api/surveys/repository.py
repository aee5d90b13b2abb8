"""Queries on surveys and on what they rest on.

Source: tables of `api.storage.tables`; every function works inside the caller's transaction.
Left out: the arithmetic (`survey`).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.pages import Window
from api.portcalls import repository as port_calls
from api.readings import repository as readings
from api.storage.tables import HydrostaticTable, PortCall, Survey, SurveySignature
from api.surveys.case_building import STAGES, SurveyBasis
from api.vessels import repository as vessels
from api.vessels.service import require as require_vessel


def survey_by_id(session: Session, survey_id: UUID) -> Survey:
    """Return one version.

    Raises:
        NotFoundError: there is none by that id.
    """
    survey = session.get(Survey, survey_id)
    if survey is None:
        raise NotFoundError.of("survey", survey_id)
    return survey


def surveys_of(session: Session, port_call_id: UUID, window: Window) -> Sequence[Survey]:
    """Return the versions of a port call, the newest first."""
    query = select(Survey).where(Survey.port_call_id == port_call_id)
    return session.scalars(window.by_number(query, Survey.version, largest_first=True)).all()


def newest_survey(session: Session, port_call_id: UUID) -> Survey | None:
    """Return the newest version of a port call, if there is any."""
    query = select(Survey).where(Survey.port_call_id == port_call_id).order_by(Survey.version.desc()).limit(1)
    return session.scalars(query).first()


def signatures_of(session: Session, survey_id: UUID) -> Sequence[SurveySignature]:
    """Return what was said about a version, the earliest first."""
    query = select(SurveySignature).where(SurveySignature.survey_id == survey_id)
    return session.scalars(query.order_by(SurveySignature.signed_at, SurveySignature.id)).all()


def next_version(session: Session, port_call_id: UUID) -> int:
    """Return the number of the next version; inside a writing transaction nobody else takes it."""
    query = select(func.max(Survey.version)).where(Survey.port_call_id == port_call_id)
    return (session.scalar(query) or 0) + 1


def basis_of(session: Session, port_call: PortCall) -> SurveyBasis:
    """Gather what a survey of a port call rests on."""
    entered = {stage: port_calls.stage_inputs(session, port_call.id, stage) for stage in STAGES}
    return SurveyBasis(
        vessel=require_vessel(session, port_call.vessel_id),
        table=table_of(session, port_call),
        port_call=port_call,
        inputs={stage: row for stage, row in entered.items() if row is not None},
        readings=readings.used_readings(session, port_call.id),
    )


def table_of(session: Session, port_call: PortCall) -> HydrostaticTable | None:
    """Return the table of a port call: the one it names, else the vessel's newest."""
    chosen = port_call.hydrostatic_table_id
    if chosen is None:
        chosen = vessels.newest_table_ids(session, [port_call.vessel_id]).get(port_call.vessel_id)
    return None if chosen is None else vessels.table(session, chosen)
