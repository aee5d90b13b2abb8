"""Evidence: I-JSON (RFC 7493) case by case, and a property over all JSON values."""

import contextlib
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.errors import MalformedJsonError
from api.routing import LARGEST_FILE_BODY_BYTES, MAX_EXACT_INTEGER, MAX_JSON_DEPTH, parse_json
from api.settings import Settings

PLAIN_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_EXACT_INTEGER, MAX_EXACT_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | PLAIN_TEXT
)
JSON_VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(PLAIN_TEXT, inner), max_leaves=10
)


@given(JSON_VALUES)
def test_what_has_one_meaning_is_read_as_it_is(value: Any) -> None:
    assert parse_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with contextlib.suppress(MalformedJsonError):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": 1, "a": 2}', "'a' stands twice"),
        (b'{"a": {"\\u0062": 1, "b": 2}}', "'b' stands twice"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b"[-Infinity]", "-Infinity is no JSON number"),
        (b"[1e400]", "too large"),
        (b"[9007199254740993]", "integer 9007199254740993 is too large"),
        (b"[" + b"9" * 5000 + b"]", "too many digits"),
        (b'["\\ud800"]', "half a character"),
        (b'{"\\u0000": 1}', "NUL"),
        (b"\xff\xfe", "Not UTF-8"),
        (b'{"a": ', "line 1, column"),
        (b"", "line 1, column 1"),
        (b"[" * 40 + b"]" * 40, "Nested too deeply"),
        (b"[" * 100_000, "Nested too deeply"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(MalformedJsonError, match=reason):
        parse_json(body)


def test_the_deepest_accepted_value_is_accepted() -> None:
    assert parse_json(b"[" * MAX_JSON_DEPTH + b"]" * MAX_JSON_DEPTH) is not None


def test_a_byte_order_mark_is_tolerated() -> None:
    assert parse_json('\ufeff{"船": "⚓"}'.encode()) == {"船": "⚓"}


@pytest.mark.parametrize(
    "body", [b'{"name": NaN}', b'{"name": "x", "name": "y"}', b"{", b'{"name": "\\ud800"}']
)
def test_a_route_answers_malformed_json_with_400(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/v1/vessels", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


def test_a_body_over_the_limit_is_413_whether_announced_or_not(
    client: TestClient, settings: Settings
) -> None:
    body = b" " * (settings.max_json_bytes + 1)
    headers = {"content-type": "application/json"}
    announced = client.post("/api/v1/vessels", content=body, headers=headers)
    streamed = client.post("/api/v1/vessels", content=iter([body[:10], body[10:]]), headers=headers)
    for answer in (announced, streamed):
        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
        assert str(settings.max_json_bytes) in answer.json()["detail"]


def test_a_file_body_has_the_larger_limit(client: TestClient) -> None:
    url = "/api/v1/vessels/0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10/hydrostatic-tables"
    query = {"file_name": "t.csv", "density_t_per_m3": "1.025"}
    within = client.post(url, params=query, content=b" " * 2_000_000)
    above = client.post(url, params=query, content=b" " * (LARGEST_FILE_BODY_BYTES + 1))
    assert within.status_code == 404
    assert above.status_code == 413
