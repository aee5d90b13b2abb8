"""Which methods an address has; and HEAD, which is answered wherever GET is.

Source: RFC 9110, 9.3.2 (HEAD), 9.3.7 (OPTIONS), 10.2.1 (Allow).
Left out: cross-origin requests (CORS), which the service does not permit.
"""

from collections.abc import Iterator
from http import HTTPStatus

from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def methods_at(request: Request) -> list[str]:
    """Name what may be done at the address of a request."""
    found = set(_methods(request.app.routes, request.url.path))
    if not found:
        return []
    return sorted(found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set()))


def _methods(routes: list[BaseRoute], path: str) -> Iterator[str]:
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, Mount):
            continue
        if route.path is not None and compile_path(route.path)[0].match(path):
            yield from route.methods or ()


class HeadAsGet:
    """ASGI middleware: where a route knows no HEAD, the headers of its GET are the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; HEAD a second time, as GET, if that is what is understood."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        first = _Head(send, is_last=False)
        original = dict(scope)
        await first.answered_by(self._app, scope, receive)
        if first.asks_for_get:
            await _Head(send, is_last=True).answered_by(self._app, {**original, "method": "GET"}, receive)


class _Head:
    """Takes the headers of an answer and ends it there, also where the body would never end."""

    def __init__(self, send: Send, *, is_last: bool) -> None:
        self._send = send
        self._is_last = is_last
        self._is_over = False
        self.asks_for_get = False

    async def answered_by(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        try:
            await app(scope, receive, self._take)
        except _AnsweredError:
            pass
        except BaseExceptionGroup as group:
            if group.split(_AnsweredError)[1] is not None:
                raise

    async def _take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            allow = Headers(raw=message["headers"]).get("allow", "")
            if not self._is_last and message["status"] == HTTPStatus.METHOD_NOT_ALLOWED and "GET" in allow:
                self.asks_for_get = True
                return
            await self._send(message)
        elif not self.asks_for_get and not self._is_over:
            self._is_over = True
            await self._send({"type": "http.response.body", "body": b""})
            if message.get("more_body", False):
                raise _AnsweredError


class _AnsweredError(Exception):
    """The headers are sent, and nobody wants the rest."""
