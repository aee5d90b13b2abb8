"""What a filling disk refuses, in the declared order; and the reserve that lets the last records be written.

Source: docs/decisions/0010-files-by-content.md: live recordings go first, then derived files, uploads, evidence.
Left out: deleting what is expired (`deleting.py`), which comes before refusing.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from api.errors import StorageError
from api.retention.records import space_changed
from api.storage.database import Database
from api.storage.objects import ObjectStore, Purpose
from api.storage.tables import StorageNote

RESERVE_FILE = "space.reserve"
RESERVE_BYTES = 8 * 1024**2
_SMALLEST_SHARE = 32
_NOTE = "space"
LOOK_S = 2.0

log = structlog.get_logger(__name__)


def refused_purposes(objects: ObjectStore) -> list[str]:
    """Name what the disk takes nothing more for, the first refused first."""
    free_bytes = objects.disk_free_bytes()
    ordered = sorted(Purpose, key=lambda purpose: objects.floors[purpose], reverse=True)
    return [purpose.value for purpose in ordered if free_bytes <= objects.floors[purpose]]


def record_changes(database: Database, objects: ObjectStore) -> None:
    """Record when something more, or less, is refused than at the last look.

    Raises:
        StorageError: the record cannot be written; the next look tries again.
    """
    refused = refused_purposes(objects)
    with database.reading() as session:
        note = session.get(StorageNote, _NOTE)
        if refused == (note.note["refused"] if note is not None else []):
            return
    with database.writing() as session:
        note = session.get(StorageNote, _NOTE) or StorageNote(name=_NOTE)
        note.note = {"refused": refused}
        session.add(note)
        space_changed(session, free_bytes=objects.disk_free_bytes(), refused=refused)


class Reserve:
    """Some megabytes that are given free when nothing else is, so that deleting can be recorded.

    Args:
        path: the file that keeps the space.
        size_bytes: of it.
    """

    def __init__(self, path: Path, size_bytes: int = RESERVE_BYTES) -> None:
        self.path = path
        self.size_bytes = size_bytes

    def look(self) -> None:
        """Give the space free on a full disk, and take it again when there is plenty."""
        status = os.statvfs(self.path.parent)
        # On a small disk the reserve must not be what fills it.
        size_bytes = min(self.size_bytes, status.f_blocks * status.f_frsize // _SMALLEST_SHARE)
        free_bytes = status.f_bavail * status.f_frsize
        if free_bytes < size_bytes // 8 and self.path.exists():
            self.path.unlink(missing_ok=True)
            log.error("disk full: the reserve is given free", free_bytes=free_bytes, reserve_bytes=size_bytes)
        elif free_bytes > 4 * size_bytes and not self.path.exists():
            self._take(size_bytes)

    def _take(self, size_bytes: int) -> None:
        # Written under another name: a reserve that is there is whole.
        part = self.path.with_suffix(".part")
        with suppress(OSError):
            with part.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size_bytes)
            part.replace(self.path)


def watch(objects: ObjectStore, reserve: Reserve, stopping: threading.Event) -> None:
    """Say loudly in the log what the disk refuses, and look after the reserve, until told to stop."""
    known: list[str] = []
    while True:
        with suppress(OSError):
            reserve.look()
            refused = refused_purposes(objects)
            if refused != known:
                tell = log.error if refused else log.info
                tell("disk space", refused=refused, free_bytes=objects.disk_free_bytes())
            known = refused
        if stopping.wait(LOOK_S):
            return


class MakingRoom:
    """Deletes what is expired before something is refused; one thread does it for all that wait.

    Args:
        expire: deletes it.
        reserve: given free first where even a record does not fit.
    """

    def __init__(self, expire: Callable[[], object], reserve: Reserve) -> None:
        self._expire = expire
        self._reserve = reserve
        self._turn = threading.Lock()

    def __call__(self) -> None:
        """Make what room there is to be made; a failure leaves the refusal to whoever asked."""
        with self._turn:
            with suppress(OSError):
                self._reserve.look()
            try:
                self._expire()
            except StorageError as error:
                log.warning("no room could be made", reason=str(error))
