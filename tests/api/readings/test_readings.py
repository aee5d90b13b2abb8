"""Readings through the front door: asked for, made by a worker, then decided by a person."""

import hashlib
import math
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from api_rows import add_footage
from fastapi.testclient import TestClient

from api.pipelines.errors import UnreadableFootageError
from api.storage.database import Database
from api.storage.objects import ObjectStore

Ask = Callable[..., Any]
Work = Callable[[], bool]


def test_a_reading_is_accepted_for_work_and_made_by_a_worker(
    client: TestClient, ask: Ask, work: Work, reader: Any
) -> None:
    asked = ask(expected_range_m=[5.0, 15.0])
    assert asked.status_code == 202, asked.text
    assert (asked.json()["status"], asked.json()["job"]["status"]) == ("queued", "queued")

    assert work()

    reading = client.get(asked.headers["location"]).json()
    assert (reading["status"], reading["draft_m"], reading["u95_m"]) == ("ok", 8.62, 0.022)
    assert reading["result"]["series"] == [[0.0, 8.61], [0.5, 8.63]]
    assert reading["result"]["file"] == "水尺 01.MP4", "the sender's name, not the store's"
    assert (reading["job"]["status"], reading["job"]["progress"]) == ("done", 1.0)
    assert reader.calls[0]["expected_range_m"] == (5.0, 15.0)
    assert reader.calls[0]["bytes"] == b"video bytes"
    assert reader.calls[0]["name"] == "水尺 01.MP4", "printed on the evidence"


def test_evidence_is_served_as_what_it_is_and_cannot_act(client: TestClient, ask: Ask, work: Work) -> None:
    reading_id = ask().json()["id"]
    work()
    evidence = client.get(f"/api/v1/readings/{reading_id}").json()["evidence"]

    answer = client.get(evidence[0]["url"])

    assert (evidence[0]["role"], evidence[0]["time_s"]) == ("nearest", 1.25)
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_record_of_a_reading_binds_the_whole_answer_and_its_pictures(
    client: TestClient, ask: Ask, work: Work, port_call_id: str
) -> None:
    reading_id = ask().json()["id"]
    work()

    records = client.get("/api/v1/records", params={"port_call_id": port_call_id}).json()["items"]

    reading = client.get(f"/api/v1/readings/{reading_id}").json()
    made = records[-1]
    assert made["kind"] == "reading.made"
    assert made["payload"]["result_sha256"] == hashlib.sha256(rfc8785.dumps(reading["result"])).hexdigest()
    assert [item["sha256"] for item in made["evidence"]][1:] == [reading["evidence"][0]["sha256"]]
    assert made["causes"] == [records[0]["id"]], "it rests on the receipt of the footage"


def test_a_refusal_is_an_answer_and_not_a_failure(
    client: TestClient, ask: Ask, work: Work, reader: Any
) -> None:
    reader.answer = {
        "status": "refused",
        "reason": "no_marks",
        "message": "no numerals found",
        "draft_m": None,
    }
    reading_id = ask().json()["id"]
    work()

    reading = client.get(f"/api/v1/readings/{reading_id}").json()

    assert (reading["status"], reading["reason"], reading["draft_m"]) == (
        "refused",
        "no numerals found",
        None,
    )
    assert reading["job"]["status"] == "done"


def test_footage_that_cannot_be_read_is_refused_with_what_would_be(
    client: TestClient, ask: Ask, work: Work, reader: Any
) -> None:
    reader.answer = UnreadableFootageError("x", "no frame decodes", accepted="a video or a picture")
    reading_id = ask().json()["id"]
    work()

    reading = client.get(f"/api/v1/readings/{reading_id}").json()

    assert (reading["status"], reading["reason"]) == (
        "refused",
        "no frame decodes; accepted: a video or a picture",
    )


def test_a_reader_that_breaks_fails_the_reading_with_its_words(
    client: TestClient, ask: Ask, work: Work, reader: Any
) -> None:
    reader.answer = RuntimeError("device lost")
    reading_id = ask().json()["id"]
    work()

    reading = client.get(f"/api/v1/readings/{reading_id}").json()

    assert (reading["status"], reading["job"]["status"]) == ("failed", "failed")
    assert reading["job"]["error"] == "RuntimeError: device lost"


