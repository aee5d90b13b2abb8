"""Shows the state of the file store.

Source: the catalogue of the last stocktaking, and the disk as it is now.
Left out: changing anything, which the worker does (`periodic.py`).
"""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.errors import ObjectDeletedError
from api.retention.deciding import Candidate
from api.retention.deleting import next_to_go, totals_of
from api.retention.holds import is_held
from api.retention.policy import RetentionClass, RetentionPolicy
from api.retention.schemas import CandidateView, ClassView, DamageView, FloorView, StorageView
from api.retention.space import refused_purposes
from api.storage.objects import ObjectStore, Purpose
from api.storage.tables import FileDeletion, StoredFile

SHOWN = 50


def show(session: Session, objects: ObjectStore, policy: RetentionPolicy) -> StorageView:
    """Show the store: what lies there, what is refused, what would be deleted now."""
    disk = shutil.disk_usage(objects.root)
    return StorageView.model_validate(
        {
            "place": objects.place,
            "stock_taken_at": _stock_taken_at(session),
            "disk_free_bytes": disk.free,
            "disk_total_bytes": disk.total,
            "classes": _classes(session, policy),
            "floors": _floors(objects),
            "policy_sha256": policy.sha256,
        }
        | _candidates(next_to_go(session, policy))
        | _deleted(session)
        | _damaged(session)
    )


def refuse_deleted(session: Session, sha256: str) -> None:
    """Say so where a file that is not there was deleted by the rules.

    Raises:
        ObjectDeletedError: it was.
    """
    query = (
        select(FileDeletion)
        .where(FileDeletion.sha256 == sha256, FileDeletion.area == "objects")
        .order_by(FileDeletion.decided_at.desc())
        .limit(1)
    )
    deletion = session.scalars(query).first()
    if deletion is not None and deletion.outcome != "stored_again":
        when = deletion.decided_at.date().isoformat()
        raise ObjectDeletedError(sha256, f"{when}, {deletion.reason}; record {deletion.record_id}")


def _classes(session: Session, policy: RetentionPolicy) -> list[ClassView]:
    totals = totals_of(session)
    query = (
        select(StoredFile.retention_class, func.sum(StoredFile.size_bytes))
        .where(is_held())
        .group_by(StoredFile.retention_class)
    )
    held = {name: int(size_bytes) for name, size_bytes in session.execute(query)}
    views = []
    for name in RetentionClass:
        limit = policy.limits[name]
        used_bytes, file_count = totals.get(name.value, (0, 0))
        views.append(
            ClassView(
                retention_class=name.value,
                file_count=file_count,
                used_bytes=used_bytes,
                held_bytes=held.get(name.value, 0),
                max_age_days=None if limit.max_age is None else limit.max_age / timedelta(days=1),
                max_total_bytes=limit.max_total_bytes,
            )
        )
    return views


def _floors(objects: ObjectStore) -> list[FloorView]:
    refused = refused_purposes(objects)
    ordered = sorted(Purpose, key=lambda purpose: objects.floors[purpose], reverse=True)
    return [
        FloorView(
            purpose=purpose.value, floor_bytes=objects.floors[purpose], refused=purpose.value in refused
        )
        for purpose in ordered
    ]


def _candidates(chosen: Sequence[Candidate]) -> dict[str, Any]:
    shown = [
        CandidateView(
            sha256=item.file.sha256,
            area=item.file.area,
            retention_class=item.file.retention_class.value,
            size_bytes=item.file.size_bytes,
            stored_at=item.file.stored_at,
            reason=item.reason,
        )
        for item in chosen[:SHOWN]
    ]
    freed_bytes = sum(item.file.size_bytes for item in chosen)
    return {"next_to_go": shown, "next_to_go_count": len(chosen), "next_to_go_bytes": freed_bytes}


def _deleted(session: Session) -> dict[str, Any]:
    query = select(func.count(), func.coalesce(func.sum(FileDeletion.size_bytes), 0))
    count, size_bytes = session.execute(query.where(FileDeletion.outcome == "removed")).one()
    return {"deleted_count": count, "deleted_bytes": int(size_bytes)}


def _damaged(session: Session) -> dict[str, Any]:
    rows = session.scalars(
        select(StoredFile).where(StoredFile.damage.is_not(None)).order_by(StoredFile.sha256)
    ).all()
    never = session.scalar(
        select(func.count()).select_from(StoredFile).where(StoredFile.checked_at.is_(None))
    )
    return {
        "damaged": [DamageView.model_validate(row) for row in rows[:SHOWN]],
        "damaged_count": len(rows),
        "never_checked_count": never or 0,
    }


def _stock_taken_at(session: Session) -> datetime | None:
    return session.scalar(select(func.max(StoredFile.seen_at)))
