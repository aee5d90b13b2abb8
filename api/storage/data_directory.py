"""Opens the data folder: creates it, tries whether it can be written, and brings the database up to date.

Source: the list of starts that must end in a clear message (architecture page, "Processes").
Left out: the lock against a second service, which only `serve.py` holds.
"""

import errno
import os
from pathlib import Path

from api.errors import UnusableDataDirectoryError
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore, open_object_store

_REASONS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the disk takes no more",
    errno.ENOTDIR: "a part of the path is a file",
    errno.EEXIST: "a file stands where the folder should be",
}


def open_data_directory(settings: Settings) -> tuple[Database, ObjectStore]:
    """Open database and file store below `settings.data_dir`, created where they are missing.

    Raises:
        UnusableDataDirectoryError: it cannot be created or written, or holds no usable database.
        NewerDatabaseError: a newer version of this program wrote the database.
        UnusableFileStoreError: the bucket that the settings name cannot be used.
    """
    prepare_data_directory(settings.data_dir)
    objects = open_object_store(settings)
    with Refusing(settings.files_dir):
        objects.prepare()
    database = Database(settings.database_place, busy_timeout_s=settings.busy_timeout_s)
    database.migrate()
    return database, objects


def prepare_data_directory(path: Path) -> None:
    """Create the folder and write a trial file into it.

    Raises:
        UnusableDataDirectoryError: it cannot be created or written.
    """
    with Refusing(path):
        path.mkdir(parents=True, exist_ok=True)
        trial = path / f".trial-{os.getpid()}"
        trial.write_bytes(b"hullmark")
        trial.unlink()


class Refusing:
    """Turns what the operating system says into what the operator has to know."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
            raise UnusableDataDirectoryError(self._path, reason) from error
