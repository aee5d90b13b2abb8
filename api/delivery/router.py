"""Routes of subscriptions, of attempts and dead letters; and the stream of records beside them.

Source: the records page of the design.
Left out: sending, which no request waits for.
"""

from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.access import requires
from api.auth.permissions import Permission
from api.delivery import service, stream
from api.delivery.addresses import AddressPolicy
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
    SubscriptionPage,
    SubscriptionUpdate,
    SubscriptionView,
)
from api.delivery.sealing import Sealer, sealer_of
from api.errors import ConflictError, NotFoundError, PreconditionFailedError, PreconditionRequiredError
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import UsesWindow
from api.preconditions import IfMatch, entity_tag
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase, UsesSettings, resources_of
from api.storage.database import Database

subscriptions = NounRouter(prefix="/delivery", tags=["delivery"])
MANAGES = requires(Permission.DELIVERY_MANAGE)


def _sealer(request: Request) -> Sealer:
    return sealer_of(resources_of(request).settings)


UsesSealer = Annotated[Sealer, Depends(_sealer)]
ViewT = TypeVar("ViewT", bound=SubscriptionView)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """What adding or changing a subscription needs beside its body."""

    database: Database
    sealer: Sealer
    policy: AddressPolicy


def _channels(database: UsesDatabase, settings: UsesSettings, sealer: UsesSealer) -> Channels:
    return Channels(database=database, sealer=sealer, policy=policy_of(settings))


UsesChannels = Annotated[Channels, Depends(_channels)]


def _tagged(response: Response, view: ViewT) -> ViewT:
    # The tag stands for what can be edited; how far deliveries are changes all the time and is never kept.
    response.headers["etag"] = entity_tag(service.state_of(view))
    response.headers["cache-control"] = "no-store"
    return view


@subscriptions.post(
    "/subscriptions", status_code=201, responses=responses(*KEY_ERRORS, ConflictError), dependencies=[MANAGES]
)
@once(hides=("secret",))
def add_subscription(
    body: SubscriptionBody,
    channels: UsesChannels,
    actor: Actor,
    response: Response,
) -> NewSubscriptionView:
    """Add a receiver of records. A webhook's secret is in this answer and never again."""
    with channels.database.writing() as session:
        view = service.subscribe(session, body, actor=actor, sealer=channels.sealer, policy=channels.policy)
    response.headers["location"] = f"/api/v1/delivery/subscriptions/{view.id}"
    return _tagged(response, view)


@subscriptions.get("/subscriptions", responses=responses(), dependencies=[MANAGES])
def list_subscriptions(database: UsesDatabase, window: UsesWindow) -> SubscriptionPage:
    """Give the subscriptions, and how far they have come."""
    with database.reading() as session:
        return service.subscription_page(session, window)


@subscriptions.get(
    "/subscriptions/{subscription_id}", responses=responses(NotFoundError), dependencies=[MANAGES]
)
def read_subscription(subscription_id: UUID, database: UsesDatabase, response: Response) -> SubscriptionView:
    """Give one subscription, and how far it has come."""
    with database.reading() as session:
        return _tagged(response, service.read(session, subscription_id))


@subscriptions.put(
    "/subscriptions/{subscription_id}",
    responses=responses(NotFoundError, PreconditionFailedError, PreconditionRequiredError),
    dependencies=[MANAGES],
)
def change_subscription(
    subscription_id: UUID,
    body: SubscriptionUpdate,
    rests_on: IfMatch,
    channels: UsesChannels,
    actor: Actor,
    response: Response,
) -> SubscriptionView:
    """Replace what may be changed; the record that is next in line is then tried at once."""
    with channels.database.writing() as session:
        view = service.change(
            session,
            subscription_id,
            body,
            rests_on=rests_on,
            actor=actor,
            sealer=channels.sealer,
            policy=channels.policy,
        )
    return _tagged(response, view)


@subscriptions.delete(
    "/subscriptions/{subscription_id}",
    status_code=204,
    responses=responses(NotFoundError, PreconditionFailedError, PreconditionRequiredError),
    dependencies=[MANAGES],
)
def remove_subscription(
    subscription_id: UUID, rests_on: IfMatch, database: UsesDatabase, actor: Actor
) -> None:
    """Remove a subscription with its attempts and dead letters."""
    with database.writing() as session:
        service.unsubscribe(session, subscription_id, rests_on=rests_on, actor=actor)


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
    responses=responses(*KEY_ERRORS, NotFoundError),
    dependencies=[MANAGES],
)
@once()
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
    window: UsesWindow,
    event_id: UUID | None = None,
) -> AttemptPage:
    """Give the attempts of a subscription, the newest first; the last thousand are kept."""
    with database.reading() as session:
        return service.attempts(session, subscription_id, event_id=event_id, window=window)


@subscriptions.post(
    "/subscriptions/{subscription_id}/replay",
    status_code=202,
    responses=responses(*KEY_ERRORS, NotFoundError),
    dependencies=[MANAGES],
)
@once()
def replay_dead_letters(subscription_id: UUID, database: UsesDatabase, actor: Actor) -> ReplayView:
    """Have every dead letter of a subscription tried again, in the order of the chain."""
    with database.writing() as session:
        return service.replay_all(session, subscription_id, actor=actor)


@subscriptions.get("/dead-letters", responses=responses(), dependencies=[MANAGES])
def list_dead_letters(
    database: UsesDatabase,
    window: UsesWindow,
    subscription_id: UUID | None = None,
    *,
    replayed: Annotated[bool, Query(description="Also those delivered since.")] = False,
) -> DeadLetterPage:
    """Give the records that receivers did not take, the oldest first."""
    with database.reading() as session:
        return service.dead_letters(
            session, subscription_id=subscription_id, window=window, replayed=replayed
        )


@subscriptions.post(
    "/dead-letters/{dead_letter_id}/replay",
    status_code=202,
    responses=responses(*KEY_ERRORS, NotFoundError, ConflictError),
    dependencies=[MANAGES],
)
@once()
def replay_dead_letter(dead_letter_id: UUID, database: UsesDatabase, actor: Actor) -> DeadLetterView:
    """Have one dead letter tried again."""
    with database.writing() as session:
        return service.replay(session, dead_letter_id, actor=actor)


router = APIRouter()
router.include_router(subscriptions)
router.include_router(stream.router)
