"""`hullmark telemetry` as a user runs it: several files, refused ones too, and what goes to which stream."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from adversarial_footage import encoded_still

FIXTURES = Path(__file__).resolve().parents[2] / "drone/fixtures"
MINI, AIR = FIXTURES / "mavic_mini.srt", FIXTURES / "mavic_air.srt"


def hullmark(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from api.cli import main; main()", "telemetry", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_one_file_gives_one_document() -> None:
    run = hullmark(MINI, "--json")
    document = json.loads(run.stdout)
    assert (run.returncode, run.stderr) == (0, "")
    assert document["dialect"] == "dji-compact"
    assert document["samples"][0]["longitude_deg"] == -121.7458
    assert document["report"]["skipped"] == {}


def test_a_refused_file_keeps_its_place_in_the_list(tmp_path: Path) -> None:
    missing = tmp_path / "无.srt"
    run = hullmark(MINI, missing, AIR, "--json")
    first, second, third = json.loads(run.stdout)
    assert run.returncode == 2
    assert [first["file"], second["file"], third["file"]] == [str(MINI), str(missing), str(AIR)]
    assert "No such file" in second["error"]
    assert run.stderr.count("\n") == 1
    assert str(missing) in run.stderr


@pytest.mark.parametrize("options", [(), ("--json",), ("--geojson",)], ids=["text", "json", "geojson"])
def test_a_refused_file_alone_is_one_sentence_and_at_most_one_document(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    run = hullmark(tmp_path, *options)
    sentence = run.stderr.removeprefix("hullmark: ").removesuffix("\n")
    assert run.returncode == 2
    assert sentence.startswith(f"{tmp_path}: is a folder; accepted: telemetry by content: ")
    assert "\n" not in sentence
    documents = {
        (): None,
        ("--json",): {"file": str(tmp_path), "error": sentence},
        ("--geojson",): {"type": "FeatureCollection", "features": []},
    }
    assert (json.loads(run.stdout) if run.stdout else None) == documents[options]


WITHOUT_THE_SUPERUSERS_RIGHTS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="the superuser may read everything"
)
@pytest.mark.parametrize("command", ["telemetry", "read"])
def test_a_file_that_may_not_be_read_costs_no_other(tmp_path: Path, command: str) -> None:
    secret, blank = tmp_path / "secret.srt", tmp_path / "blank.png"
    secret.write_text("not for everybody", encoding="utf-8")
    secret.chmod(0)
    blank.write_bytes(encoded_still(".png", np.full((90, 160, 3), 200, np.uint8)))
    sound = MINI if command == "telemetry" else blank
    rights = WITHOUT_THE_SUPERUSERS_RIGHTS if os.geteuid() == 0 else []
    arguments = [*rights, sys.executable, "-m", "api.cli", command, "--json", str(secret), str(sound)]
    run = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith(f"hullmark: {secret}: ")
    assert "cannot be read: Permission denied; accepted: " in run.stderr
    assert run.stderr.count("\n") == 1
    refused, read = json.loads(run.stdout)
    assert (refused["file"], read["file"]) == (str(secret), str(sound))


def test_tracks_of_several_files_are_one_collection() -> None:
    run = hullmark(MINI, AIR, FIXTURES / "mavic_3t.srt", "--geojson")
    collection = json.loads(run.stdout)
    assert run.returncode == 0
    assert collection["type"] == "FeatureCollection"
    assert [feature["properties"]["file"] for feature in collection["features"]] == [
        str(MINI),
        str(FIXTURES / "mavic_3t.srt"),
    ]
    assert "mavic_air.srt: no positions, so no track" in run.stderr


def test_a_person_reads_a_summary() -> None:
    run = hullmark(MINI, AIR)
    assert run.returncode == 0
    assert "48.077100, -121.745800, 200.7 m above take-off" in run.stdout
    assert "no position is written in any sample" in run.stdout


def test_two_forms_at_once_are_refused() -> None:
    run = hullmark(MINI, "--json", "--geojson")
    assert run.returncode == 2
    assert run.stdout == ""
