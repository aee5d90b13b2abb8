"""A real flight through a real service: its video and telemetry sent, its track fetched, its bytes compared.

Evidence: the files of a DJI drone as it wrote them; numbers read from them by hand.
"""

import hashlib
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running_service import PATIENCE_S, Service, running
from shared_data import SHARED, needs_shared

FLIGHT = SHARED / "data/telemetry/dji_mp4"
NAME = "DJI_20250723102139_0001_D"

pytestmark = needs_shared


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("service")) as service:
        yield service


def asked(service: Service, method: str, path: str, content: bytes | None = None) -> bytes:
    url = path if path.startswith("/") else f"/api/v1/{path}"
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}{url}",
        data=content,
        method=method,
        headers={"Authorization": service.authorization}
        | ({} if content is None else {"Content-Type": "application/json"}),
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 (the service of this test)
        body: bytes = answer.read()
        return body


def posted(service: Service, path: str, body: dict[str, Any]) -> str:
    return str(json.loads(asked(service, "POST", path, json.dumps(body).encode()))["id"])


@pytest.fixture(scope="module")
def files(service: Service) -> dict[str, dict[str, Any]]:
    """What the service found each file to be, the telemetry sent first."""
    vessel_id = posted(service, "vessels", {"name": "安信山 🚢", "length_between_perpendiculars_m": 192.0})
    port_call = {
        "vessel_id": vessel_id,
        "cargo": "铁矿砂",
        "operation": "discharging",
        "method": {"rounding": "full", "mctc_half_interval_m": 0.5},
    }
    port_call_id = posted(service, "portcalls", port_call)
    body = {"port_call_id": port_call_id, "stage": "initial", "name": "左舷 01 🚁"}
    flight_id = posted(service, "flights", body)
    for kind in ("SRT", "MP4"):
        path = f"flights/{flight_id}/files/{NAME}.{kind}"
        asked(service, "PUT", path, (FLIGHT / f"{NAME}.{kind}").read_bytes())
    flight = json.loads(asked(service, "GET", f"flights/{flight_id}"))
    return {
        Path(file["file_name"]).suffix: file | {"track_url": flight["track_url"]} for file in flight["files"]
    }


def test_the_files_are_what_they_are_and_find_each_other(files: dict[str, dict[str, Any]]) -> None:
    video, telemetry = files[".MP4"], files[".SRT"]
    assert (video["kind"], video["width_px"], video["height_px"], video["codec"]) == (
        "video",
        1920,
        1080,
        "h264",
    )
    assert video["duration_s"] == pytest.approx(3.003, abs=5e-4)
    assert video["duration_s"] * video["frame_rate_hz"] == pytest.approx(90, abs=1e-3)
    assert (video["captured_at"], video["captured_at_source"]) == (
        "2025-07-23T07:21:39Z",
        "container creation time",
    )
    assert telemetry["parse_report"]["dialect"] == "dji-brackets-rel-abs"
    assert (telemetry["parse_report"]["samples"], telemetry["parse_report"]["positions"]) == (93, 93)
    assert telemetry["parse_report"]["skipped"] == {}
    assert (video["paired_footage_id"], telemetry["paired_footage_id"]) == (telemetry["id"], video["id"])


def test_the_track_has_the_drones_axes_heights_and_clock(
    service: Service, files: dict[str, dict[str, Any]]
) -> None:
    (feature,) = json.loads(asked(service, "GET", files[".SRT"]["track_url"]))["features"]
    coordinates, properties = feature["geometry"]["coordinates"], feature["properties"]
    assert feature["geometry"]["type"] == "LineString"
    # [latitude: 51.118062] [longitude: 88.083302] [rel_alt: 20.000 abs_alt: 864.309], and GeoJSON turns them round.
    assert coordinates[0] == [88.083302, 51.118062, 864.309]
    assert coordinates[-1] == [88.083304, 51.118062, 864.309]
    assert properties["local_time_start"] == "2025-07-23T10:21:39.692"
    (times_s,), (heights_m,) = properties["video_time_s"], properties["height_above_takeoff_m"]
    assert (times_s[0], times_s[-1]) == (0.0, 3.069)
    assert times_s == sorted(times_s)
    assert heights_m[0] == 20.0
    assert len(times_s) == len(heights_m) == len(coordinates)


@pytest.mark.parametrize("kind", [".MP4", ".SRT"])
def test_every_byte_comes_back(service: Service, files: dict[str, dict[str, Any]], kind: str) -> None:
    sent = (FLIGHT / f"{NAME}{kind}").read_bytes()
    assert files[kind]["sha256"] == hashlib.sha256(sent).hexdigest()
    assert asked(service, "GET", files[kind]["content_url"]) == sent


def test_the_records_hold(service: Service, files: dict[str, dict[str, Any]]) -> None:
    records = json.loads(asked(service, "GET", "records"))["items"]
    assert {record["id"] for record in records} >= {file["record_id"] for file in files.values()}
    assert json.loads(asked(service, "GET", "records/verification"))["intact"] is True
