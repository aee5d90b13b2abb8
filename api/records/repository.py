"""All queries on records, and the way between a row and what is hashed.

Source: `api.storage.tables.Record`.
Left out: changing and deleting, which the database itself refuses; walking the whole chain (`rows.py`).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from api.auth.principals import CURRENT
from api.auth.visibility import records_condition
from api.pages import Window
from api.records.chain import Entry
from api.storage.tables import Record

# Any number that nothing else of the service uses; locks of other numbers are not waited for.
CHAIN_LOCK = 7_301_001


def hold_end_of_chain(session: Session) -> None:
    """Keep everybody else from adding a record until this transaction has ended.

    On SQLite a writing transaction has the whole database to itself already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})


def last_record(session: Session) -> Record | None:
    """Give the end of the chain; after `hold_end_of_chain` nobody can add another one."""
    return session.scalars(select(Record).order_by(Record.sequence.desc()).limit(1)).first()


def record_by_id(session: Session, identifier: UUID) -> Record | None:
    """Give one record."""
    return session.scalars(_visible(select(Record)).where(Record.id == identifier)).first()


def unknown_among(session: Session, identifiers: Iterable[UUID]) -> list[UUID]:
    """Name those that are no record."""
    wanted = list(dict.fromkeys(identifiers))
    if not wanted:
        return []
    known = set(session.scalars(select(Record.id).where(Record.id.in_(wanted))))
    return [identifier for identifier in wanted if identifier not in known]


def records_after(
    session: Session,
    *,
    sequence: int,
    window: Window,
    port_call_id: UUID | None,
    subject_id: UUID | None,
    kind: str | None,
) -> Sequence[Record]:
    """Give the next records in the order of the chain."""
    query = _visible(select(Record)).where(Record.sequence > sequence)
    if port_call_id is not None:
        query = query.where(Record.port_call_id == port_call_id)
    if subject_id is not None:
        query = query.where(Record.subject_id == subject_id)
    if kind is not None:
        query = query.where(Record.kind == kind)
    return session.scalars(window.by_number(query, Record.sequence)).all()


def count_of_port_call(session: Session, port_call_id: UUID) -> int:
    """Count the records of a port call."""
    query = select(func.count()).select_from(Record).where(Record.port_call_id == port_call_id)
    return session.scalar(query) or 0


def entry_of(record: Record) -> Entry:
    """Give what of a row is hashed."""
    return Entry(
        sequence=record.sequence,
        id=str(record.id),
        kind=record.kind,
        subject_kind=record.subject_kind,
        subject_id=str(record.subject_id),
        port_call_id=_text_of(record.port_call_id),
        occurred_at=with_z(record.occurred_at),
        occurred_at_source=record.occurred_at_source,
        recorded_at=with_z(record.recorded_at),
        actor=record.actor,
        payload_version=record.payload_version,
        payload=record.payload,
        evidence=record.evidence,
        causes=record.causes,
    )


def with_z(instant: datetime) -> str:
    """Write an instant as it is hashed.

    >>> with_z(datetime(2026, 5, 4, 6, 30, tzinfo=UTC))
    '2026-05-04T06:30:00.000000Z'
    """
    # Always six decimals: the text must not depend on whether the microseconds happen to be zero.
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text_of(identifier: Any) -> str | None:
    return None if identifier is None else str(identifier)


def _visible(query: Select[Record]) -> Select[Record]:
    principal = CURRENT.get()
    return query if principal is None else query.where(records_condition(principal))
