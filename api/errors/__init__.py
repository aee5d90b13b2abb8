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
from dataclasses import dataclass

from api import faults
from api.errors.family import ApiError, FieldError
from api.errors.inputs import (
    ChecksumMismatchError,
    CrossSiteRequestError,
    ForeignHostError,
    IncompleteUploadError,
    InputError,
    InvalidRequestError,
    LengthRequiredError,
    MalformedJsonError,
    PayloadTooLargeError,
    QuarantinedFileError,
    UnsupportedMediaError,
    UnusableTableError,
)
from api.errors.keeping import DamagedObjectError, DatabaseBusyError, StorageError, StorageFullError
from api.errors.starting import (
    AlreadyRunningError,
    InvalidSettingsError,
    NewerDatabaseError,
    PortTakenError,
    StartError,
    UnusableDataDirectoryError,
)
from api.errors.states import ConflictError, NotFoundError, NotReadyError, StaleVersionError
from api.vessels.table_errors import TableImportError
from survey.errors import SurveyError

__all__ = [
    "INTERNAL_PROBLEM",
    "METHOD_PROBLEM_CODE",
    "ROOM_FAMILIES",
    "AlreadyRunningError",
    "ApiError",
    "ChecksumMismatchError",
    "ConflictError",
    "CrossSiteRequestError",
    "DamagedObjectError",
    "DatabaseBusyError",
    "FieldError",
    "ForeignHostError",
    "IncompleteUploadError",
    "InputError",
    "InvalidRequestError",
    "InvalidSettingsError",
    "LengthRequiredError",
    "MalformedJsonError",
    "NewerDatabaseError",
    "NotFoundError",
    "NotReadyError",
    "PayloadTooLargeError",
    "PortTakenError",
    "Problem",
    "QuarantinedFileError",
    "StaleVersionError",
    "StartError",
    "StorageError",
    "StorageFullError",
    "UnsupportedMediaError",
    "UnusableDataDirectoryError",
    "UnusableTableError",
    "problem_of",
    "room_code_of",
    "room_problem_of",
]


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
