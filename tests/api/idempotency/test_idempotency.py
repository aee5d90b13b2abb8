"""Evidence: draft-ietf-httpapi-idempotency-key-header case by case; failures between making and answering."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.idempotency import promise as promises
from api.idempotency.periodic import TASKS
from api.idempotency.promise import Promise
from api.idempotency.upkeep import forget_old_answers
from api.routing import Resources
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import KeptAnswer, utc_now
from api.vessels.schemas import VesselView

VESSEL = {"name": "安信山", "length_between_perpendiculars_m": 192.0}
KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
VESSELS = "/api/v1/vessels"


def count(client: TestClient, path: str = VESSELS) -> int:
    return len(client.get(path).json()["items"])


def kept(database: Database) -> list[KeptAnswer]:
    with database.reading() as session:
        return list(session.scalars(select(KeptAnswer)))


def test_the_same_request_again_gives_the_first_answer_and_makes_nothing(client: TestClient) -> None:
    first = client.post(VESSELS, json=VESSEL, headers=KEY)
    again = client.post(VESSELS, json=VESSEL, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    for name in ("location", "etag", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert count(client) == 1
    assert len(client.get("/api/v1/records", params={"kind": "vessel.registered"}).json()["items"]) == 1


def test_without_a_key_the_same_request_is_another_one(client: TestClient) -> None:
    client.post(VESSELS, json=VESSEL)
    client.post(VESSELS, json=VESSEL)
    assert count(client) == 2


def test_a_key_stands_for_one_request(client: TestClient) -> None:
    client.post(VESSELS, json=VESSEL, headers=KEY)
    for other in (
        client.post(VESSELS, json={**VESSEL, "name": "另一艘"}, headers=KEY),
        client.post(
            "/api/v1/portcalls", json={"vessel_id": "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"}, headers=KEY
        ),
    ):
        assert other.status_code == 422
    assert client.post(VESSELS, json={**VESSEL, "name": "另一艘"}, headers=KEY).json()["code"] == "key_reused"
    assert count(client) == 1


def test_a_key_belongs_to_whoever_chose_it(client: TestClient, as_role: Callable[..., TestClient]) -> None:
    client.post(VESSELS, json=VESSEL, headers=KEY)
    other = as_role("weigher").post(VESSELS, json={**VESSEL, "name": "另一艘"}, headers=KEY)
    assert (other.status_code, "idempotent-replayed" in other.headers) == (201, False)


def test_a_refusal_is_not_kept_and_the_key_may_be_used_again(client: TestClient, database: Database) -> None:
    url = "/api/v1/portcalls/0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10/parties"
    refused = client.post(url, json={"role": "carrier", "name": "承运商"}, headers=KEY)
    assert refused.status_code == 404
    assert kept(database) == []
    assert client.post(VESSELS, json=VESSEL, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", '""', "a\tb", "x" * 256, "é"])
def test_what_is_no_key_is_refused(client: TestClient, key: str) -> None:
    answer = client.post(VESSELS, json=VESSEL, headers=[(b"idempotency-key", key.encode())])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("header:idempotency-key")
    assert count(client) == 0


def test_where_the_answer_cannot_be_kept_nothing_was_made(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer and what was made are one transaction: where one is lost, so is the other."""
    with monkeypatch.context() as patched:
        patched.setattr(VesselView, "model_copy", _dies)
        assert client.post(VESSELS, json=VESSEL, headers=KEY).status_code == 500

    assert (count(client), kept(database)) == (0, [])
    assert client.get("/api/v1/records", params={"kind": "vessel.registered"}).json()["items"] == []
    assert client.post(VESSELS, json=VESSEL, headers=KEY).status_code == 201
    assert count(client) == 1


def test_an_answer_that_never_left_is_given_to_whoever_asks_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("api.vessels.router.tagged", lambda _response, view: view)
        patched.setattr("fastapi.routing.serialize_response", _dies)
        assert client.post(VESSELS, json=VESSEL, headers=KEY).status_code == 500

    again = client.post(VESSELS, json=VESSEL, headers=KEY)
    assert (again.status_code, again.headers["idempotent-replayed"], count(client)) == (201, "true", 1)


def _dies(*_: Any, **__: Any) -> Any:
    raise RuntimeError("the process ends here")


