"""What can be wrong with a request for a certificate, a record sheet or a workbook.

Source: docs/conventions.md, one error family per package, drawn as a tree.
Left out: what is wrong with the survey itself; that was refused before there was a document to print.

    ReportError
    ├── UnknownLanguageError       neither Chinese nor English was asked for
    ├── IncompleteDocumentError    the survey document lacks a part that the page must show
    └── TypesettingError           the page could not be set; a fault of this package, not of the caller
"""


class ReportError(Exception):
    """Anything that keeps a report from being made."""


class UnknownLanguageError(ReportError):
    """A language was asked for in which no report exists."""

    def __init__(self, language: str, accepted: tuple[str, ...]) -> None:
        self.language = language
        self.accepted = accepted
        super().__init__(f"no report in language {language!r}; there is {' and '.join(accepted)}")


class IncompleteDocumentError(ReportError):
    """The survey document lacks something without which the page would lie by omission."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"the survey document has no {path}; a report is made from the whole JSON of `hullmark survey`"
        )


class TypesettingError(ReportError):
    """Typst refused the page."""

    def __init__(self, template: str, message: str) -> None:
        self.template = template
        self.message = message
        super().__init__(f"{template} could not be set: {message}")
