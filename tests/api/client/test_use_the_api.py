"""Evidence: real processes. Every example of docs/how-to/use-the-api.md against a running service, and the CLI."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import Service, running
from shared_data import REPOSITORY

from api.client import Client

PAGE = (REPOSITORY / "docs" / "how-to" / "use-the-api.md").read_text(encoding="utf-8")
EXAMPLES = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
CLIP = REPOSITORY / "datasets" / "demo-port" / "clips" / "initial_forward_port.mp4"
LOADS = "磅单号,车牌号,过磅时间,毛重(kg),皮重(kg)\n1,浙B12345,2026-05-05 09:00:00,48000,15500\n"
HULLMARK = (sys.executable, "-c", "from api.cli import main; main()")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("service")) as service:
        yield service


def environment_of(service: Service, token: str) -> dict[str, str]:
    return os.environ | {"HULLMARK_URL": f"http://127.0.0.1:{service.port}", "HULLMARK_TOKEN": token}


def hullmark(*words: str, env: dict[str, str]) -> str:
    done = subprocess.run([*HULLMARK, *words], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def environment(service: Service) -> dict[str, str]:
    """What the page's own commands make: a person, and a token of hers."""
    data = os.environ | {"HULLMARK_DATA_DIR": str(service.data_dir)}
    assert "hullmark user add weighbridge --role weigher --role auditor" in PAGE
    hullmark("user", "add", "weighbridge", "--role", "weigher", "--role", "auditor", env=data)
    said = hullmark("user", "token", "weighbridge", "scale program", "--days", "90", env=data)
    return environment_of(service, said.strip().splitlines()[-1])


def test_the_examples_run_in_their_order(environment: dict[str, str], tmp_path: Path) -> None:
    shutil.copyfile(CLIP, tmp_path / "DJI_0001.MP4")
    (tmp_path / "loads.csv").write_text(LOADS, encoding="utf-8")
    examples = EXAMPLES.findall(PAGE)
    assert len(examples) == 6
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(examples)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "100 %" in lines
    assert "1 32.5" in lines
    assert lines[-1] == "not_found 404 []"
    assert any(line.endswith("reading.made") for line in lines)
    verified = json.loads(
        hullmark("records", "verify", str(tmp_path / "records.zip"), "--json", env=environment)
    )
    assert verified["intact"]


def test_the_command_line_exports_from_a_server(environment: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    said = hullmark(
        "records",
        "export",
        str(out),
        "--all",
        "--server",
        environment["HULLMARK_URL"],
        "--json",
        env=environment,
    )
    assert json.loads(said)["size_bytes"] == out.stat().st_size
    assert json.loads(hullmark("records", "verify", str(out), "--json", env=environment))["intact"]


def test_a_token_that_is_none_is_refused_with_the_service_s_words(
    service: Service, environment: dict[str, str], tmp_path: Path
) -> None:
    words = ["records", "export", str(tmp_path / "o.zip"), "--all", "--server", environment["HULLMARK_URL"]]
    env = environment_of(service, "nobody")
    done = subprocess.run([*HULLMARK, *words], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "hullmark: " in done.stderr
    assert "unexpected" not in done.stderr
    assert not (tmp_path / "o.zip").exists()


def test_a_list_longer_than_a_page_comes_whole_and_in_order(environment: dict[str, str]) -> None:
    with Client.at(environment["HULLMARK_URL"], token=environment["HULLMARK_TOKEN"]) as client:
        for number in range(205):
            client.vessels.register({"name": f"船 {number:03d}", "length_between_perpendiculars_m": 100.0})
        names = [vessel["name"] for vessel in client.vessels.walk(name_contains="船 ")]
    assert sorted(names) == [f"船 {number:03d}" for number in range(205)]


def test_a_change_that_rests_on_an_older_state_is_refused(environment: dict[str, str]) -> None:
    with Client.at(environment["HULLMARK_URL"], token=environment["HULLMARK_TOKEN"]) as client:
        vessel = client.vessels.register({"name": "甲", "length_between_perpendiculars_m": 100.0})
        method = {"rounding": "full", "mctc_half_interval_m": 0.5}
        body = {"vessel_id": vessel["id"], "cargo": "大豆", "operation": "discharging", "method": method}
        call = client.port_calls.declare(body)
        _, tag = client.port_calls.read_tagged(call["id"])
        assert client.port_calls.amend(call["id"], body | {"cargo": "玉米"}, tag=tag)["cargo"] == "玉米"
        with pytest.raises(Exception, match="changed in the meantime") as raised:
            client.port_calls.amend(call["id"], body, tag=tag)
        assert getattr(raised.value, "code", None) == "precondition_failed"
