"""The export: the head's logits become a probability of water at the picture's own size, as the run time reads it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from vision.detection.openvino_network import OpenVinoNetwork
from vision.training import export as export_module
from vision.training.export import export_onnx


class Redness(nn.Module):  # type: ignore[misc]  # torch is untyped where the extra is not installed
    """Two classes at an eighth of the size: water where the picture is red."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        red = nn.functional.avg_pool2d(image[:, :1], 8)
        return torch.cat([torch.zeros_like(red), 20 * (red - 0.5)], dim=1)


class Checkpoint:
    """Stands where Ultralytics' loaded network stands."""

    def __init__(self) -> None:
        self.model = Redness()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_a_segmenter_gives_the_probability_of_water_at_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(path: Path, *, task: str) -> Checkpoint:
        assert (path.name, task) == ("best.pt", "semantic")
        return Checkpoint()

    monkeypatch.setattr(export_module, "load_checkpoint", loaded)
    path = tmp_path / "weights.onnx"
    digest = export_onnx(tmp_path / "best.pt", path, task="semantic")

    network = OpenVinoNetwork(path, threads=1)
    image = np.zeros((96, 64, 3), dtype=np.uint8)
    image[48:, :, 2] = 255
    water = network.infer(image)
    assert water.shape == (1, 96, 64)
    assert float(water[0, :40].max()) < 0.01
    assert float(water[0, 56:].min()) > 0.99
    assert float(water[0, 47:49].mean()) == pytest.approx(0.5, abs=0.1)
    assert len(digest) == 64
