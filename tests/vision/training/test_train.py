"""Descriptions of trainings: what is read, what is refused, and what reaches the trainer."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from shared_data import REPOSITORY

from vision.errors import DatasetDescriptionError, TrainingDescriptionError
from vision.training import train as train_module
from vision.training.train import TrainingDescription, load_training, train_network

GOOD = """
name = "marks"
task = "detect"
architecture = "yolo26n.yaml"
data = "numerals.yaml"
[arguments]
imgsz = 384
epochs = 2
"""


def described(path: Path, text: str) -> Path:
    (path / "train.toml").write_text(text, encoding="utf-8")
    return path / "train.toml"


def test_a_description_is_read_as_it_stands(tmp_path: Path) -> None:
    assert load_training(described(tmp_path, GOOD)) == TrainingDescription(
        name="marks",
        task="detect",
        architecture="yolo26n.yaml",
        data="numerals.yaml",
        arguments={"imgsz": 384, "epochs": 2},
    )


@pytest.mark.parametrize("name", ["draft-numerals", "draft-water"])
def test_the_shipped_descriptions_turn_no_numeral_over(name: str) -> None:
    description = load_training(REPOSITORY / "models" / name / "train.toml")
    assert description.name == name
    assert [description.arguments[key] for key in ("fliplr", "flipud", "degrees", "mosaic")] == [0.0] * 4


@pytest.mark.parametrize("key", ["name", "task", "architecture", "data"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    kept = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key} ="))
    path = described(tmp_path, kept)
    with pytest.raises(TrainingDescriptionError, match=f"missing key '{key}'") as refused:
        load_training(path)
    assert refused.value.path == path


def test_missing_arguments_are_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDescriptionError, match="missing key 'arguments'"):
        load_training(described(tmp_path, GOOD[: GOOD.index("[arguments]")]))


@pytest.mark.parametrize("task", ["segment", "Detect", ""])
def test_an_unknown_task_is_refused_with_the_known_ones(tmp_path: Path, task: str) -> None:
    with pytest.raises(TrainingDescriptionError, match="accepted: detect, semantic"):
        load_training(described(tmp_path, GOOD.replace('"detect"', f'"{task}"')))


class Trainer:
    """Stands where Ultralytics' class stands, and notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, architecture: str, *, task: str) -> "Trainer":
        self.told.append(("made", {"architecture": architecture, "task": task}))
        return self

    def load(self, weights: str) -> None:
        self.told.append(("load", {"weights": weights}))

    def add_callback(self, event: str, called: Any) -> None:
        self.told.append(("callback", {event: called}))

    def train(self, **arguments: Any) -> None:
        self.told.append(("train", arguments))


@pytest.mark.parametrize("base", [None, Path("/weights/base.pt")])
def test_the_trainer_is_told_what_the_description_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: Path | None
) -> None:
    trainer = Trainer()
    monkeypatch.setattr(train_module, "load_ultralytics", lambda: trainer)
    monkeypatch.setattr(train_module, "load_checkpoint", lambda path, task: (path, task))
    (tmp_path / "numerals.yaml").touch()
    description = load_training(described(tmp_path, GOOD))
    best = train_network(description, dataset=tmp_path, base=base, runs=tmp_path / "runs", device="cpu")

    told = dict(trainer.told)
    assert best == tmp_path / "runs" / "marks" / "weights" / "best.pt"
    assert told["made"] == {"architecture": "yolo26n.yaml", "task": "detect"}
    assert told.get("load") == (None if base is None else {"weights": "/weights/base.pt"})
    assert told["train"] == {
        "data": str(tmp_path / "numerals.yaml"),
        "project": str((tmp_path / "runs").resolve()),
        "name": "marks",
        "exist_ok": True,
        "device": "cpu",
        "plots": False,
        "imgsz": 384,
        "epochs": 2,
    }


