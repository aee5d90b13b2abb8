"""Adds records to the chain and verifies it.

Source: the records page: serialised under concurrency, one transaction with the fact, whole after a crash.
Left out: who may read which record.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import BrokenChainError, NotFoundError, UnknownCauseError
from api.pages import Window
from api.records import repository, rows
from api.records.chain import (
    GENESIS_SHA256,
    ChainReport,
    ChainWalk,
    Faults,
    KnownHead,
    link_sha256,
    sha256_of,
)
from api.records.checkpoints import statement_of
from api.records.payloads import Evidence, Occurrence, Payload, Subject
from api.records.schemas import CheckpointPage, CheckpointView, RecordPage, RecordView
from api.storage.tables import Checkpoint, Record, new_id, utc_now


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
        session: a transaction of `Database.writing`. The end of the chain is held from here until it ends, so that
            the order of the records is the order of the commits.
        payload: what is asserted.
        subject: what it is about; a port call also becomes the `port_call_id`.
        actor: who asserts it.
        port_call_id: the port call it belongs to, where the subject is something else.
        occurrence: when it happened and how that is known; None where the server sees it happen now.
        evidence: stored files that show it.
        causes: records it rests on.

    Raises:
        UnknownCauseError: one of the causes is no record.
    """
    session.flush()
    repository.hold_end_of_chain(session)
    unknown = repository.unknown_among(session, causes)
    if unknown:
        raise UnknownCauseError(unknown)
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
    record.content_sha256 = sha256_of(repository.entry_of(record).content())
    record.sha256 = link_sha256(record.previous_sha256, record.content_sha256)
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
    window: Window,
    port_call_id: UUID | None,
    subject_id: UUID | None,
    kind: str | None,
) -> RecordPage:
    """Give the next records in the order of the chain."""
    found = repository.records_after(
        session,
        sequence=after_sequence,
        window=window,
        port_call_id=port_call_id,
        subject_id=subject_id,
        kind=kind,
    )
    rows, following = window.cut(found, lambda row: (row.sequence,))
    return RecordPage(
        items=[RecordView.model_validate(row) for row in rows],
        next_cursor=following,
        next_after_sequence=None if following is None else rows[-1].sequence,
    )


def verify(session: Session, *, known_head: KnownHead | None) -> ChainReport:
    """Walk the whole chain and report what does not hold."""
    faults = Faults()
    walk = ChainWalk(faults)
    found = known_head is None
    for link, previous_sha256, content in rows.chain_after(session):
        if previous_sha256 != walk.sha256:
            faults.note("broken_link", link.sequence, "names another record than the one before it")
        walk.take(link, content)
        found = found or known_head == KnownHead(sequence=link.sequence, sha256=link.sha256)
    if known_head is not None and not found:
        faults.note("head_not_found", known_head.sequence, "the noted record is not in this chain")
    return walk.report()


def checkpoint_page(session: Session, *, after_number: int, window: Window) -> CheckpointPage:
    """Give checkpoints in their order.

    Raises:
        BrokenChainError: one of them is no longer written as one.
    """
    query = select(Checkpoint).where(Checkpoint.number > after_number)
    found = session.scalars(window.by_number(query, Checkpoint.number)).all()
    rows, following = window.cut(found, lambda row: (row.number,))
    return CheckpointPage(
        items=[_checkpoint_view(row) for row in rows],
        next_cursor=following,
        next_after_number=None if following is None else rows[-1].number,
    )


def _checkpoint_view(row: Checkpoint) -> CheckpointView:
    said = statement_of(row).read()
    if said is None:
        raise BrokenChainError(row.sequence, f"checkpoint {row.number} is not written as one")
    return CheckpointView(
        number=row.number,
        sequence=row.sequence,
        head_sha256=said.head_sha256,
        signed_at=row.signed_at,
        reason=said.reason,
        key_id=row.key_id,
        next_public_key=said.next_public_key,
        statement=row.statement,
        signature=row.signature,
        sha256=row.sha256,
    )
