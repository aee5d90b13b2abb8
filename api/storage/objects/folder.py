"""A shelf that is a folder on this machine.

Source: durability by fsync of file and folder before the name exists; the scheme of git's object folder.
Left out: a network file system without fsync and flock, which keeps none of these promises.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from api.storage.objects.failures import failure_is_named
from api.storage.objects.shelf import CHUNK_BYTES, Shelved

_READ_ONLY_MODE = 0o444


class FolderShelf:
    """Files below a folder, read-only, each under its key."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def place(self) -> str:
        """Name the folder."""
        return str(self.root)

    def prepare(self) -> None:
        """Create the folders, and try whether they can be written."""
        for area in ("objects", "quarantine"):
            prepare_folder(self.root / area)

    def keep(self, key: str, part: Path) -> None:
        """Give the file its name; the part is used up."""
        target = self.root / key
        with failure_is_named(), self._turn(fcntl.LOCK_SH):
            part.chmod(_READ_ONLY_MODE)
            target.parent.mkdir(parents=True, exist_ok=True)
            # The age of an object counts from when it was put here last, also where its bytes were here before.
            os.utime(part)
            # Replacing is atomic: a reader sees one complete file or the other, and both are equal.
            part.replace(target)
            _sync_folders(target.parent, self.root)

    def find(self, key: str) -> Shelved | None:
        """Look at the file."""
        path = self.root / key
        if not path.is_file():
            return None
        return _shelved(key, path.stat())

    def chunks(self, key: str, *, start: int, stop: int) -> Iterator[bytes]:
        """Read a part of the file."""
        with (self.root / key).open("rb") as file:
            file.seek(start)
            while start < stop and (chunk := file.read(min(CHUNK_BYTES, stop - start))):
                start += len(chunk)
                yield chunk

    def remove(self, key: str, *, unless_after: datetime | None) -> bool:
        """Remove the file; whoever has it open reads on."""
        with failure_is_named(), self._turn(fcntl.LOCK_EX):
            found = self.find(key)
            if found is not None and unless_after is not None and found.modified_at > unless_after:
                return False
            (self.root / key).unlink(missing_ok=True)
            return True

    def listing(self, area: str) -> Iterator[Shelved]:
        """Walk the folder; what is removed meanwhile is left out."""
        for folder, _, names in os.walk(self.root / area):
            for name in names:
                path = Path(folder, name)
                with suppress(FileNotFoundError):
                    yield _shelved(path.relative_to(self.root).as_posix(), path.stat())

    def local_path(self, key: str) -> Path | None:
        """Say where the file lies."""
        return self.root / key

    @contextmanager
    def _turn(self, kind: int) -> Iterator[None]:
        # The same bytes may arrive while their older copy is being removed: many put at once, one removes alone.
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)


def prepare_folder(folder: Path) -> None:
    """Create a folder, and try whether it can be written.

    Raises:
        OSError: it cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trial = folder / f".trial-{os.getpid()}"
    trial.touch()
    trial.unlink()


def _shelved(key: str, status: os.stat_result) -> Shelved:
    modified_at = datetime.fromtimestamp(status.st_mtime, tz=UTC)
    return Shelved(key=key, size_bytes=status.st_size, modified_at=modified_at)


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
