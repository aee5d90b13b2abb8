"""Which part of what was given an error of the computing rooms is about, in the words of the service.

Source: JSON Pointer by RFC 6901; docs/errors.md explains the other forms of a pointer.
Left out: HTTP statuses, and the errors of the service itself, which carry their faults with them.
"""

import re
from dataclasses import dataclass

from api.vessels.table_errors import BadCellError, UndeclaredTableError
from survey.errors import InvalidCaseError, MissingReadingError, OutsideHydrostaticTableError


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with one part of a request; `pointer` is a JSON Pointer, or the name of a parameter."""

    pointer: str
    message: str


def faults_of(error: Exception) -> tuple[FieldError, ...]:
    """Name the parts at fault; none where the error is about the whole."""
    match error:
        case BadCellError():
            return (FieldError(pointer=f"line:{error.line}", message=f"{error.column}: {error.reason}"),)
        case UndeclaredTableError():
            accepted = ", ".join(error.accepted)
            return (FieldError(pointer=f"query:{error.name}", message=f"accepted is one of {accepted}"),)
        case OutsideHydrostaticTableError():
            allowed = f"{error.lowest_m:g} to {error.highest_m:g} m are covered"
            return (FieldError(pointer="draft_m", message=f"{error.draft_m:.4f} m; {allowed}"),)
        case InvalidCaseError():
            message = f"{error.problem}; accepted is {error.accepted}"
            return (FieldError(pointer=f"case:{_pointer_into_case(error.path)}", message=message),)
        case MissingReadingError():
            message = f"is missing; needed is {error.needed}"
            return (FieldError(pointer=f"reading:{error.stage}/{error.reading}", message=message),)
    return ()


def _pointer_into_case(path: str) -> str:
    """Turn the survey's way of naming a place into a JSON Pointer.

    >>> _pointer_into_case("conditions[0].draft_readings_m.forward_port")
    '/conditions/0/draft_readings_m/forward_port'
    """
    return "/" + re.sub(r"\[(\d+)\]", r"/\1", path).replace(".", "/").lstrip("/")
