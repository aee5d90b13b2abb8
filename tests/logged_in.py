"""People of tests, written straight into the tables: no record of theirs stands before those of a test.

Source: `api.auth`.
Left out: logging in with a password, which tests/api/auth does.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.routing import Resources
from api.storage.database import Database
from api.storage.tables import DEFAULT_SITE_ID, AccessToken, Person, PersonSite, new_id, utc_now

EVERY_ROLE = ("control_room", "weigher", "reviewer", "auditor", "admin")


def token_of(
    database: Database,
    roles: Sequence[str] = EVERY_ROLE,
    *,
    site_ids: Sequence[UUID] = (DEFAULT_SITE_ID,),
) -> str:
    """Write a person with a token, and give its secret."""
    person = Person(id=new_id(), name=f"tester {new_id()}", roles=list(roles))
    secret = f"secret of {person.id}".replace(" ", "-")
    with database.writing() as session:
        session.add(person)
        session.flush()
        session.add_all(PersonSite(person_id=person.id, site_id=site_id) for site_id in site_ids)
        session.add(
            AccessToken(
                person_id=person.id,
                name="tests",
                roles=list(roles),
                secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
                expires_at=utc_now() + timedelta(days=1),
            )
        )
    return secret


def log_in(client: TestClient) -> TestClient:
    """Let a client of a running application ask as somebody with every role at the default site."""
    app = client.app
    assert isinstance(app, FastAPI)
    resources: Resources = app.state.resources
    client.headers["authorization"] = f"Bearer {token_of(resources.database)}"
    return client
