"""Certificate, record sheet and workbook of a draft survey, made from its document alone.

Source: the JSON of `hullmark survey --json`; bilingual titles in catalogue.toml, pages in templates/.
Left out: reading a case and computing it (survey), signing and keeping what was printed (records).
"""

from collections.abc import Callable
from typing import Any

from api.surveys.report.catalogue import Catalogue, catalogue
from api.surveys.report.certificate import certificate_page
from api.surveys.report.document import Document
from api.surveys.report.glyphs import drawn_page
from api.surveys.report.record_sheet import record_sheet_pages
from api.surveys.report.typesetting import typeset_pdf
from api.surveys.report.workbook import survey_workbook

__all__ = ["certificate_pdf", "record_sheet_pdf", "workbook_xlsx"]


def certificate_pdf(document: Document, *, lang: str) -> bytes:
    """The draft survey certificate (水尺计重证书), one A4 page.

    Args:
        document: The whole survey document.
        lang: "zh" or "en".

    Returns:
        The PDF, tagged and with its fonts embedded (PDF/UA-1).

    Raises:
        UnknownLanguageError: `lang` is neither.
        IncompleteDocumentError: The document lacks a part that the certificate must show.
    """
    return _pdf("certificate.typ", certificate_page, document, catalogue(lang))


def record_sheet_pdf(document: Document, *, lang: str) -> bytes:
    """The record sheet (水尺计重计算单): every worked step, readings, tanks, uncertainty budget and warnings.

    Args:
        document: The whole survey document.
        lang: "zh" or "en".

    Returns:
        The PDF, tagged and with its fonts embedded (PDF/UA-1).

    Raises:
        UnknownLanguageError: `lang` is neither.
        IncompleteDocumentError: The document lacks a part that the sheet must show.
    """
    return _pdf("record_sheet.typ", record_sheet_pages, document, catalogue(lang))


def workbook_xlsx(document: Document, *, lang: str) -> bytes:
    """The survey as a workbook, numbers as numbers and names as text.

    Args:
        document: The whole survey document.
        lang: "zh" or "en".

    Returns:
        An .xlsx file.

    Raises:
        UnknownLanguageError: `lang` is neither.
        IncompleteDocumentError: The document lacks a part that the workbook must show.
    """
    return survey_workbook(document, catalogue(lang))


def _pdf(
    template: str,
    decide: Callable[[Document, Catalogue], dict[str, Any]],
    document: Document,
    words: Catalogue,
) -> bytes:
    """Decide what the pages say, make every character drawable, and set them."""
    page, missing = drawn_page(decide(document, words))
    if missing:
        page["notes"].append(words.label("missing_glyphs_note") + " ".join(missing))
    return typeset_pdf(template, page)
