"""What a subscription needs next: a ping, a dead letter that was asked for, or the next record of its own.

Source: the order of the chain; decision 14 for what goes before what.
Left out: sending, and writing down what came of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from api.delivery import repository
from api.delivery.events import Event, event_of, ping_event
from api.delivery.repository import Heading
from api.storage.tables import Subscription

_HEADINGS_AT_ONCE = 500
Origin = Literal["ping", "replay", "chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One event that is to be sent now."""

    event: Event
    origin: Origin
    attempt: int
    dead_letter_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOver:
    """Records up to here are none of this subscription's."""

    to_sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing is to be done before this instant, or before something new comes (None)."""

    until: datetime | None = None


Plan = Work | PassOver | Wait


def plan(session: Session, row: Subscription, *, now: datetime) -> Plan:
    """Decide what comes next for a subscription."""
    if row.ping_id is not None:
        return Work(event=ping_event(row.ping_id, subscription_id=row.id), origin="ping", attempt=1)
    if not row.active:
        return Wait()
    waiting = row.not_before is not None and row.not_before > now
    if waiting and row.kind == "mqtt":
        # One connection carries all: a broker that is away is away for a replay as well.
        return Wait(until=row.not_before)
    replay = _replay(session, row)
    if replay is not None:
        return replay
    return Wait(until=row.not_before) if waiting else _from_chain(session, row)


def _replay(session: Session, row: Subscription) -> Work | None:
    letter = repository.requested_dead_letter(session, row.id)
    if letter is None:
        return None
    return Work(
        event=_event(session, letter.sequence),
        origin="replay",
        attempt=letter.attempts + 1,
        dead_letter_id=letter.id,
    )


def _from_chain(session: Session, row: Subscription) -> Plan:
    headings = repository.headings_behind(session, row.cursor_sequence, limit=_HEADINGS_AT_ONCE)
    if not headings:
        return Wait()
    # A site is looked up only where it decides: most subscriptions ask for none.
    sites = _sites(session, headings) if row.site is not None else {}
    for heading in headings:
        if matches(row, heading, sites):
            return Work(event=_event(session, heading.sequence), origin="chain", attempt=row.attempts + 1)
    return PassOver(to_sequence=headings[-1].sequence)


def matches(row: Subscription, heading: Heading, sites: Mapping[UUID, str | None]) -> bool:
    """Tell whether a record is one that a subscription wants."""
    if row.port_call_id is not None and row.port_call_id != heading.port_call_id:
        return False
    if row.site is not None and (heading.port_call_id is None or sites.get(heading.port_call_id) != row.site):
        return False
    return any(fnmatchcase(heading.kind, pattern) for pattern in row.record_kinds)


def _event(session: Session, sequence: int) -> Event:
    record = repository.record_at(session, sequence)
    port_call_id = record.port_call_id
    site = None if port_call_id is None else repository.sites_of(session, [port_call_id]).get(port_call_id)
    return event_of(record, site=site)


def _sites(session: Session, headings: Sequence[Heading]) -> Mapping[UUID, str | None]:
    known = [heading.port_call_id for heading in headings if heading.port_call_id is not None]
    return repository.sites_of(session, known)


def holds_lease(row: Subscription, worker_id: UUID, *, now: datetime, needed_s: float) -> bool:
    """Tell whether a process may send for a subscription now, and for long enough to hear the answer."""
    return (
        row.leased_by == worker_id
        and row.lease_expires_at is not None
        and row.lease_expires_at >= now + timedelta(seconds=needed_s)
    )


def take_lease(
    session: Session, row: Subscription, worker_id: UUID, *, now: datetime, duration_s: float
) -> bool:
    """Make a process the only one that sends for a subscription; False while another one does."""
    holder = row.leased_by
    unexpired = row.lease_expires_at is not None and row.lease_expires_at > now
    if holder not in {None, worker_id} and unexpired and not repository.has_ended(session, holder):
        return False
    row.leased_by, row.lease_expires_at = worker_id, now + timedelta(seconds=duration_s)
    return True
