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


def test_a_chinese_workbook_says_everything_in_chinese_with_its_unit() -> None:
    document = survey_document_by_hand()
    document["budget"][0]["assumed_from"] = "visual_survey: by_ship"
    document["bill_of_lading"]["outcome"] = "over"
    document["conditions"][0]["steps"][0] |= {"formula": "as measured", "source": "given"}
    workbook = opened(workbook_xlsx(document, lang="zh"))
    result = {row[0].value: row[1:] for row in workbook["结果"].iter_rows(min_row=2)}
    assert [cell.value for cell in result["差额"]] == [500.5, "t"]
    assert result["差额"][0].number_format == "#,##0.000"
    assert result["溢短"][0].value == "溢"
    assert [cell.value for cell in workbook["扣除物料"][1]][3:6] == ["体积 m³", "密度 t/m³", "重量 t"]
    assert [workbook["计算步骤"].cell(2, column).value for column in (4, 8)] == ["实测", "给定"]
    assert workbook["不确定度"]["H2"].value == "采用 visual_survey（目测水尺）默认值：船方测量"


def test_the_limit_of_a_warning_is_a_number() -> None:
    document = survey_document_by_hand()
    document["warnings"][0]["limit"] = 0.2
    assert opened(workbook_xlsx(document, lang="en"))["Warnings"]["D2"].value == 0.2


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
