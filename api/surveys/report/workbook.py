"""The survey as a workbook: result, steps, readings, tanks, budget and warnings, numbers as numbers.

Source: the survey document; SpreadsheetML through openpyxl.
Left out: formulas. A workbook that computes again would be a second, unchecked survey.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from api.surveys.report.catalogue import Catalogue
from api.surveys.report.document import Document, conditions_of, document_digest, required, steps_of
from api.surveys.report.figures import FigureStyle, unit_of
from api.surveys.report.frame import stage_title, vessel_name
from api.surveys.report.glyphs import one_line
from api.surveys.report.record_sheet import step_order
from api.surveys.report.uncertainty_budget import assumption, input_title
from api.surveys.report.warning_text import warning_lines

_HEAD_FONT = Font(bold=True, color="16324F")
_HEAD_FILL = PatternFill("solid", fgColor="EEF3F8")
_WIDEST_COLUMN = 60
_NARROWEST_COLUMN = 9
# From here on (Hangul, kana, hanzi) a character takes two Latin widths.
_WIDE_FROM = 0x1100

Value = str | float | int | None
# One row of cells: each a value, and the unit whose decimals it is shown with (None: as it is).
Row = Sequence[tuple[Value, str | None]]


def survey_workbook(document: Document, words: Catalogue) -> bytes:
    """Write the workbook.

    Args:
        document: The whole survey document.
        words: The catalogue of the workbook's language.

    Returns:
        An .xlsx file.

    Raises:
        IncompleteDocumentError: The document lacks a part that the workbook must show.
    """
    style = FigureStyle(profile=required(document, "rounding"))
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheets = (
        ("result", _result_rows(document, words)),
        ("steps", _step_rows(document, words)),
        ("readings", _reading_rows(document, words)),
        ("tanks", _tank_rows(document, words)),
        ("budget", _budget_rows(document, words)),
        ("warnings", _warning_rows(document, words)),
    )
    for name, rows in sheets:
        _fill(workbook.create_sheet(words.label(f"sheet_{name}")), list(rows), style)
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Worksheet, rows: Sequence[Row], style: FigureStyle) -> None:
    for row_number, row in enumerate(rows, 1):
        for column_number, (value, unit) in enumerate(row, 1):
            _write(sheet.cell(row_number, column_number), value, unit, style)
    for cell in sheet[1]:
        cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.freeze_panes = "A2"
    _fit_columns(sheet, rows)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _write(cell: Cell, value: Value, unit: str | None, style: FigureStyle) -> None:
    """A text stays a text: a ship called "=1+1" is quoted, not computed."""
    if isinstance(value, str):
        cell.value = one_line(value) or None
        cell.data_type = "s" if value else "n"
        cell.quotePrefix = True
        return
    cell.value = value
    if unit is not None:
        decimals = style.decimals(unit)
        cell.number_format = "#,##0" + ("." + "0" * decimals if decimals else "")


def _fit_columns(sheet: Worksheet, rows: Sequence[Row]) -> None:
    for column_number in range(1, max(len(row) for row in rows) + 1):
        cells = [row[column_number - 1][0] for row in rows if len(row) >= column_number]
        widest = max((_text_width(cell) for cell in cells), default=0)
        width = min(max(widest + 2, _NARROWEST_COLUMN), _WIDEST_COLUMN)
        sheet.column_dimensions[get_column_letter(column_number)].width = width


def _text_width(value: Value) -> int:
    if not isinstance(value, str):
        return _NARROWEST_COLUMN + 3
    return sum(2 if ord(character) >= _WIDE_FROM else 1 for character in value)


def _texts(*values: str) -> Row:
    return [(value, None) for value in values]


def _heads(words: Catalogue, *names: str) -> Row:
    return _texts(*(words.label(name) for name in names))


def _result_rows(document: Document, words: Catalogue) -> Iterable[Row]:
    yield _heads(words, "step_item", "value", "step_unit")
    yield _texts(words.title("vessel", "name"), vessel_name(document))
    results = (
        ("cargo_weight", "cargo_t"),
        ("budget_combined", "standard_uncertainty_t"),
        ("budget_expanded", "u95_t"),
    )
    for label, key in results:
        yield [(words.label(label), None), (document.get(key), "t"), ("t", None)]
    yield [(words.label("budget_expanded"), None), (document.get("u95_permille"), "‰"), ("‰", None)]
    for key in ("cargo_from", "cargo_to"):
        yield _texts(words.label(key), words.title("stages", str(document.get(key) or "—")))
    for name, value in (required(document, "bill_of_lading") or {}).items():
        unit = unit_of(name)
        said = words.title("bill", value) if isinstance(value, str) else value
        yield [(words.title("bill", name), None), (said, unit), (unit, None)]
    if required(document, "provisional"):
        yield _texts(words.label("provisional"))
    yield _texts(words.label("rounding_note"), words.title("roundings", document["rounding"]))
    yield _texts(words.label("document_digest"), document_digest(document))


def _step_rows(document: Document, words: Catalogue) -> Iterable[Row]:
    conditions = conditions_of(document)
    by_stage = [steps_of(condition) for condition in conditions]
    stages = [stage_title(condition, words) for condition in conditions]
    heads = (
        words.label("step_name"),
        *(words.label(f"step_{head}") for head in ("item", "symbol", "formula", "unit")),
    )
    yield _texts(*heads, *stages, words.label("step_source"))
    for name in step_order(by_stage):
        step = next(steps[name] for steps in by_stage if name in steps)
        formula = words.formula(step["formula"])
        named = (name, words.title("steps", name), step["symbol"], formula, step["unit"])
        values: Row = [((steps.get(name) or {}).get("value"), step["unit"]) for steps in by_stage]
        source = words.title("sources", step["source"])
        yield [*_texts(*(str(text or "") for text in named)), *values, (source, None)]


def _reading_rows(document: Document, words: Catalogue) -> Iterable[Row]:
    conditions = conditions_of(document)
    yield _texts(
        words.label("readings_title"), "", *(stage_title(condition, words) for condition in conditions)
    )
    for position in ("forward", "midship", "aft"):
        for side in ("port", "starboard"):
            readings = [(condition.get("draft_readings_m") or {}) for condition in conditions]
            values: Row = [(of_stage.get(f"{position}_{side}"), "m") for of_stage in readings]
            yield [*_heads(words, position, side), *values]


def _tank_rows(document: Document, words: Catalogue) -> Iterable[Row]:
    figures = ("volume_m3", "density_t_per_m3", "weight_t")
    yield [
        *_heads(words, "stage", "tank_name", "tank_contents"),
        *_texts(*(f"{words.label(f'tank_{name}')} {unit_of(name)}" for name in figures)),
        *_heads(words, "tank_status"),
    ]
    for condition in conditions_of(document):
        for item in required(condition, "deductibles"):
            status = item.get("status")
            yield [
                (stage_title(condition, words), None),
                (words.title("contents", item["name"]), None),
                (words.title("contents", item["contents"]), None),
                (item["volume_m3"], "m³"),
                (item["density_t_per_m3"], "t/m³"),
                (item["weight_t"], "t"),
                ("" if status is None else words.title("statuses", status), None),
            ]


def _budget_rows(document: Document, words: Catalogue) -> Iterable[Row]:
    yield _heads(
        words,
        "budget_input",
        "stage",
        "budget_uncertainty",
        "step_unit",
        "budget_sensitivity",
        "budget_contribution",
        "budget_share",
        "budget_assumed_from",
    )
    for line in required(document, "budget"):
        share = line["share"]
        yield [
            (input_title(line["input"], words), None),
            (words.title("stages", line["stage"]) if line["stage"] else "", None),
            (line["standard_uncertainty"], None),
            (line["unit"], None),
            (line["sensitivity_t_per_unit"], None),
            (line["contribution_t"], "t"),
            (None if share is None else 100.0 * share, "%"),
            (assumption(line["assumed_from"], words) if line.get("assumed_from") else None, None),
        ]


def _warning_rows(document: Document, words: Catalogue) -> Iterable[Row]:
    yield _heads(words, "warning_code", "warning_title", "warning_text", "limit")
    lines: list[dict[str, Any]] = list(warning_lines(document, words))
    for line, warning in zip(lines, required(document, "warnings"), strict=True):
        limit = warning.get("limit")
        yield [*_texts(line["code"], line["title"], line["text"]), (limit, None)]
