"""All queries on records, and the way between a row and what is hashed.

Source: `api.storage.tables.Record`.
Left out: changing and deleting, which the database itself refuses.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.records.chain import Entry, StoredEntry
from api.storage.tables import Record

_ROWS_AT_ONCE = 500


def last_record(session: Session) -> Record | None:
    """Give the end of the chain; inside a writing transaction nobody can add another one."""
    return session.scalars(select(Record).order_by(Record.sequence.desc()).limit(1)).first()


def record_by_id(session: Session, identifier: UUID) -> Record | None:
    """Give one record."""
    return session.scalars(select(Record).where(Record.id == identifier)).first()


def records_after(
    session: Session,
    *,
    sequence: int,
    limit: int,
    port_call_id: UUID | None,
    subject_id: UUID | None,
    kind: str | None,
) -> Sequence[Record]:
    """Give the next records in the order of the chain."""
    query = select(Record).where(Record.sequence > sequence).order_by(Record.sequence).limit(limit)
    if port_call_id is not None:
        query = query.where(Record.port_call_id == port_call_id)
    if subject_id is not None:
        query = query.where(Record.subject_id == subject_id)
    if kind is not None:
        query = query.where(Record.kind == kind)
    return session.scalars(query).all()


def count_of_port_call(session: Session, port_call_id: UUID) -> int:
    """Count the records of a port call."""
    query = select(func.count()).select_from(Record).where(Record.port_call_id == port_call_id)
    return session.scalar(query) or 0


def whole_chain(session: Session) -> Iterator[StoredEntry]:
    """Give every record in order, a few hundred rows at a time."""
    query = select(Record).order_by(Record.sequence).execution_options(yield_per=_ROWS_AT_ONCE)
    for record in session.scalars(query):
        yield StoredEntry(entry=entry_of(record), sha256=record.sha256)


def entry_of(record: Record) -> Entry:
    """Give what of a row is hashed."""
    return Entry(
        sequence=record.sequence,
        id=str(record.id),
        kind=record.kind,
        subject_kind=record.subject_kind,
        subject_id=str(record.subject_id),
        port_call_id=_text_of(record.port_call_id),
        occurred_at=_with_z(record.occurred_at),
        occurred_at_source=record.occurred_at_source,
        recorded_at=_with_z(record.recorded_at),
        actor=record.actor,
        payload_version=record.payload_version,
        payload=record.payload,
        evidence=record.evidence,
        causes=record.causes,
        previous_sha256=record.previous_sha256,
    )


def _text_of(identifier: Any) -> str | None:
    return None if identifier is None else str(identifier)


def _with_z(instant: datetime) -> str:
    # Always six decimals: the text must not depend on whether the microseconds happen to be zero.
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
