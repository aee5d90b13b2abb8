"""The whole service killed in the middle of a job, and its web process in the middle of a stream."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from api_rows import add_footage, add_port_call
from running_service import PATIENCE_S, Service, running
from sqlalchemy import select

from api.jobs.repository import add_job
from api.readings.job import KIND
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore, open_object_store
from api.storage.tables import Job, Reading, Record


def test_a_service_killed_in_the_middle_of_a_reading_makes_it_once_when_it_is_back(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        database, objects = opened(service)
        reading_id, job_id = add_reading(database, objects)
        eventually(lambda: job(database, job_id).status == "running")
        killed = [service.process.pid, *service.starts_of("worker"), *service.starts_of("web")]
        for process_id in killed:
            os.kill(process_id, signal.SIGKILL)
        service.process.wait()
        assert job(database, job_id).status == "running"

    with running(tmp_path):
        eventually(lambda: job(database, job_id).status == "done")

    with database.reading() as session:
        reading = session.get_one(Reading, reading_id)
        records = session.scalars(select(Record).where(Record.kind == "reading.made")).all()
    # The bytes are no video: that is an answer of the real reader, and it comes quickly.
    assert (reading.status, reading.result and reading.result["reason"]) == ("refused", "unreadable_footage")
    assert [record.payload["reading_id"] for record in records] == [str(reading_id)]
    assert job(database, job_id).attempts == 2
    database.dispose()


def test_a_stream_goes_on_after_the_web_process_was_killed(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        database, objects = opened(service)
        _, first = add_reading(database, objects)
        heard = list(events(service, None, until=lambda event: event["status"] == "done"))
        assert {event["id"] for event in heard} == {str(first)}

        os.kill(service.starts_of("web")[-1], signal.SIGKILL)
        _, second = add_reading(database, objects)
        service.wait(alive=True)
        missed = list(events(service, heard[-1]["revision"], until=lambda event: event["status"] == "done"))

        assert {event["id"] for event in missed} == {str(second)}
        database.dispose()


def events(
    service: Service, after: int | None, *, until: Callable[[dict[str, Any]], bool]
) -> Iterator[dict[str, Any]]:
    headers = {"Authorization": service.authorization}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    url = f"http://127.0.0.1:{service.port}/api/v1/jobs/stream"
    # No address from outside is opened: it is the service that this test has started.
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
        assert answer.headers["content-type"].startswith("text/event-stream")
        revision = 0
        for line in answer:
            name, _, value = line.decode().strip().partition(": ")
            if name == "id":
                revision = int(value)
            if name == "data":
                event = json.loads(value) | {"revision": revision}
                yield event
                if until(event):
                    return


def opened(service: Service) -> tuple[Database, ObjectStore]:
    settings = Settings(data_dir=service.data_dir, minimum_free_bytes=0)
    return Database(settings.database_path, busy_timeout_s=30.0), open_object_store(settings)


def add_reading(database: Database, objects: ObjectStore) -> tuple[UUID, UUID]:
    port_call_id = add_port_call(database)
    footage_id = add_footage(database, objects, str(port_call_id), content=os.urandom(64))
    with database.writing() as session:
        reading = Reading(
            port_call_id=port_call_id,
            footage_id=UUID(str(footage_id)),
            stage="initial",
            mark="forward",
            side="port",
        )
        session.add(reading)
        session.flush()
        made = add_job(session, kind=KIND, subject_id=reading.id, port_call_id=port_call_id, payload={})
        reading.job_id = made.id
        return reading.id, made.id


def job(database: Database, job_id: UUID) -> Job:
    with database.reading() as session:
        return session.get_one(Job, job_id)


def eventually(question: Callable[[], Any]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not question():
        assert time.monotonic() < deadline_s, "it did not come about"
        time.sleep(0.02)
