"""Evidence: the command line as a user calls it: what is printed, and exit codes 0, 1 and 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from chained_records import Chain


def hullmark(*arguments: str | Path, data_dir: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HULLMARK_")}
    if data_dir is not None:
        environment["HULLMARK_DATA_DIR"] = str(data_dir)
    return subprocess.run(
        [sys.executable, "-m", "api.cli", "records", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_from_a_data_folder_to_a_verified_export(sqlite_chain: Chain, tmp_path: Path) -> None:
    data_dir = sqlite_chain.settings.data_dir
    sqlite_chain.note("a", evidence=[b"picture"])
    out = tmp_path / "导出.zip"
    made = hullmark("export", out, "--all", "--json", data_dir=data_dir)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["record_count"] == 1
    key = tmp_path / "key.pem"
    key.write_text(hullmark("public-key", data_dir=data_dir).stdout)
    for place in (out, data_dir):
        found = hullmark("verify", place, "--json", "--public-key", key)
        assert found.returncode == 0, found.stderr
        answer = json.loads(found.stdout)
        assert (answer["intact"], answer["key_is_known"], answer["evidence_count"]) == (True, True, 1)


def test_what_is_not_intact_is_1_and_names_the_record(sqlite_chain: Chain) -> None:
    sqlite_chain.note_many(3)
    sqlite_chain.tamper("UPDATE records SET actor = 'x' WHERE sequence = 2")
    found = hullmark("verify", sqlite_chain.settings.data_dir)
    assert found.returncode == 1
    assert "NOT INTACT" in found.stdout
    assert "changed: record 2" in found.stdout


@pytest.mark.parametrize("content", [None, b"dear diary"])
def test_what_is_no_export_is_2_and_says_what_would_be(tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "x"
    place.mkdir() if content is None else place.write_bytes(content)
    found = hullmark("verify", place)
    assert (found.returncode, found.stdout) == (2, "")
    assert "Accepted: a file of `hullmark records export`" in found.stderr
    missing = hullmark("verify", tmp_path / "nothing.zip")
    assert missing.returncode == 2
    assert "nothing.zip: No such file or directory" in missing.stderr


def test_an_export_says_which_records_it_wants(tmp_path: Path) -> None:
    answer = hullmark("export", tmp_path / "a.zip", data_dir=tmp_path / "var")
    assert answer.returncode == 2
    assert "either --port-call ID or --all" in answer.stderr
