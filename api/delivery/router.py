"""Routes of subscriptions, of attempts and dead letters; and the stream of records beside them.

Source: the records page of the design.
Left out: sending, which no request waits for.
"""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.access import requires
from api.auth.permissions import Permission
from api.delivery import service, stream
from api.delivery.channels import policy_of
from api.delivery.schemas import (
    AttemptPage,
    DeadLetterPage,
    DeadLetterView,
    NewSubscriptionView,
    PingView,
    ReplayView,
    RotationBody,
    RotationView,
    SubscriptionBody,
    SubscriptionUpdate,
    SubscriptionView,
)
from api.delivery.sealing import Sealer, sealer_of
from api.errors import ConflictError, NotFoundError, StaleVersionError
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase, UsesSettings, resources_of

subscriptions = NounRouter(prefix="/delivery", tags=["delivery"])
MANAGES = requires(Permission.DELIVERY_MANAGE)


def _sealer(request: Request) -> Sealer:
    return sealer_of(resources_of(request).settings)


UsesSealer = Annotated[Sealer, Depends(_sealer)]
Limit = Annotated[int, Query(ge=1, le=500)]


@subscriptions.post(
    "/subscriptions", status_code=201, responses=responses(ConflictError), dependencies=[MANAGES]
)
def add_subscription(
    body: SubscriptionBody,
    database: UsesDatabase,
    settings: UsesSettings,
    sealer: UsesSealer,
    actor: Actor,
    response: Response,
) -> NewSubscriptionView:
    """Add a receiver of records. A webhook's secret is in this answer and never again."""
    with database.writing() as session:
        view = service.subscribe(session, body, actor=actor, sealer=sealer, policy=policy_of(settings))
    response.headers["location"] = f"/api/v1/delivery/subscriptions/{view.id}"
    return view


@subscriptions.get("/subscriptions", responses=responses(), dependencies=[MANAGES])
def list_subscriptions(database: UsesDatabase) -> Sequence[SubscriptionView]:
    """Give every subscription, and how far it has come."""
    with database.reading() as session:
        return service.all_subscriptions(session)


@subscriptions.get(
    "/subscriptions/{subscription_id}", responses=responses(NotFoundError), dependencies=[MANAGES]
)
def read_subscription(subscription_id: UUID, database: UsesDatabase) -> SubscriptionView:
    """Give one subscription, and how far it has come."""
    with database.reading() as session:
        return service.read(session, subscription_id)


@subscriptions.put(
    "/subscriptions/{subscription_id}",
    responses=responses(NotFoundError, StaleVersionError),
    dependencies=[MANAGES],
)
def change_subscription(
    subscription_id: UUID,
    body: SubscriptionUpdate,
    database: UsesDatabase,
    settings: UsesSettings,
    sealer: UsesSealer,
    actor: Actor,
) -> SubscriptionView:
    """Replace what may be changed; the record that is next in line is then tried at once."""
    with database.writing() as session:
        return service.change(
            session, subscription_id, body, actor=actor, sealer=sealer, policy=policy_of(settings)
        )


@subscriptions.delete(
    "/subscriptions/{subscription_id}",
    status_code=204,
    responses=responses(NotFoundError),
    dependencies=[MANAGES],
)
def remove_subscription(subscription_id: UUID, database: UsesDatabase, actor: Actor) -> None:
    """Remove a subscription with its attempts and dead letters."""
    with database.writing() as session:
        service.unsubscribe(session, subscription_id, actor=actor)


@subscriptions.post(
    "/subscriptions/{subscription_id}/secret",
    responses=responses(NotFoundError, ConflictError),
    dependencies=[MANAGES],
)
def rotate_secret(
    subscription_id: UUID, body: RotationBody, database: UsesDatabase, sealer: UsesSealer, actor: Actor
) -> RotationView:
    """Give a webhook a new secret, shown once; for a while messages are signed with the old one too."""
    with database.writing() as session:
        return service.rotate_secret(session, subscription_id, body, actor=actor, sealer=sealer)


@subscriptions.post(
    "/subscriptions/{subscription_id}/ping",
    status_code=202,
    responses=responses(NotFoundError),
    dependencies=[MANAGES],
)
def ping_subscription(subscription_id: UUID, database: UsesDatabase) -> PingView:
    """Have a trial event sent; the attempts tell how it ended."""
    with database.writing() as session:
        return service.ping(session, subscription_id)


@subscriptions.get(
    "/subscriptions/{subscription_id}/attempts", responses=responses(NotFoundError), dependencies=[MANAGES]
)
def list_attempts(
    subscription_id: UUID,
    database: UsesDatabase,
    before: UUID | None = None,
    event_id: UUID | None = None,
    limit: Limit = 100,
) -> AttemptPage:
    """Give the attempts of a subscription, the newest first; the last thousand are kept."""
    with database.reading() as session:
        return service.attempts(session, subscription_id, before=before, event_id=event_id, limit=limit)


@subscriptions.post(
    "/subscriptions/{subscription_id}/replay",
    status_code=202,
    responses=responses(NotFoundError),
    dependencies=[MANAGES],
)
def replay_dead_letters(subscription_id: UUID, database: UsesDatabase, actor: Actor) -> ReplayView:
    """Have every dead letter of a subscription tried again, in the order of the chain."""
    with database.writing() as session:
        return service.replay_all(session, subscription_id, actor=actor)


@subscriptions.get("/dead-letters", responses=responses(), dependencies=[MANAGES])
def list_dead_letters(
    database: UsesDatabase,
    subscription_id: UUID | None = None,
    after: UUID | None = None,
    limit: Limit = 100,
    *,
    replayed: Annotated[bool, Query(description="Also those delivered since.")] = False,
) -> DeadLetterPage:
    """Give the records that receivers did not take, the oldest first."""
    with database.reading() as session:
        return service.dead_letters(
            session, subscription_id=subscription_id, after=after, limit=limit, replayed=replayed
        )


@subscriptions.post(
    "/dead-letters/{dead_letter_id}/replay",
    status_code=202,
    responses=responses(NotFoundError, ConflictError),
    dependencies=[MANAGES],
)
def replay_dead_letter(dead_letter_id: UUID, database: UsesDatabase, actor: Actor) -> DeadLetterView:
    """Have one dead letter tried again."""
    with database.writing() as session:
        return service.replay(session, dead_letter_id, actor=actor)


router = APIRouter()
router.include_router(subscriptions)
router.include_router(stream.router)
