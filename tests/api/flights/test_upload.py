"""Receiving files of a flight: whole, repeated, cut off, disguised."""

import base64
import hashlib
import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from logged_in import log_in

from api.app import create_app
from api.errors import StorageFullError
from api.flights import receiving
from api.footage.inspection import FootageKind, Inspection
from api.routing import Resources
from api.settings import Settings
from api.storage.objects import IncomingObject, ObjectStore

VIDEO = b"\x00\x00\x00\x18ftypmp42 and so on"
UNKNOWN_ID = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"
VIDEO_SHA256 = hashlib.sha256(VIDEO).hexdigest()


@pytest.fixture(autouse=True)
def understood(monkeypatch: pytest.MonkeyPatch) -> Callable[[Inspection], None]:
    """Say what the inspecting process finds; its own tests are elsewhere."""

    def finds(inspection: Inspection) -> None:
        monkeypatch.setattr(receiving, "inspect_file", lambda _path, **_: inspection)

    finds(
        Inspection(kind=FootageKind.VIDEO, media_type="video/mp4", thumbnail_jpeg=b"\xff\xd8\xff thumbnail")
    )
    return finds


def put(client: TestClient, flight: dict[str, Any], name: str, content: bytes, **headers: str) -> Any:
    url = f"/api/v1/flights/{flight['id']}/files/{name}"
    return client.put(url, content=content, headers={key.replace("_", "-"): headers[key] for key in headers})


def stored_files(objects: ObjectStore, folder: str) -> list[Path]:
    return [path for path in (objects.root / folder).rglob("*") if path.is_file()]


def test_a_file_is_stored_under_its_hash_with_a_record(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore
) -> None:
    answer = put(client, flight, "DJI_0001.MP4", VIDEO)

    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["received_bytes"] == len(VIDEO)
    assert receipt["already_stored"] is False
    assert receipt["file"]["sha256"] == VIDEO_SHA256
    assert objects.existing_path_of(VIDEO_SHA256).read_bytes() == VIDEO
    record = client.get(f"/api/v1/records/{receipt['file']['record_id']}").json()
    assert record["kind"] == "file.received"
    assert record["payload"]["sha256"] == VIDEO_SHA256
    assert client.get("/api/v1/records/verification").json()["intact"] is True


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Content-SHA256": VIDEO_SHA256},
        {"X-Content-SHA256": VIDEO_SHA256.upper()},
        {"Content-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(VIDEO_SHA256)).decode()}:"},
        {"Content-Digest": "sha-512=:AAAA:"},
    ],
)
def test_an_announced_hash_that_fits_is_accepted(
    client: TestClient, flight: dict[str, Any], headers: dict[str, str]
) -> None:
    assert put(client, flight, "DJI_0001.MP4", VIDEO, **headers).status_code == 201


@pytest.mark.parametrize(
    ("headers", "pointer"),
    [
        ({"X-Content-SHA256": "abc"}, "header:X-Content-SHA256"),
        ({"Content-Digest": "sha-256=:AAAA:"}, "header:Content-Digest"),
        ({"Content-Digest": "sha-256=:A:"}, "header:Content-Digest"),
    ],
)
def test_a_hash_that_is_none_is_refused_by_name(
    client: TestClient, flight: dict[str, Any], headers: dict[str, str], pointer: str
) -> None:
    answer = put(client, flight, "DJI_0001.MP4", VIDEO, **headers)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_two_hashes_that_differ_are_refused(client: TestClient, flight: dict[str, Any]) -> None:
    other = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    headers = {"X-Content-SHA256": VIDEO_SHA256, "Content-Digest": f"sha-256=:{other}:"}

    answer = put(client, flight, "DJI_0001.MP4", VIDEO, **headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["files"] == []


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("br, gzip", 415), ("identity", 201)])
def test_bytes_encoded_for_the_way_are_refused(
    client: TestClient, flight: dict[str, Any], encoding: str, status: int
) -> None:
    answer = put(client, flight, "DJI_0001.MP4", VIDEO, Content_Encoding=encoding)

    assert answer.status_code == status
    assert len(client.get(f"/api/v1/flights/{flight['id']}").json()["files"]) == (status == 201)


def test_other_bytes_than_announced_are_kept_aside_and_can_be_sent_again(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore
) -> None:
    answer = put(client, flight, "DJI_0001.MP4", b"damaged on the way", X_Content_SHA256=VIDEO_SHA256)

    assert answer.status_code == 422
    assert answer.json()["code"] == "checksum_mismatch"
    damaged = hashlib.sha256(b"damaged on the way").hexdigest()
    assert objects.quarantine_path_of(damaged).read_bytes() == b"damaged on the way"
    assert not stored_files(objects, "objects")
    assert put(client, flight, "DJI_0001.MP4", VIDEO, X_Content_SHA256=VIDEO_SHA256).status_code == 201
    files = client.get(f"/api/v1/flights/{flight['id']}").json()["files"]
    assert [file["status"] for file in files] == ["quarantined", "ready"]


