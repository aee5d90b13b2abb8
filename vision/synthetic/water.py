"""What water before a hull looks like: body colour, mirror image, submerged plating, foam and glint.

Mirror and transparency after the geometry of a flat surface with small random slopes (Fresnel, Schlick's form).
Left out: caustics and breaking crests.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.noise import fractal_noise, smooth_step

Picture = NDArray[np.float32]

_BODIES_RGB = (
    (150, 125, 100), (165, 140, 115), (120, 110, 90), (70, 75, 70), (40, 48, 50), (20, 24, 26), (50, 80, 70),
    (60, 95, 105), (45, 70, 95), (95, 105, 85), (60, 45, 48), (130, 120, 110), (178, 155, 130), (190, 172, 150),
    (140, 118, 92),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Water:
    """Appearance of the water in one scene.

    Attributes:
        body_rgb: Colour of deep water, within 0 to 1.
        sky_rgb: Colour of what it mirrors where not the hull.
        roughness: Slope of the small waves, standard deviation.
        mirror: Strength of the hull's mirror image, 0 to 1.
        visibility_m: Depth at which submerged plating has faded to 1/e.
        foam: Share covered by foam, 0 to 1.
        meniscus: Brightness of the line along the contact, negative for a dark line.
        drift_m_per_s: How fast the small waves travel.
        cell_m: Size of the small waves.
        stretch: Length of a wave's crest over its width.
        shading: Brightness of the waves' flanks, 0 for a smooth surface.
        patches: Brightness of large uneven patches (wind, depth, cloud), a share.
        near_hull: Brightness change right at the hull, a share; it fades over `near_hull_m`.
        near_hull_m: See above.
        tint: Share of the hull's own colour that colours the water.
    """

    body_rgb: tuple[float, float, float]
    sky_rgb: tuple[float, float, float]
    roughness: float
    mirror: float
    visibility_m: float
    foam: float
    meniscus: float
    drift_m_per_s: float
    cell_m: float
    stretch: float
    shading: float
    patches: float
    near_hull: float
    near_hull_m: float
    tint: float


def random_water(rng: np.random.Generator, *, roughness: float) -> Water:
    """Draw a kind of water: mostly muddy, sometimes clear, green or black."""
    body = np.array(_BODIES_RGB[int(rng.integers(len(_BODIES_RGB)))]) / 255 * rng.uniform(0.6, 1.2)
    body = np.clip(body + rng.normal(0, 0.02, 3), 0.01, 1)
    sky = np.clip(np.array([0.75, 0.8, 0.85]) * rng.uniform(0.5, 1.2) + rng.normal(0, 0.03, 3), 0, 1)
    clear = rng.random() < 0.3
    return Water(
        body_rgb=(float(body[0]), float(body[1]), float(body[2])),
        sky_rgb=(float(sky[0]), float(sky[1]), float(sky[2])),
        roughness=roughness,
        mirror=float(rng.uniform(0.15, 0.9)) if rng.random() < 0.6 else float(rng.uniform(0, 0.2)),
        visibility_m=float(rng.uniform(0.05, 0.6)) if clear else float(rng.uniform(0.003, 0.04)),
        foam=float(rng.uniform(0.02, 0.35)) if rng.random() < 0.35 else 0.0,
        meniscus=float(rng.uniform(-0.5, 0.6)) if rng.random() < 0.7 else 0.0,
        drift_m_per_s=float(rng.uniform(0.1, 0.6)),
        cell_m=float(np.exp(rng.uniform(np.log(0.05), np.log(1.2)))),
        stretch=float(rng.uniform(1.2, 5.0)),
        shading=float(rng.uniform(0.0, 0.45)) if rng.random() < 0.8 else 0.0,
        patches=float(rng.uniform(0.0, 0.3)),
        near_hull=float(rng.normal(-0.15, 0.25)),
        near_hull_m=float(np.exp(rng.uniform(np.log(0.04), np.log(1.5)))),
        tint=float(rng.uniform(0, 0.6)) if rng.random() < 0.5 else 0.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripples:
    """Fields of small-wave height and of brightness from which each frame cuts its surface.

    Attributes:
        fields: Wave heights, float32 of unit deviation, drifting against each other.
        patches: Large-scale brightness, float32 of unit deviation, four times coarser.
        px_per_m: Their resolution on the water.
    """

    fields: tuple[Picture, Picture]
    patches: Picture
    px_per_m: float


def make_ripples(rng: np.random.Generator, water: Water) -> Ripples:
    """Prepare the small waves of one scene."""
    px_per_m = 6.0 / water.cell_m
    shape = (384, 384)
    cell = water.cell_m * px_per_m * 2
    first = fractal_noise(rng, shape, cell_px=cell, octaves=4, stretch=water.stretch)
    second = fractal_noise(rng, shape, cell_px=cell * 0.7, octaves=4, stretch=0.7 * water.stretch)
    # Crests are sharper than troughs.
    sharp = (first + 0.25 * (first**2 - 1)).astype(np.float32)
    patches = fractal_noise(rng, shape, cell_px=cell, octaves=3, stretch=2.0)
    return Ripples(fields=(sharp, second), patches=patches, px_per_m=px_per_m)


def ripple_heights(ripples: Ripples, water: Water, u_m: Picture, y_m: Picture, time_s: float) -> Picture:
    """Height of the small waves at points of the water.

    Args:
        ripples: The scene's fields.
        water: Its appearance.
        u_m: Along the hull, picture-shaped.
        y_m: From the hull, picture-shaped.
        time_s: Time; the fields drift with it and go on as their own mirror image.

    Returns:
        Float32, the shape of `u_m`, unit deviation.
    """
    shift = water.drift_m_per_s * time_s
    total = np.zeros_like(u_m)
    for field, sign in zip(ripples.fields, (1.0, -0.7), strict=True):
        columns = ((u_m + sign * shift) * ripples.px_per_m).astype(np.float32)
        rows = ((y_m + 0.5 * sign * shift) * ripples.px_per_m).astype(np.float32)
        total += cv2.remap(field, columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return total / np.float32(np.sqrt(2))


def patch_brightness(ripples: Ripples, u_m: Picture, y_m: Picture) -> Picture:
    """Large-scale brightness at points of the water, float32 of unit deviation."""
    columns, rows = (
        (u_m * ripples.px_per_m / 4).astype(np.float32),
        (y_m * ripples.px_per_m / 4).astype(np.float32),
    )
    found = cv2.remap(ripples.patches, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(found, dtype=np.float32)


def shade_water(
    water: Water,
    *,
    heights: Picture,
    patches: Picture,
    hull_rgb: Picture,
    mirrored: Picture,
    submerged: Picture,
    depth_m: Picture,
    steepness: Picture,
) -> Picture:
    """Colour of the water's pixels.

    Args:
        water: Appearance.
        heights: Small-wave heights, (rows, columns).
        patches: Large-scale brightness, (rows, columns).
        hull_rgb: Mean colour of the plating, (3,).
        mirrored: What the surface mirrors, (rows, columns, 3).
        submerged: Plating seen through the surface, (rows, columns, 3).
        depth_m: Depth of the plating behind each pixel.
        steepness: Sine of the ray's angle below the horizon; steep rays mirror less.

    Returns:
        (rows, columns, 3) float32 RGB.
    """
    body = np.array(water.body_rgb, dtype=np.float32) * (1 - water.tint) + hull_rgb * water.tint
    slope = np.gradient(heights, axis=0) - 0.6 * np.gradient(heights, axis=1)
    slope = (slope / (float(slope.std()) + 1e-6)).astype(np.float32)
    bright = 1 + water.shading * (0.6 * np.tanh(slope) + 0.4 * np.tanh(heights)) + water.patches * patches
    bright = bright * (1 + water.near_hull * np.exp(-np.maximum(depth_m, 0) / water.near_hull_m))
    lit = body * np.clip(bright, 0.1, 2.5)[..., None]
    through = np.exp(-np.maximum(depth_m, 0) / water.visibility_m)[..., None]
    below = lit * (1 - through) + submerged * np.array([0.7, 0.85, 0.8], dtype=np.float32) * through
    schlick = 0.02 + 0.98 * (1 - np.clip(steepness, 0, 1)) ** 5
    share = np.clip(water.mirror * (0.25 + schlick), 0, 0.95)[..., None]
    coloured = below * (1 - share) + mirrored * share
    glint = smooth_step(slope, edge=2.6, width=0.5)[..., None] * min(1.0, 6 * water.roughness)
    return np.asarray(
        coloured * (1 - glint) + np.array(water.sky_rgb, dtype=np.float32) * glint, dtype=np.float32
    )


def foam_cover(water: Water, heights: Picture, depth_m: Picture) -> Picture:
    """Share of each pixel covered by foam, most along the hull; float32 within 0 to 1."""
    if water.foam <= 0:
        return np.zeros_like(heights)
    near = np.exp(-np.maximum(depth_m, 0) / 0.08) * (0.6 + 2 * water.foam)
    return smooth_step(
        np.asarray(heights + near, dtype=np.float32), edge=float(2.6 - 3.0 * water.foam), width=0.4
    ) * np.float32(0.85)
