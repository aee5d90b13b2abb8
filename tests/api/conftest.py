"""A service on a folder of its own, for every test of the api."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from logged_in import log_in, token_of
from postgres_server import PostgresServer, postgres_server

from api.app import create_app
from api.routing import Resources
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import DEFAULT_SITE_ID

__all__ = ["postgres_server"]


@pytest.fixture(autouse=True)
def _one_line_logs() -> Iterator[None]:
    # Without this a failure prints every local variable of every frame.
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """SQLite, or with TESTS_ON_POSTGRESQL in the environment a database of a real server (test_on_postgresql.py)."""
    if "TESTS_ON_POSTGRESQL" not in os.environ:
        yield None
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_migrated_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def settings(tmp_path: Path, database_url: str | None) -> Settings:
    given = {"data_dir": tmp_path / "var", "minimum_free_bytes": 0, "database_url": database_url}
    return Settings.model_validate(given)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost") as client:
        log_in(client)
        yield client


@pytest.fixture
def resources(client: TestClient, app: FastAPI) -> Resources:
    assert client is not None
    resources: Resources = app.state.resources
    return resources


@pytest.fixture
def database(resources: Resources) -> Database:
    return resources.database


@pytest.fixture
def objects(resources: Resources) -> ObjectStore:
    return resources.objects


@pytest.fixture
def anonymous(client: TestClient) -> TestClient:
    """Somebody of whom nothing is known, at the same application."""
    return TestClient(client.app, base_url="http://localhost")


@pytest.fixture
def as_role(client: TestClient, database: Database) -> Callable[..., TestClient]:
    """Make clients of persons with some roles at some sites."""

    def make(*roles: str, site_ids: Sequence[UUID] = (DEFAULT_SITE_ID,)) -> TestClient:
        token = token_of(database, roles, site_ids=site_ids)
        headers = {"authorization": f"Bearer {token}"}
        return TestClient(client.app, base_url="http://localhost", headers=headers)

    return make
