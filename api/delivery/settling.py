"""Writes down how an attempt ended: the cursor, the next attempt, the dead letter, in one transaction.

Source: decision 14: the cursor moves only when a record is acknowledged, passed over, or kept as a dead letter.
Left out: the attempt itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from api.delivery import repository
from api.delivery.agenda import PassOver, Work
from api.delivery.outcome import Outcome, Schedule
from api.delivery.records import SubscriptionDisabled
from api.records import service as records
from api.records.payloads import Subject
from api.storage.tables import DeadLetter, DeliveryAttempt, Subscription, utc_now

ACTOR = "service:delivery"
KEPT_ATTEMPTS = 1000
_PRUNED_EVERY = 100
_GONE = "the receiver answered 410 Gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt that was made."""

    work: Work
    outcome: Outcome
    started_at: datetime
    duration_s: float
    offline_failures: int


def pass_over(row: Subscription, passed: PassOver) -> None:
    """Move the cursor beyond records that are none of this subscription's."""
    row.cursor_sequence = max(row.cursor_sequence, passed.to_sequence)


def settle(session: Session, row: Subscription, attempt: Attempt, schedule: Schedule) -> None:
    """Write down one attempt and what follows from it."""
    _note(session, row, attempt)
    if attempt.outcome.verdict == "gone":
        _disable(session, row)
    match attempt.work.origin:
        case "ping":
            row.ping_id = None
            _try_the_chain_again(row, attempt.outcome)
        case "replay":
            _settle_replay(session, row, attempt, schedule)
        case "chain":
            _settle_record(session, row, attempt, schedule)


def _note(session: Session, row: Subscription, attempt: Attempt) -> None:
    delivered = attempt.outcome.verdict == "delivered"
    session.add(
        DeliveryAttempt(
            subscription_id=row.id,
            event_id=attempt.work.event.id,
            sequence=attempt.work.event.sequence,
            attempt=attempt.work.attempt,
            outcome="delivered" if delivered else "failed",
            status=attempt.outcome.status,
            detail=attempt.outcome.detail,
            started_at=attempt.started_at,
            duration_s=attempt.duration_s,
        )
    )
    if delivered:
        row.delivered_count += 1
        row.last_delivered_at = utc_now()
        row.last_error = None
    else:
        row.failed_count += 1
        row.last_error = _reason(attempt.outcome)
    if (row.delivered_count + row.failed_count) % _PRUNED_EVERY == 0:
        session.flush()
        repository.prune_attempts(session, row.id, keep=KEPT_ATTEMPTS)


def _settle_record(session: Session, row: Subscription, attempt: Attempt, schedule: Schedule) -> None:
    outcome = attempt.outcome
    match outcome.verdict:
        case "delivered":
            _go_on(row, attempt)
        case "gone":
            row.attempts, row.not_before = 0, None
        case "offline":
            row.not_before = _in(schedule.offline_pause_s(attempt.offline_failures))
        case "failed" | "refused":
            row.attempts = attempt.work.attempt
            row.not_before = _in(schedule.pause_s(row.attempts, outcome))
            if schedule.is_last(row.attempts, outcome):
                session.add(_dead_letter(row, attempt))
                _go_on(row, attempt)


def _settle_replay(session: Session, row: Subscription, attempt: Attempt, schedule: Schedule) -> None:
    letter = session.get(DeadLetter, attempt.work.dead_letter_id)
    if letter is None:
        return
    if attempt.outcome.verdict == "offline":
        row.not_before = _in(schedule.offline_pause_s(attempt.offline_failures))
        return
    letter.attempts = attempt.work.attempt
    if attempt.outcome.verdict == "delivered":
        letter.replayed_at = utc_now()
        _try_the_chain_again(row, attempt.outcome)
        return
    letter.reason = _reason(attempt.outcome)
    letter.replay_requested_at = None
    if attempt.outcome.verdict != "refused":
        # It would fail for the others as well, and new records would have to wait for all of them.
        session.flush()
        repository.withdraw_replays(session, row.id)


def _go_on(row: Subscription, attempt: Attempt) -> None:
    sequence = attempt.work.event.sequence
    if sequence is not None:
        row.cursor_sequence = max(row.cursor_sequence, sequence)
    row.attempts, row.not_before = 0, None


def _try_the_chain_again(row: Subscription, outcome: Outcome) -> None:
    # The receiver is there after all: the next record need not wait for its turn in the schedule.
    if outcome.verdict == "delivered":
        row.not_before = None


def _dead_letter(row: Subscription, attempt: Attempt) -> DeadLetter:
    event = attempt.work.event
    return DeadLetter(
        subscription_id=row.id,
        sequence=event.sequence,
        record_id=event.id,
        attempts=attempt.work.attempt,
        reason=_reason(attempt.outcome),
    )


def _disable(session: Session, row: Subscription) -> None:
    if not row.active:
        return
    row.active, row.inactive_reason = False, _GONE
    row.version += 1
    row.updated_at = utc_now()
    records.append(session, SubscriptionDisabled(reason=_GONE), subject=subject_of(row.id), actor=ACTOR)


def subject_of(identifier: UUID) -> Subject:
    """Make a subscription the subject of a record."""
    return Subject(kind="subscription", id=identifier)


def _reason(outcome: Outcome) -> str:
    status = "" if outcome.status is None else f"answered {outcome.status}"
    return ": ".join(part for part in (status, outcome.detail or "") if part) or outcome.verdict


def _in(pause_s: float) -> datetime:
    return utc_now() + timedelta(seconds=pause_s)
