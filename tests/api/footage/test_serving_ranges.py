"""Evidence: RFC 9110 by hand, properties over ranges, and the same answers from a folder and from a bucket."""

import email
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_rows import add_footage, add_port_call
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from logged_in import log_in
from pydantic import SecretStr
from s3_server import BUCKET, SECRET, S3Server, s3_server

from api.app import create_app
from api.footage.serving import MOST_RANGES, asked_ranges
from api.settings import Settings

CONTENT = bytes(range(256)) * 8


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[TestClient, str, str]]:
    """A client, the address of a stored video, and its hash."""
    settings = Settings(data_dir=tmp_path / "var", minimum_free_bytes=0)
    if request.param == "bucket":
        server: S3Server = request.getfixturevalue("server")
        settings = Settings(
            data_dir=tmp_path / "var",
            minimum_free_bytes=0,
            files_url=f"s3://{BUCKET}/serving",
            files_endpoint_url=server.url,
            files_access_key_id="tests",
            files_secret_access_key=SecretStr(SECRET),
        )
    app = create_app(settings)
    with TestClient(app, base_url="http://localhost") as client:
        log_in(client)
        resources = app.state.resources
        port_call_id = str(add_port_call(resources.database))
        footage_id = add_footage(resources.database, resources.objects, port_call_id, content=CONTENT)
        footage: dict[str, Any] = client.get(f"/api/v1/footage/{footage_id}").json()
        yield client, footage["content_url"], footage["sha256"]


def test_head_says_what_get_would_and_sends_nothing(served: tuple[TestClient, str, str]) -> None:
    client, url, sha256 = served
    got, head = client.get(url), client.head(url)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == "2048"
    assert head.headers["etag"] == f'"{sha256}"'
    unlike = {"x-request-id", "date"}
    assert {key: head.headers[key] for key in head.headers if key not in unlike} == {
        key: got.headers[key] for key in got.headers if key not in unlike
    }
    part = client.head(url, headers={"range": "bytes=5-9"})
    assert (part.status_code, part.headers["content-range"]) == (206, "bytes 5-9/2048")
    assert (part.headers["content-length"], part.content) == ("5", b"")


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-99", 0, 99), ("bytes=2000-", 2000, 2047), ("BYTES=-8", 2040, 2047)]
)
def test_one_range(served: tuple[TestClient, str, str], asked: str, first: int, last: int) -> None:
    client, url, _ = served
    answer = client.get(url, headers={"range": asked})

    assert (answer.status_code, answer.content) == (206, CONTENT[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/2048"


def test_several_ranges_come_in_one_envelope(served: tuple[TestClient, str, str]) -> None:
    client, url, _ = served
    answer = client.get(url, headers={"range": "bytes=0-1, 100-199, 150-299, -1, 9999-"})

    assert answer.status_code == 206
    assert int(answer.headers["content-length"]) == len(answer.content)
    message = email.message_from_bytes(
        f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode() + answer.content
    )
    parts: Any = message.get_payload()
    ranges = [(part["content-range"], part.get_content_type()) for part in parts]
    assert ranges == [
        ("bytes 0-1/2048", "video/mp4"),
        ("bytes 100-299/2048", "video/mp4"),
        ("bytes 2047-2047/2048", "video/mp4"),
    ]
    boundary = answer.headers["content-type"].partition("boundary=")[2].encode()
    bodies = [piece.partition(b"\r\n\r\n")[2][:-2] for piece in answer.content.split(b"--" + boundary)[1:-1]]
    assert bodies == [CONTENT[0:2], CONTENT[100:300], CONTENT[2047:]]


def test_if_range_gives_the_whole_when_the_tag_is_another(served: tuple[TestClient, str, str]) -> None:
    client, url, sha256 = served
    same = client.get(url, headers={"range": "bytes=0-4", "if-range": f'"{sha256}"'})
    other = client.get(url, headers={"range": "bytes=0-4", "if-range": '"another"'})
    weak = client.get(url, headers={"range": "bytes=0-4", "if-range": f'W/"{sha256}"'})
    dated = client.get(url, headers={"range": "bytes=0-4", "if-range": "Sat, 29 Oct 1994 19:43:31 GMT"})

    assert (same.status_code, same.content) == (206, CONTENT[:5])
    assert {answer.status_code for answer in (other, weak, dated)} == {200}
    assert other.content == CONTENT


@pytest.mark.parametrize("form", ['"{0}"', 'W/"{0}"', '"x", "{0}"', "*"])
def test_what_the_browser_has_is_not_sent_again(served: tuple[TestClient, str, str], form: str) -> None:
    client, url, sha256 = served
    answer = client.get(url, headers={"if-none-match": form.format(sha256)})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == f'"{sha256}"'
    assert client.get(url, headers={"if-none-match": '"x"'}).status_code == 200


def test_a_range_beyond_the_end_is_refused_with_the_length(served: tuple[TestClient, str, str]) -> None:
    client, url, _ = served
    answer = client.get(url, headers={"range": "bytes=2048-"})

    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */2048")
    assert answer.json()["code"] == "http_416"


def test_other_methods_stay_refused(served: tuple[TestClient, str, str]) -> None:
    client, url, _ = served
    assert client.post(url).status_code == 405


def test_very_many_ranges_give_the_whole_file() -> None:
    few = ",".join(f"{start}-{start}" for start in range(0, 2 * MOST_RANGES, 2))
    assert len(asked_ranges(f"bytes={few}", 2048) or ()) == MOST_RANGES
    assert asked_ranges(f"bytes={few},200-201", 2048) is None


def test_an_empty_file_has_no_range() -> None:
    assert asked_ranges("bytes=0-", 0) == ()
    assert asked_ranges(None, 0) is None


@given(
    st.integers(0, 300),
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda pair: f"{pair[0]}-{pair[1]}"),
            st.integers(0, 400).map("{}-".format),
            st.integers(0, 400).map("-{}".format),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_ranges_are_the_bytes_that_were_asked_for_once_and_in_order(
    size_bytes: int, asked: list[str]
) -> None:
    found = asked_ranges("bytes=" + ",".join(asked), size_bytes)
    assert found is not None
    given_bytes = [position for item in found for position in range(item.start, item.stop)]
    expected: set[int] = set()
    for item in asked:
        first, _, last = item.partition("-")
        positions = range(size_bytes)
        if not first:
            expected |= set(positions[max(0, size_bytes - int(last)) :])
        else:
            expected |= set(positions[int(first) : size_bytes if not last else int(last) + 1])
    assert given_bytes == sorted(expected)
    assert all(item.start < item.stop for item in found)
