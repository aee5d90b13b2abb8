"""Files on their way out and in: hashed, announced, written whole or not at all.

Source: X-Content-SHA256 of the service; a file that is fetched has its name only when it is complete.
Left out: going on with a broken upload; it is sent again from its beginning.
"""

import hashlib
import os
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from api.client.errors import DifferentBytesError
from api.client.transport import CHUNK_BYTES, FileBody, Progress


def body_of(path: Path, *, media_type: str, progress: Progress | None = None) -> FileBody:
    """Say what of a file is to be sent: all that it holds now."""
    return FileBody(path=path, size_bytes=path.stat().st_size, media_type=media_type, progress=progress)


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save(answer: HTTPResponse, out: Path) -> int:
    """Write an answer into a file that appears only when it is complete.

    Args:
        answer: open, and good to be read.
        out: is replaced where it exists.

    Returns:
        Its size in bytes.

    Raises:
        DifferentBytesError: the answer ended before its announced length.
        OSError: the file cannot be written.
    """
    part = out.with_name(f".{out.name}-{os.getpid()}.part")
    try:
        size_bytes = _written(answer, part)
        announced = answer.headers.get("Content-Length")
        if announced is not None and int(announced) != size_bytes:
            raise DifferentBytesError(str(out), expected=f"{announced} bytes", found=f"{size_bytes}")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return size_bytes


def _written(answer: HTTPResponse, part: Path) -> int:
    size_bytes = 0
    with part.open("wb") as file:
        while True:
            try:
                chunk = answer.read(CHUNK_BYTES)
            except HTTPException as error:
                raise DifferentBytesError(str(part), expected="a whole answer", found=str(error)) from error
            if not chunk:
                break
            size_bytes += file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size_bytes
