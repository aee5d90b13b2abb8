"""Evidence: real processes that are killed with SIGKILL while receivers fail; leases of two processes at once."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from delivery_steps import Steps
from event_receivers import Broker, HttpReceiver, Listener, Reply, eventually, receiving
from fastapi.testclient import TestClient
from running_service import Service, running

from api.delivery.courier import Post
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import Subscription, Worker, utc_now

Subscribe = Callable[..., dict[str, Any]]
Append = Callable[[int], list[int]]
SUBSCRIPTIONS = "/api/v1/delivery/subscriptions"
DELIVER = (
    "from api.settings import load_settings; from api.delivery.process import run_delivery; "
    "run_delivery(load_settings())"
)


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start processes of delivery on the data of this test; none of them outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    given = settings.model_dump(exclude_none=True, include=set(Settings.model_fields) - {"allowed_hosts"})
    chosen = {
        name: value for name, value in given.items() if name.startswith("delivery") or name == "data_dir"
    }
    environment = os.environ | {f"HULLMARK_{name.upper()}": str(value) for name, value in chosen.items()}

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", DELIVER], env=environment, stdout=subprocess.DEVNULL
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def row_of(database: Database, subscription: dict[str, Any]) -> Subscription:
    with database.reading() as session:
        return session.get_one(Subscription, UUID(subscription["id"]))


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.soak)])
def test_killed_again_and_again_every_record_arrives_in_order(
    kills: int,
    receiver: HttpReceiver,
    tmp_path: Path,
    subscribe: Subscribe,
    append: Append,
    database: Database,
    start: Callable[[], subprocess.Popen[bytes]],
) -> None:
    chance = random.Random(20260504)  # noqa: S311  (repeatable faults)
    broker = Broker(tmp_path)
    broker.start()
    listener = Listener(broker.port)
    webhook = subscribe(receiver.url)
    mqtt = subscribe(f"mqtt://127.0.0.1:{broker.port}", kind="mqtt")
    # Two answers in five fail, never four in a row: then the record would become a dead letter.
    receiver.replies = [Reply(status=500 if index % 5 in {1, 2} else 204) for index in range(10 * kills)]
    places = append(10)
    for _ in range(kills):
        process = start()
        receiver.await_more(5)
        time.sleep(chance.uniform(0.0, 0.03))
        process.kill()
        process.wait()
        places += append(5)
    last = start()
    eventually(lambda: row_of(database, webhook).cursor_sequence >= places[-1])
    eventually(lambda: row_of(database, mqtt).cursor_sequence >= places[-1])

    last.terminate()
    assert last.wait(20.0) == 0
    eventually(lambda: places[-1] in listener.sequences())
    listener.close()
    broker.kill()
    for arrived in (receiver.sequences(), listener.sequences()):
        assert list(dict.fromkeys(arrived)) == places
    with database.reading() as session:
        assert all(worker.stopped_at for worker in session.query(Worker) if worker.process_id == last.pid)


def test_a_receiver_that_does_not_answer_holds_up_no_other(
    receiver: HttpReceiver,
    subscribe: Subscribe,
    append: Append,
    database: Database,
    start: Callable[[], subprocess.Popen[bytes]],
) -> None:
    with receiving() as dead:
        dead.otherwise = Reply(fault="stall")
        silent = [subscribe(dead.url) for _ in range(8)]
        working = subscribe(receiver.url)
        places = append(40)
        start()
        eventually(lambda: row_of(database, working).cursor_sequence >= places[-1])
        assert receiver.sequences() == places
        assert all(row_of(database, one).cursor_sequence < places[1] for one in silent)


class TestTwoProcesses:
    def other(self, post: Post, database: Database) -> Post:
        with database.writing() as session:
            worker = Worker(kind="delivery", process_id=2, host="another")
            session.add(worker)
            session.flush()
            return replace(post, worker_id=worker.id)

    def test_only_one_sends_until_it_is_gone(
        self, receiver: HttpReceiver, subscribe: Subscribe, append: Append, post: Post, database: Database
    ) -> None:
        subscription = subscribe(receiver.url)
        first, second = Steps(subscription["id"], post), Steps(subscription["id"], self.other(post, database))
        places = append(1)
        first.until_settled(places[-1])
        places += append(1)
        for _ in range(5):
            second.courier.step(second.ended)
        assert receiver.sequences() == places[:1]

        with database.writing() as session:
            session.get_one(Worker, post.worker_id).stopped_at = utc_now()
        second.until_settled(places[-1])
        assert receiver.sequences() == places

    def test_what_a_process_did_that_lost_its_turn_is_not_written_down(
        self, receiver: HttpReceiver, subscribe: Subscribe, append: Append, post: Post, database: Database
    ) -> None:
        subscription = subscribe(receiver.url)
        first, second = Steps(subscription["id"], post), Steps(subscription["id"], self.other(post, database))
        places = append(2)
        sent = first.courier._send

        def slow(row: Subscription, work: Any) -> Any:
            outcome = sent(row, work)
            with database.writing() as session:
                late = session.get_one(Subscription, row.id)
                late.lease_expires_at = utc_now() - timedelta(seconds=1)
            second.until_settled(places[0])
            return outcome

        first.courier._send = slow  # type: ignore[method-assign]
        first.until(lambda: len(receiver.arrivals) >= 2)

        assert first.row().delivered_count == 1
        assert first.row().leased_by == second.post.worker_id


@contextmanager
def streaming(service: Service, query: str = "", **headers: str) -> Iterator[Iterator[dict[str, str]]]:
    """Open the stream of records, and give its events as they come."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}/api/v1/records/stream{query}",
        headers={"Authorization": service.authorization, **headers},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  (this machine)
        assert answer.headers["content-type"].startswith("text/event-stream")

        def events() -> Iterator[dict[str, str]]:
            event: dict[str, str] = {}
            for line in answer:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if not name:
                    yield event
                    event = {}
                else:
                    event[name] = value

        yield events()


