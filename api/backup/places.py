"""Where a backup lies: a folder that grows from one backup to the next, or one tar file.

Source: POSIX.1-2001 tar (pax); durability by fsync before a name exists.
Left out: what is written (`taking.py`) and what it means (`manifest.py`).
"""

import fcntl
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from api.backup.manifest import MANIFEST, Manifest, read_manifest
from api.errors import ConflictError, DamagedObjectError, UnusableBackupError
from api.storage.objects import CHUNK_BYTES
from api.storage.objects.failures import failure_is_named

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
WORK = "work-"
_PART = ".part"


class BackupPlace(Protocol):
    """Takes files by name, and gives them back."""

    path: Path
    is_incremental: bool

    def stored(self) -> Iterator[tuple[str, int]]:
        """Give the key and size of every stored file that is already here."""

    def add(self, name: str, chunks: Iterable[bytes], *, size_bytes: int, sha256: str | None) -> str:
        """Write a file for good.

        Args:
            name: what is there by that name is replaced.
            chunks: the bytes.
            size_bytes: how many they are.
            sha256: what they must be; None where nobody knows.

        Returns:
            The SHA-256 of what was written; of a folder, of what was read back.

        Raises:
            DamagedObjectError: they are other bytes; what was there stays, a tar file is to be given up.
            StorageError: it cannot be written.
        """

    def remove(self, name: str) -> None:
        """Remove a file that the backup no longer needs."""

    def finish(self, manifest: Manifest) -> None:
        """Make the manifest the one of this place: from now on this is the backup.

        Raises:
            StorageError: it cannot be written.
        """

    def manifest(self) -> Manifest:
        """Read the manifest.

        Raises:
            UnusableBackupError: there is none, or it is not accepted.
        """

    def read(self, name: str) -> Iterator[bytes]:
        """Read a file.

        Raises:
            FileNotFoundError: it is not here.
            OSError: it cannot be read.
        """


