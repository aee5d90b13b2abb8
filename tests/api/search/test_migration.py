"""Evidence: the migration of cargo and search over a database that holds something, up and down, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from postgres_server import postgres_server, postgres_url
from sqlalchemy import Connection, Engine, create_engine, text

from api.settings import postgresql_address
from api.storage.database import MIGRATIONS

__all__ = ["postgres_server", "postgres_url"]
VESSEL = (
    "INSERT INTO vessels (id, name, imo, length_between_perpendiculars_m, created_at) "
    "VALUES ({}, '安信山', '9577434', 192.0, {})"
)
CALL = (
    "INSERT INTO port_calls (id, vessel_id, cargo, operation, method, created_at) "
    "VALUES ({}, {}, '进口大豆', 'discharging', '{{}}', {})"
)
ID = "0190d0a47b3c7c7e8d595a3a1c1f2b10"
NOW = "'2026-05-04 00:00:00.000000'"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'd.sqlite3'}")
    else:
        engine = create_engine(postgresql_address(request.getfixturevalue("postgres_url")))
    yield engine
    engine.dispose()


def migrate(connection: Connection, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)


def entries(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(text("SELECT noun, text FROM search_entries ORDER BY id"))
    return [(row.noun, " ".join(row.text.split())) for row in rows]


def test_what_was_there_is_found_after_the_migration_and_stays_after_going_back(engine: Engine) -> None:
    expected = [("vessel", "安信山 9577434"), ("port_call", "安信山 9577434 进口大豆")]
    with engine.begin() as connection:
        migrate(connection, "0004")
        connection.execute(text(VESSEL.format(f"'{ID}'", NOW)))
        connection.execute(text(CALL.format(f"'{ID}'", f"'{ID}'", NOW)))
    for _ in range(2):
        with engine.begin() as connection:
            migrate(connection, "0005")
            assert entries(connection) == expected
            connection.execute(text("UPDATE vessels SET name = '改名轮'"))
            assert entries(connection)[0] == ("vessel", "改名轮 9577434")
            connection.execute(text("UPDATE vessels SET name = '安信山'"))
        with engine.begin() as connection:
            migrate(connection, "0004", down=True)
            assert connection.scalar(text("SELECT count(*) FROM port_calls")) == 1
            connection.execute(text("UPDATE vessels SET name = '安信山'"))
