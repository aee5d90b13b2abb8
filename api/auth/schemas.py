"""People, logins and tokens as they cross HTTP.

Source: `api.auth.service`.
Left out: anything kept of a secret; a new one is shown once, in the answer that made it.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.auth.permissions import Permission, Role
from api.pages import Page
from api.schemas import Name

Password = Annotated[str, Field(min_length=1, max_length=200)]


class Body(BaseModel):
    """Base of what is sent."""

    model_config = ConfigDict(extra="forbid")


class LoginBody(Body):
    """Name and password."""

    name: Name
    password: Password


class PasswordBody(Body):
    """The present password and the one that replaces it."""

    present: Password
    password: Password


class PersonBody(Body):
    """Who may log in, as what, and where."""

    name: Name
    roles: list[Role] = Field(min_length=1)
    site_ids: list[UUID]


class PersonUpdate(Body):
    """What replaces roles, sites and whether the person may log in."""

    roles: list[Role] = Field(min_length=1)
    site_ids: list[UUID]
    disabled: bool


class SiteBody(Body):
    """A port or terminal."""

    name: Name


class TokenBody(Body):
    """A token for a program."""

    name: Name
    roles: list[Role] = Field(min_length=1)
    expires_in_days: int = Field(ge=1, le=366)


class SelfView(BaseModel):
    """Who is logged in."""

    id: UUID
    name: str
    roles: list[str]
    site_ids: list[UUID]
    permissions: list[Permission]
    must_change_password: bool


class PersonView(BaseModel):
    """A person as an admin sees them."""

    id: UUID
    name: str
    roles: list[str]
    site_ids: list[UUID]
    disabled: bool
    must_change_password: bool


class NewPersonView(PersonView):
    """A person with the one-time password, which is shown here and never again."""

    one_time_password: str | None = Field(description="Null where the request was sent again.")


class SiteView(BaseModel):
    """A port or terminal."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str


class TokenView(BaseModel):
    """A token without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    roles: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewTokenView(TokenView):
    """A token with its secret, which is shown here and never again."""

    secret: str | None = Field(description="Null where the request was sent again.")


class TokenPage(Page[TokenView]):
    """Some of one's own tokens, in the order they were made."""


class PersonPage(Page[PersonView]):
    """Some people, in the order they were added."""


class SitePage(Page[SiteView]):
    """Some ports and terminals, in the order they were entered."""
