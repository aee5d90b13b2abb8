"""Makes an export: records, evidence, the whole chain as hashes, checkpoints, keys, a report, one signed list.

Source: docs/decisions/0009-records-and-checkpoints.md.
Left out: who may have it; reading it again (`verification.py`).
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import DamagedObjectError, NotFoundError, NotReadyError
from api.records import checkpoints, manifest, report, rows
from api.records.archive import Member, file_chunks, layout, member_of_bytes, written
from api.records.chain import Faults
from api.records.evidence import EvidenceList, Named, look_for
from api.records.manifest import FileEntry, Manifest, Runs
from api.records.repository import with_z
from api.records.signing import PublicKey, SigningKey
from api.records.statements import Statement, StatementCheck
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import PortCall, utc_now

_README = Path(__file__).with_name("export_readme.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an export holds."""

    record_count: int
    head_sequence: int
    head_sha256: str
    checkpoint_count: int
    evidence_count: int
    missing_evidence: tuple[str, ...]
    deleted_evidence: tuple[str, ...]
    key_id: str


class Export:
    """An export that is ready to be sent; its files wait in a folder of its own until it is closed."""

    def __init__(self, members: list[Member], summary: Summary, folder: TemporaryDirectory[str]) -> None:
        self._members = members
        self._folder = folder
        self.summary = summary

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    @property
    def size_bytes(self) -> int:
        """The size of the archive."""
        pieces = layout(self._members)
        return sum(len(piece) if isinstance(piece, bytes) else piece.size_bytes for piece in pieces)

    def chunks(self) -> Iterator[bytes]:
        """Give the bytes of the archive."""
        return written(self._members)


def export(
    database: Database, objects: ObjectStore, settings: Settings, *, port_call_id: UUID | None
) -> Export:
    """Sign the chain and gather an export of it.

    Args:
        database: the records.
        objects: the evidence.
        settings: where the key lies.
        port_call_id: the records of one port call, and hashes of the others; None for all of them.

    Raises:
        NotFoundError: there is no such port call.
        NotReadyError: there are no records.
        BrokenChainError: the chain does not hold; it is not signed.
        UnusableSigningKeyError: the key is not this chain's.
        DamagedObjectError: evidence changed while it was gathered.
    """
    if port_call_id is not None:
        with database.reading() as session:
            if session.get(PortCall, port_call_id) is None:
                raise NotFoundError.of("port call", port_call_id)
    if checkpoints.sign(database, settings, reason="export") is None:
        raise NotReadyError("There are no records yet. Accepted: a chain of at least one.")
    folder = TemporaryDirectory(prefix="hullmark-export-")
    try:
        with database.reading() as session:
            gathering = Gathering(session, objects, Path(folder.name), port_call_id)
            return gathering.export(partial(checkpoints.current_key, session, settings), folder)
    except BaseException:
        folder.cleanup()
        raise


