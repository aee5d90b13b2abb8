"""From descriptions to data sets, weights and registered networks.

Joins `vision.synthetic` and `vision.training`, which need the extra `[train]`.
Left out: choosing anything; the descriptions in `datasets/` and `models/` say it all.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from api.pipelines.errors import TrainingNotInstalledError, UnknownDeviceError

REMARKS_ON_DECIDED = (
    "**Weak labels**: boxes and masks are the networks' own, checked by the draft that a person decided.",
    "**Boxes** whose text the lattice of marks demands have `by_lattice` in `truth/`.",
    "**Masks** only where the decided draft bears the waterline out; the other frames are in `by-hand.csv`.",
    "**Provenance** by reading, record and footage hash in `manifest.json`; no names of persons, ships or files.",
)


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


def train(
    folder: Path, *, dataset: Path, base: Path | None, runs: Path, device: str, also: tuple[Path, ...] = ()
) -> Path:
    """Train the network that a folder of `models/` describes, on one data set or several; gives the best checkpoint.

    Raises:
        TrainingNotInstalledError: The extra `[train]` is not installed.
        UnknownDeviceError: This machine has no such device.
        TrainingDescriptionError: The description cannot be followed.
        DatasetDescriptionError: The data set was not built.
    """
    _require_training()
    from vision.training.train import load_training, train_network

    _require_device(device)
    description = load_training(folder / "train.toml")
    return train_network(description, dataset=dataset, base=base, runs=runs, device=device, also=also)


def validate_checkpoint(
    folder: Path, *, checkpoint: Path, dataset: Path, device: str
) -> dict[str, dict[str, float]]:
    """Ultralytics' own metrics of a checkpoint on a data set's validation part.

    Raises:
        TrainingNotInstalledError: The extra `[train]` is not installed.
        UnknownDeviceError: This machine has no such device.
        DatasetDescriptionError: The data set was not built.
        TrainingDescriptionError: The description cannot be followed.
    """
    _require_training()
    from vision.training.train import load_checkpoint, load_training, require_built

    _require_device(device)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How a network's file is judged.

    Attributes:
        file: ONNX or OpenVINO's .xml; None takes the registered one.
        longest_px: Length to which a picture's longer side is scaled; None leaves it.
        exact: Whether to compute in float32 where the processor would rather use bfloat16.
    """

    file: Path | None = None
    longest_px: int | None = None
    exact: bool = False


def evaluate_file(
    folder: Path, judged: Judged, *, dataset: Path, part: str, progress: Callable[[int, int], None]
) -> dict[str, dict[str, float]]:
    """Metrics by condition of a network's file, run as the reader runs it; with the time of a picture in "all".

    Args:
        folder: The network's folder in `models/`.
        judged: Which file, and how.
        dataset: A data set that was built.
        part: Its part, for example "val".
        progress: Called with what is done and how much there is.

    Raises:
        DatasetDescriptionError: The data set lacks the part.
        UnknownNetworkError: The network is not registered or its file is not there.
        NetworkChecksumError: Its file is not the registered one.
        TrainingDescriptionError: The description cannot be followed.
    """
    from vision.detection.registry import registered_network
    from vision.errors import DatasetDescriptionError
    from vision.training.candidates import CandidateNetwork
    from vision.training.evaluation import evaluate_characters, evaluate_water
    from vision.training.train import load_training

    if not (dataset / "truth" / part).is_dir():
        raise DatasetDescriptionError(dataset, f"no part {part!r} with its truth; build the data set first")
    description = load_training(folder / "train.toml")
    entry = registered_network(description.name, folder=folder.resolve().parent)
    network = CandidateNetwork(
        judged.file or entry.file, classes=entry.classes, longest_px=judged.longest_px, exact=judged.exact
    )
    judge = evaluate_characters if description.task == "detect" else evaluate_water
    metrics = judge(network, dataset, part=part, progress=progress)
    if "all" in metrics:
        metrics["all"]["ms_per_picture"] = network.median_ms
    return metrics


def export_network(folder: Path, *, checkpoint: Path) -> str:
    """Write a checkpoint as the network's ONNX file and enter its digest in the registry beside it.

    Args:
        folder: The network's folder in `models/`.
        checkpoint: Ultralytics' .pt file.

    Returns:
        SHA-256 of the file.

    Raises:
        TrainingNotInstalledError: The extra `[train]` is not installed.
        TrainingDescriptionError: The description cannot be followed, or it is no checkpoint.
        UnknownNetworkError: The registry has no entry for the network; nothing was written.
        RegistryError: The registry cannot be read or written as one.
    """
    _require_training()
    from vision.training.export import export_onnx
    from vision.training.registration import register_digest, require_registered
    from vision.training.train import load_training

    description = load_training(folder / "train.toml")
    registry = folder.resolve().parent / "registry.toml"
    require_registered(registry, description.name)
    weights, part = folder / "weights.onnx", folder / "weights.part.onnx"
    # What is registered stays as it is until the new file is whole.
    try:
        digest = export_onnx(checkpoint, part, task=description.task)
        part.replace(weights)
    finally:
        part.unlink(missing_ok=True)
    register_digest(registry, description.name, digest)
    return digest


def pack_dataset(
    folder: Path,
    destination: Path,
    *,
    name: str,
    source: str,
    licence: str,
    progress: Callable[[int, int], None],
    provenance: tuple[dict[str, Any], ...] = (),
    left_out: dict[str, int] | None = None,
) -> dict[str, Any]:
    """Write a data set as one ZIP file with its card and a manifest.

    Args:
        folder: Filled by `build_dataset` or `export_footage`.
        destination: The file.
        name: The data set's name.
        source: "rendered" or "decided".
        licence: Under which its pictures may be used.
        progress: Called with files done and files in all.
        provenance: One entry a picture of real footage.
        left_out: How many were left out, by why.

    Returns:
        The manifest.

    Raises:
        DatasetDescriptionError: The folder holds no data set, or a picture lacks its labels.
    """
    from vision.training.packing import About
    from vision.training.packing import pack_dataset as pack

    remarks = REMARKS_ON_DECIDED if source == "decided" else ()
    about = About(
        name=name,
        source=source,
        licence=licence,
        remarks=remarks,
        provenance=provenance,
        left_out=left_out or {},
    )
    return pack(folder, destination, about, progress=progress)


def _require_device(device: str) -> None:
    """Refuse a device before the trainer does, which takes minutes to get there and says it in a page."""
    from vision.training.devices import training_devices

    there = training_devices()
    # Several graphics cards are "0,1"; the processor cannot be one of several.
    asked = device.split(",")
    if not set(asked) <= set(there) or (len(asked) > 1 and not all(one.isdecimal() for one in asked)):
        raise UnknownDeviceError(device, there)


def _require_training() -> None:
    """Whether the renderer's and the trainer's packages are there, without the seconds that importing torch takes."""
    if any(find_spec(package) is None for package in ("PIL", "ultralytics")):
        raise TrainingNotInstalledError
