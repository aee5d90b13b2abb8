"""The OpenAPI document: what FastAPI writes, and what holds of every operation alike.

Source: OpenAPI 3.1, RFC 9457; rights from the routes' own declarations (`api.auth.access`).
Left out: FastAPI's own shape of validation errors, which this service never sends.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic.json_schema import models_json_schema

from api.auth.access import Requirement
from api.auth.permissions import Permission
from api.auth.proving import SESSION_COOKIE
from api.errors import (
    INTERNAL_PROBLEM,
    ApiError,
    CrossSiteRequestError,
    CsrfTokenError,
    DatabaseBusyError,
    ForeignHostError,
    MalformedJsonError,
    MissingPermissionError,
    NotAcceptableError,
    NotLoggedInError,
    PasswordChangeRequiredError,
    PayloadTooLargeError,
    SlowRequestError,
    StorageError,
    StorageFullError,
    UnsupportedMediaError,
)
from api.openapi_examples import Composer
from api.problems import ProblemView, problem_response, responses

_UNUSED = ("HTTPValidationError", "ValidationError")
_JSON = "application/json"
_CHANGES = frozenset({"post", "put", "patch", "delete"})
_EVERYWHERE: tuple[type[ApiError], ...] = (ForeignHostError, DatabaseBusyError, StorageError)
_OF_WHO_ASKS = (NotLoggedInError, MissingPermissionError, PasswordChangeRequiredError)
_OF_CHANGES = (CrossSiteRequestError, CsrfTokenError, StorageFullError)
_OF_JSON = (UnsupportedMediaError, NotAcceptableError)
_OF_BODIES = (MalformedJsonError, PayloadTooLargeError, SlowRequestError)
_REQUEST_ID = {"$ref": "#/components/headers/RequestId"}
SECURITY_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": (
            "Of `log_in`; whoever changes something sends the value of the other cookie as X-CSRF-Token."
        ),
    },
    "token": {"type": "http", "scheme": "bearer", "description": "Made with `create_token`; for programs."},
}
TAGS = {
    "vessels": "Ships, and their hydrostatic tables.",
    "port calls": "What a ship is here for, its stages, what was measured aboard, its timeline.",
    "flights": "Flights of a drone around a ship, and their files.",
    "footage": "Single files of footage.",
    "readings": "Drafts, read from footage or by a person, and what was decided about them.",
    "surveys": "Weights computed from drafts, and their printed forms.",
    "jobs": "Work that goes on behind the requests.",
    "delivery": "Receivers of records: webhooks and brokers.",
    "records": "The chain of what was asserted, its verification and export.",
    "cargo": "Parties, lots, papers, findings, seals, scales, stores, transfers, and the balance of weights.",
    "search": "One search over everything.",
    "storage": "The file store.",
    "people": "Logging in, tokens, people, sites.",
    "operation": "Whether the service is well.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the document, to be completed in place.

    Attributes:
        method: in small letters.
        said: what the document says of it.
        permission: the right that it needs; None where nobody has to be known.
    """

    method: str
    said: dict[str, Any]
    permission: Permission | None

    @property
    def takes_json(self) -> bool:
        """Whether a JSON body is taken."""
        return _JSON in self.said.get("requestBody", {}).get("content", {})

    @property
    def gives_json(self) -> bool:
        """Whether the answer is JSON."""
        return any(_JSON in answer.get("content", {}) for answer in self.said["responses"].values())


def install(app: FastAPI) -> None:
    """Let the application describe itself completely."""
    write = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(write(), app)
        return app.openapi_schema

    # FastAPI's documented way to extend the document is to replace this method.
    app.openapi = described  # type: ignore[method-assign]


def write_document() -> None:
    """Write the document to standard output, as JSON with sorted names."""
    from api.app import create_app
    from api.settings import Settings

    json.dump(create_app(Settings()).openapi(), sys.stdout, ensure_ascii=False, indent=2, sort_keys=True)
    sys.stdout.write("\n")


