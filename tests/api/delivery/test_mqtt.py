"""Evidence: a real broker (Mosquitto), killed and started again, with passwords, certificates, limits."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from api_rows import add_port_call
from certificates import Authority
from current_state import put_current
from event_receivers import Broker, Listener, eventually
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api.delivery.courier import Post
from api.delivery.events import Event
from api.delivery.mqtt import topic_of
from api.delivery.records import SecretRotated
from api.delivery.schemas import MqttOptions
from api.delivery.tls import TlsFiles
from api.records import service as records
from api.records.payloads import Subject
from api.storage.database import Database
from api.storage.tables import PortCall

SUBSCRIPTIONS = "/api/v1/delivery/subscriptions"
Subscribe = Callable[..., dict[str, Any]]
Append = Callable[[int], list[int]]
Start = Callable[[dict[str, Any]], Any]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


def in_order_at_least_once(arrived: list[int], expected: list[int]) -> bool:
    """Whether all came, and each one's first arrival is after that of the one before."""
    return list(dict.fromkeys(arrived)) == expected


def test_a_record_is_published_with_its_topic_and_what_it_is(
    broker: Broker, subscribe: Subscribe, append: Append, steps: Start
) -> None:
    listener = Listener(broker.port)
    subscription = subscribe(f"mqtt://127.0.0.1:{broker.port}", kind="mqtt")
    assert subscription["secret"] is None
    places = append(3)
    courier = steps(subscription)

    courier.until_settled(places[-1])
    eventually(lambda: len(listener.messages) == 3)
    listener.close()
    courier.courier._close()

    message = listener.messages[0]
    document = json.loads(message.payload)
    assert listener.sequences() == places
    assert (message.topic, message.qos, message.retain) == ("hullmark/-/delivery.secret_rotated", 1, False)
    properties = dict(message.properties.UserProperty)  # type: ignore[union-attr]
    assert properties["id"] == document["data"]["id"]
    assert document["type"] == properties["type"] == "delivery.secret_rotated"


def test_a_broker_that_is_killed_and_comes_back_gets_every_record_in_order(
    broker: Broker, subscribe: Subscribe, append: Append, steps: Start
) -> None:
    listener = Listener(broker.port)
    subscription = subscribe(f"mqtt://127.0.0.1:{broker.port}", kind="mqtt")
    courier = steps(subscription)
    places = append(3)
    courier.until_settled(places[-1])
    eventually(lambda: listener.sequences() == places)

    broker.kill()
    places += append(20)
    courier.until(lambda: courier.row().failed_count >= 6)
    assert courier.row().cursor_sequence == places[2], "a broker that is away makes no dead letters"

    broker.start()
    assert listener.subscribed.wait(10.0)
    courier.until_settled(places[12])
    broker.kill()
    courier.until(lambda: courier.row().failed_count >= 8)
    broker.start()
    assert listener.subscribed.wait(10.0)
    courier.until_settled(places[-1])
    eventually(lambda: places[-1] in listener.sequences())
    listener.close()
    courier.courier._close()

    assert in_order_at_least_once(listener.sequences(), places)


def test_the_last_state_stays_with_the_broker_where_it_is_asked_for(
    broker: Broker, subscribe: Subscribe, append: Append, steps: Start
) -> None:
    options = {"topic": "港/{kind}/last", "retain": True}
    subscription = subscribe(f"mqtt://127.0.0.1:{broker.port}", kind="mqtt", mqtt=options)
    places = append(2)
    courier = steps(subscription)
    courier.until_settled(places[-1])
    courier.courier._close()

    late = Listener(broker.port, topic="港/#")
    eventually(lambda: late.messages)
    late.close()

    assert (late.sequences(), late.messages[0].retain) == ([places[-1]], True)


def test_records_of_one_port_only(
    broker: Broker, subscribe: Subscribe, steps: Start, database: Database
) -> None:
    listener = Listener(broker.port)
    ours, other = add_port_call(database), add_port_call(database)
    with database.writing() as session:
        session.get_one(PortCall, ours).port = "北仑/1+"
    subscription = subscribe(f"mqtt://127.0.0.1:{broker.port}", kind="mqtt", site="北仑/1+")
    with database.writing() as session:
        for port_call_id in (other, ours):
            payload, subject = SecretRotated(previous_secret_ends_at=None), Subject.port_call(port_call_id)
            records.append(session, payload, subject=subject, actor="test")
    courier = steps(subscription)

    courier.until(lambda: courier.row().delivered_count == 1)
    eventually(lambda: listener.messages)
    listener.close()
    courier.courier._close()

    assert [message.topic for message in listener.messages] == ["hullmark/北仑_1_/delivery.secret_rotated"]
    assert json.loads(listener.messages[0].payload)["data"]["port_call_id"] == str(ours)


