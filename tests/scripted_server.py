"""A server that answers what a test tells it to, and hangs up when it is told to.

Source: sockets of the standard library; one connection after the other.
Left out: HTTP beyond what a script writes.
"""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HANG_UP = b""
THEN_HANG_UP = "Connection: close"
_END = b"\r\n\r\n"


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Write an answer that keeps the connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Scripted:
    """What was asked so far, and where."""

    port: int
    requests: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def header(self, number: int, name: str) -> str | None:
        """Give a header of the n-th request."""
        for line in self.requests[number][0].split("\r\n")[1:]:
            if line.lower().startswith(f"{name.lower()}: "):
                return line.partition(": ")[2]
        return None


@contextmanager
def scripted(answers: Sequence[bytes], *, reads_body: bool = True) -> Iterator[Scripted]:
    """Answer the requests in their order; after the last answer, and where one is empty, hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Scripted(port=listener.getsockname()[1])
        left = list(answers)
        thread = threading.Thread(target=_serve, args=(listener, server, left, reads_body), daemon=True)
        thread.start()
        yield server
        # Whatever waits for a connection is woken by one.
        left.clear()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        thread.join(timeout=10)


def _serve(listener: socket.socket, server: Scripted, left: list[bytes], reads_body: bool) -> None:  # noqa: FBT001
    # Whoever comes after the last answer is refused, and does not wait for another.
    with listener:
        while left:
            connection, _ = listener.accept()
            with connection:
                while left and (request := _request(connection, reads_body)) is not None:
                    server.requests.append(request)
                    content = left.pop(0) if left else HANG_UP
                    if content == HANG_UP:
                        break
                    connection.sendall(content)
                    if THEN_HANG_UP.encode() in content:
                        break


def _request(connection: socket.socket, reads_body: bool) -> tuple[str, bytes] | None:  # noqa: FBT001
    received = b""
    while _END not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        received += chunk
    head, _, body = received.partition(_END)
    text = head.decode("latin-1")
    length = next(
        (int(line[16:]) for line in text.split("\r\n") if line.lower().startswith("content-length: ")), 0
    )
    while reads_body and len(body) < length:
        body += connection.recv(65536)
    return text, body
