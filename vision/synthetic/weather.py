"""Night, rain and backlight before a camera, steady over a clip but for the falling rain.

Light first, then what hangs in the air, then the drops on the lens; each from its own seed.
Left out: fog banks, snow and lightning; haze is one of the picture faults.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.noise import smooth_step

Picture = NDArray[np.float32]

_DROP_BLUR_SHARE = 0.018


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Light and weather of a scene, each strength 0 to 1, 0 for none.

    Attributes:
        night: Darkness between the lamps.
        rain: Streaks in the air and drops on the lens.
        backlight: Veil of a light that shines into the lens.
        seed: Of where lamps, drops and veil are.
    """

    night: float
    rain: float
    backlight: float
    seed: int


FAIR = Weather(night=0.0, rain=0.0, backlight=0.0, seed=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weathered:
    """A picture in its weather.

    Attributes:
        picture: (rows, columns, 3) float32 RGB.
        contrast: What is left of the scene's contrast, float32 (rows, columns) within 0 to 1 or a little above.
        hidden: What drops on the lens blur away, float32 (rows, columns) within 0 to 1.
    """

    picture: Picture
    contrast: Picture
    hidden: Picture


def random_weather(rng: np.random.Generator, *, night: float, rain: float, backlight: float) -> Weather:
    """Draw the weather of a scene.

    Args:
        rng: Source of randomness.
        night: Share of scenes at night.
        rain: Share of scenes in rain.
        backlight: Share of scenes against the light.

    Returns:
        The weather.
    """
    dark, wet, veiled = (float(draw) for draw in rng.random(3))
    return Weather(
        night=float(rng.uniform(0.4, 1.0)) if dark < night else 0.0,
        rain=float(rng.uniform(0.2, 1.0)) if wet < rain else 0.0,
        backlight=float(rng.uniform(0.2, 0.8)) if veiled < backlight and dark >= night else 0.0,
        seed=int(rng.integers(2**31)),
    )


def add_weather(
    weather: Weather, rng: np.random.Generator, picture: Picture, *, lit_px: tuple[float, float]
) -> Weathered:
    """Put a picture into its weather.

    Args:
        weather: What to add.
        rng: Randomness that differs from frame to frame.
        picture: (rows, columns, 3) float32 RGB.
        lit_px: Column and row near which a lamp is aimed at night.

    Returns:
        The picture and what can still be seen of it.
    """
    shape = (picture.shape[0], picture.shape[1])
    steady = np.random.default_rng(weather.seed)
    contrast = np.ones(shape, dtype=np.float32)
    hidden = np.zeros(shape, dtype=np.float32)
    seen = picture
    if weather.night > 0:
        light = _lamps(steady, shape, weather.night, lit_px)
        noise = rng.standard_normal(picture.shape, dtype=np.float32) * np.float32(0.03 * weather.night)
        seen = seen * light + noise
        contrast = light.max(axis=2)
    if weather.backlight > 0:
        veil = _veil(steady, shape) * np.float32(weather.backlight)
        seen = seen * (1 - 0.75 * veil) + veil * np.array([0.95, 0.93, 0.86], np.float32)
        contrast = contrast * (1 - 0.75 * veil[..., 0])
    if weather.rain > 0:
        seen = _streaks(rng, np.asarray(seen, dtype=np.float32), weather.rain)
        seen, hidden = _drops(steady, seen, weather.rain)
    return Weathered(
        picture=np.asarray(seen, dtype=np.float32),
        contrast=np.asarray(contrast, dtype=np.float32),
        hidden=hidden,
    )


def _lamps(
    steady: np.random.Generator, shape: tuple[int, int], night: float, lit_px: tuple[float, float]
) -> Picture:
    """Light of one or two lamps over what little the sky gives, (rows, columns, 3)."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    cast = np.array([1.0, 0.8, 0.55] if steady.random() < 0.6 else [0.75, 0.9, 1.0], dtype=np.float32)
    light = np.empty((*shape, 3), dtype=np.float32)
    light[:] = np.array([0.6, 0.75, 1.0], dtype=np.float32) * (0.03 + 0.2 * (1 - night))
    for lamp in range(int(steady.integers(1, 3))):
        spread = steady.normal(0, 0.15 if lamp == 0 else 0.5, 2) * [shape[1], shape[0]]
        middle = np.array(lit_px) + spread
        reach = steady.uniform(0.25, 0.8) * shape[1] * np.array([1.0, steady.uniform(0.5, 1.2)])
        away = ((columns - middle[0]) / reach[0]) ** 2 + ((rows - middle[1]) / reach[1]) ** 2
        light += (steady.uniform(0.5, 1.4) / (1 + 1.5 * away) ** 2)[..., None] * cast
    return light


def _veil(steady: np.random.Generator, shape: tuple[int, int]) -> Picture:
    """Flare from above or from a side, (rows, columns, 1), strongest towards the light."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    middle = (steady.uniform(-0.2, 1.2) * shape[1], steady.uniform(-0.5, 0.1) * shape[0])
    reach = steady.uniform(0.5, 1.3) * max(shape)
    away = np.hypot(columns - middle[0], rows - middle[1]) / reach
    veil = 0.3 + 0.7 * np.exp(-(away**2))
    for _ in range(int(steady.integers(0, 4))):
        # Ghosts of the iris lie on the line through the light and the picture's middle.
        along = steady.uniform(0.3, 1.6)
        at = (middle[0] + along * (shape[1] / 2 - middle[0]), middle[1] + along * (shape[0] / 2 - middle[1]))
        disc = np.hypot(columns - at[0], rows - at[1]) / (steady.uniform(0.02, 0.08) * max(shape))
        veil += 0.12 * (1 - smooth_step(np.asarray(disc, dtype=np.float32), edge=1.0, width=0.3))
    return np.asarray(np.clip(veil, 0, 1)[..., None], dtype=np.float32)


def _streaks(rng: np.random.Generator, picture: Picture, rain: float) -> Picture:
    """Falling rain: thin pale lines of one slant, and the haze of what falls far off."""
    rows, columns = picture.shape[:2]
    fall = np.zeros((rows, columns), dtype=np.float32)
    slant = float(rng.normal(0.1, 0.03))
    for _ in range(int(rain * rows * columns / 1200)):
        length = float(rng.uniform(0.02, 0.09)) * rows
        start = rng.uniform(0, [columns, rows])
        end = start + np.array([slant * length, length])
        line = [np.round(point * 16).astype(int).tolist() for point in (start, end)]
        cv2.line(fall, line[0], line[1], float(rng.uniform(0.1, 0.5)), 1, cv2.LINE_AA, 4)
    fall = cv2.GaussianBlur(fall, (0, 0), 0.7)[..., None]
    haze = np.float32(0.12 * rain)
    hazed = picture * (1 - haze) + np.float32(0.6) * haze
    return np.asarray(hazed * (1 - fall) + np.float32(0.85) * fall, dtype=np.float32)


def _drops(steady: np.random.Generator, picture: Picture, rain: float) -> tuple[Picture, Picture]:
    """Drops on the lens: round patches that show a blurred, turned over and brighter view."""
    rows, columns = picture.shape[:2]
    cover = np.zeros((rows, columns), dtype=np.float32)
    for _ in range(int(steady.integers(0, 2 + round(14 * rain)))):
        radius = float(np.exp(steady.uniform(np.log(0.006), np.log(0.05)))) * columns
        at = (steady.uniform(0, [columns, rows]) * 16).astype(int).tolist()
        axes = [round(16 * radius), round(16 * radius * steady.uniform(1.0, 1.4))]
        cv2.ellipse(cover, at, axes, float(steady.normal(0, 8)), 0, 360, 1.0, -1, cv2.LINE_AA, 4)
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.5), dtype=np.float32)
    blurred = cv2.GaussianBlur(picture, (0, 0), _DROP_BLUR_SHARE * columns)
    bright = 1 + 0.35 * np.gradient(cv2.GaussianBlur(cover, (0, 0), 3), axis=0)[..., None]
    weight = (0.9 * cover)[..., None]
    return np.asarray(picture * (1 - weight) + blurred * bright * weight, dtype=np.float32), cover
