"""Evidence: the page's words against the places that coin them; what has no word would be shown as a bare code."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from api.demo.client import ServiceClient
from vision.draft.reading import RefusalReason

pytestmark = pytest.mark.browser
REPORT_CATALOGUE = Path(__file__).parents[2] / "api" / "surveys" / "report" / "catalogue.toml"


def test_the_words_of_a_survey_are_those_of_its_reports(visit: Any) -> None:
    words = visit("/").evaluate("import('/survey_words.js').then(module => module.SURVEY_WORDS)")
    printed = tomllib.loads(REPORT_CATALOGUE.read_text(encoding="utf-8"))
    assert words == {
        section: {name: [both["zh"], both["en"]] for name, both in printed[section].items()}
        for section in words
    }


def test_every_reason_to_refuse_has_a_chinese_sentence(visit: Any) -> None:
    refusals = visit("/").evaluate("import('/catalogue.js').then(module => module.REFUSALS)")
    # The job adds its own reason for footage that cannot be opened.
    assert set(refusals) == {reason.value for reason in RefusalReason} | {"unreadable_footage"}


def test_every_record_of_a_port_call_has_a_title(
    visit: Any, service: ServiceClient, port_call: dict[str, Any]
) -> None:
    titles = visit("/").evaluate("import('/catalogue.js').then(module => module.RECORD_KINDS)")
    records = service.get(f"/api/v1/records?port_call_id={port_call['id']}&limit=500")["items"]
    assert {record["kind"] for record in records} <= set(titles)
