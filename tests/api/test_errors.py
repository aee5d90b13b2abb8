"""Evidence: docs/errors.md against the classes, and the one shape of RFC 9457 for every kind of failure."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from shared_data import REPOSITORY

from api import errors
from api.errors import (
    INTERNAL_PROBLEM,
    METHOD_PROBLEM_CODE,
    ApiError,
    StartError,
    room_code_of,
    room_problem_of,
)
from api.vessels.table_errors import BadCellError, UndeclaredTableError
from survey.errors import ImplausibleDraftError, MissingReadingError, OutsideHydrostaticTableError

PAGE = (REPOSITORY / "docs" / "errors.md").read_text(encoding="utf-8")
SHAPE = {"type", "title", "status", "detail", "instance", "code", "errors"}


def descendants(family: type[Exception]) -> Iterator[type[Exception]]:
    for child in family.__subclasses__():
        yield child
        yield from descendants(child)


def test_every_code_of_the_service_is_documented_with_its_status() -> None:
    for error in descendants(ApiError):
        assert issubclass(error, ApiError)
        row = (
            f"| `{error.code}` |" if issubclass(error, StartError) else f"| `{error.code}` | {error.status} |"
        )
        assert row in PAGE, error
    assert f"| `{INTERNAL_PROBLEM.code}` | 500 |" in PAGE
    assert f"| `{METHOD_PROBLEM_CODE}` | 405 |" in PAGE


def test_every_code_of_the_rooms_that_compute_is_documented() -> None:
    for family in errors.ROOM_FAMILIES:
        for error in descendants(family):
            code = room_code_of(error)
            assert f"| `{code}` | 422 |" in PAGE, error


def test_the_page_lists_no_code_that_does_not_exist() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.MULTILINE))
    known = {error.code for error in descendants(ApiError) if issubclass(error, ApiError)}
    known |= {room_code_of(e) for family in errors.ROOM_FAMILIES for e in descendants(family)}
    assert listed == known | {INTERNAL_PROBLEM.code, METHOD_PROBLEM_CODE}


def test_a_draft_outside_the_table_names_the_allowed_range() -> None:
    problem = room_problem_of(OutsideHydrostaticTableError(9.0, 2.0, 8.5))
    assert (problem.status, problem.code) == (422, "outside_hydrostatic_table")
    assert problem.errors[0].pointer == "draft_m"
    assert "2 to 8.5 m" in problem.errors[0].message


def test_a_bad_cell_names_its_line() -> None:
    problem = room_problem_of(BadCellError(7, "TPC", "is blank", accepted="a number"))
    assert problem.errors[0].pointer == "line:7"


def test_an_undeclared_reference_names_the_parameter_and_what_is_accepted() -> None:
    problem = room_problem_of(UndeclaredTableError("lcf_reference", "is not declared", accepted=["a", "b"]))
    assert (problem.errors[0].pointer, problem.errors[0].message) == (
        "query:lcf_reference",
        "accepted is one of a, b",
    )


def test_a_fault_in_a_case_is_named_by_its_place() -> None:
    path = "conditions[1].draft_readings_m.aft_port"
    problem = room_problem_of(ImplausibleDraftError(path, -1.0, deepest_m=30.0))
    assert problem.errors[0].pointer == "case:/conditions/1/draft_readings_m/aft_port"
    assert "above 0 and up to 30" in problem.errors[0].message


def test_a_missing_reading_is_named_by_stage_and_side() -> None:
    problem = room_problem_of(MissingReadingError("initial", "aft_port", "a measured list"))
    assert (problem.code, problem.errors[0].pointer) == ("missing_reading", "reading:initial/aft_port")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/nothing.html", 404, "not_found"),
        ("GET", "/api/v1/vessels/0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10", 404, "not_found"),
        ("DELETE", "/api/v1/vessels", 405, "method_not_allowed"),
        ("GET", "/api/v1/vessels/not-a-uuid", 422, "invalid_request"),
        ("GET", "/api/v1/vessels?limit=0", 422, "invalid_request"),
        ("POST", "/api/v1/vessels", 422, "invalid_request"),
    ],
)
def test_every_refusal_has_the_one_shape(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() == SHAPE
    assert (body["code"], body["status"], body["instance"]) == (code, status, path.partition("?")[0])
    assert body["type"] == f"urn:hullmark:problem:{code}"


def test_a_programming_error_is_answered_without_a_trace(app: FastAPI, client: TestClient) -> None:
    @app.get("/api/v1/mistake")
    def mistake() -> None:
        raise RuntimeError("secret detail")

    answer = client.get("/api/v1/mistake", headers={"x-request-id": "abc-1"})
    assert answer.status_code == 500
    assert answer.json().keys() == SHAPE
    assert answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] == "abc-1"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_full_disk_is_507_and_a_busy_database_503(app: FastAPI, client: TestClient) -> None:
    @app.get("/api/v1/full")
    def full() -> None:
        raise errors.StorageFullError(needed_bytes=10, free_bytes=3)

    @app.get("/api/v1/busy")
    def busy() -> None:
        raise errors.DatabaseBusyError

    assert client.get("/api/v1/full").json()["detail"].endswith("3 bytes may still be used.")
    assert client.get("/api/v1/full").status_code == 507
    assert client.get("/api/v1/busy").status_code == 503