def test_the_same_bytes_twice_are_one_file(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore
) -> None:
    first = put(client, flight, "DJI_0001.MP4", VIDEO)
    again = put(client, flight, "DJI_0001.MP4", VIDEO)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["already_stored"] is True
    assert again.json()["file"] == first.json()["file"]
    assert len(stored_files(objects, "objects")) == 2, "the video and its thumbnail"


def test_the_same_bytes_several_times_at_once_are_one_file_with_one_record(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore
) -> None:
    with ThreadPoolExecutor(6) as senders:
        answers = list(senders.map(lambda _: put(client, flight, "同时.MP4", VIDEO), range(6)))

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["file"]["record_id"] for answer in answers}) == 1
    assert len(client.get(f"/api/v1/flights/{flight['id']}").json()["files"]) == 1
    kinds = [record["kind"] for record in client.get("/api/v1/records").json()["items"]]
    assert kinds.count("file.received") == 1
    assert stored_files(objects, "incoming") == []


def test_the_same_bytes_under_another_name_are_one_object(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore
) -> None:
    put(client, flight, "DJI_0001.MP4", VIDEO)
    put(client, flight, "左舷首.MP4", VIDEO)

    assert len(client.get(f"/api/v1/flights/{flight['id']}").json()["files"]) == 2
    assert len(stored_files(objects, "objects")) == 2


def test_other_bytes_under_the_same_name_are_another_file(client: TestClient, flight: dict[str, Any]) -> None:
    put(client, flight, "DJI_0001.MP4", VIDEO)
    put(client, flight, "DJI_0001.MP4", VIDEO + b"!")

    files = client.get(f"/api/v1/flights/{flight['id']}").json()["files"]
    assert len({file["sha256"] for file in files}) == 2


def test_what_is_not_understood_is_kept_aside_with_the_reason(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore, understood: Callable[[Inspection], None]
) -> None:
    understood(Inspection.from_refusal("DJI_0001.MP4: is a text"))

    answer = put(client, flight, "DJI_0001.MP4", b"not a video")

    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "quarantined_file"
    assert "is a text; accepted: a video" in problem["detail"]
    assert not stored_files(objects, "objects")
    file = client.get(f"/api/v1/flights/{flight['id']}").json()["files"][0]
    assert (file["status"], file["content_url"]) == ("quarantined", None)
    content = client.get(f"/api/v1/footage/{file['id']}/content")
    assert (content.status_code, content.json()["code"]) == (409, "conflict")


def test_bytes_kept_aside_are_looked_into_again_when_they_are_sent_again(
    client: TestClient, flight: dict[str, Any], understood: Callable[[Inspection], None]
) -> None:
    understood(Inspection.from_refusal("took too long"))
    put(client, flight, "DJI_0001.MP4", VIDEO)
    understood(Inspection(kind=FootageKind.VIDEO, media_type="video/mp4"))

    assert put(client, flight, "DJI_0001.MP4", VIDEO).status_code == 201
    files = client.get(f"/api/v1/flights/{flight['id']}").json()["files"]
    assert [file["status"] for file in files] == ["ready"]


def test_video_and_telemetry_of_one_name_find_each_other_in_any_order(
    client: TestClient, flight: dict[str, Any], understood: Callable[[Inspection], None]
) -> None:
    understood(Inspection(kind=FootageKind.TELEMETRY, media_type="text/plain"))
    telemetry = put(client, flight, "dji_0001.srt", b"1").json()["file"]
    understood(Inspection(kind=FootageKind.VIDEO, media_type="video/mp4"))
    video = put(client, flight, "DJI_0001.MP4", VIDEO).json()["file"]
    other = put(client, flight, "DJI_0002.MP4", VIDEO).json()["file"]

    assert video["paired_footage_id"] == telemetry["id"]
    assert other["paired_footage_id"] is None
    assert client.get(f"/api/v1/footage/{telemetry['id']}").json()["paired_footage_id"] == video["id"]


