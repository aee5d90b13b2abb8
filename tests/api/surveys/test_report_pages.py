"""Certificate and record sheet as a reader finds them: text taken back out of the PDF, pages counted."""

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from survey_documents import SHIP, condition, survey_document_by_hand

from api.surveys.report import certificate_pdf, record_sheet_pdf
from api.surveys.report.errors import IncompleteDocumentError, UnknownLanguageError

Maker = Callable[..., bytes]
HOSTILE = '#import "x": * $x^2$ \\ "q" <a> [b] _c_ *d* @e // f /* g */ #{panic()} =cmd'


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def flat(pdf: bytes) -> str:
    return " ".join(" ".join(pages_of(pdf)).split())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("make", "title"), [(certificate_pdf, "水尺计重证书"), (record_sheet_pdf, "水尺计重计算单")]
)
def test_the_title_the_ship_the_weight_and_its_interval_can_be_read(
    make: Maker, title: str, lang: str
) -> None:
    text = flat(make(survey_document_by_hand(), lang=lang))
    for expected in (title, SHIP, "40 000.500 t", "± 123.4 t", "3.09 ‰", "500.500 t", "50000.750"):
        assert expected in text


def test_the_sheet_has_every_step_with_formula_and_source_and_the_budget() -> None:
    text = flat(record_sheet_pdf(survey_document_by_hand(), lang="en"))
    for expected in (
        "100·T·TPC·LCF/LBP",
        "ECE92",
        "−12.346",
        "D/M",
        "97.0",
        "61.70 t",
        "WBT 1P",
        "1.0250",
        "6/8",
        "stated for draft",
    ):
        assert expected in text


@pytest.mark.parametrize("make", [certificate_pdf, record_sheet_pdf])
def test_every_page_says_which_of_how_many_it_is(make: Maker) -> None:
    pages = pages_of(make(survey_document_by_hand(warnings=30), lang="en"))
    for number, text in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in " ".join(text.split())


def test_the_same_document_gives_the_same_bytes() -> None:
    assert certificate_pdf(survey_document_by_hand(), lang="zh") == certificate_pdf(
        survey_document_by_hand(), lang="zh"
    )


def test_making_a_report_changes_nothing_in_the_document() -> None:
    document = survey_document_by_hand(ship=HOSTILE)
    before = copy.deepcopy(document)
    certificate_pdf(document, lang="zh")
    record_sheet_pdf(document, lang="zh")
    assert document == before


@pytest.mark.parametrize("make", [certificate_pdf, record_sheet_pdf])
def test_markup_in_a_name_is_printed_and_not_obeyed(make: Maker) -> None:
    document = survey_document_by_hand(ship=HOSTILE)
    document["conditions"][0]["deductibles"][0]["name"] = HOSTILE
    document["warnings"][0]["message"] = HOSTILE
    assert HOSTILE in flat(make(document, lang="en"))


@pytest.mark.parametrize("make", [certificate_pdf, record_sheet_pdf])
def test_a_script_that_no_font_has_is_printed_by_number_with_a_note(make: Maker) -> None:
    text = flat(make(survey_document_by_hand(ship="세월 SEWOL ⚓ 🚢"), lang="en"))
    assert "[U+C138][U+C6D4] SEWOL ⚓ 🚢" in text
    assert "stand for characters that the fonts of this document do not hold" in text


@pytest.mark.parametrize("ship", ["W" * 500, "字" * 500, "한" * 500, "a b " * 200, "🚢" * 300, ""])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_certificate_stays_one_page_whatever_the_name_and_however_many_warnings(
    ship: str, lang: str
) -> None:
    document = survey_document_by_hand(ship=ship, warnings=12)
    for warning in document["warnings"]:
        warning["message"] = "word " * 200
    stages = ("initial", "intermediate", "second intermediate " * 20, "final")
    document["conditions"] = [
        condition(stage, quarter_mean_m=9.0, net_displacement_t=99999.5) for stage in stages
    ]
    assert len(pages_of(certificate_pdf(document, lang=lang))) == 1


