"""Takes a backup while the service writes: files, then the database, then the files that came meanwhile.

Source: docs/decisions/0010-files-by-content.md: what the copied rows refer to was stored before they were written.
Left out: the places (`places.py`) and the copy of the database (`database_copy.py`).
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from api.backup.database_copy import copy_database
from api.backup.manifest import Entry, Manifest, Missing, StoredEntry
from api.backup.places import WORK, BackupPlace, place_to_write
from api.errors import DamagedBackupError, DamagedObjectError
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import AREAS, CHUNK_BYTES, ObjectStore
from api.storage.objects.shelf import Shelved
from api.storage.tables import FileDeletion, new_id, utc_now

_KEPT_SUFFIXES = (".key", ".pem", ".toml")


@dataclass(slots=True, kw_only=True)
class _Contents:
    """What of the store is in the backup so far."""

    here: dict[str, int]
    taken: dict[str, StoredEntry] = field(default_factory=dict)
    missing: dict[str, Missing] = field(default_factory=dict)
    copied_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What was done."""

    manifest: Manifest
    copied_bytes: int


def take_backup(
    settings: Settings,
    database: Database,
    objects: ObjectStore,
    path: Path,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> BackupReport:
    """Take a backup, and have read back whatever was written.

    Args:
        settings: of the service.
        database: of the service, which may go on writing.
        objects: of the service.
        path: of the backup: a folder, where only what is new is copied, or a name that ends with .tar.
        tell: is told how far it is.

    Raises:
        DamagedBackupError: what was read back is not what was written, or the chain of records does not hold.
        StorageError: something cannot be read or written; an earlier backup in the folder stays as it is.
    """
    with (
        place_to_write(path) as place,
        tempfile.TemporaryDirectory(prefix=WORK, dir=path if place.is_incremental else path.parent) as work,
    ):
        contents = _Contents(here=dict(place.stored()))
        tell("files")
        _take_files(objects, place, contents)
        tell("database")
        copied = copy_database(database, Path(work), busy_timeout_s=settings.busy_timeout_s)
        if copied.chain.fault_count:
            damage = [f"record {fault.sequence}: {fault.detail}" for fault in copied.chain.faults]
            raise DamagedBackupError(Path(database.name), damage)
        tell("files that came meanwhile")
        _take_files(objects, place, contents)
        deleted = _deleted_by_policy(database)
        _carry(contents, deleted)
        identity = str(new_id())
        entries = [_add(place, f"database-{identity}/{file.name}", file) for file in copied.files]
        entries += [
            _add(place, f"settings-{identity}/{file.name}", file) for file in _settings_files(settings)
        ]
        manifest = Manifest(
            id=identity,
            made_at=utc_now(),
            database="sqlite" if copied.kind == "sqlite" else "postgresql",
            revision=copied.revision,
            record_count=copied.chain.record_count,
            head_sequence=copied.chain.head_sequence,
            head_sha256=copied.chain.head_sha256,
            contents=_add_contents(place, f"contents-{identity}.txt", contents, Path(work)),
            entries=entries,
            stored_file_count=len(contents.taken),
            stored_file_bytes=sum(entry.size_bytes for entry in contents.taken.values()),
            missing=list(contents.missing.values()),
        )
        place.finish(manifest)
        for key in sorted(set(contents.here) - set(contents.taken)):
            place.remove(key)
        return BackupReport(manifest=manifest, copied_bytes=contents.copied_bytes)


def _take_files(objects: ObjectStore, place: BackupPlace, contents: _Contents) -> None:
    for area in AREAS:
        for found in objects.shelf.listing(area):
            if found.key in contents.taken:
                continue
            if contents.here.get(found.key) == found.size_bytes and not found.key.endswith(".json"):
                contents.taken[found.key] = _entry(found, found.key.rpartition("/")[2])
                continue
            _take(objects, place, contents, found)


def _take(objects: ObjectStore, place: BackupPlace, contents: _Contents, found: Shelved) -> None:
    """Copy one file; one that is damaged is left out and named, and the copy of it that is here stays."""
    name = found.key.rpartition("/")[2]
    try:
        if not place.is_incremental and not name.endswith(".json"):
            # A member of a tar file cannot be taken back: it is read once before it is written.
            objects.check(name, area="objects" if found.key.startswith("objects/") else "quarantine")
        chunks = objects.shelf.chunks(found.key, start=0, stop=found.size_bytes)
        expected = None if name.endswith(".json") else name
        sha256 = place.add(found.key, chunks, size_bytes=found.size_bytes, sha256=expected)
    except (DamagedObjectError, FileNotFoundError) as error:
        contents.missing[found.key] = Missing(key=found.key, reason=str(error))
        return
    contents.missing.pop(found.key, None)
    contents.taken[found.key] = _entry(found, sha256)
    contents.copied_bytes += found.size_bytes


def _carry(contents: _Contents, deleted: frozenset[str]) -> None:
    """Keep what an earlier backup has of files that the store lost: only a recorded deletion removes it here."""
    for key, size_bytes in contents.here.items():
        name = key.rpartition("/")[2]
        if key in contents.taken or name.removesuffix(".json") in deleted or name.endswith(".json"):
            continue
        entry = StoredEntry(sha256=name, size_bytes=size_bytes, stored_at=utc_now(), key=key)
        contents.taken[key] = entry
        contents.missing.pop(key, None)


def _deleted_by_policy(database: Database) -> frozenset[str]:
    with database.reading() as session:
        query = select(FileDeletion.sha256).where(FileDeletion.outcome == "removed")
        return frozenset(session.scalars(query))


def _settings_files(settings: Settings) -> Iterator[Path]:
    """Give the keys and policies of the data folder; what the settings keep elsewhere is the operator's to copy."""
    for path in sorted(settings.data_dir.iterdir()):
        if path.is_file() and path.suffix in _KEPT_SUFFIXES:
            yield path


def _add(place: BackupPlace, name: str, file: Path) -> Entry:
    size_bytes = file.stat().st_size
    with file.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        source.seek(0)
        chunks = iter(lambda: source.read(CHUNK_BYTES), b"")
        place.add(name, chunks, size_bytes=size_bytes, sha256=sha256)
    return Entry(name=name, size_bytes=size_bytes, sha256=sha256)


def _add_contents(place: BackupPlace, name: str, contents: _Contents, work: Path) -> Entry:
    listed = work / name
    with listed.open("w", encoding="utf-8") as file:
        file.writelines(contents.taken[key].line() for key in sorted(contents.taken))
    return _add(place, name, listed)


def _entry(found: Shelved, sha256: str) -> StoredEntry:
    return StoredEntry(sha256=sha256, size_bytes=found.size_bytes, stored_at=found.modified_at, key=found.key)
