"""Refuses to start with a route that neither names its right nor stands in the list of those open to everyone.

Source: fail-safe defaults (Saltzer and Schroeder, 1975): what somebody forgot to protect must not be reachable.
Left out: comparing the right with the person who asks (`api.auth.access`).
"""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.auth.access import Requirement
from api.errors import UnprotectedRouteError

PUBLIC = frozenset(
    {
        "openapi",
        "check_live",
        "check_ready",
        "read_metrics",
        "log_in",
    }
)
"""Routes by the names of their functions: the description, probes and counters, and the ways to log in."""


def require_declared_rights(app: FastAPI) -> None:
    """Look through every route of an application.

    Raises:
        UnprotectedRouteError: a route names no right and is not among those open to everyone.
    """
    for route in iter_route_contexts(app.routes):
        dependencies = getattr(route, "dependencies", None) or ()
        declared = any(isinstance(item.dependency, Requirement) for item in dependencies)
        if not declared and getattr(route, "name", None) not in PUBLIC:
            raise UnprotectedRouteError(f"{getattr(route, 'path', route)}")
