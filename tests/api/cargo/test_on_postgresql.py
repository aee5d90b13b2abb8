"""Evidence: a real PostgreSQL server: the same port call, balance, timeline and search as on SQLite."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from logged_in import log_in
from postgres_server import migrated_postgres_url, postgres_server

from api.app import create_app
from api.settings import Settings

__all__ = ["migrated_postgres_url", "postgres_server"]
AT = "2026-05-04T06:30:00Z"
SCALE = {
    "number": "A",
    "kind": "truck_scale",
    "random_standard_uncertainty_t": 0.02,
    "systematic_standard_uncertainty_t": 0.03,
    "systematic_standard_uncertainty_permille": 1.0,
}


@pytest.fixture
def client(tmp_path: Path, migrated_postgres_url: str) -> Iterator[TestClient]:
    settings = Settings.model_validate(
        {"data_dir": tmp_path / "var", "minimum_free_bytes": 0, "database_url": migrated_postgres_url}
    )
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        log_in(client)
        yield client


def trucks(count: int) -> dict[str, Any]:
    return {
        "transfers": [
            {
                "mode": "truck",
                "ticket_number": f"T-{number}",
                "vehicle": f"浙B{number:05d}",
                "weighed_at": f"2026-05-04T{number % 24:02d}:{number % 60:02d}:00Z",
                "net_t": 30.0,
                "scale_number": "A",
            }
            for number in range(count)
        ]
    }


def groups(client: TestClient, text: str, **query: Any) -> dict[str, list[dict[str, Any]]]:
    answer = client.get("/api/v1/search", params={"text": text, **query})
    assert answer.status_code == 200, answer.text
    return {group["noun"]: group["items"] for group in answer.json()["groups"]}


def test_the_cargo_is_followed_and_found(client: TestClient, url: str) -> None:
    assert client.post(f"{url}/scales", json=SCALE).status_code == 201
    lot = {"category": "grain", "name_zh": "大豆", "bill_of_lading_numbers": ["SANSHA2605-01"]}
    stated = client.post(f"{url}/lots", json=lot).json()
    corrected = {"stated": {**lot, "name_zh": "巴西大豆"}, "reason": "补产地"}
    assert client.post(f"{url}/lots/{stated['id']}/correction", json=corrected).status_code == 201
    assert client.post(f"{url}/transfers", json=trucks(500)).json()["added_count"] == 500
    assert client.post(f"{url}/transfers", json=trucks(501)).json()["known_count"] == 500
    client.post(f"{url}/milestones", json={"name": "berthed", "occurred_at": AT})
    figure = next(
        item for item in client.get(f"{url}/balance").json()["figures"] if item["name"] == "truck_scales"
    )
    expected_t = (501 * 0.02**2 + (501 * 0.03) ** 2 + (0.001 * 501 * 30) ** 2) ** 0.5
    assert figure["standard_uncertainty_t"] == pytest.approx(expected_t)
    page = client.get(f"{url}/timeline", params={"limit": 3}).json()
    assert (len(page["items"]), page["next_cursor"] is None) == (3, False)
    rest = client.get(f"{url}/timeline", params={"cursor": page["next_cursor"]}).json()
    kinds = [item["kind"] for item in (*page["items"], *rest["items"])]
    assert kinds.count("transfers.truck") == 3
    assert kinds.count("cargo.lot_stated") == 2
    for text, nouns in {
        "巴西": {"lot", "record"},
        "豆": {"port_call", "lot", "record"},
        "SANSHA2605": {"lot", "record"},
        "浙b00499": {"transfer"},
        "安信山": {"vessel", "port_call", "record"},
        "无此": set(),
    }.items():
        assert groups(client, text).keys() == nouns, text
    assert len(groups(client, "巴西大豆")["lot"]) == 1
    assert groups(client, "大豆", noun="record", kind="cargo.lot_stated").keys() == {"record"}
    assert groups(client, "浙B", port_call_id=url.rpartition("/")[2]).keys() == {"transfer"}
    early = {"happened_before": "2026-05-04T00:01:00Z"}
    assert [hit["excerpt"] for hit in groups(client, "浙B", noun="transfer", **early)["transfer"]] != []