class FolderPlace:
    """A folder. What is there already is not written again, also when the last backup was interrupted."""

    is_incremental = True

    def __init__(self, path: Path) -> None:
        self.path = path

    def stored(self) -> Iterator[tuple[str, int]]:
        """Walk the stored files; what an interrupted backup left half written is removed."""
        for area in ("objects", "quarantine"):
            for folder, _, names in os.walk(self.path / area):
                for name in names:
                    path = Path(folder, name)
                    if name.endswith(_PART):
                        path.unlink()
                    else:
                        yield path.relative_to(self.path).as_posix(), path.stat().st_size

    def add(self, name: str, chunks: Iterable[bytes], *, size_bytes: int, sha256: str | None) -> str:
        """Write, force to the disk, read back from the disk, name."""
        del size_bytes
        target = self.path / name
        part = target.with_name(target.name + _PART)
        with failure_is_named():
            target.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        try:
            with failure_is_named(), os.fdopen(descriptor, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                # What is compared must come from the disk and not from memory.
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            with part.open("rb") as written:
                found = hashlib.file_digest(written, "sha256").hexdigest()
            _require(found, sha256)
            with failure_is_named():
                part.replace(target)
                _sync(target.parent)
        finally:
            part.unlink(missing_ok=True)
        return found

    def remove(self, name: str) -> None:
        """Remove a file, and its folder when it was the last."""
        path = self.path / name
        path.unlink(missing_ok=True)
        with suppress(OSError):
            path.parent.rmdir()

    def finish(self, manifest: Manifest) -> None:
        """Replace the manifest, then remove what only an older or unfinished backup needed."""
        self.add(MANIFEST, [_text(manifest)], size_bytes=0, sha256=None)
        kept = {entry.name for entry in manifest.names()}
        for pattern in ("database-*/*", "settings-*/*", "contents-*"):
            for path in sorted(self.path.glob(pattern)):
                name = path.relative_to(self.path).as_posix()
                if name not in kept:
                    self.remove(name)

    def manifest(self) -> Manifest:
        """Read the manifest."""
        try:
            text = (self.path / MANIFEST).read_bytes()
        except FileNotFoundError as error:
            raise UnusableBackupError(
                self.path, f"holds no {MANIFEST}: no backup was finished here"
            ) from error
        return read_manifest(self.path, text)

    def read(self, name: str) -> Iterator[bytes]:
        """Read a file."""
        with (self.path / name).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


class TarPlace:
    """One tar file, written in one go; the manifest is its last member. An interrupted one is begun anew."""

    is_incremental = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(path.name + _PART)
        self._writing: tarfile.TarFile | None = None
        self._reading: tarfile.TarFile | None = None
        self._members: dict[str, tarfile.TarInfo] = {}

    def stored(self) -> Iterator[tuple[str, int]]:
        """A new tar file holds nothing."""
        yield from ()

    def add(self, name: str, chunks: Iterable[bytes], *, size_bytes: int, sha256: str | None) -> str:
        """Append a member; what was written is compared when the whole file is."""
        with failure_is_named():
            if self._writing is None:
                descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
                self._writing = tarfile.open(  # noqa: SIM115 (it stays open until the last member)
                    fileobj=os.fdopen(descriptor, "wb"), mode="w", format=tarfile.PAX_FORMAT
                )
            member = tarfile.TarInfo(name)
            member.size, member.mode = size_bytes, PRIVATE_FILE
            source = _HashedChunks(chunks)
            self._writing.addfile(member, source)
        _require(source.sha256, sha256)
        return source.sha256

    def remove(self, name: str) -> None:
        """Nothing is removed from a tar file: a new backup is a new one."""

    def finish(self, manifest: Manifest) -> None:
        """Close the file and give it its name."""
        text = _text(manifest)
        self.add(MANIFEST, [text], size_bytes=len(text), sha256=None)
        if self._writing is None:
            return
        with failure_is_named():
            self._close_writing()
            with self._part.open("rb") as written:
                os.fsync(written.fileno())
            self._part.replace(self.path)
            _sync(self.path.parent)

    def manifest(self) -> Manifest:
        """Read the last member."""
        try:
            text = b"".join(self.read(MANIFEST))
        except FileNotFoundError as error:
            raise UnusableBackupError(
                self.path, f"holds no {MANIFEST}: the backup is not finished"
            ) from error
        except (tarfile.TarError, OSError) as error:
            raise UnusableBackupError(self.path, f"cannot be read as a tar file: {error}") from error
        return read_manifest(self.path, text)

    def read(self, name: str) -> Iterator[bytes]:
        """Read a member."""
        if self._reading is None:
            self._reading = tarfile.open(self.path, "r:")  # noqa: SIM115 (read member by member)
            self._members = {member.name: member for member in self._reading}
        member = self._reading.extractfile(self._members[name]) if name in self._members else None
        if member is None:
            raise FileNotFoundError(name)
        with member:
            while chunk := member.read(CHUNK_BYTES):
                yield chunk

    def close(self) -> None:
        """Let go of the file; an unfinished one is removed."""
        if self._reading is not None:
            self._reading.close()
        if self._writing is not None:
            with suppress(OSError):
                self._close_writing()
            self._part.unlink(missing_ok=True)

    def _close_writing(self) -> None:
        if self._writing is not None:
            file = self._writing.fileobj
            self._writing.close()
            if file is not None:
                file.close()
        self._writing = None


class _HashedChunks(io.RawIOBase):
    """Chunks as a file that can be read once, hashed as they go by."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks = iter(chunks)
        self._rest = b""
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        while len(self._rest) < size and (chunk := next(self._chunks, None)) is not None:
            self._rest += chunk
        given, self._rest = self._rest[:size], self._rest[size:]
        self._digest.update(given)
        return given


@contextmanager
def place_to_write(path: Path) -> Iterator[BackupPlace]:
    """Open a place for one backup at a time: a tar file where the name ends with .tar, else a folder.

    Raises:
        UnusableBackupError: something else stands there.
        ConflictError: another backup is being written there.
    """
    if path.suffix == ".tar":
        with failure_is_named():
            path.parent.mkdir(parents=True, exist_ok=True)
        with closing(TarPlace(path)) as place:
            yield place
        return
    if path.exists() and not path.is_dir():
        raise UnusableBackupError(path, "is no folder; accepted: a folder, or a name that ends with .tar")
    if path.is_dir() and not (path / MANIFEST).exists() and _holds_something_else(path):
        raise UnusableBackupError(path, "holds something else than a backup; accepted: an empty folder")
    with failure_is_named():
        path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    with _alone(path):
        for unfinished in path.glob(f"{WORK}*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        yield FolderPlace(path)


@contextmanager
def place_to_read(path: Path) -> Iterator[BackupPlace]:
    """Open a finished backup.

    Raises:
        UnusableBackupError: there is none.
    """
    if path.is_dir():
        yield FolderPlace(path)
        return
    if not path.is_file():
        raise UnusableBackupError(path, "is not there; accepted: the folder or .tar file of a backup")
    with closing(TarPlace(path)) as place:
        yield place


def _holds_something_else(path: Path) -> bool:
    ours = ("objects", "quarantine", "database-", "settings-", "contents-", WORK, MANIFEST)
    return any(not item.name.startswith(ours) for item in path.iterdir())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ConflictError(f"Another backup is being written to {path}.") from error
    finally:
        os.close(descriptor)


def _require(found: str, sha256: str | None) -> None:
    if sha256 is not None and found != sha256:
        raise DamagedObjectError(sha256, f"its bytes have the hash {found}")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _text(manifest: Manifest) -> bytes:
    return (manifest.model_dump_json(indent=1) + "\n").encode()
