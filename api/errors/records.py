"""What the chain of records refuses, and what is given to be verified and is nothing of the kind.

Source: the records page of the design.
Left out: what a verification finds, which is its result and no error.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from api.errors.inputs import InputError
from api.errors.starting import StartError
from api.errors.states import ConflictError


class UnknownCauseError(ConflictError):
    """A record was to rest on one that does not exist."""

    code = "unknown_cause"
    title = "The record rests on one that does not exist"

    def __init__(self, causes: Sequence[UUID]) -> None:
        super().__init__(
            f"No such record: {', '.join(str(cause) for cause in causes)}. Nothing was recorded."
        )
        self.causes = tuple(causes)


class BrokenChainError(ConflictError):
    """The chain no longer is what was signed before; nothing more is signed until somebody has looked."""

    code = "broken_chain"
    title = "The chain of records does not hold"

    def __init__(self, sequence: int | None, detail: str) -> None:
        super().__init__(
            f"Record {sequence}: {detail}. The chain is not signed any further; "
            "`hullmark records verify` tells what is left."
        )
        self.sequence = sequence


class NotAnExportError(InputError):
    """What was given to be verified is no export and no data folder."""

    code = "not_an_export"
    title = "This is no export of records"

    def __init__(self, place: Path | str, reason: str) -> None:
        super().__init__(
            f"{place}: {reason}. "
            "Accepted: a file of `hullmark records export`, or a folder that holds hullmark.sqlite3."
        )
        self.place = str(place)


class UnusableSigningKeyError(StartError):
    """The key that checkpoints are signed with is missing, malformed, open to others, or another chain's."""

    def __init__(self, place: Path | str, reason: str) -> None:
        super().__init__(f"{place}: {reason} (setting HULLMARK_RECORDS_KEY_FILE).")
        self.place = str(place)
