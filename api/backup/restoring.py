"""Restores a backup into an empty place: all of it is compared as it is written, and shows only when it is right.

Source: docs/decisions/0010-files-by-content.md.
Left out: a service that runs meanwhile: nothing is in the data folder until the end.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from api.backup.checking import chain_differs, contents_of, entry_damage
from api.backup.database_copy import ROWS, SQLITE_FILE, ChainState, chain_of, refuse_filled, restore_rows
from api.backup.manifest import Manifest, StoredEntry
from api.backup.places import BackupPlace, place_to_read
from api.errors import DamagedBackupError, RestorePlaceError, UnusableBackupError
from api.settings import Settings
from api.storage.database import Database, known_revision
from api.storage.objects import ObjectStore, open_object_store
from api.storage.objects.failures import failure_is_named
from api.storage.objects.incoming import locked_part

STAGING = ".restoring"
_PRIVATE_FILE = 0o600


def restore_backup(
    path: Path, settings: Settings, *, tell: Callable[[str], None] = lambda _: None
) -> Manifest:
    """Restore a backup.

    Args:
        path: of the backup.
        settings: of the new place: its data folder, its bucket, its database.
        tell: is told how far it is.

    Raises:
        UnusableBackupError: it is no finished backup, or does not fit the settings.
        RestorePlaceError: the place is not empty; nothing was changed.
        DamagedBackupError: something is damaged, and named; nothing of it is in the data folder.
        StorageError: the place cannot be written.
    """
    _refuse_filled_folder(settings.data_dir)
    staging = settings.data_dir / STAGING
    with place_to_read(path) as place, failure_is_named():
        manifest = place.manifest()
        _refuse_other_kind(path, manifest, settings)
        damage = [fault for entry in manifest.names() if (fault := entry_damage(place, entry))]
        if damage:
            raise DamagedBackupError(path, damage)
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        staged = settings.model_copy(update={"data_dir": staging})
        tell("files")
        _restore_files(path, place, manifest, staged)
        tell("database")
        _restore_settings(place, manifest, staging)
        chain = _restore_database(place, manifest, staged)
        tell("records")
        _refuse_broken_chain(path, manifest, chain)
        _show(staging, settings.data_dir)
    return manifest


def _refuse_filled_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise RestorePlaceError(str(folder), "something that is no folder")
    found = [item.name for item in folder.iterdir() if item.name != STAGING] if folder.exists() else []
    if found:
        raise RestorePlaceError(str(folder), ", ".join(sorted(found)[:3]))


def _refuse_other_kind(path: Path, manifest: Manifest, settings: Settings) -> None:
    wanted = "sqlite" if settings.database_url is None else "postgresql"
    if manifest.database != wanted:
        hint = "set" if manifest.database == "postgresql" else "do not set"
        raise UnusableBackupError(
            path, f"holds a database of {manifest.database}; {hint} HULLMARK_DATABASE_URL"
        )


def _restore_files(path: Path, place: BackupPlace, manifest: Manifest, staged: Settings) -> None:
    objects = open_object_store(staged)
    objects.prepare()
    expected = {entry.key for entry in contents_of(place, manifest)}
    for area in ("objects", "quarantine"):
        for found in objects.shelf.listing(area):
            # What an interrupted restore has put into a bucket is right by its name.
            if found.key not in expected:
                raise RestorePlaceError(objects.place, found.key)
    damage = []
    for entry in contents_of(place, manifest):
        fault = _restore_file(place, objects, entry)
        if fault is not None:
            damage.append(fault)
    if damage:
        raise DamagedBackupError(path, damage)


def _restore_file(place: BackupPlace, objects: ObjectStore, entry: StoredEntry) -> str | None:
    digest = hashlib.sha256()
    with locked_part(objects.root / "incoming", None) as (part, file):
        try:
            for chunk in place.read(entry.key):
                digest.update(chunk)
                file.write(chunk)
        except FileNotFoundError:
            return f"{entry.key}: missing"
        if digest.hexdigest() != entry.sha256:
            return f"{entry.key}: its bytes have changed"
        file.flush()
        os.fsync(file.fileno())
        objects.shelf.keep(entry.key, part)
    local = objects.shelf.local_path(entry.key)
    if local is not None:
        # Its age goes on from when it was stored first.
        moment_s = entry.stored_at.timestamp()
        os.utime(local, (moment_s, moment_s))
    return None


def _restore_settings(place: BackupPlace, manifest: Manifest, staging: Path) -> None:
    for entry in manifest.entries:
        if entry.name.startswith("settings-"):
            target = staging / entry.name.rpartition("/")[2]
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
            _write(descriptor, place.read(entry.name))


def _restore_database(place: BackupPlace, manifest: Manifest, staged: Settings) -> ChainState:
    files = {
        entry.name.rpartition("/")[2]: entry.name
        for entry in manifest.entries
        if entry.name.startswith("database-")
    }
    if manifest.database == "sqlite":
        target = staged.data_dir / SQLITE_FILE
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
        _write(descriptor, place.read(files[SQLITE_FILE]))
    database = Database(staged.database_place, busy_timeout_s=staged.busy_timeout_s)
    try:
        if manifest.database == "postgresql":
            refuse_filled(database)
            tables = [name.removesuffix(ROWS) for name in files]
            restore_rows(
                database, manifest.revision, tables, lambda table: place.read(files[f"{table}{ROWS}"])
            )
        # Tables of an earlier version hold the chain as that version wrote it: theirs is checked as it comes out.
        database.migrate()
        with database.reading() as session:
            return chain_of(session, manifest.database)
    finally:
        database.dispose()


def _refuse_broken_chain(path: Path, manifest: Manifest, chain: ChainState) -> None:
    if chain.fault_count:
        damage = [f"record {fault.sequence}: {fault.detail}" for fault in chain.faults]
        raise DamagedBackupError(path, damage)
    same_version = manifest.revision == known_revision()
    if same_version and chain_differs(
        manifest, record_count=chain.record_count, head_sha256=chain.head_sha256
    ):
        raise DamagedBackupError(path, ["the chain of records is another one than when the backup was made"])


def _show(staging: Path, folder: Path) -> None:
    """Move everything to where the service looks for it; the database last, without which it finds nothing."""
    found = sorted(staging.iterdir(), key=lambda item: item.name.startswith(SQLITE_FILE))
    for item in found:
        item.replace(folder / item.name)
    staging.rmdir()


def _write(descriptor: int, chunks: Iterator[bytes]) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
