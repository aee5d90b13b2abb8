"""The request cannot be what was meant.

Source: RFC 9110 for the statuses.
Left out: a request that is right but comes at the wrong time (`states.py`).
"""

from collections.abc import Sequence

from api.errors.family import ApiError, FieldError


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


class ForbiddenAddressError(InputError):
    """A network address was given that this service may not be sent to."""

    code = "forbidden_address"
    title = "The service does not connect to that address"
    status = 422

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}.")
        self.url = url
        self.reason = reason


class SlowRequestError(InputError):
    """The request came so slowly that it was given up."""

    code = "slow_request"
    title = "The request did not come in time"
    status = 408


class NotAcceptableError(InputError):
    """The caller takes nothing that this route gives."""

    code = "not_acceptable"
    title = "Nothing that is acceptable is given here"
    status = 406

    def __init__(self, asked: str, *, given: Sequence[str]) -> None:
        super().__init__(f"Accept: {asked[:100]}. Given here: {', '.join(given)}.")
        self.asked = asked
        self.given = tuple(given)
