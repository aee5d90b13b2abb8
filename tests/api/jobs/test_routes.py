"""Routes of jobs: shown with their steps, cancelled and retried by someone, preferred; and their events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from api_rows import add_footage, add_port_call
from current_state import current
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.errors import TooManyStreamsError
from api.jobs import feed as feed_module
from api.jobs.feed import JobFeed, Wanted
from api.jobs.kinds import declared_kinds
from api.jobs.queue import JobQueue
from api.jobs.repository import job_by_id
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import Record, new_id


@pytest.fixture
def reading(client: TestClient, database: Database, objects: ObjectStore) -> dict[str, Any]:
    footage_id = add_footage(database, objects, str(add_port_call(database)), content=b"video bytes")
    body = {"footage_id": str(footage_id), "stage": "initial", "mark": "forward", "side": "port"}
    answer: dict[str, Any] = client.post("/api/v1/readings", json=body).json()
    return answer


@pytest.fixture
def queue(database: Database) -> JobQueue:
    return JobQueue(database, declared_kinds(), worker_id=new_id(), lease_s=60.0, max_attempts=1)


def test_a_job_is_shown_with_its_steps(client: TestClient, reading: dict[str, Any], queue: JobQueue) -> None:
    claimed = queue.claim()
    assert claimed is not None
    queue.begin_step(claimed, "reading", progress=0.0)
    queue.finish_step(claimed, "reading", {"answer": {}}, duration_s=1.5)
    queue.begin_step(claimed, "evidence", progress=0.9)

    shown = client.get(f"/api/v1/jobs/{reading['job']['id']}").json()

    assert (shown["status"], shown["step"], shown["progress"]) == ("running", "evidence", 0.9)
    assert shown["planned_steps"] == ["reading", "evidence"]
    assert [(step["name"], step["attempt"], step["duration_s"]) for step in shown["finished_steps"]] == [
        ("reading", 1, 1.5)
    ]


def test_a_waiting_job_is_cancelled_with_a_record_of_who_did(
    client: TestClient, database: Database, reading: dict[str, Any], queue: JobQueue
) -> None:
    job_id = reading["job"]["id"]

    answer = client.post(f"/api/v1/jobs/{job_id}/cancellation", json={"reason": "航次取消"})

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert answer.json()["cancelled_by"]
    assert queue.claim() is None
    shown = client.get(f"/api/v1/readings/{reading['id']}").json()
    assert (shown["status"], shown["reason"]) == ("cancelled", "航次取消")
    record = the_record(database, "job.cancelled")
    assert (record.actor, record.subject_id) == (answer.json()["cancelled_by"], UUID(job_id))
    assert (record.payload["was"], record.payload["reason"]) == ("queued", "航次取消")
    assert record.port_call_id == UUID(reading["port_call_id"])
    again = client.post(f"/api/v1/jobs/{job_id}/cancellation", json={})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_a_failed_job_is_retried_from_its_last_finished_step(
    client: TestClient, database: Database, reading: dict[str, Any], queue: JobQueue
) -> None:
    job_id = reading["job"]["id"]
    claimed = queue.claim()
    assert claimed is not None
    queue.finish_step(claimed, "reading", {"answer": {"kept": True}}, duration_s=1.0)
    queue.retry_or_fail(claimed, "OSError: disk")
    assert client.get(f"/api/v1/readings/{reading['id']}").json()["status"] == "failed"

    answer = client.post(f"/api/v1/jobs/{job_id}/retry")

    assert (answer.json()["status"], answer.json()["attempts"], answer.json()["error"]) == ("queued", 0, None)
    again = queue.claim()
    assert again is not None
    assert again.fence == claimed.fence + 1
    assert queue.results_of(again) == {"reading": {"answer": {"kept": True}}}
    assert the_record(database, "job.retried").payload["error"] == "OSError: disk"
    assert client.post(f"/api/v1/jobs/{job_id}/retry").status_code == 409


def test_a_reading_that_was_decided_upon_is_not_made_again(
    client: TestClient, reading: dict[str, Any], queue: JobQueue
) -> None:
    claimed = queue.claim()
    assert claimed is not None
    queue.retry_or_fail(claimed, "OSError: disk")
    corrected = {"draft_m": 8.6, "standard_uncertainty_m": 0.02, "reason": "目测"}
    assert client.post(f"/api/v1/readings/{reading['id']}/correct", json=corrected).status_code == 200

    assert client.post(f"/api/v1/jobs/{reading['job']['id']}/retry").status_code == 409


def test_the_priority_of_a_waiting_job_is_changed_with_one_record_of_it(
    client: TestClient, database: Database, reading: dict[str, Any]
) -> None:
    url = f"/api/v1/jobs/{reading['job']['id']}"
    assert client.get(url).json()["priority"] == 80

    seen = current(client, url)
    assert client.patch(url, json={"priority": 95}).status_code == 428
    assert client.patch(url, json={"priority": 101}, headers=seen).status_code == 422
    assert client.patch(url, json={"priority": 95}, headers=seen).json()["priority"] == 95
    assert client.patch(url, json={"priority": 10}, headers=seen).status_code == 412
    with database.reading() as session:
        job = job_by_id(session, UUID(reading["job"]["id"]))
        assert job is not None
        assert job.priority == 95
    payload = the_record(database, "job.priority_changed").payload
    assert (payload["was"], payload["now"], payload["for_id"]) == (80, 95, reading["id"])

    seen = current(client, url)
    assert client.patch(url, json={"priority": 95}, headers=seen).status_code == 200
    assert the_record(database, "job.priority_changed").payload == payload, "the same again is no change"


def test_an_unknown_job_is_not_found(client: TestClient) -> None:
    url = f"/api/v1/jobs/{new_id()}"
    assert client.post(f"{url}/cancellation", json={}).status_code == 404
    assert client.post(f"{url}/retry").status_code == 404
    assert client.patch(url, json={"priority": 1}, headers={"If-Match": "*"}).status_code == 404


def test_events_begin_with_what_is_unfinished_and_go_on_after_the_last_one_seen(
    database: Database, reading: dict[str, Any], queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "LOOK_S", 0.01)
    first = gather(database, Wanted(), None, 1)
    assert [event["data"]["status"] for event in first] == ["queued"]
    claimed = queue.claim()
    assert claimed is not None
    queue.begin_step(claimed, "reading", progress=0.0)
    queue.retry_or_fail(claimed, "OSError: disk")

    # Another feed, as after the web process was started again: the number alone says where to go on.
    missed = gather(database, Wanted(job_id=UUID(reading["job"]["id"])), first[-1]["id"], 1)

    assert [(event["data"]["status"], event["data"]["error"]) for event in missed] == [
        ("failed", "OSError: disk")
    ]
    assert missed[0]["id"] > first[0]["id"]
    anew = gather(database, Wanted(job_id=UUID(reading["job"]["id"])), 10**9, 1)
    assert anew[0]["data"]["status"] == "failed", "a number that this database never gave begins anew"


def test_a_silent_stream_says_that_it_lives_and_ends_with_its_process(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "LOOK_S", 0.01)
    monkeypatch.setattr(feed_module, "BEAT_S", 0.02)
    ending = False
    feed = JobFeed(database, is_ending=lambda: ending)

    async def listen() -> list[str]:
        nonlocal ending
        heard = []
        async for text in feed.events(Wanted(), after_revision=None):
            heard.append(text)
            ending = len(heard) == 3
        return heard

    assert asyncio.run(listen()) == ["retry: 2000\n\n", ": still here\n\n", ": still here\n\n"]


def test_only_so_many_streams_are_served(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "MOST_STREAMS", 2)
    feed = JobFeed(database, is_ending=lambda: False)
    feed.take_place()
    feed.take_place()

    with pytest.raises(TooManyStreamsError):
        feed.take_place()
    feed.give_place()
    feed.take_place()


def test_a_strange_last_event_id_is_refused(client: TestClient) -> None:
    for strange in ("x", "-1", "9" * 40):
        answer = client.get("/api/v1/jobs/stream", headers={"Last-Event-ID": strange})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "header:Last-Event-ID")


def gather(database: Database, wanted: Wanted, after: int | None, count: int) -> list[dict[str, Any]]:
    """Listen until so many events have come."""

    async def listen(events: AsyncIterator[str]) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []
        async for text in events:
            parts = dict(line.split(": ", 1) for line in text.strip().splitlines())
            if "event" in parts:
                heard.append({"id": int(parts["id"]), "data": json.loads(parts["data"])})
            if len(heard) == count:
                return heard
        return heard

    feed = JobFeed(database, is_ending=lambda: False)
    return asyncio.run(listen(feed.events(wanted, after_revision=after)))


def the_record(database: Database, kind: str) -> Record:
    with database.reading() as session:
        return session.scalars(select(Record).where(Record.kind == kind)).one()
