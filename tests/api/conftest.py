"""A service on a folder of its own, for every test of the api."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.routing import Resources
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore


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
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", minimum_free_bytes=0)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost") as client:
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
