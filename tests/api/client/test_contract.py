"""Evidence: the clients against the document that the service writes of itself."""

import hashlib
import json
import subprocess
import sys
from typing import Any, get_type_hints

import pytest
from fastapi import FastAPI
from shared_data import REPOSITORY

from api.client import shapes


@pytest.fixture
def schemas(app: FastAPI) -> dict[str, Any]:
    found: dict[str, Any] = app.openapi()["components"]["schemas"]
    return found


@pytest.mark.parametrize("shape", shapes.ANSWERED, ids=lambda shape: shape.__name__)
def test_every_field_that_the_client_speaks_of_is_answered(shape: type, schemas: dict[str, Any]) -> None:
    schema = schemas.get(f"{shape.__name__}View") or schemas[shape.__name__]
    assert set(get_type_hints(shape)) <= set(schema["properties"])


def test_every_shape_is_compared() -> None:
    defined = {
        value
        for value in vars(shapes).values()
        if isinstance(value, type) and value.__module__ == shapes.__name__
    }
    assert defined == set(shapes.ANSWERED)


def test_the_typescript_client_is_of_this_document(app: FastAPI) -> None:
    # `make client` writes both; this is what it does without Node.
    text = json.dumps(app.openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    kept = (REPOSITORY / "web" / "client" / "openapi.sha256").read_text(encoding="ascii").strip()
    assert hashlib.sha256(text.encode()).hexdigest() == kept, "run `make client`"


def test_the_client_brings_nothing_of_the_service_with_it() -> None:
    heavy = "fastapi starlette sqlalchemy pydantic uvicorn structlog"
    program = f"import sys, api.client; print([name for name in '{heavy}'.split() if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
