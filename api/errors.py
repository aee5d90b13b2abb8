"""The errors of the service as one tree, and the HTTP status of every error of every room: only here.

Source: RFC 9457 (problem details); docs/errors.md lists every code, and a test keeps the two together.
Left out: how an answer is written to the wire, which is `problems.py`.

    ApiError
    ├── InputError                     the request cannot be what was meant
    │   ├── InvalidRequestError        ├── MalformedJsonError        ├── PayloadTooLargeError
    │   ├── UnsupportedMediaError      ├── LengthRequiredError       ├── IncompleteUploadError
    │   ├── ChecksumMismatchError      ├── QuarantinedFileError      ├── ForeignHostError
    │   ├── CrossSiteRequestError      └── UnusableTableError
    ├── NotFoundError                  nothing by that name
    ├── ConflictError                  right in itself, but not now
    │   ├── StaleVersionError          └── NotReadyError
    ├── StorageError                   the machine cannot keep it
    │   ├── StorageFullError           ├── DatabaseBusyError         └── DamagedObjectError
    └── StartError                     the service cannot start (exit code 2)
        ├── InvalidSettingsError       ├── UnusableDataDirectoryError
        ├── NewerDatabaseError         ├── AlreadyRunningError
        └── PortTakenError
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from api import faults
from api.vessels.table_errors import TableImportError
from survey.errors import SurveyError

FieldError = faults.FieldError
"""Errors are made of these, so they are found beside them."""


class ApiError(Exception):
    """Anything the service refuses or fails at, with the sentence that the caller reads."""

    code: ClassVar[str]
    title: ClassVar[str]
    status: ClassVar[int]

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class InputError(ApiError):
    """The request cannot be what was meant."""

    code = "invalid_request"
    title = "The request is not valid"
    status = 422


class InvalidRequestError(InputError):
    """A field is missing, of the wrong kind, or outside what is accepted."""

    @classmethod
    def at(cls, pointer: str, message: str) -> "InvalidRequestError":
        """Name the one part of the request that is wrong."""
        return cls(f"{pointer}: {message}", errors=[FieldError(pointer=pointer, message=message)])


class MalformedJsonError(InputError):
    """The body is not the JSON that RFC 8259 describes."""

    code = "malformed_json"
    title = "The body is not valid JSON"
    status = 400


class PayloadTooLargeError(InputError):
    """The body is larger than this route accepts."""

    code = "payload_too_large"
    title = "The body is too large"
    status = 413

    def __init__(self, limit_bytes: int, *, size_bytes: int | None = None) -> None:
        given = "The body" if size_bytes is None else f"A body of {size_bytes} bytes"
        super().__init__(f"{given} exceeds the limit. Accepted: at most {limit_bytes} bytes.")
        self.limit_bytes = limit_bytes
        self.size_bytes = size_bytes


class UnsupportedMediaError(InputError):
    """The content is of a kind that this route does not take."""

    code = "unsupported_media_type"
    title = "This kind of content is not accepted here"
    status = 415

    def __init__(self, found: str, *, accepted: Sequence[str]) -> None:
        super().__init__(f"Found {found}. Accepted: {', '.join(accepted)}.")
        self.found = found
        self.accepted = tuple(accepted)


class UnusableTableError(InputError):
    """A hydrostatic table was read, and its audit forbids its use."""

    code = "unusable_table"
    title = "The hydrostatic table contradicts itself"


class LengthRequiredError(InputError):
    """An upload without Content-Length: a cut could not be told from the end."""

    code = "length_required"
    title = "The length of the upload is missing"
    status = 411


class IncompleteUploadError(InputError):
    """The connection ended before the announced number of bytes had arrived."""

    code = "incomplete_upload"
    title = "The upload was cut off"
    status = 400

    def __init__(self, *, received_bytes: int, expected_bytes: int) -> None:
        super().__init__(
            f"Received {received_bytes} of {expected_bytes} announced bytes; nothing was stored. "
            "Send the file again."
        )
        self.received_bytes = received_bytes
        self.expected_bytes = expected_bytes


class ChecksumMismatchError(InputError):
    """The bytes that arrived are not the bytes that the sender hashed."""

    code = "checksum_mismatch"
    title = "The content does not have the announced SHA-256"
    status = 422

    def __init__(self, *, announced_sha256: str, received_sha256: str) -> None:
        super().__init__(
            f"Announced {announced_sha256}, received {received_sha256}. The bytes are kept in quarantine; "
            "send the file again."
        )
        self.announced_sha256 = announced_sha256
        self.received_sha256 = received_sha256


class QuarantinedFileError(InputError):
    """The bytes arrived whole, but they are nothing that is read here."""

    code = "quarantined_file"
    title = "The file was received and kept aside"
    status = 422

    def __init__(self, reason: str, *, sha256: str, size_bytes: int) -> None:
        super().__init__(f"{reason}. Its {size_bytes} bytes are kept in quarantine under SHA-256 {sha256}.")
        self.sha256 = sha256
        self.size_bytes = size_bytes


class ForeignHostError(InputError):
    """The request names a host that this service does not answer to (DNS rebinding ends here)."""

    code = "foreign_host"
    title = "This service does not answer to that host name"
    status = 421

    def __init__(self, host: str, *, accepted: Sequence[str]) -> None:
        super().__init__(
            f"Host {host!r} is not served. Accepted: {', '.join(accepted)} (setting HULLMARK_ALLOWED_HOSTS)."
        )


class CrossSiteRequestError(InputError):
    """A page of another site asked the browser to change something here."""

    code = "cross_site_request"
    title = "Another site may not change anything here"
    status = 403


class NotFoundError(ApiError):
    """Nothing is known by that name."""

    code = "not_found"
    title = "Nothing is found there"
    status = 404

    @classmethod
    def of(cls, noun: str, identifier: UUID | str) -> "NotFoundError":
        """Say which noun has no such identifier."""
        return cls(f"There is no {noun} {identifier}.")


class ConflictError(ApiError):
    """The request is right in itself but does not fit the present state."""

    code = "conflict"
    title = "The request does not fit the present state"
    status = 409


class StaleVersionError(ConflictError):
    """Somebody else changed it in between."""

    code = "stale_version"
    title = "It has been changed in the meantime"

    def __init__(self, *, given: int, current: int) -> None:
        super().__init__(
            f"The change rests on version {given}, but version {current} is current. Read it again first."
        )
        self.given = given
        self.current = current


class NotReadyError(ConflictError):
    """Something that has to come first is missing."""

    code = "not_ready"
    title = "Something that has to come first is missing"


class StorageError(ApiError):
    """The machine cannot keep or give what it should."""

    code = "storage_failed"
    title = "The storage failed"
    status = 500


class StorageFullError(StorageError):
    """No room is left; nothing of the upload was kept."""

    code = "storage_full"
    title = "The storage is full"
    status = 507

    def __init__(self, *, needed_bytes: int | None, free_bytes: int | None) -> None:
        needed = "The upload" if needed_bytes is None else f"An upload of {needed_bytes} bytes"
        free = "" if free_bytes is None else f" {free_bytes} bytes may still be used."
        super().__init__(f"{needed} does not fit on the disk; nothing was stored.{free}")
        self.needed_bytes = needed_bytes
        self.free_bytes = free_bytes


class DatabaseBusyError(StorageError):
    """Another writer held the database for too long."""

    code = "database_busy"
    title = "The database is busy"
    status = 503

    def __init__(self) -> None:
        super().__init__("Another writer holds the database; nothing was changed. Try again in a moment.")


class DamagedObjectError(StorageError):
    """A stored file is gone or no longer has the bytes it was stored with."""

    code = "damaged_object"
    title = "A stored file is missing or damaged"

    def __init__(self, sha256: str, reason: str) -> None:
        super().__init__(f"Stored file {sha256}: {reason}.")
        self.sha256 = sha256


class StartError(ApiError):
    """The service cannot start; the command line ends with exit code 2."""

    code = "cannot_start"
    title = "The service cannot start"
    status = 503


class InvalidSettingsError(StartError):
    """A setting of the environment is unknown or outside what is accepted."""

    @classmethod
    def of(cls, faults: Sequence[FieldError]) -> "InvalidSettingsError":
        """Name every setting at fault."""
        return cls("; ".join(f"{fault.pointer}: {fault.message}" for fault in faults), errors=faults)


class UnusableDataDirectoryError(StartError):
    """The data folder cannot be created, written, or holds something else."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. Accepted: a folder that this user may write, on a disk with free space "
            "(setting HULLMARK_DATA_DIR)."
        )
        self.path = path


