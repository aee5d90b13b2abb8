"""Evidence: the OpenAPI document held against the application, its examples against its own schemas and bodies."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from jsonschema_rs import Draft202012Validator
from pydantic import TypeAdapter

OPERATION_IDS = Path(__file__).parent / "operation_ids.txt"


@pytest.fixture(name="document", scope="module")
def _document() -> dict[str, Any]:
    from api.app import create_app
    from api.settings import Settings

    return create_app(Settings()).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def test_operation_ids_are_those_that_clients_were_made_with(document: dict[str, Any]) -> None:
    lines = sorted(
        f"{operation['operationId']} {method.upper()} {path}"
        for method, path, operation in operations(document)
    )
    assert lines == OPERATION_IDS.read_text(encoding="utf-8").splitlines(), (
        "an id that changes breaks every generated client; where that is meant, write the new list"
    )


def test_every_operation_says_who_may_and_what_it_refuses(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for _, path, operation in operations(document):
        assert set(operation["tags"]) <= tags
        assert operation["description"]
        assert {"421", "500", "503"} <= operation["responses"].keys(), path
        if operation["security"]:
            assert {"401", "403"} <= operation["responses"].keys(), path
            assert operation["x-permission"]


def test_every_refusal_is_a_problem(document: dict[str, Any]) -> None:
    shared = document["components"]["responses"]
    for _, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status < "400" or operation["operationId"] == "check_ready":
                continue
            said = shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            assert list(said["content"]) == ["application/problem+json"], (path, status)


def test_every_list_is_a_page(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if answer is None:
            continue
        assert answer["schema"].get("type") != "array", path
        if operation["operationId"].startswith("list_"):
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert {"cursor", "limit"} <= names, path


def test_everything_that_makes_something_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    without = [
        operation["operationId"]
        for method, _, operation in operations(document)
        if method == "post"
        and {"201", "202"} & operation["responses"].keys()
        and "idempotency-key" not in {item["name"] for item in operation.get("parameters", ())}
    ]
    assert without == []


def test_everything_that_replaces_or_removes_rests_on_a_state(document: dict[str, Any]) -> None:
    # Files are named by their content and never replaced; what is revoked stays so.
    others = {"receive_file", "file_document", "revoke_token"}
    for method, path, operation in operations(document):
        if method in {"put", "patch", "delete"} and operation["operationId"] not in others:
            assert "if-match" in {item["name"] for item in operation["parameters"]}, path
            assert {"412", "428"} <= operation["responses"].keys(), path


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    checked = 0
    for _, path, operation in operations(document):
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        bodies = [operation.get("requestBody", {}), *answers]
        for content in (body.get("content", {}).get("application/json") for body in bodies):
            if content is None or not content["schema"]:
                continue
            schema = {**content["schema"], "components": document["components"]}
            faults = [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])]
            assert faults == [], (path, content["example"])
            checked += 1
    assert checked > 100


def test_every_example_of_a_body_is_taken(app: FastAPI, document: dict[str, Any]) -> None:
    examples = {
        operation["operationId"]: operation["requestBody"]["content"]["application/json"]["example"]
        for _, _, operation in operations(document)
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    taken = set()
    for route in iter_route_contexts(app.routes):
        operation_id = getattr(route, "unique_id", None)
        if operation_id in examples:
            body = route.body_field
            TypeAdapter(body.field_info.annotation).validate_json(json.dumps(examples[operation_id]))
            taken.add(operation_id)
    assert taken == examples.keys()


def test_the_document_is_written_by_a_command() -> None:
    command = [sys.executable, "-c", "from api.cli import main; main()", "openapi"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    document = json.loads(done.stdout)
    assert document["openapi"].startswith("3.1")
    assert re.search(r'"operationId": "register_vessel"', done.stdout)
