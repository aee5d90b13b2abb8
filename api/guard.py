"""Turns away what no page of ours would send: foreign host names, and changes asked for by other sites.

Source: Fetch Metadata Request Headers (W3C); the Host header against DNS rebinding (RFC 9110 section 7.4).
Left out: who is asking (`api.auth.access`); until that is known, a request sees nothing (`NOBODY`).
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth.principals import CURRENT, NOBODY
from api.errors import ApiError, CrossSiteRequestError, ForeignHostError, problem_of
from api.problems import answer

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """ASGI middleware; `"*"` among the hosts admits every name."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: Sequence[str]) -> None:
        self._app = app
        self._allowed_hosts = tuple(allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Every query of a request that nobody was found for finds nothing of any site.
        CURRENT.set(NOBODY)
        request = Request(scope)
        refusal = self._refusal(request)
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await answer(request, problem_of(refusal))(scope, receive, send)

    def _refusal(self, request: Request) -> ApiError | None:
        host = _name_of(request.headers.get("host", ""))
        if "*" not in self._allowed_hosts and host not in self._allowed_hosts:
            return ForeignHostError(host, accepted=self._allowed_hosts)
        if request.method not in _SAFE_METHODS and request.headers.get("sec-fetch-site") in {
            "cross-site",
            "same-site",
        }:
            return CrossSiteRequestError("Accepted: requests of the service's own page, and of programs.")
        return None


def _name_of(host: str) -> str:
    """Cut the port off a Host header.

    >>> _name_of("localhost:8000"), _name_of("[::1]:8000"), _name_of("[::1]")
    ('localhost', '[::1]', '[::1]')
    """
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
