"""Requests and answers: one kept connection, retries where they are safe, problems as exceptions.

Source: RFC 9110 (idempotent methods, Retry-After), the Idempotency-Key header (IETF draft), RFC 9457.
Left out: what is asked, which the nouns beside this module know; use from several threads, which each need a client.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeAlias
from urllib.parse import urlencode
from uuid import UUID, uuid4

from api.client.access import Access
from api.client.errors import DifferentBytesError, ProblemError, UnreachableError

CHUNK_BYTES = 1024 * 1024
TIMEOUT_S = 120.0
ATTEMPTS = 5
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 30.0
PREFIX = "/api/v1"
IDEMPOTENCY_KEY = "Idempotency-Key"
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_PASSING_STATUSES = frozenset({429, 502, 503, 504})
_PASSING_CODES = frozenset({"key_in_use"})
_FIRST_REFUSAL = 400

QueryValue: TypeAlias = str | int | float | bool | UUID | None
Query: TypeAlias = Mapping[str, QueryValue]
Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many bytes were sent, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBody:
    """A file that is sent as it is.

    Attributes:
        path: where it lies.
        size_bytes: how much of it is sent.
        media_type: what it is.
        progress: is told how far it is; None where nobody wants to know.
    """

    path: Path
    size_bytes: int
    media_type: str
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service answered, read whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """Decode it; nothing is None."""
        return json.loads(self.content) if self.content else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes | None = None
    file: FileBody | None = None

    @property
    def is_repeatable(self) -> bool:
        return self.method in _REPEATABLE or IDEMPOTENCY_KEY in self.headers


@dataclass(slots=True, kw_only=True)
class Transport:
    """One kept connection to one service.

    Attributes:
        access: how it is reached.
        timeout_s: of each wait for the other side.
        attempts: of one request, where trying again is safe.
    """

    access: Access
    timeout_s: float = TIMEOUT_S
    attempts: int = ATTEMPTS
    sleep: Callable[[float], None] = time.sleep
    _connection: HTTPConnection | None = field(default=None, init=False, repr=False)

    def __enter__(self) -> Self:
        """Nothing is opened before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection; another request opens one again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, path: str, query: Query | None = None) -> Any:
        """Fetch JSON; raises as `call`."""
        return self.call("GET", path, query=query).json()

    def create(self, path: str, body: Any, query: Query | None = None) -> Any:
        """Post JSON under a key of its own, so that trying again creates nothing twice; raises as `call`."""
        return self.call("POST", path, query=query, body=body, headers=once()).json()

    def act(self, path: str, body: Any) -> Any:
        """Post JSON to what is there already: repeated only where nothing had gone out; raises as `call`."""
        return self.call("POST", path, body=body).json()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        file: FileBody | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask, and read the whole answer.

        Args:
            method: of HTTP.
            path: behind `/api/v1`, encoded.
            query: what is None is left out.
            body: sent as JSON where it is not None.
            file: sent in its place.
            headers: beside ours.

        Raises:
            ProblemError: the service refused.
            UnreachableError: nobody answered.
        """
        with self.open(method, path, query=query, body=body, file=file, headers=headers) as answer:
            content = answer.read()
            return Answer(status=answer.status, headers=dict(answer.headers.items()), content=content)

    @contextmanager
    def open(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        file: FileBody | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[HTTPResponse]:
        """Ask, and give an answer that is good to be read; arguments and errors as for `call`.

        Raises:
            ProblemError: the service refused.
            UnreachableError: nobody answered, or the answer broke off.
        """
        request = self._request(method, path, query=query, body=body, file=file, headers=headers or {})
        answer = self._answered(request)
        try:
            yield answer
        except (HTTPException, OSError) as error:
            if _is_about_a_file(error):
                raise
            raise UnreachableError(self.access.origin, f"the answer broke off ({error})") from error
        finally:
            if not answer.isclosed():
                # What is left unread would be taken for the next answer.
                self.close()

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None,
        body: Any,
        file: FileBody | None,
        headers: Mapping[str, str],
    ) -> _Request:
        sent = {"Accept": "application/json, */*;q=0.5", "User-Agent": "hullmark-client", **headers}
        if self.access.token is not None:
            sent["Authorization"] = f"Bearer {self.access.token}"
        content = None
        if file is not None:
            sent |= {"Content-Type": file.media_type, "Content-Length": str(file.size_bytes)}
        elif body is not None:
            content = json.dumps(body, ensure_ascii=False, allow_nan=False, default=str).encode()
            sent["Content-Type"] = "application/json"
        target = (
            f"{self.access.prefix}{path if path.startswith('/health') else PREFIX + path}{_encoded(query)}"
        )
        return _Request(method=method, target=target, headers=sent, content=content, file=file)

    def _answered(self, request: _Request) -> HTTPResponse:
        for attempt in range(1, self.attempts):
            was_kept = self._connection is not None
            try:
                return self._once(request)
            except UnreachableError as error:
                if not (request.is_repeatable or error.before_sending):
                    raise
                if not (was_kept and attempt == 1):
                    # A kept connection that the other side gave up is no reason to wait.
                    self._pause(attempt, None)
            except ProblemError as problem:
                if not (request.is_repeatable and _will_pass(problem)):
                    raise
                self._pause(attempt, problem.retry_after)
        return self._once(request)

    def _once(self, request: _Request) -> HTTPResponse:
        try:
            answer = self._exchange(request)
        except (HTTPException, OSError) as error:
            before_sending = self._connection is None
            self.close()
            if _is_about_a_file(error):
                raise
            raise UnreachableError(
                self.access.origin, _words(error), before_sending=before_sending
            ) from error
        except DifferentBytesError:
            self.close()
            raise
        if answer.status < _FIRST_REFUSAL:
            return answer
        raise self._refusal(answer)

    def _exchange(self, request: _Request) -> HTTPResponse:
        if self._connection is None:
            connection = self.access.connection(timeout_s=self.timeout_s)
            connection.connect()
            self._connection = connection
        if request.file is None:
            self._connection.request(
                request.method, request.target, body=request.content, headers=dict(request.headers)
            )
            return self._connection.getresponse()
        with request.file.path.open("rb") as content:
            body = _chunks(content, request.file)
            try:
                self._connection.request(
                    request.method, request.target, body=body, headers=dict(request.headers)
                )
            except (BrokenPipeError, ConnectionResetError):
                # A service that refuses a file may say so before it has all of it, and hang up.
                return self._connection.getresponse()
            return self._connection.getresponse()

    def _refusal(self, answer: HTTPResponse) -> ProblemError:
        try:
            content = answer.read()
        except (HTTPException, OSError):
            content = b""
        if answer.will_close or not answer.isclosed():
            self.close()
        try:
            body = json.loads(content)
        except ValueError:
            body = content.decode(errors="replace")
        retry_after = answer.headers.get("Retry-After")
        return ProblemError.from_answer(answer.status, answer.reason, body, retry_after=retry_after)

    def _pause(self, attempt: int, retry_after: str | None) -> None:
        pause_s = min(FIRST_PAUSE_S * 2 ** (attempt - 1), LONGEST_PAUSE_S) * random.uniform(0.5, 1.0)  # noqa: S311 (spreads clients, guards nothing)
        if retry_after is not None and retry_after.isascii() and retry_after.isdigit():
            pause_s = min(float(retry_after), LONGEST_PAUSE_S)
        self.sleep(pause_s)


def once() -> dict[str, str]:
    """Make the header that lets the service know a request again."""
    return {IDEMPOTENCY_KEY: str(uuid4())}


def _chunks(content: BinaryIO, file: FileBody) -> Iterator[bytes]:
    sent_bytes = 0
    while sent_bytes < file.size_bytes:
        chunk = content.read(min(CHUNK_BYTES, file.size_bytes - sent_bytes))
        if not chunk:
            raise DifferentBytesError(
                str(file.path), expected=f"{file.size_bytes} bytes", found=f"{sent_bytes} when it was sent"
            )
        yield chunk
        sent_bytes += len(chunk)
        if file.progress is not None:
            file.progress(sent_bytes, file.size_bytes)


def _will_pass(problem: ProblemError) -> bool:
    return problem.status in _PASSING_STATUSES or problem.code in _PASSING_CODES


def _encoded(query: Query | None) -> str:
    given = {name: _text(value) for name, value in (query or {}).items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def _text(value: QueryValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_about_a_file(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.filename is not None


def _words(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
