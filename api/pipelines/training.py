"""From descriptions to data sets, weights and registered networks.

Joins `vision.synthetic` and `vision.training`, which need the extra `[train]`.
Left out: choosing anything; the descriptions in `datasets/` and `models/` say it all.
"""

import os
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from api.pipelines.errors import TrainingNotInstalledError


def build_dataset(folder: Path, destination: Path, *, progress: Callable[[int, int], None]) -> None:
    """Render the data set that a folder describes by `dataset.toml` (stills) or `clips.toml` (clips).

    Args:
        folder: A folder of `datasets/`.
        destination: Where the files go.
        progress: Called with what is done and how much there is.

    Raises:
        TrainingNotInstalledError: The extra `[train]` is not installed.
        DatasetDescriptionError: The description cannot be followed.
    """
    _require_training()
    from vision.synthetic.clips import load_clips, render_clips
    from vision.synthetic.dataset import build_dataset as render
    from vision.synthetic.dataset import load_description

    if (folder / "clips.toml").is_file():
        render_clips(load_clips(folder / "clips.toml"), destination, progress=progress)
        return
    description = load_description(folder / "dataset.toml")
    render(description, destination, processes=os.cpu_count() or 1, progress=progress)


def train(folder: Path, *, dataset: Path, base: Path | None, runs: Path, device: str) -> Path:
    """Train the network that a folder of `models/` describes; gives the best checkpoint.

    Raises:
        TrainingNotInstalledError: The extra `[train]` is not installed.
        TrainingDescriptionError: The description cannot be followed.
    """
    _require_training()
    from vision.training.train import load_training, train_network

    description = load_training(folder / "train.toml")
    return train_network(description, dataset=dataset, base=base, runs=runs, device=device)


def validate_checkpoint(
    folder: Path, *, checkpoint: Path, dataset: Path, device: str
) -> dict[str, dict[str, float]]:
    """Ultralytics' own metrics of a checkpoint on a data set's validation part.

    Raises:
        TrainingNotInstalledError: The extra `[train]` is not installed.
        DatasetDescriptionError: The data set was not built.
        TrainingDescriptionError: The description cannot be followed.
    """
    _require_training()
    from vision.training.train import load_checkpoint, load_training, require_built

    description = load_training(folder / "train.toml")
    require_built(dataset, description)
    network = load_checkpoint(checkpoint, task=description.task)
    outcome = network.val(
        data=str(dataset / description.data),
        imgsz=description.arguments["imgsz"],
        device=device,
        plots=False,
        workers=0,
    )
    return {"all": {name: float(value) for name, value in outcome.results_dict.items()}}


def evaluate_registered(
    folder: Path, *, dataset: Path, part: str, progress: Callable[[int, int], None]
) -> dict[str, dict[str, float]]:
    """Metrics by condition of the registered ONNX file of a network, run as the reader runs it.

    Args:
        folder: The network's folder in `models/`.
        dataset: A data set that was built.
        part: Its part, for example "val".
        progress: Called with what is done and how much there is.

    Raises:
        DatasetDescriptionError: The data set lacks the part.
        UnknownNetworkError: The network is not registered or its file is not there.
        NetworkChecksumError: Its file is not the registered one.
        TrainingDescriptionError: The description cannot be followed.
    """
    from vision.draft.networks import OpenVinoDraftNetworks
    from vision.errors import DatasetDescriptionError
    from vision.training.evaluation import evaluate_characters, evaluate_water
    from vision.training.train import load_training

    if not (dataset / "truth" / part).is_dir():
        raise DatasetDescriptionError(dataset, f"no part {part!r} with its truth; build the data set first")
    task = load_training(folder / "train.toml").task
    networks = OpenVinoDraftNetworks(folder=folder.resolve().parent)
    judge = evaluate_characters if task == "detect" else evaluate_water
    return judge(networks, dataset, part=part, progress=progress)


def export_network(folder: Path, *, checkpoint: Path) -> str:
    """Write a checkpoint as the network's ONNX file and enter its digest in the registry beside it.

    Args:
        folder: The network's folder in `models/`.
        checkpoint: Ultralytics' .pt file.

    Returns:
        SHA-256 of the file.

    Raises:
        TrainingNotInstalledError: The extra `[train]` is not installed.
        TrainingDescriptionError: The description cannot be followed.
    """
    _require_training()
    from vision.training.export import export_onnx
    from vision.training.train import load_training

    description = load_training(folder / "train.toml")
    digest = export_onnx(checkpoint, folder / "weights.onnx", task=description.task)
    _register(folder.parent / "registry.toml", name=description.name, digest=digest)
    return digest


def _register(registry: Path, *, name: str, digest: str) -> None:
    """Replace the digest of one network, leaving every other line as it is."""
    content = registry.read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(content)["network"]
    before = next(entry["sha256"] for entry in entries if entry["name"] == name)
    registry.write_text(content.replace(before, digest), encoding="utf-8")


def _require_training() -> None:
    """Whether the renderer's and the trainer's packages are there, without the seconds that importing torch takes."""
    if any(find_spec(package) is None for package in ("PIL", "ultralytics")):
        raise TrainingNotInstalledError
