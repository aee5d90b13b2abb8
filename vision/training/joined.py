"""One description of several data sets: all of them train, the first one alone validates.

An export of decided readings is small; by itself it would make a network forget what the rendered scenes taught it.
Left out: weighing them; a data set counts by its pictures.
"""

from pathlib import Path
from typing import Any

from vision.errors import DatasetDescriptionError


def joined_description(data: str, datasets: tuple[Path, ...], destination: Path) -> Path:
    """Write a description for Ultralytics that trains on several data sets.

    Args:
        data: Name of the description in each of them, for example "numerals.yaml".
        datasets: Their folders; the first one's validation part is used.
        destination: The file to write.

    Returns:
        `destination`.

    Raises:
        DatasetDescriptionError: Their classes differ.
    """
    from ultralytics.utils import YAML

    first, *others = [(dataset, YAML.load(dataset / data)) for dataset in datasets]
    for dataset, content in others:
        if content["names"] != first[1]["names"]:
            raise DatasetDescriptionError(
                dataset, f"its {data} has other classes than that of {first[0]}; accepted: the same"
            )
    joined = {
        **first[1],
        "path": str(first[0].resolve()),
        "train": [
            part for dataset, content in (first, *others) for part in _parts(dataset, content, "train")
        ],
        "val": _parts(*first, "val"),
    }
    destination.parent.mkdir(parents=True, exist_ok=True)
    YAML.save(destination, joined)
    return destination


def _parts(dataset: Path, content: dict[str, Any], part: str) -> list[str]:
    root = Path(content.get("path", dataset))
    named = content[part]
    return [str((root / one).resolve()) for one in ([named] if isinstance(named, str) else named)]
