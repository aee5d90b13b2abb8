"""Two gigabytes on the way to a real service: cut, killed, whole; its memory stays flat and nothing is lost.

Run by `make soak`. The file is a hole on the disk: the sender reads zeros, the service writes them.
"""

import contextlib
import hashlib
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from running_service import PATIENCE_S, Service, running

SIZE_BYTES = 2_000_000_000
CUT_BYTES = 1_200_000_000
# What a few chunks, the interpreter's slack and one look into a file may take.
MOST_GROWTH_BYTES = 48 * 1024 * 1024

pytestmark = pytest.mark.soak


class Memory:
    """The resident memory of one process, watched from a thread."""

    def __init__(self, process_id: int) -> None:
        self._status = Path(f"/proc/{process_id}/status")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.before_bytes = self.most_bytes = self._now_bytes()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def growth_bytes(self) -> int:
        return self.most_bytes - self.before_bytes

    def tell(self) -> None:
        """Say it to whoever runs the campaign with `-rP`."""
        sys.stdout.write(
            f"web process: {self.before_bytes / 1e6:.1f} MB before, {self.most_bytes / 1e6:.1f} MB at most\n"
        )

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self.most_bytes = max(self.most_bytes, self._now_bytes())

    def _now_bytes(self) -> int:
        lines = self._status.read_text(encoding="utf-8").splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) * 1024


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with running(tmp_path) as service:
        yield service


@pytest.fixture
def flight_url(service: Service) -> str:
    vessel = asked(service, "vessels", {"name": "安信山", "length_between_perpendiculars_m": 192.0})
    port_call = {
        "vessel_id": vessel["id"],
        "cargo": "铁矿砂",
        "operation": "discharging",
        "method": {"rounding": "full", "mctc_half_interval_m": 0.5},
    }
    body = {
        "port_call_id": asked(service, "portcalls", port_call)["id"],
        "stage": "initial",
        "name": "左舷 🚁",
    }
    return f"flights/{asked(service, 'flights', body)['id']}"


@pytest.fixture
def sparse(tmp_path: Path) -> Path:
    path = tmp_path / "DJI_0001.MP4"
    with path.open("wb") as file:
        file.truncate(SIZE_BYTES)
    return path


def asked(service: Service, path: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    url = f"http://127.0.0.1:{service.port}/api/v1/{path}"
    request = urllib.request.Request(
        url, data=data, headers={"Content-Type": "application/json", "Authorization": service.authorization}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 (the service of this test)
        return json.load(answer)


def begun(service: Service, flight_url: str, name: str, *, length: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE_S)
    head = (
        f"PUT /api/v1/{flight_url}/files/{name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Authorization: {service.authorization}\r\nContent-Length: {length}\r\n\r\n"
    )
    connection.sendall(head.encode())
    return connection


def send(connection: socket.socket, path: Path, count: int) -> None:
    with path.open("rb") as file:
        connection.sendfile(file, count=count)


def stored(service: Service, folder: str) -> list[Path]:
    return [path for path in (service.data_dir / "files" / folder).rglob("*") if path.is_file()]


def eventually(question: Any) -> Any:
    deadline_s = time.monotonic() + PATIENCE_S
    while not (answer := question()):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    return answer


def test_a_cut_leaves_a_note_and_no_half_object(service: Service, flight_url: str, sparse: Path) -> None:
    with Memory(service.starts_of("web")[-1]) as memory:
        with begun(service, flight_url, "DJI_0001.MP4", length=SIZE_BYTES) as connection:
            send(connection, sparse, CUT_BYTES)
        (note,) = eventually(lambda: asked(service, flight_url)["interrupted_uploads"])

    memory.tell()
    assert (note["file_name"], note["expected_bytes"]) == ("DJI_0001.MP4", SIZE_BYTES)
    assert CUT_BYTES - 10_000_000 < note["received_bytes"] <= CUT_BYTES
    eventually(lambda: not stored(service, "incoming"))
    assert stored(service, "objects") == stored(service, "quarantine") == []
    assert asked(service, flight_url)["files"] == []
    assert memory.growth_bytes < MOST_GROWTH_BYTES


def test_two_gigabytes_are_kept_to_the_byte_in_flat_memory(
    service: Service, flight_url: str, sparse: Path
) -> None:
    began_s = time.monotonic()
    with (
        Memory(service.starts_of("web")[-1]) as memory,
        begun(service, flight_url, "DJI_0001.MP4", length=SIZE_BYTES) as connection,
    ):
        send(connection, sparse, SIZE_BYTES)
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    sys.stdout.write(f"2 GB received and looked into in {time.monotonic() - began_s:.1f} s\n")

    memory.tell()
    # Zeros are no video: they are kept aside, and every byte of them.
    assert b" 422 " in head.splitlines()[0]
    assert json.loads(body)["code"] == "quarantined_file"
    (file,) = asked(service, flight_url)["files"]
    with sparse.open("rb") as content:
        assert file["sha256"] == hashlib.file_digest(content, "sha256").hexdigest()
    kept = service.data_dir / "files/quarantine" / file["sha256"]
    assert kept.stat().st_size == SIZE_BYTES
    kept.unlink()  # pytest keeps the folders of its last runs
    assert memory.growth_bytes < MOST_GROWTH_BYTES
    assert asked(service, "records/verification")["intact"] is True


def test_a_web_process_killed_in_the_middle_loses_nothing_and_leaves_no_half_object(
    service: Service, flight_url: str, sparse: Path
) -> None:
    telemetry = (
        b"1\n00:00:00,000 --> 00:00:01,000\n[latitude: 31.2] [longitude: 121.5] [rel_alt: 1 abs_alt: 2]\n"
    )
    with begun(service, flight_url, "DJI_0001.SRT", length=len(telemetry)) as connection:
        connection.sendall(telemetry)
        assert b" 201 " in connection.makefile("rb").readline()
    with begun(service, flight_url, "DJI_0001.MP4", length=SIZE_BYTES) as connection:
        send(connection, sparse, CUT_BYTES // 4)
        assert eventually(lambda: stored(service, "incoming"))
        os.kill(service.starts_of("web")[-1], signal.SIGKILL)
    service.wait(alive=True)

    eventually(lambda: not stored(service, "incoming"))
    flight = asked(service, flight_url)
    (file,), (note,) = flight["files"], flight["interrupted_uploads"]
    assert file["sha256"] == hashlib.sha256(telemetry).hexdigest()
    assert (note["file_name"], note["expected_bytes"]) == ("DJI_0001.MP4", SIZE_BYTES)
    assert 0 <= note["received_bytes"] <= CUT_BYTES // 4
    assert [path.read_bytes() for path in stored(service, "objects")] == [telemetry]
    assert asked(service, "records/verification")["intact"] is True
    with contextlib.closing(begun(service, flight_url, "DJI_0001.SRT", length=len(telemetry))) as connection:
        connection.sendall(telemetry)
        assert b" 200 " in connection.makefile("rb").readline()
