"""Evidence: the routes: what is accepted and refused, what is recorded, and that no secret ever leaves again."""

from collections.abc import Callable
from typing import Any

import pytest
from current_state import current, delete_current, put_current
from event_receivers import HttpReceiver, Reply
from fastapi.testclient import TestClient

from api.delivery import service
from api.delivery.schemas import RotationBody, SubscriptionBody
from api.storage.database import Database
from api.storage.tables import Subscription, new_id

SUBSCRIPTIONS = "/api/v1/delivery/subscriptions"
DEAD_LETTERS = "/api/v1/delivery/dead-letters"
TARGET = "https://customs.example/hullmark?key=9"
Subscribe = Callable[..., dict[str, Any]]
Append = Callable[[int], list[int]]
Start = Callable[[dict[str, Any]], Any]


def body(**changes: Any) -> dict[str, Any]:
    return {"name": "海关", "kind": "webhook", "target": TARGET} | changes


def chain(client: TestClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/api/v1/records?limit=500").json()["items"]
    return items


def test_a_subscription_from_its_beginning_to_its_end(client: TestClient, database: Database) -> None:
    made = client.post(SUBSCRIPTIONS, json=body())
    view = made.json()
    path = made.headers["location"]
    assert (made.status_code, view["version"], view["lag_records"]) == (201, 1, 1)
    assert view["secret"].startswith("whsec_")

    update = {"name": "口岸", "target": TARGET, "record_kinds": ["survey.*"], "active": False}
    seen = current(client, path)
    assert seen["If-Match"] == made.headers["etag"]
    changed = client.put(path, json=update, headers=seen).json()
    stale = client.put(path, json=update, headers=seen)
    stale_end = client.delete(path, headers=seen)
    rotated = client.post(f"{path}/secret", json=RotationBody().model_dump()).json()
    shown = client.get(path).json()
    assert (changed["version"], changed["name"], changed["active"]) == (2, "口岸", False)
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert (stale_end.status_code, client.delete(path).status_code) == (412, 428)
    assert rotated["secret"] != view["secret"]
    assert shown["previous_secret_ends_at"] == rotated["previous_secret_ends_at"]

    listed = client.get(SUBSCRIPTIONS).json()["items"]
    assert [item["id"] for item in listed] == [view["id"]]
    assert delete_current(client, path).status_code == 204
    assert client.get(path).status_code == 404

    records = chain(client)
    assert [record["kind"] for record in records] == [
        "delivery.subscribed",
        "delivery.subscription_changed",
        "delivery.secret_rotated",
        "delivery.unsubscribed",
    ]
    assert {record["subject_id"] for record in records} == {view["id"]}
    assert records[0]["payload"]["subscription"]["target"] == "https://customs.example/hullmark"
    everything = str([changed, shown, listed, records])
    assert view["secret"] not in everything
    assert rotated["secret"] not in everything
    assert "key=9" not in str(records)
    with database.reading() as session:
        assert session.query(Subscription).all() == []


def test_what_is_kept_of_a_secret_is_encrypted(subscribe: Subscribe, database: Database) -> None:
    subscription = subscribe(TARGET)
    with database.reading() as session:
        row = session.query(Subscription).one()
        assert row.sealed_secret is not None
        assert subscription["secret"][6:] not in row.sealed_secret


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "http://127.0.0.1:1/", "kind": "mqtt"},
        {"target": "https://169.254.169.254/latest"},
        {"target": "http://93.184.216.34/"},
        {"target": "https://10.0.0.1/"},
        {"target": "https://a.example/" + "x" * 2001},
        {"record_kinds": []},
        {"record_kinds": ["Survey"]},
        {"record_kinds": ["survey;drop"]},
        {"mqtt": {"topic": "a"}},
        {"password": "x"},
        {"kind": "mqtt", "target": "mqtts://b.example", "password": "x"},
        {"kind": "mqtt", "target": "mqtts://b.example", "mqtt": {"topic": "a/#"}},
        {"kind": "pigeon"},
        {"port_call_id": str(new_id())},
        {"after_sequence": -1},
        {"secret": "whsec_mine"},
        {"name": ""},
    ],
)
def test_what_is_no_subscription(client: TestClient, changes: dict[str, Any]) -> None:
    answer = client.post(SUBSCRIPTIONS, json=body(**changes))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert chain(client) == []


