"""A way to a receiver: what every kind of subscription offers to the courier, and what each needs to be made.

Source: the two kinds of the records page, webhooks and MQTT.
Left out: what a subscription is in the database; a channel lives until its subscription changes.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from api.delivery.addresses import AddressPolicy
from api.delivery.events import Event
from api.delivery.outcome import Outcome
from api.delivery.tls import TlsFiles
from api.settings import Settings


class Channel(Protocol):
    """Hands events over, one at a time."""

    def send(self, event: Event) -> Outcome:
        """Hand one event over and wait until it is acknowledged, refused, or the time is over."""
        ...

    def close(self) -> None:
        """Let go of whatever is held open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What the operator allows and gives for reaching receivers."""

    policy: AddressPolicy
    timeout_s: float
    tls: TlsFiles

    @classmethod
    def from_settings(cls, settings: Settings) -> "Network":
        """Take it from the settings."""
        return cls(
            policy=policy_of(settings),
            timeout_s=settings.delivery_timeout_s,
            tls=TlsFiles.from_settings(settings),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where to send and with which opened secrets: for a webhook the valid ones, for MQTT its password."""

    subscription_id: UUID
    target: str
    secrets: tuple[str, ...] = ()


def policy_of(settings: Settings) -> AddressPolicy:
    """Say which addresses the settings let be contacted."""
    return AddressPolicy(
        networks=settings.delivery_networks or (), allow_loopback=settings.delivery_allow_loopback
    )
