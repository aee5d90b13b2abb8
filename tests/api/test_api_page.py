"""Evidence: docs/api.md and docs/metrics.md held against the application and its constants."""

import re

import pytest
from api_page import operation_table, rights_table
from fastapi import FastAPI
from fastapi.testclient import TestClient
from shared_data import REPOSITORY

from api import http_protocol, pages, routing
from api.auth import throttle
from api.delivery import service as delivery
from api.flights import receiving
from api.footage import serving
from api.idempotency import promise
from api.jobs import feed
from api.search.schemas import SearchQuery
from api.settings import GIBIBYTE, MEBIBYTE, Settings

API_PAGE = (REPOSITORY / "docs/api.md").read_text(encoding="utf-8")
METRICS_PAGE = (REPOSITORY / "docs/metrics.md").read_text(encoding="utf-8")


def test_the_page_lists_every_operation_with_its_right(app: FastAPI) -> None:
    assert "\n".join(operation_table(app.openapi())) in API_PAGE, "python tests/api_page.py prints the table"
    assert "\n".join(rights_table()) in API_PAGE, "python tests/api_page.py prints the table"


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("JSON body", f"`HULLMARK_MAX_JSON_BYTES` ({Settings().max_json_bytes // MEBIBYTE} MiB)"),
        ("depth of JSON", f"{routing.MAX_JSON_DEPTH} levels"),
        ("table or paper sent as a whole", f"{routing.LARGEST_FILE_BODY_BYTES // MEBIBYTE} MiB"),
        (
            "footage or telemetry file",
            f"`HULLMARK_MAX_UPLOAD_BYTES` ({Settings().max_upload_bytes // GIBIBYTE} GiB)",
        ),
        ("time for the head of a request", f"{http_protocol.HEAD_LIMIT_S:.0f} s"),
        ("time for a body, except footage", f"{routing.LONGEST_BODY_S:.0f} s"),
        ("silence within an upload of footage", f"{receiving.SILENCE_LIMIT_S:.0f} s"),
        ("items of a page", f"{pages.MOST_ITEMS}, {pages.USUAL_ITEMS} unless asked"),
        (
            "hits of a search for each noun",
            f"100, {SearchQuery.model_fields['limit'].default} unless asked",
        ),
        ("ranges of one request for a file", f"{serving.MOST_RANGES}"),
        ("streams of jobs open at once, of one process", f"{feed.MOST_STREAMS}"),
        ("subscriptions", f"{delivery.MAX_SUBSCRIPTIONS}"),
        (
            "attempts to log in",
            f"{throttle.FREE_FAILURES}, then waits that double up to {throttle.LONGEST_WAIT_S} s",
        ),
        ("length of an `Idempotency-Key`", f"{promise.LONGEST_KEY_CHARACTERS} characters"),
        ("wait for another writer", f"`HULLMARK_BUSY_TIMEOUT_S` ({Settings().busy_timeout_s:.0f} s)"),
    ],
)
def test_the_page_states_the_limits_that_hold(limit: str, value: str) -> None:
    assert f"| {limit} | {value} |" in API_PAGE


def test_every_metric_is_described(client: TestClient) -> None:
    told = set(re.findall(r"^# TYPE (\S+) ", client.get("/metrics").text, re.MULTILINE))
    described = set(re.findall(r"^\| `(hullmark_\w+)` \|", METRICS_PAGE, re.MULTILINE))
    assert {name for name in told if not name.endswith("_created")} == described


def test_the_state_of_jobs_files_and_records_is_told(client: TestClient) -> None:
    before = client.get("/metrics").text
    client.post("/api/v1/vessels", json={"name": "A", "length_between_perpendiculars_m": 100.0})
    after = client.get("/metrics").text
    assert _value(after, "hullmark_records") == _value(before, "hullmark_records") + 1
    assert _value(after, "hullmark_disk_free_bytes") > 0


def _value(text: str, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found is not None
    return float(found[1])
