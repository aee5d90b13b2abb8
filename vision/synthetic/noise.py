"""Seeded random fields: the raw material of rust, wear, waves' texture and light.

Value noise over octaves, made by enlarging small random arrays with OpenCV.
Left out: tiling; each field is made for the extent that needs it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def value_noise(rng: np.random.Generator, shape: tuple[int, int], cell_px: tuple[float, float]) -> Field:
    """One octave of smooth noise.

    Args:
        rng: Source of randomness.
        shape: Rows and columns of the field.
        cell_px: Height and width of a noise cell in pixels, at least one pixel each.

    Returns:
        A float32 array of `shape`, roughly standard normal.
    """
    rows = max(2, round(shape[0] / max(cell_px[0], 1.0)) + 2)
    columns = max(2, round(shape[1] / max(cell_px[1], 1.0)) + 2)
    coarse = rng.standard_normal((rows, columns)).astype(np.float32)
    return np.asarray(
        cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32
    )


def fractal_noise(
    rng: np.random.Generator,
    shape: tuple[int, int],
    *,
    cell_px: float,
    octaves: int,
    stretch: float,
) -> Field:
    """Noise of several octaves, each half the cell and half the strength of the one before.

    Args:
        rng: Source of randomness.
        shape: Rows and columns of the field.
        cell_px: Height of the largest cell in pixels.
        octaves: How many octaves are added.
        stretch: Width of a cell over its height; above one draws the field out sideways.

    Returns:
        A float32 array of `shape` with zero mean and unit standard deviation.
    """
    field = np.zeros(shape, dtype=np.float32)
    for octave in range(octaves):
        size = cell_px / 2**octave
        field += value_noise(rng, shape, (size, size * stretch)) / 2**octave
    deviation = float(field.std())
    return np.asarray((field - float(field.mean())) / (deviation if deviation > 0 else 1.0), dtype=np.float32)


def smooth_step(field: Field, *, edge: float, width: float) -> Field:
    """Turn a field into a soft mask: 0 well below `edge`, 1 well above it.

    Returns:
        A float32 array of the field's shape within 0 to 1.

    >>> import numpy as np
    >>> smooth_step(np.array([[-1.0, 0.0, 1.0]], dtype=np.float32), edge=0.0, width=1.0).tolist()
    [[0.0, 0.5, 1.0]]
    """
    return np.asarray(np.clip((field - edge) / width + 0.5, 0.0, 1.0), dtype=np.float32)
