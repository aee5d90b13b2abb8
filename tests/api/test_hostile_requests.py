"""Evidence: requests that no page of ours would send, against the whole application; and raw bytes on a real socket.

Every one must end in an answer of the one shape, and change nothing where it is refused.
"""

import errno
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from api_rows import add_port_call
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api import http_protocol, routing
from api.http_protocol import ProblemProtocol
from api.storage.database import Database
from api.storage.tables import Flight, Footage, Record, Vessel

SHAPE = {"type", "title", "status", "detail", "instance", "code", "errors"}
STORED = (Vessel, Flight, Footage, Record)
LENGTH = {"name": "A", "length_between_perpendiculars_m": 100.0}
UNKNOWN = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"


def counts(database: Database) -> list[int]:
    """How many rows of each kind there are."""
    with database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in STORED]


def require_problem(status: int, media_type: str, body: bytes) -> dict[str, Any]:
    """Check that an answer is a refusal in the one shape."""
    assert 400 <= status < 500, body
    assert media_type == "application/problem+json"
    problem: dict[str, Any] = json.loads(body)
    assert set(problem) == SHAPE
    assert problem["status"] == status
    assert problem["detail"]
    return problem


BODIES: dict[str, bytes] = {
    "NaN": b'{"name":"A","length_between_perpendiculars_m":NaN}',
    "Infinity": b'{"name":"A","length_between_perpendiculars_m":-Infinity}',
    "1e308": b'{"name":"A","length_between_perpendiculars_m":1e308}',
    "1e400": b'{"name":"A","length_between_perpendiculars_m":1e400}',
    "-0.0": b'{"name":"A","length_between_perpendiculars_m":-0.0}',
    "huge integer": b'{"name":"A","length_between_perpendiculars_m":' + b"9" * 4000 + b"}",
    "integer of 5000 digits": b'{"name":"A","length_between_perpendiculars_m":' + b"9" * 5000 + b"}",
    "number as text": b'{"name":"A","length_between_perpendiculars_m":"100"}',
    "true as number": b'{"name":"A","length_between_perpendiculars_m":true}',
    "name twice": b'{"name":"A","name":"B","length_between_perpendiculars_m":100}',
    "unknown name": b'{"name":"A","length_between_perpendiculars_m":100,"is_admin":true}',
    "deep list": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "not UTF-8": b'{"name":"\xff\xfe","length_between_perpendiculars_m":100}',
    "overlong UTF-8": b'{"name":"\xc0\xaf","length_between_perpendiculars_m":100}',
    "half a character": b'{"name":"\\ud800","length_between_perpendiculars_m":100}',
    "NUL": b'{"name":"a\\u0000b","length_between_perpendiculars_m":100}',
    "direction override": '{"name":"a\u202egpj","length_between_perpendiculars_m":100}'.encode(),
    "nothing visible": '{"name":"\u200b\u200d","length_between_perpendiculars_m":100}'.encode(),
    "4 KiB name": b'{"name":"' + b"x" * 4096 + b'","length_between_perpendiculars_m":100}',
    "no JSON": b"<xml/>",
    "two values": b"{}{}",
    "UTF-16": '{"name":"A"}'.encode("utf-16"),
    "empty": b"",
    "null": b"null",
    "a list": b"[]",
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_means_nothing_is_refused_and_leaves_nothing(
    client: TestClient, database: Database, kind: str
) -> None:
    before = counts(database)
    answer = client.post(
        "/api/v1/vessels", content=BODIES[kind], headers={"content-type": "application/json"}
    )
    require_problem(answer.status_code, answer.headers["content-type"], answer.content)
    assert counts(database) == before


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "x",
        "é",
        "",
    ],
)
def test_another_type_than_json_is_refused(client: TestClient, database: Database, media_type: str) -> None:
    before = counts(database)
    headers = {b"content-type": media_type.encode()}
    answer = client.post("/api/v1/vessels", content=json.dumps(LENGTH).encode(), headers=headers)
    require_problem(answer.status_code, answer.headers["content-type"], answer.content)
    assert counts(database) == before


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "1989-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "26-5-4",
     "2026-02-30T00:00:00Z", "2026-05-04T06:30:00", "1e400", "-1", "99999999999999999999"],
)  # fmt: skip
def test_a_time_outside_the_range_is_refused(client: TestClient, database: Database, moment: str) -> None:
    flight = {"port_call_id": str(add_port_call(database)), "stage": "initial", "name": "A"}
    before = counts(database)
    answer = client.post("/api/v1/flights", json={**flight, "flown_at": moment})
    require_problem(answer.status_code, answer.headers["content-type"], answer.content)
    assert counts(database) == before


