"""A trainable checkpoint from an exported ONNX file, so that a better run can go on from the registered weights.

Export folds batch normalisation into the convolutions; here each gets its normalisation back, with statistics taken
from pictures, such that the outputs stay what they were. Left out: optimiser state, which an export does not hold.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from vision.errors import TrainingDescriptionError
from vision.training.export import export_network, exportable
from vision.training.train import TrainingDescription, load_ultralytics

_PICTURES, _SIZE_PX = 96, 384
_LARGEST_DIFFERENCE = 0.05


def checkpoint_from_onnx(
    description: TrainingDescription, onnx_file: Path, *, classes: int, pictures: Path, destination: Path
) -> Path:
    """Rebuild a checkpoint that computes what an exported file computes, but for layers of another width.

    Args:
        description: Of the network, for its architecture.
        onnx_file: What `export_onnx` wrote for the same architecture.
        classes: How many classes it has.
        pictures: Folder of training pictures, for the normalisation's statistics.
        destination: The .pt file to write.

    Returns:
        `destination`.

    Raises:
        TrainingDescriptionError: The file is of another architecture, or the rebuilt network computes something else.
    """
    wrapper = load_ultralytics()(description.architecture, task=description.task)
    network = type(wrapper.model)(description.architecture, nc=classes, verbose=False).eval()
    batch = _batch(pictures, _PICTURES)
    anew = _take_weights(network, onnx_file, task=description.task)
    _separate_normalisation(network, batch)
    if (
        not anew
        and (off := _difference(network, onnx_file, batch[:2], task=description.task)) > _LARGEST_DIFFERENCE
    ):
        raise TrainingDescriptionError(onnx_file, f"the rebuilt network differs from it by {off:.3f}")
    destination.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"model": network, "train_args": {}}, destination)
    return destination


def _batch(pictures: Path, count: int) -> torch.Tensor:
    paths = sorted(pictures.glob("*.jpg"))[:count]
    images = [cv2.resize(np.asarray(cv2.imread(str(path))), (_SIZE_PX, _SIZE_PX)) for path in paths]
    rgb = np.stack(images)[..., ::-1].transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(rgb)).float() / 255


def _take_weights(network: Any, onnx_file: Path, *, task: str) -> int:
    """Copy every exported convolution, and let unexported branches start as copies of the exported.

    Returns:
        How many could not be copied, being of another width; they start anew.
    """
    exported = list(_exported_convolutions(onnx_file))
    convolutions = _in_exported_order(network, task=task)
    if len(exported) != len(convolutions):
        raise TrainingDescriptionError(
            onnx_file, f"{len(exported)} convolutions; the architecture has {len(convolutions)}"
        )
    anew = 0
    owners = {id(module.conv): module.bn for module in network.modules() if hasattr(module, "bn")}
    for convolution, (weight, bias) in zip(convolutions, exported, strict=True):
        if weight.shape != convolution.weight.shape:
            anew += 1
            continue
        convolution.weight.data.copy_(weight)
        normalisation = owners.get(id(convolution))
        if normalisation is None:
            convolution.bias.data.copy_(bias)
        else:
            _set_normalisation(normalisation, torch.zeros_like(bias), torch.ones_like(bias), bias)
    head = network.model[-1]
    for name in ("cv2", "cv3"):
        if hasattr(head, f"one2one_{name}"):
            getattr(head, f"one2one_{name}").load_state_dict(getattr(head, name).state_dict())
    return anew


def _exported_convolutions(onnx_file: Path) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(onnx_file)).graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv":
            weight, bias = (numpy_helper.to_array(constants[name]) for name in node.input[1:3])
            yield torch.from_numpy(weight.copy()), torch.from_numpy(bias.copy())


def _in_exported_order(network: Any, *, task: str) -> list[Any]:
    """The convolutions in the order of an export: it is exported, and its random weights are known again."""
    folded = {
        id(module.conv): module.bn.weight.data / (module.bn.running_var + module.bn.eps).sqrt()
        for module in network.modules()
        if hasattr(module, "bn")
    }
    left = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    order: list[Any] = []
    with TemporaryDirectory() as folder:
        probe = Path(folder) / "probe.onnx"
        export_network(copy.deepcopy(network), probe, task=task)
        for weight, _ in _exported_convolutions(probe):
            found = next(module for module in left if _is_folded(module, folded.get(id(module)), weight))
            left.remove(found)
            order.append(found)
    return order


def _is_folded(convolution: Any, factor: torch.Tensor | None, weight: torch.Tensor) -> bool:
    if convolution.weight.shape != weight.shape:
        return False
    own = convolution.weight.data if factor is None else convolution.weight.data * factor[:, None, None, None]
    return bool(torch.allclose(own, weight, atol=1e-6))


def _separate_normalisation(network: Any, batch: torch.Tensor) -> None:
    """Give each normalisation the mean and variance of what reaches it, its outputs unchanged."""
    sums: dict[int, list[torch.Tensor]] = {}

    def gather(module: Any, given: torch.Tensor) -> None:
        moments = torch.stack([given.mean(dim=(0, 2, 3)), given.square().mean(dim=(0, 2, 3))])
        sums.setdefault(id(module), []).append(moments)

    with _hooked(network, nn.BatchNorm2d, gather):
        for part in batch.split(8):
            network(part)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d) and id(module) in sums:
            mean, square = torch.stack(sums[id(module)]).mean(dim=0)
            offset = module.bias.data - module.running_mean * module.weight.data
            _set_normalisation(module, mean, (square - mean.square()).clamp(min=1e-4), offset)


def _set_normalisation(module: Any, mean: torch.Tensor, variance: torch.Tensor, offset: torch.Tensor) -> None:
    """Make a normalisation the addition of `offset`, around the given statistics."""
    module.running_mean.copy_(mean)
    module.running_var.copy_(variance)
    module.weight.data.copy_((variance + module.eps).sqrt())
    module.bias.data.copy_(offset + mean)


def _difference(network: Any, onnx_file: Path, batch: torch.Tensor, *, task: str) -> float:
    """Largest difference of probabilities between the rebuilt network and the file."""
    from vision.detection.openvino_network import OpenVinoNetwork

    with torch.no_grad():
        rebuilt = exportable(network, task=task)(batch).numpy()
    exported = OpenVinoNetwork(onnx_file, threads=1, exact=True)
    pictures = (batch.numpy().transpose(0, 2, 3, 1)[..., ::-1] * 255).round().astype(np.uint8)
    given = np.stack([exported.infer(np.ascontiguousarray(picture)) for picture in pictures])
    first = 4 if task == "detect" else 0
    return float(np.quantile(np.abs(rebuilt[:, first:] - given[:, first:]), 0.999))


@contextmanager
def _hooked(network: Any, kind: type[Any], seen: Callable[[Any, torch.Tensor], None]) -> Iterator[None]:
    """Call `seen` with each module of a kind and what it is given, without gradients."""
    handles = [
        module.register_forward_pre_hook(lambda module, given: seen(module, given[0]))
        for module in network.modules()
        if isinstance(module, kind)
    ]
    try:
        with torch.no_grad():
            yield
    finally:
        for handle in handles:
            handle.remove()
