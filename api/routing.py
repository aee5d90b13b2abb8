"""The router that every noun uses: strict JSON in, stable operation ids out, and what a route may ask for.

Source: RFC 8259 and I-JSON (RFC 7493): no name twice, no NaN, no half characters, numbers a double holds.
Left out: who is asking and whether they may (`api.auth.access`).
"""

import json
import math
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Never

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.datastructures import DefaultPlaceholder
from fastapi.responses import Response
from fastapi.routing import APIRoute

from api import negotiation
from api.errors import MalformedJsonError, PayloadTooLargeError, SlowRequestError
from api.problems import MEDIA_TYPE, responses
from api.settings import MEBIBYTE, Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore

PREFIX = "/api/v1"
LARGEST_FILE_BODY_BYTES = 16 * MEBIBYTE
"""For small files that a route takes as a whole; footage is streamed instead."""
LONGEST_BODY_S = 300.0
MAX_JSON_DEPTH = 32
MAX_EXACT_INTEGER = 2**53 - 1
_UNPLAIN = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What lives as long as the application."""

    settings: Settings
    database: Database
    objects: ObjectStore


def resources_of(request: Request) -> Resources:
    """Give a route what the application holds."""
    resources: Resources = request.app.state.resources
    return resources


def actor_of(request: Request) -> str:
    """Name who asserts something: the person whom `api.auth.access` let through, by an identifier that stays."""
    actor: str = request.state.principal.actor
    return actor


def _database_of(request: Request) -> Database:
    return resources_of(request).database


def _objects_of(request: Request) -> ObjectStore:
    return resources_of(request).objects


def _settings_of(request: Request) -> Settings:
    return resources_of(request).settings


UsesDatabase = Annotated[Database, Depends(_database_of)]
UsesObjects = Annotated[ObjectStore, Depends(_objects_of)]
UsesSettings = Annotated[Settings, Depends(_settings_of)]
Actor = Annotated[str, Depends(actor_of)]


class StrictRoute(APIRoute):
    """A route whose JSON body is refused when two readers of it could disagree, and whose answers are conditional."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put negotiation and the strict reading of the body before FastAPI's own, and conditions behind it."""
        handle = super().get_route_handler()

        gives_json = isinstance(self.response_class, DefaultPlaceholder)

        async def handle_strictly(request: Request) -> Response:
            if gives_json:
                negotiation.require_accepted(request, given=(negotiation.JSON, MEDIA_TYPE))
            if self.body_field is not None:
                negotiation.require_content(request, accepted=_media_type_of(self.body_field))
                await _read_body(request)
            return negotiation.unless_known(request, await handle(request))

        return handle_strictly


class NounRouter(APIRouter):
    """The router of one noun: below /api/v1, strict JSON, operation ids that are the functions' names."""

    def __init__(self, *, prefix: str, tags: list[str]) -> None:
        super().__init__(
            prefix=PREFIX + prefix,
            tags=list(tags),
            responses=responses(),
            route_class=StrictRoute,
            generate_unique_id_function=lambda route: route.name,
        )


def _media_type_of(field: Any) -> str:
    declared: str = getattr(field.field_info, "media_type", negotiation.JSON)
    return declared


async def _read_body(request: Request) -> None:
    # FastAPI asks the same request object for body and JSON and finds both; there is no public way to hand
    # them over, and its own limit answers in plain text.
    is_json = _is_json(request)
    limit_bytes = resources_of(request).settings.max_json_bytes if is_json else LARGEST_FILE_BODY_BYTES
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit_bytes:
        raise PayloadTooLargeError(limit_bytes, size_bytes=int(announced))
    body = bytearray()
    try:
        with anyio.fail_after(LONGEST_BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit_bytes:
                    raise PayloadTooLargeError(limit_bytes)
    except TimeoutError as error:
        raise SlowRequestError(f"The body did not come within {LONGEST_BODY_S:.0f} s.") from error
    request._body = bytes(body)  # noqa: SLF001
    request.state.body = request._body  # noqa: SLF001
    if is_json:
        request._json = parse_json(request._body)  # noqa: SLF001


def parse_json(body: bytes) -> Any:
    """Read JSON that has one meaning only.

    Raises:
        MalformedJsonError: not UTF-8, no JSON, a name twice in one object, a number not finite or too large
            to be exact, text with NUL or half a character, or nested deeper than `MAX_JSON_DEPTH`.
    """
    try:
        value = json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_object_of, parse_constant=_refuse_constant
        )
    except MalformedJsonError:
        raise
    except RecursionError as error:
        raise MalformedJsonError(f"Nested too deeply. Accepted: at most {MAX_JSON_DEPTH} levels.") from error
    except UnicodeDecodeError as error:
        raise MalformedJsonError(f"Not UTF-8: {error.reason} at byte {error.start}.") from error
    except json.JSONDecodeError as error:
        raise MalformedJsonError(f"{error.msg} at line {error.lineno}, column {error.colno}.") from error
    except ValueError as error:
        raise MalformedJsonError("A number has too many digits.") from error
    _require_plain(value)
    return value


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedJsonError(f"The name {twice!a} stands twice in one object.")
    return value


def _refuse_constant(constant: str) -> Never:
    raise MalformedJsonError(
        f"{constant} is no JSON number. Accepted: finite numbers; leave out what is missing."
    )


def _require_plain(value: Any) -> None:
    # An explicit stack: this is what protects everything after it from the recursion limit.
    stack = [(value, 1)]
    while stack:
        item, depth = stack.pop()
        if depth > MAX_JSON_DEPTH:
            raise MalformedJsonError(f"Nested too deeply. Accepted: at most {MAX_JSON_DEPTH} levels.")
        if isinstance(item, dict):
            stack.extend((part, depth + 1) for pair in item.items() for part in pair)
        elif isinstance(item, list):
            stack.extend((part, depth + 1) for part in item)
        else:
            _require_plain_scalar(item)


def _require_plain_scalar(item: object) -> None:
    if isinstance(item, str) and (
        "\0" in item or any("\ud800" <= character <= "\udfff" for character in item)
    ):
        raise MalformedJsonError(f"Text {ascii(item)[:80]} holds NUL or half a character.")
    if isinstance(item, float) and not math.isfinite(item):
        raise MalformedJsonError("A number is too large. Accepted: finite numbers.")
    if isinstance(item, int) and abs(item) > MAX_EXACT_INTEGER:
        raise MalformedJsonError(
            f"The integer {str(item)[:24]} is too large. Accepted: up to {MAX_EXACT_INTEGER}."
        )
