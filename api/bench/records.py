"""How fast records are verified: a scratch chain of a million records, its database and its export.

Source: the goal of `hullmark bench api`: 100 000 records a second and core.
Left out: how fast single records are appended, which depends on the disk and has its own measure (`append_rate`).
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import insert

from api.records.chain import GENESIS_SHA256, link_sha256, sha256_of
from api.records.export import export
from api.records.payloads import Payload, Subject
from api.records.repository import entry_of
from api.records.service import append
from api.records.signing import prepare_key
from api.records.verification import verify_database, verify_export
from api.settings import Settings
from api.storage.data_directory import open_data_directory
from api.storage.database import Database
from api.storage.tables import Record, new_id, utc_now

_AT_ONCE = 5000


class BenchNoted(Payload):
    """A synthetic statement of a bench, as long as the records of a reading are."""

    KIND: ClassVar[str] = "bench.noted"

    reading_id: str
    footage_sha256: str
    mark: str
    side: str
    status: str
    draft_m: float
    standard_uncertainty_m: float
    u95_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationSpeed:
    """What was measured on one chain; times are processor time of the one thread that verifies."""

    record_count: int
    fill_s: float
    database_s: float
    export_s: float
    export_size_bytes: int
    verify_export_s: float

    @property
    def database_records_per_s(self) -> float:
        """Records of the database verified in a second, their contents read and hashed."""
        return self.record_count / self.database_s

    @property
    def export_records_per_s(self) -> float:
        """Records of the export verified in a second, their contents read and hashed."""
        return self.record_count / self.verify_export_s


def measure_verification(
    folder: Path, record_count: int, *, database_url: str | None = None
) -> VerificationSpeed:
    """Fill a scratch database and verify it, and an export of it.

    Args:
        folder: an empty folder for the data and the export.
        record_count: how many records.
        database_url: an empty PostgreSQL database; SQLite in the folder when not given.

    Raises:
        AssertionError: the chain that was made does not hold.
    """
    settings = Settings.model_validate(
        {"data_dir": folder / "data", "database_url": database_url, "minimum_free_bytes": 0}
    )
    database, objects = open_data_directory(settings)
    prepare_key(settings)
    began = time.perf_counter()
    fill(database, record_count)
    filled = time.perf_counter()
    out = folder / "bench.zip"
    with export(database, objects, settings, port_call_id=None) as made, out.open("wb") as file:
        file.writelines(made.chunks())
    exported = time.perf_counter()
    started = time.process_time()
    with database.reading() as session:
        stored = verify_database(session, None, "bench")
    middle = time.process_time()
    found = verify_export(out)
    ended = time.process_time()
    database.dispose()
    if not (stored.intact and found.intact and stored.record_count == found.record_count == record_count):
        raise AssertionError(f"the chain does not hold: {stored.faults or found.faults}")
    return VerificationSpeed(
        record_count=record_count,
        fill_s=filled - began,
        database_s=middle - started,
        export_s=exported - filled,
        export_size_bytes=out.stat().st_size,
        verify_export_s=ended - middle,
    )


def append_rate(database: Database, record_count: int) -> float:
    """Append records one by one, each in a transaction of its own, and give records a second."""
    payload = _payload(1)
    began = time.perf_counter()
    for _ in range(record_count):
        with database.writing() as session:
            append(session, payload, subject=Subject.port_call(UUID(int=7)), actor="bench")
    return record_count / (time.perf_counter() - began)


def fill(database: Database, record_count: int) -> None:
    """Add synthetic records to an empty chain, thousands in a transaction."""
    rows = _rows(record_count)
    left = record_count
    while left > 0:
        with database.writing() as session:
            session.execute(insert(Record), [next(rows) for _ in range(min(_AT_ONCE, left))])
        left -= _AT_ONCE


def _rows(record_count: int) -> Iterator[dict[str, Any]]:
    previous = GENESIS_SHA256
    for sequence in range(1, record_count + 1):
        now = utc_now()
        values: dict[str, Any] = {
            "sequence": sequence,
            "id": new_id(),
            "kind": BenchNoted.KIND,
            "subject_kind": "port_call",
            "subject_id": UUID(int=sequence % 1000),
            "port_call_id": UUID(int=sequence % 1000),
            "occurred_at": now,
            "occurred_at_source": "server_clock",
            "recorded_at": now,
            "actor": "service:bench",
            "payload_version": BenchNoted.VERSION,
            "payload": _payload(sequence).model_dump(mode="json"),
            "evidence": [],
            "causes": [],
        }
        content_sha256 = sha256_of(entry_of(Record(**values)).content())
        sha256 = link_sha256(previous, content_sha256)
        yield values | {"content_sha256": content_sha256, "previous_sha256": previous, "sha256": sha256}
        previous = sha256


def _payload(number: int) -> BenchNoted:
    return BenchNoted(
        reading_id=str(UUID(int=number)),
        footage_sha256=hashlib.sha256(number.to_bytes(8, "big")).hexdigest(),
        mark="midship",
        side="starboard",
        status="ok",
        draft_m=9.0 + number % 1000 / 997,
        standard_uncertainty_m=0.0043,
        u95_m=0.0086,
    )
