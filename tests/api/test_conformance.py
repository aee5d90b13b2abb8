"""Evidence: requests generated from the OpenAPI document, as every role, are answered as it says (schemathesis)."""

import zlib
from collections.abc import Mapping

import pytest
from api_rows import add_footage, add_port_call
from fastapi import FastAPI
from fastapi.testclient import TestClient
from generated_requests import hold_to_its_word, operations_of
from logged_in import EVERY_ROLE, token_of
from schemathesis.core.failures import Failure, FailureGroup

from api.routing import Resources

ROLES = ("field", "control_room", "weigher", "reviewer", "auditor", "admin")
WHO: dict[str, tuple[str, ...] | None] = {
    "anonymous": None,
    **{role: (role,) for role in ROLES},
    "every_role": EVERY_ROLE,
}
SOAKED = 40


@pytest.fixture
def known(client: TestClient, resources: Resources) -> Mapping[str, list[str]]:
    """Identifiers of things that are there, by the names that paths give them."""
    port_call_id = str(add_port_call(resources.database))
    footage_id = add_footage(resources.database, resources.objects, port_call_id, content=b"video")
    reading = client.post(
        "/api/v1/readings",
        json={"footage_id": str(footage_id), "stage": "initial", "mark": "forward", "side": "port"},
    ).json()
    lot = client.post(
        f"/api/v1/portcalls/{port_call_id}/parties", json={"role": "carrier", "name": "承运商"}
    ).json()
    subscription = client.post(
        "/api/v1/delivery/subscriptions",
        json={"kind": "webhook", "name": "海关", "target": "https://customs.example/hullmark"},
    ).json()
    call = client.get(f"/api/v1/portcalls/{port_call_id}").json()
    flight = client.get("/api/v1/flights").json()["items"][0]
    record = client.get("/api/v1/records").json()["items"][0]
    return {
        "port_call_id": [port_call_id],
        "vessel_id": [call["vessel_id"]],
        "footage_id": [str(footage_id)],
        "flight_id": [flight["id"]],
        "reading_id": [reading["id"]],
        "job_id": [reading["job"]["id"]],
        "fact_id": [lot["id"]],
        "subscription_id": [subscription["id"]],
        "record_id": [record["id"]],
    }


def client_as(app: FastAPI, resources: Resources, roles: tuple[str, ...] | None) -> TestClient:
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
    if roles is not None:
        client.headers["authorization"] = f"Bearer {token_of(resources.database, roles)}"
    return client


def every_operation_keeps_its_word(
    app: FastAPI, resources: Resources, known: Mapping[str, list[str]], who: str, *, examples: int
) -> dict[str, list[int]]:
    client = client_as(app, resources, WHO[who])
    statuses: dict[str, list[int]] = {}
    broken: list[str] = []
    for name, operation in operations_of(app).items():
        if name in {"log_out", "change_password", "reset_password", "change_person", "revoke_token"}:
            continue  # They end the right of whoever asks; tests/api/auth has them.
        which = zlib.crc32(f"{who} {name}".encode())
        try:
            statuses[name] = hold_to_its_word(operation, client, known=known, examples=examples, which=which)
        except (FailureGroup, Failure) as failure:
            broken.append(f"{name}: {failure}")
    assert not broken, "\n".join(broken)
    return statuses


@pytest.mark.parametrize("who", WHO)
def test_every_operation_answers_as_the_document_says(
    app: FastAPI, resources: Resources, known: Mapping[str, list[str]], who: str
) -> None:
    examples = 3 if who == "every_role" else 1

    statuses = every_operation_keeps_its_word(app, resources, known, who, examples=examples)

    answered = [status for found in statuses.values() for status in found]
    assert len(answered) >= len(statuses) * examples // 2
    if who == "anonymous":
        assert not any(
            200 <= status < 300 for name, found in statuses.items() for status in found if name not in PUBLIC
        )


@pytest.mark.soak
@pytest.mark.parametrize("who", WHO)
def test_every_operation_answers_as_the_document_says_to_many_requests(
    app: FastAPI, resources: Resources, known: Mapping[str, list[str]], who: str
) -> None:
    every_operation_keeps_its_word(app, resources, known, who, examples=SOAKED)


PUBLIC = {"check_live", "check_ready", "read_metrics", "log_in"}
