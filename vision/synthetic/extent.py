"""A rectangle of the plating and the texture that stands for it: metres to texture pixels.

Left out: what is painted there (hull.py, details.py, confusers.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A rectangle of the plating and its resolution.

    Attributes:
        left_m: Along the hull.
        right_m: Along the hull.
        low_m: Height.
        high_m: Height.
        px_per_m: Resolution of its texture.
    """

    left_m: float
    right_m: float
    low_m: float
    high_m: float
    px_per_m: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the texture."""
        rows = max(8, round((self.high_m - self.low_m) * self.px_per_m))
        return rows, max(8, round((self.right_m - self.left_m) * self.px_per_m))

    def column(self, u_m: float) -> float:
        """Texture column of a point, fractional."""
        return (u_m - self.left_m) * self.px_per_m

    def row(self, z_m: float) -> float:
        """Texture row of a height, fractional; rows grow downwards."""
        return (self.high_m - z_m) * self.px_per_m

    def heights_m(self) -> NDArray[np.float32]:
        """Height of each row's middle, (rows, 1)."""
        rows = np.arange(self.shape[0], dtype=np.float32)
        return (self.high_m - (rows + 0.5) / self.px_per_m)[:, None]
