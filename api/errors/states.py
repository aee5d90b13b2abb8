"""The request is right in itself, but nothing is by that name, or the present state does not allow it.

Source: RFC 9110 for the statuses.
Left out: what is wrong with a request itself (`inputs.py`).
"""

from uuid import UUID

from api.errors.family import ApiError


class NotFoundError(ApiError):
    """Nothing is known by that name."""

    code = "not_found"
    title = "Nothing is found there"
    status = 404

    @classmethod
    def of(cls, noun: str, identifier: UUID | str) -> "NotFoundError":
        """Say which noun has no such identifier."""
        return cls(f"There is no {noun} {identifier}.")


class ConflictError(ApiError):
    """The request is right in itself but does not fit the present state."""

    code = "conflict"
    title = "The request does not fit the present state"
    status = 409


class StaleVersionError(ConflictError):
    """Somebody else changed it in between."""

    code = "stale_version"
    title = "It has been changed in the meantime"

    def __init__(self, *, given: int, current: int) -> None:
        super().__init__(
            f"The change rests on version {given}, but version {current} is current. Read it again first."
        )
        self.given = given
        self.current = current


class NotReadyError(ConflictError):
    """Something that has to come first is missing."""

    code = "not_ready"
    title = "Something that has to come first is missing"
