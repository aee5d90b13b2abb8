"""Receivers of events for tests: an HTTP server that answers as it is told to, and a real MQTT broker.

Source: the Python standard library; Eclipse Mosquitto (`make broker` installs it).
Left out: what is sent to them.
"""

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from running_service import free_port

PATIENCE_S = 30.0
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
Fault = Literal["none", "stall", "drop", "drip", "garbage"]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What to do with one request."""

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    fault: Fault = "none"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


@dataclass(kw_only=True)
class HttpReceiver:
    """What a server got, and how it is to answer: `replies` one a request, then `otherwise`."""

    port: int
    scheme: str = "http"
    replies: list[Reply] = field(default_factory=list)
    otherwise: Reply = field(default_factory=Reply)
    arrivals: list[Arrival] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    def take(self, arrival: Arrival) -> Reply:
        with self.lock:
            self.arrivals.append(arrival)
            return self.replies.pop(0) if self.replies else self.otherwise

    def await_more(self, count: int) -> None:
        """Wait for some more requests."""
        seen = len(self.arrivals)
        eventually(lambda: len(self.arrivals) >= seen + count)

    def sequences(self) -> list[int]:
        """Give the records that came, in the order of their arrival."""
        with self.lock:
            return [
                arrival.document["data"]["sequence"]
                for arrival in self.arrivals
                if "sequence" in arrival.document["data"]
            ]


@contextmanager
def receiving(*, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[HttpReceiver]:
    """Run a server on this machine; with `tls` it speaks HTTPS."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    scheme = "http"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    receiver = HttpReceiver(port=server.server_address[1], scheme=scheme)
    server.receiver = receiver  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        receiver: HttpReceiver = self.server.receiver  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = receiver.take(Arrival(path=self.path, headers=headers, body=body))
        self.close_connection = True
        match reply.fault:
            case "none":
                self._answer(reply)
            case "stall":
                receiver.ended.wait(PATIENCE_S)
            case "drop":
                self.connection.shutdown(socket.SHUT_RDWR)
            case "drip":
                self._drip(receiver)
            case "garbage":
                self.wfile.write(b"SMTP ready\r\n\r\n")

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in (*reply.headers, ("content-length", str(len(reply.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def _drip(self, receiver: HttpReceiver) -> None:
        # One byte of a header at a time: no single wait is long, the whole has no end.
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
        while not receiver.ended.wait(0.05):
            try:
                self.wfile.write(b"z")
            except OSError:
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (as it is inherited)
        """Say nothing."""


class Broker:
    """A Mosquitto of its own, which can be killed and started again on the same port."""

    def __init__(self, folder: Path, *lines: str, port: int | None = None) -> None:
        assert MOSQUITTO is not None, "no mosquitto is installed: `make broker`"
        self.port = port or free_port()
        self._config = folder / "mosquitto.conf"
        # Started by root it would give up root's rights, and with them the folder of the test.
        listener = [f"listener {self.port} 127.0.0.1", "user root", *lines]
        if not any(line.startswith("password_file") for line in lines):
            listener.append("allow_anonymous true")
        self._config.write_text("\n".join(listener) + "\n", encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        eventually(self._listens)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Listener:
    """A client of somebody else: it notes what the broker hands on, and comes back when the broker does."""

    def __init__(self, port: int, *, topic: str = "hullmark/#") -> None:
        self.messages: list[MQTTMessage] = []
        self.subscribed = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=f"listener-{uuid4()}", protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.on_connect = lambda client, *_: client.subscribe(topic, qos=1)
        self._client.on_subscribe = lambda *_: self.subscribed.set()
        self._client.on_disconnect = lambda *_: self.subscribed.clear()
        self._client.on_message = lambda _client, _data, message: self.messages.append(message)
        self._client.connect("127.0.0.1", port, keepalive=5)
        self._client.loop_start()
        assert self.subscribed.wait(10.0)

    def sequences(self) -> list[int]:
        return [json.loads(message.payload)["data"]["sequence"] for message in self.messages]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def eventually(question: Callable[[], Any], *, patience_s: float = PATIENCE_S) -> None:
    """Wait until something is so."""
    deadline_s = time.monotonic() + patience_s
    while not question():
        assert time.monotonic() < deadline_s, "it did not come about"
        time.sleep(0.02)
