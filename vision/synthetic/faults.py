"""What a camera, haze and a codec do to a picture.

Blur, motion, haze, exposure, colour cast, noise, JPEG and coarse blocks, each at random and scaled by one strength.
Left out: weather (weather.py), stamps (overlays.py) and inter-frame codecs (a clip's own encoding brings those).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]


def apply_faults(
    rng: np.random.Generator, steady: np.random.Generator, picture: Picture, *, strength: float
) -> NDArray[np.uint8]:
    """Turn a clean picture into what a camera would store.

    Args:
        rng: Randomness that differs from frame to frame (noise).
        steady: Randomness that is the same over a clip (blur, haze, cast); seed it alike for each frame.
        picture: (rows, columns, 3) float32 RGB, about 0 to 1.
        strength: 0 leaves the picture clean.

    Returns:
        uint8 BGR of the same shape.
    """
    seen = _exposed(steady, _blurred(steady, picture, strength), strength)
    noise = rng.standard_normal(seen.shape).astype(np.float32) * steady.uniform(0, 0.035) * strength
    image = np.clip((seen + noise)[..., ::-1] * 255 + 0.5, 0, 255).astype(np.uint8)
    if steady.random() < 0.75 * min(strength, 1.0):
        quality = int(steady.uniform(35, 95))
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    if steady.random() < 0.12 * min(strength, 1.0):
        image = _blocky(image, quality=int(steady.uniform(8, 24)))
    return image


def _blocky(image: NDArray[np.uint8], *, quality: int) -> NDArray[np.uint8]:
    """A starved video codec: coarse blocks, colour at a quarter of the resolution, edges of blocks smoothed."""
    rows, columns = image.shape[:2]
    planes = cv2.cvtColor(image, cv2.COLOR_BGR2YCrCb)
    _, packed = cv2.imencode(".jpg", planes[..., 0], [cv2.IMWRITE_JPEG_QUALITY, quality])
    luminance = cv2.GaussianBlur(np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)), (0, 0), 0.6)
    small = cv2.resize(
        planes[..., 1:], (max(1, columns // 4), max(1, rows // 4)), interpolation=cv2.INTER_AREA
    )
    colour = cv2.resize(small // 6 * 6 + 3, (columns, rows), interpolation=cv2.INTER_LINEAR)
    joined = np.dstack([luminance, colour]).astype(np.uint8)
    return np.asarray(cv2.cvtColor(joined, cv2.COLOR_YCrCb2BGR), dtype=np.uint8)


def _blurred(steady: np.random.Generator, picture: Picture, strength: float) -> Picture:
    sigma = float(abs(steady.normal(0, 1.0))) * strength
    seen = cv2.GaussianBlur(picture, (0, 0), sigma) if sigma > 0.3 else picture
    if steady.random() < 0.2 * strength:
        length = int(steady.integers(3, 9))
        kernel = np.zeros((length, length), np.float32)
        angle = steady.uniform(0, np.pi)
        middle = (length - 1) / 2
        reach = middle * np.array([np.cos(angle), np.sin(angle)])
        start, end = (
            (middle - reach).round().astype(int).tolist(),
            (middle + reach).round().astype(int).tolist(),
        )
        cv2.line(kernel, start, end, 1.0)
        seen = cv2.filter2D(seen, -1, kernel / kernel.sum())
    if steady.random() < 0.3 * strength:
        glow = cv2.GaussianBlur(np.maximum(seen - 0.75, 0), (0, 0), 4)
        seen = seen + glow * steady.uniform(0.5, 2.0)
    return np.asarray(seen, dtype=np.float32)


def _exposed(steady: np.random.Generator, picture: Picture, strength: float) -> Picture:
    seen = picture
    if steady.random() < 0.15 * strength:
        haze = steady.uniform(0.05, 0.45)
        seen = seen * (1 - haze) + steady.uniform(0.5, 0.9) * haze
    if steady.random() < 0.06 * strength:
        seen = seen * steady.uniform(0.15, 0.5)
    gain = np.exp(steady.normal(0, 0.2 * strength)) * (1 + steady.normal(0, 0.06 * strength, 3))
    gamma = np.exp(steady.normal(0, 0.15 * strength))
    return np.asarray(np.clip(seen * gain, 0, 1.5) ** gamma, dtype=np.float32)
