"""A zip file with one way to write it: whoever has the files can say every byte of what is around them.

Source: APPNOTE.TXT 6.3.10 (PKWARE), sections 4.3 to 4.5, with the zip64 extensions of 4.5.3.
Left out: compression, times, rights and comments: what an export does not need cannot be altered in it either.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from api.errors import NotAnExportError

CHUNK_BYTES = 1024 * 1024
_LIMIT = 0xFFFFFFFF
_COUNT_LIMIT = 0xFFFF
_PLAIN_VERSION, _ZIP64_VERSION = 20, 45
_UNIX = 3 << 8
_UTF8 = 0x0800
_FIRST_OF_1980 = 0x0021
_READABLE_FILE = 0o100644 << 16
_NO_ZIP = (
    zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OverflowError, IndexError, EOFError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file in the archive."""

    name: str
    size_bytes: int
    crc32: int
    chunks: Callable[[], Iterator[bytes]]


def member_of_bytes(name: str, content: bytes) -> Member:
    """Make a file of what is in memory."""
    return Member(
        name=name, size_bytes=len(content), crc32=zlib.crc32(content), chunks=lambda: iter((content,))
    )


def layout(members: Iterable[Member]) -> Iterator[bytes | Member]:
    """Give the archive in its order: what is around the files as bytes, and each file in its place."""
    offset = 0
    directory = bytearray()
    count = 0
    for member in members:
        header = _local_header(member)
        yield header
        yield member
        directory += _directory_entry(member, offset)
        offset += len(header) + member.size_bytes
        count += 1
    yield bytes(directory)
    yield _end(count=count, size=len(directory), offset=offset)


def written(members: Iterable[Member]) -> Iterator[bytes]:
    """Give the archive as it is sent."""
    for piece in layout(members):
        if isinstance(piece, bytes):
            yield piece
        else:
            yield from piece.chunks()


class Archive:
    """An archive that somebody gave: its files, and where its envelope differs from the one way to write it.

    Args:
        path: the file.

    Raises:
        NotAnExportError: it is no zip file, or holds what an export never does.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.first_difference: int | None = None
        self.members: dict[str, Member] = {}
        try:
            with zipfile.ZipFile(path) as opened:
                infos = opened.infolist()
                # The comment belongs to no file; one that is there is found as a difference of the end.
        except _NO_ZIP as error:
            raise NotAnExportError(path, f"no zip file that can be read ({error})") from error
        if any(
            info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size for info in infos
        ):
            raise NotAnExportError(path, "holds compressed files, and an export has none")
        self._place(infos)

    def _place(self, infos: list[zipfile.ZipInfo]) -> None:
        """Find where each file must begin, and compare everything around the files."""
        position = 0
        listed = [
            Member(name=info.filename, size_bytes=info.file_size, crc32=info.CRC, chunks=lambda: iter(()))
            for info in infos
        ]
        with self.path.open("rb") as file:
            for piece in layout(listed):
                if isinstance(piece, Member):
                    self._keep(piece, position)
                    position += piece.size_bytes
                    continue
                file.seek(position)
                self._compare(file.read(len(piece)), piece, position)
                position += len(piece)
            if file.seek(0, 2) != position and self.first_difference is None:
                self.first_difference = position

    def _keep(self, piece: Member, position: int) -> None:
        if piece.name in self.members:
            raise NotAnExportError(self.path, f"holds {piece.name!r} twice")
        self.members[piece.name] = Member(
            name=piece.name,
            size_bytes=piece.size_bytes,
            crc32=piece.crc32,
            chunks=lambda: file_chunks(self.path, start=position, size_bytes=piece.size_bytes),
        )

    def _compare(self, found: bytes, expected: bytes, position: int) -> None:
        if found != expected and self.first_difference is None:
            pairs = enumerate(zip(found, expected, strict=False))
            place = next((index for index, (one, other) in pairs if one != other), len(found))
            self.first_difference = position + place


def file_chunks(path: Path, *, start: int = 0, size_bytes: int | None = None) -> Iterator[bytes]:
    """Read a part of a file."""
    left = path.stat().st_size - start if size_bytes is None else size_bytes
    with path.open("rb") as file:
        file.seek(start)
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


def _local_header(member: Member) -> bytes:
    size = member.size_bytes
    extra = struct.pack("<HHQQ", 1, 16, size, size) if size >= _LIMIT else b""
    return _fixed(
        "<IHHHHHIIIHH",
        0x04034B50, _version(extra), _UTF8, 0, 0, _FIRST_OF_1980, member.crc32,
        min(size, _LIMIT), min(size, _LIMIT), len(member.name.encode()), len(extra),
    ) + member.name.encode() + extra  # fmt: skip


def _directory_entry(member: Member, offset: int) -> bytes:
    size = member.size_bytes
    large = [size, size] if size >= _LIMIT else []
    large += [offset] if offset >= _LIMIT else []
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    version = _version(extra)
    return _fixed(
        "<IHHHHHHIIIHHHHHII",
        0x02014B50, _UNIX | version, version, _UTF8, 0, 0, _FIRST_OF_1980, member.crc32,
        min(size, _LIMIT), min(size, _LIMIT), len(member.name.encode()), len(extra),
        0, 0, 0, _READABLE_FILE, min(offset, _LIMIT),
    ) + member.name.encode() + extra  # fmt: skip


def _end(*, count: int, size: int, offset: int) -> bytes:
    end = _fixed(
        "<IHHHHIIH",
        0x06054B50, 0, 0, min(count, _COUNT_LIMIT), min(count, _COUNT_LIMIT), min(size, _LIMIT), min(offset, _LIMIT), 0,
    )  # fmt: skip
    if count < _COUNT_LIMIT and size < _LIMIT and offset < _LIMIT:
        return end
    record = _fixed(
        "<IQHHIIQQQQ",
        0x06064B50, 44, _UNIX | _ZIP64_VERSION, _ZIP64_VERSION, 0, 0, count, count, size, offset,
    )  # fmt: skip
    locator = _fixed("<IIQI", 0x07064B50, 0, offset + size, 1)
    return record + locator + end


def _version(extra: bytes) -> int:
    return _ZIP64_VERSION if extra else _PLAIN_VERSION


def _fixed(form: str, *values: int) -> bytes:
    return struct.pack(form, *values)
