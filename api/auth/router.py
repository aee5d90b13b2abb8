"""Routes of logging in and out, of one's own tokens, and of the people and sites that an admin manages.

Source: `api.auth.service`, `api.auth.people`; RFC 6265bis for the cookies.
Left out: logging in by another service's account.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.auth import people, service
from api.auth.access import Asking, requires
from api.auth.permissions import Permission
from api.auth.proving import CSRF_COOKIE, SESSION_COOKIE, csrf_token_of
from api.auth.schemas import (
    LoginBody,
    NewPersonView,
    NewTokenView,
    PasswordBody,
    PersonBody,
    PersonPage,
    PersonUpdate,
    PersonView,
    SelfView,
    SiteBody,
    SitePage,
    SiteView,
    TokenBody,
    TokenPage,
    TokenView,
)
from api.errors import (
    ConflictError,
    NotFoundError,
    PreconditionFailedError,
    PreconditionRequiredError,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import UsesWindow
from api.preconditions import IfMatch, tagged
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase, UsesSettings
from api.settings import Settings

OWN = [requires(Permission.ACCOUNT_OWN)]
MANAGES = [requires(Permission.PEOPLE_MANAGE)]
account = NounRouter(prefix="/auth", tags=["people"])
managed = NounRouter(prefix="", tags=["people"])


@account.post("/login", status_code=204, responses=responses(WrongCredentialsError, TooManyAttemptsError))
def log_in(body: LoginBody, request: Request, database: UsesDatabase, settings: UsesSettings) -> Response:
    """Log in with name and password; the answer sets the cookies of the session."""
    secret = service.log_in(database, body, address=_address_of(request))
    return _with_session(Response(status_code=204), secret, settings)


@account.get("/self", responses=responses(), dependencies=OWN)
def read_self(asking: Asking) -> SelfView:
    """Tell who is logged in, and what they may do."""
    return SelfView(
        id=asking.person_id,
        name=asking.name,
        roles=sorted(asking.roles),
        site_ids=sorted(asking.site_ids),
        permissions=sorted(asking.permissions),
        must_change_password=asking.must_change_password,
    )


@account.post("/logout", status_code=204, responses=responses(), dependencies=OWN)
def log_out(
    request: Request, asking: Asking, database: UsesDatabase, *, everywhere: bool = False
) -> Response:
    """End this session, or every session of the person."""
    with database.writing() as session:
        service.log_out(session, asking, everywhere=everywhere, address=_address_of(request))
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/")
    response.delete_cookie(CSRF_COOKIE, path="/")
    return response


@account.post("/password", status_code=204, responses=responses(WrongCredentialsError), dependencies=OWN)
def change_password(
    body: PasswordBody, request: Request, asking: Asking, database: UsesDatabase, settings: UsesSettings
) -> Response:
    """Replace one's own password; every other session ends."""
    secret = service.change_password(database, asking, body, address=_address_of(request))
    return _with_session(Response(status_code=204), secret, settings)


@account.post("/tokens", status_code=201, responses=responses(*KEY_ERRORS), dependencies=OWN)
@once(hides=("secret",))
def create_token(body: TokenBody, asking: Asking, database: UsesDatabase) -> NewTokenView:
    """Make a token for a program; its secret is in this answer and nowhere else."""
    with database.writing() as session:
        return service.create_token(session, asking, body)


@account.get("/tokens", responses=responses(), dependencies=OWN)
def list_tokens(asking: Asking, database: UsesDatabase, window: UsesWindow) -> TokenPage:
    """Give one's own tokens, without their secrets."""
    with database.reading() as session:
        return service.tokens_of(session, asking, window)


@account.delete("/tokens/{token_id}", responses=responses(NotFoundError), dependencies=OWN)
def revoke_token(token_id: UUID, asking: Asking, database: UsesDatabase) -> TokenView:
    """Accept one of one's own tokens no longer."""
    with database.writing() as session:
        return service.revoke_token(session, asking, token_id)


@managed.get("/people", responses=responses(), dependencies=MANAGES)
def list_people(database: UsesDatabase, window: UsesWindow) -> PersonPage:
    """Give everyone who can log in or could."""
    with database.reading() as session:
        return people.people(session, window)


@managed.post(
    "/people", status_code=201, responses=responses(*KEY_ERRORS, ConflictError), dependencies=MANAGES
)
@once(hides=("one_time_password",))
def add_person(body: PersonBody, database: UsesDatabase, actor: Actor) -> NewPersonView:
    """Let somebody log in; the one-time password is in this answer and nowhere else."""
    with database.writing() as session:
        return people.add_person(session, body, actor=actor)


@managed.get("/people/{person_id}", responses=responses(NotFoundError), dependencies=MANAGES)
def read_person(person_id: UUID, database: UsesDatabase, response: Response) -> PersonView:
    """Give one person."""
    with database.reading() as session:
        return tagged(response, people.read_person(session, person_id))


@managed.put(
    "/people/{person_id}",
    responses=responses(NotFoundError, ConflictError, PreconditionFailedError, PreconditionRequiredError),
    dependencies=MANAGES,
)
def change_person(
    person_id: UUID,
    body: PersonUpdate,
    rests_on: IfMatch,
    database: UsesDatabase,
    actor: Actor,
    response: Response,
) -> PersonView:
    """Replace roles and sites, or disable somebody; every session of theirs ends."""
    with database.writing() as session:
        view = people.change_person(session, person_id, body, rests_on=rests_on, actor=actor)
    return tagged(response, view)


@managed.post("/people/{person_id}/password", responses=responses(NotFoundError), dependencies=MANAGES)
def reset_password(person_id: UUID, database: UsesDatabase, actor: Actor) -> NewPersonView:
    """Give somebody a one-time password, which is in this answer and nowhere else."""
    with database.writing() as session:
        return people.reset_password(session, person_id, actor=actor)


@managed.get("/sites", responses=responses(), dependencies=MANAGES)
def list_sites(database: UsesDatabase, window: UsesWindow) -> SitePage:
    """Give every port and terminal."""
    with database.reading() as session:
        return people.sites(session, window)


@managed.post(
    "/sites", status_code=201, responses=responses(*KEY_ERRORS, ConflictError), dependencies=MANAGES
)
@once()
def add_site(body: SiteBody, database: UsesDatabase, actor: Actor) -> SiteView:
    """Enter a port or terminal."""
    with database.writing() as session:
        return people.add_site(session, body, actor=actor)


router = APIRouter()
router.include_router(account)
router.include_router(managed)


def _address_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _with_session(response: Response, secret: str, settings: Settings) -> Response:
    secure = settings.cookies_need_tls
    response.set_cookie(SESSION_COOKIE, secret, path="/", httponly=True, samesite="lax", secure=secure)
    # The page reads this one and sends it back in a header, which a page of another site cannot.
    response.set_cookie(CSRF_COOKIE, csrf_token_of(secret), path="/", samesite="strict", secure=secure)
    return response
