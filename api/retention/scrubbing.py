"""Reads stored files and compares them with their names, a little at a time and with low priority.

Source: docs/decisions/0010-files-by-content.md: every file once in `HULLMARK_OBJECT_CHECK_INTERVAL_DAYS`.
Left out: repair: the file comes back from a backup or from its sender, and is then found whole.
"""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.errors import DamagedObjectError
from api.retention.records import FileWhole, file_told
from api.retention.stock import report_damage
from api.storage.database import Database
from api.storage.objects import Area, ObjectStore
from api.storage.tables import FileDeletion, StoredFile, utc_now

LOW_PRIORITY = 15
AT_ONCE = 100
BUDGET_BYTES = 8 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """One file that was read: what is wrong with it, or None."""

    area: Area
    sha256: str
    size_bytes: int
    damage: str | None


def scrub(
    database: Database, objects: ObjectStore, *, interval: timedelta, budget_bytes: int = BUDGET_BYTES
) -> None:
    """Check the files that are due, those first that nobody has ever read.

    Args:
        database: holds the catalogue.
        objects: what is read.
        interval: every file is due so long after its last check.
        budget_bytes: no further file is begun after so many bytes; the next run goes on.

    Raises:
        StorageError: the store does not answer; what was checked so far is noted.
    """
    while budget_bytes > 0:
        due = _due(database, interval)
        for row in due:
            budget_bytes -= check_file(database, objects, row).size_bytes
            if budget_bytes <= 0:
                return
        if len(due) < AT_ONCE:
            return


def check_file(database: Database, objects: ObjectStore, row: StoredFile) -> CheckedFile:
    """Read one file and note what was found.

    Raises:
        StorageError: the store does not answer.
    """
    area = cast("Area", row.area)
    damage = _damage_of(objects, area, row.sha256)
    with database.writing() as session:
        current = session.get(StoredFile, (row.area, row.sha256))
        if current is not None and not _is_deleted(session, current):
            current.checked_at = utc_now()
            _note(session, current, damage)
    return CheckedFile(area=area, sha256=row.sha256, size_bytes=row.size_bytes, damage=damage)


def lower_priority() -> None:
    """Let everything else of this machine go before this thread."""
    # Linux gives every thread a priority of its own.
    thread = threading.get_native_id()
    os.setpriority(os.PRIO_PROCESS, thread, max(LOW_PRIORITY, os.getpriority(os.PRIO_PROCESS, thread)))


def _damage_of(objects: ObjectStore, area: Area, sha256: str) -> str | None:
    try:
        objects.check(sha256, area=area)
    except DamagedObjectError as error:
        return error.reason
    return None


def _note(session: Session, row: StoredFile, damage: str | None) -> None:
    if damage is not None:
        report_damage(session, row, damage)
    elif row.damage is not None:
        row.damage = None
        file_told(session, FileWhole(area=row.area, sha256=row.sha256, size_bytes=row.size_bytes))


def _is_deleted(session: Session, row: StoredFile) -> bool:
    # Between listing and reading the rules of retention may have taken it: that is no damage.
    query = select(FileDeletion.id).where(
        FileDeletion.sha256 == row.sha256, FileDeletion.area == row.area, FileDeletion.outcome.is_(None)
    )
    return session.scalars(query).first() is not None


def _due(database: Database, interval: timedelta) -> Sequence[StoredFile]:
    query = (
        select(StoredFile)
        .where(or_(StoredFile.checked_at.is_(None), StoredFile.checked_at < utc_now() - interval))
        .order_by(StoredFile.checked_at.is_not(None), StoredFile.checked_at, StoredFile.sha256)
        .limit(AT_ONCE)
    )
    with database.reading() as session:
        return session.scalars(query).all()
