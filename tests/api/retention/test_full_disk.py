"""Evidence: a real file system of 16 MB, filled to the last page, with the service on it; it recovers by itself."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_rows import add_port_call
from fastapi import FastAPI
from fastapi.testclient import TestClient
from small_disk import fill, mounted

from api.app import create_app
from api.errors import StorageFullError
from api.flights import receiving
from api.footage.inspection import FootageKind, Inspection
from api.records import service as records
from api.retention.space import Reserve, record_changes, refused_purposes
from api.retention.stock import take_stock
from api.routing import Resources
from api.settings import Settings
from api.storage.objects import Purpose
from api.storage.tables import Record

FLOOR_BYTES = 1 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "small") as folder:
        yield folder


@pytest.fixture
def settings(disk: Path) -> Settings:
    return Settings(data_dir=disk / "var", minimum_free_bytes=FLOOR_BYTES)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def flight(client: TestClient, resources: Resources, monkeypatch: pytest.MonkeyPatch) -> str:
    found = Inspection(kind=FootageKind.VIDEO, media_type="video/mp4")
    monkeypatch.setattr(receiving, "inspect_file", lambda _path, **_: found)
    body = {"port_call_id": str(add_port_call(resources.database)), "stage": "initial", "name": "左舷"}
    return str(client.post("/api/v1/flights", json=body).json()["id"])


def upload(client: TestClient, flight: str, name: str, content: bytes) -> Any:
    return client.put(f"/api/v1/flights/{flight}/files/{name}", content=content)


def files_of(resources: Resources, folder: str) -> list[str]:
    return [path.name for path in (resources.objects.root / folder).rglob("*") if path.is_file()]


def vessel() -> dict[str, Any]:
    return {"name": "安信山", "length_between_perpendiculars_m": 192.0}


def test_each_purpose_is_refused_in_its_turn(resources: Resources, disk: Path) -> None:
    seen = []
    for free_mib in (3.5, 2.5, 1.5, 0.5, 0.1):
        filler = fill(disk, leaving_bytes=round(free_mib * FLOOR_BYTES))
        seen.append(refused_purposes(resources.objects))
    filler.unlink()
    order = ["live_recording", "derived", "upload", "evidence"]
    assert seen == [order[:count] for count in range(5)]
    assert refused_purposes(resources.objects) == []


def test_uploads_are_refused_records_go_on_and_all_is_well_when_space_is_back(
    client: TestClient, resources: Resources, disk: Path, flight: str
) -> None:
    assert upload(client, flight, "a.mp4", b"before").status_code == 201
    filler = fill(disk, leaving_bytes=FLOOR_BYTES // 2)

    refused = upload(client, flight, "b.mp4", b"during")
    ready = client.get("/health/ready")
    made = client.post("/api/v1/vessels", json=vessel())

    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    disk_check = next(check for check in ready.json()["checks"] if check["name"] == "disk")
    assert (ready.status_code, disk_check["ok"]) == (503, False)
    assert "refused now: live_recording, derived, upload" in disk_check["detail"]
    assert made.status_code == 201, "records come last"
    assert resources.objects.put(b"evidence", purpose=Purpose.EVIDENCE).size_bytes == 8
    assert files_of(resources, "incoming") == []
    filler.unlink()
    assert upload(client, flight, "b.mp4", b"during").status_code == 201
    assert next(check for check in client.get("/health/ready").json()["checks"] if check["name"] == "disk")[
        "ok"
    ]


def test_a_file_larger_than_the_disk_leaves_nothing(
    client: TestClient, resources: Resources, flight: str
) -> None:
    answer = upload(client, flight, "a.mp4", os.urandom(20 << 20))
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert files_of(resources, "incoming") + files_of(resources, "objects") == []


def test_a_disk_that_fills_up_under_an_upload_leaves_nothing(resources: Resources, disk: Path) -> None:
    def receive() -> None:
        with resources.objects.receive() as incoming:
            incoming.write(b"begun")
            incoming.complete_path()
            fill(disk)
            incoming.write(os.urandom(2 << 20))
            incoming.store()

    with pytest.raises(StorageFullError):
        receive()
    assert files_of(resources, "incoming") + files_of(resources, "objects") == []


def test_a_database_without_room_changes_nothing_and_goes_on_later(
    client: TestClient, resources: Resources, disk: Path
) -> None:
    filler = fill(disk)
    # The log of the database may still have a free page: fill what is written until nothing is taken any more.
    answers = []
    for _ in range(400):
        answers.append(client.post("/api/v1/vessels", json=vessel() | {"name": "x" * 150}))
        fill(disk)
        if answers[-1].status_code != 201:
            break
    written = sum(answer.status_code == 201 for answer in answers)

    assert (answers[-1].status_code, answers[-1].json()["code"]) == (507, "storage_full")
    assert client.get("/health/live").status_code == 200
    assert len(client.get("/api/v1/vessels?limit=500").json()["items"]) == written
    filler.unlink()
    assert client.post("/api/v1/vessels", json=vessel()).status_code == 201
    with resources.database.reading() as session:
        report = records.verify(session, known_head=None)
    assert report.intact
    assert len(client.get("/api/v1/vessels?limit=500").json()["items"]) == written + 1


def test_what_is_expired_goes_before_anything_is_refused(
    client: TestClient, resources: Resources, disk: Path, flight: str
) -> None:
    content = os.urandom(4 << 20)
    stored = resources.objects.put(content)
    path = resources.objects.path_of(stored.sha256)
    os.utime(path, (path.stat().st_mtime - 3 * 86_400,) * 2)
    take_stock(resources.database, resources.objects)
    fill(disk, leaving_bytes=FLOOR_BYTES // 2)

    assert upload(client, flight, "a.mp4", b"fits again").status_code == 201
    assert not path.exists()
    with resources.database.reading() as session:
        assert session.query(Record).filter(Record.kind == "storage.file_deleted").count() == 1


def test_running_short_and_recovering_are_records(resources: Resources, disk: Path) -> None:
    record_changes(resources.database, resources.objects)
    filler = fill(disk, leaving_bytes=FLOOR_BYTES // 2)
    record_changes(resources.database, resources.objects)
    record_changes(resources.database, resources.objects)
    filler.unlink()
    record_changes(resources.database, resources.objects)
    with resources.database.reading() as session:
        told = (
            session.query(Record)
            .filter(Record.kind == "storage.space_changed")
            .order_by(Record.sequence)
            .all()
        )
        assert [record.payload["refused"] for record in told] == [["live_recording", "derived", "upload"], []]


def test_the_reserve_lets_a_deletion_be_recorded_on_a_disk_without_a_byte(
    resources: Resources, disk: Path, settings: Settings
) -> None:
    reserve = Reserve(settings.data_dir / "a.reserve")
    reserve.look()
    size_bytes = reserve.path.stat().st_size
    assert 0 < size_bytes <= 1 << 20
    filler = fill(disk)
    reserve.look()
    assert not reserve.path.exists()
    add_port_call(resources.database)
    filler.unlink()
    reserve.look()
    assert reserve.path.stat().st_size == size_bytes