def test_from_the_beginning_or_from_now(subscribe: Subscribe, append: Append) -> None:
    append(5)
    assert subscribe(TARGET)["cursor_sequence"] == 5
    assert subscribe(TARGET, after_sequence=0)["cursor_sequence"] == 0
    assert subscribe(TARGET, after_sequence=2**50)["cursor_sequence"] == 7


def test_no_more_than_are_served(
    subscribe: Subscribe, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_SUBSCRIPTIONS", 2)
    subscribe(TARGET)
    subscribe(TARGET)
    assert client.post(SUBSCRIPTIONS, json=body()).json()["code"] == "conflict"


def test_a_broker_takes_no_new_secret_and_a_webhook_no_options(
    subscribe: Subscribe, client: TestClient
) -> None:
    broker = subscribe("mqtts://broker.example", kind="mqtt")
    webhook = subscribe(TARGET)
    assert client.post(f"{SUBSCRIPTIONS}/{broker['id']}/secret", json={}).status_code == 409
    update = {"name": "x", "target": TARGET, "mqtt": {"topic": "a"}}
    answer = put_current(client, f"{SUBSCRIPTIONS}/{webhook['id']}", update)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/mqtt")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{SUBSCRIPTIONS}/{{}}"),
        ("DELETE", f"{SUBSCRIPTIONS}/{{}}"),
        ("POST", f"{SUBSCRIPTIONS}/{{}}/ping"),
        ("POST", f"{SUBSCRIPTIONS}/{{}}/replay"),
        ("GET", f"{SUBSCRIPTIONS}/{{}}/attempts"),
        ("POST", f"{DEAD_LETTERS}/{{}}/replay"),
    ],
)
def test_what_is_not_there(method: str, path: str, client: TestClient) -> None:
    answer = client.request(method, path.format(new_id()), headers={"If-Match": "*"})
    assert answer.json()["code"] == "not_found"


def test_a_ping_shows_whether_the_way_is_open_even_while_inactive(
    receiver: HttpReceiver, subscribe: Subscribe, steps: Start, client: TestClient
) -> None:
    receiver.replies = [Reply(status=500, body=b"not yet")]
    subscription = subscribe(receiver.url, active=False)
    courier = steps(subscription)
    path = f"{SUBSCRIPTIONS}/{subscription['id']}"
    outcomes = []
    for _ in range(2):
        event_id = client.post(f"{path}/ping").json()["event_id"]
        courier.until(lambda: courier.row().ping_id is None)
        answer = client.get(f"{path}/attempts", params={"event_id": event_id}).json()
        outcomes += [(item["outcome"], item["status"], item["detail"]) for item in answer["items"]]
    assert outcomes == [("failed", 500, "not yet"), ("delivered", 204, None)]
    assert [arrival.document["type"] for arrival in receiver.arrivals] == ["delivery.ping"] * 2


def test_attempts_a_page_at_a_time(
    receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start, client: TestClient
) -> None:
    subscription = subscribe(receiver.url)
    places = append(5)
    steps(subscription).until_settled(places[-1])
    path = f"{SUBSCRIPTIONS}/{subscription['id']}/attempts?limit=2"
    pages = [client.get(path).json()]
    while pages[-1]["next_cursor"] is not None:
        pages.append(client.get(f"{path}&cursor={pages[-1]['next_cursor']}").json())
    assert [item["sequence"] for page in pages for item in page["items"]] == places[::-1]
    assert len(pages) == 3


