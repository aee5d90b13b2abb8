"""Data sets and networks by their descriptions, up to where the trainer takes over."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from shared_data import REPOSITORY

from api.pipelines import training as pipeline
from api.pipelines.errors import TrainingNotInstalledError, UnknownDeviceError
from vision.errors import DatasetDescriptionError, TrainingDescriptionError, UnknownNetworkError
from vision.training import export as export_module

OLD, NEW, OTHER = "a" * 64, "b" * 64, "c" * 64
REGISTRY = f"""# A remark that stays.

[[network]]
name = "marks"
file = "marks/weights.onnx"
sha256 = "{OLD}"  # and this one

[[network]]
name = "water"
file = "water/weights.onnx"
sha256 = "{OTHER}"
"""
CLIPS = (REPOSITORY / "datasets" / "demo-port" / "clips.toml").read_text(encoding="utf-8")


def silent(done: int, total: int) -> None:
    assert done <= total


def test_a_folder_with_clips_is_rendered_as_videos(tmp_path: Path) -> None:
    head = CLIPS[: CLIPS.index("[[clip]]", CLIPS.index("[[clip]]") + 1)]
    shorter = head.replace("duration_s = 10.0", "duration_s = 0.5").replace("[800, 448]", "[160, 96]")
    (tmp_path / "clips.toml").write_text(shorter, encoding="utf-8")
    pipeline.build_dataset(tmp_path, tmp_path / "out", progress=silent)
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".mp4"]


def test_a_description_at_fault_goes_out_by_its_words(tmp_path: Path) -> None:
    (tmp_path / "clips.toml").write_text(CLIPS.replace("rate_hz", "rate"), encoding="utf-8")
    with pytest.raises(DatasetDescriptionError, match="missing or unknown key: 'rate_hz'"):
        pipeline.build_dataset(tmp_path, tmp_path / "out", progress=silent)
    (tmp_path / "train.toml").write_text('name = "marks"\n', encoding="utf-8")
    with pytest.raises(TrainingDescriptionError, match="missing key 'task'"):
        pipeline.train(tmp_path, dataset=tmp_path, base=None, runs=tmp_path / "runs", device="cpu")


def test_without_the_extra_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ultralytics", None)
    with pytest.raises(TrainingNotInstalledError, match=r"hullmark\[train\]"):
        pipeline.build_dataset(tmp_path, tmp_path / "out", progress=silent)


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    """A network's folder with its weights, its description and the registry beside it."""
    folder = tmp_path / "marks"
    folder.mkdir()
    (tmp_path / "registry.toml").write_text(REGISTRY, encoding="utf-8")
    (folder / "weights.onnx").write_bytes(b"before")
    (folder / "train.toml").write_text(
        'name = "marks"\ntask = "detect"\narchitecture = "a"\ndata = "b"\n[arguments]\n', encoding="utf-8"
    )
    return folder


def exported(checkpoint: Path, destination: Path, *, task: str) -> str:
    assert (checkpoint.name, task) == ("best.pt", "detect")
    destination.write_bytes(b"after")
    return NEW


def test_an_exported_network_is_registered_and_nothing_else_changes(
    marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "export_onnx", exported)
    assert pipeline.export_network(marks, checkpoint=marks / "best.pt") == NEW
    assert (marks.parent / "registry.toml").read_text(encoding="utf-8") == REGISTRY.replace(OLD, NEW)
    assert (marks / "weights.onnx").read_bytes() == b"after"
    assert {path.name for path in marks.iterdir()} == {"train.toml", "weights.onnx"}


def test_a_network_without_an_entry_is_refused_before_anything_is_written(
    marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "export_onnx", exported)
    (marks.parent / "registry.toml").write_text(REGISTRY.replace('"marks"', '"other"'), encoding="utf-8")
    with pytest.raises(UnknownNetworkError, match="no network 'marks'; registered: other, water"):
        pipeline.export_network(marks, checkpoint=marks / "best.pt")
    assert (marks / "weights.onnx").read_bytes() == b"before"


def test_an_export_that_breaks_leaves_what_is_registered(
    marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_checkpoint: Path, destination: Path, *, task: str) -> str:
        destination.write_bytes(b"half of it")
        raise TrainingDescriptionError(destination, f"no {task} in it")

    monkeypatch.setattr(export_module, "export_onnx", broken)
    with pytest.raises(TrainingDescriptionError):
        pipeline.export_network(marks, checkpoint=marks / "best.pt")
    assert (marks / "weights.onnx").read_bytes() == b"before"
    assert (marks.parent / "registry.toml").read_text(encoding="utf-8") == REGISTRY
    assert {path.name for path in marks.iterdir()} == {"train.toml", "weights.onnx"}


@pytest.mark.parametrize("device", ["nonsense", "99", "cpu,0", "", "0,"])
@pytest.mark.skipif(find_spec("torch") is None, reason="the extra [train] is not installed")
def test_a_device_that_is_not_there_is_refused_with_those_that_are(marks: Path, device: str) -> None:
    with pytest.raises(UnknownDeviceError, match=r"is not on this machine; accepted: cpu"):
        pipeline.train(marks, dataset=marks, base=None, runs=marks / "runs", device=device)
    with pytest.raises(UnknownDeviceError):
        pipeline.validate_checkpoint(marks, checkpoint=marks / "best.pt", dataset=marks, device=device)
