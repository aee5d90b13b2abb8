"""Train one network as its `train.toml` says.

Ultralytics does the training; this module turns the description into its arguments.
Left out: choosing hyper-parameters, and any download: base weights are a file the caller names, or none.
"""

import logging
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from vision.errors import DatasetDescriptionError, TrainingDescriptionError

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
        TrainingDescriptionError: There is no such file, it is no TOML, a key is missing or the task is unknown.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingDescriptionError(path, f"{error.strerror}; accepted: a network's train.toml") from error
    except ValueError as error:
        raise TrainingDescriptionError(path, f"is no TOML: {error}") from error
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
    description: TrainingDescription,
    *,
    dataset: Path,
    base: Path | None,
    runs: Path,
    device: str,
    also: tuple[Path, ...] = (),
) -> Path:
    """Train.

    Args:
        description: How.
        dataset: Folder that `build_dataset` filled.
        base: Weights to start from (.pt, or .onnx as exported here); None starts from random weights.
        runs: Folder that receives logs and checkpoints, under the network's name.
        device: "cpu", or what Ultralytics takes ("0" for the first GPU).
        also: Further data sets to train on; `dataset` alone validates.

    Returns:
        The best checkpoint (.pt).

    Raises:
        DatasetDescriptionError: A data set was not built, or has other classes.
        TrainingDescriptionError: The base is no checkpoint.
    """
    for one in (dataset, *also):
        require_built(one, description)
    yolo = load_ultralytics()
    network = yolo(description.architecture, task=description.task)
    if base is not None:
        checkpoint = _checkpoint(base, description, dataset=dataset, runs=runs)
        load_checkpoint(checkpoint, task=description.task)
        network.load(str(checkpoint))
    if device == "cpu" and bfloat16_is_native():
        network.add_callback("on_train_start", forward_in_bfloat16)
    network.train(
        data=str(_data(description, (dataset, *also), runs)),
        project=str(runs.resolve()),
        name=description.name,
        exist_ok=True,
        device=device,
        plots=False,
        **description.arguments,
    )
    return runs / description.name / "weights" / "best.pt"


def _data(description: TrainingDescription, datasets: tuple[Path, ...], runs: Path) -> Path:
    """The description that the trainer reads: a data set's own, or one of several."""
    if len(datasets) == 1:
        return datasets[0] / description.data
    from vision.training.joined import joined_description

    return joined_description(description.data, datasets, runs / f"{description.name}-data.yaml")


def require_built(dataset: Path, description: TrainingDescription) -> None:
    """Refuse a data set that was not built.

    Args:
        dataset: Folder that `build_dataset` filled.
        description: Names the file that it then holds.

    Raises:
        DatasetDescriptionError: There is no such file.
    """
    if not (dataset / description.data).is_file():
        raise DatasetDescriptionError(dataset, f"no {description.data} in it; build the data set first")


def load_checkpoint(path: Path, *, task: str) -> Any:
    """Open a checkpoint with Ultralytics' YOLO class.

    Args:
        path: A .pt file.
        task: "detect" or "semantic".

    Returns:
        Ultralytics' network.

    Raises:
        TrainingDescriptionError: It is no such file.
    """
    accepted = "accepted: a checkpoint (.pt) that `hullmark train` wrote"
    # A .pt file is a ZIP archive; the loader would take other names for other formats, or for a download.
    if path.suffix != ".pt" or not is_zipfile(path):
        raise TrainingDescriptionError(path, f"is no checkpoint; {accepted}")
    try:
        return load_ultralytics()(str(path), task=task)
    except (RuntimeError, ValueError, TypeError, AttributeError, KeyError, EOFError) as error:
        raise TrainingDescriptionError(path, f"cannot be loaded ({error}); {accepted}") from error


def _checkpoint(base: Path, description: TrainingDescription, *, dataset: Path, runs: Path) -> Path:
    """The weights to start from as a checkpoint; an exported file is made one."""
    if base.suffix != ".onnx":
        return base
    from ultralytics.utils import YAML

    from vision.training.warm_start import checkpoint_from_onnx

    names = YAML.load(dataset / description.data)["names"]
    return checkpoint_from_onnx(
        description,
        base,
        classes=len(names),
        pictures=dataset / "images" / "train",
        destination=runs / f"{description.name}-base.pt",
    )


def bfloat16_is_native() -> bool:
    """Whether this processor multiplies in bfloat16, in which a step of training takes about 0.6 of the time."""
    import torch

    return bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def forward_in_bfloat16(trainer: Any) -> None:
    """Let the network trained run forward and backward in bfloat16; weights, outputs and loss stay float32.

    Ultralytics' own `amp` is for GPUs only. The averaged copy that it validates and saves is left as it is.

    Args:
        trainer: Ultralytics' trainer when training starts; its network's `predict` is wrapped.
    """
    import torch

    network = trainer.model
    predict = network.predict

    def predict_in_bfloat16(*arguments: Any, **named: Any) -> Any:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return _in_float32(predict(*arguments, **named))

    network.predict = predict_in_bfloat16


def _in_float32(outputs: Any) -> Any:
    """Tensors inside tuples, lists and dictionaries as float32."""
    if isinstance(outputs, dict):
        return {name: _in_float32(value) for name, value in outputs.items()}
    if isinstance(outputs, list | tuple):
        return type(outputs)(_in_float32(value) for value in outputs)
    return outputs.float()


def _is_no_greeting(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("Creating new Ultralytics Settings")


def load_ultralytics() -> Any:
    """Ultralytics' YOLO class, told to stay off the network and not to announce its settings file."""
    logging.getLogger("ultralytics").addFilter(_is_no_greeting)
    os.environ.setdefault("YOLO_OFFLINE", "True")
    os.environ.setdefault("YOLO_AUTOINSTALL", "False")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from vision.training.torchvision_cpu import prepare_torchvision

    prepare_torchvision()
    from ultralytics import YOLO

    return YOLO
