"""A shelf that is a bucket of an S3-compatible server.

Source: obstore (Rust `object_store`); S3 user guide: an upload in parts is visible when it is completed, or never.
Left out: parts of an upload that was killed: they are invisible, and a lifecycle rule of the bucket removes them.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from api.errors import (
    DamagedObjectError,
    StorageError,
    StorageFullError,
    StorageRefusedError,
    StorageUnreachableError,
    UnusableFileStoreError,
)
from api.storage.objects.shelf import CHUNK_BYTES, Shelved

PART_BYTES = 16 * CHUNK_BYTES
"""Ten thousand parts are allowed: files of up to 156 GiB."""
_PARTS_AT_ONCE = 4
_READ_BYTES = 8 * CHUNK_BYTES
_LIST_AT_ONCE = 1000
_RETRIES = 4
_RETRY_LIMIT = timedelta(seconds=20)
_CONNECT_LIMIT = timedelta(seconds=5)
_REQUEST_LIMIT = timedelta(seconds=60)
# The library names these by class for single objects, and only in its words for listings.
_REFUSED_WORDS = ("401 Unauthorized", "403 Forbidden")
_FULL_WORDS = ("507 Insufficient Storage", "StorageFull", "QuotaExceeded")


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketAddress:
    """Which bucket of which server, and how to be let in.

    Attributes:
        bucket: its name.
        prefix: keys begin with it; empty for the whole bucket.
        endpoint: address of a server that is not Amazon's; None for Amazon's of the region.
        region: as the server names it.
        access_key_id: who is asking.
        secret_access_key: what proves it; shown nowhere.
        retry_limit: how long a request is repeated while the server does not answer.
    """

    bucket: str
    prefix: str
    endpoint: str | None
    region: str
    access_key_id: str
    secret_access_key: str
    retry_limit: timedelta = _RETRY_LIMIT

    def __repr__(self) -> str:
        return f"BucketAddress({self.place})"

    @property
    def place(self) -> str:
        """Name the bucket for a person."""
        return f"s3://{self.bucket}/{self.prefix} at {self.endpoint or f'Amazon S3, {self.region}'}"


class BucketShelf:
    """Objects in a bucket, each under the prefix and its key."""

    def __init__(self, address: BucketAddress) -> None:
        # An optional dependency, of some size: only a service with a bucket loads it.
        import obstore

        self._obstore: Any = obstore
        self.address = address
        self._bucket = _open(address)

    @property
    def place(self) -> str:
        """Name the bucket."""
        return self.address.place

    def prepare(self) -> None:
        """List, write and delete something; a server that does not answer now may do so later.

        Raises:
            UnusableFileStoreError: it refuses these credentials, or there is no such bucket.
        """
        try:
            next(self.listing("objects"), None)
            self._try_writing()
        except StorageUnreachableError:
            return
        except StorageError as error:
            raise UnusableFileStoreError(self.address.place, error.detail) from error

    def keep(self, key: str, part: Path) -> None:
        """Send the file, and have it confirmed that its bytes arrived."""
        with self._named():
            answer = self._obstore.put(
                self._bucket, key, part, chunk_size=PART_BYTES, max_concurrency=_PARTS_AT_ONCE
            )
        if (answer.get("e_tag") or "").strip('"') != entity_tag_of(part):
            # Servers that encrypt give tags of their own: then the bytes themselves are the proof.
            self._compare(key, part)

    def find(self, key: str) -> Shelved | None:
        """Ask for the head of an object."""
        try:
            with self._named():
                return _shelved(key, self._obstore.head(self._bucket, key))
        except FileNotFoundError:
            return None

    def chunks(self, key: str, *, start: int, stop: int) -> Iterator[bytes]:
        """Fetch a range, some megabytes a request: a reader that goes away leaves no long answer behind."""
        while start < stop:
            with self._named():
                fetched = bytes(
                    self._obstore.get_range(
                        self._bucket, key, start=start, end=min(stop, start + _READ_BYTES)
                    )
                )
            if not fetched:
                return
            for offset in range(0, len(fetched), CHUNK_BYTES):
                yield fetched[offset : offset + CHUNK_BYTES]
            start += len(fetched)

    def remove(self, key: str, *, unless_after: datetime | None) -> bool:
        """Delete an object."""
        found = self.find(key)
        if found is not None and unless_after is not None and found.modified_at > unless_after:
            return False
        if found is not None:
            with self._named():
                self._obstore.delete(self._bucket, key)
        return True

    def listing(self, area: str) -> Iterator[Shelved]:
        """List an area, a thousand objects a request."""
        with self._named():
            pages = iter(self._obstore.list(self._bucket, prefix=f"{area}/", chunk_size=_LIST_AT_ONCE))
        while True:
            with self._named():
                page = next(pages, None)
            if page is None:
                return
            for item in page:
                yield _shelved(item["path"], item)

    def local_path(self, key: str) -> Path | None:
        """Nothing of a bucket lies on this machine."""
        del key
        return None

    def _try_writing(self) -> None:
        key = f"trial-{token_hex(8)}"
        with self._named():
            self._obstore.put(self._bucket, key, b"hullmark")
        self.remove(key, unless_after=None)

    def _compare(self, key: str, part: Path) -> None:
        with part.open("rb") as file:
            sent = hashlib.file_digest(file, "sha256").hexdigest()
        digest = hashlib.sha256()
        for chunk in self.chunks(key, start=0, stop=part.stat().st_size):
            digest.update(chunk)
        if digest.hexdigest() != sent:
            self.remove(key, unless_after=None)
            raise DamagedObjectError(sent, "the bucket gave back other bytes than were sent")

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turn what the library raises into an error of the service; a missing object stays what it is."""
        kinds = self._obstore.exceptions
        try:
            yield
        except (kinds.PermissionDeniedError, kinds.UnauthenticatedError) as error:
            raise StorageRefusedError(self.address.place) from error
        except kinds.BaseError as error:
            words = str(error)
            if any(word in words for word in _REFUSED_WORDS):
                raise StorageRefusedError(self.address.place) from error
            if any(word in words for word in _FULL_WORDS):
                raise StorageFullError(needed_bytes=None, free_bytes=None) from error
            if "NoSuchBucket" in words:
                raise StorageError(f"There is no bucket {self.address.place}.") from error
            raise StorageUnreachableError(self.address.place) from error


