"""Keeps the answer to a request with an Idempotency-Key in the transaction of what the request makes.

Source: draft-ietf-httpapi-idempotency-key-header-07, 2.6 for the statuses.
Left out: refusals; nothing was made, and the same key may be tried again.
"""

import functools
import hashlib
import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.auth.principals import person_id_now
from api.errors import InvalidRequestError, KeyInUseError, KeyReusedError
from api.problems import responses
from api.routing import resources_of
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import KeptAnswer, utc_now

LONGEST_KEY_CHARACTERS = 255
REPLAYED = "idempotent-replayed"
KEY_ERRORS = (KeyInUseError, KeyReusedError)
_worked_on: set[tuple[str, str]] = set()
_worked_on_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One request that may be sent again.

    Attributes:
        asked_by: whose key it is: two people may choose the same.
        key: chosen by the caller.
        fingerprint: of everything that the request says.
        status: of the answer.
        database: where answers are kept.
        kept_for: how long.
    """

    asked_by: str
    key: str
    fingerprint: str
    status: int
    database: Database
    kept_for: timedelta

    def keep(
        self, make: Callable[[], BaseModel], *, hides: Sequence[str], response: Response | None
    ) -> BaseModel | Response:
        """Make what is asked for and keep the answer with it, or give the answer that was kept.

        Args:
            make: what the route does; its own transactions become part of this one.
            hides: fields of the answer that are secrets; in the kept answer they are null.
            response: takes the headers of the answer.

        Raises:
            KeyInUseError: the same request is being worked on.
            KeyReusedError: the key came with another request before.
        """
        with self._alone(), self.database.one_transaction() as session:
            found = self._found(session)
            if found is not None:
                return self._again(found)
            row = self._reserve(session)
            made = make()
            hidden = dict.fromkeys(hides)
            row.answer = made.model_copy(update=hidden).model_dump_json()
            if response is not None:
                row.location, row.etag = response.headers.get("location"), response.headers.get("etag")
            return made

    @contextmanager
    def _alone(self) -> Iterator[None]:
        place = (self.asked_by, self.key)
        with _worked_on_lock:
            if place in _worked_on:
                raise KeyInUseError(self.key)
            _worked_on.add(place)
        try:
            yield
        finally:
            with _worked_on_lock:
                _worked_on.discard(place)

    def _found(self, session: Session) -> KeptAnswer | None:
        row = session.get(KeptAnswer, (self.asked_by, self.key))
        if row is not None and row.kept_at < utc_now() - self.kept_for:
            session.delete(row)
            session.flush()
            return None
        return row

    def _reserve(self, session: Session) -> KeptAnswer:
        """Take the key before anything is made: another process with the same one waits here, and is refused."""
        row = KeptAnswer(
            asked_by=self.asked_by,
            key=self.key,
            fingerprint=self.fingerprint,
            status=self.status,
            answer="",
        )
        session.add(row)
        try:
            session.flush()
        except IntegrityError as error:
            raise KeyInUseError(self.key) from error
        return row

    def _again(self, kept: KeptAnswer) -> Response:
        if kept.fingerprint != self.fingerprint:
            raise KeyReusedError(self.key)
        headers = {"location": kept.location, "etag": kept.etag, REPLAYED: "true"}
        told = {name: value for name, value in headers.items() if value is not None}
        return Response(kept.answer, kept.status, told, media_type="application/json")


def promise_of(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            description=(
                "Chosen by the caller, best a UUID. The same request with the same key gives the answer "
                "of the first; secrets are null in it."
            ),
            max_length=LONGEST_KEY_CHARACTERS,
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ] = None,
) -> Promise | None:
    """Read the key of a request, if it has one.

    Raises:
        InvalidRequestError: the header holds no key.
    """
    if idempotency_key is None:
        return None
    resources = resources_of(request)
    person_id = person_id_now()
    address = request.client.host if request.client else "unknown"
    return Promise(
        asked_by=f"address:{address}"[:100] if person_id is None else f"person:{person_id}",
        key=_plain(idempotency_key),
        fingerprint=_fingerprint(request),
        status=getattr(request.scope.get("route"), "status_code", None) or HTTPStatus.OK.value,
        database=resources.database,
        kept_for=kept_for(resources.settings),
    )


def kept_for(settings: Settings) -> timedelta:
    """Tell how long an answer is kept."""
    return timedelta(hours=settings.idempotency_hours)


def once(*, hides: Sequence[str] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a route that makes something be asked again without making it twice; below the router's own decorator.

    Args:
        hides: fields of the answer that are secrets, which are never kept.
    """

    def decorate(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(endpoint)
        def answered(*, promise: Promise | None, **given: Any) -> Any:
            if promise is None:
                return endpoint(**given)
            return promise.keep(lambda: endpoint(**given), hides=hides, response=given.get("response"))

        signature = inspect.signature(endpoint)
        parameter = inspect.Parameter(
            "promise",
            inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[Promise | None, Depends(promise_of)],
        )
        answered.__signature__ = signature.replace(  # type: ignore[attr-defined]  # FastAPI reads it
            parameters=[*signature.parameters.values(), parameter]
        )
        return answered

    return decorate


def _plain(header: str) -> str:
    """Take the key out of the header, which the draft writes as a quoted string and many write without quotes.

    >>> _plain('"a-1"'), _plain("a-1")
    ('a-1', 'a-1')
    """
    text = header.strip()
    key = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not key or not key.isascii() or not key.isprintable():
        raise InvalidRequestError.at(
            "header:idempotency-key", "holds no key; accepted: 1 to 255 visible ASCII characters"
        )
    return key


def _fingerprint(request: Request) -> str:
    said = hashlib.sha256()
    body: bytes = getattr(request.state, "body", b"")
    content_type = request.headers.get("content-type", "")
    for part in (request.method, request.url.path, request.url.query, content_type):
        said.update(part.encode() + b"\0")
    said.update(body)
    return said.hexdigest()


def once_responses(*errors: Any) -> dict[int | str, dict[str, Any]]:
    """Declare the errors of a route that may be asked again."""
    return responses(*errors, *KEY_ERRORS)
