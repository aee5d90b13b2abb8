"""A service in processes of its own on a scratch folder, with a token and something to be asked about.

Source: `hullmark serve` as an operator starts it, with its usual settings.
Left out: what is measured on it.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.bench.api_load import Route, Target
from api.client import Client, UnreachableError
from api.client.shapes import Footage
from api.demo.port import demo_port

START_LIMIT_S = 120.0
LOOK_S = 0.2
RANGE_BYTES = 64 * 1024
HULLMARK = (sys.executable, "-c", "from api.cli import main; main()")
ROLES = ("field", "weigher", "auditor")
LOADS = 500
_NOTED = "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchService:
    """A running service.

    Attributes:
        target: where it is.
        client: of somebody who may do what is measured.
    """

    target: Target
    client: Client


@contextmanager
def running_service(folder: Path, *, data_dir: Path, database_url: str | None) -> Iterator[BenchService]:
    """Start a service, and end it.

    Args:
        folder: for its log.
        data_dir: of the service.
        database_url: a PostgreSQL database; SQLite in the folder where not given.

    Raises:
        UnreachableError: it did not become ready.
    """
    environment = _environment(data_dir, database_url)
    token = _token(environment)
    port = _free_port()
    log = folder / "service.log"
    with log.open("wb") as lines:
        command = [*HULLMARK, "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=lines, stderr=lines)  # noqa: S603 (our own)
        client = Client.at(f"http://127.0.0.1:{port}", token=token)
        try:
            _await_ready(client, process, log)
            yield BenchService(target=Target(host="127.0.0.1", port=port, token=token), client=client)
        finally:
            client.close()
            process.terminate()
            process.wait()


def entered(client: Client) -> str:
    """Enter a port call with what its routes show; gives its id."""
    port = demo_port()
    vessel = client.vessels.register(port.content["vessel"])
    call = client.port_calls.declare({"vessel_id": vessel["id"], **port.content["port_call"]})
    scale = {
        "number": "A",
        "kind": "truck_scale",
        "random_standard_uncertainty_t": 0.02,
        "systematic_standard_uncertainty_t": 0.03,
        "systematic_standard_uncertainty_permille": 0.0,
    }
    client.port_calls.state(call["id"], "scales", scale)
    loads = {"transfers": [_load(number) for number in range(LOADS)]}
    client.transport.create(f"/portcalls/{call['id']}/transfers", loads)
    return call["id"]


def received(client: Client, port_call_id: str) -> Footage:
    """Send one clip of the demo port."""
    clip = next(iter(sorted((demo_port().folder / "clips").glob("*.mp4"))))
    flight = client.flights.announce({"port_call_id": port_call_id, "stage": "initial", "name": _NOTED})
    return client.flights.upload(flight["id"], clip)["file"]


def main_routes(port_call_id: str, footage: Footage) -> tuple[Route, ...]:
    """Give the routes that people and programs ask most."""
    base = "/api/v1"
    call = f"{base}/portcalls/{port_call_id}"
    return (
        Route(name="a probe", method="GET", path="/health/live"),
        Route(name="list of port calls", method="GET", path=f"{base}/portcalls"),
        Route(name="one port call", method="GET", path=call),
        Route(name="overview of the page", method="GET", path=f"{call}/overview"),
        Route(name="timeline", method="GET", path=f"{call}/timeline"),
        Route(name="200 transfers", method="GET", path=f"{call}/transfers?limit=200"),
        Route(name="balance of 500 loads", method="GET", path=f"{call}/balance"),
        Route(name="100 records", method="GET", path=f"{base}/records?limit=100"),
        Route(name="search", method="GET", path=f"{base}/search?text=%E6%B5%99B1"),
        Route(name="picture of footage", method="GET", path=f"{base}/footage/{footage['id']}/thumbnail"),
        Route(name="state a finding", method="POST", path=f"{call}/findings", body=_finding),
    )


def _finding(number: int) -> dict[str, Any]:
    return {
        "sample_number": f"S-{number:07d}",
        "category": "weed_seed",
        "analyte": "豚草",
        "verdict": "open",
        "laboratory": "海关技术中心",
    }


def _load(number: int) -> dict[str, Any]:
    return {
        "mode": "truck",
        "ticket_number": f"{number:06d}",
        "vehicle": f"浙B{10000 + number % 80}",
        "weighed_at": f"2026-05-05T{number // 60 % 24:02d}:{number % 60:02d}:00Z",
        "gross_t": 48.0 + number % 10 / 10,
        "tare_t": 15.1,
        "scale_number": "A",
    }


def _environment(data_dir: Path, database_url: str | None) -> dict[str, str]:
    # What is set for a service here must not steer the one that is measured.
    others = {name: value for name, value in os.environ.items() if not name.startswith("HULLMARK_")}
    own = {"HULLMARK_DATA_DIR": str(data_dir), "HULLMARK_MINIMUM_FREE_BYTES": "0"}
    return others | own | ({} if database_url is None else {"HULLMARK_DATABASE_URL": database_url})


def _token(environment: Mapping[str, str]) -> str:
    roles = [word for role in ROLES for word in ("--role", role)]
    _said(["user", "add", _NOTED, *roles], environment)
    return _said(["user", "token", _NOTED, _NOTED], environment)


def _said(arguments: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 (our own command)
        [*HULLMARK, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise UnreachableError("the bench", done.stderr.strip())
    return done.stdout.strip().splitlines()[-1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ready(client: Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline_s = time.monotonic() + START_LIMIT_S
    while not client.is_ready():
        if process.poll() is not None or time.monotonic() > deadline_s:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            raise UnreachableError(client.address, "; ".join(lines[-3:]))
        time.sleep(LOOK_S)
