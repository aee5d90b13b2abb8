"""Adds, shows, changes and removes subscriptions, and has dead letters tried again.

Source: the records page: every change is also a record, in the same transaction, and never holds a secret.
Left out: sending, which the delivery process does.
"""

from datetime import timedelta
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.orm import Session

from api.delivery import repository
from api.delivery.addresses import AddressPolicy, target_of
from api.delivery.records import (
    ReplayRequested,
    SecretRotated,
    Subscribed,
    SubscriptionChanged,
    SubscriptionFacts,
    Unsubscribed,
)
from api.delivery.schemas import (
    AttemptPage,
    AttemptView,
    DeadLetterPage,
    DeadLetterView,
    MqttOptions,
    NewSubscriptionView,
    PingView,
    ReplayView,
    RotationBody,
    RotationView,
    SubscriptionBody,
    SubscriptionKind,
    SubscriptionPage,
    SubscriptionSettings,
    SubscriptionUpdate,
    SubscriptionView,
    require_fitting,
)
from api.delivery.sealing import Sealer
from api.delivery.settling import subject_of
from api.delivery.signature import new_secret
from api.errors import ConflictError, InvalidRequestError, NotFoundError
from api.pages import Window, by_creation
from api.portcalls.references import referenced_port_call
from api.preconditions import Precondition
from api.records import service as records
from api.storage.tables import DeadLetter, Subscription, new_id, utc_now

MAX_SUBSCRIPTIONS = 100
"""Each has a thread and a connection of its own in the delivery process."""


def subscribe(
    session: Session, body: SubscriptionBody, *, actor: str, sealer: Sealer, policy: AddressPolicy
) -> NewSubscriptionView:
    """Add a subscription; the answer is the only place that ever shows a webhook's secret.

    Raises:
        InvalidRequestError: the target is none, may not be contacted, or the port call is unknown.
        ConflictError: there are as many as the service serves.
    """
    if repository.subscription_count(session) >= MAX_SUBSCRIPTIONS:
        raise ConflictError(f"There are {MAX_SUBSCRIPTIONS} subscriptions, and more are not served.")
    _require_usable(session, body.kind, body, policy)
    identifier = new_id()
    secret = new_secret() if body.kind == "webhook" else None
    shared = secret if body.password is None else body.password.get_secret_value()
    head = repository.head_sequence(session)
    row = Subscription(
        id=identifier,
        kind=body.kind,
        sealed_secret=None if shared is None else sealer.seal(shared, owner=identifier),
        cursor_sequence=head if body.after_sequence is None else min(head, body.after_sequence),
        **_columns(body.kind, body),
    )
    session.add(row)
    session.flush()
    payload = Subscribed(subscription=_facts(row), after_sequence=row.cursor_sequence)
    records.append(session, payload, subject=subject_of(row.id), actor=actor)
    return NewSubscriptionView(**_view(session, row).model_dump(), secret=secret)


def subscription_page(session: Session, window: Window) -> SubscriptionPage:
    """Give subscriptions and how far they have come."""
    found = repository.subscriptions_part(session, window)
    rows, following = window.cut(found, by_creation)
    return SubscriptionPage(items=[_view(session, row) for row in rows], next_cursor=following)


def read(session: Session, identifier: UUID) -> SubscriptionView:
    """Give one subscription.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    return _view(session, _existing(session, identifier))


def state_of(subscription: Subscription | SubscriptionView) -> dict[str, object]:
    """Give what an editor saw of a subscription; how far it has come is nobody's edit."""
    return {"id": str(subscription.id), "version": subscription.version}