class NewerDatabaseError(StartError):
    """The database belongs to a newer version of this program."""

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(
            f"{path}: written by a newer version (table revision {revision} is unknown here). "
            "Start that version, or use another HULLMARK_DATA_DIR. The database was not touched."
        )
        self.path = path
        self.revision = revision


class AlreadyRunningError(StartError):
    """Another service runs on the same data."""

    def __init__(self, lock_path: Path, holder: str) -> None:
        super().__init__(
            f"{lock_path}: another service already runs on this data folder ({holder}). "
            "Stop it first, or use another HULLMARK_DATA_DIR."
        )
        self.lock_path = lock_path


class PortTakenError(StartError):
    """Another program listens on the address."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port}: {reason}. "
            "Use another port (setting HULLMARK_PORT) or stop that program."
        )
        self.host = host
        self.port = port


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One answer in the shape of RFC 9457, with a stable `code` and the fields at fault."""

    code: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] = ()


INTERNAL_PROBLEM = Problem(
    code="internal_error",
    title="The service made a mistake",
    status=500,
    detail="The request was not carried out. The log has the reason under the request id of this answer.",
)
METHOD_PROBLEM_CODE = "method_not_allowed"


ROOM_FAMILIES: tuple[type[Exception], ...] = (SurveyError, TableImportError)
"""Errors of the rooms that compute; each is a refusal of what was given."""


def problem_of(error: ApiError) -> Problem:
    """Give the answer to an error of this package."""
    return Problem(
        code=error.code, title=error.title, status=error.status, detail=error.detail, errors=error.errors
    )


def room_problem_of(error: Exception) -> Problem:
    """Give the answer to an error of a room that computes: what was given is refused, and said why."""
    return Problem(
        code=room_code_of(type(error)),
        title="The input cannot be computed with",
        status=422,
        detail=str(error),
        errors=faults.faults_of(error),
    )


def room_code_of(kind: type[Exception]) -> str:
    """Name the code of an error of a room that computes: the words of its class.

    >>> room_code_of(TableImportError)
    'table_import'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__.removesuffix("Error")).lower()
