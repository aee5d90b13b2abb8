"""Taking stock: what lies in the store is entered in the catalogue, with its class; what vanished is reported.

Source: the listing of the store is the truth, the table `stored_files` follows it.
Left out: reading the bytes (`scrubbing.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.retention.policy import RetentionClass
from api.retention.records import FileDamaged, file_told
from api.retention.references import classes_of
from api.storage.database import Database
from api.storage.objects import AREAS, Area, Listed, ObjectStore
from api.storage.tables import StoredFile, utc_now

BATCH = 400
GONE = "not in the store"

log = structlog.get_logger(__name__)


def take_stock(database: Database, objects: ObjectStore) -> None:
    """Bring the catalogue up to date.

    Raises:
        StorageError: the store does not answer; what was entered so far stays.
    """
    began_at = utc_now()
    for area in AREAS:
        for batch in _batches(objects.listing(area)):
            with database.writing() as session:
                _enter(session, area, batch, began_at)
        _report_vanished(database, objects, area, began_at)


def _enter(session: Session, area: Area, batch: Sequence[Listed], now: datetime) -> None:
    names = [item.sha256 for item in batch]
    query = select(StoredFile).where(StoredFile.area == area, StoredFile.sha256.in_(names))
    known = {row.sha256: row for row in session.scalars(query)}
    classes = classes_of(session, area, names)
    for item in batch:
        row = known.get(item.sha256)
        if row is None:
            row = StoredFile(area=area, sha256=item.sha256)
            session.add(row)
        row.size_bytes, row.stored_at, row.seen_at = item.size_bytes, item.modified_at, now
        row.retention_class = classes[item.sha256].value
        if row.damage == GONE:
            # Its bytes came back; whether they are right shows when they are read, which is due at once.
            row.checked_at = None


def _report_vanished(database: Database, objects: ObjectStore, area: Area, began_at: datetime) -> None:
    """What nothing refers to may vanish; the loss of anything else is damage."""
    with database.writing() as session:
        query = select(StoredFile).where(StoredFile.area == area, StoredFile.seen_at < began_at)
        for row in session.scalars(query).all():
            if _is_there(objects, area, row.sha256):
                continue
            kind = classes_of(session, area, [row.sha256])[row.sha256]
            if kind is RetentionClass.UNREFERENCED:
                session.delete(row)
            elif row.damage != GONE:
                report_damage(session, row, GONE)


def report_damage(session: Session, row: StoredFile, damage: str) -> None:
    """Note that a file is damaged, and record it where it was not known."""
    if row.damage != damage:
        row.damage = damage
        log.error("stored file damaged", sha256=row.sha256, area=row.area, damage=damage)
        payload = FileDamaged(
            area=row.area,
            sha256=row.sha256,
            size_bytes=row.size_bytes,
            retention_class=row.retention_class,
            damage=damage,
        )
        file_told(session, payload)


def _is_there(objects: ObjectStore, area: Area, sha256: str) -> bool:
    # It may have been stored again after its folder was listed.
    return objects.exists(sha256, area=area)


def _batches(listed: Iterable[Listed]) -> Iterator[list[Listed]]:
    items = iter(listed)
    while batch := list(islice(items, BATCH)):
        yield batch
