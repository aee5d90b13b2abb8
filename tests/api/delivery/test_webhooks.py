"""Evidence: real HTTP receivers that fail, stall, drop, drip, redirect, and that answer 410 and 429."""

import re
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from certificates import Authority
from current_state import put_current
from delivery_steps import Steps
from event_receivers import HttpReceiver, Reply, receiving
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.delivery.channels import Destination, Network
from api.delivery.courier import Post
from api.delivery.events import ping_event
from api.delivery.outcome import Outcome, Schedule, asked_pause_s
from api.delivery.sealing import Sealer
from api.delivery.signature import signature
from api.delivery.tls import TlsFiles
from api.delivery.webhook import WebhookChannel
from api.storage.database import Database
from api.storage.tables import DeadLetter, DeliveryAttempt, new_id, utc_now

SUBSCRIPTIONS = "/api/v1/delivery/subscriptions"
Subscribe = Callable[..., dict[str, Any]]
Append = Callable[[int], list[int]]
Start = Callable[[dict[str, Any]], Any]
FAILED = Reply(status=503, body="忙".encode())


def attempts(database: Database) -> list[DeliveryAttempt]:
    with database.reading() as session:
        return list(session.scalars(select(DeliveryAttempt).order_by(DeliveryAttempt.id)))


def dead_letters(database: Database) -> list[DeadLetter]:
    with database.reading() as session:
        return list(session.scalars(select(DeadLetter).order_by(DeadLetter.id)))


def test_records_arrive_in_order_signed_and_as_they_are_in_the_chain(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start, client: TestClient
) -> None:
    subscription = subscribe(receiver.url)
    expected = append(3)

    steps(subscription).until_settled(expected[-1])

    assert receiver.sequences() == expected
    arrival = receiver.arrivals[0]
    record = client.get(f"/api/v1/records/{arrival.event_id}").json()
    assert arrival.document == {"type": record["kind"], "timestamp": record["recorded_at"], "data": record}
    timestamp_s = int(arrival.headers["webhook-timestamp"])
    assert abs(timestamp_s - utc_now().timestamp()) < 300
    assert arrival.headers["webhook-signature"] == signature(
        subscription["secret"], message_id=arrival.event_id, timestamp_s=timestamp_s, body=arrival.body
    )
    assert arrival.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert arrival.headers["content-type"] == "application/json"


def test_only_records_that_were_asked_for(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start
) -> None:
    other = subscribe(receiver.url, record_kinds=["survey.*", "vessel.registered"])
    wanted = subscribe(receiver.url, record_kinds=["delivery.*rotated"])
    places = append(2)

    steps(other).until_settled(places[-1])
    assert receiver.sequences() == []
    steps(wanted).until_settled(places[-1])
    assert receiver.sequences() == places


def test_after_failures_the_same_event_comes_again_and_then_the_next(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start, database: Database
) -> None:
    receiver.replies = [FAILED, FAILED, Reply(status=200, body=b"taken\r\n\x00")]
    subscription = subscribe(receiver.url)
    places = append(2)

    steps(subscription).until_settled(places[-1])

    assert receiver.sequences() == [places[0]] * 3 + [places[1]]
    assert len({arrival.body for arrival in receiver.arrivals[:3]}) == 1
    assert len({arrival.event_id for arrival in receiver.arrivals}) == 2
    logged = [(row.sequence, row.attempt, row.outcome, row.status, row.detail) for row in attempts(database)]
    assert logged == [
        (places[0], 1, "failed", 503, "忙"),
        (places[0], 2, "failed", 503, "忙"),
        (places[0], 3, "delivered", 200, "taken   "),
        (places[1], 1, "delivered", 204, None),
    ]
    assert all(row.duration_s > 0.0 for row in attempts(database))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(fault="stall"), "no answer"),
        (Reply(fault="drip"), "no answer"),
        (Reply(fault="drop"), "closed without an answer|connection failed|no HTTP answer"),
        (Reply(fault="garbage"), "no HTTP answer"),
        (Reply(status=200, headers=tuple((f"x-{n}", "y" * 900) for n in range(60))), "no HTTP answer"),
    ],
    ids=["stall", "drip", "drop", "garbage", "endless head"],
)
def test_a_receiver_that_misbehaves_costs_one_attempt(
    reply: Reply,
    reason: str,
    receiver: HttpReceiver,
    subscribe: Subscribe,
    append: Append,
    steps: Start,
    database: Database,
) -> None:
    receiver.replies = [reply]
    subscription = subscribe(receiver.url)
    place = append(1)[0]

    steps(subscription).until_settled(place)

    first, second = attempts(database)
    assert (first.outcome, first.status, second.outcome) == ("failed", None, "delivered")
    assert re.search(reason, first.detail or "")
    assert first.duration_s < 3.0


