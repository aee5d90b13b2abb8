"""What `evaluate`, `train` and `export-model` put on which stream: the trainer talks, the result is alone."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.pipelines import training

METRICS = {"all": {"mAP50": 0.51239, "recall": float("nan")}}
RESULTS: dict[str, tuple[str, Any, list[str]]] = {
    "evaluate": ("validate_checkpoint", METRICS, ["a.pt"]),
    "train": ("train", Path("runs/a/best.pt"), []),
    "export-model": ("export_network", "0123abcd", ["a.pt"]),
}


@pytest.mark.parametrize("command", RESULTS)
def test_the_result_is_alone_on_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    function, result, more = RESULTS[command]
    (tmp_path / "a.pt").touch()

    def talk(*_: object, **__: object) -> Any:
        sys.stdout.write("Ultralytics 🚀\n")
        return result

    monkeypatch.setattr(training, function, talk)
    monkeypatch.chdir(tmp_path)
    options = [] if command == "export-model" else ["--dataset", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["hullmark", command, str(tmp_path), *more, *options])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert ended.value.code == 0
    assert shown.err == "Ultralytics 🚀\n"
    if command == "evaluate":
        assert json.loads(shown.out) == {"all": {"mAP50": 0.5124, "recall": None}}
    else:
        assert shown.out == f"{result}\n"


@pytest.mark.skipif(find_spec("ultralytics") is None, reason="the extra [train] is not installed")
def test_a_build_that_is_refused_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hullmark", "dataset", "build", str(tmp_path), str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (2, "")
    assert shown.err == f"hullmark: {tmp_path}/dataset.toml: cannot be read (No such file or directory)\n"


@pytest.mark.skipif(find_spec("ultralytics") is None, reason="the extra [train] is not installed")
@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_an_unknown_device_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "a.pt").touch()
    checkpoint = [str(tmp_path / "a.pt")] if command == "evaluate" else []
    options = ["--dataset", str(tmp_path), "--device", "nonsense"]
    monkeypatch.setattr(sys, "argv", ["hullmark", command, str(tmp_path), *checkpoint, *options])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "device 'nonsense' is not on this machine; accepted: cpu" in capsys.readouterr().err


def test_an_exported_file_is_judged_as_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "int8.xml").touch()
    asked: list[training.Judged] = []

    def judge(_folder: Path, judged: training.Judged, **_: object) -> dict[str, dict[str, float]]:
        asked.append(judged)
        return METRICS

    monkeypatch.setattr(training, "evaluate_file", judge)
    words = ["hullmark", "evaluate", str(tmp_path), str(tmp_path / "int8.xml"), "--dataset", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", [*words, "--longest", "640", "--exact"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, json.loads(capsys.readouterr().out)["all"]["mAP50"]) == (0, 0.5124)
    assert asked == [training.Judged(file=tmp_path / "int8.xml", longest_px=640, exact=True)]


def test_what_is_no_network_by_its_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.bin").touch()
    words = ["hullmark", "evaluate", str(tmp_path), str(tmp_path / "a.bin"), "--dataset", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert ".onnx or .xml file is accepted" in " ".join(capsys.readouterr().err.split())
