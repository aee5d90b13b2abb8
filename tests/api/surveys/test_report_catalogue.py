"""Every name that a survey can emit has a Chinese and an English title, each in its own language."""

import re
from pathlib import Path

import pytest
from survey_documents import survey_document_by_hand

import survey
from api.surveys.report.catalogue import LANGUAGES, catalogue, catalogue_entries
from api.surveys.report.errors import UnknownLanguageError
from api.surveys.report.glyphs import drawn_page
from api.surveys.report.record_sheet import record_sheet_pages
from api.surveys.report.terminal import terminal_text
from survey.doubts import COMPUTED, INPUT_NAMES, STATED
from survey.plausibility_codes import WarningCode
from survey.rounding import Rounding
from survey.tanks import TankStatus
from survey.uncertainty_profiles import PROFILES

HANZI = re.compile("[\u4e00-\u9fff]")
SURVEY = Path(survey.__file__).parent
MARKS = ("forward", "midship", "aft")


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("warnings", WarningCode),
        ("inputs", INPUT_NAMES),
        ("statuses", TankStatus),
        ("roundings", Rounding),
        ("assumed", [STATED, COMPUTED, *PROFILES]),
    ],
)
def test_every_member_of_the_surveys_own_lists_has_a_title(section: str, names: list[str]) -> None:
    assert {str(name) for name in names} <= set(catalogue_entries()[section])


def step_names_written() -> set[str]:
    """The names in the source of the survey, where each step is written to the sheet once."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in SURVEY.glob("*.py"))
    written = re.findall(r"sheet\.(?:given|draft|weight|other)\(\s*f?\"([a-z{][a-z_0-9{}]*)\"", source)
    sides = {"{mark}": MARKS, "{side}": ("plus", "minus"), "{name}": ("port", "starboard")}
    names = set()
    for name in written:
        blank = next((blank for blank in sides if blank in name), None)
        names |= {name} if blank is None else {name.replace(blank, value) for value in sides[blank]}
    return names


def test_every_step_that_the_chain_writes_has_a_title() -> None:
    names = step_names_written()
    assert {"quarter_mean_m", "aft_moulded_draft_m", "mctc_plus_tm_per_cm", "net_displacement_t"} <= names
    assert names <= set(catalogue_entries()["steps"])


@pytest.mark.parametrize("section", sorted(catalogue_entries()))
def test_every_entry_has_both_languages_and_nothing_else(section: str) -> None:
    for key, words in catalogue_entries()[section].items():
        assert set(words) == set(LANGUAGES), key
        assert words["en"].strip() or section == "profile_notes", key


@pytest.mark.parametrize(
    "section", ["labels", "vessel", "stages", "steps", "contents", "inputs", "warnings", "values"]
)
def test_chinese_titles_are_chinese(section: str) -> None:
    marks_only = {"colon", "comma", "separator"}
    for key, words in catalogue_entries()[section].items():
        assert key in marks_only or HANZI.search(words["zh"]), key
        assert not HANZI.search(words["en"]), key


def test_the_fonts_hold_every_printed_word() -> None:
    _page, missing = drawn_page(dict(catalogue_entries()))
    assert missing == []


def test_a_name_of_the_users_own_stands_for_itself() -> None:
    assert catalogue("zh").title("contents", "硫磺") == "硫磺"


def test_formulas_are_read_in_both_languages() -> None:
    assert catalogue("zh").formula("table at D/M + 0.5 m") == "查表：D/M + 0.5 m"
    assert catalogue("zh").formula("100·T·TPC·LCF/LBP") == "100·T·TPC·LCF/LBP"
    assert catalogue("en").formula("mean of 3 samples") == "mean of 3 samples"


def test_a_third_language_is_refused() -> None:
    with pytest.raises(UnknownLanguageError, match="zh and en"):
        catalogue("fr")


@pytest.mark.parametrize(("lang", "words"), [("zh", "货物重量"), ("en", "Cargo weight")])
def test_the_terminal_says_what_the_certificate_says(lang: str, words: str) -> None:
    text = terminal_text(survey_document_by_hand(), lang=lang)
    assert f"{words}  40 000.500 t  ± 123.4 t (3.09 ‰)" in text
    assert "50 000.750" in text


def test_the_terminal_cannot_be_steered_by_a_name() -> None:
    text = terminal_text(survey_document_by_hand(ship="\x1b[2J\rX\u202e"), lang="en")
    assert "\x1b" not in text
    assert "[U+001B][2J X[U+202E]" in text


def test_a_translated_profile_says_no_number_that_the_profile_does_not() -> None:
    number = re.compile(r"\d+(?:\.\d+)?")
    for name, words in catalogue_entries()["profile_notes"].items():
        assert set(number.findall(words["zh"])) <= set(number.findall(PROFILES[name].source))


def test_an_estimated_reading_is_marked_and_explained() -> None:
    document = survey_document_by_hand()
    condition = document["conditions"][0]
    condition["draft_readings_m"]["aft_port"] = None
    condition["estimated_readings_m"] = {"aft_port": 4.321}
    [band] = record_sheet_pages(document, catalogue("en"))["readings"]
    figure = band["rows"][2]["figures"][0]
    assert (figure["whole"], figure["fraction"], figure["mark"]) == ("4", ".321", "*")
    assert band["notes"] == ["* not read; estimated from the measured list."]
