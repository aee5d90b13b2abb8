"""Who asks: the person behind a session or token, with their roles and sites.

Source: the records page of the design.
Left out: how they proved it (`api.auth.proving`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from api.auth.permissions import PERMISSIONS, Permission, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person who is logged in, for the length of one request.

    Attributes:
        person_id: Stable; what the records and separation of duties go by.
        name: As it is now.
        roles: Of the person, or the fewer of a token.
        site_ids: The sites given to the person.
        session_id: Of the session; None behind a token.
        must_change_password: The password was for one time.
    """

    person_id: UUID
    name: str
    roles: frozenset[Role]
    site_ids: frozenset[UUID]
    session_id: UUID | None
    must_change_password: bool

    @property
    def permissions(self) -> frozenset[Permission]:
        """The union of the rights of all roles."""
        return permissions_of(self.roles)

    @property
    def actor(self) -> str:
        """The person as records name them."""
        return actor_name(self.person_id, self.name)

    @property
    def sees_own_flights_only(self) -> bool:
        """Whether no role shows the flights that others announced."""
        return self.roles == {"field"}


CURRENT: ContextVar[Principal | None] = ContextVar("principal", default=None)
"""Whose request this is; None in work that no request asked for, which sees everything."""


NOBODY = Principal(
    person_id=UUID(int=0),
    name="nobody",
    roles=frozenset(),
    site_ids=frozenset(),
    session_id=None,
    must_change_password=False,
)
"""Whose every request is until `api.auth.access` knows better: without rights and sites."""


@contextmanager
def as_the_service() -> Iterator[None]:
    """See everything inside the block, for answers that show no site's work: counters and probes."""
    token = CURRENT.set(None)
    try:
        yield
    finally:
        CURRENT.reset(token)


def person_id_now() -> UUID | None:
    """Tell whose request this is; None where nobody is logged in, and in work that no request asked for."""
    principal = CURRENT.get()
    return None if principal is None or principal is NOBODY else principal.person_id


def actor_name(person_id: UUID, name: str) -> str:
    """Name a person for the records: an identifier that stays, and the name as it was then."""
    return f"person:{person_id} {name}"


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Give the union of the rights of some roles."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
