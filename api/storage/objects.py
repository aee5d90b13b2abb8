"""Files kept by their content: the name of an object is the SHA-256 of its bytes, and it never changes.

Source: the same scheme as git's object folder; durability by fsync of file and folder before the name exists.
Left out: S3, retention by class, and who may read what (the noun that names the object decides).

    objects/ab/cd/abcd…     stored, read-only
    quarantine/abcd…        bytes kept aside, with abcd….json telling why
    incoming/<uuid>.part    being received and locked by its writer; gone when the upload ends badly
    incoming/<uuid>.origin  what it is a part of, for whoever finds it without its writer
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from api.errors import DamagedObjectError, StorageError, StorageFullError
from api.storage.tables import new_id, utc_now

CHUNK_BYTES = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
ORIGIN = ".origin"
_READ_ONLY_MODE = 0o444


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object that is on the disk for good."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonedPart:
    """What a killed process had received of something, and what its sender had said of it."""

    origin: Mapping[str, Any]
    received_bytes: int


class IncomingObject:
    """Bytes on their way in. Nothing of them is visible before `store` or `quarantine`."""

    def __init__(self, store: "ObjectStore", part: Path, file: BinaryIO) -> None:
        self._store = store
        self._part = part
        self._file = file
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
        with _failure_is_named():
            self._file.write(chunk)
        self._digest.update(chunk)
        self.size_bytes += len(chunk)

    def complete_path(self) -> Path:
        """Say where all bytes written so far can be read, before they are an object or kept aside.

        Raises:
            StorageFullError: the disk took no more.
            StorageError: the disk cannot be written.
        """
        with _failure_is_named():
            self._file.flush()
        return self._part

    def store(self) -> StoredObject:
        """Make the bytes an object; the same bytes stored before are the same object."""
        target = self._store.path_of(self.sha256)
        self._settle(target)
        return StoredObject(sha256=self.sha256, size_bytes=self.size_bytes)

    def quarantine(self, reason: str) -> StoredObject:
        """Keep the bytes aside with the reason; they are no object that anything may refer to as footage."""
        target = self._store.quarantine_path_of(self.sha256)
        self._settle(target)
        self._store.note_quarantine(self.sha256, size_bytes=self.size_bytes, reason=reason)
        return StoredObject(sha256=self.sha256, size_bytes=self.size_bytes)

    def _settle(self, target: Path) -> None:
        with _failure_is_named():
            self._file.flush()
            os.fsync(self._file.fileno())
            # The file stays open, and so its part stays locked, until it has its name.
            self._part.chmod(_READ_ONLY_MODE)
            target.parent.mkdir(parents=True, exist_ok=True)
            # Replacing is atomic: a reader sees one complete file or the other, and both are equal.
            self._part.replace(target)
            _sync_folders(target.parent, self._store.root)


class ObjectStore:
    """A folder of objects. Safe to use from several threads and processes at once."""

    def __init__(self, root: Path, *, minimum_free_bytes: int) -> None:
        self.root = root
        self._minimum_free_bytes = minimum_free_bytes

    def prepare(self) -> None:
        """Create the folders, and try whether they can be written.

        Raises:
            OSError: One of them cannot.
        """
        for folder in ("objects", "quarantine", "incoming"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
            trial = self.root / folder / f".trial-{os.getpid()}"
            trial.touch()
            trial.unlink()

    def sweep(self) -> list[AbandonedPart]:
        """Remove what killed processes left half received: a part that nobody holds.

        Returns:
            What it was, where its origin was told.
        """
        found: list[AbandonedPart] = []
        for part in sorted((self.root / "incoming").glob("*.part")):
            with suppress(FileNotFoundError, BlockingIOError), part.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                origin = _origin_of(part)
                if origin is not None:
                    received_bytes = os.fstat(file.fileno()).st_size
                    found.append(AbandonedPart(origin=origin, received_bytes=received_bytes))
                _remove(part)
        return found

    def path_of(self, sha256: str) -> Path:
        """Say where an object lies, or would lie.

        Raises:
            ValueError: not 64 lower-case hexadecimal digits; such a name could leave the folder.
        """
        _require_sha256(sha256)
        return self.root / "objects" / sha256[:2] / sha256[2:4] / sha256

    def quarantine_path_of(self, sha256: str) -> Path:
        """Say where bytes kept aside lie, or would lie."""
        _require_sha256(sha256)
        return self.root / "quarantine" / sha256

    def existing_path_of(self, sha256: str) -> Path:
        """Say where an object lies that must be there.

        Raises:
            DamagedObjectError: it is gone.
        """
        path = self.path_of(sha256)
        if not path.is_file():
            raise DamagedObjectError(sha256, "not in the store")
        return path

    def free_bytes(self) -> int:
        """Count the bytes that uploads may still use: what is free, less the part that must stay so."""
        return max(0, shutil.disk_usage(self.root).free - self._minimum_free_bytes)

    @contextmanager
    def receive(
        self, *, expected_bytes: int | None = None, origin: Mapping[str, Any] | None = None
    ) -> Iterator[IncomingObject]:
        """Take bytes in; unless the block stores or quarantines them, nothing of them remains.

        Args:
            expected_bytes: announced size, refused at once when it does not fit.
            origin: what `sweep` is to tell of it should this process be killed; plain JSON.

        Raises:
            StorageFullError: the announced size does not fit, or the disk filled up.
        """
        free = self.free_bytes()
        if (expected_bytes or 0) > free or free == 0:
            raise StorageFullError(needed_bytes=expected_bytes, free_bytes=free)
        with _failure_is_named():
            part, file = self._new_part()
        try:
            if origin is not None:
                with _failure_is_named():
                    part.with_suffix(ORIGIN).write_text(json.dumps(origin), encoding="utf-8")
            yield IncomingObject(self, part, file)
        finally:
            _close_quietly(file)
            _remove(part)

    def _new_part(self) -> tuple[Path, BinaryIO]:
        """Open a file that `sweep` leaves alone for as long as it is open, in whichever process."""
        while True:
            part = self.root / "incoming" / f"{new_id()}.part"
            file = part.open("xb")
            fcntl.flock(file, fcntl.LOCK_EX)
            # Between opening and locking it may have been swept.
            if os.fstat(file.fileno()).st_nlink:
                return part, file
            file.close()

    def put(self, source: Path | bytes) -> StoredObject:
        """Store a finished file or bytes; the source stays where it is."""
        with self.receive() as incoming:
            if isinstance(source, bytes):
                incoming.write(source)
            else:
                for chunk in _chunks(source):
                    incoming.write(chunk)
            return incoming.store()

    def move_to_quarantine(self, sha256: str, reason: str) -> None:
        """Copy an object aside because a closer look refused it; it stays for those who name it."""
        with self.receive() as incoming:
            for chunk in _chunks(self.existing_path_of(sha256)):
                incoming.write(chunk)
            incoming.quarantine(reason)

    def note_quarantine(self, sha256: str, *, size_bytes: int, reason: str) -> None:
        """Write down why bytes were kept aside, beside them."""
        note = {"sha256": sha256, "size_bytes": size_bytes, "reason": reason, "at": utc_now().isoformat()}
        path = self.quarantine_path_of(sha256).with_suffix(".json")
        part = self.root / "incoming" / f"{new_id()}.note"
        with _failure_is_named():
            part.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
            part.replace(path)

    def check(self, sha256: str) -> None:
        """Read an object through and compare its bytes with its name.

        Raises:
            DamagedObjectError: it is gone, or its bytes have changed.
        """
        digest = hashlib.sha256()
        for chunk in _chunks(self.existing_path_of(sha256)):
            digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise DamagedObjectError(sha256, f"its bytes now have the hash {digest.hexdigest()}")


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


def _require_sha256(name: str) -> None:
    if _SHA256.fullmatch(name) is None:
        raise ValueError(f"not a SHA-256 in lower-case hexadecimal: {name!r}")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _close_quietly(file: BinaryIO) -> None:
    # Closing flushes: on a full disk it fails again, and the error that matters is already on its way.
    try:
        file.close()
    except OSError:
        return


def _sync_folders(folder: Path, root: Path) -> None:
    # A new name is durable only when its folder is, and a new folder only when the one above is.
    while True:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if folder == root:
            return
        folder = folder.parent


@contextmanager
def _failure_is_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError(needed_bytes=None, free_bytes=None) from error
        raise StorageError(f"The file store cannot be written: {error.strerror or error}.") from error
