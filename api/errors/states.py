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


class NotReadyError(ConflictError):
    """Something that has to come first is missing."""

    code = "not_ready"
    title = "Something that has to come first is missing"


class TooManyStreamsError(ConflictError):
    """As many readers follow the events as one process serves."""

    code = "too_many_streams"
    title = "Too many readers follow the events"
    status = 429

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} streams are open already. Accepted: a list of jobs, or a stream later.")
        self.most = most


class PreconditionRequiredError(ConflictError):
    """A change that does not say which state it rests on could undo somebody else's."""

    code = "precondition_required"
    title = "The change does not say what it rests on"
    status = 428

    def __init__(self) -> None:
        super().__init__("Accepted: the header If-Match with the ETag that was read last, or with *.")


class PreconditionFailedError(ConflictError):
    """Somebody else changed it since it was read."""

    code = "precondition_failed"
    title = "It has been changed in the meantime"
    status = 412

    def __init__(self, *, given: str, current: str) -> None:
        super().__init__(f"If-Match names {given[:100]}, and {current} is current. Read it again first.")
        self.given = given
        self.current = current


class KeyInUseError(ConflictError):
    """The same Idempotency-Key is being worked on at this moment."""

    code = "key_in_use"
    title = "A request with this key is not finished"

    def __init__(self, key: str) -> None:
        super().__init__(f"Idempotency-Key {key!r}: ask again when the first request has its answer.")
        self.key = key


class KeyReusedError(ConflictError):
    """The same Idempotency-Key came with another request."""

    code = "key_reused"
    title = "This key belongs to another request"
    status = 422

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Idempotency-Key {key!r} came with another request before. Accepted: a new key for a new request."
        )
        self.key = key