FILE_NAMES = (
    "..%2F..%2Fetc%2Fpasswd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..",
    "%2Fetc%2Fpasswd",
    "a%00.mp4",
    "a%0d%0aset-cookie:a=b",
    quote("\u202egpj.exe"),
    quote("水" * 1400),
    "x" * 4096,
    "%ff%fe",
    "%ed%a0%80",
    "..%5c..%5cwindows",
    "%20",
    quote("\u200b"),
)


@pytest.fixture
def flight_id(client: TestClient, database: Database) -> str:
    body = {"port_call_id": str(add_port_call(database)), "stage": "initial", "name": "左舷 01 🚁"}
    answer = client.post("/api/v1/flights", json=body)
    assert answer.status_code == 201, answer.text
    identifier: str = answer.json()["id"]
    return identifier


@pytest.mark.parametrize("name", FILE_NAMES, ids=range(len(FILE_NAMES)))
def test_a_file_name_that_leads_anywhere_or_shows_nothing_is_refused(
    client: TestClient, database: Database, flight_id: str, name: str
) -> None:
    before = counts(database)
    answer = client.put(f"/api/v1/flights/{flight_id}/files/{name}", content=b"abc")
    require_problem(answer.status_code, answer.headers["content-type"], answer.content)
    assert counts(database) == before


@pytest.mark.parametrize(
    "name", ["水尺 左舷 🚢.SRT", "CON.SRT", "nul", "--help.SRT", "file:a.SRT", "$(id);`id`.SRT"]
)
def test_a_strange_but_honest_file_name_is_kept_as_it_is(
    client: TestClient, flight_id: str, name: str
) -> None:
    content = b"1\n00:00:00,000 --> 00:00:01,000\n[latitude: 36.1] [longitude: 120.3] [altitude: 12.3]\n"
    answer = client.put(f"/api/v1/flights/{flight_id}/files/{quote(name, safe='')}", content=content)
    assert answer.status_code in {201, 422}, answer.text
    if answer.status_code == 201:
        assert answer.json()["file"]["file_name"] == name


PATHS = (
    "/api/v1/vessels/%00",
    "/api/v1/vessels/" + "a" * 8000,
    "/api/v1/vessels/..%2f..%2fetc%2fpasswd",
    "/..%2f..%2fapi%2fsettings.py",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%5c..%5c",
    "/api/v1/vessels/%ff",
    "/api/v1/records/%F0%9F%9A%A2",
    "/api/v1/vessels?limit=1e400",
    "/api/v1/vessels?limit=NaN",
    "/api/v1/vessels?limit=" + "9" * 400,
    "/api/v1/vessels?limit=-0",
    "/api/v1/vessels?name_contains=%00",
    "/api/v1/vessels?name_contains=%E2%80%AE",
)


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_a_path_or_query_that_means_nothing_is_refused(client: TestClient, path: str) -> None:
    answer = client.get(path)
    require_problem(answer.status_code, answer.headers["content-type"].partition(";")[0], answer.content)


@pytest.mark.parametrize("body", ["depth", "columns", "quote"])
def test_a_table_made_to_be_heavy_is_refused(client: TestClient, database: Database, body: str) -> None:
    vessel = client.post("/api/v1/vessels", json=LENGTH).json()["id"]
    content = {
        "depth": b'"' * 1_000_000,
        "columns": b"Draft (m)" + b",1" * 1_000_000 + b"\n1" + b",1" * 1_000_000,
        "quote": b'Draft (m),Displacement (t)\n"' + b"1,\n" * 300_000,
    }[body]
    before = counts(database)
    answer = client.post(
        f"/api/v1/vessels/{vessel}/hydrostatic-tables?file_name=a.csv",
        content=content,
        headers={"content-type": "text/csv"},
    )
    require_problem(answer.status_code, answer.headers["content-type"], answer.content)
    assert counts(database) == before


