"""Writes every refusal and failure as application/problem+json: one shape, whatever went wrong.

Source: RFC 9457; JSON Pointer by RFC 6901.
Left out: which error has which status, which is `errors.py`.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.errors import (
    METHOD_PROBLEM_CODE,
    ROOM_FAMILIES,
    ApiError,
    FieldError,
    InvalidRequestError,
    NotFoundError,
    PayloadTooLargeError,
    Problem,
    problem_of,
    room_problem_of,
)
from api.methods import methods_at

MEDIA_TYPE = "application/problem+json"
_CODE_OF_STATUS = {
    HTTPStatus.NOT_FOUND: NotFoundError.code,
    HTTPStatus.METHOD_NOT_ALLOWED: METHOD_PROBLEM_CODE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: PayloadTooLargeError.code,
}


class FieldErrorView(BaseModel):
    """What is wrong with one part of a request."""

    pointer: str = Field(
        description="JSON Pointer into the body, or `query:name`, `path:name`, `header:name`."
    )
    message: str


class ProblemView(BaseModel):
    """The one shape of every error answer (RFC 9457)."""

    type: str = Field(examples=["urn:hullmark:problem:not_found"])
    title: str = Field(examples=["Nothing is found there"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no vessel 0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10."])
    instance: str = Field(description="The path that was asked for.")
    code: str = Field(
        description="Stable name of the error, listed in docs/errors.md.", examples=["not_found"]
    )
    errors: list[FieldErrorView]


def responses(*errors: type[ApiError]) -> dict[int | str, dict[str, Any]]:
    """Declare the errors of a route for the OpenAPI document."""
    titles: dict[int, list[str]] = {}
    declared: tuple[type[ApiError], ...] = (*errors, InvalidRequestError)
    for error in declared:
        titles.setdefault(error.status, []).append(f"{error.title} (`{error.code}`)")
    declared_responses: dict[int | str, dict[str, Any]] = {}
    for status, lines in titles.items():
        declared_responses |= problem_response(status, "; ".join(dict.fromkeys(lines)))
    return declared_responses


def problem_response(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    """Declare one status whose body is a problem."""
    schema = {"$ref": "#/components/schemas/ProblemView"}
    return {status: {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}}


def answer(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """Write one problem as a response."""
    body = problem_body(problem, instance=request.url.path)
    return JSONResponse(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def problem_body(problem: Problem, *, instance: str) -> dict[str, Any]:
    """Give the one shape of every error answer, as the JSON of `ProblemView`."""
    return {
        "type": f"urn:hullmark:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        "code": problem.code,
        "errors": [{"pointer": error.pointer, "message": error.message} for error in problem.errors],
    }


def install(app: FastAPI) -> None:
    """Let every error of the application leave in this shape."""
    app.add_exception_handler(ApiError, _answer_api_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    for family in ROOM_FAMILIES:
        app.add_exception_handler(family, _answer_room_error)


async def _answer_api_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ApiError):
        raise error
    return answer(request, problem_of(error))


async def _answer_room_error(request: Request, error: Exception) -> JSONResponse:
    return answer(request, room_problem_of(error))


async def _answer_validation_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    fields = tuple(_field_error(item) for item in error.errors())
    detail = "; ".join(f"{field.pointer or '/'}: {field.message}" for field in fields[:3])
    return answer(request, problem_of(InvalidRequestError(detail, errors=fields)))


def _field_error(item: Mapping[str, Any]) -> FieldError:
    if item["loc"] == ("body",) and item["type"] == "missing":
        return FieldError(pointer="", message="The body is empty, and one is required")
    message = str(item["msg"]).removeprefix("Value error, ")
    return FieldError(pointer=pointer_of(item["loc"]), message=message)


async def _answer_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        # Starlette names the methods of the first route that has the path, and there may be several.
        headers = {"allow": ", ".join(methods_at(request)) or headers.get("Allow", "")}
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT.value, headers=headers)
    problem = Problem(
        code=_CODE_OF_STATUS.get(status, f"http_{status.value}"),
        title=status.phrase,
        status=status.value,
        detail=_http_detail(request, status, str(error.detail)),
    )
    return answer(request, problem, headers)


def _http_detail(request: Request, status: HTTPStatus, detail: str) -> str:
    if status is HTTPStatus.NOT_FOUND:
        return f"Nothing is served at {request.url.path}."
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.method} is not accepted at {request.url.path}."
    return detail


def pointer_of(location: tuple[int | str, ...]) -> str:
    """Turn where pydantic found an error into a pointer.

    >>> pointer_of(("body", "tanks", 0, "volume_m3")), pointer_of(("query", "limit"))
    ('/tanks/0/volume_m3', 'query:limit')
    """
    if not location:
        return ""
    source, *path = location
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    if source == "body":
        return "".join(f"/{step}" for step in steps)
    return f"{source}:{'/'.join(steps)}"
