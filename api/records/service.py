"""Adds records to the chain and verifies it.

Source: the records page: serialised under concurrency, one transaction with the fact, whole after a crash.
Left out: who may read which record.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.records import repository
from api.records.chain import GENESIS_SHA256, ChainReport, KnownHead, verify_chain
from api.records.payloads import Evidence, Occurrence, Payload, Subject
from api.records.schemas import RecordPage, RecordView
from api.storage.tables import Record, new_id, utc_now


def append(
    session: Session,
    payload: Payload,
    *,
    subject: Subject,
    actor: str,
    port_call_id: UUID | None = None,
    occurrence: Occurrence | None = None,
    evidence: Sequence[Evidence] = (),
    causes: Sequence[UUID] = (),
) -> Record:
    """Add one record to the end of the chain, in the transaction of the fact it tells.

    Args:
        session: a transaction of `Database.writing`: its lock is what keeps two records from the same place.
        payload: what is asserted.
        subject: what it is about; a port call also becomes the `port_call_id`.
        actor: who asserts it.
        port_call_id: the port call it belongs to, where the subject is something else.
        occurrence: when it happened and how that is known; None where the server sees it happen now.
        evidence: stored files that show it.
        causes: records it rests on.
    """
    session.flush()
    now = utc_now()
    last = repository.last_record(session)
    record = Record(
        sequence=1 if last is None else last.sequence + 1,
        id=new_id(),
        kind=payload.KIND,
        subject_kind=subject.kind,
        subject_id=subject.id,
        port_call_id=subject.id if subject.kind == "port_call" else port_call_id,
        occurred_at=now if occurrence is None else occurrence.at,
        occurred_at_source="server_clock" if occurrence is None else occurrence.source,
        recorded_at=now,
        actor=actor,
        payload_version=payload.VERSION,
        payload=payload.model_dump(mode="json"),
        evidence=[item.model_dump(mode="json") for item in evidence],
        causes=[str(cause) for cause in causes],
        previous_sha256=GENESIS_SHA256 if last is None else last.sha256,
    )
    record.sha256 = repository.entry_of(record).sha256()
    session.add(record)
    session.flush()
    return record


def read(session: Session, identifier: UUID) -> RecordView:
    """Give one record.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    record = repository.record_by_id(session, identifier)
    if record is None:
        raise NotFoundError.of("record", identifier)
    return RecordView.model_validate(record)


def page(
    session: Session,
    *,
    after_sequence: int,
    limit: int,
    port_call_id: UUID | None,
    subject_id: UUID | None,
    kind: str | None,
) -> RecordPage:
    """Give the next records in the order of the chain."""
    rows = repository.records_after(
        session,
        sequence=after_sequence,
        limit=limit + 1,
        port_call_id=port_call_id,
        subject_id=subject_id,
        kind=kind,
    )
    items = [RecordView.model_validate(row) for row in rows[:limit]]
    return RecordPage(items=items, next_after_sequence=items[-1].sequence if len(rows) > limit else None)


def verify(session: Session, *, known_head: KnownHead | None) -> ChainReport:
    """Walk the whole chain and report what does not hold."""
    return verify_chain(repository.whole_chain(session), known_head=known_head)
