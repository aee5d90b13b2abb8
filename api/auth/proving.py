"""Finds the person behind the secret of a session or of a token.

Source: OWASP session management; only hashes of secrets are kept, and a secret has 256 random bits.
Left out: passwords (`api.auth.passwords`).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth.permissions import Role
from api.auth.principals import Principal
from api.errors import StorageFullError
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import AccessToken, LoginSession, Person, PersonSite, utc_now

SESSION_COOKIE = "hullmark_session"
CSRF_COOKIE = "hullmark_csrf"
_NOTED_EVERY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


def new_secret() -> str:
    """Make the secret of a session or token."""
    return secrets.token_urlsafe(32)


def sha256_of(text: str) -> str:
    """Give what is kept of a secret."""
    return hashlib.sha256(text.encode()).hexdigest()


def csrf_token_of(secret: str) -> str:
    """Give the token that a page must send along with the cookie; it follows from the cookie's secret."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def principal_of_session(database: Database, secret: str, settings: Settings) -> Principal | None:
    """Find who is logged in with a cookie; None where the session is over."""
    with database.reading() as session:
        row = session.scalar(select(LoginSession).where(LoginSession.secret_sha256 == sha256_of(secret)))
        if row is None or _is_over(row, settings):
            return None
        principal = _principal(session, row.person_id, session_id=row.id)
    if principal is not None and utc_now() - row.last_seen_at > _NOTED_EVERY:
        with _where_there_is_room(), database.writing() as session:
            seen = session.get(LoginSession, row.id)
            if seen is not None:
                seen.last_seen_at = utc_now()
    return principal


def principal_of_token(database: Database, secret: str) -> Principal | None:
    """Find whose token this is; None where it is unknown, expired or revoked."""
    with database.reading() as session:
        row = session.scalar(select(AccessToken).where(AccessToken.secret_sha256 == sha256_of(secret)))
        if row is None or row.revoked_at is not None or row.expires_at <= utc_now():
            return None
        principal = _principal(session, row.person_id, among=frozenset(row.roles))
    if principal is not None and (row.last_used_at is None or utc_now() - row.last_used_at > _NOTED_EVERY):
        with _where_there_is_room(), database.writing() as session:
            used = session.get(AccessToken, row.id)
            if used is not None:
                used.last_used_at = utc_now()
    return principal


@contextmanager
def _where_there_is_room() -> Iterator[None]:
    """Leave a time unnoted on a full disk: it must not keep anyone from reading."""
    try:
        yield
    except StorageFullError as error:
        log.warning("time of use not noted", reason=error.detail)


def _is_over(row: LoginSession, settings: Settings) -> bool:
    now = utc_now()
    idle = now - row.last_seen_at > timedelta(seconds=settings.session_idle_s)
    return idle or now - row.created_at > timedelta(seconds=settings.session_longest_s)


def _principal(
    session: Session, person_id: UUID, *, session_id: UUID | None = None, among: frozenset[str] | None = None
) -> Principal | None:
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        return None
    roles = frozenset(person.roles) if among is None else frozenset(person.roles) & among
    sites = select(PersonSite.site_id).where(PersonSite.person_id == person_id)
    return Principal(
        person_id=person.id,
        name=person.name,
        roles=cast("frozenset[Role]", roles),
        site_ids=frozenset(session.scalars(sites)),
        session_id=session_id,
        must_change_password=person.must_change_password and session_id is not None,
    )
