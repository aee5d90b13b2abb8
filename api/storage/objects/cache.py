"""Local copies of objects that lie elsewhere, for readers that need a file; bounded, the oldest go first.

Source: `flock(2)`, shared by readers: a copy in use is never evicted; a copy is made in full before it has its name.
Left out: sharing between machines; each has its own.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.errors import DamagedObjectError
from api.storage.objects.failures import failure_is_named
from api.storage.objects.incoming import locked_part


class LocalCache:
    """Files named by their SHA-256 in one folder. Safe to use from several threads and processes at once.

    Args:
        folder: takes the copies.
        limit_bytes: what they may take together; one that is larger alone is kept while it is read.
    """

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self.folder = folder
        self._limit_bytes = limit_bytes

    @contextmanager
    def copy_of(self, sha256: str, fetch: Callable[[], Iterator[bytes]]) -> Iterator[Path]:
        """Give the path of a local copy that stays for the block.

        Args:
            sha256: the name of the object.
            fetch: gives its bytes from where it lies; called when no copy is here yet.

        Raises:
            DamagedObjectError: what was fetched does not have the hash that is its name.
            StorageError: it could not be fetched or written.
        """
        path = self.folder / sha256
        descriptor = _hold(path)
        while descriptor is None:
            self._fetch(path, fetch())
            descriptor = _hold(path)
        try:
            os.utime(path)
            self.evict()
            yield path
        finally:
            os.close(descriptor)

    def evict(self) -> None:
        """Remove the copies that were used longest ago until the rest keeps to the limit."""
        copies = []
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):
                copies.append((path.stat().st_mtime, path.stat().st_size, path))
        total_bytes = sum(size_bytes for _, size_bytes, _ in copies)
        for _, size_bytes, path in sorted(copies):
            if total_bytes <= self._limit_bytes:
                return
            if _remove_unless_held(path):
                total_bytes -= size_bytes

    def forget(self, sha256: str) -> None:
        """Remove the copy of an object that is no more; readers that have it open read on."""
        (self.folder / sha256).unlink(missing_ok=True)

    def _fetch(self, path: Path, chunks: Iterator[bytes]) -> None:
        incoming = self.folder.parent / "incoming"
        digest = hashlib.sha256()
        with locked_part(incoming, None) as (part, file):
            for chunk in chunks:
                digest.update(chunk)
                with failure_is_named():
                    file.write(chunk)
            if digest.hexdigest() != path.name:
                raise DamagedObjectError(path.name, f"its bytes now have the hash {digest.hexdigest()}")
            with failure_is_named():
                file.flush()
                part.replace(path)


def _hold(path: Path) -> int | None:
    """Lock a copy against eviction; None when there is none, or it was evicted meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    if os.fstat(descriptor).st_nlink:
        return descriptor
    os.close(descriptor)
    return None


def _remove_unless_held(path: Path) -> bool:
    with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
        return True
    return False
