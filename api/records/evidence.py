"""Finds the evidence that records name, and the files that it is in.

Source: `api.records.payloads.Evidence`; the content-addressed store.
Left out: why a file is kept or kept aside.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from api.errors import DamagedObjectError
from api.storage.objects import Area, ObjectStore

_NAME = b',"evidence":'
_DELETED = "storage.file_deleted"
_DELETED_NAME = f'"kind":"{_DELETED}"'.encode()
_EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/svg+xml": ".svg",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/x-matroska": ".mkv",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/x-subrip": ".srt",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A file that records name as evidence, and the first of them."""

    sequence: int
    media_type: str

    def file_name(self, sha256: str) -> str:
        """Give the name in an export: the hash, and an ending by which programs know what it is."""
        return sha256 + _EXTENSIONS.get(self.media_type, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file of evidence that is there, and whose bytes are what its name says."""

    area: Area
    size_bytes: int
    crc32: int


class EvidenceList:
    """Gathers what the contents of records name, and what of it they say was deleted afterwards."""

    def __init__(self) -> None:
        self.named: dict[str, Named] = {}
        self.deleted: set[str] = set()
        """Files of which the last word of the chain is that the declared policy deleted them."""

    def take(self, sequence: int, content: bytes) -> None:
        """Note the evidence of one record, or what it says was deleted; most have neither, and are not read.

        Raises:
            ValueError: the content is no record.
        """
        if _DELETED_NAME in content:
            self.deleted |= _deleted_of(content)
        # Only the actor and the causes stand before it, and in a text its quotes would be escaped.
        place = content.find(_NAME) + len(_NAME)
        if content[place : place + 2] == b"[]":
            return
        for item in _evidence_of(content):
            self.named.setdefault(item[0], Named(sequence=sequence, media_type=item[1]))
            # Whoever names it later needs it again.
            self.deleted.discard(item[0])


def look_for(objects: ObjectStore, sha256: str) -> FoundFile:
    """Find a file among the objects, or among what was kept aside, and read it through.

    Raises:
        DamagedObjectError: it is gone, or its bytes are others.
    """
    areas: tuple[Area, ...] = ("objects", "quarantine")
    area = next((area for area in areas if objects.exists(sha256, area=area)), None)
    if area is None:
        raise DamagedObjectError(sha256, "not in the store")
    digest, crc32, size_bytes = hashlib.sha256(), 0, 0
    for chunk in objects.chunks(sha256, area=area):
        digest.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)
        size_bytes += len(chunk)
    if digest.hexdigest() != sha256:
        raise DamagedObjectError(sha256, f"its bytes now have the hash {digest.hexdigest()}")
    return FoundFile(area=area, size_bytes=size_bytes, crc32=crc32)


def _evidence_of(content: bytes) -> Iterator[tuple[str, str]]:
    record = json.loads(content)
    items = record.get("evidence") if isinstance(record, dict) else None
    if not isinstance(items, list):
        raise ValueError("no list of evidence")  # noqa: TRY004 (what is read is the value that is wrong)
    for item in items:
        if not (isinstance(item, dict) and isinstance(item.get("sha256"), str)):
            raise ValueError("evidence without a hash")  # noqa: TRY004
        yield item["sha256"], str(item.get("media_type"))


def _deleted_of(content: bytes) -> set[str]:
    record = json.loads(content)
    # The same words in a payload are not the kind of the record.
    is_deletion = isinstance(record, dict) and record.get("kind") == _DELETED
    payload = record.get("payload") if is_deletion else None
    return {str(payload["sha256"])} if isinstance(payload, dict) and "sha256" in payload else set()