def test_a_number_that_is_none_never_reaches_the_database(
    client: TestClient, ask: Ask, work: Work, reader: Any
) -> None:
    reader.answer = reader.answer | {"draft_m": math.nan}
    reading_id = ask().json()["id"]
    work()

    reading = client.get(f"/api/v1/readings/{reading_id}").json()

    assert (reading["status"], reading["draft_m"]) == ("failed", None)


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ({"footage_id": "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"}, "/footage_id"),
        ({"footage_id": "x"}, "/footage_id"),
        ({"stage": "final"}, "/stage"),
        ({"stage": "middle"}, "/stage"),
        ({"mark": "bow"}, "/mark"),
        ({"side": "左"}, "/side"),
        ({"expected_range_m": [9.0, 5.0]}, "/expected_range_m"),
        ({"expected_range_m": [-1.0, 5.0]}, "/expected_range_m/0"),
        ({"expected_range_m": [5.0, 400.0]}, "/expected_range_m/1"),
        ({"expected_range_m": [5.0]}, "/expected_range_m/1"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused_by_field(
    ask: Ask, parts: dict[str, Any], pointer: str
) -> None:
    answer = ask(**parts)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_telemetry_shows_no_draft(
    ask: Ask, database: Database, objects: ObjectStore, port_call_id: str
) -> None:
    telemetry = add_footage(database, objects, port_call_id, content=b"1", kind="telemetry")

    answer = ask(footage_id=str(telemetry))

    assert answer.json()["detail"] == "/footage_id: the file is telemetry; accepted: a video or a still"


def test_an_accepted_reading_counts_with_its_own_values(client: TestClient, ask: Ask, work: Work) -> None:
    reading_id = ask().json()["id"]
    work()

    reading = client.post(f"/api/v1/readings/{reading_id}/accept", json={}).json()

    assert (reading["decision"], reading["decided_draft_m"]) == ("accepted", 8.62)
    assert reading["decided_standard_uncertainty_m"] == 0.011
    assert reading["decided_by"].startswith("person:")


def test_a_correction_counts_and_leaves_what_was_read(
    client: TestClient, ask: Ask, work: Work, port_call_id: str
) -> None:
    reading_id = ask().json()["id"]
    work()
    body = {"draft_m": 8.60, "standard_uncertainty_m": 0.02, "reason": "标尺污损"}

    reading = client.post(f"/api/v1/readings/{reading_id}/correct", json=body).json()

    assert (reading["draft_m"], reading["decided_draft_m"]) == (8.62, 8.60)
    records = client.get("/api/v1/records", params={"port_call_id": port_call_id}).json()["items"]
    assert (records[-1]["kind"], records[-1]["payload"]["reason"]) == ("reading.decided", "标尺污损")
    assert records[-1]["causes"] == [records[-2]["id"]]


def test_a_refused_reading_cannot_be_accepted_but_corrected(
    client: TestClient, ask: Ask, work: Work, reader: Any
) -> None:
    reader.answer = {"status": "refused", "reason": "no marks", "draft_m": None}
    reading_id = ask().json()["id"]
    work()

    refused = client.post(f"/api/v1/readings/{reading_id}/accept", json={})
    body = {"draft_m": 8.6, "standard_uncertainty_m": 0.03, "reason": "目测"}
    corrected = client.post(f"/api/v1/readings/{reading_id}/correct", json=body)

    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert corrected.status_code == 200


def test_a_draft_that_no_ship_can_have_is_not_accepted(
    client: TestClient, ask: Ask, work: Work, reader: Any
) -> None:
    reader.answer = reader.answer | {"draft_m": -0.6011}
    reading_id = ask().json()["id"]
    work()

    answer = client.post(f"/api/v1/readings/{reading_id}/accept", json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "-0.6011 m is no draft of a ship" in answer.json()["detail"]


def test_a_reading_in_progress_cannot_be_decided(client: TestClient, ask: Ask) -> None:
    reading_id = ask().json()["id"]

    answer = client.post(f"/api/v1/readings/{reading_id}/reject", json={"reason": "x"})

    assert (answer.status_code, answer.json()["detail"][:22]) == (409, "The reading is queued.")


def test_one_mark_side_and_stage_counts_once(client: TestClient, ask: Ask, work: Work) -> None:
    first, second = ask().json()["id"], ask().json()["id"]
    work()
    work()
    assert client.post(f"/api/v1/readings/{first}/accept", json={}).status_code == 200

    refused = client.post(f"/api/v1/readings/{second}/accept", json={})
    client.post(f"/api/v1/readings/{first}/reject", json={"reason": "第二段更清楚"})
    accepted = client.post(f"/api/v1/readings/{second}/accept", json={})

    assert refused.status_code == 409
    assert first in refused.json()["detail"]
    assert accepted.status_code == 200


@pytest.mark.parametrize("reason", [None, "", "   ", "\u0000", 7])
def test_a_rejection_needs_a_reason(client: TestClient, ask: Ask, work: Work, reason: Any) -> None:
    reading_id = ask().json()["id"]
    work()

    answer = client.post(f"/api/v1/readings/{reading_id}/reject", json={"reason": reason})

    assert answer.status_code in {400, 422}


BY_HAND = {
    "stage": "final",
    "mark": "aft",
    "side": "starboard",
    "draft_m": 9.15,
    "standard_uncertainty_m": 0.02,
    "reason": "风大，无人机未起飞",
    "observer": "王工",
}


@pytest.mark.parametrize("field", ["draft_m", "standard_uncertainty_m"])
@pytest.mark.parametrize("value", ["0.02", True, -0.02, 0, 1e308, None, [0.02]])
def test_what_is_no_length_counts_nowhere(
    client: TestClient, port_call_id: str, field: str, value: object
) -> None:
    body = BY_HAND | {"port_call_id": port_call_id, field: value}

    answer = client.post("/api/v1/readings/manual", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(f"/{field}")
    assert client.get("/api/v1/readings").json()["items"] == []


def test_a_reading_taken_by_a_person_counts_at_once(client: TestClient, port_call_id: str) -> None:
    answer = client.post("/api/v1/readings/manual", json=BY_HAND | {"port_call_id": port_call_id})

    assert answer.status_code == 201, answer.text
    reading = answer.json()
    assert (reading["decision"], reading["decided_draft_m"], reading["footage_id"]) == (
        "accepted",
        9.15,
        None,
    )
    assert reading["decided_by"].startswith("王工 ")


def test_readings_are_listed_by_port_call_stage_and_status(
    client: TestClient, ask: Ask, work: Work, port_call_id: str
) -> None:
    first = ask().json()["id"]
    work()
    ask(mark="aft")

    def listed(**query: str) -> list[str]:
        answer = client.get("/api/v1/readings", params={"port_call_id": port_call_id} | query)
        return [reading["id"] for reading in answer.json()["items"]]

    assert len(listed()) == 2
    assert listed(status="ok") == [first]
    assert listed(stage="final") == []


def test_what_is_not_there_is_not_found(client: TestClient, ask: Ask) -> None:
    reading_id = ask().json()["id"]
    unknown = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"

    for url in (f"readings/{unknown}", f"readings/{reading_id}/evidence/{unknown}", f"jobs/{unknown}"):
        assert client.get(f"/api/v1/{url}").json()["code"] == "not_found"
    assert client.post(f"/api/v1/readings/{unknown}/accept", json={}).status_code == 404


def test_jobs_are_listed_with_their_progress(
    client: TestClient, ask: Ask, work: Work, port_call_id: str
) -> None:
    ask()
    work()

    jobs = client.get("/api/v1/jobs", params={"port_call_id": port_call_id, "status": "done"}).json()["items"]

    assert [(job["kind"], job["progress"], job["attempts"]) for job in jobs] == [("reading", 1.0, 1)]
    shown = client.get(f"/api/v1/jobs/{jobs[0]['id']}").json()
    assert shown.items() >= jobs[0].items()
