"""The errors of the service as one tree, and the HTTP status of every error of every room: only here.

Source: RFC 9457 (problem details); docs/errors.md lists every code, and a test keeps the two together.
Left out: how an answer is written to the wire, which is `problems.py`.

    ApiError
    ├── InputError                     the request cannot be what was meant
    │   ├── InvalidRequestError        ├── MalformedJsonError        ├── PayloadTooLargeError
    │   ├── UnsupportedMediaError      ├── LengthRequiredError       ├── IncompleteUploadError
    │   ├── ChecksumMismatchError      ├── QuarantinedFileError      ├── ForeignHostError
    │   ├── CrossSiteRequestError      ├── ForbiddenAddressError     ├── UnusableTableError
    │   ├── UnusableBackupError        ├── NotAnExportError          ├── RestorePlaceError
    │   └── NotAcceptableError
    ├── NotFoundError                  nothing by that name
    ├── ConflictError                  right in itself, but not now
    │   ├── PreconditionRequiredError  ├── PreconditionFailedError   ├── KeyInUseError
    │   ├── KeyReusedError             ├── UnknownCauseError         ├── BrokenChainError
    │   ├── NotReadyError              └── TooManyStreamsError
    ├── StorageError                   the machine cannot keep it
    │   ├── StorageFullError           ├── DatabaseBusyError         ├── DamagedObjectError
    │   ├── ObjectDeletedError         ├── StorageUnreachableError   ├── StorageRefusedError
    │   └── DamagedBackupError
    ├── AccessError                    not for whoever asks
    │   ├── NotLoggedInError           ├── WrongCredentialsError     ├── MissingPermissionError
    │   ├── CsrfTokenError             ├── SamePersonError           ├── TooManyAttemptsError
    │   ├── EverySiteRequiredError     └── PasswordChangeRequiredError
    └── StartError                     the service cannot start (exit code 2)
        ├── InvalidSettingsError       ├── UnusableDataDirectoryError
        ├── NewerDatabaseError         ├── AlreadyRunningError
        ├── UnusableKeyError           ├── UnusableFileStoreError
        ├── UnusableRetentionPolicyError
        ├── UnusableSigningKeyError    ├── UnusableDatabaseError
        ├── UnprotectedRouteError      └── PortTakenError
"""

import re
from dataclasses import dataclass

from api import faults
from api.errors.access import (
    AccessError,
    CsrfTokenError,
    EverySiteRequiredError,
    MissingPermissionError,
    NotLoggedInError,
    PasswordChangeRequiredError,
    SamePersonError,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from api.errors.backups import DamagedBackupError, RestorePlaceError, UnusableBackupError
from api.errors.family import ApiError, FieldError
from api.errors.inputs import (
    ChecksumMismatchError,
    CrossSiteRequestError,
    ForbiddenAddressError,
    ForeignHostError,
    IncompleteUploadError,
    InputError,
    InvalidRequestError,
    LengthRequiredError,
    MalformedJsonError,
    NotAcceptableError,
    PayloadTooLargeError,
    QuarantinedFileError,
    SlowRequestError,
    UnsupportedMediaError,
    UnusableTableError,
)
from api.errors.keeping import (
    DamagedObjectError,
    DatabaseBusyError,
    ObjectDeletedError,
    StorageError,
    StorageFullError,
    StorageRefusedError,
    StorageUnreachableError,
)
from api.errors.records import (
    BrokenChainError,
    NotAnExportError,
    UnknownCauseError,
    UnusableSigningKeyError,
)
from api.errors.starting import (
    AlreadyRunningError,
    InvalidSettingsError,
    NewerDatabaseError,
    PortTakenError,
    StartError,
    UnprotectedRouteError,
    UnusableDatabaseError,
    UnusableDataDirectoryError,
    UnusableFileStoreError,
    UnusableKeyError,
    UnusableRetentionPolicyError,
)
from api.errors.states import (
    ConflictError,
    KeyInUseError,
    KeyReusedError,
    NotFoundError,
    NotReadyError,
    PreconditionFailedError,
    PreconditionRequiredError,
    TooManyStreamsError,
)
from api.vessels.table_errors import TableImportError
from survey.errors import SurveyError

__all__ = [
    "INTERNAL_PROBLEM",
    "METHOD_PROBLEM_CODE",
    "ROOM_FAMILIES",
    "AccessError",
    "AlreadyRunningError",
    "ApiError",
    "BrokenChainError",
    "ChecksumMismatchError",
    "ConflictError",
    "CrossSiteRequestError",
    "CsrfTokenError",
    "DamagedBackupError",
    "DamagedObjectError",
    "DatabaseBusyError",
    "EverySiteRequiredError",
    "FieldError",
    "ForbiddenAddressError",
    "ForeignHostError",
    "IncompleteUploadError",
    "InputError",
    "InvalidRequestError",
    "InvalidSettingsError",
    "KeyInUseError",
    "KeyReusedError",
    "LengthRequiredError",
    "MalformedJsonError",
    "MissingPermissionError",
    "NewerDatabaseError",
    "NotAcceptableError",
    "NotAnExportError",
    "NotFoundError",
    "NotLoggedInError",
    "NotReadyError",
    "ObjectDeletedError",
    "PasswordChangeRequiredError",
    "PayloadTooLargeError",
    "PortTakenError",
    "PreconditionFailedError",
    "PreconditionRequiredError",
    "Problem",
    "QuarantinedFileError",
    "RestorePlaceError",
    "SamePersonError",
    "SlowRequestError",
    "StartError",
    "StorageError",
    "StorageFullError",
    "StorageRefusedError",
    "StorageUnreachableError",
    "TooManyAttemptsError",
    "TooManyStreamsError",
    "UnknownCauseError",
    "UnprotectedRouteError",
    "UnsupportedMediaError",
    "UnusableBackupError",
    "UnusableDataDirectoryError",
    "UnusableDatabaseError",
    "UnusableFileStoreError",
    "UnusableKeyError",
    "UnusableRetentionPolicyError",
    "UnusableSigningKeyError",
    "UnusableTableError",
    "WrongCredentialsError",
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