def test_a_long_answer_is_cut_and_still_counts(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start, database: Database
) -> None:
    receiver.replies = [Reply(status=202, body=b"z" * 3_000_000)]
    subscription = subscribe(receiver.url)
    steps(subscription).until_settled(append(1)[0])
    assert [(row.outcome, len(row.detail or "")) for row in attempts(database)] == [("delivered", 2048)]


def test_nobody_listens_and_the_record_becomes_a_dead_letter(
    subscribe: Subscribe, append: Append, steps: Start, database: Database
) -> None:
    with receiving() as gone:
        subscription = subscribe(gone.url)
    places = append(2)

    steps(subscription).until_settled(places[-1])

    assert [(letter.sequence, letter.attempts) for letter in dead_letters(database)] == [
        (places[0], 4),
        (places[1], 4),
    ]
    assert "refused" in dead_letters(database)[0].reason


def test_a_redirect_is_not_followed(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start, database: Database
) -> None:
    with receiving() as inner:
        receiver.otherwise = Reply(status=307, headers=(("location", inner.url),))
        subscription = subscribe(receiver.url)
        steps(subscription).until_settled(append(1)[0])
        assert inner.arrivals == []
    assert len(receiver.arrivals) == 3, "a refusal is not tried as often as a failure"
    assert dead_letters(database)[0].reason == "answered 307"


def test_a_receiver_that_refuses_one_record_gets_the_next(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start, database: Database
) -> None:
    receiver.replies = [Reply(status=422, body=b"unknown kind")] * 3
    subscription = subscribe(receiver.url)
    places = append(2)
    steps(subscription).until_settled(places[-1])
    assert receiver.sequences() == [places[0]] * 3 + [places[1]]
    assert [letter.reason for letter in dead_letters(database)] == ["answered 422: unknown kind"]


def test_gone_ends_the_subscription_and_loses_nothing(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start, client: TestClient
) -> None:
    receiver.replies = [Reply(status=410)]
    subscription = subscribe(receiver.url)
    places = append(2)
    courier = steps(subscription)

    courier.until(lambda: not courier.row().active)

    view = client.get(f"{SUBSCRIPTIONS}/{subscription['id']}").json()
    assert (view["active"], view["inactive_reason"]) == (False, "the receiver answered 410 Gone")
    last = client.get("/api/v1/records?kind=delivery.subscription_disabled").json()["items"]
    assert [item["subject_id"] for item in last] == [subscription["id"]]
    courier.until(lambda: True)
    assert len(receiver.arrivals) == 1

    update = {"name": "海关", "target": receiver.url, "record_kinds": ["delivery.secret*"], "active": True}
    assert (
        put_current(client, f"{SUBSCRIPTIONS}/{subscription['id']}", update).json()["inactive_reason"] is None
    )
    courier.until_settled(places[-1])
    assert receiver.sequences() == [places[0], *places]


def test_retry_after_is_obeyed(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start
) -> None:
    receiver.replies = [Reply(status=429, headers=(("retry-after", "3600"),))]
    subscription = subscribe(receiver.url)
    append(1)
    courier = steps(subscription)

    courier.until(lambda: courier.row().not_before is not None)

    wait_s = (courier.row().not_before - utc_now()).total_seconds()
    assert 3590.0 < wait_s <= 3600.0
    courier.until(lambda: True)
    assert len(receiver.arrivals) == 1


def test_what_retry_after_may_say() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert asked_pause_s("7", now=now) == 7.0
    assert asked_pause_s("Thu, 01 Jan 2026 01:00:00 GMT", now=now) == 3600.0
    assert asked_pause_s("Wed, 31 Dec 2025 00:00:00 GMT", now=now) == 0.0
    assert asked_pause_s("9" * 400, now=now) == 86_400.0
    for nonsense in (None, "", "-5", "soon", "1.5", "٣"):
        assert asked_pause_s(nonsense, now=now) is None


def test_the_documented_schedule_adds_up_to_most_of_a_day() -> None:
    schedule = Schedule(first_s=5.0, longest_s=14_400.0, max_attempts=12)
    pauses = [schedule.plain_pause_s(failures) for failures in range(1, 12)]
    assert pauses == [5, 15, 45, 135, 405, 1215, 3645, 10_935, 14_400, 14_400, 14_400]
    assert 16.5 < sum(pauses) / 3600 < 16.6
    failed = Outcome(verdict="failed")
    spread = [schedule.pause_s(3, failed) for _ in range(200)]
    assert 36.0 <= min(spread) < 40.0
    assert 50.0 < max(spread) <= 54.0
    asked = Outcome(verdict="failed", asked_pause_s=10**9)
    assert schedule.pause_s(1, asked) == 86_400.0
    assert [schedule.is_last(n, failed) for n in (11, 12)] == [False, True]


