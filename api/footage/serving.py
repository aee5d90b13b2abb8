"""Gives a stored file to a browser without letting it act as a page of ours.

Source: OWASP File Upload guidance; ranges by RFC 9110 section 14 (Starlette's FileResponse).
Left out: who may fetch it.
"""

import re
from http import HTTPStatus
from typing import Literal

from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from api.errors import Problem
from api.problems import answer
from api.storage.objects import ObjectStore

# Only what a browser shows without running anything; everything else is offered for download.
SHOWN_MEDIA_TYPES = frozenset(
    {"video/mp4", "video/webm", "image/jpeg", "image/png", "image/svg+xml", "application/pdf"}
)
# An SVG opened on its own is a document: without scripts, plugins or an origin it is a picture again.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
ONE_YEAR_S = 31_536_000
# Positions of at most 18 digits; a range of another unit, or none at all, is to be ignored (RFC 9110, 14.2).
_RANGES = re.compile(r"bytes=(?:\d{1,18}-\d{0,18}|-\d{1,18})(?:,(?:\d{1,18}-\d{0,18}|-\d{1,18}))*")
BEYOND_THE_END = Problem(
    code=f"http_{HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE.value}",
    title=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE.phrase,
    status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE.value,
    detail="No such range in this file. Accepted: bytes within the length that Content-Range tells.",
)


class StoredFileResponse(FileResponse):
    """A file of the store; a range that is none is ignored, one beyond the end is refused in our one shape."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whole or in ranges."""
        request = Request(scope)
        if not _RANGES.fullmatch(request.headers.get("range", "bytes=0-").replace(" ", "")):
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"range"]}
        refusals: list[MutableHeaders] = []

        async def send_unless_refused(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= HTTPStatus.BAD_REQUEST:
                refusals.append(MutableHeaders(raw=message["headers"]))
            if not refusals:
                await send(message)

        await super().__call__(scope, receive, send_unless_refused)
        for headers in refusals:
            length = {name: value for name, value in headers.items() if name == "content-range"}
            await answer(request, BEYOND_THE_END, length)(scope, receive, send)


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
    """
    shown = media_type in SHOWN_MEDIA_TYPES
    disposition: Literal["inline", "attachment"] = "inline" if shown else "attachment"
    return StoredFileResponse(
        objects.existing_path_of(sha256),
        media_type=media_type if shown else "application/octet-stream",
        filename=file_name,
        content_disposition_type=disposition,
        headers={
            "etag": f'"{sha256}"',
            "cache-control": f"private, max-age={ONE_YEAR_S}, immutable",
            "content-security-policy": SANDBOX,
        },
    )
