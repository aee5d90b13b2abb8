"""Evidence: fault injection. A server that refuses, hangs up, answers late or not at all, on real sockets."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from running_service import free_port
from scripted_server import HANG_UP, answer, scripted

from api.client import Client, DifferentBytesError, FieldProblem, ProblemError, UnreachableError

GIVEN = "s3cret-of-tests"
OK = answer("200 OK", b'{"id": "1"}')
BUSY = answer("503 Service Unavailable", b"{}", "Retry-After: 7")
PROBLEM = {
    "type": "urn:hullmark:problem:invalid_request",
    "title": "The request is not valid",
    "status": 422,
    "detail": "/name: is empty",
    "instance": "/api/v1/vessels",
    "code": "invalid_request",
    "errors": [{"pointer": "/name", "message": "is empty"}],
}


def client_of(url: str, pauses: list[float]) -> Client:
    client = Client.at(url, token=GIVEN)
    client.transport.sleep = pauses.append
    return client


def test_what_is_busy_is_asked_again_when_it_says_and_with_the_same_key() -> None:
    pauses: list[float] = []
    with scripted([BUSY, BUSY, OK]) as server, client_of(server.url, pauses) as client:
        assert client.vessels.register({"name": "安信山"})["id"] == "1"
        keys = {server.header(number, "Idempotency-Key") for number in range(3)}
        assert len(keys) == 1
        assert None not in keys
        assert pauses == [7.0, 7.0]
        assert server.header(0, "Authorization") == f"Bearer {GIVEN}"
        assert json.loads(server.requests[2][1]) == {"name": "安信山"}


def test_two_creations_have_two_keys() -> None:
    with scripted([OK, OK]) as server, client_of(server.url, []) as client:
        client.vessels.register({"name": "a"})
        client.vessels.register({"name": "a"})
        assert server.header(0, "Idempotency-Key") != server.header(1, "Idempotency-Key")


def test_a_kept_connection_that_was_given_up_is_opened_again_without_waiting() -> None:
    pauses: list[float] = []
    with scripted([OK, HANG_UP, OK]) as server, client_of(server.url, pauses) as client:
        client.vessels.read("1")
        client.vessels.read("1")
        assert (len(server.requests), pauses) == (3, [])


def test_what_may_have_been_done_is_not_done_again() -> None:
    with scripted([HANG_UP, OK]) as server, client_of(server.url, []) as client:
        with pytest.raises(UnreachableError):
            client.readings.accept("1")
        assert len(server.requests) == 1


def test_a_request_that_another_is_worked_on_for_waits_for_it() -> None:
    in_use = answer("409 Conflict", json.dumps({"code": "key_in_use", "title": "wait"}).encode())
    pauses: list[float] = []
    with scripted([in_use, OK]) as server, client_of(server.url, pauses) as client:
        assert client.surveys.compute("1")["id"] == "1"
        assert len(pauses) == 1


def test_nobody_there_is_said_after_so_many_attempts() -> None:
    pauses: list[float] = []
    url = f"http://127.0.0.1:{free_port()}"
    with (
        client_of(url, pauses) as client,
        pytest.raises(UnreachableError, match="Connection refused") as raised,
    ):
        client.readings.accept("1")
    assert raised.value.before_sending
    assert len(pauses) == client.transport.attempts - 1
    assert all(earlier < 2 * later + 1e-9 for earlier, later in pairwise(pauses))
    assert not client.is_ready()


def test_a_refusal_is_an_exception_with_all_it_says_and_is_not_tried_again() -> None:
    refused = answer("422 Unprocessable Content", json.dumps(PROBLEM).encode())
    with scripted([refused, OK]) as server, client_of(server.url, []) as client:
        with pytest.raises(ProblemError) as raised:
            client.vessels.register({"name": ""})
        assert raised.value.code == "invalid_request"
        assert raised.value.status == 422
        assert raised.value.errors == (FieldProblem(pointer="/name", message="is empty"),)
        assert len(server.requests) == 1
        # The connection is still good.
        assert client.vessels.read("1")["id"] == "1"


def test_a_proxy_that_refuses_in_its_own_words_is_understood() -> None:
    page = answer("413 Request Entity Too Large", b"<html>too large</html>")
    with (
        scripted([page]) as server,
        client_of(server.url, []) as client,
        pytest.raises(ProblemError, match="413 Request Entity Too Large") as raised,
    ):
        client.vessels.read("1")
    assert raised.value.code == "http_413"


def test_a_refusal_before_the_whole_file_was_sent_is_heard(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(bytes(32 * 1024 * 1024))
    refused = answer("422 Unprocessable Content", json.dumps(PROBLEM).encode(), "Connection: close")
    # The answer may be lost with the connection; the client then says so and does not hang.
    with (
        scripted([refused], reads_body=False) as server,
        client_of(server.url, []) as client,
        pytest.raises((ProblemError, UnreachableError)),
    ):
        client.flights.upload("1", file)


def test_an_upload_is_sent_again_whole_and_tells_how_far_it_is(tmp_path: Path) -> None:
    file = tmp_path / "左舷 01.mp4"
    file.write_bytes(b"x" * 3_000_000)
    sha256 = "d1f53bb4bcb9ab4ed2ae6a1e1aab0a47a23ec82b3ab4bc5ec4c1a3c5f4a3f5a2"
    receipt = {"file": {"id": "1", "sha256": sha256}, "received_bytes": 3_000_000, "already_stored": False}
    stored = answer("201 Created", json.dumps(receipt).encode())
    told: list[tuple[int, int]] = []
    with scripted([BUSY, stored]) as server, client_of(server.url, []) as client:
        with pytest.raises(DifferentBytesError, match=sha256):
            client.flights.upload("1", file, progress=lambda sent, of: told.append((sent, of)))
        assert [len(body) for _, body in server.requests] == [3_000_000, 3_000_000]
        assert "/files/%E5%B7%A6%E8%88%B7%2001.mp4 " in server.requests[0][0]
    assert told[-1] == (3_000_000, 3_000_000)
    assert [sent for sent, _ in told[: len(told) // 2]] == sorted(sent for sent, _ in told[: len(told) // 2])


def test_an_export_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nonly this"
    out = tmp_path / "records.zip"
    with scripted([short]) as server, client_of(server.url, []) as client, pytest.raises(DifferentBytesError):
        client.records.export(out)
    assert list(tmp_path.iterdir()) == []


def test_a_list_is_walked_to_its_end_and_no_further() -> None:
    pages = [{"items": [{"id": "1"}, {"id": "2"}], "next_cursor": "c"}, {"items": [], "next_cursor": None}]
    answers = [answer("200 OK", json.dumps(page).encode()) for page in pages]
    with scripted(answers) as server, client_of(server.url, []) as client:
        assert [item["id"] for item in client.records.walk(kind="reading.made")] == ["1", "2"]
        assert "kind=reading.made&cursor=c " in server.requests[1][0]
