"""The one place where a request is let through or turned away.

Source: `api.auth.permissions`.
Left out: how a person logs in.
"""

from typing import Any

from fastapi import Depends

from api.auth.permissions import Permission


class Requirement:
    """What a route needs of whoever asks; a dependency of the route."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self) -> None:
        """Let everyone through until people can log in."""


def requires(permission: Permission) -> Any:
    """Make a right the condition of a route: `dependencies=[requires(Permission.JOBS_READ)]`."""
    return Depends(Requirement(permission))