def _completed(document: dict[str, Any], app: FastAPI) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    _, ours = models_json_schema(
        [(ProblemView, "serialization")], ref_template="#/components/schemas/{model}"
    )
    schemas.update(ours["$defs"])
    for name in _UNUSED:
        schemas.pop(name, None)
    components["securitySchemes"] = SECURITY_SCHEMES
    components["responses"] = _shared_refusals()
    components["headers"] = {"RequestId": _header("Stands in the log beside all that the request caused.")}
    composer = Composer(schemas)
    tags = set()
    for operation in _operations(document, app):
        _declare_security(operation)
        _declare_refusals(operation)
        _declare_headers(operation)
        composer.add_examples(operation.said)
        tags.update(operation.said.get("tags", ()))
    document["tags"] = [{"name": name, "description": TAGS[name]} for name in TAGS if name in tags]
    return document


def _operations(document: dict[str, Any], app: FastAPI) -> Iterator[Operation]:
    rights = permissions_of_operations(app)
    for path in document["paths"].values():
        for method, said in path.items():
            yield Operation(method=method, said=said, permission=rights.get(said["operationId"]))


def permissions_of_operations(app: FastAPI) -> dict[str, Permission]:
    """Tell which right every operation declares that it needs."""
    found: dict[str, Permission] = {}
    for route in iter_route_contexts(app.routes):
        for dependency in getattr(route, "dependencies", ()):
            if isinstance(dependency.dependency, Requirement):
                operation_id = getattr(route, "operation_id", None) or route.unique_id
                found[operation_id] = dependency.dependency.permission
    return found


def _declare_security(operation: Operation) -> None:
    operation.said["security"] = (
        [] if operation.permission is None else [{name: []} for name in SECURITY_SCHEMES]
    )
    if operation.permission is not None:
        operation.said["x-permission"] = operation.permission.value


def _declare_refusals(operation: Operation) -> None:
    declared = operation.said["responses"]
    errors = list(_EVERYWHERE)
    if operation.permission is not None:
        errors += _OF_WHO_ASKS
    if operation.method in _CHANGES:
        errors += _OF_CHANGES
    if "requestBody" in operation.said:
        errors += _OF_BODIES
    if operation.takes_json or operation.gives_json:
        errors += _OF_JSON
    for status in {error.status for error in errors} | {INTERNAL_PROBLEM.status}:
        declared.setdefault(str(status), {"$ref": f"#/components/responses/{_name_of(status)}"})


def _shared_refusals() -> dict[str, Any]:
    """Describe once what many operations refuse alike."""
    errors: set[type[ApiError]] = {*_EVERYWHERE, *_OF_WHO_ASKS, *_OF_CHANGES, *_OF_BODIES, *_OF_JSON}
    by_status = responses(*sorted(errors, key=lambda error: error.code))
    by_status |= problem_response(INTERNAL_PROBLEM.status, INTERNAL_PROBLEM.title)
    for answer in by_status.values():
        answer["headers"] = {"X-Request-Id": _REQUEST_ID}
    return {_name_of(int(status)): answer for status, answer in by_status.items()}


def _name_of(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "").replace("-", "").replace("'", "")


def _declare_headers(operation: Operation) -> None:
    declared = operation.said["responses"]
    for status, answer in declared.items():
        if "$ref" in answer:
            continue
        headers = answer.setdefault("headers", {})
        headers["X-Request-Id"] = _REQUEST_ID
        if status.startswith("2") and operation.gives_json:
            headers["ETag"] = _header("Names the state that is answered.")
        if status.startswith("2") and _parameter(operation.said, "cursor") is not None:
            headers["Link"] = _header('The next page, with rel="next"; missing at the end.')
        if status.startswith("2") and _parameter(operation.said, "idempotency-key") is not None:
            headers["Idempotent-Replayed"] = _header("`true` where the answer was kept from the first time.")
    if operation.method == "get" and operation.gives_json:
        declared.setdefault("304", {"description": "The caller has this state already (If-None-Match)."})


def _parameter(said: dict[str, Any], name: str) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = [item for item in said.get("parameters", ()) if item["name"] == name]
    return found[0] if found else None


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}
