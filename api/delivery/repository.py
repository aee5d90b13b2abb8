"""All queries on subscriptions, their attempts and dead letters, and on the chain as they follow it.

Source: `api.storage.tables`.
Left out: what is decided from them (`agenda.py`, `settling.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from api.pages import Window
from api.storage.tables import DeadLetter, DeliveryAttempt, PortCall, Record, Subscription, Worker

WORKER_KIND = "delivery"
"""What processes of delivery are listed as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The part of a record that filters look at: five hundred of them are read as fast as one whole record."""

    sequence: int
    kind: str
    port_call_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one subscription is: records behind its cursor, since when, and its dead letters."""

    subscription: Subscription
    lag_records: int
    waiting_since: datetime | None
    dead_letter_count: int


def subscription(session: Session, identifier: UUID) -> Subscription | None:
    """Give one subscription."""
    return session.get(Subscription, identifier)


def subscriptions(session: Session) -> Sequence[Subscription]:
    """Give all subscriptions, the oldest first."""
    return session.scalars(select(Subscription).order_by(Subscription.id)).all()


def subscriptions_part(session: Session, window: Window) -> Sequence[Subscription]:
    """Give a part of the subscriptions, the oldest first."""
    ordered = window.by_time(
        select(Subscription), Subscription.created_at, Subscription.id, newest_first=False
    )
    return session.scalars(ordered).all()


def subscription_ids(session: Session) -> set[UUID]:
    """Name all subscriptions."""
    return set(session.scalars(select(Subscription.id)))


def subscription_count(session: Session) -> int:
    """Count all subscriptions."""
    return session.scalar(select(func.count()).select_from(Subscription)) or 0


def head_sequence(session: Session) -> int:
    """Give the place of the last record; 0 where there is none."""
    return session.scalar(select(func.max(Record.sequence))) or 0


def headings_behind(session: Session, sequence: int, *, limit: int) -> list[Heading]:
    """Give what of the records that follow a place of the chain tells who wants them."""
    query = (
        select(Record.sequence, Record.kind, Record.port_call_id)
        .where(Record.sequence > sequence)
        .order_by(Record.sequence)
        .limit(limit)
    )
    return [
        Heading(sequence=place, kind=kind, port_call_id=port_call_id)
        for place, kind, port_call_id in session.execute(query)
    ]


def record_at(session: Session, sequence: int) -> Record:
    """Give the record at a place of the chain; the database lets none be removed."""
    return session.get_one(Record, sequence)


