"""Makes one account for each role of the demo, and a token for the demo itself.

Source: `api.auth.people`.
Left out: passwords of an earlier start, which are kept as hashes alone: `hullmark user reset-password` gives others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import people
from api.auth.permissions import PERMISSIONS
from api.auth.proving import new_secret, sha256_of
from api.auth.records import TokenCreated
from api.auth.schemas import PersonBody
from api.auth.service import note
from api.settings import Settings
from api.storage.data_directory import open_data_directory
from api.storage.tables import DEFAULT_SITE_ID, AccessToken, Person, new_id, utc_now

ACTOR = "hullmark demo"
_TOKEN_LIFE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccounts:
    """What the demo tells a person once, and the token that it enters its port call with."""

    lines: Sequence[str]
    token: str = field(repr=False)


def demo_accounts(settings: Settings) -> DemoAccounts:
    """Make the accounts that are not there yet, and a token of the weigher for the demo itself."""
    database, _ = open_data_directory(settings)
    try:
        with database.writing() as session:
            return DemoAccounts(lines=_added(session), token=_token(session))
    finally:
        database.dispose()


def _added(session: Session) -> list[str]:
    lines = []
    for role in PERMISSIONS:
        name = f"demo-{role}"
        if session.scalar(select(Person.id).where(Person.name == name)) is None:
            body = PersonBody(name=name, roles=[role], site_ids=[DEFAULT_SITE_ID])
            password = people.add_person(session, body, actor=ACTOR).one_time_password
            lines.append(f"  {name}: one-time password {password}")
    return lines


def _token(session: Session) -> str:
    person = people.named(session, "demo-weigher")
    secret = new_secret()
    row = AccessToken(
        id=new_id(),
        person_id=person.id,
        name=ACTOR,
        roles=["weigher"],
        secret_sha256=sha256_of(secret),
        expires_at=utc_now() + _TOKEN_LIFE,
    )
    session.add(row)
    note(session, TokenCreated(token_id=row.id, name=row.name, roles=row.roles), person.id, actor=ACTOR)
    return secret