def change(
    session: Session,
    identifier: UUID,
    body: SubscriptionUpdate,
    *,
    rests_on: Precondition,
    actor: str,
    sealer: Sealer,
    policy: AddressPolicy,
) -> SubscriptionView:
    """Replace what may be changed; what is next in line is then tried at once.

    Raises:
        NotFoundError: there is none by that identifier.
        InvalidRequestError: the options do not fit its kind, or the target may not be contacted.
        PreconditionFailedError: it was changed since it was read.
    """
    row = _existing(session, identifier)
    rests_on.check(state_of(row))
    kind = _kind_of(row)
    _require_fitting(kind, body, body.password)
    _require_usable(session, kind, body, policy)
    before = _facts(row)
    for name, value in _columns(kind, body).items():
        setattr(row, name, value)
    _change_password(row, body, sealer)
    row.version += 1
    row.updated_at, row.inactive_reason = utc_now(), None
    row.attempts, row.not_before = 0, None
    payload = SubscriptionChanged(
        before=before, after=_facts(row), password_changed=body.password is not None
    )
    records.append(session, payload, subject=subject_of(row.id), actor=actor)
    return _view(session, row)


def rotate_secret(
    session: Session, identifier: UUID, body: RotationBody, *, actor: str, sealer: Sealer
) -> RotationView:
    """Give a webhook a new secret; for a while its messages are signed with the old one too.

    Raises:
        NotFoundError: there is none by that identifier.
        ConflictError: it is no webhook.
    """
    row = _existing(session, identifier)
    if row.kind != "webhook":
        raise ConflictError("Only webhooks are signed. A broker's password is changed with the subscription.")
    secret = new_secret()
    ends_at = utc_now() + timedelta(seconds=body.previous_valid_for_s)
    kept = body.previous_valid_for_s > 0
    row.sealed_previous_secret = row.sealed_secret if kept else None
    row.previous_secret_ends_at = ends_at if kept else None
    row.sealed_secret = sealer.seal(secret, owner=row.id)
    row.version += 1
    row.updated_at = utc_now()
    payload = SecretRotated(previous_secret_ends_at=row.previous_secret_ends_at)
    records.append(session, payload, subject=subject_of(row.id), actor=actor)
    return RotationView(secret=secret, previous_secret_ends_at=row.previous_secret_ends_at)


def unsubscribe(session: Session, identifier: UUID, *, rests_on: Precondition, actor: str) -> None:
    """Remove a subscription with its attempts and dead letters; the records that it was told about stay.

    Raises:
        NotFoundError: there is none by that identifier.
        PreconditionFailedError: it was changed since it was read.
    """
    row = _existing(session, identifier)
    rests_on.check(state_of(row))
    payload = Unsubscribed(subscription=_facts(row), cursor_sequence=row.cursor_sequence)
    records.append(session, payload, subject=subject_of(row.id), actor=actor)
    session.delete(row)


