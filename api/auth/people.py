"""Says who may log in, as what, and at which sites; each change with its record.

Source: the records page of the design.
Left out: deleting a person, whose identifier stands in the records; disabling takes every right.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.auth import passwords
from api.auth.records import PasswordChanged, PersonAdded, PersonChanged, SiteAdded
from api.auth.schemas import (
    NewPersonView,
    PersonBody,
    PersonPage,
    PersonUpdate,
    PersonView,
    SiteBody,
    SitePage,
    SiteView,
)
from api.auth.service import end_sessions, narrow_tokens, note
from api.errors import ConflictError, InvalidRequestError, NotFoundError
from api.pages import Window
from api.preconditions import Precondition
from api.records.payloads import Subject
from api.records.service import append
from api.storage.database import Database
from api.storage.tables import DEFAULT_SITE_ID, Person, PersonSite, Site, new_id, utc_now

FIRST_ADMIN = "admin"
STARTED_BY = "hullmark serve"


def ensure_first_admin(database: Database) -> str | None:
    """Make the first admin where nobody is known, and give the one-time password; None where somebody is."""
    with database.writing() as session:
        if session.scalar(select(Person.id).limit(1)) is not None:
            return None
        body = PersonBody(name=FIRST_ADMIN, roles=["admin"], site_ids=[DEFAULT_SITE_ID])
        return add_person(session, body, actor=STARTED_BY).one_time_password


def add_person(session: Session, body: PersonBody, *, actor: str) -> NewPersonView:
    """Let somebody log in, with a one-time password.

    Raises:
        ConflictError: the name is taken.
        InvalidRequestError: there is no such site.
    """
    if session.scalar(select(Person.id).where(Person.name == body.name)) is not None:
        raise ConflictError(f"There is a person {body.name} already. Accepted: another name.")
    password = passwords.one_time_password()
    person = Person(
        id=new_id(),
        name=body.name,
        roles=sorted(set(body.roles)),
        password_hash=passwords.hash_of(password),
        must_change_password=True,
    )
    session.add(person)
    session.flush()
    _give_sites(session, person.id, body.site_ids)
    payload = PersonAdded(name=person.name, roles=person.roles, site_ids=body.site_ids)
    note(session, payload, person.id, actor=actor)
    return NewPersonView(**_view(session, person).model_dump(), one_time_password=password)


def people(session: Session, window: Window) -> PersonPage:
    """Give people in the order they were added."""
    found = session.scalars(window.by_identifier(select(Person), Person.id, newest_first=False)).all()
    rows, following = window.cut(found, lambda person: (person.id,))
    return PersonPage(items=[_view(session, person) for person in rows], next_cursor=following)


def read_person(session: Session, person_id: UUID) -> PersonView:
    """Give one person.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    return _view(session, require(session, person_id))


def change_person(
    session: Session, person_id: UUID, body: PersonUpdate, *, rests_on: Precondition, actor: str
) -> PersonView:
    """Replace roles, sites and whether the person may log in; sessions end, and tokens lose the roles that went.

    Raises:
        NotFoundError: there is no such person.
        InvalidRequestError: there is no such site.
        ConflictError: nobody would be left to manage people.
        PreconditionFailedError: the person was changed since they were read.
    """
    person = require(session, person_id)
    rests_on.check(_view(session, person))
    person.roles = sorted(set(body.roles))
    person.disabled_at = (person.disabled_at or utc_now()) if body.disabled else None
    session.flush()
    if not any(
        "admin" in other.roles and other.disabled_at is None for other in session.scalars(select(Person))
    ):
        raise ConflictError("Nobody would be left to manage people. Accepted: with another admin first.")
    _give_sites(session, person_id, body.site_ids)
    end_sessions(session, person_id)
    narrow_tokens(session, person, actor=actor)
    payload = PersonChanged(roles=person.roles, site_ids=body.site_ids, disabled=body.disabled)
    note(session, payload, person_id, actor=actor)
    return _view(session, person)


def reset_password(session: Session, person_id: UUID, *, actor: str) -> NewPersonView:
    """Give a one-time password; every session of the person ends.

    Raises:
        NotFoundError: there is no such person.
    """
    person = require(session, person_id)
    password = passwords.one_time_password()
    person.password_hash, person.must_change_password = passwords.hash_of(password), True
    end_sessions(session, person_id)
    note(session, PasswordChanged(one_time=True), person_id, actor=actor)
    return NewPersonView(**_view(session, person).model_dump(), one_time_password=password)


def require(session: Session, person_id: UUID) -> Person:
    """Give a person who must be there.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError.of("person", person_id)
    return person


def named(session: Session, name: str) -> Person:
    """Give a person by name.

    Raises:
        NotFoundError: there is none by that name.
    """
    person = session.scalar(select(Person).where(Person.name == name))
    if person is None:
        raise NotFoundError.of("person", name)
    return person


def sites(session: Session, window: Window) -> SitePage:
    """Give sites in the order they were entered."""
    found = session.scalars(window.by_identifier(select(Site), Site.id, newest_first=False)).all()
    rows, following = window.cut(found, lambda site: (site.id,))
    return SitePage(items=[SiteView.model_validate(row) for row in rows], next_cursor=following)


def add_site(session: Session, body: SiteBody, *, actor: str) -> SiteView:
    """Enter a port or terminal.

    Raises:
        ConflictError: the name is taken.
    """
    if session.scalar(select(Site.id).where(Site.name == body.name)) is not None:
        raise ConflictError(f"There is a site {body.name} already. Accepted: another name.")
    row = Site(id=new_id(), name=body.name)
    session.add(row)
    append(session, SiteAdded(name=row.name), subject=Subject(kind="site", id=row.id), actor=actor)
    return SiteView.model_validate(row)


def site_ids_of(session: Session, person_id: UUID) -> list[UUID]:
    """Give the sites of a person."""
    return list(session.scalars(select(PersonSite.site_id).where(PersonSite.person_id == person_id)))


def _give_sites(session: Session, person_id: UUID, site_ids: Iterable[UUID]) -> None:
    session.execute(delete(PersonSite).where(PersonSite.person_id == person_id))
    for site_id in sorted(set(site_ids)):
        if session.get(Site, site_id) is None:
            raise InvalidRequestError.at("/site_ids", f"there is no site {site_id}")
        session.add(PersonSite(person_id=person_id, site_id=site_id))
    session.flush()


def _view(session: Session, person: Person) -> PersonView:
    return PersonView(
        id=person.id,
        name=person.name,
        roles=person.roles,
        site_ids=site_ids_of(session, person.id),
        disabled=person.disabled_at is not None,
        must_change_password=person.must_change_password,
    )