def entity_tag_of(path: Path) -> str:
    """Compute the tag that S3 gives a file sent in parts of `PART_BYTES`: MD5, or MD5 of the MD5s."""
    with path.open("rb") as file:
        parts = []
        while part := file.read(PART_BYTES):
            parts.append(hashlib.md5(part, usedforsecurity=False).digest())
    if len(parts) <= 1:
        return (parts[0] if parts else hashlib.md5(b"", usedforsecurity=False).digest()).hex()
    return f"{hashlib.md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"


def address_of(url: str) -> tuple[str, str]:
    """Take a bucket and a prefix from an address.

    Raises:
        ValueError: it is none.

    >>> address_of("s3://footage/port-1/")
    ('footage', 'port-1')
    """
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"{url!r} is no s3://bucket/prefix")
    return parts.netloc, parts.path.strip("/")


def _open(address: BucketAddress) -> Any:
    from obstore.store import S3Store

    return S3Store(
        address.bucket,
        prefix=address.prefix or None,
        endpoint=address.endpoint,
        region=address.region,
        access_key_id=address.access_key_id,
        secret_access_key=address.secret_access_key,
        # A port's own server has one name and many buckets.
        virtual_hosted_style_request=address.endpoint is None,
        client_options={
            "allow_http": (address.endpoint or "").startswith("http://"),
            "connect_timeout": _CONNECT_LIMIT,
            "timeout": _REQUEST_LIMIT,
        },
        retry_config={
            "max_retries": _RETRIES,
            "retry_timeout": address.retry_limit,
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=2),
                "base": 2,
            },
        },
    )


def _shelved(key: str, meta: Any) -> Shelved:
    return Shelved(key=key, size_bytes=meta["size"], modified_at=meta["last_modified"])
