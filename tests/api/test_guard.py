"""Evidence: DNS rebinding and cross-site requests as a browser would send them."""

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::2]"])
def test_a_foreign_host_name_is_turned_away(client: TestClient, host: str) -> None:
    answer = client.get("/health/live", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "foreign_host")
    assert "HULLMARK_ALLOWED_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:8000"])
def test_own_host_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/health/live", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_look_but_not_change(client: TestClient, site: str) -> None:
    headers = {"sec-fetch-site": site}
    assert client.get("/api/v1/vessels", headers=headers).status_code == 200
    answer = client.post("/api/v1/vessels", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_own_page_may_change(client: TestClient, site: str) -> None:
    body = {"name": "A", "length_between_perpendiculars_m": 100.0}
    assert client.post("/api/v1/vessels", json=body, headers={"sec-fetch-site": site}).status_code == 201
