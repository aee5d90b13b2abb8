"""Reads a finished backup through: every file against its hash, and the chain of records in the database.

Source: docs/decisions/0010-files-by-content.md.
Left out: restoring (`restoring.py`), which reads everything once more as it writes it.
"""

import hashlib
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from api.backup.database_copy import chain_of_file
from api.backup.manifest import Entry, Manifest, StoredEntry
from api.backup.places import BackupPlace, place_to_read
from api.errors import DamagedBackupError, StorageError


def check_backup(
    path: Path, *, busy_timeout_s: float, tell: Callable[[str], None] = lambda _: None
) -> Manifest:
    """Check a backup.

    Raises:
        UnusableBackupError: it is not finished, or none of this program's.
        DamagedBackupError: something in it is missing or changed; every such file is named.
    """
    with place_to_read(path) as place:
        manifest = place.manifest()
        tell("database and settings")
        damage = [fault for entry in manifest.names() if (fault := entry_damage(place, entry))]
        if not damage:
            tell("files")
            damage += list(_stored_damage(place, manifest))
        if not damage and manifest.database == "sqlite":
            tell("records")
            damage += _chain_damage(place, manifest, busy_timeout_s)
    if damage:
        raise DamagedBackupError(path, damage)
    return manifest


def contents_of(place: BackupPlace, manifest: Manifest) -> Iterator[StoredEntry]:
    """Give the stored files of a backup.

    Raises:
        ValueError: a line of the contents is none.
        OSError: they cannot be read.
    """
    rest = b""
    for chunk in place.read(manifest.contents.name):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield StoredEntry.from_line(line.decode())


def entry_damage(place: BackupPlace, entry: Entry) -> str | None:
    """Say what is wrong with a file of the backup; None where nothing is."""
    return _damage(entry.name, entry.sha256, lambda: place.read(entry.name))


def chain_differs(manifest: Manifest, *, record_count: int, head_sha256: str) -> bool:
    """Tell whether a chain is another one than when the backup was made."""
    return (record_count, head_sha256) != (manifest.record_count, manifest.head_sha256)


def _stored_damage(place: BackupPlace, manifest: Manifest) -> Iterator[str]:
    count = 0
    for entry in contents_of(place, manifest):
        count += 1
        fault = _damage(entry.key, entry.sha256, lambda key=entry.key: place.read(key))  # type: ignore[misc]
        if fault is not None:
            yield fault
    if count != manifest.stored_file_count:
        yield f"{manifest.contents.name}: {count} files instead of {manifest.stored_file_count}"


def _damage(name: str, sha256: str, read: Callable[[], Iterable[bytes]]) -> str | None:
    digest = hashlib.sha256()
    try:
        for chunk in read():
            digest.update(chunk)
    except FileNotFoundError:
        return f"{name}: missing"
    except (OSError, tarfile.TarError) as error:
        return f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}"
    return None if digest.hexdigest() == sha256 else f"{name}: its bytes have changed"


def _chain_damage(place: BackupPlace, manifest: Manifest, busy_timeout_s: float) -> list[str]:
    (entry,) = [item for item in manifest.entries if item.name.startswith("database-")]
    with tempfile.TemporaryDirectory(prefix="hullmark-backup-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        with copy.open("wb") as file:
            file.writelines(place.read(entry.name))
        try:
            chain = chain_of_file(copy, busy_timeout_s=busy_timeout_s)
        except StorageError as error:
            return [f"{entry.name}: {error.detail}"]
    if chain.fault_count:
        return [f"{entry.name}: record {fault.sequence}: {fault.detail}" for fault in chain.faults]
    if chain_differs(manifest, record_count=chain.record_count, head_sha256=chain.head_sha256):
        return [f"{entry.name}: the chain of records is another one than when the backup was made"]
    return []
