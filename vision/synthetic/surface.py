"""What lies on water before a hull: a line of scum, stripes of breaking foam, a shadow whose edge is no waterline.

Drawn on the plane of still water, so that it moves and foreshortens as what floats does.
Left out: floating things that stand up out of the water.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.synthetic.noise import smooth_step

Picture = NDArray[np.float32]

_SCUM_RGB = ((0.9, 0.9, 0.87), (0.72, 0.66, 0.52), (0.36, 0.28, 0.18), (0.55, 0.58, 0.5), (0.08, 0.07, 0.06))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What lies on the water of one scene.

    Attributes:
        line: Strength of a floating line along the hull, 0 to 1.
        line_from_hull_m: Its distance from the hull.
        line_width_m: Its width.
        line_rgb: Its colour.
        stripes: Strength of stripes of breaking foam, 0 to 1.
        stripe_spacing_m: From stripe to stripe.
        stripe_heading_rad: Across them, from the hull's length.
        shadow: Brightness of the darker part of the water, a share; 1 for no shadow.
        shadow_reach_m: How far the shadow's edge is from the hull.
        shadow_lean: How fast that grows along the hull.
        shadow_inside: Whether the darker part is that at the hull.
        phase_rad: Of its wobbles.
    """

    line: float
    line_from_hull_m: float
    line_width_m: float
    line_rgb: tuple[float, float, float]
    stripes: float
    stripe_spacing_m: float
    stripe_heading_rad: float
    shadow: float
    shadow_reach_m: float
    shadow_lean: float
    shadow_inside: bool
    phase_rad: float

    @property
    def bare(self) -> bool:
        """Whether nothing lies there."""
        return self.line == 0 and self.stripes == 0 and self.shadow == 1


def random_surface(rng: np.random.Generator, *, share: float, roughness: float) -> Surface:
    """Draw what lies on the water.

    Args:
        rng: Source of randomness.
        share: How often anything does, 0 for never to 1.
        roughness: Slope of the small waves; rough water breaks.

    Returns:
        The surface, bare most of the time.
    """
    tone = np.array(_SCUM_RGB[int(rng.integers(len(_SCUM_RGB)))]) * rng.uniform(0.8, 1.1)
    lined, striped, shaded = (float(draw) for draw in rng.random(3))
    return Surface(
        line=float(rng.uniform(0.3, 0.95)) if lined < 0.18 * share else 0.0,
        line_from_hull_m=float(np.exp(rng.uniform(np.log(0.02), np.log(0.8)))),
        line_width_m=float(np.exp(rng.uniform(np.log(0.006), np.log(0.06)))),
        line_rgb=(float(tone[0]), float(tone[1]), float(tone[2])),
        stripes=float(rng.uniform(0.3, 0.9)) if striped < (0.06 + 1.2 * roughness) * share else 0.0,
        stripe_spacing_m=float(rng.uniform(0.5, 3.0)),
        stripe_heading_rad=float(rng.uniform(0, np.pi)),
        shadow=float(rng.uniform(0.35, 0.8)) if shaded < 0.15 * share else 1.0,
        shadow_reach_m=float(np.exp(rng.uniform(np.log(0.05), np.log(3.0)))),
        shadow_lean=float(rng.normal(0, 0.15)),
        shadow_inside=bool(rng.random() < 0.7),
        phase_rad=float(rng.uniform(0, 2 * np.pi)),
    )


def draw_surface(
    surface: Surface,
    picture: Picture,
    *,
    u_m: Picture,
    y_m: Picture,
    heights: Picture,
    fine: Picture,
    time_s: float,
) -> Picture:
    """Lay shadow, stripes and line on the water's colours.

    Args:
        surface: What lies there.
        picture: (rows, columns, 3) float32 RGB of the water.
        u_m: Along the hull, (rows, columns).
        y_m: From the hull, (rows, columns).
        heights: Small-wave heights, (rows, columns).
        fine: Heights of still smaller waves, at which foam and scum are torn, (rows, columns).
        time_s: Time; what floats drifts with it.

    Returns:
        A new picture, or `picture` itself where the water is bare.
    """
    drawn = picture
    if surface.shadow < 1:
        drawn = drawn * (1 - (1 - surface.shadow) * _shade(surface, u_m, y_m, heights))[..., None]
    if surface.stripes > 0:
        cover = _stripes(surface, u_m, y_m, fine, time_s)[..., None]
        drawn = drawn * (1 - cover) + np.float32(0.9) * cover
    if surface.line > 0:
        cover = _line(surface, u_m - np.float32(0.05 * time_s), y_m, fine)[..., None]
        drawn = drawn * (1 - cover) + np.array(surface.line_rgb, dtype=np.float32) * cover
    return np.asarray(drawn, dtype=np.float32)


def _shade(surface: Surface, u_m: Picture, y_m: Picture, heights: Picture) -> Picture:
    edge = np.maximum(surface.shadow_reach_m * (1 + surface.shadow_lean * u_m), 0.01)
    within = np.asarray(edge * (1 + 0.08 * heights) - y_m, dtype=np.float32)
    shade = smooth_step(within, edge=0.0, width=0.15 * surface.shadow_reach_m + 0.01)
    return shade if surface.shadow_inside else 1 - shade


def _stripes(surface: Surface, u_m: Picture, y_m: Picture, fine: Picture, time_s: float) -> Picture:
    across = u_m * np.cos(surface.stripe_heading_rad) + y_m * np.sin(surface.stripe_heading_rad)
    wobble = 1.3 * np.sin(0.9 * u_m - 0.7 * y_m + surface.phase_rad)
    crest = np.sin(2 * np.pi * across / surface.stripe_spacing_m - 1.7 * time_s + wobble)
    # A thin broken crest, and bubbles that trail behind it.
    torn = np.asarray(crest + 0.5 * fine, dtype=np.float32)
    cover = smooth_step(torn, edge=1.5, width=0.5) * (0.75 + 0.25 * np.tanh(fine))
    return np.asarray(np.clip(cover * surface.stripes, 0, 1), dtype=np.float32)


def _line(surface: Surface, u_m: Picture, y_m: Picture, fine: Picture) -> Picture:
    wobble = 0.5 * np.sin(2.1 * u_m + surface.phase_rad) + 0.3 * np.sin(5.3 * u_m + 2 * surface.phase_rad)
    middle = surface.line_from_hull_m * (1 + 0.35 * wobble)
    off = (np.abs(y_m - middle) / (0.5 * surface.line_width_m) + 0.5 * np.abs(fine)).astype(np.float32)
    torn = smooth_step(np.asarray(0.7 * fine + wobble, dtype=np.float32), edge=-0.7, width=0.8)
    return np.asarray((1 - smooth_step(off, edge=1.0, width=1.0)) * torn * surface.line, dtype=np.float32)
