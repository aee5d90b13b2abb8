"""All queries on what is stated about a cargo.

Source: `api.storage.tables.cargo`; a statement counts while `ended_at` is null.
Left out: who may see which port call.
"""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from api.pages import Window
from api.storage.tables import CargoFact, CargoScale, StorageReceipt, Transfer

RowT = TypeVar("RowT", bound=CargoFact)


def fact(session: Session, table: type[RowT], port_call_id: UUID, identifier: UUID) -> RowT | None:
    """Give one statement of a port call, whether it counts or not."""
    row = session.get(table, identifier)
    return row if row is not None and row.port_call_id == port_call_id else None


def facts(
    session: Session, table: type[RowT], port_call_id: UUID, *, with_ended: bool = False
) -> Sequence[RowT]:
    """Give the statements of a port call in the order they were made: those that count, or all."""
    query = select(table).where(table.port_call_id == port_call_id).order_by(table.created_at, table.id)
    if not with_ended:
        query = query.where(table.ended_at.is_(None))
    return session.scalars(query).all()


def facts_part(
    session: Session, table: type[RowT], port_call_id: UUID, window: Window, *, with_ended: bool
) -> Sequence[RowT]:
    """Give a part of the statements of a port call in the order they were made."""
    query = select(table).where(table.port_call_id == port_call_id)
    if not with_ended:
        query = query.where(table.ended_at.is_(None))
    return session.scalars(window.by_time(query, table.created_at, table.id, newest_first=False)).all()


def same_fact(session: Session, table: type[RowT], port_call_id: UUID, values: dict[str, Any]) -> RowT | None:
    """Give the statement that counts and has these values."""
    query = select(table).where(table.port_call_id == port_call_id, table.ended_at.is_(None))
    for name, value in values.items():
        query = query.where(getattr(table, name) == value)
    return session.scalars(query.limit(1)).first()


def current_transfers(session: Session, port_call_id: UUID) -> Sequence[Transfer]:
    """Give every load that counts."""
    return facts(session, Transfer, port_call_id)


def transfers_after(
    session: Session,
    port_call_id: UUID,
    *,
    mode: str | None,
    window: Window,
) -> Sequence[Transfer]:
    """Give loads that count, in the order of their weighing."""
    query = select(Transfer).where(Transfer.port_call_id == port_call_id, Transfer.ended_at.is_(None))
    if mode is not None:
        query = query.where(Transfer.mode == mode)
    return session.scalars(window.by_time(query, Transfer.weighed_at, Transfer.id, newest_first=False)).all()


def weighings(session: Session, port_call_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Give of every load that counts what a sum needs, without making objects of thousands of rows."""
    query = select(
        Transfer.mode,
        Transfer.weighed_at,
        Transfer.net_t,
        Transfer.declared_load_t,
        Transfer.scale_number,
        Transfer.standard_uncertainty_t,
    ).where(Transfer.port_call_id == port_call_id, Transfer.ended_at.is_(None))
    return session.execute(query.order_by(Transfer.weighed_at, Transfer.id)).all()


def scales(session: Session, port_call_id: UUID) -> Sequence[CargoScale]:
    """Give the scales that are declared for a port call."""
    return facts(session, CargoScale, port_call_id)


def storage_receipts(session: Session, port_call_id: UUID) -> Sequence[StorageReceipt]:
    """Give what stores have taken in."""
    return facts(session, StorageReceipt, port_call_id)
