"""The OpenAPI document: what FastAPI writes, with the one shape of errors put where the routes refer to it.

Source: OpenAPI 3.1, RFC 9457.
Left out: FastAPI's own shape of validation errors, which this service never sends.
"""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from api.problems import ProblemView

_UNUSED = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """Let the application describe itself with our shape of errors."""
    write = app.openapi

    def described() -> dict[str, Any]:
        document = write()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        _, ours = models_json_schema(
            [(ProblemView, "serialization")], ref_template="#/components/schemas/{model}"
        )
        schemas.update(ours["$defs"])
        for name in _UNUSED:
            schemas.pop(name, None)
        return document

    # FastAPI's documented way to extend the document is to replace this method.
    app.openapi = described  # type: ignore[method-assign]
