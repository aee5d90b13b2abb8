"""Hands an event over as a signed webhook.

Source: Standard Webhooks specification 1.0.
Left out: when it is tried again (`outcome.py`).
"""

import ssl
import time

from api.delivery.addresses import target_of
from api.delivery.channels import Destination, Network
from api.delivery.errors import DeliveryError
from api.delivery.events import MEDIA_TYPE, Event
from api.delivery.http_post import Answer, Deadline, post
from api.delivery.outcome import Outcome, asked_pause_s, verdict_of_status
from api.delivery.signature import signed_headers
from api.delivery.tls import context_for
from api.storage.tables import utc_now

USER_AGENT = "Hullmark-Webhooks/1"


class WebhookChannel:
    """Posts events to one receiver; each over a connection of its own, to an address checked for it."""

    def __init__(self, destination: Destination, network: Network) -> None:
        self._target = target_of("webhook", destination.target)
        self._secrets = destination.secrets
        self._network = network
        self._tls: ssl.SSLContext | None = None

    def send(self, event: Event) -> Outcome:
        """Post one event; what counts as its acknowledgement is a status from 200 to 299."""
        deadline = Deadline(self._network.timeout_s)
        try:
            addresses = self._network.policy.addresses_of(self._target)
            answer = post(
                self._target,
                addresses,
                headers=self._headers(event),
                body=event.body,
                deadline=deadline,
                tls=self._tls_context(),
            )
        except (DeliveryError, OSError) as error:
            return Outcome(verdict="failed", detail=str(error))
        return _outcome_of(answer)

    def close(self) -> None:
        """Nothing is held open."""

    def _tls_context(self) -> ssl.SSLContext | None:
        # Reading the system's certificates takes longer than a delivery: once a channel is enough.
        if self._tls is None and self._target.encrypted:
            self._tls = context_for(self._target.host, self._network.tls, with_client_certificate=False)
        return self._tls

    def _headers(self, event: Event) -> dict[str, str]:
        signed = signed_headers(
            self._secrets, event_id=event.id, timestamp_s=int(time.time()), body=event.body
        )
        return {"content-type": MEDIA_TYPE, "user-agent": USER_AGENT, "accept": "*/*", **signed}


def _outcome_of(answer: Answer) -> Outcome:
    return Outcome(
        verdict=verdict_of_status(answer.status),
        detail=answer.excerpt or None,
        status=answer.status,
        asked_pause_s=asked_pause_s(answer.retry_after, now=utc_now()),
    )
