"""What an export says about itself: which records, which files, up to which checkpoint; signed like one.

Source: docs/decisions/0009-records-and-checkpoints.md.
Left out: making (`export.py`) and verifying (`verification.py`).
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Sha256Hex

MANIFEST, MANIFEST_SIGNATURE = "manifest.json", "manifest.sig"
CHAIN, RECORDS = "chain.txt", "records.jsonl"
CHECKPOINTS, CHECKPOINT_SIGNATURES = "checkpoints.jsonl", "checkpoints.sig"
README, REPORT = "README.txt", "report.html"
EVIDENCE_FOLDER, KEYS_FOLDER = "evidence", "keys"


class FileEntry(BaseModel):
    """One file of the export."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: Sha256Hex
    size_bytes: int = Field(ge=0)


class Manifest(BaseModel):
    """The table of contents; its canonical JSON is signed by the key of the last checkpoint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["hullmark.export/1"] = "hullmark.export/1"
    made_at: str
    port_call_id: str | None = Field(description="The one port call whose records are here; null for all.")
    records: list[tuple[int, int]] = Field(description="First and last of each run of records that are here.")
    record_count: int = Field(description="Records that are here.")
    head_sequence: int = Field(description="Last place of the chain.")
    head_sha256: Sha256Hex
    checkpoint_count: int
    files: list[FileEntry] = Field(description="Every file but this one and its signature.")
    missing_evidence: list[Sha256Hex] = Field(description="Evidence that the store no longer had.")
    key_id: str
    public_key: Sha256Hex

    def text(self) -> bytes:
        """Write what is signed."""
        return rfc8785.dumps(self.model_dump(mode="json"))


class Runs:
    """Runs of numbers that rise, kept as their first and last ones."""

    def __init__(self) -> None:
        self.pairs: list[tuple[int, int]] = []
        self.count = 0

    def add(self, number: int) -> None:
        """Add the next number."""
        self.count += 1
        if self.pairs and self.pairs[-1][1] == number - 1:
            self.pairs[-1] = (self.pairs[-1][0], number)
        else:
            self.pairs.append((number, number))


def numbers_of(pairs: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Give the numbers of runs.

    >>> list(numbers_of([(1, 3), (7, 7)]))
    [1, 2, 3, 7]
    """
    for first, last in pairs:
        yield from range(first, last + 1)
