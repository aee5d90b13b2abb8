"""Evidence: RFC 9110 and 9457 case by case, over every route of the application; pages under inserts as a property."""

import re
from typing import Any

import pytest
from current_state import current
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.cursor import cursor_of, place_of
from api.errors import InvalidRequestError
from api.routing import Resources
from api.storage.tables import new_id

VESSELS = "/api/v1/vessels"
PROBLEM = {"type", "title", "status", "detail", "instance", "code", "errors"}


def register(client: TestClient, name: str) -> str:
    body = {"name": name, "length_between_perpendiculars_m": 100.0}
    identifier: str = client.post(VESSELS, json=body).json()["id"]
    return identifier


def is_problem(answer: Any, status: int, code: str) -> bool:
    body = answer.json()
    assert (answer.status_code, body["code"], body["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert body.keys() == PROBLEM
    return True


def test_an_unknown_path_and_an_unknown_method_are_problems(client: TestClient) -> None:
    assert is_problem(client.get("/api/v1/nothing"), 404, "not_found")
    answer = client.delete(VESSELS)
    assert is_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    # Three routers share this prefix: their methods stand in one answer.
    answer = client.delete(f"/api/v1/portcalls/{new_id()}")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, PUT"


def test_options_names_the_methods_of_an_address(client: TestClient) -> None:
    answer = client.options(f"{VESSELS}/{new_id()}")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, PUT")
    assert is_problem(client.options("/api/v1/nothing"), 404, "not_found")


def test_head_is_get_without_a_body_on_every_route(app: FastAPI, client: TestClient) -> None:
    register(client, "A")
    checked = 0
    for route in iter_route_contexts(app.routes):
        if "GET" not in (route.methods or ()) or route.path is None:
            continue
        path = re.sub(r"\{[^}]+\}", str(new_id()), route.path)
        head = client.head(path, params={"text": "A", "port_call_id": str(new_id())})
        assert head.content == b"", path
        if path.endswith(("/stream", "/metrics", "/ready", "/export")):
            assert head.status_code in {200, 404, 409, 503}, path
        else:
            get = client.get(path, params={"text": "A", "port_call_id": str(new_id())})
            assert head.status_code == get.status_code, path
            assert head.headers["content-type"] == get.headers["content-type"], path
        checked += 1
    assert checked > 60


def test_a_stream_ends_with_its_headers_where_only_these_were_asked_for(client: TestClient) -> None:
    for path in ("/api/v1/jobs/stream", "/api/v1/records/stream"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("application/*;q=0.5, text/html", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("application/problem+json", 200),
        ("text/html", 406),
        ("application/json;q=0, */*", 200),
        ("application/json;q=0", 406),
        ("image/*", 406),
    ],
)
def test_what_cannot_be_taken_is_not_given(client: TestClient, accept: str, status: int) -> None:
    answer = client.get(VESSELS, headers={"accept": accept})
    assert answer.status_code == status
    if status != 200:
        assert is_problem(answer, 406, "not_acceptable")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
def test_another_kind_of_body_is_refused(client: TestClient, kind: str) -> None:
    answer = client.post(VESSELS, content=b"{}", headers={"content-type": kind})
    assert is_problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("query", ["limit=abc", "limit=0", "limit=501", "cursor=x", "cursor=" + "x" * 500])
def test_a_malformed_query_names_its_parameter(client: TestClient, query: str) -> None:
    answer = client.get(f"{VESSELS}?{query}")
    assert is_problem(answer, 422, "invalid_request")
    assert answer.json()["errors"][0]["pointer"] == f"query:{query.partition('=')[0]}"


def test_what_the_caller_has_is_not_sent_again(client: TestClient) -> None:
    register(client, "A")
    first = client.get(VESSELS)
    same = client.get(VESSELS, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert first.headers["cache-control"] == "private, no-cache"
    register(client, "B")
    changed = client.get(VESSELS, headers={"if-none-match": first.headers["etag"]})
    assert (changed.status_code, len(changed.json()["items"])) == (200, 2)


def test_a_change_rests_on_the_state_that_was_read(client: TestClient) -> None:
    url = f"{VESSELS}/{register(client, 'A')}"
    seen = current(client, url)
    body = {"name": "B", "length_between_perpendiculars_m": 100.0}

    assert is_problem(client.put(url, json=body), 428, "precondition_required")
    assert is_problem(client.put(url, json=body, headers={"If-Match": '"other"'}), 412, "precondition_failed")
    weak = {"If-Match": f"W/{seen['If-Match']}"}
    assert is_problem(client.put(url, json=body, headers=weak), 412, "precondition_failed")
    changed = client.put(url, json=body, headers={"If-Match": f'"other", {seen["If-Match"]}'})
    assert changed.status_code == 200
    assert changed.headers["etag"] == client.get(url).headers["etag"] != seen["If-Match"]
    assert is_problem(client.put(url, json=body, headers=seen), 412, "precondition_failed")
    assert client.put(url, json=body, headers={"If-Match": "*"}).status_code == 200


def test_pages_give_everything_once_also_while_more_comes_in(client: TestClient) -> None:
    there = {register(client, f"轮 {number}") for number in range(7)}
    seen: list[str] = []
    url: str | None = f"{VESSELS}?limit=3"
    while url is not None:
        answer = client.get(url)
        page = answer.json()
        seen += [item["id"] for item in page["items"]]
        register(client, "新")
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        assert (link is None) == (page["next_cursor"] is None)
        url = None if link is None else link[1]
    assert len(seen) == len(set(seen)) == 7
    assert set(seen) == there


def test_a_cursor_goes_with_its_list_and_its_filters(client: TestClient) -> None:
    for number in range(3):
        register(client, f"A {number}")
    cursor = client.get(VESSELS, params={"limit": 1, "name_contains": "A"}).json()["next_cursor"]
    right = client.get(VESSELS, params={"limit": 2, "name_contains": "A", "cursor": cursor})
    assert len(right.json()["items"]) == 2
    for path, query in ((VESSELS, {}), (VESSELS, {"name_contains": "B"}), ("/api/v1/portcalls", {})):
        answer = client.get(path, params={**query, "cursor": cursor})
        assert is_problem(answer, 422, "invalid_request")


@given(scope=st.text(max_size=20), place=st.lists(st.text(max_size=20), max_size=3))
def test_a_place_is_read_back_as_it_was_written(scope: str, place: list[str]) -> None:
    assert list(place_of(scope, cursor_of(scope, *place))) == place


@given(st.text(max_size=60))
def test_no_text_that_was_not_given_out_is_a_cursor(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        place_of("vessels", text)


def test_a_job_carries_the_request_that_asked_for_it(client: TestClient, resources: Resources) -> None:
    from api_rows import add_footage, add_port_call

    port_call_id = str(add_port_call(resources.database))
    footage_id = add_footage(resources.database, resources.objects, port_call_id, content=b"video")
    asked = {"footage_id": str(footage_id), "stage": "initial", "mark": "forward", "side": "port"}
    answer = client.post("/api/v1/readings", json=asked, headers={"x-request-id": "quay-7"})
    assert answer.json()["job"]["request_id"] == answer.headers["x-request-id"] == "quay-7"
