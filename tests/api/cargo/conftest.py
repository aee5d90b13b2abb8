"""One service for all tests of a module, and a port call of its own for each of them: starting takes longest."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from logged_in import log_in

from api.app import create_app
from api.settings import Settings

METHOD = {"rounding": "full", "mctc_half_interval_m": 0.5}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("cargo") / "var", minimum_free_bytes=0)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        log_in(client)
        yield client


@pytest.fixture
def declared(client: TestClient) -> dict[str, Any]:
    vessel = {"name": "安信山", "imo": "9577434", "length_between_perpendiculars_m": 192.0}
    return {
        "vessel_id": client.post("/api/v1/vessels", json=vessel).json()["id"],
        "port": "宁波舟山港",
        "berth": "北仑 7 号",
        "voyage": "2026-05E",
        "cargo": "进口大豆",
        "operation": "discharging",
        "bill_of_lading_t": 3000.0,
        "method": METHOD,
    }


@pytest.fixture
def url(client: TestClient, declared: dict[str, Any]) -> str:
    return f"/api/v1/portcalls/{client.post('/api/v1/portcalls', json=declared).json()['id']}"
