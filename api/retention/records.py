"""The records of the store's upkeep: a file deleted, found damaged, found whole again; the disk short of space.

Source: `api.records`; the storage page of the design: every deletion is itself a record.
Left out: the deciding (`deciding.py`) and checking (`scrubbing.py`).
"""

from collections.abc import Sequence
from typing import ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Session

from api.records import service as records
from api.records.payloads import Payload, Subject
from api.retention.references import port_call_of
from api.storage.tables import Record

KEEPER = "service:storage"
DISK = uuid5(NAMESPACE_URL, "urn:hullmark:disk")


class FileDeleted(Payload):
    """A file is deleted: which, why, and by which declared policy."""

    KIND: ClassVar[str] = "storage.file_deleted"

    area: str
    sha256: str
    size_bytes: int
    retention_class: str
    stored_at: str
    reason: str
    policy_sha256: str


class FileDamaged(Payload):
    """A file no longer has the bytes it was stored with, or is gone without having been deleted."""

    KIND: ClassVar[str] = "storage.object_damaged"

    area: str
    sha256: str
    size_bytes: int
    retention_class: str
    damage: str


class FileWhole(Payload):
    """A file that was found damaged has its bytes again."""

    KIND: ClassVar[str] = "storage.object_whole"

    area: str
    sha256: str
    size_bytes: int


class SpaceChanged(Payload):
    """The free space of the disk has passed a floor of the policy: what is refused from now on."""

    KIND: ClassVar[str] = "storage.space_changed"

    free_bytes: int
    refused: list[str]


def file_told(session: Session, payload: FileDeleted | FileDamaged | FileWhole) -> Record:
    """Record what happened to a file; it belongs to the port call whose footage it is."""
    return records.append(
        session,
        payload,
        subject=Subject(kind="stored_file", id=identity_of(payload.sha256)),
        actor=KEEPER,
        port_call_id=port_call_of(session, payload.sha256),
    )


def space_changed(session: Session, *, free_bytes: int, refused: Sequence[str]) -> Record:
    """Record that the disk refuses more, or less, than before."""
    payload = SpaceChanged(free_bytes=free_bytes, refused=list(refused))
    return records.append(session, payload, subject=Subject(kind="disk", id=DISK), actor=KEEPER)


def identity_of(sha256: str) -> UUID:
    """Give the identifier by which the records of a file are found."""
    return uuid5(NAMESPACE_URL, f"urn:sha256:{sha256}")
