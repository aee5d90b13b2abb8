"""Evidence: every route that names or lists a thing of a port call, asked from its own site and from another."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from api_rows import add_footage, add_port_call
from fastapi.testclient import TestClient
from logged_in import EVERY_ROLE
from route_rights import openapi_document

from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import (
    EvidenceFile,
    Flight,
    Footage,
    Job,
    Milestone,
    Reading,
    Site,
    Survey,
    new_id,
    utc_now,
)

FACTS = {
    "parties": {"role": "importer", "name": "中储粮油脂有限公司"},
    "lots": {"category": "grain", "name_zh": "大豆", "bill_of_lading_numbers": ["SANSHA2605-01"]},
    "documents": {"kind": "quarantine_permit", "number": "AP20260001", "issuer": "海关总署"},
    "findings": {
        "sample_number": "S-0417",
        "category": "weed_seed",
        "analyte": "豚草",
        "verdict": "open",
        "laboratory": "宁波海关技术中心",
    },
    "seals": {
        "number": "CN8812345",
        "place": "3 号舱口",
        "state": "applied",
        "seen_at": "2026-05-04T06:30:00Z",
        "seen_by": "李关员",
    },
    "storage": {"place": "丰源筒仓", "stored_at": "2026-05-04T06:30:00Z"},
    "scales": {
        "number": "汽车衡 2 号",
        "kind": "truck_scale",
        "random_standard_uncertainty_t": 0.02,
        "systematic_standard_uncertainty_t": 0.01,
        "systematic_standard_uncertainty_permille": 0.5,
    },
    "transfers": {
        "transfers": [
            {
                "mode": "truck",
                "ticket_number": "T-1",
                "vehicle": "浙B12345",
                "weighed_at": "2026-05-04T06:30:00Z",
                "destination": "衢州库",
            }
        ]
    },
}
NOT_ENTERED = {"read_stage_inputs", "read_track", "read_footage_thumbnail", "download_document"}
OF_NO_SITE = frozenset(
    {"vessel_id", "table_id", "person_id", "token_id", "subscription_id", "dead_letter_id"}
)


@pytest.fixture(autouse=True)
def _streams_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.delivery.stream.LONGEST_STREAM_S", 0.1)
    monkeypatch.setattr("api.jobs.feed.LONGEST_STREAM_S", 0.1)


@pytest.fixture
def there(client: TestClient, database: Database, objects: ObjectStore) -> dict[str, str]:
    """Name one of everything that a port call has."""
    port_call_id = add_port_call(database)
    footage_id = add_footage(database, objects, str(port_call_id), content=b"footage")
    names = {"port_call_id": str(port_call_id), "footage_id": str(footage_id)}
    for noun, stated in FACTS.items():
        answer = client.post(f"/api/v1/portcalls/{port_call_id}/{noun}", json=stated)
        assert answer.status_code == 201, (noun, answer.text)
        (item,) = client.get(f"/api/v1/portcalls/{port_call_id}/{noun}").json()["items"]
        names[f"{noun}/fact_id"] = item["id"]
    with database.writing() as session:
        names |= {name: str(row) for name, row in rows(session, port_call_id, footage_id)}
    return names


def rows(session: Any, port_call_id: UUID, footage_id: UUID) -> Iterator[tuple[str, UUID]]:
    footage = session.get_one(Footage, footage_id)
    of_call: dict[str, Any] = {"id": new_id(), "port_call_id": port_call_id}
    reading = Reading(
        **of_call,
        footage_id=footage_id,
        stage="initial",
        mark="forward",
        side="port",
        status="ok",
        draft_m=9.1,
    )
    job = Job(**of_call, kind="test", subject_id=new_id(), payload={}, status="queued")
    survey = Survey(**of_call, version=1, case={}, document={}, provisional=True, record_id=footage.record_id)
    milestone = Milestone(**of_call, name="declared", occurred_at=utc_now(), record_id=footage.record_id)
    session.add_all([reading, job, survey, milestone])
    session.flush()
    evidence = EvidenceFile(
        id=new_id(),
        reading_id=reading.id,
        role="picture",
        file_name="a.png",
        object_sha256=footage.object_sha256,
        media_type="image/png",
        size_bytes=7,
    )
    session.add(evidence)
    yield "reading_id", reading.id
    yield "job_id", job.id
    yield "survey_id", survey.id
    yield "milestone_id", milestone.id
    yield "evidence_id", evidence.id
    yield "flight_id", footage.flight_id
    yield "record_id", footage.record_id


@pytest.fixture
def elsewhere(database: Database, as_role: Callable[..., TestClient]) -> TestClient:
    """Somebody with every role, at another site."""
    with database.writing() as session:
        site = Site(id=new_id(), name="elsewhere")
        session.add(site)
    return as_role(*EVERY_ROLE, site_ids=[site.id])


def named(path: str, there: Mapping[str, str]) -> str | None:
    """Put the things of the port call into a path; None for a path that names none of them."""
    parts = set(re.findall(r"\{(\w+)\}", path))
    if not parts - {"name", "stage", "file_name"} or parts & OF_NO_SITE:
        return None
    noun = re.search(r"/(\w+)/\{fact_id\}", path)
    known = {
        **there,
        "fact_id": there[f"{noun[1]}/fact_id"] if noun else "",
        "document_id": there["documents/fact_id"],
        "stage": "initial",
        "name": "certificate.pdf",
        "file_name": "a.mp4",
    }
    return path.format(**known)


def asked(
    client: TestClient, method: str, path: str, operation: Mapping[str, Any], there: Mapping[str, str]
) -> Any:
    query = {"file_name": "a.pdf"} if has(operation, "file_name") and method == "put" else {}
    content = operation.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), None)
    headers = {"if-match": "*"} | ({"content-type": media_type} if media_type else {})
    if media_type == "application/json":
        body = content[media_type].get("example") or {}
        body |= {name: there[name] for name in ("port_call_id", "footage_id") if name in body}
        return client.request(method, path, json=body, headers=headers)
    return client.request(
        method, path, content=b"%PDF-1.7\n" if media_type else None, headers=headers, params=query
    )


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in openapi_document()["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                yield method, path, operation


def test_whatever_a_route_names_of_another_site_is_not_found(
    elsewhere: TestClient, there: dict[str, str]
) -> None:
    wrong, count = [], 0
    for method, template, operation in operations():
        path = named(template, there)
        if path is not None:
            count += 1
            answer = asked(elsewhere, method, path, operation, there)
            # A table is read before it is asked whom it is for.
            expected = 422 if operation["operationId"] == "import_transfers" else 404
            if answer.status_code != expected:
                wrong.append((operation["operationId"], answer.status_code))
    assert wrong == [], wrong
    assert count > 70


def test_the_same_routes_find_it_at_its_own_site(client: TestClient, there: dict[str, str]) -> None:
    wrong = []
    for method, template, operation in operations():
        path = named(template, there)
        if path is not None and method == "get":
            answer = asked(client, method, path, operation, there)
            if answer.status_code == 404:
                wrong.append((operation["operationId"], answer.text[:200]))
    assert {name for name, _ in wrong} <= NOT_ENTERED, wrong


def test_nothing_is_made_for_a_port_call_of_another_site(
    elsewhere: TestClient, there: dict[str, str]
) -> None:
    made = {"announce_flight", "request_reading", "enter_reading", "compute_survey"}
    for method, path, operation in operations():
        if operation["operationId"] in made:
            answer = asked(elsewhere, method, path, operation, there)
            assert answer.status_code in {404, 422}, (operation["operationId"], answer.text)


def test_no_list_search_or_stream_shows_another_site(
    client: TestClient, elsewhere: TestClient, there: dict[str, str]
) -> None:
    shown_to_its_own = set()
    for method, path, operation in operations():
        if method == "get" and "{" not in path and operation["operationId"] != "export_records":
            query = {"text": "a", "after_sequence": "0"} if path.endswith(("search", "stream")) else {}
            query = {name: value for name, value in query.items() if has(operation, name)}
            assert there["port_call_id"] not in elsewhere.get(path, params=query).text, path
            if there["port_call_id"] in client.get(path, params=query).text:
                shown_to_its_own.add(operation["operationId"])
    assert {
        "list_port_calls",
        "list_jobs",
        "list_records",
        "stream_records",
        "stream_jobs",
    } <= shown_to_its_own


def has(operation: Mapping[str, Any], name: str) -> bool:
    return any(parameter["name"] == name for parameter in operation.get("parameters", ()))


def test_the_whole_chain_is_taken_away_only_by_somebody_of_every_site(
    client: TestClient, as_role: Callable[..., TestClient], there: dict[str, str], elsewhere: TestClient
) -> None:
    del elsewhere  # its site is there now
    answer = client.get("/api/v1/records/export")
    assert (answer.status_code, answer.json()["code"]) == (403, "every_site_required")
    own = f"/api/v1/records/port-calls/{there['port_call_id']}/export"
    assert as_role("auditor").get(own).status_code == 200


def test_records_of_people_are_for_whoever_audits(
    client: TestClient, as_role: Callable[..., TestClient]
) -> None:
    client.post("/api/v1/auth/login", json={"name": "nobody", "password": "guess"})
    query = {"kind": "person.login_failed"}
    assert len(as_role("auditor").get("/api/v1/records", params=query).json()["items"]) == 1
    assert as_role("weigher").get("/api/v1/records", params=query).json()["items"] == []
    assert as_role("weigher").get("/api/v1/search", params={"text": "login_failed"}).json()["groups"] == []


def test_a_field_person_sees_own_flights_only(
    as_role: Callable[..., TestClient], there: dict[str, str], database: Database
) -> None:
    field, other = as_role("field"), as_role("field")
    body = {"port_call_id": there["port_call_id"], "stage": "initial", "name": "01"}
    own = field.post("/api/v1/flights", json=body).json()["id"]
    url = f"/api/v1/flights/{own}"
    assert (field.get(url).status_code, other.get(url).status_code) == (200, 404)
    assert other.put(f"{url}/files/a.mp4", content=b"a").status_code == 404
    assert field.get(f"/api/v1/flights/{there['flight_id']}").status_code == 404
    with database.reading() as session:
        assert session.get_one(Flight, UUID(own)).announced_by is not None
