"""Records of a kind of their own, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from chained_records import Chain
from opened_data import migrated_file
from postgres_server import PostgresServer, migrated_postgres_url, postgres_server, postgres_url

from api.records.signing import prepare_key
from api.settings import Settings
from api.storage.database import Database

__all__ = ["migrated_file", "migrated_postgres_url", "postgres_server", "postgres_url"]


def open_chain(settings: Settings, migrated_file: Path) -> Iterator[Chain]:
    """Open a chain whose tables are there, with its key and its store."""
    settings.data_dir.mkdir()
    shutil.copyfile(migrated_file, settings.database_path)
    database = Database(settings.database_place, busy_timeout_s=settings.busy_timeout_s)
    prepare_key(settings)
    chain = Chain.on(settings, database)
    yield chain
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def chain(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> Iterator[Chain]:
    """An empty chain with its key, and a store for evidence."""
    given = {"data_dir": tmp_path / "var", "minimum_free_bytes": 0}
    if request.param == "sqlite":
        yield from open_chain(Settings.model_validate(given), migrated_file)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_migrated_database()
    yield from open_chain(Settings.model_validate(given | {"database_url": url}), migrated_file)
    server.drop_database(url)


@pytest.fixture
def sqlite_chain(tmp_path: Path, migrated_file: Path) -> Iterator[Chain]:
    """The same on SQLite only."""
    settings = Settings(data_dir=tmp_path / "var", minimum_free_bytes=0)
    yield from open_chain(settings, migrated_file)
