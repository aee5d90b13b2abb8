"""Train one network as its `train.toml` says.

Ultralytics does the training; this module turns the description into its arguments.
Left out: choosing hyper-parameters, and any download: base weights are a file the caller names, or none.
"""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vision.errors import TrainingDescriptionError

TASKS = ("detect", "semantic")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingDescription:
    """How a network is trained.

    Attributes:
        name: The network's name, that of its folder in `models/`.
        task: "detect" or "semantic".
        architecture: An Ultralytics architecture file's name.
        data: Name of the description inside the data set's folder, for example "numerals.yaml".
        arguments: Passed to Ultralytics' trainer as they are.
    """

    name: str
    task: str
    architecture: str
    data: str
    arguments: dict[str, Any]


def load_training(path: Path) -> TrainingDescription:
    """Read a `train.toml`.

    Args:
        path: The file.

    Returns:
        The description.

    Raises:
        TrainingDescriptionError: A key is missing or the task is unknown.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        description = TrainingDescription(
            name=content["name"],
            task=content["task"],
            architecture=content["architecture"],
            data=content["data"],
            arguments=content["arguments"],
        )
    except KeyError as error:
        raise TrainingDescriptionError(path, f"missing key {error}") from error
    if description.task not in TASKS:
        raise TrainingDescriptionError(path, f"task {description.task!r}; accepted: {', '.join(TASKS)}")
    return description


def train_network(
    description: TrainingDescription, *, dataset: Path, base: Path | None, runs: Path, device: str
) -> Path:
    """Train.

    Args:
        description: How.
        dataset: Folder that `build_dataset` filled.
        base: Weights to start from (.pt); None starts from random weights.
        runs: Folder that receives logs and checkpoints, under the network's name.
        device: "cpu", or what Ultralytics takes ("0" for the first GPU).

    Returns:
        The best checkpoint (.pt).
    """
    yolo = load_ultralytics()
    network = yolo(description.architecture, task=description.task)
    if base is not None:
        network.load(str(base))
    network.train(
        data=str(dataset / description.data),
        project=str(runs.resolve()),
        name=description.name,
        exist_ok=True,
        device=device,
        plots=False,
        **description.arguments,
    )
    return runs / description.name / "weights" / "best.pt"


def load_ultralytics() -> Any:
    """Ultralytics' YOLO class, told to stay off the network."""
    os.environ.setdefault("YOLO_OFFLINE", "True")
    os.environ.setdefault("YOLO_AUTOINSTALL", "False")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from vision.training.torchvision_cpu import prepare_torchvision

    prepare_torchvision()
    from ultralytics import YOLO

    return YOLO
