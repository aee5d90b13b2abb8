"""Enters the demo port call: ship, table, footage, what was measured aboard, readings, weight.

Source: `datasets/demo-port/port_call.json` and the clips beside it.
Left out: starting the service (command.py).
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.demo.client import ServiceClient, file_path, query
from api.demo.errors import DemoDataMissingError, DemoFailedError

STAGES = ("initial", "final")
MARKS = ("forward", "midship", "aft")
SIDES = ("port", "starboard")
TELEMETRY = "flight.SRT"
POLL_S = 0.5
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPort:
    """The demo's files.

    Attributes:
        folder: Where they are.
        content: What is entered, and the truth.
    """

    folder: Path
    content: dict[str, Any]


def demo_port() -> DemoPort:
    """Find the demo's files, in an installed package or in the repository.

    Raises:
        DemoDataMissingError: They are not there.
    """
    package = Path(__file__).resolve().parent
    installed = package / "data"
    folder = installed if installed.is_dir() else package.parents[1] / "datasets" / "demo-port"
    if not (folder / "port_call.json").is_file():
        raise DemoDataMissingError(folder)
    content = json.loads((folder / "port_call.json").read_text(encoding="utf-8"))
    return DemoPort(folder=folder, content=content)


def existing_port_call(client: ServiceClient, port: DemoPort) -> str | None:
    """Id of the demo's port call where a run before this one finished it."""
    for call in client.get(query("/api/v1/portcalls", limit=500))["items"]:
        if call["voyage"] == port.content["port_call"]["voyage"]:
            surveys = client.get(query("/api/v1/surveys", port_call_id=call["id"], limit=1))["items"]
            if surveys:
                return str(call["id"])
    return None


def enter_port_call(client: ServiceClient, port: DemoPort, tell: Tell) -> str:
    """Enter everything and wait until it is processed.

    Args:
        client: The running service.
        port: What to enter.
        tell: Takes one line of progress.

    Returns:
        Id of the port call.

    Raises:
        DemoFailedError: The service refused a step, or a reading that the demo needs.
    """
    port_call_id = _declare(client, port)
    tell("port call declared: ship, hydrostatic table, cargo, density, tanks")
    readings = []
    for stage in STAGES:
        files = _upload_flight(client, port, port_call_id, stage)
        tell(f"{stage} survey: {len(files)} clips and telemetry received")
        readings += [_request(client, port, stage, name, footage_id) for name, footage_id in files.items()]
    _await_readings(client, readings, tell)
    survey = client.post("/api/v1/surveys", {"port_call_id": port_call_id})
    tell(f"cargo {survey['cargo_t']:.1f} t ± {survey['u95_t']:.1f} t (95 %)")
    return port_call_id


def _declare(client: ServiceClient, port: DemoPort) -> str:
    vessel = client.post("/api/v1/vessels", port.content["vessel"])
    table = query(f"/api/v1/vessels/{vessel['id']}/hydrostatic-tables", **port.content["hydrostatic_table"])
    client.upload("POST", table, port.folder / "hydrostatics.csv", media_type="text/csv")
    call = client.post("/api/v1/portcalls", {"vessel_id": vessel["id"], **port.content["port_call"]})
    for stage in STAGES:
        client.put(f"/api/v1/portcalls/{call['id']}/stages/{stage}", port.content["stages"][stage])
    return str(call["id"])


def _upload_flight(client: ServiceClient, port: DemoPort, port_call_id: str, stage: str) -> dict[str, str]:
    """Send a stage's clips and the flight's telemetry; ids of the clips by name."""
    body = {"port_call_id": port_call_id, "stage": stage, "name": f"{stage} draft survey flight"}
    flight = client.post("/api/v1/flights", body)
    telemetry = port.folder / TELEMETRY
    client.upload(
        "PUT", file_path(flight["id"], telemetry.name), telemetry, media_type="application/x-subrip"
    )
    received = {}
    for mark in MARKS:
        for side in SIDES:
            name = f"{mark}_{side}"
            clip = port.folder / "clips" / f"{stage}_{name}.mp4"
            receipt = client.upload("PUT", file_path(flight["id"], clip.name), clip, media_type="video/mp4")
            received[name] = str(receipt["file"]["id"])
    return received


def _request(client: ServiceClient, port: DemoPort, stage: str, name: str, footage_id: str) -> str:
    mark, side = name.split("_")
    body = {
        "footage_id": footage_id,
        "stage": stage,
        "mark": mark,
        "side": side,
        "expected_range_m": port.content["expected_range_m"][stage],
    }
    return str(client.post("/api/v1/readings", body)["id"])


def _await_readings(client: ServiceClient, readings: list[str], tell: Tell) -> None:
    for identifier in readings:
        reading = client.get(f"/api/v1/readings/{identifier}")
        while reading["status"] in {"queued", "running"}:
            time.sleep(POLL_S)
            reading = client.get(f"/api/v1/readings/{identifier}")
        place = f"{reading['stage']} {reading['mark']} {reading['side']}"
        if reading["status"] != "ok":
            raise DemoFailedError(f"{place}: {reading['status']}, {reading['reason']}")
        tell(f"{place}: {reading['draft_m']:.3f} m ± {reading['u95_m']:.3f} m")
        client.post(f"/api/v1/readings/{identifier}/accept", {})
