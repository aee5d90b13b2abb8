"""`hullmark survey CASE.json`: compute a survey, print it, and write its certificate, sheet and workbook.

Source: docs/architecture.md, the commands.
Left out: reading the file (case_file.py), the arithmetic (survey), the pages (report/).
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from api.surveys.case_errors import CaseRefusedError, ReportPathError
from api.surveys.case_file import read_case_file
from survey.case import case_from_mapping
from survey.computation import compute_case
from survey.document import survey_document
from survey.errors import SurveyError

Document = Mapping[str, Any]


class Language(StrEnum):
    """Languages of the printed table and of the reports."""

    zh = "zh"
    en = "en"


def survey(
    case: Annotated[
        Path, typer.Argument(metavar="CASE.json", help="The case; its table file lies beside it.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
    pdf: Annotated[Path | None, typer.Option(metavar="OUT.pdf", help="Write the certificate (证书).")] = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="OUT.pdf", help="Write the record sheet (计算单).")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write the steps as a workbook.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the table and the reports.")] = Language.en,
) -> None:
    """Compute a draft survey (水尺计重) from a case file: the cargo weight with its uncertainty."""
    document = document_of_case(case)
    for path, make in _reports(pdf=pdf, sheet=sheet, xlsx=xlsx, lang=lang).items():
        write_report(path, make(document), case=case)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        from api.surveys.report.terminal import terminal_text

        typer.echo(terminal_text(document, lang=lang.value))


def document_of_case(path: Path) -> dict[str, Any]:
    """Compute a case file.

    Args:
        path: The case file.

    Returns:
        The survey document, the JSON of `hullmark survey --json`.

    Raises:
        CaseFileError: The file cannot be read as a case.
        CaseRefusedError: No survey can be computed from it.
    """
    case_file = read_case_file(path)
    try:
        case = case_from_mapping(case_file.mapping, table_rows=case_file.table_rows)
        return survey_document(compute_case(case))
    except SurveyError as error:
        raise CaseRefusedError(path, str(error)) from error


def _reports(
    *, pdf: Path | None, sheet: Path | None, xlsx: Path | None, lang: Language
) -> dict[Path, Callable[[Document], bytes]]:
    """The reports that were asked for; the typesetter is loaded only when there is one."""
    if pdf is sheet is xlsx is None:
        return {}
    from api.surveys import report

    makers = ((pdf, report.certificate_pdf), (sheet, report.record_sheet_pdf), (xlsx, report.workbook_xlsx))
    wanted: dict[Path, Callable[[Document], bytes]] = {}
    for path, maker in makers:
        if path is not None:
            if path in wanted:
                raise ReportPathError(path, "is asked for twice")
            wanted[path] = partial(maker, lang=lang.value)
    return wanted


def write_report(path: Path, content: bytes, *, case: Path) -> None:
    """Write a report, whole or not at all.

    Args:
        path: Where to.
        content: The file.
        case: The case that was read, which is never overwritten.

    Raises:
        ReportPathError: The path cannot be written, or is the case itself.
    """
    if path.resolve() == case.resolve():
        raise ReportPathError(path, "is the case itself")
    if path.exists() and not path.is_file():
        raise ReportPathError(path, "is not an ordinary file")
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise ReportPathError(path, error.strerror or str(error)) from error
