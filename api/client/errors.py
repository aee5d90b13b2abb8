"""What goes wrong between a client and a service, and what the service itself refused.

Source: RFC 9457 (problem details), whose members `code` and `errors` this service adds.
Left out: the codes, which docs/errors.md lists.

    ClientError
    ├── AccessError            address, token or certificates that cannot be used
    ├── UnreachableError       nobody answered
    ├── ProblemError           the service refused, and said why
    ├── DifferentBytesError    what was stored or fetched is not what was sent
    ├── UnfinishedWorkError    a job failed, was cancelled, or a reading was not made
    └── TookTooLongError       work was not finished within the time that was given
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

_MOST_CHARACTERS = 300


class ClientError(Exception):
    """Anything that a call of a service can end with."""


class AccessError(ClientError):
    """How the service is to be reached is not said in a way that can be used."""


class UnreachableError(ClientError):
    """Nobody answered, however often it was tried.

    Attributes:
        origin: who was asked.
        reason: what the system says.
        before_sending: nothing of the request had gone out, so nothing can have been done.
    """

    def __init__(self, origin: str, reason: str, *, before_sending: bool = False) -> None:
        super().__init__(f"the service at {origin} does not answer: {reason}")
        self.origin = origin
        self.reason = reason
        self.before_sending = before_sending


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """What is wrong with one part of a request.

    Attributes:
        pointer: JSON Pointer into the body, or `query:name`, `path:name`, `header:name`.
        message: what is wrong there, and what would be accepted.
    """

    pointer: str
    message: str


class ProblemError(ClientError):
    """The service refused.

    Attributes:
        status: of HTTP.
        code: stable name of the error, listed in docs/errors.md.
        title: its name for a person.
        detail: what is wrong this time.
        errors: by field, where it is about some.
        retry_after: when to ask again, as the service wrote it.
    """

    def __init__(
        self,
        *,
        status: int,
        code: str,
        title: str,
        detail: str,
        errors: Sequence[FieldProblem] = (),
        retry_after: str | None = None,
    ) -> None:
        super().__init__(f"{title}: {detail}" if detail else title)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after

    @classmethod
    def from_answer(cls, status: int, reason: str, body: object, *, retry_after: str | None = None) -> Self:
        """Read a problem; whatever stands between service and client may have answered in another shape.

        Args:
            status: of the answer.
            reason: the words of its status line.
            body: decoded JSON, or text where it was none.
            retry_after: of the headers.
        """
        if not isinstance(body, Mapping):
            detail = str(body or "").strip()[:_MOST_CHARACTERS]
            return cls(
                status=status, code=f"http_{status}", title=f"{status} {reason}".strip(), detail=detail
            )
        given: Mapping[str, Any] = body
        return cls(
            status=status,
            code=str(given.get("code", f"http_{status}")),
            title=str(given.get("title", f"{status} {reason}".strip())),
            detail=str(given.get("detail", "")),
            retry_after=retry_after,
            errors=[
                FieldProblem(pointer=str(item.get("pointer", "")), message=str(item.get("message", "")))
                for item in given.get("errors") or ()
                if isinstance(item, Mapping)
            ],
        )


class DifferentBytesError(ClientError):
    """A file is not at its other end what it was at this one."""

    def __init__(self, what: str, *, expected: str, found: str) -> None:
        super().__init__(f"{what}: expected {expected}, found {found}")
        self.expected = expected
        self.found = found


class UnfinishedWorkError(ClientError):
    """Work that was waited for came to an end without its result."""

    def __init__(self, what: str, *, status: str, reason: str | None) -> None:
        super().__init__(f"{what}: {status}" + (f", {reason}" if reason else ""))
        self.status = status
        self.reason = reason


class TookTooLongError(ClientError):
    """Work goes on, but nobody waits for it any more."""

    def __init__(self, what: str, *, waited_s: float) -> None:
        super().__init__(f"{what}: not finished within {waited_s:.0f} s")
        self.waited_s = waited_s
