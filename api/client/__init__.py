"""A small client of a service, for programs and for the command line: the standard library, and nothing else.

Source: docs/how-to/use-the-api.md.
Left out: asynchronous use; the TypeScript client of the pages is generated (`web/client`).
"""

from api.client.access import Access
from api.client.errors import (
    AccessError,
    ClientError,
    DifferentBytesError,
    FieldProblem,
    ProblemError,
    TookTooLongError,
    UnfinishedWorkError,
    UnreachableError,
)
from api.client.service import Client

__all__ = [
    "Access",
    "AccessError",
    "Client",
    "ClientError",
    "DifferentBytesError",
    "FieldProblem",
    "ProblemError",
    "TookTooLongError",
    "UnfinishedWorkError",
    "UnreachableError",
]
