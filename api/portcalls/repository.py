"""All queries on port calls, their stage inputs and their timeline.

Source: `api.storage.tables`.
Left out: who may see which port call.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.storage.tables import Milestone, PortCall, StageInputs


def port_calls(session: Session, *, vessel_id: UUID | None, limit: int) -> Sequence[PortCall]:
    """Give the newest port calls, of one vessel where it is given."""
    query = select(PortCall).order_by(PortCall.created_at.desc(), PortCall.id.desc()).limit(limit)
    if vessel_id is not None:
        query = query.where(PortCall.vessel_id == vessel_id)
    return session.scalars(query).all()


def port_call(session: Session, identifier: UUID) -> PortCall | None:
    """Give one port call."""
    return session.get(PortCall, identifier)


def stage_inputs(session: Session, port_call_id: UUID, stage: str) -> StageInputs | None:
    """Give the inputs of one stage, when any were entered."""
    query = select(StageInputs).where(StageInputs.port_call_id == port_call_id, StageInputs.stage == stage)
    return session.scalars(query).first()


def milestones(session: Session, port_call_id: UUID) -> Sequence[Milestone]:
    """Give the timeline, oldest first."""
    query = select(Milestone).where(Milestone.port_call_id == port_call_id)
    return session.scalars(query.order_by(Milestone.occurred_at, Milestone.id)).all()
