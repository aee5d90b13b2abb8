"""The reader's two networks on OpenVINO: characters of draft marks, and water.

Registered as "draft-numerals" and "draft-water" in `models/registry.toml`.
Left out: training; see vision/training.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detection.openvino_network import OpenVinoNetwork
from vision.detection.registry import NetworkEntry, registered_network
from vision.detection.yolo import Detections, detections_from_yolo
from vision.draft.numerals import MarkCharacter, characters_from_boxes

Image = NDArray[np.uint8]

NUMERALS = "draft-numerals"
WATER = "draft-water"
_SEARCH_SCORE = 0.25


class OpenVinoDraftNetworks:
    """Both networks, loaded and checked.

    Args:
        folder: A models folder; None for this installation's.
        threads: CPU threads for one inference; None lets OpenVINO choose.

    Raises:
        UnknownNetworkError: A network is not registered.
        MissingWeightsError: A file is not there.
        NetworkChecksumError: A file is not the registered one.
    """

    def __init__(self, *, folder: Path | None = None, threads: int | None = None) -> None:
        self.numerals: NetworkEntry = registered_network(NUMERALS, folder=folder)
        self.segmentation: NetworkEntry = registered_network(WATER, folder=folder)
        self._numerals = OpenVinoNetwork(self.numerals.file, threads=threads)
        self._water = OpenVinoNetwork(self.segmentation.file, threads=threads)

    @property
    def identities(self) -> tuple[str, str]:
        """Which weights these are."""
        return self.numerals.identity, self.segmentation.identity

    def characters(self, image_bgr: Image, *, least_score: float) -> tuple[MarkCharacter, ...]:
        """Characters in a picture at its own resolution, surest first."""
        return self._adapted(self._detect(image_bgr, least_score))

    def characters_in_picture(self, image_bgr: Image, *, longest_px: int) -> tuple[MarkCharacter, ...]:
        """Characters in a whole picture looked at with its longest side scaled to `longest_px`, in its own pixels."""
        factor = longest_px / max(image_bgr.shape[:2])
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        scaled = np.asarray(
            cv2.resize(image_bgr, None, fx=factor, fy=factor, interpolation=way), dtype=np.uint8
        )
        return self._adapted(self._detect(scaled, _SEARCH_SCORE).scaled(1 / factor))

    def water(self, image_bgr: Image) -> NDArray[np.float32]:
        """Probability of water, (rows, columns) float32."""
        rows, columns = image_bgr.shape[:2]
        return self._water.infer(image_bgr)[0, :rows, :columns]

    def _detect(self, image_bgr: Image, least_score: float) -> Detections:
        output = self._numerals.infer(image_bgr)
        return detections_from_yolo(output, classes=len(self.numerals.classes), least_score=least_score)

    def _adapted(self, found: Detections) -> tuple[MarkCharacter, ...]:
        return characters_from_boxes(
            found.boxes_xyxy_px, found.scores, found.class_ids, self.numerals.classes
        )
