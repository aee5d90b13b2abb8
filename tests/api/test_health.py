"""Evidence: each thing that readiness depends on, made to fail."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import DatabaseBusyError
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import Worker, utc_now


def add_worker(database: Database, *, silent_s: float, stopped: bool = False) -> None:
    at = utc_now() - timedelta(seconds=silent_s)
    with database.writing() as session:
        session.add(
            Worker(kind="jobs", process_id=1, host="h", heartbeat_at=at, stopped_at=at if stopped else None)
        )


def checks_of(client: TestClient) -> tuple[int, dict[str, bool]]:
    answer = client.get("/health/ready")
    return answer.status_code, {check["name"]: check["ok"] for check in answer.json()["checks"]}


def test_live_asks_nothing_of_anyone(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "ok", "checks": []}


def test_ready_with_database_disk_and_worker(client: TestClient, database: Database) -> None:
    add_worker(database, silent_s=1.0)
    assert checks_of(client) == (200, {"database": True, "disk": True, "worker": True})


def test_not_ready_without_a_worker(client: TestClient) -> None:
    assert checks_of(client) == (503, {"database": True, "disk": True, "worker": False})


@pytest.mark.parametrize(("silent_s", "stopped"), [(31.0, False), (1.0, True)])
def test_not_ready_when_the_worker_is_silent_or_gone(
    client: TestClient, database: Database, silent_s: float, *, stopped: bool
) -> None:
    add_worker(database, silent_s=silent_s, stopped=stopped)
    assert checks_of(client)[1]["worker"] is False


def test_not_ready_when_the_disk_has_less_than_must_stay_free(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", minimum_free_bytes=2**60)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        assert checks_of(client)[1]["disk"] is False


def test_not_ready_when_the_database_does_not_answer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Database) -> None:
        raise DatabaseBusyError

    monkeypatch.setattr(Database, "ping", busy)
    monkeypatch.setattr(Database, "reading", busy)
    assert checks_of(client) == (503, {"database": False, "disk": True, "worker": False})
