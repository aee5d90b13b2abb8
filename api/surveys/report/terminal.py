"""The result of a survey as a table for a terminal or a log.

Source: the same page that the certificate is set from, so that both say the same.
Left out: colour, so that the table reads the same in a file.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from api.surveys.report.catalogue import catalogue
from api.surveys.report.certificate import certificate_page
from api.surveys.report.document import Document
from api.surveys.report.frame import vessel_name
from api.surveys.report.glyphs import one_line, with_texts
from api.surveys.report.warning_text import warning_lines

_GAP = "  "


def terminal_text(document: Document, *, lang: str) -> str:
    """The result as lines of text.

    Args:
        document: The whole survey document.
        lang: "zh" or "en".

    Returns:
        Several lines without a final newline.

    Raises:
        UnknownLanguageError: `lang` is neither.
        IncompleteDocumentError: The document lacks a part that the table must show.
    """
    words = catalogue(lang)
    page = with_texts(certificate_page(document, words), one_line)
    warnings = with_texts(warning_lines(document, words), one_line)
    heading = f"{one_line(vessel_name(document))} · {page['title']}"
    lines = [heading, "", *_table(page), "", *_weight(page["weight"])]
    if page["bill"] is not None:
        items = (f"{item['label']} {item['value']}" for item in page["bill"]["items"])
        lines += [f"{page['bill']['title']}{words.label('colon')}{words.label('separator').join(items)}"]
    lines += ["", page["notes"][0]]
    lines += [f"! {line['title']}{words.label('colon')}{line['text']}" for line in warnings]
    return "\n".join(lines)


def _table(page: dict[str, Any]) -> list[str]:
    figures = [[_spaced(part) for part in row["figures"]] for row in page["rows"]]
    widths = [max(_width(cell) for cell in column) for column in zip(page["stages"], *figures, strict=True)]
    label_width = max(_width(row["label"]) for row in page["rows"])
    unit_width = max(_width(row["unit"]) for row in page["rows"])
    lines = [_line("", label_width, "", unit_width, page["stages"], widths)]
    for row, cells in zip(page["rows"], figures, strict=True):
        lines.append(_line(row["label"], label_width, row["unit"], unit_width, cells, widths))
    return lines


def _spaced(part: dict[str, str]) -> str:
    digits = part["whole"]
    whole = f"{int(digits):,}".replace(",", " ") if digits.isdigit() else digits
    return part["sign"] + whole + part["fraction"] + " " * len(part["pad"])


def _line(
    label: str, label_width: int, unit: str, unit_width: int, cells: Sequence[str], widths: Sequence[int]
) -> str:
    padded = [" " * (width - _width(cell)) + cell for cell, width in zip(cells, widths, strict=True)]
    parts = [label + " " * (label_width - _width(label)), unit + " " * (unit_width - _width(unit)), *padded]
    return _GAP.join(parts).rstrip()


def _weight(weight: dict[str, str | None]) -> list[str]:
    lines = [f"{weight['label']}  {weight['value']}  {weight['interval']}", f"{weight['basis']}"]
    return lines if weight["provisional"] is None else [*lines, weight["provisional"]]


def _width(text: str) -> int:
    """Columns a text takes on a terminal: hanzi and full-width signs take two."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )
