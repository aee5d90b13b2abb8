"""What can be wrong with a case file: each error names the file, the fault and what would be accepted.

Source: the rule of docs/conventions.md for bad input: exit code 2 and one clear line.
Left out: the HTTP answers to the same faults, which are `api.errors`.

    CaseError
    ├── CaseFileError        the file, or the table it names, cannot be read as a case
    ├── CaseRefusedError     the case was read, but no survey can be computed from it
    └── ReportPathError      a report cannot be written where it was asked for
"""

from pathlib import Path


class CaseError(Exception):
    """A case on the command line that gives no result."""


class CaseFileError(CaseError):
    """The file cannot be read as a survey case."""

    def __init__(self, path: Path, reason: str, *, accepted: str) -> None:
        self.path = path
        self.reason = reason
        self.accepted = accepted
        super().__init__(f"{path}: {reason}; accepted is {accepted}")


class CaseRefusedError(CaseError):
    """The survey refused the case; its own words say what would be accepted."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class ReportPathError(CaseError):
    """A report cannot be written to a path."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(
            f"{path}: {reason}; accepted is a file name in a folder that exists and may be written"
        )
