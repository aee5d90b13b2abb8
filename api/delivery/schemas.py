"""Shapes of subscriptions, attempts and dead letters on the border.

Source: the records page of the design; topics after MQTT 5.0 section 4.7.
Left out: the event itself, which is a record (`api.records.schemas`) in an envelope (`events.py`).
"""

import re
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from api.pages import Page
from api.schemas import Body, Instant, Name, View

SubscriptionKind = Literal["webhook", "mqtt"]
PLACES = ("site", "kind", "port_call_id", "subject_id")
DEFAULT_TOPIC = "hullmark/{site}/{kind}"
_PLACE = re.compile(r"\{([^{}]*)\}")


def _topic(text: str) -> str:
    unknown = sorted(set(_PLACE.findall(text)) - set(PLACES))
    rest = _PLACE.sub("", text)
    if unknown:
        raise ValueError(f"has an unknown place {{{unknown[0]}}}; accepted: {', '.join(PLACES)}")
    if re.search(r"[{}+#\x00-\x1f\x7f]", rest) or text.startswith("$"):
        raise ValueError("is no topic: leave out + # { } and control characters, and do not begin with $")
    return text


KindPattern = Annotated[
    str, StringConstraints(pattern=r"^[a-z*][a-z0-9_.*]{0,63}$"), Field(examples=["survey.*"])
]
Target = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=1000)]


class MqttOptions(Body):
    """How records are published."""

    topic: Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_topic)] = (
        DEFAULT_TOPIC
    )
    retain: bool = Field(default=False, description="Whether the broker keeps the last record of each topic.")
    username: Name | None = None


class SubscriptionSettings(Body):
    """What may be changed about a subscription."""

    name: Name = Field(examples=["Customs office"])
    target: Target = Field(
        description="https:// or http:// for a webhook, mqtts:// or mqtt:// for a broker.",
        examples=["https://customs.example/hullmark"],
    )
    record_kinds: Annotated[list[KindPattern], Field(min_length=1, max_length=50)] = Field(
        default_factory=lambda: ["*"], description="Kinds of records; * stands for any characters."
    )
    site: Name | None = Field(default=None, description="Only records of port calls in this port.")
    port_call_id: UUID | None = Field(default=None, description="Only records of this port call.")
    active: bool = True
    mqtt: MqttOptions | None = Field(default=None, description="For brokers only.")


class SubscriptionBody(SubscriptionSettings):
    """A new subscription."""

    kind: SubscriptionKind
    password: Password | None = Field(default=None, description="Of the broker; kept encrypted, never shown.")
    after_sequence: Annotated[int, Field(ge=0, le=2**53, strict=True)] | None = Field(
        default=None,
        description="Records after this one are delivered: 0 for all; left out, those still to come.",
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        require_fitting(self.kind, self, self.password)
        return self


class SubscriptionUpdate(SubscriptionSettings):
    """All that may be changed, replaced at once. Left out, the broker's password stays as it is."""

    password: Password | None = None


def require_fitting(
    kind: SubscriptionKind, settings: SubscriptionSettings, password: SecretStr | None
) -> None:
    """Refuse options of the other kind.

    Raises:
        ValueError: a webhook with options of a broker, or a password without a user name.
    """
    if kind == "webhook" and (settings.mqtt is not None or password is not None):
        raise ValueError("a webhook takes neither mqtt nor password")
    if password is not None and (settings.mqtt is None or settings.mqtt.username is None):
        raise ValueError("a password needs mqtt.username")


class SubscriptionView(View):
    """A subscription and how far it has come. Secrets are never shown."""

    id: UUID
    kind: SubscriptionKind
    name: str
    target: str
    record_kinds: list[str]
    site: str | None
    port_call_id: UUID | None
    active: bool
    inactive_reason: str | None = Field(description="Why the service itself ended it, if it did.")
    mqtt: MqttOptions | None
    previous_secret_ends_at: Instant | None
    version: int
    cursor_sequence: int = Field(description="Everything up to this record is settled.")
    lag_records: int = Field(description="Records of the chain behind the cursor, of any kind.")
    attempts: int = Field(description="Failed attempts of the record that comes next.")
    not_before: Instant | None = Field(description="When it is tried again.")
    last_error: str | None
    delivered_count: int
    failed_count: int
    dead_letter_count: int = Field(description="Dead letters not delivered since.")
    last_delivered_at: Instant | None
    created_at: Instant
    updated_at: Instant


class SubscriptionPage(Page[SubscriptionView]):
    """Subscriptions in the order they were added."""


class NewSubscriptionView(SubscriptionView):
    """A subscription just made; the only answer that has its secret."""

    secret: str | None = Field(description="Of a webhook: note it now, it is not shown again.")


class RotationBody(Body):
    """How long receivers have to change over."""

    previous_valid_for_s: Annotated[int, Field(ge=0, le=30 * 86_400, strict=True)] = Field(
        default=86_400, description="For so long messages carry a signature by the old secret too."
    )


class RotationView(View):
    """A new secret, shown once."""

    secret: str
    previous_secret_ends_at: Instant | None


class PingView(View):
    """A ping that was asked for; the attempts of the subscription tell how it ended."""

    event_id: UUID


class AttemptView(View):
    """One try to hand an event over."""

    id: UUID
    event_id: UUID
    sequence: int | None = Field(description="Of the record; null for a ping.")
    attempt: int
    outcome: Literal["delivered", "failed"]
    status: int | None = Field(description="HTTP status, or reason code of MQTT 5.")
    detail: str | None = Field(description="The trimmed answer, or why there was none.")
    started_at: Instant
    duration_s: float


class AttemptPage(Page[AttemptView]):
    """Attempts, the newest first."""


class DeadLetterView(View):
    """A record that a receiver did not take."""

    id: UUID
    subscription_id: UUID
    sequence: int
    record_id: UUID
    attempts: int
    reason: str
    created_at: Instant
    replay_requested_at: Instant | None
    replayed_at: Instant | None = Field(description="When it was delivered after all.")


class DeadLetterPage(Page[DeadLetterView]):
    """Dead letters, the oldest first."""


class ReplayView(View):
    """How many dead letters will be tried again."""

    requested_count: int
