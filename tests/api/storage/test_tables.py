"""Evidence: properties of instants and identifiers."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from api.storage.database import Database
from api.storage.tables import Worker, new_id, utc_now


def test_an_instant_comes_back_in_utc_whatever_its_zone(tmp_path: Path) -> None:
    database = Database(tmp_path / "d.sqlite3", busy_timeout_s=1.0)
    database.migrate()
    shanghai = timezone(timedelta(hours=8))
    at = datetime(2026, 5, 4, 6, 30, 0, 123456, tzinfo=shanghai)
    with database.writing() as session:
        session.add(Worker(kind="jobs", process_id=1, host="h", started_at=at))
    with database.reading() as session:
        back = session.scalars(select(Worker)).one().started_at
    assert (back, back.tzinfo) == (at, UTC)
    database.dispose()


def test_an_instant_without_zone_is_refused(tmp_path: Path) -> None:
    database = Database(tmp_path / "d.sqlite3", busy_timeout_s=1.0)
    database.migrate()
    naive = utc_now().replace(tzinfo=None)
    with pytest.raises(StatementError, match="time without zone"), database.writing() as session:
        session.add(Worker(kind="jobs", process_id=1, host="h", started_at=naive))
    database.dispose()


def test_identifiers_are_version_7_and_sorted_by_time() -> None:
    identifiers = [new_id() for _ in range(1000)]
    assert {identifier.version for identifier in identifiers} == {7}
    assert len(set(identifiers)) == 1000
    assert [str(item) for item in identifiers] == sorted(str(item) for item in identifiers)
