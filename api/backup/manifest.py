"""What a backup says of itself: the last thing that is written, so that what has no manifest is unfinished.

Source: docs/decisions/0010-files-by-content.md; hashes are SHA-256.
Left out: the list of stored files, which is a file of its own that the manifest names with its hash.

    manifest.json             this; replaced in one step when everything it names is there
    contents-<id>.txt         every stored file: hash, bytes, when it was stored, key
    database-<id>/…           hullmark.sqlite3, or one file of rows for each table of PostgreSQL
    settings-<id>/…           keys and policies of the data folder
    objects/ quarantine/      the stored files, under the same keys as in the store
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.errors import UnusableBackupError
from api.schemas import Sha256Hex

MANIFEST = "manifest.json"
FORMAT: Literal[1] = 1


class Entry(BaseModel):
    """One file of the backup that is not a stored file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[\w.-]+(/[\w.-]+)?$")
    size_bytes: int
    sha256: Sha256Hex


class Missing(BaseModel):
    """A stored file that could not be taken along, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    reason: str


class Manifest(BaseModel):
    """The whole backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = FORMAT
    id: str = Field(pattern=r"^[0-9a-f-]{36}$")
    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    revision: str = Field(description="Of the tables.")
    record_count: int
    head_sequence: int
    head_sha256: Sha256Hex
    contents: Entry
    entries: list[Entry]
    stored_file_count: int
    stored_file_bytes: int
    missing: list[Missing]

    def names(self) -> Iterator[Entry]:
        """Give every file that is not a stored file."""
        yield self.contents
        yield from self.entries


class StoredEntry(BaseModel):
    """One stored file, as a line of the contents."""

    model_config = ConfigDict(frozen=True)

    sha256: Sha256Hex
    size_bytes: int
    stored_at: datetime
    key: str = Field(
        pattern=r"^(objects/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}|quarantine/[0-9a-f]{64}(\.json)?)$"
    )

    def line(self) -> str:
        """Write the line."""
        return f"{self.sha256} {self.size_bytes} {self.stored_at.isoformat()} {self.key}\n"

    @classmethod
    def from_line(cls, line: str) -> "StoredEntry":
        """Read a line.

        Raises:
            ValueError: it is none.
        """
        sha256, size_bytes, stored_at, key = line.split(" ")
        return cls.model_validate(
            {"sha256": sha256, "size_bytes": size_bytes, "stored_at": stored_at, "key": key.strip()}
        )


def read_manifest(path: Path, text: bytes) -> Manifest:
    """Read the manifest of a backup.

    Args:
        path: of the backup, for messages.
        text: of the manifest.

    Raises:
        UnusableBackupError: it is damaged, or of another version of this program.
    """
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UnusableBackupError(path, f"{MANIFEST} is not accepted: {where}: {first['msg']}") from error
