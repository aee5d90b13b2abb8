"""The service cannot start: the operator has to change something first.

Source: the list of starts that must end in a clear message (architecture page, "Processes").
Left out: failures while it runs.
"""

from collections.abc import Sequence
from pathlib import Path

from api.errors.family import ApiError, FieldError


class StartError(ApiError):
    """The service cannot start; the command line ends with exit code 2."""

    code = "cannot_start"
    title = "The service cannot start"
    status = 503


class InvalidSettingsError(StartError):
    """A setting of the environment is unknown or outside what is accepted."""

    @classmethod
    def of(cls, faults: Sequence[FieldError]) -> "InvalidSettingsError":
        """Name every setting at fault."""
        return cls("; ".join(f"{fault.pointer}: {fault.message}" for fault in faults), errors=faults)


class UnprotectedRouteError(StartError):
    """A route of this program would answer everyone."""

    def __init__(self, route: str) -> None:
        super().__init__(
            f"The route {route} names no right. Accepted: dependencies=[requires(...)], "
            "or its name among api.auth.coverage.PUBLIC."
        )
        self.route = route


class UnusableDataDirectoryError(StartError):
    """The data folder cannot be created, written, or holds something else."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. Accepted: a folder that this user may write, on a disk with free space "
            "(setting HULLMARK_DATA_DIR)."
        )
        self.path = path


class UnusableDatabaseError(UnusableDataDirectoryError):
    """The database is something else, cannot be reached, or cannot be written."""

    def __init__(self, place: Path | str, reason: str) -> None:
        StartError.__init__(
            self,
            f"{place}: {reason}. Accepted: a SQLite file that this user may write (setting HULLMARK_DATA_DIR), "
            "or a PostgreSQL database that this user may write (setting HULLMARK_DATABASE_URL).",
        )
        self.place = str(place)


class NewerDatabaseError(StartError):
    """The database belongs to a newer version of this program."""

    def __init__(self, path: Path | str, revision: str) -> None:
        super().__init__(
            f"{path}: written by a newer version (table revision {revision} is unknown here). "
            "Start that version, or use another HULLMARK_DATA_DIR. The database was not touched."
        )
        self.path = path
        self.revision = revision


class UnusableKeyError(StartError):
    """The key that secrets are encrypted with is missing, malformed or open to others."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason} (settings HULLMARK_SECRETS_KEY and HULLMARK_SECRETS_KEY_FILE).")
        self.place = place


class AlreadyRunningError(StartError):
    """Another service runs on the same data."""

    def __init__(self, lock_path: Path, holder: str) -> None:
        super().__init__(
            f"{lock_path}: another service already runs on this data folder ({holder}). "
            "Stop it first, or use another HULLMARK_DATA_DIR."
        )
        self.lock_path = lock_path


class PortTakenError(StartError):
    """Another program listens on the address."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port}: {reason}. "
            "Use another port (setting HULLMARK_PORT) or stop that program."
        )
        self.host = host
        self.port = port


class UnusableFileStoreError(StartError):
    """The place where files are to be kept cannot be used like this."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"{place}: {reason}. Accepted: s3://bucket/prefix of a bucket that exists, with its credentials, or no "
            "HULLMARK_FILES_URL for a folder below HULLMARK_DATA_DIR."
        )
        self.place = place


class UnusableRetentionPolicyError(StartError):
    """The file that declares how long files stay is not accepted."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason} (docs/how-to/storage.md lists what it may hold).")
        self.path = path
