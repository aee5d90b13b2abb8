"""Which frames of a footage were looked at, noted while they pass, and which of them is the sharpest.

Holds times only, never a picture. Left out: what was seen in them, which the reader keeps.
"""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

# Sharpness is compared at about that many rows: noise of single pixels is no sharpness.
_ROWS_COMPARED = 360


class Looks:
    """Notes of the frames that pass.

    Attributes:
        times_s: Times in order.
        sharpest_s: Time of the sharpest frame, of the first among equals; 0 where none passed.
    """

    def __init__(self) -> None:
        self.times_s: list[float] = []
        self.sharpest_s = 0.0
        self._sharpest = -1.0

    def watch(self, frames: Iterable[tuple[float, Image]]) -> Iterator[tuple[float, Image]]:
        """Pass frames on, noting them."""
        for time_s, image in frames:
            self.times_s.append(time_s)
            sharpness = _sharpness(image)
            if sharpness > self._sharpest:
                self._sharpest, self.sharpest_s = sharpness, time_s
            yield time_s, image


def _sharpness(image_bgr: Image) -> float:
    """Variance of the Laplacian of every so many pixels' green."""
    apart = max(1, min(image_bgr.shape[:2]) // _ROWS_COMPARED)
    green = np.ascontiguousarray(image_bgr[::apart, ::apart, 1])
    return float(cv2.Laplacian(green, cv2.CV_64F).var())
