"""How well the registered networks do, by condition, on a rendered data set: run as the reader runs them.

Characters are matched at half overlap (the detection literature's usual IoU 0.5); the contact is compared row by row.
Left out: average precision of a checkpoint, which Ultralytics' own validation gives, and drafts, which the bench does.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.draft.numerals import MarkCharacter

Array = NDArray[np.float64]
Image = NDArray[np.uint8]
Report = dict[str, dict[str, float]]

_SCORE = 0.25
_SAME_IOU = 0.5
_SMALL_PX, _LARGE_PX = 14.0, 28.0
_DARK_LUMINANCE = 40.0
# A mask's pixel of which nobody knows what it shows.
_UNKNOWN = 255


class EvaluatedNetworks(Protocol):
    """What is evaluated; `vision.draft.networks.OpenVinoDraftNetworks` is one."""

    def characters(self, image_bgr: Image, *, least_score: float) -> tuple[MarkCharacter, ...]:
        """Characters in a picture at its own resolution."""

    def water(self, image_bgr: Image) -> NDArray[np.float32]:
        """Probability of water in each pixel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Example:
    image_bgr: Image
    water: NDArray[np.uint8]
    characters: tuple[tuple[str, Array], ...]
    contact_px: Array
    conditions: tuple[str, ...]


def evaluate_characters(
    networks: EvaluatedNetworks, dataset: Path, *, part: str, progress: Callable[[int, int], None]
) -> Report:
    """Recall, precision and misreading of characters.

    Args:
        networks: The networks.
        dataset: Folder that `build_dataset` filled.
        part: Its part, for example "val".
        progress: Called with pictures done and pictures in all.

    Returns:
        By condition: "characters" (how many there are), "recall" (share found and read rightly), "misread" (share
        found but read as another), "precision" (share of what is found that is right; by picture conditions only).
    """
    tally: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    found_right: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for example in _examples(dataset, part, progress):
        found = networks.characters(example.image_bgr, least_score=_SCORE)
        right = 0
        for text, box in example.characters:
            read = _read_as(box, found)
            right += read == text
            for condition in (*example.conditions, _size_condition(box)):
                tally[condition].append((1, int(read == text), int(read not in {None, text})))
        for condition in example.conditions:
            found_right[condition].append((len(found), right))
    return {name: _character_row(tally[name], found_right.get(name)) for name in sorted(tally)}


def evaluate_water(
    networks: EvaluatedNetworks, dataset: Path, *, part: str, progress: Callable[[int, int], None]
) -> Report:
    """Overlap of the water region and error of the contact line.

    Args:
        networks: The networks.
        dataset: Folder that `build_dataset` filled.
        part: Its part.
        progress: Called with pictures done and pictures in all.

    Returns:
        By condition: "pictures", "iou" of water over all pixels, and "contact_median_px", "contact_p95_px":
        distance in rows between the contact and the nearest passage of one half in its column.
    """
    overlaps: dict[str, list[tuple[float, float]]] = defaultdict(list)
    errors: dict[str, list[float]] = defaultdict(list)
    for example in _examples(dataset, part, progress):
        probability = networks.water(example.image_bgr)
        known = example.water != _UNKNOWN
        claimed, truth = (probability > 0.5) & known, (example.water > 0) & known
        overlap = (float((claimed & truth).sum()), float((claimed | truth).sum()))
        off = _contact_errors_px(probability, example.contact_px)
        for condition in example.conditions:
            overlaps[condition].append(overlap)
            errors[condition].extend(off)
    return {
        name: {
            "pictures": float(len(overlaps[name])),
            "iou": _share(*np.sum(overlaps[name], axis=0)),
            "contact_median_px": float(np.median(errors[name])) if errors[name] else float("nan"),
            "contact_p95_px": float(np.quantile(errors[name], 0.95)) if errors[name] else float("nan"),
        }
        for name in sorted(overlaps)
    }


def _examples(dataset: Path, part: str, progress: Callable[[int, int], None]) -> Iterator[_Example]:
    paths = sorted((dataset / "truth" / part).glob("*.json"))
    for done, path in enumerate(paths, start=1):
        truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        image = cv2.imread(str(dataset / "images" / part / f"{path.stem}.jpg"), cv2.IMREAD_COLOR)
        picture = np.asarray(image, dtype=np.uint8)
        yield _Example(
            image_bgr=picture,
            water=_mask(dataset / "masks" / part / f"{path.stem}.png", picture),
            characters=tuple(
                (item["text"], np.array(item["box_xyxy_px"], dtype=np.float64))
                for item in truth["characters"]
            ),
            contact_px=np.array(truth["waterline_px"], dtype=np.float64).reshape(-1, 2),
            conditions=("all", *_picture_conditions(picture, truth)),
        )
        progress(done, len(paths))


def _mask(path: Path, picture: Image) -> Image:
    """A picture's mask; of real footage there may be none."""
    if not path.is_file():
        return np.full(picture.shape[:2], _UNKNOWN, dtype=np.uint8)
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _picture_conditions(image_bgr: Image, truth: dict[str, Any]) -> tuple[str, ...]:
    # Of real footage they are not known.
    known: dict[str, float] = truth["conditions"]
    named = {
        "dark": float(image_bgr.mean()) < _DARK_LUMINANCE,
        "waves_over_0.1_m": known.get("significant_height_m", 0.0) > 0.1,
        "from_above_35_deg": known.get("elevation_deg", 0.0) > 35,
        "clear_water": known.get("visibility_m", 0.0) > 0.05,
        "mirror": known.get("mirror", 0.0) > 0.4,
        "worn": known.get("wear", 0.0) > 0.2,
        "foreground": known.get("foreground", False),
    }
    return tuple(name for name, holds in named.items() if holds)


def _size_condition(box: Array) -> str:
    height = float(box[3] - box[1])
    if height < _SMALL_PX:
        return f"numerals_under_{_SMALL_PX:.0f}_px"
    return f"numerals_over_{_LARGE_PX:.0f}_px" if height > _LARGE_PX else "numerals_between"


def _read_as(box: Array, found: tuple[MarkCharacter, ...]) -> str | None:
    """What the character that overlaps a box most is read as; None where none does by half."""
    overlaps = [(_iou(box, character), character.text) for character in found]
    best = max(overlaps, default=(0.0, ""))
    return best[1] if best[0] >= _SAME_IOU else None


def _iou(box: Array, character: MarkCharacter) -> float:
    other = (character.left_px, character.top_px, character.right_px, character.lower_edge_px)
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    areas = (box[2] - box[0]) * (box[3] - box[1]) + character.width_px * character.height_px
    return float(shared / (areas - shared))


def _contact_errors_px(probability: NDArray[np.float32], contact_px: Array) -> list[float]:
    rows, columns = probability.shape
    errors = []
    for column, row in contact_px:
        if not (0 <= column < columns and 0 <= row < rows - 1):
            continue
        profile = probability[:, int(column)]
        passages = np.flatnonzero((profile[:-1] < 0.5) & (profile[1:] >= 0.5))
        # A column without any passage counts as wrong by the whole picture.
        errors.append(float(np.abs(passages + 0.5 - row).min()) if len(passages) else float(rows))
    return errors


def _character_row(
    tally: list[tuple[int, int, int]], found_right: list[tuple[int, int]] | None
) -> dict[str, float]:
    there, right, misread = (int(total) for total in np.sum(tally, axis=0))
    row = {"characters": float(there), "recall": right / there, "misread": misread / there}
    if found_right is not None:
        found, correct = (int(total) for total in np.sum(found_right, axis=0))
        row["precision"] = _share(correct, found)
    return row


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
