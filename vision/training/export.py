"""Export a trained network to ONNX in the form the run time reads, with any input size in multiples of 32.

Detection: rows of x1, y1, x2, y2, score, class. Segmentation: probability of water at the input's own size.
Left out: quantisation.
"""

import hashlib
from pathlib import Path
from typing import Any

import torch
from torch import nn

from vision.training.train import load_checkpoint

OPSET = 17


def export_onnx(checkpoint: Path, destination: Path, *, task: str) -> str:
    """Write a checkpoint as ONNX.

    Args:
        checkpoint: Ultralytics' .pt file.
        destination: The .onnx file to write.
        task: "detect" or "semantic".

    Returns:
        SHA-256 of the file, in hexadecimal.

    Raises:
        TrainingDescriptionError: It is no checkpoint.
    """
    network = load_checkpoint(checkpoint, task=task).model.float().cpu().eval()
    wrapped = _Boxes(network) if task == "detect" else _WaterProbability(network)
    sample = torch.zeros(1, 3, 384, 384)
    torch.onnx.export(
        wrapped.eval(),
        (sample,),
        str(destination),
        input_names=["image"],
        output_names=["boxes" if task == "detect" else "water"],
        dynamic_axes={"image": {0: "batch", 2: "height", 3: "width"}},
        opset_version=OPSET,
        dynamo=False,
    )
    _simplify(destination)
    return hashlib.sha256(destination.read_bytes()).hexdigest()


def _simplify(path: Path) -> None:
    import onnx
    import onnxslim

    onnx.save(onnxslim.slim(onnx.load(str(path))), str(path))


class _Boxes(nn.Module):  # type: ignore[misc]  # torch is untyped where the extra is not installed
    """The end-to-end head's rows, (batch, 300, 6)."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        head = network.model[-1]
        head.export, head.format, head.dynamic = True, "onnx", True

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        rows = self.network(image)
        return rows[0] if isinstance(rows, list | tuple) else rows


class _WaterProbability(nn.Module):  # type: ignore[misc]  # as above
    """The second class's probability, enlarged from the head's eighth to the input's size: (batch, 1, h, w)."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        logits = self.network(image)
        logits = logits[0] if isinstance(logits, list | tuple) else logits
        enlarged = nn.functional.interpolate(logits, scale_factor=8.0, mode="bilinear", align_corners=False)
        return enlarged.softmax(dim=1)[:, 1:2]
