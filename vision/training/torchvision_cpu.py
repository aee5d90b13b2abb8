"""Make a CUDA-linked torchvision wheel importable beside a CPU build of torch.

The wheel registers its operators from a library that CPU-only torch cannot load; Ultralytics needs one of them,
non-maximum suppression, which is given here in plain torch. Left out: every other torchvision operator.
"""

import sys

import torch

_libraries: list[torch.library.Library] = []


def prepare_torchvision() -> None:
    """Register the operator where torch is a CPU build; does nothing where CUDA is there or torchvision is loaded."""
    if torch.version.cuda is not None or "torchvision" in sys.modules or _libraries:
        return
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.impl("nms", _suppress, "CPU")
    _libraries.append(library)
    import torchvision.ops.boxes

    torchvision.ops.boxes._assert_has_ops = lambda: None  # noqa: SLF001  # its check looks for the missing library


def _suppress(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Greedy non-maximum suppression: indices of the boxes kept, by falling score."""
    order = scores.sort(stable=True, descending=True).indices
    corners = boxes.float()[order]
    area = (corners[:, 2:] - corners[:, :2]).clamp(min=0).prod(dim=1)
    free = torch.ones(len(corners), dtype=torch.bool)
    kept: list[int] = []
    for index in range(len(corners)):
        if not free[index]:
            continue
        kept.append(index)
        low = torch.maximum(corners[index, :2], corners[:, :2])
        high = torch.minimum(corners[index, 2:], corners[:, 2:])
        shared = (high - low).clamp(min=0).prod(dim=1)
        free &= shared <= iou_threshold * (area[index] + area - shared).clamp(min=1e-9)
    return order[torch.tensor(kept, dtype=torch.long)]
