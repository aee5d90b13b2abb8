"""Evidence: migrations up and down on both databases, with records in the tables, whose hashes change on the way."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from alembic import command
from alembic.config import Config
from postgres_server import PostgresServer, migrated_postgres_url, postgres_server, postgres_url
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url

from api.records.service import verify
from api.settings import postgresql_address
from api.storage.database import MIGRATIONS, Database

__all__ = ["migrated_postgres_url", "postgres_server", "postgres_url"]

OLD: dict[str, Any] = {
    "kind": "test.noted",
    "subject_kind": "vessel",
    "subject_id": "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10",
    "port_call_id": None,
    "occurred_at": "2026-05-04T06:30:00.000000Z",
    "occurred_at_source": "stated",
    "recorded_at": "2026-05-04T06:30:01.250000Z",
    "actor": "船员",
    "payload_version": 1,
    "payload": {"b": 1.0, "a": "⚓"},
    "evidence": [],
    "causes": [],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | URL]:
    """An empty database."""
    if request.param == "sqlite":
        yield tmp_path / "hullmark.sqlite3"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield postgresql_address(url)
    server.drop_database(url)


def engine_of(place: Path | URL) -> Engine:
    return create_engine(f"sqlite:///{place}" if isinstance(place, Path) else make_url(place))


def migrate(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        current = (
            connection.dialect.has_table(connection, "alembic_version")
            and connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        )
        goes_down = revision == "base" or (bool(current) and revision != "head" and str(current) > revision)
        (command.downgrade if goes_down else command.upgrade)(config, revision)


def add_old_records(engine: Engine, count: int) -> list[str]:
    """Write records as they were before their links changed, and give their hashes."""
    previous, hashes = "0" * 64, []
    for sequence in range(1, count + 1):
        record = OLD | {"sequence": sequence, "id": f"0190d0a4-7b3c-7c7e-8d59-{sequence:012d}"}
        record["previous_sha256"] = previous
        previous = hashlib.sha256(rfc8785.dumps(record)).hexdigest()
        hashes.append(previous)
        insert_old(engine, record | {"sha256": previous})
    return hashes


def insert_old(engine: Engine, record: Mapping[str, Any]) -> None:
    is_file = engine.dialect.name == "sqlite"
    values = dict(record)
    for name in ("payload", "evidence", "causes"):
        # As it was written then: not canonical.
        values[name] = {"payload": '{"b": 1.0, "a": "⚓"}'}.get(name, "[]")
    for name in ("id", "subject_id"):
        values[name] = str(values[name]).replace("-", "") if is_file else values[name]
    for name in ("occurred_at", "recorded_at"):
        values[name] = str(values[name]).replace("T", " ").rstrip("Z") + ("" if is_file else "+00")
    casts = {} if is_file else {
        "payload": "json", "evidence": "json", "causes": "json", "id": "uuid", "subject_id": "uuid",
        "port_call_id": "uuid", "occurred_at": "timestamptz", "recorded_at": "timestamptz",
    }  # fmt: skip
    slots = ", ".join(f"CAST(:{name} AS {casts[name]})" if name in casts else f":{name}" for name in values)
    with engine.begin() as connection:
        statement = f"INSERT INTO records ({', '.join(values)}) VALUES ({slots})"  # noqa: S608 (constants)
        connection.execute(text(statement), values)


def hashes_of(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT sha256 FROM records ORDER BY sequence")).scalars())


def test_records_are_linked_anew_on_the_way_up_and_as_before_on_the_way_down(place: Path | URL) -> None:
    engine = engine_of(place)
    migrate(engine, "0003")
    old = add_old_records(engine, 4)
    migrate(engine, "head")
    database = Database(place, busy_timeout_s=5.0)
    with database.reading() as session:
        report = verify(session, known_head=None)
    database.dispose()
    assert (report.faults, report.record_count) == ((), 4)
    assert hashes_of(engine) != old
    migrate(engine, "0003")
    assert hashes_of(engine) == old
    migrate(engine, "head")
    engine.dispose()


def test_the_migrations_go_down_to_nothing_and_up_again(place: Path | URL) -> None:
    engine = engine_of(place)
    for revision in ("head", "base", "head"):
        migrate(engine, revision)
    engine.dispose()
