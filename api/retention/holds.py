"""Which files a record holds as evidence: an index that follows the chain.

Source: the storage page of the design: evidence held by a record is never deleted by age.
Left out: receipts: that a file arrived is told of every file, and would hold them all.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from api.storage.tables import EvidenceHold, Footage, Reading, Record, StorageNote, StoredFile

RECEIPTS = frozenset({"file.received"})
OWN_KINDS = "storage."
_CURSOR = "holds"
_RECORDS_AT_ONCE = 1000


def follow_chain(session: Session) -> None:
    """Enter the evidence of every record that was added since the last time.

    Args:
        session: a writing transaction; what is decided in it afterwards rests on all records there are.
    """
    cursor = session.get(StorageNote, _CURSOR) or StorageNote(name=_CURSOR, note={"sequence": 0})
    session.add(cursor)
    sequence: int = cursor.note["sequence"]
    while True:
        query = (
            select(Record.sequence, Record.kind, Record.evidence)
            .where(Record.sequence > sequence)
            .order_by(Record.sequence)
            .limit(_RECORDS_AT_ONCE)
        )
        rows = session.execute(query).all()
        for row in rows:
            if row.kind not in RECEIPTS and not row.kind.startswith(OWN_KINDS):
                _hold(session, row.sequence, {item["sha256"] for item in row.evidence})
            sequence = row.sequence
        if len(rows) < _RECORDS_AT_ONCE:
            break
    cursor.note = {"sequence": sequence}
    session.flush()


def is_held() -> ColumnElement[bool]:
    """Say, for a query on stored files, that a record or a reading needs the file."""
    by_record = exists().where(EvidenceHold.sha256 == StoredFile.sha256)
    by_reading = exists().where(Footage.object_sha256 == StoredFile.sha256, Reading.footage_id == Footage.id)
    return by_record | by_reading


def _hold(session: Session, sequence: int, names: Iterable[str]) -> None:
    for name in sorted(names):
        if session.get(EvidenceHold, name) is None:
            session.add(EvidenceHold(sha256=name, sequence=sequence))