def test_user_name_and_password(
    tmp_path: Path, subscribe: Subscribe, append: Append, steps: Start, client: TestClient
) -> None:
    tool = shutil.which("mosquitto_passwd") or "/usr/bin/mosquitto_passwd"
    passwords = tmp_path / "passwords"
    subprocess.run([tool, "-b", "-c", str(passwords), "hullmark", "水尺-secret"], check=True)
    broker = Broker(tmp_path, "allow_anonymous false", f"password_file {passwords}")
    broker.start()
    target = f"mqtt://127.0.0.1:{broker.port}"
    options = {"username": "hullmark"}
    subscription = subscribe(target, kind="mqtt", mqtt=options, password="wrong-secret")  # noqa: S106
    courier = steps(subscription)
    places = append(1)

    courier.until(lambda: courier.row().last_error)
    assert "ot authorized" in courier.row().last_error

    update = {"name": "b", "target": target, "mqtt": options, "password": "水尺-secret"}
    answer = put_current(
        client,
        f"{SUBSCRIPTIONS}/{subscription['id']}",
        update | {"record_kinds": ["delivery.secret*"]},
    )
    courier.until_settled(places[-1])
    courier.courier._close()
    broker.kill()

    chain = client.get("/api/v1/records?limit=500").text
    everything = chain + answer.text + client.get(SUBSCRIPTIONS).text
    assert 'secret"' not in everything.replace('"secret":null', "")
    assert "水尺-secret" not in everything
    assert "wrong-secret" not in everything


def test_encrypted_and_with_a_client_certificate(
    tmp_path: Path, subscribe: Subscribe, append: Append, post: Post
) -> None:
    from delivery_steps import Steps

    authority = Authority(tmp_path)
    certificate, key = authority.issue("localhost")
    own_certificate, own_key = authority.issue("hullmark.example")
    broker = Broker(
        tmp_path,
        f"cafile {authority.certificate_path}",
        f"certfile {certificate}",
        f"keyfile {key}",
        "require_certificate true",
    )
    broker.start()
    subscription = subscribe(f"mqtts://localhost:{broker.port}", kind="mqtt")
    place = append(1)[0]

    without = TlsFiles(ca=authority.certificate_path)
    refused = Steps(subscription["id"], replace(post, network=replace(post.network, tls=without)))
    refused.until(lambda: refused.row().last_error)
    assert refused.row().cursor_sequence < place

    whole = TlsFiles(ca=authority.certificate_path, client_certificate=own_certificate, client_key=own_key)
    courier = Steps(subscription["id"], replace(post, network=replace(post.network, tls=whole)))
    courier.until_settled(place)
    courier.courier._close()
    broker.kill()


def test_a_broker_with_another_certificate_gets_nothing(
    tmp_path: Path, subscribe: Subscribe, append: Append, steps: Start
) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("localhost")
    broker = Broker(tmp_path, f"certfile {certificate}", f"keyfile {key}")
    broker.start()
    subscription = subscribe(f"mqtts://localhost:{broker.port}", kind="mqtt")
    append(1)
    courier = steps(subscription)
    courier.until(lambda: courier.row().last_error)
    broker.kill()
    assert "certificate verify failed" in courier.row().last_error


def test_what_is_too_large_for_the_broker_does_not_hold_up_the_rest(
    tmp_path: Path, subscribe: Subscribe, append: Append, steps: Start
) -> None:
    broker = Broker(tmp_path, "max_packet_size 600")
    broker.start()
    subscription = subscribe(f"mqtt://127.0.0.1:{broker.port}", kind="mqtt")
    place = append(1)[0]
    courier = steps(subscription)
    courier.until_settled(place)
    courier.courier._close()
    broker.kill()
    assert courier.row().last_error is not None
    assert courier.row().delivered_count == 0


@pytest.mark.parametrize("topic", ["a/+/b", "a/#", "$SYS/a", "a/{who}", "a/{", "a\0b", "a\nb", ""])
def test_what_is_no_topic(topic: str) -> None:
    with pytest.raises(ValidationError):
        MqttOptions(topic=topic)


def test_a_value_cannot_add_levels_or_wildcards_to_a_topic() -> None:
    event = Event(
        id=UUID(int=1),
        type="{site}",
        sequence=1,
        site="a/#/+/$SYS\0",
        port_call_id=UUID(int=2),
        subject_id=None,
        body=b"",
    )
    topic = topic_of("hullmark/{site}/{port_call_id}/{subject_id}", event)
    assert topic == f"hullmark/a_____ _SYS_/{UUID(int=2)}/-".replace(" ", "")
