"""Evidence: every route asked by every role and by nobody, against a table written by hand."""

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from route_rights import EXPECTED, PUBLIC, ROLES, openapi_document

from api.auth import coverage
from api.auth.coverage import require_declared_rights
from api.errors import UnprotectedRouteError
from api.openapi import permissions_of_operations
from api.routing import NounRouter

IDENTIFIER = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"


@pytest.fixture(autouse=True)
def _streams_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.delivery.stream.LONGEST_STREAM_S", 0.0)
    monkeypatch.setattr("api.jobs.feed.LONGEST_STREAM_S", 0.0)


def operations() -> Iterator[tuple[str, str, str]]:
    document = openapi_document()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                yield operation["operationId"], method.upper(), re.sub(r"\{[^}]*\}", IDENTIFIER, path)


def code_of(client: TestClient, method: str, path: str) -> str:
    answer = client.request(method, path, json={} if method in {"POST", "PUT", "PATCH"} else None)
    is_problem = "problem" in answer.headers.get("content-type", "")
    return str(answer.json()["code"]) if is_problem else "through"


def test_the_table_names_every_route() -> None:
    assert {name for name, _, _ in operations()} == (set(EXPECTED) | PUBLIC) - {"openapi"}


def test_nobody_gets_through_but_to_the_public_routes(anonymous: TestClient) -> None:
    for name, method, path in operations():
        if name not in PUBLIC:
            assert code_of(anonymous, method, path) == "not_logged_in", name


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_use_the_routes_that_are_its_own(as_role: Callable[..., TestClient], role: str) -> None:
    wrong, client_of_role = [], as_role(role)
    for name, method, path in operations():
        if name in EXPECTED and name != "log_out":
            permitted = code_of(client_of_role, method, path) != "missing_permission"
            if permitted is not (role in EXPECTED[name]):
                wrong.append((name, permitted))
    assert wrong == []


def test_what_is_open_to_everyone_is_what_the_table_says(app: FastAPI) -> None:
    assert coverage.PUBLIC == PUBLIC
    assert not PUBLIC & set(permissions_of_operations(app))


def test_an_application_with_a_route_that_names_no_right_does_not_start(app: FastAPI) -> None:
    forgotten = NounRouter(prefix="/forgotten", tags=["records"])

    @forgotten.get("")
    def read_forgotten() -> None:
        """Answer everyone."""

    app.include_router(forgotten)
    with pytest.raises(UnprotectedRouteError, match="/api/v1/forgotten"):
        require_declared_rights(app)
