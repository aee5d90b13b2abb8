"""The arithmetic of the chain: what is hashed, and how a changed, missing or moved record is found.

Source: RFC 8785 (JSON Canonicalization Scheme), FIPS 180-4 (SHA-256); docs/decisions/0009-records-and-checkpoints.md.
Left out: the database and the export; a removed end shows only against a head that is known from elsewhere.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import rfc8785

GENESIS_SHA256 = "0" * 64
MAX_FAULTS = 20

FaultKind = Literal[
    "changed",
    "missing",
    "reordered",
    "broken_link",
    "head_not_found",
    "unsigned_end",
    "bad_checkpoint",
    "bad_signature",
    "unknown_key",
    "missing_evidence",
    "changed_evidence",
    "changed_file",
    "changed_envelope",
    "unreadable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record as it is hashed, in JSON's own types; times are text in UTC with Z."""

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
    payload: Any
    evidence: list[Any]
    causes: list[Any]

    def content(self) -> bytes:
        """Write the canonical JSON of all fields: what an export holds a line of."""
        return rfc8785.dumps(asdict(self))


class Link(NamedTuple):
    """The place of one record in the chain; it says nothing of what the record tells. A million are walked."""

    sequence: int
    content_sha256: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHead:
    """A place of the chain that somebody noted earlier, outside the database."""

    sequence: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One place where something does not hold; `sequence` is None where no record is concerned."""

    kind: FaultKind
    sequence: int | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """The outcome of walking a chain. `faults` holds the first ones, `fault_count` counts all."""

    record_count: int
    head_sequence: int
    head_sha256: str
    fault_count: int
    faults: tuple[Fault, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing was found."""
        return self.fault_count == 0


class Faults:
    """Counts what was found and keeps the first of it."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[Fault] = []

    def note(self, kind: FaultKind, sequence: int | None, detail: str) -> None:
        """Add one."""
        self.count += 1
        if len(self.first) < MAX_FAULTS:
            self.first.append(Fault(kind=kind, sequence=sequence, detail=detail))


def sha256_of(content: bytes) -> str:
    """Hash the content of a record."""
    return hashlib.sha256(content).hexdigest()


def link_sha256(previous_sha256: str, content_sha256: str) -> str:
    """Hash a place of the chain: the place before and the content, both in hexadecimal.

    >>> link_sha256("0" * 64, "a" * 64)[:16]
    '6b0440c1ce48fe6b'
    """
    return hashlib.sha256((previous_sha256 + content_sha256).encode()).hexdigest()


class ChainWalk:
    """Walks a chain once, record by record, in constant memory."""

    def __init__(self, faults: Faults, *, sequence: int = 0, sha256: str = GENESIS_SHA256) -> None:
        self.faults = faults
        self.sequence = sequence
        self.sha256 = sha256
        self.record_count = 0

    def take(self, link: Link, content: bytes | None = None) -> None:
        """Check the next place against the one before, and the content against its hash where it is there."""
        sequence, of_content, sha256 = link
        if sequence != self.sequence + 1:
            self._note_place(sequence)
        if content is not None and hashlib.sha256(content).hexdigest() != of_content:
            self.faults.note("changed", sequence, "its content does not have the hash that the chain holds")
        if hashlib.sha256((self.sha256 + of_content).encode()).hexdigest() != sha256:
            self.faults.note("broken_link", sequence, "its link does not follow from the record before it")
        self.sequence = sequence
        self.sha256 = sha256
        self.record_count += 1

    def report(self) -> ChainReport:
        """Say what was found."""
        return ChainReport(
            record_count=self.record_count,
            head_sequence=self.sequence,
            head_sha256=self.sha256,
            fault_count=self.faults.count,
            faults=tuple(self.faults.first),
        )

    def _note_place(self, sequence: int) -> None:
        expected = self.sequence + 1
        if sequence < expected:
            self.faults.note("reordered", sequence, f"stands after record {self.sequence}")
        elif sequence == expected + 1:
            self.faults.note("missing", expected, f"is not there; record {sequence} stands in its place")
        else:
            self.faults.note("missing", expected, f"and those up to {sequence - 1} are not there")


def verify_chain(
    places: Iterable[tuple[Link, bytes | None]], *, known_head: KnownHead | None = None
) -> ChainReport:
    """Verify a whole chain, from its first record on.

    Args:
        places: every place, with its content where that is there.
        known_head: a place that must be in the chain.
    """
    walk = ChainWalk(Faults())
    found = known_head is None
    for link, content in places:
        walk.take(link, content)
        found = found or known_head == KnownHead(sequence=link.sequence, sha256=link.sha256)
    if known_head is not None and not found:
        walk.faults.note("head_not_found", known_head.sequence, "the noted record is not in this chain")
    return walk.report()