def test_while_a_secret_is_replaced_both_sign_and_later_only_the_new_one(
    receiver: HttpReceiver,
    subscribe: Subscribe,
    append: Append,
    steps: Start,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscription = subscribe(receiver.url)
    courier = steps(subscription)
    rotated = client.post(
        f"{SUBSCRIPTIONS}/{subscription['id']}/secret", json={"previous_valid_for_s": 60}
    ).json()
    courier.until_settled(append(1)[0])
    both = receiver.arrivals[-1]
    assert both.headers["webhook-signature"].split() == [
        signature(
            secret,
            message_id=both.event_id,
            timestamp_s=int(both.headers["webhook-timestamp"]),
            body=both.body,
        )
        for secret in (rotated["secret"], subscription["secret"])
    ]

    later = utc_now() + timedelta(seconds=61)
    monkeypatch.setattr("api.delivery.courier.utc_now", lambda: later)
    courier.until_settled(append(1)[0])
    assert len(receiver.arrivals[-1].headers["webhook-signature"].split()) == 1


def test_a_lost_key_is_said_and_a_new_secret_repairs_it(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start, client: TestClient, post: Post
) -> None:
    subscription = subscribe(receiver.url)
    places = append(1)
    stranger = Steps(subscription["id"], replace(post, sealer=Sealer([b"x" * 32])))
    stranger.until(lambda: stranger.row().last_error)
    assert "set a new secret" in (stranger.row().last_error or "")
    assert receiver.arrivals == []

    client.post(f"{SUBSCRIPTIONS}/{subscription['id']}/secret", json={"previous_valid_for_s": 0})
    steps(subscription).until_settled(places[-1])
    assert receiver.sequences() == places


class TestNames:
    """A receiver is known by its name and reached at the address that was checked."""

    NAME = "customs.example"

    @pytest.fixture
    def authority(self, tmp_path: Path) -> Authority:
        return Authority(tmp_path)

    def channel(self, post: Post, url: str, ca: Path | None) -> WebhookChannel:
        network = Network(policy=post.network.policy, timeout_s=post.network.timeout_s, tls=TlsFiles(ca=ca))
        destination = Destination(
            subscription_id=new_id(), target=url, secrets=("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",)
        )
        return WebhookChannel(destination, network)

    def answers(self, monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
        asked: list[str] = []

        def resolve(host: str, port: int, **_: Any) -> list[Any]:
            asked.append(host)
            address = addresses[min(len(asked), len(addresses)) - 1]
            family = socket.AF_INET if ip_address(address).version == 4 else socket.AF_INET6
            return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

        # What connects asks the system itself for numbers only.
        numbers = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, port, *a, **k: (
                numbers(host, port, *a, **k) if host.replace(".", "").isdecimal() else resolve(host, port)
            ),
        )
        return asked

    def send(self, channel: WebhookChannel) -> Outcome:
        return channel.send(ping_event(new_id(), subscription_id=UUID(int=1)))

    def test_tls_verifies_the_name_and_not_the_address(
        self, post: Post, authority: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.answers(monkeypatch, "127.0.0.1")
        with receiving(tls=authority.server_context(self.NAME)) as receiver:
            url = f"https://{self.NAME}:{receiver.port}/x?key=1"
            assert self.send(self.channel(post, url, authority.certificate_path)).verdict == "delivered"
            arrival = receiver.arrivals[0]
            assert (arrival.headers["host"], arrival.path) == (f"{self.NAME}:{receiver.port}", "/x?key=1")

    @pytest.mark.parametrize("trusted", [True, False])
    def test_a_certificate_of_another_name_or_issuer_is_not_trusted(
        self, post: Post, authority: Authority, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
    ) -> None:
        self.answers(monkeypatch, "127.0.0.1")
        name = "other.example" if trusted else self.NAME
        with receiving(tls=authority.server_context(name)) as receiver:
            url = f"https://{self.NAME}:{receiver.port}/"
            outcome = self.send(self.channel(post, url, authority.certificate_path if trusted else None))
            assert outcome.verdict == "failed"
            assert "certificate not trusted" in (outcome.detail or "")
            assert receiver.arrivals == []

    def test_a_name_that_changes_its_mind_is_asked_once_only(
        self, post: Post, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """DNS rebinding: allowed when it is checked, the metadata service whenever it is asked again."""
        asked = self.answers(monkeypatch, "127.0.0.1", "169.254.169.254")
        channel = self.channel(post, f"http://{self.NAME}:{receiver.port}/", None)
        assert self.send(channel).verdict == "delivered"
        assert asked == [self.NAME]
        assert receiver.arrivals[0].headers["host"] == f"{self.NAME}:{receiver.port}"
        outcome = self.send(channel)
        assert (outcome.verdict, outcome.detail) == (
            "failed",
            "not sent: 169.254.169.254 is a metadata service",
        )

    def test_a_receiver_without_tls_where_it_is_expected(self, post: Post, receiver: HttpReceiver) -> None:
        outcome = self.send(self.channel(post, receiver.url.replace("http:", "https:"), None))
        assert (outcome.verdict, receiver.arrivals) == ("failed", [])
