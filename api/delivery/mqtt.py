"""Publishes events to a broker with MQTT 5 at QoS 1, one at a time, each acknowledged before the next.

Source: MQTT Version 5.0 (OASIS), sections 3.4 (PUBACK) and 4.7 (topics); Eclipse Paho.
Left out: a queue of its own and Paho's reconnecting: the cursor of the subscription is the queue.
"""

import queue
import time
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from api.delivery.addresses import target_of
from api.delivery.channels import Destination, Network
from api.delivery.errors import DeliveryError, ReceiverError
from api.delivery.events import MEDIA_TYPE, Event
from api.delivery.http_post import Deadline
from api.delivery.outcome import Outcome, Verdict
from api.delivery.schemas import MqttOptions
from api.delivery.tls import context_for

_KEEP_ALIVE_S = 30
_FIRST_ERROR = 0x80
_MAX_TOPIC_BYTES = 65_535
_ENVELOPE_BYTES = 512  # fixed header and properties of a PUBLISH, amply
# Why a broker may close the connection over one message, rather than over something of its own.
_ABOUT_THE_MESSAGE = frozenset({0x81, 0x82, 0x87, 0x90, 0x95, 0x99, 0x9A, 0x9B})
_ABOUT_THE_MOMENT = frozenset({0x80, 0x83, 0x97})


class MqttChannel:
    """Holds one connection to a broker and publishes on it."""

    def __init__(self, destination: Destination, options: MqttOptions, network: Network) -> None:
        self._target = target_of("mqtt", destination.target)
        self._client_id = f"hullmark-{destination.subscription_id}"
        self._password = destination.secrets[0] if destination.secrets else None
        self._options = options
        self._network = network
        self._connection: _Connection | None = None
        self._tries = -1

    def send(self, event: Event) -> Outcome:
        """Publish one event and wait for the broker's acknowledgement."""
        topic = topic_of(self._options.topic, event)
        deadline = Deadline(self._network.timeout_s)
        try:
            connection = self._connected(deadline)
            refusal = connection.refusal(topic, event.body)
            if refusal is not None:
                return Outcome(verdict="refused", detail=refusal)
            outcome = connection.publish(topic, event, retain=self._options.retain, deadline=deadline)
        except (DeliveryError, OSError) as error:
            self.close()
            return Outcome(verdict="offline", detail=str(error))
        if not connection.alive():
            self.close()
        return outcome

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self, deadline: Deadline) -> "_Connection":
        if self._connection is not None and not self._connection.alive():
            self.close()
        if self._connection is None:
            client = self._client()
            addresses = self._network.policy.addresses_of(self._target)
            self._tries += 1
            self._connection = _Connection(client)
            self._connection.open(addresses[self._tries % len(addresses)], self._target.port, deadline)
        return self._connection

    def _client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        if self._options.username is not None:
            client.username_pw_set(self._options.username, self._password)
        if self._target.encrypted:
            tls = context_for(self._target.host, self._network.tls, with_client_certificate=True)
            client.tls_set_context(tls)
        return client


