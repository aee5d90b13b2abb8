"""Draw a scene at a moment: the picture, and exactly what is in it.

Every pixel's ray is taken to the plating and to the water, so that labels and picture come from one geometry.
Left out: choosing scenes (scene.py) and writing files (dataset.py).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.camera import PlateMap
from vision.synthetic.faults import apply_faults
from vision.synthetic.foreground import add_foreground
from vision.synthetic.hull import Extent, paint_marks, paint_plating
from vision.synthetic.marks import Character
from vision.synthetic.scene import Scene
from vision.synthetic.water import (
    Ripples,
    foam_cover,
    make_ripples,
    patch_brightness,
    ripple_heights,
    shade_water,
)

Picture = NDArray[np.float32]
Array = NDArray[np.float64]

_MAX_TEXTURE_PX = 3000
_LEAST_VISIBLE = 0.45
_MOST_HIDDEN = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterLabel:
    """A character that can be seen.

    Attributes:
        text: The character, or "dash".
        value_m: Draft at its lower edge.
        box_xyxy_px: Left, top, right and bottom of its visible part.
        visible: Share of its height above the water, 0 to 1.
    """

    text: str
    value_m: float
    box_xyxy_px: tuple[float, float, float, float]
    visible: float


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
        camera = scene.camera
        self._plate = PlateMap(
            to_picture=camera.plate_to_picture(scene.flare_deg, scene.draft_m),
            hinge_z_m=scene.draft_m,
            curvature_per_m=scene.curvature_per_m,
        )
        rows, columns = camera.height_px, camera.width_px
        grid = (
            np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1)
            .reshape(-1, 2)
            .astype(np.float64)
        )
        u_m, z_m = self._plate.plating(grid)
        self._u_m = u_m.reshape(rows, columns)
        self._z_m = z_m.reshape(rows, columns)
        self._rng = np.random.default_rng(scene.seed)
        self._extent = self._plating_extent()
        self._texture = self._paint()
        self._hull_rgb = self._texture.reshape(-1, 3).mean(axis=0)
        self._ripples: Ripples = make_ripples(self._rng, scene.water)
        water_u, water_y = camera.water_points(scene.draft_m)
        self._water_u = np.nan_to_num(water_u, nan=0.0).astype(np.float32)
        self._water_y = np.clip(np.nan_to_num(water_y, nan=200.0), 0, 200).astype(np.float32)
        self._light = self._illumination()

    def frame(self, time_s: float) -> RenderedFrame:
        """Draw the scene at a time.

        Args:
            time_s: Seconds from the clip's start.

        Returns:
            The picture with its truth; the same time gives the same picture.
        """
        scene = self.scene
        level = scene.draft_m + scene.sea.elevation_m(self._u_m, time_s)
        wet = self._coverage(level)
        hull = self._sample(self._u_m, self._z_m)
        picture = self._with_water(hull, level, wet, time_s) * self._light[..., None]
        characters = self._labels(time_s)
        if scene.foreground_seed is not None:
            picture, hidden = self._with_foreground(picture, scene.foreground_seed)
            wet = wet * (1 - hidden)
            characters = tuple(label for label in characters if not _is_hidden(label, hidden))
        rng = np.random.default_rng([scene.seed, round(time_s * 1000)])
        image = apply_faults(rng, np.random.default_rng(scene.seed), picture, strength=scene.faults)
        axis_level = float(
            scene.draft_m + scene.sea.elevation_m(np.array([scene.axis_m(scene.draft_m)]), time_s)[0]
        )
        return RenderedFrame(
            image_bgr=image,
            water=(wet > 0.5).astype(np.uint8),
            characters=characters,
            waterline_px=self._waterline(time_s),
            level_m=axis_level,
            draft_m=scene.draft_m,
        )

    def _plating_extent(self) -> Extent:
        margin = 0.3
        scale = min(1.2 * self.scene.camera.focal_px / self.scene.camera.distance_m, 1200.0)
        z_low, z_high = np.quantile(self._z_m, [0.0, 1.0])
        below = self.scene.draft_m - z_low
        # The mirror image shows plating as high above the water as the ray falls below it.
        high = min(max(z_high, self.scene.draft_m + below), self.scene.draft_m + 12) + margin
        low = max(z_low, self.scene.draft_m - 1.5) - margin
        left, right = max(float(self._u_m.min()), -15.0) - margin, min(float(self._u_m.max()), 15.0) + margin
        scale = min(scale, _MAX_TEXTURE_PX / (high - low), _MAX_TEXTURE_PX / (right - left))
        return Extent(left_m=left, right_m=right, low_m=float(low), high_m=float(high), px_per_m=float(scale))

    def _paint(self) -> Picture:
        scene = self.scene
        paint_rng = self._rng if scene.paint_seed is None else np.random.default_rng(scene.paint_seed)
        plating = paint_plating(self._rng, self._extent, still_m=scene.draft_m, paint_rng=paint_rng)
        placed = tuple((character, scene.axis_m(character.lower_edge_m)) for character in scene.characters)
        return paint_marks(
            self._rng, self._extent, plating, placed, typeface=scene.typeface, paint=scene.paint
        )

    def _illumination(self) -> Picture:
        rows, columns = self._u_m.shape
        ramp = np.linspace(-1, 1, columns)[None, :] * self._rng.normal(0, 0.1)
        ramp = ramp + np.linspace(-1, 1, rows)[:, None] * self._rng.normal(0, 0.08)
        return np.asarray(np.clip(self._rng.uniform(0.65, 1.15) * (1 + ramp), 0.1, 2.0), dtype=np.float32)

    def _sample(self, u_m: Array, z_m: Array) -> Picture:
        extent = self._extent
        columns = np.asarray((u_m - extent.left_m) * extent.px_per_m - 0.5, dtype=np.float32)
        rows = np.asarray((extent.high_m - z_m) * extent.px_per_m - 0.5, dtype=np.float32)
        sampled = cv2.remap(self._texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(sampled, dtype=np.float32)

    def _coverage(self, level: Array) -> Picture:
        height = level - self._z_m
        per_px = np.maximum(np.abs(np.gradient(self._z_m, axis=0)), 1e-6)
        return np.clip(height / per_px + 0.5, 0.0, 1.0).astype(np.float32)

    def _with_water(self, hull: Picture, level: Array, wet: Picture, time_s: float) -> Picture:
        scene = self.scene
        depth = (level - self._z_m).astype(np.float32)
        heights = ripple_heights(self._ripples, scene.water, self._water_u, self._water_y, time_s)
        # The farther from the hull a ray meets the water, the farther a slope throws its mirror image.
        throw = scene.water.roughness * np.minimum(self._water_y, 30) * heights
        mirror = self._sample(self._u_m + 0.4 * throw, level + np.abs(depth + throw))
        bent = 0.02 * heights * np.minimum(np.maximum(depth, 0), 1.0)
        submerged = self._sample(self._u_m + bent, level - 0.8 * depth)
        steepness = np.full_like(depth, np.sin(np.radians(max(scene.camera.elevation_deg, 0.5))))
        patches = patch_brightness(self._ripples, self._water_u, self._water_y)
        water = shade_water(
            scene.water,
            heights=heights,
            patches=patches,
            hull_rgb=self._hull_rgb,
            mirrored=mirror,
            submerged=submerged,
            depth_m=depth,
            steepness=steepness,
        )
        foam = foam_cover(scene.water, heights, depth)[..., None]
        water = water * (1 - foam) + foam * 0.92
        picture = hull * (1 - wet[..., None]) + water * wet[..., None]
        if scene.water.meniscus:
            edge = np.exp(-((depth / 0.006) ** 2))[..., None] * scene.water.meniscus
            picture = picture + edge * (0.5 if scene.water.meniscus > 0 else picture)
        return np.asarray(picture, dtype=np.float32)

    def _waterline(self, time_s: float) -> Array:
        u_m = np.linspace(self._u_m.min(), self._u_m.max(), 257)
        u_m = np.clip(u_m, self._extent.left_m, self._extent.right_m)
        return self._plate.pixels(u_m, self.scene.draft_m + self.scene.sea.elevation_m(u_m, time_s))

    def _with_foreground(self, picture: Picture, seed: int) -> tuple[Picture, Picture]:
        rng = np.random.default_rng(seed)
        columns = self._u_m.shape[1]
        contact = self._plate.pixels(
            np.array([self.scene.axis_m(self.scene.draft_m)]), np.array([self.scene.draft_m])
        )
        return add_foreground(rng, picture, clear_column=float(np.clip(contact[0, 0], 0, columns)))

    def _labels(self, time_s: float) -> tuple[CharacterLabel, ...]:
        found = (self._label(character, time_s) for character in self.scene.characters)
        return tuple(label for label in found if label is not None)

    def _label(self, character: Character, time_s: float) -> CharacterLabel | None:
        scene = self.scene
        left = scene.axis_m(character.lower_edge_m) + character.left_m
        middle = left + character.width_m / 2
        level = scene.draft_m + float(scene.sea.elevation_m(np.array([middle]), time_s)[0])
        bottom = max(character.lower_edge_m, level)
        top = character.lower_edge_m + character.height_m
        visible = (top - bottom) / character.height_m
        if visible < _LEAST_VISIBLE:
            return None
        corners_u = np.array([left, left + character.width_m, left, left + character.width_m])
        pixels = self._plate.pixels(corners_u, np.array([bottom, bottom, top, top]))
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        rows, columns = self._u_m.shape
        inside = (max(low[0], -0.5), max(low[1], -0.5), min(high[0], columns - 0.5), min(high[1], rows - 0.5))
        kept = max(0.0, inside[2] - inside[0]) * max(0.0, inside[3] - inside[1])
        if kept < 0.6 * float(np.prod(high - low)):
            return None
        return CharacterLabel(
            text=character.text, value_m=character.lower_edge_m, box_xyxy_px=inside, visible=visible
        )


def _is_hidden(label: CharacterLabel, hidden: Picture) -> bool:
    left, top, right, bottom = (max(0, round(edge)) for edge in label.box_xyxy_px)
    return float(hidden[top : bottom + 1, left : right + 1].mean()) > _MOST_HIDDEN