def test_the_mark_of_an_estimated_reading_stands_beside_it_and_not_over_it() -> None:
    document = survey_document_by_hand()
    document["conditions"][0]["estimated_readings_m"] = {"aft_starboard": 7.777}
    pdf = pypdfium2.PdfDocument(record_sheet_pdf(document, lang="en"))
    try:
        text = pdf[0].get_textpage()
        (_, end_of_figure), (start_of_mark, _) = _edges(text, "7.777")[0], _edges(text, "*")[0]
    finally:
        pdf.close()
    assert start_of_mark > end_of_figure


def sample(**known: Any) -> dict[str, Any]:
    names = ("place", "depth_m", "taken_at", "instrument_number", "certificate_expires_on")
    return dict.fromkeys(names) | {"density_t_per_m3": 1.0235} | known


@pytest.mark.parametrize(("lang", "title"), [("zh", "港水密度样品"), ("en", "Samples of the dock water")])
def test_samples_of_water_are_printed_with_all_that_is_known(lang: str, title: str) -> None:
    document = survey_document_by_hand()
    for each in document["conditions"]:
        each["density_samples"] = [sample()]
    assert title not in flat(record_sheet_pdf(document, lang=lang))
    document["conditions"][0]["density_samples"] = [
        sample(place="码头侧舯部", depth_m=4.5, instrument_number="H 17", certificate_expires_on="2027-01-31")
    ]
    text = flat(record_sheet_pdf(document, lang=lang))
    for expected in (title, "1.0235", "码头侧舯部", "4.5", "H 17", "2027-01-31", "—"):
        assert expected in text
    document["conditions"][0]["density_samples"] = [sample(), sample(density_t_per_m3=1.0245)]
    assert "1.0245" in flat(record_sheet_pdf(document, lang=lang))


def test_stages_of_the_users_own_names_leave_the_steps_readable() -> None:
    """A stage's name once took the width of its column, and items and formulas stood over each other."""
    document = survey_document_by_hand()
    usual = len(pages_of(record_sheet_pdf(document, lang="en")))
    names = (
        "初始水尺检验（开始装货之前）第一次共同测量",
        "final survey with a name far too long for its column",
    )
    for each, name in zip(document["conditions"], names, strict=True):
        each["stage"] = name
    for line in document["budget"]:
        line["stage"] = line["stage"] and names[1]
    pages = pages_of(record_sheet_pdf(document, lang="en"))
    assert len(pages) == usual
    lines = "\n".join(pages).replace("\r", "").split("\n")
    assert any("First trim correction" in line and "100·T·TPC·LCF/LBP" in line for line in lines)


def test_the_names_of_three_stages_do_not_touch_above_the_deductibles() -> None:
    document = survey_document_by_hand()
    stages = ("initial", "intermediate", "final")
    document["conditions"] = [
        condition(stage, quarter_mean_m=9.0, net_displacement_t=9.5) for stage in stages
    ]
    for each in document["conditions"]:
        each["deductibles"] = each["deductibles"][1:]
    pdf = pypdfium2.PdfDocument(record_sheet_pdf(document, lang="en"))
    try:
        text = pdf[0].get_textpage()
        edges = [_edges(text, stage) for stage in ("Initial", "Intermediate", "Final")]
    finally:
        pdf.close()
    # Below readings and steps, the third heads of this kind are those of the deductibles.
    for (_, right), (left, _) in pairwise(places[2] for places in edges):
        assert left - right > 2.0, edges


def _edges(text: pypdfium2.PdfTextPage, word: str) -> list[tuple[float, float]]:
    """Left and right edge, in points, of every place where a word stands."""
    found = []
    searcher = text.search(word, match_case=True, match_whole_word=False)
    while (place := searcher.get_next()) is not None:
        boxes = [text.get_charbox(place[0] + index) for index in range(place[1])]
        found.append((min(box[0] for box in boxes), max(box[2] for box in boxes)))
    return found


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "按两舷吃水处 TPC、不作"), ("en", "TPC at the side drafts, none")]
)
def test_rules_that_differ_between_conditions_are_each_translated(lang: str, said: str) -> None:
    document = survey_document_by_hand()
    document["rules"] = {"list_correction": "tpc_at_sides, none"}
    assert said in flat(record_sheet_pdf(document, lang=lang))


