"""Receives the bytes of one file: streamed to the disk, hashed, looked into; a cut leaves nothing.

Source: the house's rules for receiving a flight; Content-Digest by RFC 9530.
Left out: resuming a broken upload (tus), which comes with the uploader of the pages.
"""

import base64
import binascii
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from anyio import CapacityLimiter, fail_after
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect

from api.errors import (
    IncompleteUploadError,
    InvalidRequestError,
    LengthRequiredError,
    PayloadTooLargeError,
    UnsupportedMediaError,
)
from api.footage.inspection import Inspection, inspect_file
from api.storage.objects import CHUNK_BYTES, IncomingObject

# Two processes at a time look into files, however many arrive at once: each may decode a large picture.
_INSPECTIONS = CapacityLimiter(2)
_SHA256_HEX = re.compile(r"[0-9a-fA-F]{64}")
_SHA256_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")
_DIGEST_BYTES = 32
SILENCE_LIMIT_S = 120.0
IDENTITY = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedUpload:
    """What the sender says about the bytes before they come."""

    size_bytes: int
    sha256: str | None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str], *, limit_bytes: int) -> Self:
        """Read Content-Length and the optional hash.

        Args:
            headers: of the request, looked up without regard to case.
            limit_bytes: largest file accepted.

        Raises:
            LengthRequiredError: no Content-Length.
            PayloadTooLargeError: more than the limit.
            UnsupportedMediaError: the bytes are encoded for the way, and their hash would not be the file's.
            InvalidRequestError: a hash header that is no SHA-256, or two that differ.
        """
        encoding = headers.get("content-encoding", IDENTITY).strip().lower()
        if encoding != IDENTITY:
            raise UnsupportedMediaError(
                f"Content-Encoding {encoding}", accepted=("the bytes of the file as they are",)
            )
        length = headers.get("content-length")
        if length is None or not length.isascii() or not length.isdigit():
            raise LengthRequiredError("Accepted: an upload with Content-Length, the number of its bytes.")
        if int(length) > limit_bytes:
            raise PayloadTooLargeError(limit_bytes, size_bytes=int(length))
        return cls(size_bytes=int(length), sha256=_announced_sha256(headers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file on its way in: to which flight, under which name, from whom, and with what announced."""

    flight_id: UUID
    file_name: str
    announced: AnnouncedUpload
    actor: str

    def announces_other_than(self, sha256: str) -> bool:
        """Tell whether the sender announced a hash, and another one than this."""
        return self.announced.sha256 is not None and self.announced.sha256 != sha256


async def receive_body(
    incoming: IncomingObject, chunks: AsyncIterator[bytes], announced: AnnouncedUpload
) -> None:
    """Write the body to the disk as it comes.

    Raises:
        IncompleteUploadError: the connection ended, or fell silent, before the announced number of bytes.
        StorageFullError: the disk took no more.
    """
    buffer = bytearray()
    try:
        async for chunk in _while_they_come(chunks):
            buffer += chunk
            if len(buffer) >= CHUNK_BYTES:
                await run_sync(incoming.write, bytes(buffer))
                buffer.clear()
    except (ClientDisconnect, TimeoutError) as error:
        received_bytes = incoming.size_bytes + len(buffer)
        raise IncompleteUploadError(
            received_bytes=received_bytes, expected_bytes=announced.size_bytes
        ) from error
    if buffer:
        await run_sync(incoming.write, bytes(buffer))
    if incoming.size_bytes != announced.size_bytes:
        raise IncompleteUploadError(received_bytes=incoming.size_bytes, expected_bytes=announced.size_bytes)


async def _while_they_come(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Raise TimeoutError when nothing comes: a telephone out of reach does not hang up."""
    while True:
        with fail_after(SILENCE_LIMIT_S):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk


async def look_into(incoming: IncomingObject, *, file_name: str, limit_s: float) -> Inspection:
    """Find out what the received bytes are, before they become an object."""
    path = await run_sync(incoming.complete_path)
    return await run_sync(_inspect, path, file_name, limit_s, limiter=_INSPECTIONS)


def _inspect(path: Path, file_name: str, limit_s: float) -> Inspection:
    return inspect_file(path, name=file_name, limit_s=limit_s)


def _announced_sha256(headers: Mapping[str, str]) -> str | None:
    plain, digest = headers.get("x-content-sha256"), headers.get("content-digest")
    if plain is not None and _SHA256_HEX.fullmatch(plain) is None:
        raise InvalidRequestError.at("header:X-Content-SHA256", "accepted: 64 hexadecimal digits")
    announced = {plain.lower() if plain is not None else None}
    announced.add(None if digest is None else _from_content_digest(digest))
    announced.discard(None)
    if len(announced) > 1:
        raise InvalidRequestError.at(
            "header:Content-Digest", "differs from X-Content-SHA256; accepted: one hash"
        )
    return announced.pop() if announced else None


def _from_content_digest(header: str) -> str | None:
    """Take the SHA-256 out of a Content-Digest; other algorithms are left to other readers.

    >>> _from_content_digest("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:")[:8]
    'e3b0c442'
    """
    found = _SHA256_DIGEST.search(header)
    if found is None:
        return None
    try:
        digest = base64.b64decode(found[1], validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != _DIGEST_BYTES:
        raise InvalidRequestError.at(
            "header:Content-Digest", "accepted: sha-256=:<32 bytes in base64>: (RFC 9530)"
        )
    return digest.hex()
