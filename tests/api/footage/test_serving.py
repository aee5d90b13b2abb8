"""Giving out footage: ranges, safe types, names of any script."""

from typing import Any

import pytest
from api_rows import add_footage, add_port_call
from fastapi.testclient import TestClient

from api.footage.serving import file_response
from api.storage.database import Database
from api.storage.objects import ObjectStore

CONTENT = bytes(range(256)) * 8


@pytest.fixture
def content_url(client: TestClient, database: Database, objects: ObjectStore) -> str:
    footage_id = add_footage(database, objects, str(add_port_call(database)), content=CONTENT)
    footage: dict[str, Any] = client.get(f"/api/v1/footage/{footage_id}").json()
    return str(footage["content_url"])


def test_the_whole_file_comes_as_it_was_received(client: TestClient, content_url: str) -> None:
    answer = client.get(content_url)

    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"] == "inline; filename*=utf-8''%E6%B0%B4%E5%B0%BA%2001.MP4"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-99", 0, 99), ("bytes=2000-", 2000, 2047), ("bytes=-8", 2040, 2047)]
)
def test_a_player_may_ask_for_a_part(
    client: TestClient, content_url: str, asked: str, first: int, last: int
) -> None:
    answer = client.get(content_url, headers={"range": asked})

    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {first}-{last}/2048"
    assert answer.content == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=9999-", "bytes=9-0"])
def test_a_part_that_is_not_there_is_refused_in_our_one_shape(
    client: TestClient, content_url: str, asked: str
) -> None:
    answer = client.get(content_url, headers={"range": asked})

    assert answer.status_code == 416
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "http_416"
    assert answer.json()["instance"] == content_url


def test_a_part_beyond_the_end_is_told_the_length(client: TestClient, content_url: str) -> None:
    assert (
        client.get(content_url, headers={"range": "bytes=9999-"}).headers["content-range"] == "bytes */2048"
    )


@pytest.mark.parametrize("asked", ["items=0-5", "bytes=", "bytes=a-b", "bytes=-", "bytes=0-9,x"])
def test_a_range_that_is_none_is_ignored(client: TestClient, content_url: str, asked: str) -> None:
    answer = client.get(content_url, headers={"range": asked})

    assert (answer.status_code, answer.content) == (200, CONTENT)


@pytest.mark.parametrize("media_type", ["text/html", "application/javascript", "text/plain; charset=utf-8"])
def test_what_a_browser_might_run_is_only_downloaded(objects: ObjectStore, media_type: str) -> None:
    stored = objects.put(b"<script>alert(1)</script>")

    answer = file_response(objects, sha256=stored.sha256, file_name="x.html", media_type=media_type)

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_file_that_the_store_lost_is_a_clear_problem(
    client: TestClient, content_url: str, objects: ObjectStore
) -> None:
    sha256 = client.get(content_url.removesuffix("/content")).json()["sha256"]
    objects.path_of(sha256).unlink()

    answer = client.get(content_url)

    assert (answer.status_code, answer.json()["code"]) == (500, "damaged_object")


def test_what_is_not_there_is_not_found(client: TestClient, content_url: str) -> None:
    unknown = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"

    for path in (unknown, f"{unknown}/content", f"{unknown}/thumbnail"):
        assert client.get(f"/api/v1/footage/{path}").json()["code"] == "not_found"
    assert client.get(content_url.replace("/content", "/thumbnail")).json()["code"] == "not_found"
