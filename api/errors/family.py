"""The root of every error of the service, and what an error says about one field.

Source: RFC 9457 (problem details).
Left out: the errors themselves, one module a branch of the tree that `api.errors` draws.
"""

from collections.abc import Sequence
from typing import ClassVar

from api import faults

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
