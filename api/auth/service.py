"""Logs people in and out, changes passwords, makes and revokes tokens; each with its record.

Source: the records page of the design.
Left out: who may log in at all (`api.auth.people`).
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.auth import passwords, throttle
from api.auth.principals import Principal, actor_name
from api.auth.proving import new_secret, sha256_of
from api.auth.records import (
    LoggedIn,
    LoggedOut,
    LoginFailed,
    PasswordChanged,
    TokenCreated,
    TokenNarrowed,
    TokenRevoked,
)
from api.auth.schemas import LoginBody, NewTokenView, PasswordBody, TokenBody, TokenPage, TokenView
from api.errors import InvalidRequestError, NotFoundError, WrongCredentialsError
from api.pages import Window, by_creation
from api.records.payloads import Payload, Subject
from api.records.service import append
from api.storage.database import Database
from api.storage.tables import AccessToken, LoginSession, Person, new_id, utc_now

NOBODY = UUID(int=0)


def log_in(database: Database, body: LoginBody, *, address: str) -> str:
    """Open a session.

    Returns:
        Its secret, for the cookie.

    Raises:
        TooManyAttemptsError: this name or address failed too often.
        WrongCredentialsError: name and password do not belong together, or the person is disabled.
    """
    keys = throttle.keys_of(body.name, address)
    with database.reading() as session:
        throttle.require_patience(session, keys)
        person = session.scalar(select(Person).where(Person.name == body.name))
    # Outside of any transaction: comparing takes a while on purpose.
    known = passwords.is_right(body.password, None if person is None else person.password_hash)
    if person is None or not known or person.disabled_at is not None:
        _fail(database, person, keys, address=address)
        raise WrongCredentialsError("Accepted: the name and the password of a person who may log in.")
    with database.writing() as session:
        throttle.forget_failures(session, keys[:1])
        secret = open_session(session, person)
        note(session, LoggedIn(address=address), person.id, actor=actor_name(person.id, person.name))
    return secret


def open_session(session: Session, person: Person) -> str:
    """Open a session for somebody who proved who they are, and give its secret."""
    secret = new_secret()
    session.add(LoginSession(person_id=person.id, secret_sha256=sha256_of(secret)))
    return secret


def log_out(session: Session, principal: Principal, *, everywhere: bool, address: str) -> None:
    """End this session, or every one of the person."""
    gone = delete(LoginSession).where(LoginSession.person_id == principal.person_id)
    if not everywhere:
        gone = gone.where(LoginSession.id == principal.session_id)
    session.execute(gone)
    payload = LoggedOut(everywhere=everywhere, address=address)
    note(session, payload, principal.person_id, actor=principal.actor)


def change_password(database: Database, principal: Principal, body: PasswordBody, *, address: str) -> str:
    """Replace the person's own password; every session ends, and a new one begins.

    Raises:
        TooManyAttemptsError: the present one was wrong too often.
        WrongCredentialsError: the present one is wrong.
        InvalidRequestError: the new one is not acceptable.
    """
    keys = throttle.keys_of(principal.name, address)
    with database.reading() as session:
        throttle.require_patience(session, keys)
        person = session.get_one(Person, principal.person_id)
    if not passwords.is_right(body.present, person.password_hash):
        _fail(database, person, keys, address=address)
        raise WrongCredentialsError("The present password is another one.")
    passwords.require_acceptable(body.password, name=person.name)
    if body.password == body.present:
        raise InvalidRequestError.at("/password", "is the present one")
    kept = passwords.hash_of(body.password)
    with database.writing() as session:
        person = session.get_one(Person, principal.person_id)
        person.password_hash, person.must_change_password = kept, False
        end_sessions(session, person.id)
        note(session, PasswordChanged(one_time=False), person.id, actor=principal.actor)
        return open_session(session, person)


def end_sessions(session: Session, person_id: UUID) -> None:
    """End every session of a person."""
    session.execute(delete(LoginSession).where(LoginSession.person_id == person_id))


def create_token(session: Session, principal: Principal, body: TokenBody) -> NewTokenView:
    """Make a token for a program.

    Raises:
        InvalidRequestError: it would have a role that whoever asks has not.
    """
    if not set(body.roles) <= principal.roles:
        raise InvalidRequestError.at(
            "/roles", f"accepted: among your own, {', '.join(sorted(principal.roles))}"
        )
    secret = new_secret()
    now = utc_now()
    row = AccessToken(
        id=new_id(),
        person_id=principal.person_id,
        name=body.name,
        roles=sorted(set(body.roles)),
        secret_sha256=sha256_of(secret),
        created_at=now,
        expires_at=now + timedelta(days=body.expires_in_days),
    )
    session.add(row)
    session.flush()
    payload = TokenCreated(token_id=row.id, name=row.name, roles=row.roles)
    note(session, payload, principal.person_id, actor=principal.actor)
    return NewTokenView(**TokenView.model_validate(row).model_dump(), secret=secret)


def tokens_of(session: Session, principal: Principal, window: Window) -> TokenPage:
    """Give the person's own tokens, without their secrets."""
    query = select(AccessToken).where(AccessToken.person_id == principal.person_id)
    ordered = window.by_time(query, AccessToken.created_at, AccessToken.id, newest_first=False)
    rows, following = window.cut(session.scalars(ordered).all(), by_creation)
    return TokenPage(items=[TokenView.model_validate(row) for row in rows], next_cursor=following)


def revoke_token(session: Session, principal: Principal, token_id: UUID) -> TokenView:
    """Accept a token no longer.

    Raises:
        NotFoundError: the person has no such token.
    """
    row = session.get(AccessToken, token_id)
    if row is None or row.person_id != principal.person_id:
        raise NotFoundError.of("token", token_id)
    if row.revoked_at is None:
        row.revoked_at = utc_now()
        note(session, TokenRevoked(token_id=row.id), principal.person_id, actor=principal.actor)
    return TokenView.model_validate(row)


def narrow_tokens(session: Session, person: Person, *, actor: str) -> None:
    """Take from a person's tokens the roles that the person no longer has; without any, or disabled, they end.

    For good: a role that is given again later wakes no forgotten token.
    """
    query = select(AccessToken).where(AccessToken.person_id == person.id, AccessToken.revoked_at.is_(None))
    for row in session.scalars(query).all():
        kept = [] if person.disabled_at else sorted(set(row.roles) & set(person.roles))
        if not kept:
            row.revoked_at = utc_now()
            note(session, TokenRevoked(token_id=row.id), person.id, actor=actor)
        elif kept != row.roles:
            row.roles = kept
            note(session, TokenNarrowed(token_id=row.id, roles=kept), person.id, actor=actor)


def note(session: Session, payload: Payload, person_id: UUID, *, actor: str) -> None:
    """Add a record about a person."""
    append(session, payload, subject=Subject(kind="person", id=person_id), actor=actor)


def _fail(database: Database, person: Person | None, keys: Sequence[str], *, address: str) -> None:
    with database.writing() as session:
        throttle.note_failure(session, keys)
        person_id = NOBODY if person is None else person.id
        note(session, LoginFailed(address=address), person_id, actor=f"nobody@{address}")