@pytest.mark.parametrize(
    "name", ["..", "a%2Fb", "a%5Cb", "%00", "a%0Ab", "x" * 201, "%20", "a%E2%80%AEb", "%FF", "%ED%A0%80"]
)
def test_a_name_that_is_no_file_name_is_refused(
    client: TestClient, flight: dict[str, Any], name: str
) -> None:
    answer = put(client, flight, name, VIDEO)

    assert answer.status_code in {404, 405, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["files"] == []


def test_a_flight_that_is_not_there_receives_nothing(client: TestClient, objects: ObjectStore) -> None:
    unknown = {"id": "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"}

    answer = put(client, unknown, "DJI_0001.MP4", VIDEO)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not stored_files(objects, "incoming")


def test_a_flight_of_no_port_call_is_refused(client: TestClient) -> None:
    body = {"port_call_id": "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10", "stage": "initial", "name": "x"}

    answer = client.post("/api/v1/flights", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/port_call_id"


def test_an_upload_without_length_is_refused(client: TestClient, flight: dict[str, Any]) -> None:
    answer = client.put(f"/api/v1/flights/{flight['id']}/files/a.mp4", content=iter([VIDEO]))

    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_an_upload_above_the_limit_is_refused_before_it_is_read(
    client: TestClient, address: tuple[str, int], flight: dict[str, Any], resources: Resources
) -> None:
    too_much = resources.settings.max_upload_bytes + 1

    with _begin_upload(client, address, flight, "a.mp4", length=too_much) as connection:
        answer = connection.makefile("rb").read(4096)

    assert b" 413 " in answer.splitlines()[0]
    assert b"payload_too_large" in answer


def test_an_upload_larger_than_the_json_limit_is_received(client: TestClient, flight: dict[str, Any]) -> None:
    content = bytes(3 * 1024 * 1024)

    assert put(client, flight, "a.mp4", content).json()["received_bytes"] == len(content)


def test_an_upload_cut_in_the_middle_leaves_no_object_and_says_how_much_came(
    client: TestClient, address: tuple[str, int], flight: dict[str, Any], objects: ObjectStore
) -> None:
    sent = bytes(5 * 1024 * 1024)
    with _begin_upload(client, address, flight, "DJI_0001.MP4", length=2_000_000_000) as connection:
        connection.sendall(sent)

    interrupted = _eventually(
        lambda: client.get(f"/api/v1/flights/{flight['id']}").json()["interrupted_uploads"]
    )

    assert interrupted[0]["file_name"] == "DJI_0001.MP4"
    assert interrupted[0]["expected_bytes"] == 2_000_000_000
    assert 0 < interrupted[0]["received_bytes"] <= len(sent)
    assert not stored_files(objects, "objects")
    _eventually(lambda: not stored_files(objects, "incoming"))
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["files"] == []
    assert put(client, flight, "DJI_0001.MP4", VIDEO).status_code == 201
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["interrupted_uploads"] == []


def test_a_sender_that_falls_silent_is_a_cut(
    client: TestClient,
    address: tuple[str, int],
    flight: dict[str, Any],
    objects: ObjectStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiving, "SILENCE_LIMIT_S", 0.2)
    with _begin_upload(client, address, flight, "DJI_0001.MP4", length=100) as connection:
        connection.sendall(b"half")
        answer = connection.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"incomplete_upload"' in answer
    (note,) = client.get(f"/api/v1/flights/{flight['id']}").json()["interrupted_uploads"]
    assert (note["received_bytes"], note["expected_bytes"]) == (4, 100)
    assert stored_files(objects, "incoming") == []


def test_what_a_killed_service_was_receiving_is_noted_when_it_is_back(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore, settings: Settings
) -> None:
    for number, origin in enumerate(
        (
            {"flight_id": flight["id"], "file_name": "左舷.MP4", "expected_bytes": 100, "actor": "tests"},
            {"flight_id": UNKNOWN_ID, "file_name": "of no flight", "expected_bytes": 100, "actor": "tests"},
            None,
        )
    ):
        part = objects.root / "incoming" / f"{number}.part"
        part.write_bytes(b"half")
        if origin is not None:
            part.with_suffix(".origin").write_text(json.dumps(origin), encoding="utf-8")

    with TestClient(create_app(settings), base_url="http://localhost") as again:
        log_in(again)
        uploads = again.get(f"/api/v1/flights/{flight['id']}").json()["interrupted_uploads"]

    assert [(note["file_name"], note["received_bytes"]) for note in uploads] == [("左舷.MP4", 4)]
    assert stored_files(objects, "incoming") == []
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["files"] == []


def test_a_file_that_was_there_before_the_cut_ends_the_note_when_it_comes_again(
    client: TestClient, address: tuple[str, int], flight: dict[str, Any]
) -> None:
    put(client, flight, "DJI_0001.MP4", VIDEO)
    with _begin_upload(client, address, flight, "DJI_0001.MP4", length=100) as connection:
        connection.sendall(b"half")
    _eventually(lambda: client.get(f"/api/v1/flights/{flight['id']}").json()["interrupted_uploads"])

    assert put(client, flight, "DJI_0001.MP4", VIDEO).status_code == 200
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["interrupted_uploads"] == []


@pytest.mark.parametrize("length", ["abc", "-5", "+5", "5\r\nContent-Length: 6", "1" * 30, ""])
def test_a_length_that_is_none_is_refused_in_our_one_shape(
    client: TestClient, address: tuple[str, int], flight: dict[str, Any], length: str
) -> None:
    with _begin_upload(client, address, flight, "DJI_0001.MP4", length=length) as connection:
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head.lower()
    assert json.loads(body)["status"] == 400
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["files"] == []


def test_a_cut_between_two_files_leaves_the_first_alone(
    client: TestClient, address: tuple[str, int], flight: dict[str, Any]
) -> None:
    put(client, flight, "DJI_0001.MP4", VIDEO)
    with _begin_upload(client, address, flight, "DJI_0002.MP4", length=100) as connection:
        connection.sendall(b"only this")

    _eventually(lambda: client.get(f"/api/v1/flights/{flight['id']}").json()["interrupted_uploads"])
    assert [file["status"] for file in client.get(f"/api/v1/flights/{flight['id']}").json()["files"]] == [
        "ready"
    ]


def test_an_upload_that_does_not_fit_is_refused_before_it_is_read(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ObjectStore, "free_bytes", lambda *_store, **_purpose: 10)

    answer = put(client, flight, "DJI_0001.MP4", VIDEO)

    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert not stored_files(objects, "incoming")


def test_a_disk_that_fills_up_in_the_middle_keeps_nothing(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise StorageFullError(needed_bytes=None, free_bytes=None)

    monkeypatch.setattr(IncomingObject, "write", full)

    answer = put(client, flight, "DJI_0001.MP4", VIDEO)

    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert not stored_files(objects, "incoming")
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["files"] == []


@pytest.mark.parametrize(
    ("created_at", "expected"),
    [
        ("2025-07-23T07:21:39.000000Z", "2025-07-23T07:21:39Z"),
        ("2025-07-23T10:21:39+03:00", "2025-07-23T07:21:39Z"),
        ("2025-07-23T10:21:39", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_the_moment_of_capture_is_taken_only_where_its_zone_is_known(
    client: TestClient,
    flight: dict[str, Any],
    understood: Callable[[Inspection], None],
    created_at: str | None,
    expected: str | None,
) -> None:
    understood(Inspection(kind=FootageKind.VIDEO, media_type="video/mp4", created_at=created_at))

    file = put(client, flight, "DJI_0001.MP4", VIDEO).json()["file"]

    assert file["captured_at"] == expected
    assert (file["captured_at_source"] is None) == (expected is None)


def test_flights_are_listed_by_port_call(client: TestClient, flight: dict[str, Any]) -> None:
    listed = client.get("/api/v1/flights", params={"port_call_id": flight["port_call_id"]}).json()["items"]
    none = client.get("/api/v1/flights", params={"port_call_id": flight["id"]}).json()["items"]

    assert [item["id"] for item in listed] == [flight["id"]]
    assert none == []


def test_the_tracks_of_a_flight_are_joined(
    client: TestClient, flight: dict[str, Any], understood: Callable[[Inspection], None]
) -> None:
    url = f"/api/v1/flights/{flight['id']}/track"
    assert client.get(url).json()["code"] == "not_ready"
    line = {"type": "LineString", "coordinates": [[88.1, 51.1], [88.2, 51.2]]}
    track = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": line, "properties": None}],
    }
    understood(Inspection(kind=FootageKind.TELEMETRY, media_type="text/plain", track=track))
    file = put(client, flight, "DJI_0001.SRT", b"1").json()["file"]

    answer = client.get(url)

    assert answer.headers["content-type"] == "application/geo+json"
    feature = answer.json()["features"][0]
    assert feature["geometry"] == line
    assert feature["properties"] == {"footage_id": file["id"], "file_name": "DJI_0001.SRT"}
    assert client.get(f"/api/v1/flights/{flight['id']}").json()["track_url"] == url


def test_json_of_a_receipt_holds_no_path_of_the_store(
    client: TestClient, flight: dict[str, Any], objects: ObjectStore
) -> None:
    assert str(objects.root) not in json.dumps(put(client, flight, "DJI_0001.MP4", VIDEO).json())


def _begin_upload(
    client: TestClient, address: tuple[str, int], flight: dict[str, Any], name: str, *, length: int | str
) -> socket.socket:
    connection = socket.create_connection(address, timeout=10)
    head = (
        f"PUT /api/v1/flights/{flight['id']}/files/{name} HTTP/1.1\r\n"
        f"Host: localhost\r\nAuthorization: {client.headers['authorization']}\r\n"
        f"Connection: close\r\nContent-Length: {length}\r\n\r\n"
    )
    connection.sendall(head.encode())
    return connection


def _eventually(question: Callable[[], Any]) -> Any:
    for _ in range(500):
        answer = question()
        if answer:
            return answer
        time.sleep(0.01)
    pytest.fail("it did not come about within five seconds")
