"""Clients that ask one route again and again over kept connections, and what they waited.

Source: a closed loop: each client asks again when it was answered, so requests a second follow from the waiting.
Left out: an open loop of arrivals, which asks more than a service can answer and then measures its queue.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

CLIENTS = (1, 16, 64)
_FIRST_REFUSAL = 400
_HEADERS_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route to be asked.

    Attributes:
        name: for a person.
        method: of HTTP.
        path: with its query; takes the number of the request where it matters.
        body: JSON of the n-th request; None where nothing is sent.
    """

    name: str
    method: str
    path: str
    body: Callable[[int], Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFigures:
    """What so many clients got of one route."""

    route: str
    clients: int
    requests: int
    refused: int
    requests_per_s: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the service listens, and who asks it."""

    host: str
    port: int
    token: str | None


def measure_route(target: Target, route: Route, *, clients: int, duration_s: float) -> LoadFigures:
    """Let so many clients ask for so long, each once at least; the first answer of each does not count."""
    return asyncio.run(_measured(target, route, clients, duration_s))


async def _measured(target: Target, route: Route, clients: int, duration_s: float) -> LoadFigures:
    numbers = itertools.count(1)
    connections = [await asyncio.open_connection(target.host, target.port) for _ in range(clients)]
    users = [
        _User(target=target, route=route, numbers=numbers, reader=reader, writer=writer)
        for reader, writer in connections
    ]
    try:
        waits = await asyncio.gather(*(user.ask_for(duration_s) for user in users))
        elapsed_s = time.perf_counter() - min(began_s for began_s, _, _ in waits)
    finally:
        for _, writer in connections:
            writer.close()
    times_ms = sorted(time_ms for _, own, _ in waits for time_ms in own)
    return LoadFigures(
        route=route.name,
        clients=clients,
        requests=len(times_ms),
        refused=sum(refused for _, _, refused in waits),
        requests_per_s=len(times_ms) / elapsed_s,
        p50_ms=quantile(times_ms, 0.5),
        p99_ms=quantile(times_ms, 0.99),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _User:
    """One client with its connection; `numbers` is common to all, so that no two bodies are alike."""

    target: Target
    route: Route
    numbers: Iterator[int]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self) -> int:
        self.writer.write(_request(self.target, self.route, next(self.numbers)))
        await self.writer.drain()
        return await _status(self.reader)

    async def ask_for(self, duration_s: float) -> tuple[float, list[float], int]:
        """Give when the counting began, every wait in milliseconds, and how many requests were refused."""
        await self.ask()
        # Nobody waits here for the other clients: the service gives up connections on which nothing is asked.
        began_s = time.perf_counter()
        times_ms: list[float] = []
        refused = 0
        while (asked_s := time.perf_counter()) < began_s + duration_s or not times_ms:
            status = await self.ask()
            times_ms.append(1000 * (time.perf_counter() - asked_s))
            refused += status >= _FIRST_REFUSAL
        return began_s, times_ms, refused


def _request(target: Target, route: Route, number: int) -> bytes:
    content = b"" if route.body is None else json.dumps(route.body(number), ensure_ascii=False).encode()
    lines = [f"{route.method} {route.path} HTTP/1.1", f"Host: {target.host}:{target.port}"]
    if target.token is not None:
        lines.append(f"Authorization: Bearer {target.token}")
    if route.body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer whole, and give its status; our routes announce how long it is."""
    head = (await reader.readuntil(_HEADERS_END)).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    await reader.readexactly(int(headers["content-length"]))
    return int(head[0].split(" ", 2)[1])


def quantile(ordered: Sequence[float], share: float) -> float:
    """Give the value below which that share lies.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5)
    3.0
    """
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
