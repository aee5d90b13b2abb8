"""A service that may deliver to this machine, records to deliver, and couriers that a test moves step by step."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from delivery_steps import Steps
from event_receivers import HttpReceiver, receiving
from fastapi.testclient import TestClient

from api.delivery.channels import Network
from api.delivery.courier import Post
from api.delivery.process import schedule_of
from api.delivery.records import SecretRotated
from api.delivery.repository import WORKER_KIND
from api.delivery.sealing import sealer_of
from api.records import service as records
from api.records.payloads import Subject
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import Worker, new_id

SUBSCRIPTIONS = "/api/v1/delivery/subscriptions"
Subscribe = Callable[..., dict[str, Any]]
Append = Callable[[int], list[int]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "var",
        minimum_free_bytes=0,
        delivery_allow_loopback=True,
        delivery_timeout_s=0.6,
        delivery_poll_s=0.05,
        delivery_first_retry_s=0.02,
        delivery_longest_retry_s=0.05,
        delivery_max_attempts=4,
    )


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def subscribe(client: TestClient) -> Subscribe:
    def subscribe(target: str, **changes: Any) -> dict[str, Any]:
        body = {"name": "海关", "kind": "webhook", "target": target, "record_kinds": ["delivery.secret*"]}
        answer = client.post(SUBSCRIPTIONS, json=body | changes)
        assert answer.status_code == 201, answer.text
        view: dict[str, Any] = answer.json()
        return view

    return subscribe


@pytest.fixture
def append(database: Database) -> Append:
    """Append records that a subscription of these tests wants, and give their places in the chain."""

    def append(count: int) -> list[int]:
        with database.writing() as session:
            payload, subject = (
                SecretRotated(previous_secret_ends_at=None),
                Subject(kind="vessel", id=new_id()),
            )
            return [
                records.append(session, payload, subject=subject, actor="test").sequence for _ in range(count)
            ]

    return append


@pytest.fixture
def post(settings: Settings, database: Database) -> Post:
    with database.writing() as session:
        worker = Worker(kind=WORKER_KIND, process_id=1, host="elsewhere")
        session.add(worker)
        session.flush()
        worker_id = worker.id
    return Post(
        database=database,
        sealer=sealer_of(settings),
        network=Network.from_settings(settings),
        schedule=schedule_of(settings),
        worker_id=worker_id,
        poll_s=settings.delivery_poll_s,
    )


@pytest.fixture
def steps(post: Post) -> Callable[[dict[str, Any]], Steps]:
    return lambda subscription: Steps(subscription["id"], post)
