"""Delivers to one subscription, in order: looks what is next, sends it, writes down how it ended, again and again.

Source: decision 14. Between sending and writing down the process may be killed: the event is then sent once more.
Left out: other subscriptions. Each has a courier and a thread of its own, so that none waits for another's receiver.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from api.delivery import agenda, repository
from api.delivery.agenda import PassOver, Wait, Work
from api.delivery.channels import Channel, Destination, Network
from api.delivery.errors import LostSecretError
from api.delivery.mqtt import MqttChannel
from api.delivery.outcome import Outcome, Schedule
from api.delivery.schemas import MqttOptions
from api.delivery.sealing import Sealer
from api.delivery.settling import Attempt, pass_over, settle
from api.delivery.webhook import WebhookChannel
from api.jobs.moment import present
from api.storage.database import Database
from api.storage.tables import Subscription, utc_now

# Long enough that it is renewed rarely, and more than twice the longest attempt.
LEASE_S = 180.0
_AFTER_ERROR_S = 5.0
_MARGIN_S = 10.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What all couriers of a process share."""

    database: Database
    sealer: Sealer
    network: Network
    schedule: Schedule
    worker_id: UUID
    poll_s: float


class Courier:
    """Serves one subscription until it is told to stop or the subscription is gone."""

    def __init__(self, subscription_id: UUID, post: Post) -> None:
        self._id = subscription_id
        self._post = post
        self._channel: Channel | None = None
        self._channel_key: tuple[int, bool] | None = None
        self._offline_failures = 0

    def run(self, stopping: threading.Event) -> None:
        """Deliver until `stopping`; an error of ours is logged and tried again, it ends nothing."""
        try:
            while not stopping.is_set():
                stopping.wait(self._safe_step(stopping))
        finally:
            self._close()

    def step(self, stopping: threading.Event) -> float:
        """Do the next thing, and say how long nothing else is to be done."""
        with self._post.database.reading() as session:
            row = repository.subscription(session, self._id)
            if row is None:
                stopping.set()
                return 0.0
            now = present(session)
            plan = agenda.plan(session, row, now=now)
        if isinstance(plan, Wait):
            return self._pause_s(plan, now)
        if not self._may_send(row, now):
            return 0.0 if self._take_lease() else self._post.poll_s
        if isinstance(plan, PassOver):
            return self._pass_over(plan)
        return self._deliver(row, plan)

    def _safe_step(self, stopping: threading.Event) -> float:
        try:
            return self.step(stopping)
        except Exception:
            log.exception("delivery step failed", subscription_id=str(self._id))
            return _AFTER_ERROR_S

    def _pause_s(self, wait: Wait, now: datetime) -> float:
        if wait.until is None:
            return self._post.poll_s
        return min(self._post.poll_s, max(0.0, (wait.until - now).total_seconds()))

    def _may_send(self, row: Subscription, now: datetime) -> bool:
        needed_s = self._post.network.timeout_s + _MARGIN_S
        return agenda.holds_lease(row, self._post.worker_id, now=now, needed_s=needed_s)

    def _take_lease(self) -> bool:
        with self._post.database.writing() as session:
            row = repository.subscription(session, self._id)
            now = present(session)
            return row is not None and agenda.take_lease(
                session, row, self._post.worker_id, now=now, duration_s=LEASE_S
            )

    def _pass_over(self, plan: PassOver) -> float:
        with self._post.database.writing() as session:
            row = repository.subscription(session, self._id)
            if row is not None and row.leased_by == self._post.worker_id:
                pass_over(row, plan)
        return 0.0

    def _deliver(self, row: Subscription, work: Work) -> float:
        started_at, began_s = utc_now(), time.monotonic()
        outcome = self._send(row, work)
        self._offline_failures = self._offline_failures + 1 if outcome.verdict == "offline" else 0
        attempt = Attempt(
            work=work,
            outcome=outcome,
            started_at=started_at,
            duration_s=time.monotonic() - began_s,
            offline_failures=self._offline_failures,
        )
        with self._post.database.writing() as session:
            fresh = repository.subscription(session, self._id)
            if fresh is None or fresh.leased_by != self._post.worker_id:
                log.warning("delivery taken over by another process", subscription_id=str(self._id))
                return self._post.poll_s
            settle(session, fresh, attempt, self._post.schedule)
        self._log(row, attempt)
        return 0.0

    def _send(self, row: Subscription, work: Work) -> Outcome:
        try:
            channel = self._channel_to(row)
        except LostSecretError as error:
            return Outcome(verdict="failed", detail=str(error))
        return channel.send(work.event)

    def _channel_to(self, row: Subscription) -> Channel:
        ends_at = row.previous_secret_ends_at
        two_secrets = ends_at is not None and ends_at > utc_now()
        key = (row.version, two_secrets)
        if self._channel is None or self._channel_key != key:
            self._close()
            self._channel, self._channel_key = self._open(row, two_secrets=two_secrets), key
        return self._channel

    def _open(self, row: Subscription, *, two_secrets: bool) -> Channel:
        sealed = [row.sealed_secret, row.sealed_previous_secret if two_secrets else None]
        secrets = [self._post.sealer.unseal(text, owner=row.id) for text in sealed if text is not None]
        destination = Destination(subscription_id=row.id, target=row.target, secrets=tuple(secrets))
        if row.kind == "mqtt":
            return MqttChannel(destination, MqttOptions.model_validate(row.mqtt or {}), self._post.network)
        return WebhookChannel(destination, self._post.network)

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self._channel = None

    def _log(self, row: Subscription, attempt: Attempt) -> None:
        delivered = attempt.outcome.verdict == "delivered"
        (log.info if delivered else log.warning)(
            "delivery",
            subscription_id=str(row.id),
            event_id=str(attempt.work.event.id),
            sequence=attempt.work.event.sequence,
            attempt=attempt.work.attempt,
            verdict=attempt.outcome.verdict,
            status=attempt.outcome.status,
            duration_ms=round(attempt.duration_s * 1000, 1),
        )
