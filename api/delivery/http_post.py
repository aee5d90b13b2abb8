"""Posts one message over HTTP/1.1 to an address that was checked, within one time limit for everything.

Source: RFC 9112; h11 for the protocol. Host header and TLS name stay the target's, whatever address is connected to.
Left out: redirects, cookies, compression, connections kept open, proxies: a receiver is reached directly or not.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import h11

from api.delivery.addresses import Target
from api.delivery.errors import ReceiverError

MAX_ANSWER_BYTES = 2048
_MAX_HEAD_BYTES = 32 * 1024
_CHUNK_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver answered; `excerpt` is the beginning of the body."""

    status: int
    retry_after: str | None
    excerpt: str


class Deadline:
    """One time limit that several waits share."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._ends_s = time.monotonic() + limit_s

    def left_s(self) -> float:
        """Give what is left.

        Raises:
            ReceiverError: nothing is.
        """
        left_s = self._ends_s - time.monotonic()
        if left_s <= 0.0:
            raise ReceiverError(f"no answer within {self._limit_s:g} s")
        return left_s


def post(
    target: Target,
    addresses: Sequence[str],
    *,
    headers: Mapping[str, str],
    body: bytes,
    deadline: Deadline,
    tls: ssl.SSLContext | None,
) -> Answer:
    """Send a body and read the beginning of the answer.

    Raises:
        ReceiverError: no connection, no trusted certificate, no answer in time, or an answer that is no HTTP.
    """
    try:
        with (
            connected(target, addresses, deadline) as plain,
            _secured(plain, tls, deadline) as stream,
        ):
            connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
            _send(connection, stream, target, headers, body, deadline)
            return _read_answer(connection, stream, deadline)
    except TimeoutError as error:
        raise ReceiverError("no answer in time") from error
    except ssl.SSLCertVerificationError as error:
        raise ReceiverError(f"certificate not trusted: {error.verify_message}") from error
    except OSError as error:
        raise ReceiverError(f"connection failed: {error.strerror or error}") from error
    except h11.RemoteProtocolError as error:
        raise ReceiverError(f"no HTTP answer: {error}") from error


def connected(target: Target, addresses: Sequence[str], deadline: Deadline) -> socket.socket:
    """Connect to the first address that answers; none may use up the time of those after it.

    Raises:
        ReceiverError: the time is over.
        OSError: none answers.
    """
    failure: OSError = OSError("there is no address")
    for index, address in enumerate(addresses):
        share_s = deadline.left_s() / (len(addresses) - index)
        try:
            return socket.create_connection((address, target.port), timeout=share_s)
        except OSError as error:
            failure = error
    raise failure


def _secured(
    plain: socket.socket, tls: ssl.SSLContext | None, deadline: Deadline
) -> contextlib.AbstractContextManager[socket.socket]:
    if tls is None:
        return contextlib.nullcontext(plain)
    plain.settimeout(deadline.left_s())
    return tls.wrap_socket(plain)


def _send(
    connection: h11.Connection,
    stream: socket.socket,
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    deadline: Deadline,
) -> None:
    sent = {"host": target.authority, "content-length": str(len(body)), "connection": "close", **headers}
    request = h11.Request(method="POST", target=target.path, headers=list(sent.items()))
    for event in (request, h11.Data(data=body), h11.EndOfMessage()):
        stream.settimeout(deadline.left_s())
        stream.sendall(connection.send(event) or b"")


def _read_answer(connection: h11.Connection, stream: socket.socket, deadline: Deadline) -> Answer:
    head = _next(connection, stream, deadline)
    while isinstance(head, h11.InformationalResponse):
        head = _next(connection, stream, deadline)
    if not isinstance(head, h11.Response):
        raise ReceiverError("the connection was closed without an answer")
    retry_after = next((value for name, value in head.headers if name == b"retry-after"), None)
    return Answer(
        status=head.status_code,
        retry_after=None if retry_after is None else retry_after.decode("latin-1"),
        excerpt=_excerpt(connection, stream, deadline),
    )


def _excerpt(connection: h11.Connection, stream: socket.socket, deadline: Deadline) -> str:
    # The status is the acknowledgement; a body that stalls, breaks off or has no end changes nothing about it.
    body = bytearray()
    with contextlib.suppress(ReceiverError, OSError, h11.RemoteProtocolError):
        while len(body) < MAX_ANSWER_BYTES:
            event = _next(connection, stream, deadline)
            if not isinstance(event, h11.Data):
                break
            body += event.data
    text = bytes(body[:MAX_ANSWER_BYTES]).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text)


def _next(connection: h11.Connection, stream: socket.socket, deadline: Deadline) -> object:
    event: object = connection.next_event()
    while event is h11.NEED_DATA:
        stream.settimeout(deadline.left_s())
        connection.receive_data(stream.recv(_CHUNK_BYTES))
        event = connection.next_event()
    return event