def ask(service: Service, method: str, path: str, body: object = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}{path}",
        data=content,
        method=method,
        headers={"content-type": "application/json", "authorization": service.authorization},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  (this machine)
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        assert path == "/health/ready", text
    return text if path == "/metrics" else json.loads(text or "null")


def vessel(name: str) -> dict[str, Any]:
    return {"name": name, "length_between_perpendiculars_m": 190.0}


def test_the_whole_service_delivers_streams_and_tells_how_far_it_is(
    tmp_path: Path, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HULLMARK_DELIVERY_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("HULLMARK_DELIVERY_POLL_S", "0.1")
    with running(tmp_path) as service:
        subscription = ask(
            service,
            "POST",
            SUBSCRIPTIONS,
            {"name": "港口", "kind": "webhook", "target": receiver.url, "record_kinds": ["vessel.*"]},
        )
        ping = ask(service, "POST", f"{SUBSCRIPTIONS}/{subscription['id']}/ping")
        eventually(lambda: [arrival.event_id for arrival in receiver.arrivals] == [ping["event_id"]])

        os.kill(service.starts_of("delivery")[-1], signal.SIGKILL)
        with streaming(service) as events:
            start = next(events)
            ask(service, "POST", "/api/v1/vessels", vessel("安信山"))
            live = next(events)
        eventually(lambda: len(service.starts_of("delivery")) == 2)
        ask(service, "POST", "/api/v1/vessels", vessel("Iron Duke"))
        eventually(lambda: len(receiver.sequences()) == 2)

        assert int(live["id"]) == int(start["id"]) + 1 == receiver.sequences()[0]
        assert json.loads(live["data"])["payload"]["vessel"]["name"] == "安信山"
        with streaming(service, **{"Last-Event-ID": start["id"]}) as events:
            again = [next(events) for _ in range(3)]
        assert [int(event["id"]) for event in again[1:]] == receiver.sequences()
        assert again[1] == live

        def lag() -> Any:
            return ask(service, "GET", "/health/ready")["deliveries"][0]["lag_records"]

        eventually(lambda: lag() == 0)
        labels = f'kind="webhook",outcome="delivered",subscription="{subscription["id"]}"'
        metrics = ask(service, "GET", "/metrics").splitlines()
        assert f"hullmark_delivery_attempts_total{{{labels}}} 3.0" in metrics
        log = (tmp_path / "log").read_text(encoding="utf-8")
        assert subscription["secret"] not in log
        assert subscription["secret"] not in (service.data_dir / "hullmark.sqlite3").read_bytes().decode(
            "latin-1"
        )


class TestStream:
    def test_a_place_that_is_none_is_refused(self, client: TestClient) -> None:
        answer = client.get("/api/v1/records/stream", headers={"last-event-id": "x"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "header:last-event-id")
