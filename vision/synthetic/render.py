"""Draw a scene at a moment: the picture, and exactly what is in it.

Every pixel's ray is taken to the plating and to the water, so that labels and picture come from one geometry.
Left out: choosing scenes (scene.py) and writing files (dataset.py).
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.details import add_ghosts
from vision.synthetic.extent import Extent
from vision.synthetic.faults import apply_faults
from vision.synthetic.foreground import add_foreground
from vision.synthetic.hull import character_ink, paint_marks, paint_plating
from vision.synthetic.labels import CharacterLabel, can_be_seen, character_label
from vision.synthetic.marks import Character
from vision.synthetic.overlays import burn_in
from vision.synthetic.scene import Scene
from vision.synthetic.surface import Surface, draw_surface
from vision.synthetic.view import View, view_of
from vision.synthetic.water import (
    Ripples,
    foam_cover,
    make_ripples,
    patch_brightness,
    ripple_heights,
    shade_water,
)
from vision.synthetic.weather import add_weather

Picture = NDArray[np.float32]
Array = NDArray[np.float64]
Placed = tuple[tuple[Character, float], ...]

_MAX_TEXTURE_PX = 3000
# Foam is torn at waves so many times shorter than those that are drawn.
_FOAM_FINENESS = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFrame:
    """A picture and its truth.

    Attributes:
        image_bgr: uint8 (rows, columns, 3).
        water: uint8 (rows, columns), 1 where water is.
        characters: What can be seen of the marks.
        waterline_px: (n, 2) columns and rows of the contact line along the hull.
        level_m: The water's instantaneous level at the column's axis.
        draft_m: Still-water draft.
    """

    image_bgr: NDArray[np.uint8]
    water: NDArray[np.uint8]
    characters: tuple[CharacterLabel, ...]
    waterline_px: Array
    level_m: float
    draft_m: float


class SceneRenderer:
    """Draws frames of one scene; what does not change is drawn once.

    Args:
        scene: The scene.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._view = self._seen_by(0.0)
        self._rng = np.random.default_rng(scene.seed)
        self._extent = self._plating_extent()
        self._plating = self._bare_plating()
        self._texture = self._paint()
        # How much the marks stand out, wherever they do.
        self._contrast = np.abs(self._texture - self._plating).max(axis=2)
        self._ink = character_ink(self._extent, self._placed(), scene.typeface)
        self._hull_rgb = self._texture.reshape(-1, 3).mean(axis=0)
        self._ripples: Ripples = make_ripples(self._rng, scene.water)
        self._light = self._illumination()
        self._seen_plating = self._plating_in(self._view)

    def frame(self, time_s: float) -> RenderedFrame:
        """Draw the scene at a time.

        Args:
            time_s: Seconds from the clip's start.

        Returns:
            The picture with its truth; the same time gives the same picture.
        """
        scene = self.scene
        view = self._view if scene.motion.still else self._seen_by(time_s)
        hull, ink, stands_out = self._seen_plating if scene.motion.still else self._plating_in(view)
        level = scene.draft_m + scene.sea.elevation_m(view.u_m, time_s)
        wet = _coverage(level, view.z_m)
        picture = self._with_water(view, hull, level, wet, time_s) * self._light[..., None]
        hidden = np.zeros_like(wet)
        if scene.foreground_seed is not None:
            picture, hidden = self._with_foreground(view, picture, scene.foreground_seed)
            wet = wet * (1 - hidden)
        image, contrast, veiled = self._photographed(view, picture, time_s)
        shown = contrast * self._light * stands_out
        labels = (character_label(scene, view.plate, character, time_s) for character in scene.characters)
        hidden = np.maximum(hidden, veiled)
        axis = np.array([scene.axis_m(scene.draft_m)])
        return RenderedFrame(
            image_bgr=image,
            water=(wet > 0.5).astype(np.uint8),
            characters=tuple(
                label
                for label in labels
                if label is not None
                and can_be_seen(label, ink=ink, contrast=shown, image_bgr=image, hidden=hidden)
            ),
            waterline_px=self._waterline(view, time_s),
            level_m=float(scene.draft_m + scene.sea.elevation_m(axis, time_s)[0]),
            draft_m=scene.draft_m,
        )

    def _seen_by(self, time_s: float) -> View:
        scene = self.scene
        return view_of(
            scene.motion.moved(scene.camera, time_s),
            flare_deg=scene.flare_deg,
            still_m=scene.draft_m,
            curvature_per_m=scene.curvature_per_m,
        )

    def _plating_in(self, view: View) -> tuple[Picture, Picture, Picture]:
        """The plating, its ink, and how far that stands out, as a pose sees them."""
        hull, ink, stands_out = (
            self._sample(texture, view.u_m, view.z_m)
            for texture in (self._texture, self._ink, self._contrast)
        )
        return hull, ink, stands_out

    def _photographed(
        self, view: View, picture: Picture, time_s: float
    ) -> tuple[NDArray[np.uint8], Picture, Picture]:
        """What the camera stores, what is left of the scene's contrast, and what is hidden of it."""
        scene = self.scene
        rng = np.random.default_rng([scene.seed, round(time_s * 1000)])
        column, row = view.plate.pixels(
            np.array([scene.axis_m(scene.draft_m)]), np.array([scene.draft_m + 0.3])
        )[0]
        seen = add_weather(scene.weather, rng, picture, lit_px=(float(column), float(row)))
        image = apply_faults(rng, np.random.default_rng(scene.seed), seen.picture, strength=scene.faults)
        if scene.stamps_seed is None:
            return image, seen.contrast, seen.hidden
        image, stamped = burn_in(image, seed=scene.stamps_seed, time_s=time_s)
        return image, seen.contrast, np.maximum(seen.hidden, stamped)

    def _plating_extent(self) -> Extent:
        scene, u_m, z_m = self.scene, self._view.u_m, self._view.z_m
        widened = 1 + abs(scene.motion.zoom)
        margin = 0.3 + scene.motion.reach_m
        scale = min(1.2 * scene.camera.focal_px / scene.camera.distance_m, 1200.0)
        z_low, z_high = np.quantile(z_m, [0.0, 1.0])
        below = scene.draft_m - z_low
        # The mirror image shows plating as high above the water as the ray falls below it.
        high = min(max(z_high, scene.draft_m + below), scene.draft_m + 12)
        high = scene.draft_m + widened * (high - scene.draft_m) + margin
        low = max(z_low, scene.draft_m - 1.5) - margin
        left = widened * max(float(u_m.min()), -15.0) - margin
        right = widened * min(float(u_m.max()), 15.0) + margin
        scale = min(scale, _MAX_TEXTURE_PX / (high - low), _MAX_TEXTURE_PX / (right - left))
        return Extent(left_m=left, right_m=right, low_m=float(low), high_m=float(high), px_per_m=float(scale))

    def _bare_plating(self) -> Picture:
        scene = self.scene
        paint_rng = self._rng if scene.paint_seed is None else np.random.default_rng(scene.paint_seed)
        plating = paint_plating(
            self._rng, self._extent, still_m=scene.draft_m, paint_rng=paint_rng, clutter=scene.clutter
        )
        if scene.ghosts is None:
            return plating
        rng = np.random.default_rng(scene.ghosts)
        earlier = character_ink(self._extent, self._shifted(rng), scene.typeface)
        return add_ghosts(rng, plating, earlier, px_per_m=self._extent.px_per_m)

    def _paint(self) -> Picture:
        scene = self.scene
        return paint_marks(
            self._rng, self._extent, self._plating, self._placed(), typeface=scene.typeface, paint=scene.paint
        )

    def _placed(self) -> Placed:
        scene = self.scene
        painted = (*scene.characters, *scene.fixtures)
        return tuple((one, scene.axis_m(one.lower_edge_m)) for one in painted)

    def _shifted(self, rng: np.random.Generator) -> Placed:
        """The marks as they stood before they were set out anew."""
        up = float(rng.uniform(0.03, 0.17)) * (1.0 if rng.random() < 0.5 else -1.0)
        along = float(rng.normal(0, 0.06))
        return tuple(
            (replace(character, lower_edge_m=character.lower_edge_m + up), axis_m + along)
            for character, axis_m in self._placed()
        )

    def _illumination(self) -> Picture:
        rows, columns = self._view.u_m.shape
        ramp = np.linspace(-1, 1, columns)[None, :] * self._rng.normal(0, 0.1)
        ramp = ramp + np.linspace(-1, 1, rows)[:, None] * self._rng.normal(0, 0.08)
        return np.asarray(np.clip(self._rng.uniform(0.65, 1.15) * (1 + ramp), 0.1, 2.0), dtype=np.float32)

    def _sample(self, texture: Picture, u_m: Array, z_m: Array) -> Picture:
        extent = self._extent
        columns = np.asarray((u_m - extent.left_m) * extent.px_per_m - 0.5, dtype=np.float32)
        rows = np.asarray((extent.high_m - z_m) * extent.px_per_m - 0.5, dtype=np.float32)
        sampled = cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(sampled, dtype=np.float32)

    def _with_water(self, view: View, hull: Picture, level: Array, wet: Picture, time_s: float) -> Picture:
        scene = self.scene
        depth = (level - view.z_m).astype(np.float32)
        surface = view.surface(level - scene.draft_m, depth)
        heights = ripple_heights(self._ripples, scene.water, *surface, time_s)
        # The farther from the hull a ray meets the water, the farther a slope throws its mirror image.
        throw = scene.water.roughness * np.minimum(surface[1], 30) * heights
        bent = 0.02 * heights * np.minimum(np.maximum(depth, 0), 1.0)
        water = shade_water(
            scene.water,
            heights=heights,
            patches=patch_brightness(self._ripples, *surface),
            hull_rgb=self._hull_rgb,
            mirrored=self._sample(self._texture, view.u_m + 0.4 * throw, level + np.abs(depth + throw)),
            submerged=self._sample(self._texture, view.u_m + bent, level - 0.8 * depth),
            depth_m=depth,
            steepness=np.full_like(depth, np.sin(np.radians(max(scene.camera.elevation_deg, 0.5)))),
        )
        if scene.surface is not None:
            water = self._with_surface(scene.surface, surface, water, heights, time_s)
        foam = foam_cover(scene.water, heights, depth)[..., None]
        water = water * (1 - foam) + foam * 0.92
        picture = hull * (1 - wet[..., None]) + water * wet[..., None]
        if scene.water.meniscus:
            edge = np.exp(-((depth / 0.006) ** 2))[..., None] * scene.water.meniscus
            picture = picture + edge * (0.5 if scene.water.meniscus > 0 else picture)
        return np.asarray(picture, dtype=np.float32)

    def _with_surface(
        self,
        surface: Surface,
        points: tuple[Picture, Picture],
        water: Picture,
        heights: Picture,
        time_s: float,
    ) -> Picture:
        if surface.bare:
            return water
        u_m, y_m = points
        finer = _FOAM_FINENESS
        fine = ripple_heights(self._ripples, self.scene.water, finer * u_m, finer * y_m, finer * time_s)
        return draw_surface(surface, water, u_m=u_m, y_m=y_m, heights=heights, fine=fine, time_s=time_s)

    def _waterline(self, view: View, time_s: float) -> Array:
        u_m = np.linspace(view.u_m.min(), view.u_m.max(), 257)
        u_m = np.clip(u_m, self._extent.left_m, self._extent.right_m)
        return view.plate.pixels(u_m, self.scene.draft_m + self.scene.sea.elevation_m(u_m, time_s))

    def _with_foreground(self, view: View, picture: Picture, seed: int) -> tuple[Picture, Picture]:
        rng = np.random.default_rng(seed)
        scene, columns = self.scene, view.u_m.shape[1]
        contact = view.plate.pixels(np.array([scene.axis_m(scene.draft_m)]), np.array([scene.draft_m]))
        return add_foreground(rng, picture, clear_column=float(np.clip(contact[0, 0], 0, columns)))


def _coverage(level: Array, z_m: Array) -> Picture:
    """Share of each pixel that is under water."""
    per_px = np.maximum(np.abs(np.gradient(z_m, axis=0)), 1e-6)
    return np.clip((level - z_m) / per_px + 0.5, 0.0, 1.0).astype(np.float32)
