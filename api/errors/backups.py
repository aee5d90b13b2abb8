"""A backup that cannot be made, checked or restored.

Source: RFC 9110 for the statuses, which only the tree as a whole needs: backups are commands, not routes.
Left out: the stores that a backup copies (`keeping.py`).
"""

from collections.abc import Sequence
from pathlib import Path

from api.errors.inputs import InputError
from api.errors.keeping import StorageError


class UnusableBackupError(InputError):
    """What was named is no finished backup of this program."""

    code = "unusable_backup"
    title = "This is no usable backup"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}.")
        self.path = path


class RestorePlaceError(InputError):
    """A backup is restored into an empty place only."""

    code = "restore_place_not_empty"
    title = "The place to restore into is not empty"

    def __init__(self, place: str, found: str) -> None:
        super().__init__(
            f"{place} is not empty: it holds {found}. Accepted: a folder, bucket prefix and database without "
            "anything in them. Nothing was changed."
        )
        self.place = place


class DamagedBackupError(StorageError):
    """Parts of a backup are missing or are no longer what was written."""

    code = "damaged_backup"
    title = "The backup is damaged"

    def __init__(self, path: Path, damage: Sequence[str]) -> None:
        shown = "; ".join(damage[:20])
        more = f"; and {len(damage) - 20} more" if len(damage) > 20 else ""  # noqa: PLR2004 (as many as shown)
        super().__init__(f"{path} is damaged: {shown}{more}.")
        self.path = path
        self.damage = tuple(damage)
