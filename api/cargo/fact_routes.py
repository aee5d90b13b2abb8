"""The four routes that every kind of statement about a cargo has, made from the table of kinds.

Source: `api.cargo.kinds`; operation ids are made of the noun, so that they stay as they are.
Left out: routes that only one kind has (`router.py`).
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Response
from pydantic import create_model

from api.auth.access import requires
from api.auth.permissions import Permission
from api.cargo import service
from api.cargo.kinds import FactKind
from api.cargo.schemas import CorrectionReason, FactView
from api.errors import ConflictError, NotFoundError
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import Page, UsesWindow
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase
from api.schemas import Body

BodyT = TypeVar("BodyT", bound=Body)
ViewT = TypeVar("ViewT", bound=FactView)
READS = [requires(Permission.PORT_CALLS_READ)]
WRITES = [requires(Permission.CARGO_WRITE)]
CHANGES = responses(*KEY_ERRORS, NotFoundError, ConflictError)


def add_statement_routes(router: NounRouter, kind: FactKind[BodyT, ViewT], view: type[ViewT]) -> None:
    """Let a kind be stated and listed."""

    def state(
        port_call_id: UUID, body: BodyT, database: UsesDatabase, actor: Actor, response: Response
    ) -> ViewT:
        with database.writing() as session:
            stated = service.state(session, kind, port_call_id, body, actor=actor)
        response.headers["location"] = f"/api/v1/portcalls/{port_call_id}/{kind.path}/{stated.id}"
        return stated

    def listed(
        port_call_id: UUID, database: UsesDatabase, window: UsesWindow, *, with_ended: bool = False
    ) -> Page[ViewT]:
        with database.reading() as session:
            return service.listed(session, kind, port_call_id, window, with_ended=with_ended)

    path = f"/{{port_call_id}}/{kind.path}"
    _add(
        router,
        path,
        _typed(state, body=kind.body),
        view,
        name=f"state_{kind.noun}",
        what=f"State a {kind.noun}.",
    )
    router.add_api_route(
        path,
        listed,
        response_model=_page_of(kind, view),
        name=f"list_{kind.path.replace('-', '_')}",
        description=f"Give the {kind.path} that count; with_ended also what was corrected or withdrawn.",
        dependencies=READS,
        responses=responses(NotFoundError),
    )


def add_correction_routes(router: NounRouter, kind: FactKind[BodyT, ViewT], view: type[ViewT]) -> None:
    """Let one statement of a kind be read, corrected and withdrawn."""

    def read(port_call_id: UUID, fact_id: UUID, database: UsesDatabase) -> ViewT:
        with database.reading() as session:
            return kind.view_of(service.require_fact(session, kind, port_call_id, fact_id))

    def correct(port_call_id: UUID, fact_id: UUID, body: Any, database: UsesDatabase, actor: Actor) -> ViewT:
        with database.writing() as session:
            earlier = service.require_fact(session, kind, port_call_id, fact_id)
            return service.correct(session, kind, earlier, body.stated, reason=body.reason, actor=actor)

    def withdraw(
        port_call_id: UUID, fact_id: UUID, body: CorrectionReason, database: UsesDatabase, actor: Actor
    ) -> ViewT:
        with database.writing() as session:
            earlier = service.require_fact(session, kind, port_call_id, fact_id)
            return service.withdraw(session, kind, earlier, reason=body.reason, actor=actor)

    path = f"/{{port_call_id}}/{kind.path}/{{fact_id}}"
    correction = create_model(
        f"{kind.noun.capitalize()}Correction",
        __base__=CorrectionReason,
        __doc__=f"Another {kind.noun} in place of one that was wrong.",
        stated=(kind.body, ...),
    )
    router.add_api_route(
        path,
        read,
        response_model=view,
        name=f"read_{kind.noun}",
        description=f"Give one {kind.noun}, whether it counts or not.",
        dependencies=READS,
        responses=responses(NotFoundError),
    )
    what = f"Put another {kind.noun} in its place; what was said stays readable."
    _add(
        router,
        f"{path}/correction",
        _typed(correct, body=correction),
        view,
        name=f"correct_{kind.noun}",
        what=what,
    )
    what = f"Let a {kind.noun} no longer count; what it said stays readable."
    _add(router, f"{path}/withdrawal", withdraw, view, name=f"withdraw_{kind.noun}", what=what)


def _page_of(kind: FactKind[BodyT, ViewT], view: type[ViewT]) -> type[Page[ViewT]]:
    base = Page[view]  # type: ignore[valid-type]  # the type of this kind
    return create_model(f"{kind.noun.capitalize()}Page", __base__=base, __doc__=f"Some {kind.path}.")


def _add(
    router: NounRouter,
    path: str,
    endpoint: Callable[..., Any],
    view: type[FactView],
    *,
    name: str,
    what: str,
) -> None:
    router.add_api_route(
        path,
        once()(endpoint),
        methods=["POST"],
        status_code=201,
        response_model=view,
        name=name,
        description=what,
        dependencies=WRITES,
        responses=CHANGES,
    )


def _typed(endpoint: Callable[..., Any], *, body: type[Body]) -> Callable[..., Any]:
    """Tell FastAPI the shape that this kind's body has: it reads it from the annotation."""
    endpoint.__annotations__["body"] = body
    return endpoint
