"""Evidence: logging in as a browser does, its refusals, tokens, one-time passwords, other sites, and the records."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from logged_in import token_of

from api.auth import people
from api.auth.schemas import PersonBody
from api.storage.database import Database
from api.storage.tables import DEFAULT_SITE_ID, PortCall, Site, Vessel, new_id

PASSWORD = "seven grey cranes at berth 4"  # noqa: S105 (of nobody)


@pytest.fixture
def one_time_password(client: TestClient, database: Database) -> str:
    del client
    with database.writing() as session:
        body = PersonBody(name="王伟", roles=["weigher"], site_ids=[DEFAULT_SITE_ID])
        password = people.add_person(session, body, actor="tests").one_time_password
    assert password is not None
    return password


def logged_in(client: TestClient, password: str) -> int:
    answer = client.post("/api/v1/auth/login", json={"name": "王伟", "password": password})
    client.headers["x-csrf-token"] = client.cookies.get("hullmark_csrf") or ""
    return answer.status_code


def test_a_one_time_password_opens_only_its_own_change(anonymous: TestClient, one_time_password: str) -> None:
    assert logged_in(anonymous, one_time_password) == 204
    assert anonymous.get("/api/v1/portcalls").json()["code"] == "password_change_required"
    body = {"present": one_time_password, "password": PASSWORD}
    old_secret = anonymous.cookies["hullmark_session"]
    assert anonymous.post("/api/v1/auth/password", json=body).status_code == 204
    assert anonymous.get("/api/v1/portcalls").status_code == 200
    assert anonymous.cookies["hullmark_session"] != old_secret
    again = {"cookie": f"hullmark_session={old_secret}"}
    anonymous.cookies.clear()
    assert anonymous.get("/api/v1/auth/self", headers=again).status_code == 401


def test_a_change_with_the_cookie_alone_is_refused(anonymous: TestClient, one_time_password: str) -> None:
    logged_in(anonymous, one_time_password)
    del anonymous.headers["x-csrf-token"]
    assert anonymous.post("/api/v1/auth/logout").json()["code"] == "csrf_token"


def test_logging_out_ends_the_session_on_the_server(anonymous: TestClient, one_time_password: str) -> None:
    logged_in(anonymous, one_time_password)
    kept = {"cookie": f"hullmark_session={anonymous.cookies['hullmark_session']}"}
    assert anonymous.post("/api/v1/auth/logout").status_code == 204
    assert anonymous.get("/api/v1/auth/self", headers=kept).status_code == 401


def test_guessing_is_slowed_and_recorded_without_what_was_tried(
    client: TestClient, anonymous: TestClient, one_time_password: str
) -> None:
    codes = [logged_in(anonymous, f"guess number {number}") for number in range(6)]
    assert codes == [401] * 5 + [429]
    assert logged_in(anonymous, one_time_password) == 429
    text = client.get("/api/v1/records", params={"kind": "person.login_failed"}).text
    assert text.count('"person.login_failed"') == 5
    assert "guess" not in text


def test_a_token_has_no_more_than_its_person_and_ends_when_revoked(
    anonymous: TestClient, as_role: Callable[..., TestClient]
) -> None:
    weigher = as_role("weigher")
    asked = {"name": "scale", "roles": ["admin"], "expires_in_days": 1}
    assert weigher.post("/api/v1/auth/tokens", json=asked).status_code == 422
    made = weigher.post("/api/v1/auth/tokens", json=asked | {"roles": ["weigher"]}).json()
    shown = {"authorization": f"Bearer {made['secret']}"}
    assert anonymous.get("/api/v1/portcalls", headers=shown).status_code == 200
    assert made["secret"] not in weigher.get("/api/v1/auth/tokens").text
    assert weigher.delete(f"/api/v1/auth/tokens/{made['id']}").status_code == 200
    assert anonymous.get("/api/v1/portcalls", headers=shown).status_code == 401


def test_a_role_that_is_taken_leaves_the_tokens_for_good(
    client: TestClient, anonymous: TestClient, as_role: Callable[..., TestClient]
) -> None:
    holder = as_role("weigher", "auditor")
    asked = {"name": "scale", "roles": ["weigher", "auditor"], "expires_in_days": 1}
    secret = holder.post("/api/v1/auth/tokens", json=asked).json()["secret"]
    only = holder.post("/api/v1/auth/tokens", json=asked | {"roles": ["weigher"]}).json()["secret"]
    url = f"/api/v1/people/{holder.get('/api/v1/auth/self').json()['id']}"
    for roles in (["auditor"], ["weigher", "auditor"]):
        body = {"roles": roles, "site_ids": [str(DEFAULT_SITE_ID)], "disabled": False}
        answer = client.put(url, json=body, headers={"if-match": client.get(url).headers["etag"]})
        assert answer.status_code == 200, answer.text
    shown = {"authorization": f"Bearer {secret}"}
    assert anonymous.get("/api/v1/auth/self", headers=shown).json()["roles"] == ["auditor"]
    shown = {"authorization": f"Bearer {only}"}
    assert anonymous.get("/api/v1/auth/self", headers=shown).status_code == 401
    kinds = [row["kind"] for row in client.get("/api/v1/records").json()["items"]]
    # One more than the two: the token that the person itself came with has both roles too.
    assert (kinds.count("person.token_narrowed"), kinds.count("person.token_revoked")) == (2, 1)


def test_a_new_site_is_a_record(client: TestClient) -> None:
    site = client.post("/api/v1/sites", json={"name": "北仑"}).json()
    (record,) = client.get("/api/v1/records", params={"kind": "site.added"}).json()["items"]
    assert (record["subject_kind"], record["subject_id"], record["payload"]) == (
        "site",
        site["id"],
        {"name": "北仑"},
    )
    assert record["actor"].startswith("person:")


def test_what_belongs_to_another_site_is_not_found(client: TestClient, database: Database) -> None:
    with database.writing() as session:
        site, vessel = (
            Site(id=new_id(), name="elsewhere"),
            Vessel(id=new_id(), name="远", length_between_perpendiculars_m=99.0),
        )
        session.add_all([site, vessel])
        session.flush()
        method = {"rounding": "full", "mctc_half_interval_m": 0.5}
        call = PortCall(
            id=new_id(), vessel_id=vessel.id, site_id=site.id, cargo="煤", operation="loading", method=method
        )
        session.add(call)
    path = f"/api/v1/portcalls/{call.id}"
    assert client.get(path).status_code == 404
    assert str(call.id) not in client.get("/api/v1/portcalls").text
    there = token_of(database, ["weigher"], site_ids=[site.id])
    assert client.get(path, headers={"authorization": f"Bearer {there}"}).status_code == 200