def test_no_answer_lets_a_page_run_what_is_not_ours(client: TestClient) -> None:
    for path in ("/", "/health/live", "/api/v1/vessels", "/nothing-here"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def port(client: TestClient, app: FastAPI) -> Iterator[int]:
    """The same application on a real socket."""
    assert client is not None
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=ProblemProtocol, ws="none", log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()


def exchange(port: int, sent: bytes, *, hang_up: bool = False) -> bytes:
    """Send bytes and give everything that is answered until the other side closes."""
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=60.0) as connection:
        try:
            connection.sendall(sent)
            if hang_up:
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                answer += part
        except OSError as error:
            # The other side may have hung up while much was still on its way; it then counts as closed.
            if error.errno not in {errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN}:
                raise
    return bytes(answer)


def require_raw_problem(answer: bytes) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    return require_problem(status, lines[b"content-type"].decode(), body[: int(lines[b"content-length"])])


HOST = b"Host: localhost\r\nConnection: close\r\n"
JSON_POST = b"POST /api/v1/vessels HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST
NO_HTTP = {
    "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "header flood": b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: a\r\n" % n for n in range(20_000)) + b"\r\n",
    "one endless header": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "endless request line": b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "two lengths": JSON_POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "negative length": JSON_POST + b"Content-Length: -1\r\n\r\n{}",
    "length in words": JSON_POST + b"Content-Length: two\r\n\r\n{}",
    "huge length": JSON_POST + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "chunk that is no number": JSON_POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "chunk that is longer than it says": JSON_POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "chunk of an endless number": JSON_POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 100 + b"\r\n",
    "unknown coding": JSON_POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    "blank before the colon": b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "no method": b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "smuggled": JSON_POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
    "garbage behind a request": b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n\x00\x01\x02\r\n\r\n",
}  # fmt: skip


def test_a_refused_head_has_no_body(port: int) -> None:
    answer = exchange(port, b"HEAD / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
    # It is answered by whoever comes first: the application with the page, or the protocol with the refusal.
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 200"))
    assert answer.partition(b"\r\n\r\n")[2] == b""


@pytest.mark.parametrize("kind", NO_HTTP)
def test_what_is_no_http_is_told_so_and_hung_up_on(port: int, database: Database, kind: str) -> None:
    before = counts(database)
    answer = exchange(port, NO_HTTP[kind], hang_up=True)
    # Where much is still unread when it hangs up, the system may throw the answer away.
    if answer:
        assert not answer.startswith(b"HTTP/1.1 5")

        require_raw_problem(answer)
    assert counts(database) == before


def test_a_chunked_body_that_breaks_off_writes_nothing(port: int, database: Database) -> None:
    before = counts(database)
    body = json.dumps(LENGTH).encode()
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    exchange(port, JSON_POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk, hang_up=True)
    exchange(port, JSON_POST + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body, hang_up=True)
    assert counts(database) == before


def test_a_head_that_comes_in_drops_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_LIMIT_S", 0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=60.0) as connection:
        answer = b""
        connection.settimeout(0.1)
        while not answer:
            connection.sendall(b"G")
            try:
                answer = connection.recv(65536)
            except TimeoutError:
                continue
    problem = require_raw_problem(answer)
    assert (problem["status"], problem["code"]) == (408, "slow_request")


def test_a_connection_that_says_nothing_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_LIMIT_S", 0.2)
    assert require_raw_problem(exchange(port, b""))["code"] == "slow_request"


def test_a_body_that_comes_in_drops_is_given_up(
    port: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "LONGEST_BODY_S", 0.5)
    before = counts(database)
    answer = exchange(port, JSON_POST + b"Content-Length: 100\r\n\r\n{")
    problem = require_raw_problem(answer)
    assert (problem["status"], problem["code"]) == (408, "slow_request")
    assert counts(database) == before
