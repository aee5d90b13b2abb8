"""Which files are to be deleted by the declared policy: pure deciding over what the catalogue says.

Source: docs/decisions/0010-files-by-content.md: by age first, then the oldest of a class that takes too much.
Left out: deleting (`deleting.py`); files that something holds never come here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.retention.policy import Limit, RetentionClass
from api.storage.objects import Area

SETTLING = timedelta(hours=1)
"""However short an age is declared: an upload stores its file a moment before the row that refers to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """One stored file that nothing holds."""

    area: Area
    sha256: str
    size_bytes: int
    retention_class: RetentionClass
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file to be deleted, and why."""

    file: FileFacts
    reason: str


def decide(
    files: Iterable[FileFacts],
    *,
    limits: Mapping[RetentionClass, Limit],
    totals_bytes: Mapping[RetentionClass, int],
    now: datetime,
) -> Sequence[Candidate]:
    """Choose what is to be deleted.

    Args:
        files: what nothing holds, in any order.
        limits: of every class.
        totals_bytes: what the files of each class take together, the held ones included.
        now: the present moment.

    Returns:
        The oldest first.
    """
    left_bytes = dict(totals_bytes)
    chosen = []
    for file in sorted(files, key=lambda item: (item.stored_at, item.sha256)):
        reason = _reason(file, limits[file.retention_class], left_bytes.get(file.retention_class, 0), now)
        if reason is not None:
            left_bytes[file.retention_class] -= file.size_bytes
            chosen.append(Candidate(file=file, reason=reason))
    return chosen


def _reason(file: FileFacts, limit: Limit, class_bytes: int, now: datetime) -> str | None:
    age = now - file.stored_at
    if age < SETTLING:
        return None
    if limit.max_age is not None and age > limit.max_age:
        return f"{file.retention_class.value} is kept for {limit.max_age / timedelta(days=1):g} days"
    if limit.max_total_bytes is not None and class_bytes > limit.max_total_bytes:
        return f"{file.retention_class.value} may take {limit.max_total_bytes} bytes together"
    return None
