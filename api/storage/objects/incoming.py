"""Bytes on their way in: received into a locked local part, hashed as they come, gone when they end badly.

Source: `flock(2)`: the lock of a killed process is gone with it, so what nobody holds was abandoned.
Left out: where complete bytes lie (`shelf.py`).

    incoming/<uuid>.part    being received and locked by its writer
    incoming/<uuid>.origin  what it is a part of, for whoever finds it without its writer
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from api.storage.objects.failures import failure_is_named
from api.storage.tables import new_id

ORIGIN = ".origin"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object that is kept for good."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonedPart:
    """What a killed process had received of something, and what its sender had said of it."""

    origin: Mapping[str, Any]
    received_bytes: int


class IncomingObject:
    """Bytes on their way in. Nothing of them is visible before `store` or `quarantine`.

    Args:
        part: the locked file that takes them.
        file: the same, open.
        keep: puts the complete part where it belongs; the second argument is the reason of a quarantine.
    """

    def __init__(
        self, part: Path, file: BinaryIO, keep: Callable[[Path, StoredObject, str | None], None]
    ) -> None:
        self._part = part
        self._file = file
        self._keep = keep
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """The hash of what was received so far."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append received bytes.

        Raises:
            StorageFullError: the disk took no more.
            StorageError: the disk cannot be written.
        """
        with failure_is_named():
            self._file.write(chunk)
        self._digest.update(chunk)
        self.size_bytes += len(chunk)

    def complete_path(self) -> Path:
        """Say where all bytes written so far can be read, before they are an object or kept aside.

        Raises:
            StorageFullError: the disk took no more.
            StorageError: the disk cannot be written.
        """
        with failure_is_named():
            self._file.flush()
        return self._part

    def store(self) -> StoredObject:
        """Make the bytes an object; the same bytes stored before are the same object.

        Raises:
            StorageError: they cannot be kept; nothing of them is visible.
        """
        return self._settle(None)

    def quarantine(self, reason: str) -> StoredObject:
        """Keep the bytes aside with the reason; they are no object that anything may refer to as footage.

        Raises:
            StorageError: they cannot be kept; nothing of them is visible.
        """
        return self._settle(reason)

    def _settle(self, reason: str | None) -> StoredObject:
        stored = StoredObject(sha256=self.sha256, size_bytes=self.size_bytes)
        with failure_is_named():
            self._file.flush()
            os.fsync(self._file.fileno())
        # The file stays open, and so its part stays locked, until it has its name.
        self._keep(self._part, stored, reason)
        return stored


@contextmanager
def locked_part(folder: Path, origin: Mapping[str, Any] | None) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a part for writing; it and its origin are gone when the block ends.

    Raises:
        StorageFullError: the disk is full.
        StorageError: the disk cannot be written.
    """
    with failure_is_named():
        part, file = _new_part(folder)
    try:
        if origin is not None:
            with failure_is_named():
                part.with_suffix(ORIGIN).write_text(json.dumps(origin), encoding="utf-8")
        yield part, file
    finally:
        _close_quietly(file)
        _remove(part)


def sweep(folder: Path) -> list[AbandonedPart]:
    """Remove the parts that nobody holds.

    Returns:
        What they were, where their origin was told.
    """
    found: list[AbandonedPart] = []
    for part in sorted(folder.glob("*.part")):
        with suppress(FileNotFoundError, BlockingIOError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            origin = _origin_of(part)
            if origin is not None:
                received_bytes = os.fstat(file.fileno()).st_size
                found.append(AbandonedPart(origin=origin, received_bytes=received_bytes))
            _remove(part)
    return found


def _new_part(folder: Path) -> tuple[Path, BinaryIO]:
    """Open a file that `sweep` leaves alone for as long as it is open, in whichever process."""
    while True:
        part = folder / f"{new_id()}.part"
        file = part.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        # Between opening and locking it may have been swept.
        if os.fstat(file.fileno()).st_nlink:
            return part, file
        file.close()


def _origin_of(part: Path) -> Mapping[str, Any] | None:
    try:
        origin: Mapping[str, Any] = json.loads(part.with_suffix(ORIGIN).read_bytes())
    except (FileNotFoundError, ValueError):
        # None was told, or its writer was killed while it wrote that.
        return None
    return origin


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_suffix(ORIGIN).unlink(missing_ok=True)


def _close_quietly(file: BinaryIO) -> None:
    # Closing flushes: on a full disk it fails again, and the error that matters is already on its way.
    try:
        file.close()
    except OSError:
        return
