"""Answers what is no HTTP in the one shape of all refusals, before any application could.

Source: uvicorn's protocol class, whose own answer is plain text; RFC 9457.
Left out: everything that is HTTP.
"""

import json
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.errors import Problem
from api.problems import MEDIA_TYPE, problem_body

NO_HTTP = Problem(
    code=f"http_{HTTPStatus.BAD_REQUEST.value}",
    title=HTTPStatus.BAD_REQUEST.phrase,
    status=HTTPStatus.BAD_REQUEST.value,
    detail="The request is no HTTP. Accepted: HTTP/1.1 with one Host and a Content-Length that is a count of bytes.",
)


class ProblemProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with its one answer of its own replaced."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what could not be read as a request, and hang up."""
        self.logger.warning("no HTTP: %s", msg)
        body = json.dumps(problem_body(NO_HTTP, instance="")).encode()
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        events = (
            h11.Response(status_code=HTTPStatus.BAD_REQUEST.value, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
