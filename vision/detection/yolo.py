"""Boxes from a YOLO head's raw output.

Both forms of export: one column per anchor with class scores, and the end-to-end head's rows.
Left out: masks and key points.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROW_VALUES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Detections:
    """Boxes in a picture, whose first pixel's centre is (0, 0).

    Attributes:
        boxes_xyxy_px: float32 (n, 4) left, top, right, bottom.
        scores: float32 (n,) within 0 to 1.
        class_ids: int64 (n,).
    """

    boxes_xyxy_px: NDArray[np.float32]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int64]

    def scaled(self, factor: float) -> "Detections":
        """The same boxes in a picture `factor` times as large; edges scale about the picture's corner."""
        boxes = (self.boxes_xyxy_px + np.float32(0.5)) * np.float32(factor) - np.float32(0.5)
        return Detections(boxes_xyxy_px=boxes, scores=self.scores, class_ids=self.class_ids)


def detections_from_yolo(output: NDArray[np.float32], *, classes: int, least_score: float) -> Detections:
    """Adapt one picture's output.

    Args:
        output: (4 + classes, anchors) with centre and size, or (rows, 6) with corners, score and class.
        classes: How many classes the network has.
        least_score: Boxes below are left out.

    Returns:
        Boxes in no order, several on one object where the head does not suppress them itself, also of several classes.
    """
    if output.shape[1] == _ROW_VALUES and output.shape[0] != 4 + classes:
        kept = output[output[:, 4] >= least_score]
        boxes, scores, class_ids = kept[:, :4], kept[:, 4], kept[:, 5].astype(np.int64)
    else:
        # One box for each class that an anchor finds likely: what else an object may be is worth knowing.
        anchors, class_ids = np.nonzero(least_score <= output[4:].T)
        kept = output[:4].T[anchors]
        half = kept[:, 2:] / 2
        boxes = np.concatenate([kept[:, :2] - half, kept[:, :2] + half], axis=1)
        scores = output[4:].T[anchors, class_ids]
    # The head counts from the picture's corner, half a pixel before the first pixel's centre.
    return Detections(
        boxes_xyxy_px=np.asarray(boxes - 0.5, dtype=np.float32),
        scores=np.asarray(scores, dtype=np.float32),
        class_ids=np.asarray(class_ids, dtype=np.int64),
    )
