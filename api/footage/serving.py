"""Gives a stored file to a browser, whole or in ranges, without letting it act as a page of ours.

Source: OWASP File Upload guidance; RFC 9110, 13 (conditions), 14 (ranges) and 9.3.2 (HEAD).
Left out: who may fetch it.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.errors import Problem
from api.problems import answer, problem_response
from api.storage.objects import ObjectStore

# Only what a browser shows without running anything; everything else is offered for download.
SHOWN_MEDIA_TYPES = frozenset(
    {"video/mp4", "video/webm", "image/jpeg", "image/png", "image/svg+xml", "application/pdf"}
)
# An SVG opened on its own is a document: without scripts, plugins or an origin it is a picture again.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
ONE_YEAR_S = 31_536_000
MOST_RANGES = 32
# Positions of at most 18 digits; a range of another unit, or none at all, is to be ignored (RFC 9110, 14.2).
_RANGES = re.compile(
    r"bytes=(?:\d{1,18}-\d{0,18}|-\d{1,18})(?:,(?:\d{1,18}-\d{0,18}|-\d{1,18}))*", re.IGNORECASE
)
BEYOND_THE_END = Problem(
    code=f"http_{HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE.value}",
    title=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE.phrase,
    status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE.value,
    detail="No such range in this file. Accepted: bytes within the length that Content-Range tells.",
)

_BYTES = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
DESCRIBED: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK.value: {"description": "The whole file.", "content": _BYTES},
    HTTPStatus.PARTIAL_CONTENT.value: {"description": "The ranges that were asked for.", "content": _BYTES},
    HTTPStatus.NOT_MODIFIED.value: {"description": "The caller has the file already."},
    **problem_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE.value, BEYOND_THE_END.detail),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """The bytes from `start` up to and without `stop`."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of an answer: bytes that stand before it, a range of the file, bytes that stand after it."""

    before: bytes
    range: ByteRange
    after: bytes

    @property
    def size_bytes(self) -> int:
        """Count all of it."""
        return len(self.before) + self.range.stop - self.range.start + len(self.after)


class StoredFileResponse(Response):
    """A file of the store, wherever it lies: GET and HEAD, whole, in one range or in several.

    Args:
        objects: where it is stored.
        sha256: its name there.
        size_bytes: of the whole file.
        headers: of every answer.
    """

    def __init__(
        self, objects: ObjectStore, sha256: str, size_bytes: int, *, headers: dict[str, str]
    ) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._objects = objects
        self._sha256 = sha256
        self._size_bytes = size_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = Request(scope)
        if _names(request.headers.get("if-none-match"), self.headers["etag"]):
            unchanged = {name: value for name, value in self.headers.items() if name != "content-type"}
            await Response(status_code=HTTPStatus.NOT_MODIFIED, headers=unchanged)(scope, receive, send)
            return
        asked = asked_ranges(self._applicable_range(request), self._size_bytes)
        if asked is not None and not asked:
            length = {"content-range": f"bytes */{self._size_bytes}"}
            await answer(request, BEYOND_THE_END, length)(scope, receive, send)
            return
        status = HTTPStatus.OK if asked is None else HTTPStatus.PARTIAL_CONTENT
        parts, more_headers = self._parts(asked)
        headers = dict(self.headers) | more_headers
        headers["content-length"] = str(sum(part.size_bytes for part in parts))
        if request.method == "HEAD":
            await Response(status_code=status, headers=headers)(scope, receive, send)
            return
        # It also notices a reader that goes away, and reads no further for nobody.
        await StreamingResponse(self._bytes_of(parts), status, headers)(scope, receive, send)

    def _applicable_range(self, request: Request) -> str | None:
        # The bytes behind a name never change: only our own tag can match, and a date cannot.
        if request.headers.get("if-range", self.headers["etag"]) != self.headers["etag"]:
            return None
        return request.headers.get("range")

    def _parts(self, asked: Sequence[ByteRange] | None) -> tuple[list[Part], dict[str, str]]:
        whole = ByteRange(start=0, stop=self._size_bytes)
        if asked is None:
            return [Part(before=b"", range=whole, after=b"")], {}
        if len(asked) == 1:
            part = Part(before=b"", range=asked[0], after=b"")
            return [part], {"content-range": self._content_range(asked[0])}
        boundary = token_hex(16)
        parts = [self._enveloped(item, boundary) for item in asked]
        nothing = ByteRange(start=0, stop=0)
        parts.append(Part(before=f"--{boundary}--\r\n".encode(), range=nothing, after=b""))
        return parts, {"content-type": f"multipart/byteranges; boundary={boundary}"}

    def _enveloped(self, item: ByteRange, boundary: str) -> Part:
        lines = (
            f"--{boundary}",
            f"Content-Type: {self.headers['content-type']}",
            f"Content-Range: {self._content_range(item)}",
            "",
            "",
        )
        return Part(before="\r\n".join(lines).encode(), range=item, after=b"\r\n")

    def _content_range(self, item: ByteRange) -> str:
        return f"bytes {item.start}-{item.stop - 1}/{self._size_bytes}"

    async def _bytes_of(self, parts: Sequence[Part]) -> AsyncIterator[bytes]:
        for part in parts:
            yield part.before
            chunks = self._objects.chunks(self._sha256, start=part.range.start, stop=part.range.stop)
            # Reading may wait for a disk or another machine, and the loop must not.
            while (chunk := await run_sync(_next_of, chunks)) is not None:
                yield chunk
            yield part.after


