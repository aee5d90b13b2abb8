"""The one place where a request is let through or turned away: who asks, which right, which sites.

Source: `api.auth.permissions`; what belongs to another site is not found (`api.auth.visibility`).
Left out: how a person logs in (`api.auth.service`), and separation of duties, which the services know by person.
"""

import hmac
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends, Request

from api.auth.permissions import Permission
from api.auth.principals import CURRENT, Principal
from api.auth.proving import (
    CSRF_COOKIE,
    SESSION_COOKIE,
    csrf_token_of,
    principal_of_session,
    principal_of_token,
)
from api.errors import (
    CsrfTokenError,
    MissingPermissionError,
    NotLoggedInError,
    PasswordChangeRequiredError,
)
from api.routing import resources_of

CSRF_HEADER = "x-csrf-token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOG_IN = "Accepted: a session cookie of POST /api/v1/auth/login, or Authorization: Bearer with a token."


class Requirement:
    """What a route needs of whoever asks; a dependency of the route."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> None:
        """Let the request through, as the person who asks.

        Raises:
            NotLoggedInError: nobody is logged in, or what was shown is over.
            CsrfTokenError: a change came with the cookie alone.
            MissingPermissionError: the person's roles do not include the right.
            PasswordChangeRequiredError: the person has a one-time password.
        """
        principal = await run_sync(_principal_of, request)
        if principal.must_change_password and self.permission is not Permission.ACCOUNT_OWN:
            raise PasswordChangeRequiredError("Accepted: POST /api/v1/auth/password, then everything else.")
        if self.permission not in principal.permissions:
            raise MissingPermissionError(self.permission)
        request.state.principal = principal
        # Read by every query of this request; a request has a context of its own.
        CURRENT.set(principal)


def requires(permission: Permission) -> Any:
    """Make a right the condition of a route: `dependencies=[requires(Permission.JOBS_READ)]`."""
    return Depends(Requirement(permission))


def _asking(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


Asking = Annotated[Principal, Depends(_asking)]


def _principal_of(request: Request) -> Principal:
    resources = resources_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(SESSION_COOKIE)
    if scheme.lower() == "bearer":
        principal = principal_of_token(resources.database, token.strip())
    elif cookie is not None:
        principal = principal_of_session(resources.database, cookie, resources.settings)
        if principal is not None:
            _require_csrf_token(request, cookie)
    else:
        principal = None
    if principal is None:
        raise NotLoggedInError(_LOG_IN)
    return principal


def _require_csrf_token(request: Request, secret: str) -> None:
    given = request.headers.get(CSRF_HEADER, "")
    if request.method not in _SAFE_METHODS and not hmac.compare_digest(
        given.encode(), csrf_token_of(secret).encode()
    ):
        raise CsrfTokenError(f"Accepted: the value of the cookie {CSRF_COOKIE} in the header X-CSRF-Token.")
