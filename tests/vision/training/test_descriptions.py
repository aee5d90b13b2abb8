"""What training and export refuse before they begin: descriptions, data sets and checkpoints that are none."""

import zipfile
from pathlib import Path

import pytest

pytest.importorskip("torch")

from vision.errors import DatasetDescriptionError, TrainingDescriptionError
from vision.training.export import export_onnx
from vision.training.train import load_checkpoint, load_training, train_network

SOUND = (
    'name = "a"\ntask = "detect"\narchitecture = "yolo26n.yaml"\ndata = "a.yaml"\n[arguments]\nepochs = 1\n'
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file or directory; accepted: a network's train.toml"),
        ("not = [toml", "is no TOML"),
        (SOUND.replace("data", "date"), "missing key 'data'"),
        (SOUND.replace("detect", "guess"), "task 'guess'; accepted: detect, semantic"),
    ],
    ids=["missing", "no toml", "no data", "unknown task"],
)
def test_a_description_that_cannot_be_followed_is_refused(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    path = tmp_path / "train.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(TrainingDescriptionError) as refused:
        load_training(path)
    assert str(path) in str(refused.value)
    assert problem in str(refused.value)


def test_a_data_set_that_was_not_built_is_refused(tmp_path: Path) -> None:
    description = tmp_path / "train.toml"
    description.write_text(SOUND, encoding="utf-8")
    with pytest.raises(DatasetDescriptionError, match=r"no a\.yaml in it; build the data set first"):
        train_network(load_training(description), dataset=tmp_path, base=None, runs=tmp_path, device="cpu")


@pytest.mark.parametrize("name", ["text.mp4", "text.pt", "archive.pt"])
def test_what_is_no_checkpoint_is_neither_loaded_nor_written_over(tmp_path: Path, name: str) -> None:
    path, registered = tmp_path / name, tmp_path / "weights.onnx"
    registered.write_bytes(b"the weights in use")
    path.write_text("no weights", encoding="utf-8")
    if name == "archive.pt":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "no weights either")
    with pytest.raises(TrainingDescriptionError, match="accepted: a checkpoint"):
        load_checkpoint(path, task="detect")
    with pytest.raises(TrainingDescriptionError, match="accepted: a checkpoint"):
        export_onnx(path, registered, task="detect")
    assert registered.read_bytes() == b"the weights in use"
