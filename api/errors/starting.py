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


class UnusableDataDirectoryError(StartError):
    """The data folder cannot be created, written, or holds something else."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. Accepted: a folder that this user may write, on a disk with free space "
            "(setting HULLMARK_DATA_DIR)."
        )
        self.path = path


class NewerDatabaseError(StartError):
    """The database belongs to a newer version of this program."""

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(
            f"{path}: written by a newer version (table revision {revision} is unknown here). "
            "Start that version, or use another HULLMARK_DATA_DIR. The database was not touched."
        )
        self.path = path
        self.revision = revision


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
