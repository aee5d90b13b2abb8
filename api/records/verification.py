"""Verifies an export, or the records of a data folder: what was altered, left out, put in, moved, or not signed.

Source: docs/decisions/0009-records-and-checkpoints.md.
Left out: whether a record is true. It is what was recorded, by whom it says, in the order it says.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.errors import DamagedObjectError, NotAnExportError
from api.records import checkpoints, manifest, rows
from api.records.archive import Archive, Member
from api.records.chain import ChainWalk, Fault, Faults, Link
from api.records.evidence import EvidenceList, look_for
from api.records.manifest import FileEntry, Manifest
from api.records.signing import PublicKey
from api.records.statements import SignedStatement, StatementCheck
from api.storage.objects import ObjectStore

_LONGEST_LINE_BYTES = 64 * 1024 * 1024
_LINK = re.compile(rb"([1-9][0-9]{0,15}) ([0-9a-f]{64}) ([0-9a-f]{64})")
_SIGNATURE = re.compile(rb"[0-9a-f]{128}")
_SEQUENCE_NAME = b',"sequence":'


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found. `faults` holds the first ones, `fault_count` counts all."""

    place: str
    record_count: int
    content_count: int
    head_sequence: int
    head_sha256: str
    signed_sequence: int
    checkpoint_count: int
    key_ids: tuple[str, ...]
    key_is_known: bool
    evidence_count: int
    deleted_evidence_count: int
    fault_count: int
    faults: tuple[Fault, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing was found."""
        return self.fault_count == 0


class Inspection:
    """What exports and databases have in common: the checkpoints first, then every record in its place."""

    def __init__(self, place: str, known_keys: Iterable[PublicKey]) -> None:
        self._place = place
        self.known_keys = tuple(known_keys)
        self.faults = Faults()
        self.statements = StatementCheck(self.faults, known_keys=self.known_keys)
        self.walk = ChainWalk(self.faults)
        self.evidence = EvidenceList()
        self.content_count = 0
        self.evidence_count = 0
        self.deleted_evidence_count = 0

    def take_statements(self, items: Iterable[SignedStatement]) -> None:
        """Check the checkpoints among themselves."""
        for item in items:
            self.statements.take(item)
        self.statements.finish()

    def take(self, link: Link, content: bytes | None) -> None:
        """Check one place of the chain against what is before it, what is in it, and what was signed of it."""
        self.walk.take(link, content)
        head = self.statements.heads.pop(link[0], None)
        if head is not None and head != link[2]:
            self.faults.note("bad_checkpoint", link[0], "is not what a checkpoint signed")
        if content is not None:
            self.content_count += 1
            try:
                self.evidence.take(link[0], content)
            except ValueError as error:
                self.faults.note("unreadable", link[0], f"is no record: {error}")

    def note_missing(self, sha256: str, detail: str) -> None:
        """Note evidence that is not there: a fault, unless a record of the chain says that the policy deleted it."""
        if sha256 in self.evidence.deleted:
            self.deleted_evidence_count += 1
            return
        self.faults.note("missing_evidence", self.evidence.named[sha256].sequence, detail)

    def finish(self) -> Verification:
        """Say what was found, after the last record."""
        for sequence in self.statements.heads:
            if sequence:
                self.faults.note("missing", sequence, "was signed by a checkpoint and is not there")
        keys = self.statements.keys
        known = {key.text for key in self.known_keys}
        return Verification(
            place=self._place,
            record_count=self.walk.record_count,
            content_count=self.content_count,
            head_sequence=self.walk.sequence,
            head_sha256=self.walk.sha256,
            signed_sequence=self.statements.signed_sequence,
            checkpoint_count=self.statements.count,
            key_ids=tuple(sorted(keys)),
            key_is_known=any(key.text in known for key in keys.values()),
            evidence_count=self.evidence_count,
            deleted_evidence_count=self.deleted_evidence_count,
            fault_count=self.faults.count,
            faults=tuple(self.faults.first),
        )


def verify_export(path: Path, *, known_keys: Iterable[PublicKey] = ()) -> Verification:
    """Verify an export, with nothing but the file.

    Raises:
        NotAnExportError: it is none: no zip file, or without the list that every export has.
        OSError: it cannot be read.
    """
    return _ExportInspection(path, known_keys).run()


def verify_database(
    session: Session, objects: ObjectStore | None, place: str, *, known_keys: Iterable[PublicKey] = ()
) -> Verification:
    """Verify the records of a database, and the evidence in the store if one is given.

    Args:
        session: of a reading transaction.
        objects: where the evidence lies; None leaves the files out.
        place: what to call it.
        known_keys: keys that the reader has from elsewhere.
    """
    inspection = Inspection(place, known_keys)
    inspection.take_statements(checkpoints.signed_statements(session))
    for link, previous_sha256, content in rows.chain_after(session):
        if previous_sha256 != inspection.walk.sha256:
            inspection.faults.note("broken_link", link[0], "names another record than the one before it")
        inspection.take(link, content)
    if objects is not None:
        _check_objects(inspection, objects)
    return inspection.finish()


def _check_objects(inspection: Inspection, objects: ObjectStore) -> None:
    for sha256, named in inspection.evidence.named.items():
        try:
            look_for(objects, sha256)
            inspection.evidence_count += 1
        except DamagedObjectError as error:
            detail = f"its evidence: {error.detail}"
            if "not in the store" in error.detail:
                inspection.note_missing(sha256, detail)
            else:
                inspection.faults.note("changed_evidence", named.sequence, detail)
        except ValueError as error:
            inspection.faults.note("unreadable", named.sequence, f"its evidence: {error}")


class _ExportInspection:
    """One walk through one export."""

    def __init__(self, path: Path, known_keys: Iterable[PublicKey]) -> None:
        self._archive = Archive(path)
        self._manifest_text = self._small(manifest.MANIFEST)
        try:
            self._manifest = Manifest.model_validate_json(self._manifest_text)
        except ValidationError as error:
            raise NotAnExportError(path, f"{manifest.MANIFEST} is not the list that an export has") from error
        self._inspection = Inspection(str(path), known_keys)
        self._faults = self._inspection.faults
        self._listed = {entry.name: entry for entry in self._manifest.files}

    def run(self) -> Verification:
        """Check the envelope, the list, the checkpoints, the chain with its contents, and the files."""
        if self._archive.first_difference is not None:
            self._faults.note(
                "changed_envelope",
                None,
                f"byte {self._archive.first_difference} of the archive is not as an export has it",
            )
        self._inspection.take_statements(self._signed_statements())
        self._check_list()
        self._check_chain()
        self._check_files()
        return self._inspection.finish()

    def _check_list(self) -> None:
        signature = self._small(manifest.MANIFEST_SIGNATURE)
        key = PublicKey(text=self._manifest.public_key)
        well_formed = signature[-1:] == b"\n" and _SIGNATURE.fullmatch(signature[:-1]) is not None
        if not well_formed or not key.has_signed(self._manifest_text, signature.decode("latin-1").strip()):
            self._faults.note("bad_signature", None, f"{manifest.MANIFEST} is not signed by key {key.id}")
        if not self._inspection.statements.is_current(key):
            self._faults.note(
                "unknown_key", None, f"{manifest.MANIFEST} is signed by key {key.id}, not the chain's"
            )
        if len(self._listed) != len(self._manifest.files):
            self._faults.note("changed_file", None, f"{manifest.MANIFEST} lists a file twice")

    def _check_chain(self) -> None:
        contents = _Contents(self._lines(manifest.RECORDS), self._faults)
        wanted = manifest.numbers_of(self._manifest.records)
        next_wanted = next(wanted, None)
        for link in self._links():
            content = None
            if link[0] == next_wanted:
                content = contents.of(link[0])
                next_wanted = next(wanted, None)
            self._inspection.take(link, content)
        contents.finish()
        walk = self._inspection.walk
        if (walk.sequence, walk.sha256) != (self._manifest.head_sequence, self._manifest.head_sha256):
            self._faults.note(
                "missing",
                self._manifest.head_sequence,
                f"is the last one of the list; the chain ends with {walk.sequence}",
            )
        if self._inspection.statements.signed_sequence < walk.sequence:
            self._faults.note("unsigned_end", walk.sequence, "and others before it are under no checkpoint")

    def _links(self) -> Iterator[Link]:
        for number, line in enumerate(self._lines(manifest.CHAIN), start=1):
            match = _LINK.fullmatch(line)
            if match is None:
                self._faults.note(
                    "unreadable", number, f"its line of {manifest.CHAIN} is not as it should be"
                )
                continue
            sequence, of_content, sha256 = match.groups()
            yield Link(int(sequence), of_content.decode(), sha256.decode())

    def _signed_statements(self) -> Iterator[SignedStatement]:
        texts = list(self._lines(manifest.CHECKPOINTS))
        signatures = list(self._lines(manifest.CHECKPOINT_SIGNATURES))
        if not len(texts) == len(signatures) == self._manifest.checkpoint_count:
            self._faults.note(
                "bad_checkpoint", None, "there are not as many checkpoints and signatures as listed"
            )
        for text, signature in zip(texts, signatures, strict=False):
            yield SignedStatement(text=text, signature=signature.decode("latin-1"))

    def _check_files(self) -> None:
        for entry in self._manifest.files:
            self._check_file(entry)
        known = {*self._listed, manifest.MANIFEST, manifest.MANIFEST_SIGNATURE}
        for name in self._archive.members:
            if name not in known:
                self._faults.note("changed_file", None, f"{name!r} is in the archive and not in its list")
        names = {Path(name).stem for name in self._listed if name.startswith(manifest.EVIDENCE_FOLDER + "/")}
        for sha256 in self._inspection.evidence.named:
            if sha256 not in names:
                self._inspection.note_missing(sha256, f"its evidence {sha256} is not in the export")

    def _check_file(self, entry: FileEntry) -> None:
        member = self._archive.members.get(entry.name)
        sha256 = None if member is None else _sha256(member)
        is_evidence = entry.name.startswith(manifest.EVIDENCE_FOLDER + "/")
        if sha256 == entry.sha256 and (not is_evidence or Path(entry.name).stem == entry.sha256):
            self._inspection.evidence_count += is_evidence
            return
        named = self._inspection.evidence.named.get(Path(entry.name).stem)
        sequence = None if named is None else named.sequence
        if not is_evidence:
            what = "is missing" if member is None else "is not as the list says"
            self._faults.note("changed_file", None, f"{entry.name} {what}")
        elif member is None:
            self._faults.note("missing_evidence", sequence, f"its evidence {entry.name} is missing")
        else:
            self._faults.note("changed_evidence", sequence, f"its evidence {entry.name} is not what it was")

    def _small(self, name: str) -> bytes:
        member = self._archive.members.get(name)
        if member is None or member.size_bytes > _LONGEST_LINE_BYTES:
            raise NotAnExportError(self._archive.path, f"without {name}, which every export has")
        return b"".join(member.chunks())

    def _lines(self, name: str) -> Iterator[bytes]:
        member = self._archive.members.get(name)
        if member is None:
            return iter(())
        return _lines_of(
            member.chunks, lambda detail: self._faults.note("unreadable", None, f"{name} {detail}")
        )


class _Contents:
    """Gives the content of the record that is asked for, from lines that should be in the same order."""

    def __init__(self, lines: Iterator[bytes], faults: Faults) -> None:
        self._lines = lines
        self._faults = faults
        self._waiting: tuple[int, bytes] | None = None

    def of(self, sequence: int) -> bytes | None:
        """Give the line of a record; None where it is not there, which is noted."""
        while (found := self._waiting or self._read(sequence)) is not None:
            self._waiting = None
            if found[0] == sequence:
                return found[1]
            if found[0] > sequence:
                self._waiting = found
                break
            self._faults.note(
                "reordered", found[0], f"its content stands where record {sequence} was to come"
            )
        self._faults.note("missing", sequence, f"its content is not in {manifest.RECORDS}")
        return None

    def finish(self) -> None:
        """Note what is left over."""
        rest = self._waiting or self._read(0)
        if rest is not None:
            self._faults.note("reordered", rest[0], "its content is there and was not to come, or not here")

    def _read(self, expected: int) -> tuple[int, bytes] | None:
        line = next(self._lines, None)
        if line is None:
            return None
        # The last of this name is the record's own: after it come only an id and the subject's kind.
        place = line.rfind(_SEQUENCE_NAME) + len(_SEQUENCE_NAME)
        digits = line[place : place + 17].partition(b",")[0]
        return (int(digits) if digits.isdigit() else expected), line


def _lines_of(chunks: Callable[[], Iterator[bytes]], note: Callable[[str], None]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks():
        first, *lines = chunk.split(b"\n")
        if not lines:
            rest += first
            if len(rest) > _LONGEST_LINE_BYTES:
                note("has a line that is too long")
                return
            continue
        yield rest + first
        yield from lines[:-1]
        rest = lines[-1]
    if rest:
        note("does not end with a line feed")
        yield rest


def _sha256(member: Member) -> str:
    digest = hashlib.sha256()
    for chunk in member.chunks():
        digest.update(chunk)
    return digest.hexdigest()