class TestDeadLetters:
    @pytest.fixture
    def subscription(
        self, receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start
    ) -> dict[str, Any]:
        """Three records that a receiver refused."""
        receiver.otherwise = Reply(status=400)
        subscription = subscribe(receiver.url)
        steps(subscription).until_settled(append(3)[-1])
        receiver.arrivals.clear()
        return subscription

    def letters(self, client: TestClient, query: str = "") -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = client.get(DEAD_LETTERS + query).json()["items"]
        return items

    def test_they_are_shown_a_page_at_a_time(self, client: TestClient, subscription: dict[str, Any]) -> None:
        assert client.get(f"{SUBSCRIPTIONS}/{subscription['id']}").json()["dead_letter_count"] == 3
        page = client.get(DEAD_LETTERS, params={"limit": 2}).json()
        rest = client.get(DEAD_LETTERS, params={"limit": 2, "cursor": page["next_cursor"]}).json()
        sequences = [item["sequence"] for item in page["items"] + rest["items"]]
        assert (sequences, rest["next_cursor"]) == (sorted(sequences), None)
        assert self.letters(client, f"?subscription_id={new_id()}") == []

    def test_one_is_delivered_after_all(
        self, client: TestClient, subscription: dict[str, Any], receiver: HttpReceiver, steps: Start
    ) -> None:
        receiver.otherwise = Reply()
        letter = self.letters(client)[1]
        asked = client.post(f"{DEAD_LETTERS}/{letter['id']}/replay")
        assert (asked.status_code, asked.json()["replay_requested_at"] is None) == (202, False)
        courier = steps(subscription)
        courier.until(lambda: len(self.letters(client)) == 2)
        assert [arrival.event_id for arrival in receiver.arrivals] == [letter["record_id"]]
        assert len(self.letters(client, "?replayed=true")) == 3
        assert client.post(f"{DEAD_LETTERS}/{letter['id']}/replay").json()["code"] == "conflict"

    def test_all_are_delivered_in_order(
        self, client: TestClient, subscription: dict[str, Any], receiver: HttpReceiver, steps: Start
    ) -> None:
        receiver.otherwise = Reply()
        expected = [letter["sequence"] for letter in self.letters(client)]
        asked = client.post(f"{SUBSCRIPTIONS}/{subscription['id']}/replay")
        assert asked.json() == {"requested_count": 3}
        courier = steps(subscription)
        courier.until(lambda: self.letters(client) == [])
        assert receiver.sequences() == expected
        assert chain(client)[-1]["payload"] == {"dead_letter_count": 3}
        assert client.post(f"{SUBSCRIPTIONS}/{subscription['id']}/replay").json() == {"requested_count": 0}

    def test_a_receiver_that_is_still_away_does_not_hold_up_new_records(
        self,
        client: TestClient,
        subscription: dict[str, Any],
        receiver: HttpReceiver,
        steps: Start,
        append: Append,
    ) -> None:
        receiver.otherwise = Reply()
        receiver.replies = [Reply(status=503)]
        client.post(f"{SUBSCRIPTIONS}/{subscription['id']}/replay")
        place = append(1)[0]
        steps(subscription).until_settled(place)
        assert len(receiver.arrivals) == 2
        assert [letter["replay_requested_at"] for letter in self.letters(client)] == [None] * 3
        assert [letter["attempts"] for letter in self.letters(client)] == [4, 3, 3]

    def test_they_end_with_their_subscription(self, client: TestClient, subscription: dict[str, Any]) -> None:
        assert delete_current(client, f"{SUBSCRIPTIONS}/{subscription['id']}").status_code == 204
        assert self.letters(client, "?replayed=true") == []


def test_the_examples_of_a_subscription_make_a_request() -> None:
    properties = SubscriptionBody.model_json_schema()["properties"]
    example = {name: schema["examples"][0] for name, schema in properties.items() if "examples" in schema}
    SubscriptionBody.model_validate(example | {"kind": "webhook"})


def test_readiness_tells_of_deliveries_and_metrics_count_them(
    client: TestClient, receiver: HttpReceiver, subscribe: Subscribe, append: Append, steps: Start
) -> None:
    assert client.get("/health/ready").json()["deliveries"] == []
    receiver.otherwise = Reply(status=400)
    subscription = subscribe(receiver.url)
    courier = steps(subscription)
    courier.until_settled(append(1)[0])
    append(4)

    ready = client.get("/health/ready").json()
    assert {check["name"]: check["ok"] for check in ready["checks"]}["delivery"] is True
    lag = ready["deliveries"][0]
    assert (lag["subscription_id"], lag["lag_records"]) == (subscription["id"], 4)
    assert (lag["dead_letter_count"], lag["lag_s"] >= 0.0) == (1, True)
    assert "海关" not in str(ready), "whoever probes need not be logged in"

    lines = client.get("/metrics").text.splitlines()
    labels = f'kind="webhook",subscription="{subscription["id"]}"'
    assert f"hullmark_delivery_lag_records{{{labels}}} 4.0" in lines
    assert f"hullmark_delivery_dead_letters{{{labels}}} 1.0" in lines
    failed = labels.replace(",", ',outcome="failed",')
    assert f"hullmark_delivery_attempts_total{{{failed}}} 3.0" in lines
