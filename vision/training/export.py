"""Export a trained network to ONNX in the form the run time reads, with any input size in multiples of 32.

Detection: centre, size and class scores of every anchor, of the head that keeps several boxes on one object, since what
else a character may be is worth knowing. Segmentation: probability of water at the input's own size.
Left out: quantisation.
"""

import hashlib
import warnings
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
    export_network(network, destination, task=task)
    return hashlib.sha256(destination.read_bytes()).hexdigest()


def export_network(network: Any, destination: Path, *, task: str) -> None:
    """Write a network as ONNX.

    Args:
        network: An Ultralytics network, which is changed into its exported form.
        destination: The .onnx file to write.
        task: "detect" or "semantic".
    """
    sample = torch.zeros(1, 3, 384, 384)
    with warnings.catch_warnings():
        # The older exporter takes any input size by dynamic_axes; it is deprecated, not gone.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            exportable(network, task=task),
            (sample,),
            str(destination),
            input_names=["image"],
            output_names=["boxes" if task == "detect" else "water"],
            dynamic_axes={"image": {0: "batch", 2: "height", 3: "width"}},
            opset_version=OPSET,
            dynamo=False,
        )
    _simplify(destination)


def exportable(network: Any, *, task: str) -> nn.Module:
    """What is exported of a network: its inputs and outputs as the run time has them.

    Args:
        network: An Ultralytics network.
        task: "detect" or "semantic".

    Returns:
        The network in evaluation mode behind its export's outputs.
    """
    wrapped = _Boxes(network) if task == "detect" else _WaterProbability(network)
    return wrapped.eval()


def _simplify(path: Path) -> None:
    import onnx
    import onnxslim

    onnx.save(onnxslim.slim(onnx.load(str(path))), str(path))


class _Boxes(nn.Module):  # type: ignore[misc]  # torch is untyped where the extra is not installed
    """Every anchor of the one-to-many head, (batch, 4 + classes, anchors): centre x, y, width, height, scores."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        head = network.model[-1]
        head.export, head.format, head.dynamic, head.end2end = True, "onnx", True, False

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        anchors = self.network(image)
        return anchors[0] if isinstance(anchors, list | tuple) else anchors


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
