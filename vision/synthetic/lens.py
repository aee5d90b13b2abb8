"""Radial distortion of a lens, and exactly back: straight lines are bent in the picture as a lens bends them.

After Brown's first coefficient: r' = r (1 + k1 r^2), r in focal lengths from the picture's centre.
Left out: higher orders, decentring and rolling shutter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_NEWTON_STEPS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """A lens before a picture.

    Attributes:
        k1: Brown's first coefficient, positive for a pincushion, negative for a barrel.
        focal_px: Focal length.
        width_px: Picture width.
        height_px: Picture height.
    """

    k1: float
    focal_px: float
    width_px: int
    height_px: int

    def distorted(self, pixels: Array) -> Array:
        """Where an ideal pinhole's pixels land behind this lens.

        Args:
            pixels: (n, 2) columns and rows, the first pixel's centre at (0, 0).

        Returns:
            (n, 2) columns and rows.

        >>> lens = Lens(k1=0.1, focal_px=100.0, width_px=201, height_px=201)
        >>> lens.distorted(np.array([[200.0, 100.0]])).round(6).tolist()
        [[210.0, 100.0]]
        """
        offset, radius = self._polar(pixels)
        # Beyond its turning point a barrel would fold what is far outside back into the picture.
        inner = np.minimum(radius, 0.99 / np.sqrt(-3 * self.k1)) if self.k1 < 0 else radius
        return self._centre() + offset * (1 + self.k1 * inner**2)[:, None]

    def ideal(self, pixels: Array) -> Array:
        """Where a pinhole would show what this lens shows at pixels: the inverse of `distorted`.

        Args:
            pixels: (n, 2) columns and rows.

        Returns:
            (n, 2) columns and rows.
        """
        offset, seen = self._polar(pixels)
        radius = seen.copy()
        for _ in range(_NEWTON_STEPS):
            slope = np.maximum(1 + 3 * self.k1 * radius**2, 0.05)
            radius -= (radius * (1 + self.k1 * radius**2) - seen) / slope
        return self._centre() + offset / (1 + self.k1 * radius**2)[:, None]

    def _centre(self) -> Array:
        return np.array([self.width_px / 2 - 0.5, self.height_px / 2 - 0.5])

    def _polar(self, pixels: Array) -> tuple[Array, Array]:
        offset = pixels - self._centre()
        return offset, np.hypot(offset[:, 0], offset[:, 1]) / self.focal_px
