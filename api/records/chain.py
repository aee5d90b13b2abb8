"""The arithmetic of the chain: what is hashed, and how a changed, missing or moved record is found.

Source: RFC 8785 (JSON Canonicalization Scheme), FIPS 180-4 (SHA-256).
Left out: the database; a removed end of the chain shows only against a head noted elsewhere (`KnownHead`).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import rfc8785

GENESIS_SHA256 = "0" * 64
MAX_FAULTS = 20

FaultKind = Literal["changed", "missing", "broken_link", "head_not_found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record as it is hashed: every field, in JSON's own types; times are text in UTC with Z."""

    sequence: int
    id: str
    kind: str
    subject_kind: str
    subject_id: str
    port_call_id: str | None
    occurred_at: str
    occurred_at_source: str
    recorded_at: str
    actor: str
    payload_version: int
    payload: Mapping[str, Any]
    evidence: list[Any]
    causes: list[Any]
    previous_sha256: str

    def sha256(self) -> str:
        """Hash the canonical JSON of all fields, the hash of the record before among them."""
        return hashlib.sha256(rfc8785.dumps(asdict(self))).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """A record with the hash that was stored beside it."""

    entry: Entry
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHead:
    """A place of the chain that somebody noted earlier, outside the database."""

    sequence: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One place where the chain does not hold."""

    kind: FaultKind
    sequence: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """The outcome of a verification. `faults` holds the first ones, `fault_count` counts all."""

    record_count: int
    head_sequence: int
    head_sha256: str
    fault_count: int
    faults: tuple[Fault, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing was found."""
        return self.fault_count == 0


class ChainCheck:
    """Walks a chain once, record by record, in constant memory."""

    def __init__(self, known_head: KnownHead | None = None) -> None:
        self._known_head = known_head
        self._head_found = known_head is None
        self._expected_sequence = 1
        self._previous_sha256 = GENESIS_SHA256
        self._record_count = 0
        self._fault_count = 0
        self._faults: list[Fault] = []

    def take(self, stored: StoredEntry) -> None:
        """Check the next record against the one before."""
        entry = stored.entry
        if entry.sequence != self._expected_sequence:
            self._note("missing", entry.sequence, f"record {self._expected_sequence} was to come before")
        if entry.previous_sha256 != self._previous_sha256:
            self._note("broken_link", entry.sequence, "names another record than the one before it")
        if entry.sha256() != stored.sha256:
            self._note("changed", entry.sequence, "its content does not have the stored hash")
        if self._known_head == KnownHead(sequence=entry.sequence, sha256=stored.sha256):
            self._head_found = True
        self._expected_sequence = entry.sequence + 1
        self._previous_sha256 = stored.sha256
        self._record_count += 1

    def report(self) -> ChainReport:
        """Close the walk and say what was found."""
        if not self._head_found and self._known_head is not None:
            self._head_found = True
            self._note("head_not_found", self._known_head.sequence, "the noted record is not in this chain")
        return ChainReport(
            record_count=self._record_count,
            head_sequence=self._expected_sequence - 1,
            head_sha256=self._previous_sha256,
            fault_count=self._fault_count,
            faults=tuple(self._faults),
        )

    def _note(self, kind: FaultKind, sequence: int, detail: str) -> None:
        self._fault_count += 1
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(Fault(kind=kind, sequence=sequence, detail=detail))


def verify_chain(stored: Iterable[StoredEntry], *, known_head: KnownHead | None = None) -> ChainReport:
    """Verify a whole chain, from its first record on."""
    check = ChainCheck(known_head)
    for item in stored:
        check.take(item)
    return check.report()
