"""Records of a kind that only tests have, and ways to alter what was recorded as somebody with the file would.

Source: none; the port call is invented.
Left out: what nouns record of themselves.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import psycopg

from api.records import checkpoints
from api.records.export import export
from api.records.payloads import Evidence, Payload, Subject
from api.records.service import append
from api.records.signing import PublicKey
from api.records.statements import Reason
from api.records.verification import Verification, verify_database, verify_export
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore, open_object_store
from api.storage.tables import Checkpoint, new_id


class Noted(Payload):
    """Something for tests."""

    KIND: ClassVar[str] = "test.noted"

    text: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A database with its key and its store."""

    settings: Settings
    database: Database
    objects: ObjectStore

    @classmethod
    def on(cls, settings: Settings, database: Database) -> "Chain":
        """Put a store beside a database."""
        objects = open_object_store(settings)
        objects.prepare()
        return cls(settings=settings, database=database, objects=objects)

    def note(
        self,
        text: str,
        *,
        subject: Subject | None = None,
        evidence: Sequence[bytes] = (),
        **options: Any,
    ) -> UUID:
        """Add one record."""
        shown = [
            Evidence(sha256=self.objects.put(item).sha256, media_type="image/png", start_s=0.5, end_s=0.5)
            for item in evidence
        ]
        with self.database.writing() as session:
            about = subject or Subject.vessel(new_id())
            payload = Noted(text=text, value=0.1)
            return append(session, payload, subject=about, actor="船员", evidence=shown, **options).id

    def note_many(self, count: int) -> None:
        """Add some records."""
        for number in range(count):
            self.note(f"第{number}条 ⚓")

    def sign(self, reason: Reason = "asked") -> Checkpoint | None:
        """Make a checkpoint."""
        return checkpoints.sign(self.database, self.settings, reason=reason)

    def key(self) -> PublicKey:
        """Give the key that signs now."""
        with self.database.reading() as session:
            return checkpoints.current_key(session, self.settings).public

    def verify(self, *keys: PublicKey) -> Verification:
        """Verify the database and its store."""
        with self.database.reading() as session:
            return verify_database(session, self.objects, "chain", known_keys=keys)

    def export_to(self, path: Path, port_call_id: UUID | None = None) -> Path:
        """Write an export."""
        with export(self.database, self.objects, self.settings, port_call_id=port_call_id) as made:
            path.write_bytes(b"".join(made.chunks()))
        return path

    def tamper(self, *statements: str) -> None:
        """Change the tables as the owner of the database can: without the triggers."""
        self.database.dispose()
        if self.settings.database_url is not None:
            address = self.settings.database_url.get_secret_value()
            with psycopg.connect(address) as connection:
                connection.execute("SET session_replication_role = replica")
                for statement in statements:
                    connection.execute(statement.encode())
            return
        file = sqlite3.connect(self.database.path)
        for table in ("records", "checkpoints"):
            for verb in ("update", "delete"):
                file.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{verb}")
        for statement in statements:
            file.execute(statement)
        file.commit()
        file.close()


def kinds_of(found: Verification) -> set[str]:
    """Name what was found."""
    return {fault.kind for fault in found.faults}


def verified(path: Path, *keys: PublicKey) -> Verification:
    """Verify an export."""
    return verify_export(path, known_keys=keys)
