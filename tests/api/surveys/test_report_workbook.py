"""The workbook as a spreadsheet program reads it: types, formats, and names that stay names."""

from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from survey_documents import survey_document_by_hand

from api.surveys.report import workbook_xlsx
from api.surveys.report.errors import UnknownLanguageError


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def test_the_steps_are_numbers_with_the_decimals_of_their_unit() -> None:
    steps = opened(workbook_xlsx(survey_document_by_hand(), lang="en"))["Steps"]
    rows = {row[0].value: row for row in steps.iter_rows(min_row=2)}
    cells = rows["net_displacement_t"]
    assert [cell.value for cell in cells[5:7]] == [10000.25, 50000.75]
    assert {cell.number_format for cell in cells[5:7]} == {"#,##0.000"}
    assert rows["trim_m"][5].number_format == "#,##0.0000"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_has_its_sheet_with_a_frozen_head(lang: str) -> None:
    workbook = opened(workbook_xlsx(survey_document_by_hand(), lang=lang))
    assert len(workbook.sheetnames) == 6
    assert {sheet.freeze_panes for sheet in workbook} == {"A2"}
    assert all(sheet.max_row >= 2 for sheet in workbook)


def test_a_missing_value_is_an_empty_cell() -> None:
    tanks = opened(workbook_xlsx(survey_document_by_hand(), lang="en"))["Deductibles"]
    fuel = [cell.value for cell in tanks[3]]
    assert fuel == ["Initial", "Fuel oil", "Fuel oil", None, None, 550, None]


@pytest.mark.parametrize(
    "name", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "1e5", "TRUE"]
)
def test_a_name_that_looks_like_a_formula_or_a_number_stays_text(name: str) -> None:
    document = survey_document_by_hand(ship=name)
    document["conditions"][0]["deductibles"][0]["name"] = name
    workbook = opened(workbook_xlsx(document, lang="en"))
    for cell in (workbook["Result"]["B2"], workbook["Deductibles"]["B2"]):
        assert cell.data_type == "s"
        assert cell.value == name.strip()


def test_controls_in_a_name_do_not_break_the_file() -> None:
    workbook = opened(workbook_xlsx(survey_document_by_hand(ship="A\x00B\u202eC 세월"), lang="zh"))
    assert workbook["结果"]["B2"].value == "A[U+0000]B[U+202E]C 세월"


def test_no_cell_computes_anything() -> None:
    workbook = opened(workbook_xlsx(survey_document_by_hand(), lang="zh"))
    types = {cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row}
    assert types <= {"s", "n"}


def test_a_third_language_is_refused() -> None:
    with pytest.raises(UnknownLanguageError):
        workbook_xlsx(survey_document_by_hand(), lang="fr")