def file_response(
    objects: ObjectStore, *, sha256: str, file_name: str, media_type: str
) -> StoredFileResponse:
    """Answer with a stored file, whole or in ranges.

    Args:
        objects: where it is stored.
        sha256: its name there; also its entity tag, since the bytes behind it never change.
        file_name: what a browser saves it as, in any script.
        media_type: what it was found to be when it was received, never what its sender said.

    Raises:
        DamagedObjectError: the store has lost it.
        StorageError: the store does not answer.
    """
    shown = media_type in SHOWN_MEDIA_TYPES
    headers = {
        "content-type": media_type if shown else "application/octet-stream",
        "content-disposition": _disposition("inline" if shown else "attachment", file_name),
        "accept-ranges": "bytes",
        "etag": f'"{sha256}"',
        "cache-control": f"private, max-age={ONE_YEAR_S}, immutable",
        "content-security-policy": SANDBOX,
    }
    return StoredFileResponse(objects, sha256, objects.size_of(sha256), headers=headers)


def gives_file(router: APIRouter, path: str, **declared: Any) -> Callable[[Any], Any]:
    """Declare a route that gives a stored file, for GET and for HEAD alike.

    Args:
        router: of the noun.
        path: below its prefix.
        declared: what the router is told of the route: responses, dependencies.
    """

    def declare(endpoint: Any) -> Any:
        router.head(path, include_in_schema=False, response_class=StoredFileResponse, **declared)(endpoint)
        described = declared | {"responses": declared.get("responses", {}) | DESCRIBED}
        # FastAPI asks the class for its default status, which it does not have: a range answers 206.
        return router.get(path, status_code=200, response_class=StoredFileResponse, **described)(endpoint)

    return declare


def asked_ranges(header: str | None, size_bytes: int) -> Sequence[ByteRange] | None:
    """Read a Range header.

    Args:
        header: as it was sent; None where it was not, or does not apply.
        size_bytes: of the whole file.

    Returns:
        None where the whole file is to be given; nothing where no range lies in the file; else the ranges
        in the order of the file, joined where they touch.

    >>> asked_ranges("bytes=0-1,-2", 10)
    (ByteRange(start=0, stop=2), ByteRange(start=8, stop=10))
    """
    plain = "" if header is None else header.replace(" ", "")
    # Many small ranges cost the server more than the whole file costs anyone.
    if not _RANGES.fullmatch(plain) or plain.count(",") >= MOST_RANGES:
        return None
    found = [_range_of(item, size_bytes) for item in plain.partition("=")[2].split(",")]
    return _joined(sorted((item for item in found if item is not None), key=lambda item: item.start))


def _range_of(item: str, size_bytes: int) -> ByteRange | None:
    first, _, last = item.partition("-")
    if not first:
        start, stop = max(0, size_bytes - int(last)), size_bytes
    else:
        start, stop = int(first), size_bytes if not last else min(size_bytes, int(last) + 1)
    return ByteRange(start=start, stop=stop) if start < stop else None


def _joined(ranges: Sequence[ByteRange]) -> tuple[ByteRange, ...]:
    joined: list[ByteRange] = []
    for item in ranges:
        if joined and item.start <= joined[-1].stop:
            joined[-1] = ByteRange(start=joined[-1].start, stop=max(joined[-1].stop, item.stop))
        else:
            joined.append(item)
    return tuple(joined)


def _names(header: str | None, tag: str) -> bool:
    if header is None:
        return False
    return header.strip() == "*" or tag in {given.strip().removeprefix("W/") for given in header.split(",")}


def _disposition(kind: str, file_name: str) -> str:
    quoted = quote(file_name)
    if quoted == file_name:
        return f'{kind}; filename="{file_name}"'
    return f"{kind}; filename*=utf-8''{quoted}"


def _next_of(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)
