"""Files kept by their content: the name of an object is the SHA-256 of its bytes, and it never changes.

Source: the same scheme as git's object folder; the storage page of the design.
Left out: who may read what (the noun that names the object decides), and what is deleted when (`api.retention`).
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from api.errors import DamagedObjectError, StorageFullError
from api.storage.objects.cache import LocalCache
from api.storage.objects.failures import failure_is_named
from api.storage.objects.folder import FolderShelf, prepare_folder
from api.storage.objects.incoming import AbandonedPart, IncomingObject, StoredObject, locked_part, sweep
from api.storage.objects.shelf import CHUNK_BYTES, Shelf
from api.storage.tables import new_id, utc_now

Area = Literal["objects", "quarantine"]
AREAS: tuple[Area, ...] = ("objects", "quarantine")
DEFAULT_CACHE_BYTES = 20 * 1024**3
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Purpose(StrEnum):
    """What bytes are received for: it decides how early a filling disk refuses them."""

    LIVE_RECORDING = "live_recording"
    DERIVED = "derived"
    UPLOAD = "upload"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One object, or one file kept aside, as it lies in the store."""

    area: Area
    sha256: str
    size_bytes: int
    modified_at: datetime


class ObjectStore:
    """Objects on a shelf, received through a local folder. Safe to use from several threads and processes at once.

    Args:
        root: the local folder: of the objects themselves, or of what is received and cached for a shelf elsewhere.
        minimum_free_bytes: local disk space that an upload must leave.
        shelf: where complete files lie; the local folder itself when not given.
        floors: local disk space that other purposes must leave; an upload's where not given.
        cache_bytes: how much of a shelf elsewhere may be kept here for readers.
    """

    def __init__(
        self,
        root: Path,
        *,
        minimum_free_bytes: int,
        shelf: Shelf | None = None,
        floors: Mapping[Purpose, int] | None = None,
        cache_bytes: int = DEFAULT_CACHE_BYTES,
    ) -> None:
        self.root = root
        self.shelf: Shelf = FolderShelf(root) if shelf is None else shelf
        self.floors = dict.fromkeys(Purpose, minimum_free_bytes) | dict(floors or {})
        self.make_room: Callable[[], None] | None = None
        """Called before something is refused for want of room: deletes what is expired."""
        self._cache = LocalCache(root / "cache", limit_bytes=cache_bytes)

    @property
    def place(self) -> str:
        """Name the place where the objects lie, for a person."""
        return self.shelf.place

    def prepare(self) -> None:
        """Create the folders, and try whether they can be written.

        Raises:
            OSError: One of them cannot.
            StartError: a shelf elsewhere refuses us.
        """
        for folder in ("incoming", "cache"):
            prepare_folder(self.root / folder)
        self.shelf.prepare()

    def sweep(self) -> list[AbandonedPart]:
        """Remove what killed processes left half received: a part that nobody holds.

        Returns:
            What it was, where its origin was told.
        """
        return sweep(self.root / "incoming")

    def path_of(self, sha256: str) -> Path:
        """Say where an object lies, or would lie, in a store on this machine.

        Raises:
            ValueError: not 64 lower-case hexadecimal digits, or the objects lie on another machine.
        """
        return self._local_path(key_of("objects", sha256))

    def quarantine_path_of(self, sha256: str) -> Path:
        """Say where bytes kept aside lie, or would lie, in a store on this machine.

        Raises:
            ValueError: not 64 lower-case hexadecimal digits, or the bytes lie on another machine.
        """
        return self._local_path(key_of("quarantine", sha256))

    def existing_path_of(self, sha256: str) -> Path:
        """Say where an object lies that must be there, in a store on this machine.

        Raises:
            DamagedObjectError: it is gone.
            ValueError: the objects lie on another machine; `local_copy` is for both.
        """
        path = self.path_of(sha256)
        if not path.is_file():
            raise DamagedObjectError(sha256, "not in the store")
        return path

    @contextmanager
    def local_copy(self, sha256: str) -> Iterator[Path]:
        """Give an object as a file on this machine, for as long as the block lasts.

        Raises:
            DamagedObjectError: it is gone, or was fetched damaged.
            StorageError: it could not be fetched.
        """
        local = self.shelf.local_path(key_of("objects", sha256))
        if local is not None:
            yield self.existing_path_of(sha256)
            return
        with self._cache.copy_of(sha256, lambda: self.chunks(sha256)) as path:
            yield path

    def size_of(self, sha256: str, *, area: Area = "objects") -> int:
        """Tell the size of an object that must be there, in bytes.

        Raises:
            DamagedObjectError: it is gone.
            StorageError: the store does not answer.
        """
        found = self.shelf.find(key_of(area, sha256))
        if found is None:
            raise DamagedObjectError(sha256, "not in the store")
        return found.size_bytes

    def exists(self, sha256: str, *, area: Area = "objects") -> bool:
        """Tell whether something lies under a name.

        Raises:
            StorageError: the store does not answer.
        """
        return self.shelf.find(key_of(area, sha256)) is not None

    def chunks(
        self, sha256: str, *, start: int = 0, stop: int | None = None, area: Area = "objects"
    ) -> Iterator[bytes]:
        """Read an object, or the bytes from `start` up to and without `stop`.

        Raises:
            DamagedObjectError: it is gone.
            StorageError: the store does not answer.
        """
        end = self.size_of(sha256, area=area) if stop is None else stop
        try:
            yield from self.shelf.chunks(key_of(area, sha256), start=start, stop=end)
        except FileNotFoundError as error:
            raise DamagedObjectError(sha256, "not in the store") from error

    def listing(self, area: Area) -> Iterator[Listed]:
        """Give everything that is stored, or kept aside, in no particular order.

        Raises:
            StorageError: the store does not answer.
        """
        for found in self.shelf.listing(area):
            name = found.key.rpartition("/")[2]
            if _SHA256.fullmatch(name):
                yield Listed(
                    area=area, sha256=name, size_bytes=found.size_bytes, modified_at=found.modified_at
                )

    def remove(self, sha256: str, *, area: Area, unless_after: datetime) -> bool:
        """Delete an object for good, unless the same bytes were stored again after an instant.

        Returns:
            Whether it is gone.

        Raises:
            StorageError: the store does not answer or does not let go.
        """
        key = key_of(area, sha256)
        gone = self.shelf.remove(key, unless_after=unless_after)
        if gone and area == "quarantine":
            self.shelf.remove(f"{key}.json", unless_after=None)
        if gone and area == "objects":
            self._cache.forget(sha256)
        return gone

    def free_bytes(self, purpose: Purpose = Purpose.UPLOAD) -> int:
        """Count the local bytes that a purpose may still use: what is free, less the part that must stay so."""
        return max(0, self.disk_free_bytes() - self.floors[purpose])

    def disk_free_bytes(self) -> int:
        """Count the bytes that are free on the local disk."""
        return shutil.disk_usage(self.root).free

    @contextmanager
    def receive(
        self,
        *,
        expected_bytes: int | None = None,
        origin: Mapping[str, Any] | None = None,
        purpose: Purpose = Purpose.UPLOAD,
    ) -> Iterator[IncomingObject]:
        """Take bytes in; unless the block stores or quarantines them, nothing of them remains.

        Args:
            expected_bytes: announced size, refused at once when it does not fit.
            origin: what `sweep` is to tell of it should this process be killed; plain JSON.
            purpose: what the bytes are for.

        Raises:
            StorageFullError: the announced size does not fit, or the disk filled up.
        """
        self._require_room(expected_bytes, purpose)
        with locked_part(self.root / "incoming", origin) as (part, file):
            yield IncomingObject(part, file, self._keep)

    def put(self, source: Path | bytes, *, purpose: Purpose = Purpose.UPLOAD) -> StoredObject:
        """Store a finished file or bytes; the source stays where it is.

        Raises:
            StorageError: they cannot be kept; nothing of them is visible.
        """
        with self.receive(purpose=purpose) as incoming:
            for chunk in (source,) if isinstance(source, bytes) else _chunks(source):
                incoming.write(chunk)
            return incoming.store()

    def move_to_quarantine(self, sha256: str, reason: str) -> None:
        """Copy an object aside because a closer look refused it; it stays for those who name it.

        Raises:
            DamagedObjectError: there is no such object.
            StorageError: it cannot be read or kept.
        """
        with self.receive() as incoming:
            for chunk in self.chunks(sha256):
                incoming.write(chunk)
            incoming.quarantine(reason)

    def check(self, sha256: str, *, area: Area = "objects") -> None:
        """Read an object through and compare its bytes with its name.

        Raises:
            DamagedObjectError: it is gone, or its bytes have changed.
            StorageError: the store does not answer.
        """
        digest = hashlib.sha256()
        for chunk in self.chunks(sha256, area=area):
            digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise DamagedObjectError(sha256, f"its bytes now have the hash {digest.hexdigest()}")

    def _require_room(self, expected_bytes: int | None, purpose: Purpose) -> None:
        # An empty disk with no floor still takes nothing; evidence may use the last byte but not one more.
        needed_bytes = max(1, expected_bytes or 0)
        if needed_bytes > self.free_bytes(purpose) and self.make_room is not None:
            self.make_room()
        free = self.free_bytes(purpose)
        if needed_bytes > free:
            raise StorageFullError(needed_bytes=expected_bytes, free_bytes=free)

    def _keep(self, part: Path, stored: StoredObject, reason: str | None) -> None:
        if reason is None:
            self.shelf.keep(key_of("objects", stored.sha256), part)
            return
        key = key_of("quarantine", stored.sha256)
        self._note(f"{key}.json", stored, reason)
        self.shelf.keep(key, part)

    def _note(self, key: str, stored: StoredObject, reason: str) -> None:
        """Write down why bytes are kept aside, beside them."""
        note = {
            "sha256": stored.sha256,
            "size_bytes": stored.size_bytes,
            "reason": reason,
            "at": utc_now().isoformat(),
        }
        path = self.root / "incoming" / f"{new_id()}.note"
        try:
            with failure_is_named():
                path.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
            self.shelf.keep(key, path)
        finally:
            path.unlink(missing_ok=True)

    def _local_path(self, key: str) -> Path:
        path = self.shelf.local_path(key)
        if path is None:
            raise ValueError("the objects of this store lie on another machine: ask for a local copy")
        return path


def key_of(area: Area, sha256: str) -> str:
    """Say under which key something lies, or would lie.

    Raises:
        ValueError: not 64 lower-case hexadecimal digits; such a name could leave the folder.
    """
    if _SHA256.fullmatch(sha256) is None:
        raise ValueError(f"not a SHA-256 in lower-case hexadecimal: {sha256!r}")
    return f"objects/{sha256[:2]}/{sha256[2:4]}/{sha256}" if area == "objects" else f"quarantine/{sha256}"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
