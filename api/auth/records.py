"""What the records say of people: logins, tokens, roles, passwords; never a secret.

Source: `api.records.payloads.Payload`.
Left out: names that were tried and are nobody's, which are often a password in the wrong field.
"""

from typing import ClassVar
from uuid import UUID

from api.records.payloads import Payload


class PersonAdded(Payload):
    """Somebody can log in from now on."""

    KIND: ClassVar[str] = "person.added"

    name: str
    roles: list[str]
    site_ids: list[UUID]


class PersonChanged(Payload):
    """Roles, sites, or whether somebody may log in were changed."""

    KIND: ClassVar[str] = "person.changed"

    roles: list[str]
    site_ids: list[UUID]
    disabled: bool


class SiteAdded(Payload):
    """A port or terminal was entered."""

    KIND: ClassVar[str] = "site.added"

    name: str


class LoggedIn(Payload):
    """Somebody logged in."""

    KIND: ClassVar[str] = "person.logged_in"

    address: str


class LoginFailed(Payload):
    """Logging in failed; the subject is nobody (all zeros) where the name is unknown."""

    KIND: ClassVar[str] = "person.login_failed"

    address: str


class LoggedOut(Payload):
    """Somebody logged out, of one session or of all."""

    KIND: ClassVar[str] = "person.logged_out"

    everywhere: bool
    address: str


class PasswordChanged(Payload):
    """Somebody has another password: chosen, or a one-time one that was given."""

    KIND: ClassVar[str] = "person.password_changed"

    one_time: bool


class TokenCreated(Payload):
    """A token was made for a program."""

    KIND: ClassVar[str] = "person.token_created"

    token_id: UUID
    name: str
    roles: list[str]


class TokenNarrowed(Payload):
    """A token keeps fewer roles, for its person has fewer."""

    KIND: ClassVar[str] = "person.token_narrowed"

    token_id: UUID
    roles: list[str]


class TokenRevoked(Payload):
    """A token is no longer accepted."""

    KIND: ClassVar[str] = "person.token_revoked"

    token_id: UUID