class Gathering:
    """Collects the files of one export, from one unchanging state of the database."""

    def __init__(
        self, session: Session, objects: ObjectStore, folder: Path, port_call_id: UUID | None
    ) -> None:
        self._session = session
        self._objects = objects
        self._folder = folder
        self._port_call_id = port_call_id
        self._runs = Runs()
        self._evidence = EvidenceList()
        self._members: list[Member] = []
        self._files: list[FileEntry] = []
        self._statements = checkpoints.signed_statements(session)
        self._check = StatementCheck(Faults())
        for item in self._statements:
            last = self._check.take(item)
            if last is not None:
                self._last: Statement = last

    def export(self, load_key: Callable[[], SigningKey], folder: TemporaryDirectory[str]) -> Export:
        """Write everything, the signed list last."""
        made_at = with_z(utc_now())
        self._add_text(manifest.README, _README.read_bytes())
        self._write(manifest.CHAIN, self._chain)
        self._write(manifest.RECORDS, self._records)
        self._add_statements()
        missing = self._add_evidence()
        self._write(manifest.REPORT, partial(self._report, made_at, missing))
        key = load_key()
        contents = Manifest(
            made_at=made_at,
            port_call_id=None if self._port_call_id is None else str(self._port_call_id),
            records=self._runs.pairs,
            record_count=self._runs.count,
            head_sequence=self._last.sequence,
            head_sha256=self._last.head_sha256,
            checkpoint_count=len(self._statements),
            files=self._files,
            missing_evidence=missing,
            key_id=key.public.id,
            public_key=key.public.text,
        ).text()
        signature = key.sign(contents).encode() + b"\n"
        members = [
            member_of_bytes(manifest.MANIFEST, contents),
            member_of_bytes(manifest.MANIFEST_SIGNATURE, signature),
            *self._members,
        ]
        return Export(members, self._summary(missing, key.public), folder)

    def _summary(self, missing: list[str], key: PublicKey) -> Summary:
        return Summary(
            record_count=self._runs.count,
            head_sequence=self._last.sequence,
            head_sha256=self._last.head_sha256,
            checkpoint_count=len(self._statements),
            evidence_count=len(self._evidence.named) - len(missing),
            missing_evidence=self._lost(missing),
            deleted_evidence=self._deleted(missing),
            key_id=key.id,
        )

    def _chain(self) -> Iterator[bytes]:
        for link in rows.links_up_to(self._session, self._last.sequence):
            yield f"{link.sequence} {link.content_sha256} {link.sha256}\n".encode()

    def _records(self) -> Iterator[bytes]:
        wanted = None if self._port_call_id is None else str(self._port_call_id)
        last = self._last.sequence
        for link, _previous, content in rows.chain_after(self._session, last=last, port_call_id=wanted):
            self._runs.add(link.sequence)
            self._evidence.take(link.sequence, content)
            yield content + b"\n"

    def _report(self, made_at: str, missing: list[str]) -> Iterator[bytes]:
        facts = report.Facts(
            made_at=made_at,
            port_call_id=None if self._port_call_id is None else str(self._port_call_id),
            record_count=self._runs.count,
            last=self._last,
            missing_evidence=self._lost(missing),
            deleted_evidence=self._deleted(missing),
        )
        yield report.head(facts)
        with (self._folder / manifest.RECORDS).open("rb") as lines:
            for line in lines:
                yield report.row(json.loads(line), self._evidence.named)
        yield report.foot()

    def _add_statements(self) -> None:
        self._add_text(manifest.CHECKPOINTS, b"".join(item.text + b"\n" for item in self._statements))
        signatures = "".join(f"{item.signature}\n" for item in self._statements)
        self._add_text(manifest.CHECKPOINT_SIGNATURES, signatures.encode())
        for key_id, key in sorted(self._check.keys.items()):
            self._add_text(f"{manifest.KEYS_FOLDER}/{key_id}.pem", key.pem())

    def _add_evidence(self) -> list[str]:
        missing = []
        for sha256, named in sorted(self._evidence.named.items()):
            try:
                self._add_object(sha256, named)
            except DamagedObjectError:
                missing.append(sha256)
        return missing

    def _lost(self, missing: list[str]) -> tuple[str, ...]:
        return tuple(sha256 for sha256 in missing if sha256 not in self._evidence.deleted)

    def _deleted(self, missing: list[str]) -> tuple[str, ...]:
        return tuple(sha256 for sha256 in missing if sha256 in self._evidence.deleted)

    def _add_object(self, sha256: str, named: Named) -> None:
        found = look_for(self._objects, sha256)
        name = f"{manifest.EVIDENCE_FOLDER}/{named.file_name(sha256)}"
        self._files.append(FileEntry(name=name, sha256=sha256, size_bytes=found.size_bytes))
        chunks = partial(self._objects.chunks, sha256, area=found.area)
        self._members.append(Member(name=name, size_bytes=found.size_bytes, crc32=found.crc32, chunks=chunks))

    def _add_text(self, name: str, content: bytes) -> None:
        self._files.append(
            FileEntry(name=name, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
        )
        self._members.append(member_of_bytes(name, content))

    def _write(self, name: str, pieces: Callable[[], Iterator[bytes]]) -> None:
        """Put a file that may be long on the disk first: its size and hash stand before it in the archive."""
        path = self._folder / name
        digest, crc32, size_bytes = hashlib.sha256(), 0, 0
        with path.open("wb") as file:
            for piece in pieces():
                digest.update(piece)
                crc32 = zlib.crc32(piece, crc32)
                size_bytes += len(piece)
                file.write(piece)
        self._files.append(FileEntry(name=name, sha256=digest.hexdigest(), size_bytes=size_bytes))
        chunks = partial(file_chunks, path)
        self._members.append(Member(name=name, size_bytes=size_bytes, crc32=crc32, chunks=chunks))
