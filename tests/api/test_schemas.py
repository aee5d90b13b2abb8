"""Evidence: properties over all text and instants that may be given; fuzz of whole bodies."""

import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.schemas import Instant, Name, Number, Text

NAME: TypeAdapter[str] = TypeAdapter(Name)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
NUMBER: TypeAdapter[float] = TypeAdapter(Number)


@given(st.text(max_size=300))
def test_a_name_is_refused_or_trimmed_and_otherwise_kept(text: str) -> None:
    try:
        name = NAME.validate_python(text)
    except ValidationError:
        return
    assert name == text.strip()
    assert 1 <= len(name) <= 200
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize("name", ["海 ⚓ 👩\u200d✈️", "Ærø", "=1+1", "a" * 200, "船" * 200])
def test_names_of_any_script_are_kept(name: str) -> None:
    assert NAME.validate_python(f" {name} ") == name


@pytest.mark.parametrize(
    "character", ["\0", "\n", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\ue000"]
)
def test_control_characters_are_refused_by_their_number(character: str) -> None:
    with pytest.raises(ValidationError, match=f"U\\+{ord(character):04X}"):
        NAME.validate_python(f"a{character}b")


@pytest.mark.parametrize("name", ["\u200d", "\ufeff", "\u0301", "\u200b \u2060", "\ufe0f"])
def test_a_name_that_nobody_can_see_is_refused(name: str) -> None:
    for adapter in (NAME, TEXT):
        with pytest.raises(ValidationError, match="no visible character"):
            adapter.validate_python(name)


def test_a_text_may_have_lines() -> None:
    assert TEXT.validate_python("a\n\tb\r\nc") == "a\n\tb\r\nc"
    with pytest.raises(ValidationError):
        TEXT.validate_python("a\0b")


@given(st.datetimes(datetime(1990, 1, 2), datetime(2199, 12, 30)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_an_instant_is_the_same_instant_in_utc(local: datetime, offset_min: int) -> None:
    given_time = local.replace(tzinfo=timezone(timedelta(minutes=offset_min)))
    instant = INSTANT.validate_python(given_time)
    assert (instant, instant.tzinfo) == (given_time, UTC)
    assert INSTANT.dump_json(instant).endswith(b'Z"')


@pytest.mark.parametrize(
    "text", ["2026-05-04T06:30:00", "1989-12-31T00:00:00Z", "2200-01-01T00:00:00Z", "soon"]
)
def test_an_instant_without_zone_or_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(text)


@pytest.mark.parametrize("value", ["1", True, None, [1]])
def test_what_is_no_number_is_none(value: object) -> None:
    with pytest.raises(ValidationError):
        NUMBER.validate_python(value)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
FIELDS = st.sampled_from(
    [
        "name",
        "imo",
        "length_between_perpendiculars_m",
        "marks_forward_of_reference_m",
        "vessel_id",
        "cargo",
        "operation",
        "method",
        "tanks",
        "density_samples",
        "deductibles_t",
        "typed_hydrostatics",
        "expected_version",
        "occurred_at",
    ]
)
BODIES = st.dictionaries(
    FIELDS,
    st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner)),
    max_size=6,
)


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(body=BODIES)
def test_no_body_makes_the_service_fail(client: TestClient, body: Any) -> None:
    content = json.dumps(body)
    headers = {"content-type": "application/json", "if-match": "*"}
    unknown = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"
    for method, path in (
        ("POST", "/api/v1/vessels"),
        ("PUT", f"/api/v1/vessels/{unknown}"),
        ("POST", "/api/v1/portcalls"),
        ("PUT", f"/api/v1/portcalls/{unknown}/stages/initial"),
        ("POST", f"/api/v1/portcalls/{unknown}/milestones"),
    ):
        answer = client.request(method, path, content=content, headers=headers)
        assert answer.status_code in {201, 400, 404, 422}, answer.text
        if answer.status_code != 201:
            assert answer.headers["content-type"] == "application/problem+json"