def test_of_two_at_once_one_is_told_to_wait(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go_on = threading.Event(), threading.Event()
    reserve = Promise._reserve

    def slowly(self: Promise, session: Any) -> KeptAnswer:
        row = reserve(self, session)
        inside.set()
        assert go_on.wait(30.0)
        return row

    monkeypatch.setattr(Promise, "_reserve", slowly)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(client.post, VESSELS, json=VESSEL, headers=KEY)
        assert inside.wait(30.0)
        second = client.post(VESSELS, json=VESSEL, headers=KEY)
        go_on.set()

    assert (second.status_code, second.json()["code"]) == (409, "key_in_use")
    assert first.result().status_code == 201
    assert len(kept(database)) == 1


def test_of_many_at_once_one_makes_it(client: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post(VESSELS, json=VESSEL, headers=KEY), range(16)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert count(client) == 1


def test_another_process_with_the_same_key_is_refused_by_the_database(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this process does not know of, the primary key does."""
    client.post(VESSELS, json=VESSEL, headers=KEY)
    monkeypatch.setattr(Promise, "_found", lambda _self, _session: None)
    assert client.post(VESSELS, json=VESSEL, headers=KEY).json()["code"] == "key_in_use"
    assert len(kept(database)) == 1


def test_secrets_are_never_kept(client: TestClient, database: Database) -> None:
    webhook = {"kind": "webhook", "name": "海关", "target": "https://customs.example/hullmark"}
    token = {"name": "程序", "roles": ["weigher"], "expires_in_days": 1}
    person = {"name": "李", "roles": ["weigher"], "site_ids": []}
    for number, (path, body, secret) in enumerate(
        (
            ("/api/v1/delivery/subscriptions", webhook, "secret"),
            ("/api/v1/auth/tokens", token, "secret"),
            ("/api/v1/people", person, "one_time_password"),
        )
    ):
        first = client.post(path, json=body, headers={"Idempotency-Key": f"k{number}"})
        again = client.post(path, json=body, headers={"Idempotency-Key": f"k{number}"})
        assert first.json()[secret]
        assert again.json() == {**first.json(), secret: None}
        assert all(first.json()[secret] not in row.answer for row in kept(database))


def test_answers_are_let_go_of_after_a_while(
    client: TestClient, database: Database, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(VESSELS, json=VESSEL, headers=KEY)
    assert forget_old_answers(database, resources.settings) == 0
    later = utc_now() + timedelta(hours=resources.settings.idempotency_hours + 1)
    monkeypatch.setattr("api.idempotency.upkeep.utc_now", lambda: later)
    monkeypatch.setattr(promises, "utc_now", lambda: later)

    assert client.post(VESSELS, json=VESSEL, headers=KEY).headers.get("idempotent-replayed") is None
    assert (count(client), len(kept(database))) == (2, 1)
    TASKS[0].run(database, resources.objects, resources.settings)
    assert kept(database) == []


def test_the_whole_of_a_table_is_what_a_key_stands_for(client: TestClient) -> None:
    vessel_id = client.post(VESSELS, json=VESSEL).json()["id"]
    url = f"{VESSELS}/{vessel_id}/hydrostatic-tables"
    query: dict[str, str | float] = {
        "file_name": "a.csv",
        "density_t_per_m3": 1.025,
        "lcf_reference": "aft_of_midships",
        "draft_basis": "extreme",
        "kind": "displacement",
    }
    rows = "draft_m,displacement_t,tpc_t_per_cm,lcf_m,mctc_tm_per_cm\n" + "".join(
        f"{draft},{192 * 32 * draft * 1.025},{192 * 32 * 0.01025},0,{500 + draft}\n" for draft in range(1, 12)
    )
    answers = [
        client.post(url, params=query, content=rows, headers={**KEY, "content-type": "text/csv"})
        for _ in range(2)
    ]
    assert answers[0].status_code == 201, answers[0].text
    assert answers[1].json() == answers[0].json()
    assert count(client, url) == 1
    other = client.post(url, params=query, content=rows + " ", headers={**KEY, "content-type": "text/csv"})
    assert other.status_code == 422


def test_an_application_started_anew_knows_the_keys(settings: Settings, app: FastAPI) -> None:
    from logged_in import log_in

    from api.app import create_app

    with TestClient(app, base_url="http://localhost") as client:
        log_in(client)
        first = client.post(VESSELS, json=VESSEL, headers=KEY)
        who = client.headers["authorization"]
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        again = client.post(VESSELS, json=VESSEL, headers={**KEY, "authorization": who})
    assert again.json() == first.json()