class _Connection:
    """One connection from CONNECT to its end; Paho reads and answers in a thread of its own."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._news: queue.SimpleQueue[tuple[str, int, ReasonCode]] = queue.SimpleQueue()
        self._max_packet_bytes: int | None = None
        self._retains = True
        client.on_connect = self._on_connect
        client.on_publish = self._on_publish
        client.on_disconnect = self._on_disconnect

    def open(self, address: str, port: int, deadline: Deadline) -> None:
        """Connect to a checked address.

        Raises:
            ReceiverError: the broker does not accept the connection in time.
            OSError: there is no connection.
        """
        self._client.connect_timeout = deadline.left_s()
        self._client.connect(address, port, keepalive=_KEEP_ALIVE_S, clean_start=True)
        self._client.loop_start()
        what, _, reason = self._news_within(deadline)
        if what != "connected" or reason.value >= _FIRST_ERROR:
            raise ReceiverError(f"the broker does not accept the connection: {reason}")

    def alive(self) -> bool:
        """Tell whether the broker is still connected."""
        return self._client.is_connected()

    def refusal(self, topic: str, body: bytes) -> str | None:
        """Say why the broker could not take a message, as far as it said so itself."""
        size_bytes = len(topic.encode()) + len(body) + _ENVELOPE_BYTES
        if self._max_packet_bytes is not None and size_bytes > self._max_packet_bytes:
            return f"{size_bytes} bytes, and the broker takes at most {self._max_packet_bytes}"
        if len(topic.encode()) > _MAX_TOPIC_BYTES:
            return "the topic is too long"
        return None

    def publish(self, topic: str, event: Event, *, retain: bool, deadline: Deadline) -> Outcome:
        """Publish and wait for the acknowledgement.

        Raises:
            ReceiverError: the connection ended, or no acknowledgement came in time.
        """
        sent = self._client.publish(
            topic, event.body, qos=1, retain=retain and self._retains, properties=_properties_of(event)
        )
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ReceiverError(f"the connection to the broker ended: {sent.rc.name}")
        while True:
            what, message, reason = self._news_within(deadline)
            if what == "disconnected":
                return _outcome_of_end(reason)
            if what == "published" and message == sent.mid:
                return _outcome_of_acknowledgement(reason)

    def close(self) -> None:
        """Say goodbye and end Paho's thread."""
        self._client.disconnect()
        self._client.loop_stop()

    def _news_within(self, deadline: Deadline) -> tuple[str, int, ReasonCode]:
        try:
            return self._news.get(timeout=deadline.left_s())
        except queue.Empty as error:
            raise ReceiverError("the broker does not answer in time") from error

    def _on_connect(
        self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, given: Properties | None
    ) -> None:
        self._max_packet_bytes = getattr(given, "MaximumPacketSize", None)
        self._retains = getattr(given, "RetainAvailable", 1) == 1
        self._news.put(("connected", 0, reason))

    def _on_publish(
        self, _client: Client, _data: Any, message: int, reason: ReasonCode, _given: Properties
    ) -> None:
        self._news.put(("published", message, reason))

    def _on_disconnect(
        self,
        _client: Client,
        _data: Any,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _given: Properties | None,
    ) -> None:
        self._news.put(("disconnected", 0, reason))


def topic_of(template: str, event: Event) -> str:
    """Fill the places of a topic; what has a meaning in topics becomes _, what is missing becomes -.

    >>> from uuid import UUID
    >>> event = Event(id=UUID(int=1), type="survey.computed", sequence=1, site="北仑/A+B", port_call_id=None,
    ...     subject_id=None, body=b"")
    >>> topic_of("hullmark/{site}/{kind}/{port_call_id}", event)
    'hullmark/北仑_A_B/survey.computed/-'
    """
    values = {
        "site": event.site,
        "kind": event.type,
        "port_call_id": event.port_call_id,
        "subject_id": event.subject_id,
    }
    topic = template
    for place, value in values.items():
        topic = topic.replace(f"{{{place}}}", "-" if value is None else _level(str(value)))
    return topic


def _level(text: str) -> str:
    return "".join(
        "_" if character in "+#/$" or not character.isprintable() else character for character in text
    )


def _properties_of(event: Event) -> Properties:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ContentType = MEDIA_TYPE
    properties.PayloadFormatIndicator = 1
    properties.UserProperty = [("id", str(event.id)), ("type", event.type), ("sent", str(int(time.time())))]
    return properties


def _outcome_of_acknowledgement(reason: ReasonCode) -> Outcome:
    if reason.value < _FIRST_ERROR:
        return Outcome(verdict="delivered", status=reason.value)
    verdict: Verdict = "failed" if reason.value in _ABOUT_THE_MOMENT else "refused"
    return Outcome(verdict=verdict, detail=str(reason), status=reason.value)


def _outcome_of_end(reason: ReasonCode) -> Outcome:
    if reason.value in _ABOUT_THE_MESSAGE:
        return Outcome(verdict="refused", detail=f"the broker closed: {reason}", status=reason.value)
    return Outcome(verdict="offline", detail=f"the broker closed: {reason}")
