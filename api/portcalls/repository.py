"""All queries on port calls, their stage inputs, their stages and their records by time.

Source: `api.storage.tables`.
Left out: who may see which port call.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from api.pages import Window
from api.storage.tables import Milestone, PortCall, Record, StageInputs


def port_calls(session: Session, *, vessel_id: UUID | None, window: Window) -> Sequence[PortCall]:
    """Give the newest port calls, of one vessel where it is given."""
    query = select(PortCall)
    if vessel_id is not None:
        query = query.where(PortCall.vessel_id == vessel_id)
    return session.scalars(window.by_time(query, PortCall.created_at, PortCall.id, newest_first=True)).all()


def port_call(session: Session, identifier: UUID) -> PortCall | None:
    """Give one port call."""
    return session.get(PortCall, identifier)


def stage_inputs(session: Session, port_call_id: UUID, stage: str) -> StageInputs | None:
    """Give the inputs of one stage, when any were entered."""
    query = select(StageInputs).where(StageInputs.port_call_id == port_call_id, StageInputs.stage == stage)
    return session.scalars(query).first()


def milestones(session: Session, port_call_id: UUID, *, with_ended: bool = False) -> Sequence[Milestone]:
    """Give the stages that were reached, the earliest first: those that count, or all that was ever stated."""
    query = select(Milestone).where(Milestone.port_call_id == port_call_id)
    if not with_ended:
        query = query.where(Milestone.ended_at.is_(None))
    return session.scalars(query.order_by(Milestone.occurred_at, Milestone.id)).all()


def milestone_part(
    session: Session, port_call_id: UUID, window: Window, *, with_ended: bool
) -> Sequence[Milestone]:
    """Give a part of the stages that were reached, the earliest first."""
    query = select(Milestone).where(Milestone.port_call_id == port_call_id)
    if not with_ended:
        query = query.where(Milestone.ended_at.is_(None))
    ordered = window.by_time(query, Milestone.occurred_at, Milestone.id, newest_first=False)
    return session.scalars(ordered).all()


def milestone(session: Session, port_call_id: UUID, identifier: UUID) -> Milestone | None:
    """Give one statement that a stage was reached, whether it counts or not."""
    row = session.get(Milestone, identifier)
    return row if row is not None and row.port_call_id == port_call_id else None


def records_in_order_of_time(
    session: Session,
    port_call_id: UUID,
    *,
    prefixes: Sequence[str],
    after: tuple[datetime, int | None] | None,
    limit: int,
) -> Sequence[Record]:
    """Give the records of a port call by when it happened, of kinds that begin with one of the prefixes.

    `after` is an instant and the last record of it that is known; None stands for all of that instant.
    """
    query = select(Record).where(Record.port_call_id == port_call_id)
    if prefixes:
        query = query.where(or_(*(Record.kind.startswith(prefix, autoescape=True) for prefix in prefixes)))
    if after is not None:
        at, sequence = after
        query = query.where(Record.occurred_at > at if sequence is None else _after(at, sequence))
    return session.scalars(query.order_by(Record.occurred_at, Record.sequence).limit(limit)).all()


def _after(at: datetime, sequence: int) -> ColumnElement[bool]:
    return or_(Record.occurred_at > at, and_(Record.occurred_at == at, Record.sequence > sequence))
