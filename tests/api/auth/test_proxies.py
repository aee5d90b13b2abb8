"""Evidence: whose address a login is recorded and slowed by, and what is different where people come over TLS."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from logged_in import log_in

from api.app import create_app
from api.auth import people
from api.auth.schemas import PersonBody
from api.routing import Resources
from api.settings import Settings
from api.storage.tables import DEFAULT_SITE_ID

PROXY, STRANGER = "127.0.0.1", "203.0.113.9"


def settings_of(tmp_path: Path, **given: object) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path / "var", "minimum_free_bytes": 0} | given)


@pytest.mark.parametrize(
    ("trusted", "forwarded", "recorded"),
    [
        ("", "198.51.100.7", PROXY),
        ("10.0.0.0/8", "198.51.100.7", PROXY),
        (PROXY, "198.51.100.7", "198.51.100.7"),
        ("127.0.0.0/8,10.0.0.0/8", "198.51.100.7, 10.1.2.3", "198.51.100.7"),
        # What the sender wrote in front of what the proxy saw means nothing.
        (PROXY, f"{STRANGER}, 198.51.100.7", "198.51.100.7"),
    ],
)
def test_an_address_is_believed_from_a_proxy_that_was_named(
    tmp_path: Path, trusted: str, forwarded: str, recorded: str
) -> None:
    settings = settings_of(tmp_path, trusted_proxies=trusted)
    app = create_app(settings)
    with TestClient(app, base_url="http://localhost", client=(PROXY, 4000)) as client:
        body = {"name": "nobody", "password": "guess"}
        headers = {"x-forwarded-for": forwarded}
        assert client.post("/api/v1/auth/login", json=body, headers=headers).status_code == 401
        log_in(client)
        (record,) = client.get("/api/v1/records", params={"kind": "person.login_failed"}).json()["items"]
    assert record["payload"]["address"] == recorded


@pytest.mark.parametrize(
    "public_url", [None, "http://hullmark.port.example", "https://hullmark.port.example"]
)
def test_over_tls_cookies_stay_on_tls_and_browsers_are_told_so(
    tmp_path: Path, public_url: str | None
) -> None:
    app = create_app(settings_of(tmp_path, public_url=public_url))
    over_tls = public_url is not None and public_url.startswith("https")
    with TestClient(app, base_url="http://localhost") as client:
        resources: Resources = app.state.resources
        with resources.database.writing() as session:
            body = PersonBody(name="王伟", roles=["field"], site_ids=[DEFAULT_SITE_ID])
            password = people.add_person(session, body, actor="tests").one_time_password
        answer = client.post("/api/v1/auth/login", json={"name": "王伟", "password": password})
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all(("; secure" in cookie.lower()) is over_tls for cookie in cookies)
    assert sum("httponly" in cookie.lower() for cookie in cookies) == 1
    assert ("strict-transport-security" in answer.headers) is over_tls
