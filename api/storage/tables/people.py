"""People, the sites given to them, their sessions and tokens, and the signatures on surveys.

Source: the records page of the design; conventions of `api.storage.tables`.
Left out: queries (`api.auth.repository`) and what may be done (`api.auth.permissions`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, new_id, utc_now

DEFAULT_SITE_ID = UUID("00000000-0000-7000-8000-000000000001")
"""The site of every port call of a service that never named one; the migration makes it."""


class Site(Table):
    """A port or terminal. A person sees those given to them."""

    __tablename__ = "sites"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Person(Table):
    """Somebody who can log in. Name and roles may be changed, the identifier in the records never is."""

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    roles: Mapped[list[Any]]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class PersonSite(Table):
    """A site that was given to a person."""

    __tablename__ = "person_sites"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)


class LoginSession(Table):
    """One browser that is logged in; its secret is known here by its hash alone."""

    __tablename__ = "login_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    secret_sha256: Mapped[str] = mapped_column(Sha256, unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now)


class AccessToken(Table):
    """A secret for a program, with no more roles than its person has."""

    __tablename__ = "access_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]
    roles: Mapped[list[Any]]
    secret_sha256: Mapped[str] = mapped_column(Sha256, unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class LoginFailures(Table):
    """How often logging in failed in a row for one name or one address, and until when it is refused."""

    __tablename__ = "login_failures"

    key_sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    count: Mapped[int]
    refused_until: Mapped[datetime]


class SurveySignature(Table):
    """What somebody said with their name about one version of a survey."""

    __tablename__ = "survey_signatures"
    __table_args__ = (CheckConstraint("verdict IN ('signed', 'countersigned', 'returned')", name="verdict"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    signed_at: Mapped[datetime] = mapped_column(default=utc_now)
