"""The place where complete files lie under their keys: what a folder and a bucket have in common.

Source: the storage page of the design: local folder by default, S3-compatible by URL.
Left out: bytes on their way in (`incoming.py`), and what a key means (`store.py`).

    objects/ab/cd/abcd…     an object, named by the SHA-256 of its bytes
    quarantine/abcd…        bytes kept aside, with abcd….json telling why
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """One complete file: its key, its size, and when it was put there last."""

    key: str
    size_bytes: int
    modified_at: datetime


class Shelf(Protocol):
    """Keeps complete files. A key names the whole file or nothing, whatever is killed and whenever."""

    @property
    def place(self) -> str:
        """Name it for a person; no secret is in it."""

    def prepare(self) -> None:
        """Make the place ready, and try whether it can be used.

        Raises:
            OSError: a folder of it cannot be written.
            StartError: it will not work like this: wrong credentials, no such bucket.
        """

    def keep(self, key: str, part: Path) -> None:
        """Make a complete and synced local file the content of a key, for good; the part may be used up.

        Raises:
            StorageError: it could not be kept; the key is as it was.
        """

    def find(self, key: str) -> Shelved | None:
        """Tell what lies under a key; None where nothing does.

        Raises:
            StorageError: the place does not answer.
        """

    def chunks(self, key: str, *, start: int, stop: int) -> Iterator[bytes]:
        """Read the bytes from `start` up to and without `stop`, a megabyte at a time.

        Raises:
            FileNotFoundError: nothing lies under the key.
            StorageError: the place does not answer.
        """

    def remove(self, key: str, *, unless_after: datetime | None) -> bool:
        """Remove what lies under a key, unless it was put there after an instant.

        Returns:
            Whether nothing lies there now.

        Raises:
            StorageError: the place does not answer or does not let go.
        """

    def listing(self, area: str) -> Iterator[Shelved]:
        """Give everything in `objects` or `quarantine`, in no particular order.

        Raises:
            StorageError: the place does not answer.
        """

    def local_path(self, key: str) -> Path | None:
        """Say where the file itself lies, for a place on this machine; None for one elsewhere."""
