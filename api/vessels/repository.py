"""All queries on vessels and hydrostatic tables.

Source: `api.storage.tables`.
Left out: who may see which vessel.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages import Window
from api.storage.tables import HydrostaticTable, Vessel


def vessels(session: Session, *, name_contains: str | None, window: Window) -> Sequence[Vessel]:
    """Give the vessels entered last, or those whose name holds a text."""
    query = select(Vessel)
    if name_contains is not None:
        query = query.where(Vessel.name.icontains(name_contains, autoescape=True))
    return session.scalars(window.by_time(query, Vessel.created_at, Vessel.id, newest_first=True)).all()


def vessel(session: Session, identifier: UUID) -> Vessel | None:
    """Give one vessel."""
    return session.get(Vessel, identifier)


def tables_of(session: Session, vessel_id: UUID, window: Window) -> Sequence[HydrostaticTable]:
    """Give the tables of a vessel, the newest first."""
    query = select(HydrostaticTable).where(HydrostaticTable.vessel_id == vessel_id)
    ordered = window.by_time(query, HydrostaticTable.created_at, HydrostaticTable.id, newest_first=True)
    return session.scalars(ordered).all()


def table(session: Session, identifier: UUID) -> HydrostaticTable | None:
    """Give one hydrostatic table."""
    return session.get(HydrostaticTable, identifier)


def newest_table_ids(session: Session, vessel_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """Give the table imported last for each of the vessels that have one."""
    query = (
        select(HydrostaticTable.vessel_id, HydrostaticTable.id)
        .where(HydrostaticTable.vessel_id.in_(vessel_ids))
        .order_by(HydrostaticTable.created_at, HydrostaticTable.id)
    )
    return {row.vessel_id: row.id for row in session.execute(query)}
