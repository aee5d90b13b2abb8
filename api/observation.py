"""What can be seen from outside while the service runs: request ids, structured logs, metrics, safe headers.

Source: Prometheus naming practice; OWASP Secure Headers; a harmless request id is taken from the caller.
Left out: tracing, and anything that would leave the machine by itself.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import INTERNAL_PROBLEM
from api.metrics import exposition
from api.problems import answer
from api.storage.tables import new_id

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "hullmark_http_requests", "Answered requests.", ("method", "route", "status"), registry=REGISTRY
)
DURATIONS = Histogram(
    "hullmark_http_request_duration_seconds",
    "Time to the end of the answer.",
    ("method", "route"),
    registry=REGISTRY,
)
SAFE_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
TLS_HEADERS = {"strict-transport-security": "max-age=31536000"}
_HARMLESS_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger("api.web")
router = APIRouter(tags=["operation"])


@router.get("/metrics", operation_id="read_metrics", response_class=Response)
def read_metrics(request: Request) -> Response:
    """Give the counters and timings of this process, and the state of the database, in the Prometheus text format."""
    resources = request.app.state.resources
    content = generate_latest(REGISTRY) + exposition(resources.database, resources.objects)
    return Response(content, media_type=CONTENT_TYPE_LATEST)


class Observation:
    """Outermost ASGI middleware: even a programming error is answered in shape, and logged."""

    def __init__(self, app: ASGIApp, *, over_tls: bool) -> None:
        self._app = app
        self._headers = SAFE_HEADERS | (TLS_HEADERS if over_tls else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request and log one line about it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._headers)
        with structlog.contextvars.bound_contextvars(request_id=exchange.request_id):
            try:
                await self._app(scope, receive, exchange.send)
            except Exception:
                log.exception("request failed", method=scope["method"], path=scope["path"])
                if not exchange.started:
                    response = answer(Request(scope), INTERNAL_PROBLEM)
                    await response(scope, receive, exchange.send)
            finally:
                exchange.report()


class _Exchange:
    def __init__(self, scope: Scope, send: Send, safe_headers: Mapping[str, str]) -> None:
        self._scope = scope
        self._safe_headers = safe_headers
        self._send = send
        self._began_s = time.perf_counter()
        self._status: int | None = None
        self.request_id = _request_id(scope)

    @property
    def started(self) -> bool:
        return self._status is not None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request_id
            for name, value in self._safe_headers.items():
                headers.setdefault(name, value)
        await self._send(message)

    def report(self) -> None:
        duration_s = time.perf_counter() - self._began_s
        method, route = self._scope["method"], _route_of(self._scope)
        REQUESTS.labels(method, route, str(self._status)).inc()
        DURATIONS.labels(method, route).observe(duration_s)
        log.info(
            "request",
            method=method,
            path=self._scope["path"],
            route=route,
            status=self._status,
            duration_ms=round(duration_s * 1000, 1),
        )


def _request_id(scope: Scope) -> str:
    given = Request(scope).headers.get("x-request-id", "")
    return given if _HARMLESS_ID.fullmatch(given) else str(new_id())


def _route_of(scope: Scope) -> str:
    # The template, not the path: one time series a route, not one an identifier.
    route: Any = scope.get("route")
    return getattr(route, "path", "(none)")
