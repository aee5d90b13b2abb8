"""Migration 0006 with rows in the tables, up and down, on both databases."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from postgres_server import postgres_server, postgres_url
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from api.settings import postgresql_address
from api.storage.database import MIGRATIONS, Database

__all__ = ["postgres_server", "postgres_url"]
ID = "0190d0a47b3c7c7e8d595a3a1c1f2b10"


def moved(connection: Connection, direction: Any, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    direction(config, revision)


def check(database: Database) -> None:
    add = text(
        "INSERT INTO jobs (id, kind, subject_id, payload, status, attempts, not_before, created_at)"
        " VALUES (:id, 'reading', :id, '{}', 'running', 2, '2026-11-01 00:00:00', '2026-11-01 00:00:00')"
    )
    with database._writer.begin() as connection:
        moved(connection, command.upgrade, "0005")
        connection.execute(add, {"id": ID})
        moved(connection, command.upgrade, "0006")
    with database._writer.begin() as connection:
        row = connection.execute(text("SELECT priority, fence, revision FROM jobs")).one()
        assert tuple(row) == (50, 2, 0)
        connection.execute(text("UPDATE jobs SET status = 'cancelled'"))
    with pytest.raises(IntegrityError), database._writer.begin() as connection:
        connection.execute(text("UPDATE jobs SET status = 'lost'"))
    with database._writer.begin() as connection:
        moved(connection, command.downgrade, "0005")
        assert connection.execute(text("SELECT status FROM jobs")).scalar_one() == "failed"
    with pytest.raises(IntegrityError), database._writer.begin() as connection:
        connection.execute(text("UPDATE jobs SET status = 'cancelled'"))
    database.dispose()


def test_on_sqlite(tmp_path: Path) -> None:
    check(Database(tmp_path / "db.sqlite3", busy_timeout_s=10.0))


def test_on_postgresql(postgres_url: str) -> None:
    check(Database(postgresql_address(postgres_url), busy_timeout_s=10.0))
