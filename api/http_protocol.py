"""Answers what is no HTTP in the one shape of all refusals, before any application could.

Source: uvicorn's protocol class, whose own answer is plain text; RFC 9457.
Left out: everything that is HTTP.
"""

import asyncio
import json
from http import HTTPStatus
from typing import cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from api.errors import Problem, SlowRequestError
from api.problems import MEDIA_TYPE, problem_body

HEAD_LIMIT_S = 30.0
"""A line and headers fit into one packet; nobody needs longer, and who holds connections open gains nothing."""

NO_HTTP = Problem(
    code=f"http_{HTTPStatus.BAD_REQUEST.value}",
    title=HTTPStatus.BAD_REQUEST.phrase,
    status=HTTPStatus.BAD_REQUEST.value,
    detail="The request is no HTTP. Accepted: HTTP/1.1 with one Host and a Content-Length that is a count of bytes.",
)


TOO_SLOW = Problem(
    code=SlowRequestError.code,
    title=SlowRequestError.title,
    status=SlowRequestError.status,
    detail=f"The head of the request did not come within {HEAD_LIMIT_S:.0f} s.",
)


class ProblemProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with its one answer of its own replaced, and an end to requests that never begin."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request soon."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Read; a head that comes in drops must still be whole in time."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._expect_head()
        else:
            self._forget_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._forget_deadline()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        # What runs already is not begun anew by another drop.
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_LIMIT_S, self._give_up)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            if self.conn.our_state is h11.IDLE:
                self._refuse(TOO_SLOW)
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what could not be read as a request, and hang up."""
        self.logger.warning("no HTTP: %s", msg)
        # Before the first request there is none, whatever uvicorn's annotation says.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete:
            # An answer of the application can no longer be sent: it must not try, and not wait for more to come.
            cycle.disconnected = True
            cycle.message_event.set()
        # Where an answer is under way, a second one behind its beginning would be read as a part of it.
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self._refuse(NO_HTTP)
        self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        body = json.dumps(problem_body(problem, instance="")).encode()
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        answered = self.scope if self.conn.our_state is h11.SEND_RESPONSE else None
        # The answer to HEAD has the headers of a body and no body.
        shown = () if answered is not None and answered["method"] == "HEAD" else (h11.Data(data=body),)
        reason = HTTPStatus(problem.status).phrase.encode()
        events = (
            h11.Response(status_code=problem.status, headers=headers, reason=reason),
            *shown,
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
