"""Deletes what the policy lets go: decided and recorded in one transaction, then removed, and finished after a crash.

Source: docs/decisions/0010-files-by-content.md.
Left out: the choice itself (`deciding.py`).
"""

from collections.abc import Sequence
from typing import cast

import structlog
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from api.retention.deciding import Candidate, FileFacts, decide
from api.retention.holds import follow_chain, is_held
from api.retention.policy import RetentionClass, RetentionPolicy
from api.retention.records import FileDeleted, file_told
from api.retention.references import classes_of
from api.storage.database import Database
from api.storage.objects import Area, ObjectStore
from api.storage.tables import FileDeletion, StoredFile, utc_now

AT_ONCE = 50

log = structlog.get_logger(__name__)


def delete_expired(database: Database, objects: ObjectStore, policy: RetentionPolicy) -> int:
    """Delete what the policy lets go, by the catalogue as it stands.

    Returns:
        How many bytes were freed.

    Raises:
        StorageError: the store or the database failed; what was recorded is finished by the next run.
    """
    finish_deletions(database, objects)
    freed_bytes = 0
    while True:
        with database.writing() as session:
            follow_chain(session)
            chosen = next_to_go(session, policy)[:AT_ONCE]
            for item in chosen:
                _record(session, item, policy)
        freed_bytes += finish_deletions(database, objects)
        if len(chosen) < AT_ONCE:
            return freed_bytes


def next_to_go(session: Session, policy: RetentionPolicy) -> Sequence[Candidate]:
    """Tell what would be deleted now, the oldest first; changes nothing."""
    totals = {RetentionClass(name): size_bytes for name, (size_bytes, _) in totals_of(session).items()}
    query = select(StoredFile).where(~is_held(), StoredFile.damage.is_(None), ~_is_pending())
    files = (facts_of(row) for row in session.scalars(query))
    return decide(files, limits=policy.limits, totals_bytes=totals, now=utc_now())


def totals_of(session: Session) -> dict[str, tuple[int, int]]:
    """Tell the bytes and the number of files of each class."""
    query = select(StoredFile.retention_class, func.sum(StoredFile.size_bytes), func.count()).group_by(
        StoredFile.retention_class
    )
    return {name: (int(size_bytes), count) for name, size_bytes, count in session.execute(query)}


def finish_deletions(database: Database, objects: ObjectStore) -> int:
    """Remove the bytes of what is recorded as deleted.

    Returns:
        How many bytes were freed.

    Raises:
        StorageError: the store does not let go; the next run tries again.
    """
    with database.reading() as session:
        pending = session.scalars(select(FileDeletion).where(FileDeletion.outcome.is_(None))).all()
    freed_bytes = 0
    for deletion in pending:
        area = cast("Area", deletion.area)
        gone = objects.remove(deletion.sha256, area=area, unless_after=deletion.decided_at)
        with database.writing() as session:
            session.get_one(FileDeletion, deletion.id).outcome = "removed" if gone else "stored_again"
            row = session.get(StoredFile, (deletion.area, deletion.sha256))
            if row is not None and gone:
                session.delete(row)
            elif row is not None:
                row.stored_at = utc_now()
        freed_bytes += deletion.size_bytes if gone else 0
    return freed_bytes


def facts_of(row: StoredFile) -> FileFacts:
    """Give what deciding needs of a row."""
    return FileFacts(
        area=cast("Area", row.area),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        retention_class=RetentionClass(row.retention_class),
        stored_at=row.stored_at,
    )


def _record(session: Session, candidate: Candidate, policy: RetentionPolicy) -> None:
    """Write the decision down, unless the file has become something else since the stocktaking."""
    file = candidate.file
    now_class = classes_of(session, file.area, [file.sha256])[file.sha256]
    if now_class is not file.retention_class:
        session.get_one(StoredFile, (file.area, file.sha256)).retention_class = now_class.value
        return
    payload = FileDeleted(
        area=file.area,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        retention_class=file.retention_class.value,
        stored_at=file.stored_at.isoformat(),
        reason=candidate.reason,
        policy_sha256=policy.sha256,
    )
    record = file_told(session, payload)
    session.add(
        FileDeletion(
            area=file.area,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            reason=candidate.reason,
            record_id=record.id,
        )
    )
    log.info("stored file deleted", sha256=file.sha256, size_bytes=file.size_bytes, reason=candidate.reason)


def _is_pending() -> ColumnElement[bool]:
    return exists().where(
        FileDeletion.sha256 == StoredFile.sha256,
        FileDeletion.area == StoredFile.area,
        FileDeletion.outcome.is_(None),
    )
