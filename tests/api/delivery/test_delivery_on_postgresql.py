"""Evidence: the same deliveries from a real PostgreSQL server: order, dead letters, replay."""

from collections.abc import Iterator

import pytest
from delivery_steps import Steps
from event_receivers import HttpReceiver, Reply
from postgres_server import migrated_postgres_url, postgres_server, postgres_url

from api.delivery import repository, service
from api.delivery.channels import Network, policy_of
from api.delivery.courier import Post
from api.delivery.process import schedule_of
from api.delivery.records import SecretRotated
from api.delivery.repository import WORKER_KIND
from api.delivery.schemas import SubscriptionBody
from api.delivery.sealing import Sealer
from api.preconditions import ANY, Precondition
from api.records import service as records
from api.records.payloads import Subject
from api.settings import Settings, postgresql_address
from api.storage.database import Database
from api.storage.tables import Worker, new_id

__all__ = ["migrated_postgres_url", "postgres_server", "postgres_url"]


@pytest.fixture
def post(settings: Settings, migrated_postgres_url: str) -> Iterator[Post]:
    database = Database(postgresql_address(migrated_postgres_url), busy_timeout_s=5.0)
    with database.writing() as session:
        worker = Worker(kind=WORKER_KIND, process_id=1, host="elsewhere")
        session.add(worker)
        session.flush()
        worker_id = worker.id
    yield Post(
        database=database,
        sealer=Sealer([b"k" * 32]),
        network=Network.from_settings(settings),
        schedule=schedule_of(settings),
        worker_id=worker_id,
        poll_s=settings.delivery_poll_s,
    )
    database.dispose()


def test_order_dead_letters_and_replay(post: Post, settings: Settings, receiver: HttpReceiver) -> None:
    receiver.replies = [Reply(status=400)] * 3
    body = SubscriptionBody(
        name="海关", kind="webhook", target=receiver.url, record_kinds=["delivery.secret*"]
    )
    with post.database.writing() as session:
        made = service.subscribe(session, body, actor="test", sealer=post.sealer, policy=policy_of(settings))
    with post.database.writing() as session:
        payload, subject = SecretRotated(previous_secret_ends_at=None), Subject(kind="vessel", id=new_id())
        places = [records.append(session, payload, subject=subject, actor="test").sequence for _ in range(4)]
    courier = Steps(str(made.id), post)
    courier.until_settled(places[-1])
    assert receiver.sequences() == [places[0]] * 3 + places[1:]

    with post.database.writing() as session:
        assert service.replay_all(session, made.id, actor="test").requested_count == 1
    courier.until(lambda: courier.row().delivered_count == 4)
    assert receiver.sequences()[-1] == places[0]
    with post.database.reading() as session:
        assert repository.open_dead_letter_counts(session) == {}
        assert repository.standings(session)[0].lag_records == 1, "the record of the replay itself"
    with post.database.writing() as session:
        service.unsubscribe(session, made.id, rests_on=Precondition(given=ANY), actor="test")