def test_ultralytics_stays_off_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("YOLO_OFFLINE", "YOLO_AUTOINSTALL", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    loaded = train_module.load_ultralytics()
    import os

    assert loaded.__name__ == "YOLO"
    assert (os.environ["YOLO_OFFLINE"], os.environ["YOLO_AUTOINSTALL"]) == ("True", "False")


@pytest.mark.parametrize(
    ("native", "device", "expected"), [(True, "cpu", 1), (True, "0", 0), (False, "cpu", 0)]
)
def test_bfloat16_is_used_where_the_processor_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, native: bool, device: str, expected: int
) -> None:
    trainer = Trainer()
    monkeypatch.setattr(train_module, "load_ultralytics", lambda: trainer)
    monkeypatch.setattr(train_module, "bfloat16_is_native", lambda: native)
    (tmp_path / "numerals.yaml").touch()
    description = load_training(described(tmp_path, GOOD))
    train_network(description, dataset=tmp_path, base=None, runs=tmp_path / "runs", device=device)
    assert len([told for event, told in trainer.told if event == "callback"]) == expected


def test_a_forward_in_bfloat16_gives_float32_and_gradients() -> None:
    import torch

    layer = torch.nn.Conv2d(3, 4, 1)

    def predict(image: Any) -> Any:
        inner = layer(image)
        assert inner.dtype is torch.bfloat16
        return {"boxes": [inner], "scores": (inner, inner)}

    network = SimpleNamespace(predict=predict)
    train_module.forward_in_bfloat16(SimpleNamespace(model=network))
    found = network.predict(torch.ones(1, 3, 2, 2))
    tensors = [*found["boxes"], *found["scores"]]
    assert {tensor.dtype for tensor in tensors} == {torch.float32}
    found["boxes"][0].sum().backward()
    # Four pixels of one: each weight's gradient is 4, whatever the precision.
    assert torch.equal(layer.weight.grad, torch.full((4, 3, 1, 1), 4.0))


def test_a_first_use_is_not_announced(tmp_path: Path) -> None:
    """In a new home Ultralytics writes its settings, and says so among what a command prints."""
    command = "from vision.training.train import load_ultralytics; load_ultralytics()"
    environment = os.environ | {"HOME": str(tmp_path), "YOLO_CONFIG_DIR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", command],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (answer.stdout, answer.stderr) == ("", "")
    assert list(tmp_path.rglob("settings.json")), "it was a first use"


NAMES = "names:\n  0: '0'\n"


def test_several_data_sets_train_and_the_first_alone_validates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer()
    monkeypatch.setattr(train_module, "load_ultralytics", lambda: trainer)
    built, unpacked = tmp_path / "built", tmp_path / "unpacked"
    for folder in (built, unpacked):
        folder.mkdir()
    (built / "numerals.yaml").write_text(
        f"path: {built}\ntrain: images/train\nval: images/val\n{NAMES}", encoding="utf-8"
    )
    (unpacked / "numerals.yaml").write_text(
        f"train: numerals-train.txt\nval: numerals-val.txt\n{NAMES}", encoding="utf-8"
    )
    options: dict[str, Any] = {"dataset": built, "base": None, "runs": tmp_path / "runs", "device": "cpu"}
    train_network(load_training(described(tmp_path, GOOD)), **options, also=(unpacked,))

    data = Path(dict(trainer.told)["train"]["data"])
    from ultralytics.utils import YAML

    content = YAML.load(data)
    assert content["train"] == [str(built / "images/train"), str(unpacked / "numerals-train.txt")]
    assert content["val"] == [str(built / "images/val")]
    assert content["names"] == {0: "0"}

    (unpacked / "numerals.yaml").write_text("train: a\nval: a\nnames:\n  0: ship\n", encoding="utf-8")
    with pytest.raises(DatasetDescriptionError, match="other classes"):
        train_network(load_training(tmp_path / "train.toml"), **options, also=(unpacked,))