def test_a_long_tank_list_goes_over_the_page_with_its_head_repeated() -> None:
    document = survey_document_by_hand()
    tanks = document["conditions"][0]["deductibles"]
    document["conditions"][0]["deductibles"] = [tanks[0] | {"name": f"WBT {number}"} for number in range(80)]
    pages = pages_of(record_sheet_pdf(document, lang="en"))
    with_tanks = [text for text in pages if "WBT" in text]
    assert len(with_tanks) > 1
    assert all("Density" in text for text in with_tanks)
    assert all(f"WBT {number}" in "".join(pages) for number in range(80))


def test_two_tanks_of_one_name_are_two_rows() -> None:
    document = survey_document_by_hand()
    document["conditions"][0]["deductibles"][1] = document["conditions"][0]["deductibles"][0] | {
        "weight_t": 7.125
    }
    text = flat(record_sheet_pdf(document, lang="en"))
    assert text.count("WBT 1P") == 2
    assert "7.125" in text


@pytest.mark.parametrize(("lang", "words"), [("zh", "暂定重量"), ("en", "Provisional")])
@pytest.mark.parametrize("make", [certificate_pdf, record_sheet_pdf])
def test_a_single_condition_is_called_provisional(make: Maker, lang: str, words: str) -> None:
    document = survey_document_by_hand()
    document |= {
        "conditions": document["conditions"][1:],
        "provisional": True,
        "cargo_from": None,
        "cargo_to": None,
    }
    assert words in flat(make(document, lang=lang))


@pytest.mark.parametrize("make", [certificate_pdf, record_sheet_pdf])
def test_a_survey_without_a_weight_says_so_and_prints_no_zero(make: Maker) -> None:
    document = survey_document_by_hand()
    nothing: dict[str, Any] = dict.fromkeys(("cargo_t", "u95_t", "u95_permille", "bill_of_lading"))
    document |= nothing | {"budget": [], "warnings": []}
    text = flat(make(document, lang="en"))
    assert "No cargo weight" in text
    assert "no uncertainty was given" in text
    assert "0.000 t" not in text


def test_a_survey_from_corrected_drafts_has_no_table_of_readings() -> None:
    document = survey_document_by_hand()
    for each in document["conditions"]:
        each["draft_readings_m"] = None
    assert "Draft readings" not in flat(record_sheet_pdf(document, lang="en"))


def test_four_conditions_stand_in_two_bands_and_the_certificate_shows_the_ends() -> None:
    document = survey_document_by_hand()
    stages = ("initial", "one", "two", "final")
    document["conditions"] = [
        condition(stage, quarter_mean_m=9.0, net_displacement_t=9.5) for stage in stages
    ]
    sheet = flat(record_sheet_pdf(document, lang="en"))
    assert sheet.count("Worked steps") == 2
    assert all(stage in flat(certificate_pdf(document, lang="en")) for stage in ("Initial", "Final"))
    assert " one " not in flat(certificate_pdf(document, lang="en"))


@pytest.mark.parametrize("part", ["conditions", "cargo_t", "u95_t", "rounding", "warnings", "bill_of_lading"])
@pytest.mark.parametrize("make", [certificate_pdf, record_sheet_pdf])
def test_a_document_without_a_part_is_refused_by_its_name(make: Maker, part: str) -> None:
    document = survey_document_by_hand()
    del document[part]
    with pytest.raises(IncompleteDocumentError, match=part):
        make(document, lang="zh")


def test_a_document_without_conditions_is_refused() -> None:
    with pytest.raises(IncompleteDocumentError):
        certificate_pdf(survey_document_by_hand() | {"conditions": []}, lang="zh")


@pytest.mark.parametrize("make", [certificate_pdf, record_sheet_pdf])
def test_a_third_language_is_refused_with_the_two_there_are(make: Maker) -> None:
    with pytest.raises(UnknownLanguageError, match="zh and en"):
        make(survey_document_by_hand(), lang="de")
