"""A checkpoint rebuilt from an export computes what the export computes; another architecture's export is refused."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from shared_data import REPOSITORY

from vision.errors import TrainingDescriptionError
from vision.training.train import TrainingDescription, load_training
from vision.training.warm_start import checkpoint_from_onnx


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    rng = np.random.default_rng(5)
    for index in range(3):
        coarse = rng.integers(0, 255, (12, 12, 3), dtype=np.uint8)
        cv2.imwrite(
            str(tmp_path / f"{index}.jpg"), cv2.resize(coarse, (384, 384), interpolation=cv2.INTER_CUBIC)
        )
    return tmp_path


@pytest.fixture
def water() -> TrainingDescription:
    return load_training(REPOSITORY / "models" / "draft-water" / "train.toml")


def test_the_rebuilt_network_is_the_exported_one(
    water: TrainingDescription, pictures: Path, tmp_path: Path
) -> None:
    """The function itself compares both networks' outputs on pictures and refuses where they differ."""
    exported = REPOSITORY / "models" / "draft-water" / "weights.onnx"
    rebuilt = checkpoint_from_onnx(
        water, exported, classes=2, pictures=pictures, destination=tmp_path / "runs" / "base.pt"
    )
    assert rebuilt.stat().st_size > 1_000_000


def test_the_export_of_another_architecture_is_refused(
    water: TrainingDescription, pictures: Path, tmp_path: Path
) -> None:
    exported = REPOSITORY / "models" / "draft-numerals" / "weights.onnx"
    with pytest.raises(TrainingDescriptionError, match="convolutions; the architecture has"):
        checkpoint_from_onnx(
            replace(water, name="other"),
            exported,
            classes=2,
            pictures=pictures,
            destination=tmp_path / "base.pt",
        )
