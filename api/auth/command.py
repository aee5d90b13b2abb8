"""`hullmark user`: people on the machine of the service, for whoever may read its data folder.

Source: `api.auth.people`.
Left out: changing a password by name alone; a one-time one is given.
"""

import getpass
from typing import Annotated, cast

import typer

from api.auth import people, service
from api.auth.permissions import PERMISSIONS, Role
from api.auth.principals import Principal
from api.auth.schemas import PersonBody, PersonUpdate, TokenBody
from api.errors import InvalidRequestError
from api.pages import Window
from api.preconditions import ANY, Precondition
from api.settings import load_settings
from api.storage.data_directory import open_data_directory
from api.storage.database import Database

EVERYONE = Window(limit=10_000)
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
Roles = Annotated[
    list[str], typer.Option("--role", help=f"One of {', '.join(PERMISSIONS)}; may be repeated.")
]


@app.command()
def add(
    name: str,
    role: Roles,
    site: Annotated[list[str], typer.Option(help="Name of a site; may be repeated.")] = ["default"],  # noqa: B006
) -> None:
    """Let somebody log in; prints the one-time password."""
    database = _database()
    with database.writing() as session:
        known = {item.name: item.id for item in people.sites(session, EVERYONE).items}
        unknown = [item for item in site if item not in known]
        if unknown:
            raise InvalidRequestError(f"There is no site {unknown[0]}. Accepted: {', '.join(known)}.")
        body = PersonBody(name=name, roles=_roles(role), site_ids=[known[item] for item in site])
        added = people.add_person(session, body, actor=_actor())
    typer.echo(f"{added.name}: one-time password {added.one_time_password}")


@app.command("list")
def show() -> None:
    """List everyone with their roles."""
    with _database().reading() as session:
        for person in people.people(session, EVERYONE).items:
            typer.echo(
                f"{person.name}\t{','.join(person.roles)}\t{'disabled' if person.disabled else 'active'}"
            )


@app.command()
def disable(name: str) -> None:
    """Let somebody log in no longer; every session of theirs ends."""
    with _database().writing() as session:
        person = people.named(session, name)
        body = PersonUpdate(
            roles=person.roles, site_ids=people.site_ids_of(session, person.id), disabled=True
        )
        people.change_person(session, person.id, body, rests_on=Precondition(given=ANY), actor=_actor())


@app.command("reset-password")
def reset_password(name: str) -> None:
    """Give somebody a one-time password, and print it."""
    with _database().writing() as session:
        view = people.reset_password(session, people.named(session, name).id, actor=_actor())
    typer.echo(f"{view.name}: one-time password {view.one_time_password}")


@app.command()
def token(name: str, label: str, days: Annotated[int, typer.Option(min=1, max=366)] = 90) -> None:
    """Make a token with all roles of a person, for a program; prints its secret."""
    with _database().writing() as session:
        person = people.named(session, name)
        principal = Principal(
            person_id=person.id,
            name=person.name,
            roles=frozenset(cast("list[Role]", person.roles)),
            site_ids=frozenset(),
            session_id=None,
            must_change_password=False,
        )
        body = TokenBody(name=label, roles=person.roles, expires_in_days=days)
        made = service.create_token(session, principal, body)
    typer.echo(made.secret)


def _roles(given: list[str]) -> list[Role]:
    unknown = [role for role in given if role not in PERMISSIONS]
    if unknown:
        raise InvalidRequestError(f"There is no role {unknown[0]}. Accepted: {', '.join(PERMISSIONS)}.")
    return cast("list[Role]", given)


def _database() -> Database:
    return open_data_directory(load_settings())[0]


def _actor() -> str:
    return f"command line:{getpass.getuser()}"
