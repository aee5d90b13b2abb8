"""`hullmark read` as a user runs it: what goes to which stream, and which folder the evidence goes to."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from adversarial_footage import encoded_still

from api.cli import main
from api.pipelines import reading


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str | Path
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["hullmark", "read", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, shown.out, shown.err


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Where the evidence of each input is asked for; nothing is read."""
    asked: list[Path | None] = []

    def read_footage(path: Path, *, evidence_dir: Path | None, **_: Any) -> dict[str, Any]:
        asked.append(evidence_dir)
        return {"file": path.name, "status": "refused", "message": "not read"}

    monkeypatch.setattr(reading, "read_footage", read_footage)
    return asked


def test_one_bad_input_among_many_keeps_its_place_and_costs_no_other(tmp_path: Path) -> None:
    blank = tmp_path / "左舷首 🚢.png"
    blank.write_bytes(encoded_still(".png", np.full((90, 160, 3), 200, np.uint8)))
    bad = [tmp_path / name for name in ("text.mp4", "pipe.mp4", "空.mp4", "folder", "none.jpg", "x" * 300)]
    bad[0].write_text("no video", encoding="utf-8")
    os.mkfifo(bad[1])
    bad[2].touch()
    bad[3].mkdir()
    inputs = [blank, *bad, Path("/dev/zero"), blank]
    command = [sys.executable, "-m", "api.cli", "read", "--json", *map(str, inputs)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)
    documents = json.loads(done.stdout)
    assert done.returncode == 2
    assert [document["file"] for document in documents] == [str(path) for path in inputs]
    assert [document["status"] for document in documents] == ["refused", *["error"] * 7, "refused"]
    lines = done.stderr.splitlines()
    assert len(lines) == 7
    for path, line in zip(inputs[1:-1], lines, strict=True):
        assert line.startswith(f"hullmark: {path}: ")
        assert "; accepted: JPEG" in line


def test_inputs_of_one_name_have_evidence_folders_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    folders: list[Path | None],
) -> None:
    names = ("a/DJI_0001.MP4", "b/DJI_0001.MP4", "b/dji_0001.JPG", "b/DJI_0002.MP4")
    assert run(monkeypatch, capsys, *names, "--evidence", tmp_path)[0] == 0
    assert folders == [tmp_path / name for name in ("DJI_0001", "DJI_0001-2", "dji_0001-3", "DJI_0002")]


def test_one_input_has_the_evidence_folder_to_itself(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    folders: list[Path | None],
) -> None:
    assert run(monkeypatch, capsys, "a.mp4", "--evidence", tmp_path / "new")[0] == 0
    assert folders == [tmp_path / "new"]


@pytest.mark.parametrize("below", ["", "deeper"])
def test_evidence_that_cannot_be_written_is_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    folders: list[Path | None],
    below: str,
) -> None:
    file = tmp_path / "file"
    file.touch()
    code, out, err = run(monkeypatch, capsys, "--json", "a.mp4", "--evidence", file / below)
    assert (code, out, folders) == (2, "", [])
    assert "--evidence" in err
    assert "Traceback" not in err


@pytest.fixture
def videos(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Which annotated video is asked for with each input; nothing is read."""
    asked: list[Path | None] = []

    def read_footage(path: Path, *, annotate: Path | None, **_: Any) -> dict[str, Any]:
        asked.append(annotate)
        return {"file": path.name, "status": "refused", "message": "not read"}

    monkeypatch.setattr(reading, "read_footage", read_footage)
    return asked


def test_an_annotated_video_is_made_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    videos: list[Path | None],
) -> None:
    assert run(monkeypatch, capsys, "a.mp4", "--annotate", tmp_path / "out.MP4")[0] == 0
    assert run(monkeypatch, capsys, "a.mp4")[0] == 0
    assert videos == [tmp_path / "out.MP4", None]


@pytest.mark.parametrize(
    ("inputs", "target", "accepted"),
    [
        (("a.mp4", "b.mp4"), "out.mp4", "one video is accepted"),
        (("a.mp4",), "out.avi", "ends with .mp4"),
        (("a.mp4",), "none/out.mp4", "can be written"),
        (("a.mp4",), "folder.mp4", "can be written"),
        (("clip.mp4",), "clip.mp4", "another file"),
    ],
)
def test_a_video_that_cannot_be_written_is_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    videos: list[Path | None],
    inputs: tuple[str, ...],
    target: str,
    accepted: str,
) -> None:
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "clip.mp4").write_bytes(b"footage")
    monkeypatch.chdir(tmp_path)
    code, out, err = run(monkeypatch, capsys, "--json", *inputs, "--annotate", target)
    assert (code, out, videos) == (2, "", [])
    words = " ".join(err.replace("│", " ").split())
    assert "--annotate" in words
    assert accepted in words
    assert (tmp_path / "clip.mp4").read_bytes() == b"footage"
