"""Opens the file store that the settings name.

Source: docs/settings.md, `HULLMARK_FILES_URL` and what belongs to it.
Left out: making it ready (`ObjectStore.prepare`).
"""

import os
from pathlib import Path

from api.errors import UnusableFileStoreError
from api.settings import Settings
from api.storage.objects.bucket import BucketAddress, BucketShelf, address_of
from api.storage.objects.store import ObjectStore


def open_object_store(settings: Settings) -> ObjectStore:
    """Open the store: objects in the data folder, or in the bucket that the settings name.

    Raises:
        UnusableRetentionPolicyError: the declared policy is not accepted.
        UnusableFileStoreError: the address is none, the credentials are missing, or the extra is not installed.
    """
    # The policy names purposes of this room, and is loaded when both are.
    from api.retention.policy import load_policy

    return ObjectStore(
        settings.files_dir,
        minimum_free_bytes=settings.minimum_free_bytes,
        shelf=None if settings.files_url is None else _bucket(settings, settings.files_url),
        floors=load_policy(settings).floors,
        cache_bytes=settings.files_cache_bytes,
    )


def _bucket(settings: Settings, url: str) -> BucketShelf:
    try:
        bucket, prefix = address_of(url)
        address = BucketAddress(
            bucket=bucket,
            prefix=prefix,
            endpoint=settings.files_endpoint_url,
            region=settings.files_region,
            access_key_id=_access_key_id(settings),
            secret_access_key=_secret_access_key(settings),
        )
        return BucketShelf(address)
    except ValueError as error:
        raise UnusableFileStoreError(url, f"{error}") from error
    except ImportError as error:
        raise UnusableFileStoreError(url, "needs the extra [s3]: pip install 'hullmark[s3]'") from error


def _access_key_id(settings: Settings) -> str:
    found = settings.files_access_key_id or os.environ.get("AWS_ACCESS_KEY_ID")
    if not found:
        raise ValueError("HULLMARK_FILES_ACCESS_KEY_ID is not set")
    return found


def _secret_access_key(settings: Settings) -> str:
    if settings.files_secret_access_key is not None:
        return settings.files_secret_access_key.get_secret_value()
    if settings.files_secret_access_key_file is not None:
        return _first_line(settings.files_secret_access_key_file)
    found = os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not found:
        raise ValueError("HULLMARK_FILES_SECRET_ACCESS_KEY_FILE is not set")
    return found


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise ValueError(f"{path} cannot be read") from error
