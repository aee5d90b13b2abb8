"""Traces of a hull's life: dents, old scum lines, algae, draining water, numerals that were painted over.

Each is there in some scenes, as often as `clutter` says; what is near the water is meant to look like a waterline.
Left out: what hull.py paints in every scene.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.extent import Extent
from vision.synthetic.noise import smooth_step, value_noise

Picture = NDArray[np.float32]


def add_details(
    rng: np.random.Generator, extent: Extent, picture: Picture, *, still_m: float, clutter: float
) -> Picture:
    """Add what a hull's life leaves on its plating.

    Args:
        rng: Source of randomness.
        extent: What the picture shows.
        picture: (rows, columns, 3) float32 RGB.
        still_m: Still water, near which most of it gathers.
        clutter: How often, 0 for never to 1.

    Returns:
        A new picture, or `picture` itself where nothing was added.
    """
    drawn = picture
    for add, share in ((_edge, 0.15), (_dents, 0.35), (_scum_lines, 0.3), (_algae, 0.2), (_draining, 0.3)):
        if rng.random() < share * clutter:
            drawn = add(rng, extent, drawn, still_m)
    return drawn


def _darkened(picture: Picture, amount: Picture) -> Picture:
    return np.asarray(picture * (1 - amount)[..., None], dtype=np.float32)


def _tinted(picture: Picture, tone: Picture, amount: Picture) -> Picture:
    return np.asarray(picture + (tone - picture) * amount[..., None], dtype=np.float32)


def _ragged(rng: np.random.Generator, extent: Extent, *, cell_m: float, depth_m: float) -> Picture:
    """A line's wander up and down along the hull in metres, (1, columns)."""
    columns = extent.shape[1]
    coarse = value_noise(rng, (1, columns), (1, cell_m * extent.px_per_m))
    fine = value_noise(rng, (1, columns), (1, 0.2 * cell_m * extent.px_per_m))
    return np.asarray(depth_m * (coarse + 0.4 * fine), dtype=np.float32)


def _edge(rng: np.random.Generator, extent: Extent, picture: Picture, still_m: float) -> Picture:
    """The edge of another coat just above the water."""
    tone = rng.uniform(0.5, 1.5) * (1 + rng.normal(0, 0.15, 3))
    other = np.asarray(np.clip(picture * tone, 0, 1), dtype=np.float32)
    edge = still_m + rng.uniform(-0.02, 0.2)
    below = 1 - smooth_step(extent.heights_m(), edge=edge, width=float(rng.choice([0.003, 0.008, 0.02])))
    return np.asarray(picture + (other - picture) * below[..., None], dtype=np.float32)


def _dents(rng: np.random.Generator, extent: Extent, picture: Picture, _still_m: float) -> Picture:
    """Plating pressed in between its frames: light and shade of wide soft hollows."""
    shape, scale = extent.shape, extent.px_per_m
    cell = (rng.uniform(0.5, 1.4) * scale, rng.uniform(0.4, 0.9) * scale)
    depth = cv2.resize(
        value_noise(rng, (shape[0] // 4 + 2, shape[1] // 4 + 2), (cell[0] / 4, cell[1] / 4)), shape[::-1]
    )
    light = np.gradient(depth, axis=0) + rng.normal(0, 0.6) * np.gradient(depth, axis=1)
    deviation = float(light.std()) + 1e-9
    shade = np.clip(light / deviation * rng.uniform(0.03, 0.12), -0.4, 0.4)
    return np.asarray(picture * (1 + shade)[..., None], dtype=np.float32)


def _scum_lines(rng: np.random.Generator, extent: Extent, picture: Picture, still_m: float) -> Picture:
    """Lines that earlier drafts left above the water, pale or dark, broken here and there."""
    for _ in range(int(rng.integers(1, 4))):
        centre = still_m + rng.uniform(0.03, 0.9)
        half = float(rng.uniform(0.003, 0.018))
        wander = _ragged(rng, extent, cell_m=0.8, depth_m=0.008)
        inside = 1 - smooth_step(np.abs(extent.heights_m() - centre + wander), edge=half, width=half)
        broken = smooth_step(
            value_noise(rng, (1, extent.shape[1]), (1, 0.3 * extent.px_per_m)), edge=-0.6, width=1.0
        )
        grey = rng.uniform(0.55, 0.95) if rng.random() < 0.65 else rng.uniform(0.08, 0.3)
        tone = np.array([grey, grey, 0.9 * grey], dtype=np.float32)
        picture = _tinted(picture, tone, inside * broken * np.float32(rng.uniform(0.25, 0.8)))
    return picture


def _algae(rng: np.random.Generator, extent: Extent, picture: Picture, still_m: float) -> Picture:
    """A green strip at the water, its upper edge in tufts."""
    top = still_m + rng.normal(0.12, 0.12)
    tufts = _ragged(rng, extent, cell_m=0.12, depth_m=float(rng.uniform(0.01, 0.05)))
    below = 1 - smooth_step(extent.heights_m() + tufts, edge=top, width=float(rng.uniform(0.02, 0.1)))
    tone = np.array(
        [rng.uniform(0.1, 0.35), rng.uniform(0.25, 0.45), rng.uniform(0.08, 0.2)], dtype=np.float32
    )
    grown = value_noise(rng, extent.shape, (0.08 * extent.px_per_m, 0.05 * extent.px_per_m))
    return _tinted(
        picture, tone, below * np.clip(0.55 + 0.25 * grown, 0, 0.9) * np.float32(rng.uniform(0.4, 1))
    )


def _draining(rng: np.random.Generator, extent: Extent, picture: Picture, still_m: float) -> Picture:
    """A dark band that is draining: the lower, the wetter, with runs that hang below its edge."""
    top = still_m + rng.uniform(0.04, 0.5)
    runs = value_noise(rng, (1, extent.shape[1]), (1, 0.03 * extent.px_per_m)) * rng.uniform(0.01, 0.08)
    wander = _ragged(rng, extent, cell_m=0.5, depth_m=0.02)
    wet = 1 - smooth_step(
        extent.heights_m() + np.abs(runs) + wander, edge=top, width=float(rng.uniform(0.01, 0.1))
    )
    depth = np.clip((top - extent.heights_m()) / max(top - still_m, 0.05), 0, 1)
    return _darkened(
        picture, np.asarray(wet * (0.15 + 0.35 * depth) * rng.uniform(0.5, 1.0), dtype=np.float32)
    )


def add_ghosts(rng: np.random.Generator, picture: Picture, ink: Picture, *, px_per_m: float) -> Picture:
    """Show numerals of earlier marks through the paint over them.

    Args:
        rng: Source of randomness.
        picture: (rows, columns, 3) float32 RGB of the plating.
        ink: Coverage of the earlier numerals, (rows, columns) within 0 to 1.
        px_per_m: Resolution of both.

    Returns:
        A new picture: a faint tone where the numerals were, or the relief of their welded outlines.
    """
    if rng.random() < 0.5:
        tone = np.float32(rng.choice([0.06, 0.9]))
        return np.asarray(
            picture + (tone - picture) * (ink * rng.uniform(0.04, 0.16))[..., None], dtype=np.float32
        )
    soft = cv2.GaussianBlur(ink, (0, 0), max(0.6, 0.005 * px_per_m))
    relief = np.gradient(soft, axis=0) + 0.5 * np.gradient(soft, axis=1)
    bent = np.clip(relief * rng.uniform(0.2, 0.7), -0.25, 0.25)
    return np.asarray(picture * (1 + bent)[..., None], dtype=np.float32)
