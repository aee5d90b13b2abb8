"""How often a digit is misread, by the score of its box: boxes held against the labels of a built data set.

Source: the labels that `hullmark dataset build` writes; half overlap (IoU 0.5) as in the detection literature.
Left out: digits that were not found, and boxes where no character is, which say nothing of a digit's reading.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.draft.numerals import MarkCharacter
from vision.errors import DatasetDescriptionError

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

LEAST_SCORE = 0.1
SAME_IOU = 0.5
BINS = tuple(round(0.1 * tenth, 1) for tenth in range(1, 10))


class CharacterNetwork(Protocol):
    """What is judged; `vision.draft.networks.OpenVinoDraftNetworks` is one."""

    def characters(self, image_bgr: Image, *, least_score: float) -> tuple[MarkCharacter, ...]:
        """Characters in a picture at its own resolution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBin:
    """Digits whose boxes scored alike.

    Attributes:
        low: Least score.
        high: Scores stay below; 1 is in the last bin.
        digits: Digits found on a labelled character.
        misread: How many of them are another character.
    """

    low: float
    high: float
    digits: int
    misread: int

    @property
    def misread_share(self) -> float | None:
        """Share of misread digits; None where there is no digit."""
        return self.misread / self.digits if self.digits else None


def misread_by_score(
    networks: CharacterNetwork, dataset: Path, *, part: str, progress: Callable[[int, int], None]
) -> list[ScoreBin]:
    """Hold the digits found in a part of a data set against its labels.

    Args:
        networks: Finds characters.
        dataset: Folder that was built.
        part: Its part, for example "val".
        progress: Called with pictures done and pictures in all.

    Returns:
        Bins of a tenth, from 0.1 up.

    Raises:
        DatasetDescriptionError: The data set lacks the part.
    """
    truths = sorted((dataset / "truth" / part).glob("*.json"))
    if not truths:
        raise DatasetDescriptionError(dataset, f"no part {part!r} with its truth; build the data set first")
    judged: list[tuple[float, bool]] = []
    for done, path in enumerate(truths, start=1):
        image = cv2.imread(str(dataset / "images" / part / f"{path.stem}.jpg"), cv2.IMREAD_COLOR)
        labels = json.loads(path.read_text(encoding="utf-8"))["characters"]
        found = networks.characters(np.asarray(image, dtype=np.uint8), least_score=LEAST_SCORE)
        judged += judged_digits(found, labels)
        progress(done, len(truths))
    return binned(judged)


def judged_digits(found: Iterable[MarkCharacter], labels: list[dict[str, Any]]) -> list[tuple[float, bool]]:
    """(score, misread) of each digit found on a labelled character.

    Args:
        found: Characters found in a picture.
        labels: "text" and "box_xyxy_px" of the characters that it shows.

    Returns:
        One pair for each digit whose box shares at least half with a label's.
    """
    boxes = np.array([label["box_xyxy_px"] for label in labels], dtype=np.float64).reshape(-1, 4)
    judged = []
    for character in found:
        if not character.text.isdigit() or len(boxes) == 0:
            continue
        overlaps = _iou(character, boxes)
        best = int(np.argmax(overlaps))
        if overlaps[best] >= SAME_IOU:
            judged.append((character.score, labels[best]["text"] != character.text))
    return judged


def binned(judged: Iterable[tuple[float, bool]]) -> list[ScoreBin]:
    """Count digits and misread ones by score.

    Args:
        judged: (score, misread) each.

    Returns:
        A bin for each tenth from 0.1 up, empty ones too.
    """
    pairs = list(judged)
    bins = []
    for low in BINS:
        high = round(low + 0.1, 1)
        own = [misread for score, misread in pairs if low <= score < high or (high == 1.0 and score >= high)]
        bins.append(ScoreBin(low=low, high=high, digits=len(own), misread=sum(own)))
    return bins


def _iou(character: MarkCharacter, boxes: Array) -> Array:
    left, top = np.maximum(boxes[:, 0], character.left_px), np.maximum(boxes[:, 1], character.top_px)
    right = np.minimum(boxes[:, 2], character.right_px)
    bottom = np.minimum(boxes[:, 3], character.lower_edge_px)
    shared = np.clip(right - left, 0, None) * np.clip(bottom - top, 0, None)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return np.asarray(shared / (areas + character.width_px * character.height_px - shared), dtype=np.float64)
