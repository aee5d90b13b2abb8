"""Who is told about records, how far each one has been told, and what could not be delivered.

Source: the nouns of the architecture page; conventions of `api.storage.tables`.
Left out: what is told, which is the chain of records alone: no second log is written.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Table, new_id, utc_now


class Subscription(Table):
    """One receiver of records. Everything up to `cursor_sequence` is delivered, passed over or a dead letter.

    `sealed_secret` and `sealed_previous_secret` are encrypted. `attempts` and `not_before` are about the record
    that comes next, so that a restart neither forgets a failure nor forgives one.
    """

    __tablename__ = "delivery_subscriptions"
    __table_args__ = (CheckConstraint("kind IN ('webhook', 'mqtt')", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    target: Mapped[str]
    record_kinds: Mapped[list[Any]]
    site: Mapped[str | None]
    port_call_id: Mapped[UUID | None]
    mqtt: Mapped[dict[str, Any] | None]
    sealed_secret: Mapped[str | None]
    sealed_previous_secret: Mapped[str | None]
    previous_secret_ends_at: Mapped[datetime | None]
    active: Mapped[bool]
    inactive_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    cursor_sequence: Mapped[int] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    last_error: Mapped[str | None]
    ping_id: Mapped[UUID | None]
    leased_by: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None]
    delivered_count: Mapped[int] = mapped_column(BigInteger, default=0)
    failed_count: Mapped[int] = mapped_column(BigInteger, default=0)
    last_delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)


class DeliveryAttempt(Table):
    """One try to hand an event over, and how it ended. The oldest are let go; the chain of records stays."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (
        CheckConstraint("outcome IN ('delivered', 'failed')", name="outcome"),
        Index("ix_delivery_attempts_subscription_id_id", "subscription_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("delivery_subscriptions.id", ondelete="CASCADE"))
    event_id: Mapped[UUID]
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    attempt: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16))
    status: Mapped[int | None]
    detail: Mapped[str | None]
    started_at: Mapped[datetime]
    duration_s: Mapped[float]


class DeadLetter(Table):
    """A record that a receiver did not take within all its attempts, until it is delivered after all."""

    __tablename__ = "delivery_dead_letters"
    __table_args__ = (Index("ix_delivery_dead_letters_subscription_id_id", "subscription_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("delivery_subscriptions.id", ondelete="CASCADE"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    record_id: Mapped[UUID]
    attempts: Mapped[int]
    reason: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    replay_requested_at: Mapped[datetime | None]
    replayed_at: Mapped[datetime | None]