def sites_of(session: Session, port_call_ids: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """Name the port of each port call."""
    query = select(PortCall.id, PortCall.port).where(PortCall.id.in_(set(port_call_ids)))
    return {identifier: value for identifier, value in session.execute(query)}  # noqa: C416  (dict() would not be typed)


def standings(session: Session) -> list[Standing]:
    """Say how far every subscription is."""
    head = head_sequence(session)
    dead = open_dead_letter_counts(session)
    return [
        Standing(
            subscription=row,
            lag_records=max(0, head - row.cursor_sequence),
            waiting_since=recorded_after(session, row.cursor_sequence),
            dead_letter_count=dead.get(row.id, 0),
        )
        for row in subscriptions(session)
    ]


def standing(session: Session, row: Subscription) -> Standing:
    """Say how far one subscription is."""
    return Standing(
        subscription=row,
        lag_records=max(0, head_sequence(session) - row.cursor_sequence),
        waiting_since=recorded_after(session, row.cursor_sequence),
        dead_letter_count=open_dead_letter_counts(session).get(row.id, 0),
    )


def recorded_after(session: Session, sequence: int) -> datetime | None:
    """Say when the record after a place of the chain was made; None where there is none."""
    query = select(Record.recorded_at).where(Record.sequence > sequence).order_by(Record.sequence).limit(1)
    return session.scalars(query).first()


def open_dead_letter_counts(session: Session) -> dict[UUID, int]:
    """Count the dead letters that were not delivered since, by subscription."""
    query = (
        select(DeadLetter.subscription_id, func.count())
        .where(DeadLetter.replayed_at.is_(None))
        .group_by(DeadLetter.subscription_id)
    )
    return {identifier: value for identifier, value in session.execute(query)}  # noqa: C416  (dict() would not be typed)


def attempts_part(
    session: Session, subscription_id: UUID, *, event_id: UUID | None, window: Window
) -> Sequence[DeliveryAttempt]:
    """Give attempts, the newest first."""
    query = select(DeliveryAttempt).where(DeliveryAttempt.subscription_id == subscription_id)
    if event_id is not None:
        query = query.where(DeliveryAttempt.event_id == event_id)
    return session.scalars(window.by_identifier(query, DeliveryAttempt.id, newest_first=True)).all()


def prune_attempts(session: Session, subscription_id: UUID, *, keep: int) -> None:
    """Let go of all but the newest attempts of a subscription."""
    mine = DeliveryAttempt.subscription_id == subscription_id
    query = select(DeliveryAttempt.id).where(mine).order_by(DeliveryAttempt.id.desc()).offset(keep).limit(1)
    last_kept_out = session.scalars(query).first()
    if last_kept_out is not None:
        session.execute(delete(DeliveryAttempt).where(mine, DeliveryAttempt.id <= last_kept_out))


def dead_letter(session: Session, identifier: UUID) -> DeadLetter | None:
    """Give one dead letter."""
    return session.get(DeadLetter, identifier)


def dead_letters_part(
    session: Session, *, subscription_id: UUID | None, window: Window, replayed: bool
) -> Sequence[DeadLetter]:
    """Give dead letters, the oldest first; those delivered since only where they are asked for."""
    query = select(DeadLetter)
    if subscription_id is not None:
        query = query.where(DeadLetter.subscription_id == subscription_id)
    if not replayed:
        query = query.where(DeadLetter.replayed_at.is_(None))
    return session.scalars(window.by_identifier(query, DeadLetter.id, newest_first=False)).all()


def requested_dead_letter(session: Session, subscription_id: UUID) -> DeadLetter | None:
    """Give the oldest dead letter that is to be tried again."""
    query = (
        select(DeadLetter)
        .where(
            DeadLetter.subscription_id == subscription_id,
            DeadLetter.replay_requested_at.is_not(None),
            DeadLetter.replayed_at.is_(None),
        )
        .order_by(DeadLetter.sequence, DeadLetter.id)
        .limit(1)
    )
    return session.scalars(query).first()


def request_replay_of_all(session: Session, subscription_id: UUID, *, at: datetime) -> int:
    """Ask for every dead letter of a subscription that was not delivered since, and count them."""
    query = select(DeadLetter).where(
        DeadLetter.subscription_id == subscription_id,
        DeadLetter.replayed_at.is_(None),
        DeadLetter.replay_requested_at.is_(None),
    )
    rows = session.scalars(query).all()
    for row in rows:
        row.replay_requested_at = at
    return len(rows)


def withdraw_replays(session: Session, subscription_id: UUID) -> None:
    """Take back every request for a replay of a subscription that was not served."""
    session.execute(
        update(DeadLetter)
        .where(DeadLetter.subscription_id == subscription_id, DeadLetter.replayed_at.is_(None))
        .values(replay_requested_at=None)
    )


def last_heartbeat(session: Session) -> datetime | None:
    """Say when a process of delivery that did not sign off last reported itself."""
    query = select(func.max(Worker.heartbeat_at))
    return session.scalar(query.where(Worker.kind == WORKER_KIND, Worker.stopped_at.is_(None)))


def has_ended(session: Session, worker_id: UUID | None) -> bool:
    """Tell whether a process signed off, or was found dead."""
    worker = None if worker_id is None else session.get(Worker, worker_id)
    return worker is None or worker.stopped_at is not None
