"""Data sets and networks by their descriptions, up to where the trainer takes over."""

import sys
from pathlib import Path

import pytest
from shared_data import REPOSITORY

from api.pipelines import training as pipeline
from api.pipelines.errors import TrainingNotInstalledError
from vision.errors import DatasetDescriptionError, TrainingDescriptionError
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


def test_an_exported_network_is_registered_and_nothing_else_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "marks").mkdir()
    (tmp_path / "registry.toml").write_text(REGISTRY, encoding="utf-8")
    (tmp_path / "marks" / "train.toml").write_text(
        'name = "marks"\ntask = "detect"\narchitecture = "a"\ndata = "b"\n[arguments]\n', encoding="utf-8"
    )

    def exported(checkpoint: Path, destination: Path, *, task: str) -> str:
        assert (checkpoint.name, destination, task) == (
            "best.pt",
            tmp_path / "marks" / "weights.onnx",
            "detect",
        )
        return NEW

    monkeypatch.setattr(export_module, "export_onnx", exported)
    assert pipeline.export_network(tmp_path / "marks", checkpoint=tmp_path / "best.pt") == NEW
    assert (tmp_path / "registry.toml").read_text(encoding="utf-8") == REGISTRY.replace(OLD, NEW)
