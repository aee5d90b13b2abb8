"""The machine cannot keep or give what it should.

Source: RFC 9110 and RFC 4918 (507) for the statuses.
Left out: a service that cannot even start (`starting.py`).
"""

from api.errors.family import ApiError


class StorageError(ApiError):
    """The machine cannot keep or give what it should."""

    code = "storage_failed"
    title = "The storage failed"
    status = 500


class StorageFullError(StorageError):
    """No room is left; nothing of the upload was kept."""

    code = "storage_full"
    title = "The storage is full"
    status = 507

    def __init__(self, *, needed_bytes: int | None, free_bytes: int | None) -> None:
        needed = "The upload" if needed_bytes is None else f"An upload of {needed_bytes} bytes"
        free = "" if free_bytes is None else f" {free_bytes} bytes may still be used."
        super().__init__(f"{needed} does not fit on the disk; nothing was stored.{free}")
        self.needed_bytes = needed_bytes
        self.free_bytes = free_bytes


class DatabaseBusyError(StorageError):
    """Another writer held the database for too long."""

    code = "database_busy"
    title = "The database is busy"
    status = 503

    def __init__(self) -> None:
        super().__init__("Another writer holds the database; nothing was changed. Try again in a moment.")


class DamagedObjectError(StorageError):
    """A stored file is gone or no longer has the bytes it was stored with."""

    code = "damaged_object"
    title = "A stored file is missing or damaged"

    def __init__(self, sha256: str, reason: str) -> None:
        super().__init__(f"Stored file {sha256}: {reason}.")
        self.sha256 = sha256
        self.reason = reason


class ObjectDeletedError(StorageError):
    """A file was deleted by the rules of retention; its record stays."""

    code = "object_deleted"
    title = "The file was deleted by the rules of retention"
    status = 410

    def __init__(self, sha256: str, reason: str) -> None:
        super().__init__(f"Stored file {sha256} was deleted: {reason}.")
        self.sha256 = sha256


class StorageUnreachableError(StorageError):
    """The server that keeps the files does not answer."""

    code = "storage_unreachable"
    title = "The file server does not answer"
    status = 503

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} does not answer; nothing was stored. Try again in a moment.")
        self.place = place


class StorageRefusedError(StorageError):
    """The server that keeps the files does not let us in."""

    code = "storage_refused"
    title = "The file server refuses this service"
    status = 503

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} refuses the credentials of this service; nothing was stored. Accepted: a key that may "
            "list, read, write and delete there (settings HULLMARK_FILES_ACCESS_KEY_ID and "
            "HULLMARK_FILES_SECRET_ACCESS_KEY_FILE)."
        )
        self.place = place
