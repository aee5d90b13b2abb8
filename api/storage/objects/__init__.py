"""Content-addressed files: received, hashed, kept on a shelf (a local folder or an S3 bucket), read in ranges.

Source: the storage page of the design; docs/decisions/0010-files-by-content.md.
Left out: which noun names which file, and how long it stays (`api.retention`).
"""

from api.storage.objects.incoming import AbandonedPart, IncomingObject, StoredObject
from api.storage.objects.opening import open_object_store
from api.storage.objects.shelf import CHUNK_BYTES, Shelf
from api.storage.objects.store import AREAS, Area, Listed, ObjectStore, Purpose, key_of

__all__ = [
    "AREAS",
    "CHUNK_BYTES",
    "AbandonedPart",
    "Area",
    "IncomingObject",
    "Listed",
    "ObjectStore",
    "Purpose",
    "Shelf",
    "StoredObject",
    "key_of",
    "open_object_store",
]
