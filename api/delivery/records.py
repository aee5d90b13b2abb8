"""What the records of subscriptions say. Secrets and passwords are in none of them.

Source: `api.records.payloads.Payload`.
Left out: deliveries. A record of each would have to be delivered itself, without end.
"""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.delivery.schemas import MqttOptions, SubscriptionKind
from api.records.payloads import Payload
from api.schemas import Instant


class SubscriptionFacts(BaseModel):
    """A subscription as records show it; of the target without its query, which may hold a key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SubscriptionKind
    name: str
    target: str
    record_kinds: list[str]
    site: str | None
    port_call_id: UUID | None
    active: bool
    mqtt: MqttOptions | None


class Subscribed(Payload):
    """A receiver was added."""

    KIND: ClassVar[str] = "delivery.subscribed"

    subscription: SubscriptionFacts
    after_sequence: int


class SubscriptionChanged(Payload):
    """A receiver was changed."""

    KIND: ClassVar[str] = "delivery.subscription_changed"

    before: SubscriptionFacts
    after: SubscriptionFacts
    password_changed: bool


class SecretRotated(Payload):
    """A receiver got a new secret."""

    KIND: ClassVar[str] = "delivery.secret_rotated"

    previous_secret_ends_at: Instant | None


class SubscriptionDisabled(Payload):
    """The service ended the delivery to a receiver by itself."""

    KIND: ClassVar[str] = "delivery.subscription_disabled"

    reason: str


class ReplayRequested(Payload):
    """Dead letters are to be tried again."""

    KIND: ClassVar[str] = "delivery.replay_requested"

    dead_letter_count: int


class Unsubscribed(Payload):
    """A receiver was removed, with its attempts and dead letters."""

    KIND: ClassVar[str] = "delivery.unsubscribed"

    subscription: SubscriptionFacts
    cursor_sequence: int