def ping(session: Session, identifier: UUID) -> PingView:
    """Ask for an event that shows whether the way is open, also to an inactive subscription.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    row = _existing(session, identifier)
    row.ping_id = row.ping_id or new_id()
    return PingView(event_id=row.ping_id)


def attempts(session: Session, identifier: UUID, *, event_id: UUID | None, window: Window) -> AttemptPage:
    """Give attempts of a subscription, the newest first.

    Raises:
        NotFoundError: there is no such subscription.
    """
    _existing(session, identifier)
    found = repository.attempts_part(session, identifier, event_id=event_id, window=window)
    rows, following = window.cut(found, lambda row: (row.id,))
    return AttemptPage(items=[AttemptView.model_validate(row) for row in rows], next_cursor=following)


def dead_letters(
    session: Session, *, subscription_id: UUID | None, window: Window, replayed: bool
) -> DeadLetterPage:
    """Give dead letters, the oldest first."""
    found = repository.dead_letters_part(
        session, subscription_id=subscription_id, window=window, replayed=replayed
    )
    rows, following = window.cut(found, lambda row: (row.id,))
    return DeadLetterPage(items=[DeadLetterView.model_validate(row) for row in rows], next_cursor=following)


def replay(session: Session, dead_letter_id: UUID, *, actor: str) -> DeadLetterView:
    """Have one dead letter tried again.

    Raises:
        NotFoundError: there is none by that identifier.
        ConflictError: it was delivered already.
    """
    letter = repository.dead_letter(session, dead_letter_id)
    if letter is None:
        raise NotFoundError.of("dead letter", dead_letter_id)
    if letter.replayed_at is not None:
        raise ConflictError(f"It was delivered at {letter.replayed_at.isoformat()}.")
    if letter.replay_requested_at is None:
        letter.replay_requested_at = utc_now()
        _record_replay(session, letter, actor=actor)
    return DeadLetterView.model_validate(letter)


def replay_all(session: Session, identifier: UUID, *, actor: str) -> ReplayView:
    """Have every dead letter of a subscription tried again, in the order of the chain.

    Raises:
        NotFoundError: there is no such subscription.
    """
    row = _existing(session, identifier)
    count = repository.request_replay_of_all(session, row.id, at=utc_now())
    if count:
        payload = ReplayRequested(dead_letter_count=count)
        records.append(session, payload, subject=subject_of(row.id), actor=actor)
    return ReplayView(requested_count=count)


def _record_replay(session: Session, letter: DeadLetter, *, actor: str) -> None:
    record = ReplayRequested(dead_letter_count=1)
    records.append(session, record, subject=subject_of(letter.subscription_id), actor=actor)


def _existing(session: Session, identifier: UUID) -> Subscription:
    row = repository.subscription(session, identifier)
    if row is None:
        raise NotFoundError.of("subscription", identifier)
    return row


def _require_usable(
    session: Session, kind: SubscriptionKind, body: SubscriptionSettings, policy: AddressPolicy
) -> None:
    policy.require_plausible(target_of(kind, body.target))
    if body.port_call_id is not None:
        referenced_port_call(session, body.port_call_id)


def _require_fitting(kind: SubscriptionKind, body: SubscriptionSettings, password: SecretStr | None) -> None:
    try:
        require_fitting(kind, body, password)
    except ValueError as error:
        raise InvalidRequestError.at("/mqtt", str(error)) from error


def _change_password(row: Subscription, body: SubscriptionUpdate, sealer: Sealer) -> None:
    if body.password is not None:
        row.sealed_secret = sealer.seal(body.password.get_secret_value(), owner=row.id)
    elif row.kind == "mqtt" and (body.mqtt is None or body.mqtt.username is None):
        row.sealed_secret = None


def _kind_of(row: Subscription) -> SubscriptionKind:
    return "mqtt" if row.kind == "mqtt" else "webhook"


def _columns(kind: SubscriptionKind, body: SubscriptionSettings) -> dict[str, object]:
    options = body.mqtt or MqttOptions()
    return {
        "name": body.name,
        "target": body.target,
        "record_kinds": body.record_kinds,
        "site": body.site,
        "port_call_id": body.port_call_id,
        "active": body.active,
        "mqtt": options.model_dump() if kind == "mqtt" else None,
    }


def _facts(row: Subscription) -> SubscriptionFacts:
    kind = _kind_of(row)
    return SubscriptionFacts(
        kind=kind,
        name=row.name,
        target=target_of(kind, row.target).without_query,
        record_kinds=list(row.record_kinds),
        site=row.site,
        port_call_id=row.port_call_id,
        active=row.active,
        mqtt=None if row.mqtt is None else MqttOptions.model_validate(row.mqtt),
    )


def _view(session: Session, row: Subscription) -> SubscriptionView:
    return _view_of(repository.standing(session, row))


def _view_of(standing: repository.Standing) -> SubscriptionView:
    row = standing.subscription
    shown = {name: getattr(row, name) for name in SubscriptionView.model_fields if hasattr(row, name)}
    counted = {"lag_records": standing.lag_records, "dead_letter_count": standing.dead_letter_count}
    return SubscriptionView.model_validate(shown | counted)
