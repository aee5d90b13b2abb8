"""One network file on its own, run as the reader runs it: what `evaluate` judges before a file is registered.

Any input size and either precision, so that choices can be compared on the same pictures. Left out: judging, which is
evaluation.py's.
"""

import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detection.openvino_network import OpenVinoNetwork
from vision.detection.yolo import detections_from_yolo
from vision.draft.numerals import MarkCharacter, characters_from_boxes

Image = NDArray[np.uint8]

# The first calls compile for the pictures' sizes.
_WARMING_CALLS = 3


class CandidateNetwork:
    """A file of either network.

    Args:
        file: ONNX, or OpenVINO's own .xml with its .bin beside it.
        classes: Names of its classes by index.
        longest_px: Pictures are looked at with their longer side scaled to this; None leaves them as they are.
        exact: Whether to compute in float32 where the processor would rather use bfloat16.
    """

    def __init__(
        self, file: Path, *, classes: tuple[str, ...], longest_px: int | None = None, exact: bool = False
    ) -> None:
        self._network = OpenVinoNetwork(file, threads=1, exact=exact)
        self._classes = classes
        self._longest_px = longest_px
        self._spent_ms: list[float] = []

    @property
    def median_ms(self) -> float:
        """Processor time of one picture, milliseconds on one thread; what other programs take does not count."""
        return float(np.median(self._spent_ms[_WARMING_CALLS:] or self._spent_ms or [np.nan]))

    def characters(self, image_bgr: Image, *, least_score: float) -> tuple[MarkCharacter, ...]:
        """Characters in a picture, in its own pixels."""
        scaled, factor = self._scaled(image_bgr)
        output = self._infer(scaled)
        found = detections_from_yolo(output, classes=len(self._classes), least_score=least_score)
        there = found.scaled(1 / factor)
        return characters_from_boxes(there.boxes_xyxy_px, there.scores, there.class_ids, self._classes)

    def water(self, image_bgr: Image) -> NDArray[np.float32]:
        """Probability of water in each pixel of a picture."""
        scaled, _ = self._scaled(image_bgr)
        rows, columns = scaled.shape[:2]
        probability = self._infer(scaled)[0, :rows, :columns]
        if scaled.shape == image_bgr.shape:
            return probability
        size = (image_bgr.shape[1], image_bgr.shape[0])
        return np.asarray(cv2.resize(probability, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)

    def _infer(self, image_bgr: Image) -> NDArray[np.float32]:
        started_s = time.process_time()
        output = self._network.infer(image_bgr)
        self._spent_ms.append(1000 * (time.process_time() - started_s))
        return output

    def _scaled(self, image_bgr: Image) -> tuple[Image, float]:
        if self._longest_px is None:
            return image_bgr, 1.0
        factor = self._longest_px / max(image_bgr.shape[:2])
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        scaled = cv2.resize(image_bgr, None, fx=factor, fy=factor, interpolation=way)
        return np.asarray(scaled, dtype=np.uint8), factor
