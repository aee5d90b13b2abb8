"""Evidence: signatures and reviews over HTTP by several people; the digest computed again from what is shown."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from fastapi.testclient import TestClient

Measure = Callable[..., None]
AsRole = Callable[..., TestClient]
APPROVED = {"verdict": "approved"}


@pytest.fixture
def weigher(as_role: AsRole) -> TestClient:
    return as_role("weigher")


@pytest.fixture
def survey(weigher: TestClient, declared: dict[str, Any], measure: Measure) -> dict[str, Any]:
    measure("initial", draft_m=4.0, ballast_t=2100.0)
    measure("final", draft_m=7.0, ballast_t=60.0)
    return compute(weigher, declared)


def compute(client: TestClient, port_call: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/api/v1/surveys", json={"port_call_id": port_call["id"]})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


def sign(client: TestClient, survey: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/surveys/{survey['id']}/signature")


def review(client: TestClient, survey: dict[str, Any], body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/surveys/{survey['id']}/review", json=body)


def shown(client: TestClient, survey: dict[str, Any]) -> dict[str, Any]:
    view: dict[str, Any] = client.get(f"/api/v1/surveys/{survey['id']}").json()
    return view


def test_a_signed_version_is_approved_by_a_second_person(
    client: TestClient, weigher: TestClient, as_role: AsRole, survey: dict[str, Any]
) -> None:
    assert (survey["state"], survey["signatures"]) == ("draft", [])
    signed = sign(weigher, survey)
    assert signed.status_code == 201, signed.text
    assert shown(client, survey)["state"] == "signed"
    approved = review(as_role("reviewer"), survey, APPROVED)
    assert approved.status_code == 201, approved.text

    view = shown(client, survey)
    assert view["state"] == "approved"
    assert [item["verdict"] for item in view["signatures"]] == ["signed", "countersigned"]
    what = {"case": view["case"], "document": view["document"]}
    digest = hashlib.sha256(rfc8785.dumps(what)).hexdigest()
    assert {item["signed_sha256"] for item in view["signatures"]} == {digest}
    records = [client.get(f"/api/v1/records/{item['record_id']}").json() for item in view["signatures"]]
    assert [record["kind"] for record in records] == ["survey.signed", "survey.reviewed"]
    assert records[0]["causes"] == [survey["record_id"]]
    assert records[1]["causes"] == [survey["record_id"], records[0]["id"]]
    assert records[0]["payload"]["declaration_zh"]


def test_nobody_reviews_what_they_signed_or_computed(
    as_role: AsRole, declared: dict[str, Any], measure: Measure
) -> None:
    both, signer = as_role("weigher", "reviewer"), as_role("weigher", "reviewer")
    measure("initial", draft_m=4.0, ballast_t=2100.0)
    measure("final", draft_m=7.0, ballast_t=60.0)
    mine = compute(both, declared)
    assert sign(signer, mine).status_code == 201

    assert review(signer, mine, APPROVED).json()["code"] == "same_person"
    assert review(both, mine, APPROVED).json()["code"] == "same_person"
    assert review(as_role("reviewer"), mine, APPROVED).status_code == 201


def test_a_returned_version_is_computed_anew_and_the_old_one_is_superseded(
    client: TestClient,
    weigher: TestClient,
    as_role: AsRole,
    declared: dict[str, Any],
    survey: dict[str, Any],
) -> None:
    reviewer = as_role("reviewer")
    sign(weigher, survey)
    assert review(reviewer, survey, {"verdict": "returned"}).status_code == 422
    returned = review(reviewer, survey, {"verdict": "returned", "reason": "左舷中部读数存疑"})
    assert returned.status_code == 201, returned.text
    assert shown(client, survey)["state"] == "returned"
    assert review(reviewer, survey, APPROVED).json()["code"] == "conflict"

    second = compute(weigher, declared)
    assert shown(client, survey)["state"] == "superseded"
    assert sign(weigher, second).status_code == 201


def test_what_may_not_be_signed_is_refused(
    weigher: TestClient, as_role: AsRole, declared: dict[str, Any], survey: dict[str, Any]
) -> None:
    assert review(as_role("reviewer"), survey, APPROVED).json()["code"] == "not_ready"
    assert sign(weigher, survey).status_code == 201
    assert sign(weigher, survey).json()["code"] == "conflict"
    compute(weigher, declared)
    assert sign(weigher, survey).json()["code"] == "conflict"
    assert review(as_role("reviewer"), survey, APPROVED).json()["code"] == "conflict"


def test_a_provisional_weight_is_not_signed(
    weigher: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    measure("final", draft_m=7.0, ballast_t=60.0)
    assert sign(weigher, compute(weigher, declared)).json()["code"] == "not_ready"
