"""Rendered marks whose truth is known by its own geometry, and networks that answer with that truth.

Source: docs/conventions.md for the marks; the projection is written out again here and shares nothing with the labels.
Left out: the renderer's own labels, which are held against this geometry, and faults unless a test asks for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from shared_data import REPOSITORY

from vision.draft import frame as frame_module
from vision.draft.column import UprightView, upright_view
from vision.draft.numerals import MarkCharacter
from vision.synthetic.camera import Camera, PlateMap
from vision.synthetic.clips import clip_scene, load_clips
from vision.synthetic.hull import MarkPaint, paint_marks
from vision.synthetic.marks import Character, ColumnStyle, MarkStyle
from vision.synthetic.render import SceneRenderer
from vision.synthetic.scene import Scene, visible_characters
from vision.synthetic.sea import Sea, random_sea
from vision.synthetic.water import Water

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

SHIP = load_clips(REPOSITORY / "datasets" / "demo-port" / "clips.toml")
CALM = Sea(
    amplitude_m=np.zeros(1),
    angular_frequency_per_s=np.ones(1),
    wavenumber_along_hull_per_m=np.zeros(1),
    phase_rad=np.zeros(1),
)
PAINT = MarkPaint(colour_rgb=(0.95, 0.95, 0.93), wear=0.0, rust_bleed=0.0, outline=0.0)
LEAST_VISIBLE = 0.45
# Views of a column, as changes of `camera_at`.
POSES: dict[str, dict[str, Any]] = {
    "level": {},
    "above": {"elevation_deg": 35.0},
    "steep": {"elevation_deg": 55.0},
    "side": {"azimuth_deg": 30.0, "elevation_deg": 12.0},
    "roll": {"roll_deg": 12.0},
    "all": {"azimuth_deg": -20.0, "elevation_deg": 25.0, "roll_deg": -8.0},
    "near": {"px_per_m": 300.0, "focal_px": 1200.0, "elevation_deg": 15.0},
    "small": {"px_per_m": 110.0},
}


def camera_at(draft_m: float, **changes: Any) -> Camera:
    """A camera 448 px square, 250 px a metre at the marks, the still water a third above the lower edge."""
    at: dict[str, Any] = {"px_per_m": 250.0, "row": 0.68, "focal_px": 2400.0, "size_px": (448, 448)} | changes
    width_px, height_px = at.pop("size_px")
    scale, row = at.pop("px_per_m"), at.pop("row")
    pose = {"azimuth_deg": 0.0, "elevation_deg": 6.0, "roll_deg": 0.0, "look_at_u_m": 0.0} | at
    return Camera(
        width_px=width_px,
        height_px=height_px,
        distance_m=pose["focal_px"] / scale,
        look_at_z_m=draft_m + (row - 0.5) * height_px / scale,
        **pose,
    )


def plain_scene(draft_m: float, *, camera: Camera | None = None, **changes: Any) -> Scene:
    """A flat hull with upright, unworn marks in calm water; `changes` replace parts of the scene."""
    camera = camera or camera_at(draft_m)
    style = changes.pop("style", plain_style())
    base = clip_scene(SHIP, replace(SHIP.clips[0], draft_m=draft_m))
    parts = {
        "camera": camera,
        "style": style,
        "characters": visible_characters(style, camera, draft_m),
        "flare_deg": 0.0,
        "curvature_per_m": 0.0,
        "rake": 0.0,
        "bend_per_m": 0.0,
        "paint": PAINT,
        "sea": CALM,
        "significant_height_m": 0.0,
        "faults": 0.0,
        "foreground_seed": None,
    }
    return replace(base, **(parts | changes))


def plain_style(marks: MarkStyle = MarkStyle.METRE_M) -> ColumnStyle:
    return ColumnStyle(marks=marks, character_width_m=0.075, gap_m=0.03, dashes=False)


def sea_of(height_m: float, period_s: float, seed: int = 5) -> Sea:
    return random_sea(np.random.default_rng(seed), significant_height_m=height_m, peak_period_s=period_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCharacter:
    """A character above the water: its corners in the picture, lower left, lower right, upper left, upper right."""

    text: str
    value_m: float
    corners_px: Array
    visible: float
    on_axis: bool

    @property
    def dry(self) -> bool:
        """Whether its lower edge is above the water."""
        return self.visible > 0.999


def plate_of(scene: Scene) -> PlateMap:
    return PlateMap(
        to_picture=scene.camera.plate_to_picture(scene.flare_deg, scene.draft_m),
        hinge_z_m=scene.draft_m,
        curvature_per_m=scene.curvature_per_m,
    )


def seen_characters(scene: Scene, time_s: float) -> list[SeenCharacter]:
    """What of the marks stands above the water and within the picture."""
    found = (_seen(scene, plate_of(scene), character, time_s) for character in scene.characters)
    return [seen for seen in found if seen is not None]


def _seen(scene: Scene, plate: PlateMap, character: Character, time_s: float) -> SeenCharacter | None:
    left = scene.axis_m(character.lower_edge_m) + character.left_m
    right = left + character.width_m
    middle = np.array([(left + right) / 2])
    water_m = scene.draft_m + float(scene.sea.elevation_m(middle, time_s)[0])
    top_m = character.lower_edge_m + character.height_m
    low_m = max(character.lower_edge_m, water_m)
    visible = (top_m - low_m) / character.height_m
    if visible < LEAST_VISIBLE:
        return None
    corners = plate.pixels(np.array([left, right, left, right]), np.array([low_m, low_m, top_m, top_m]))
    size = np.array([scene.camera.width_px, scene.camera.height_px])
    if (corners < 0).any() or (corners > size - 1).any():
        return None
    return SeenCharacter(
        text=character.text,
        value_m=character.lower_edge_m,
        corners_px=corners,
        visible=visible,
        on_axis=character.left_m < 0 < character.left_m + character.width_m,
    )


def view_px(view: UprightView, points_px: Array) -> Array:
    """(n, 2) columns and rows of the view at points of the picture: `UprightView.picture_px` turned round."""
    guess = np.tile([view.image_bgr.shape[1] / 2, view.image_bgr.shape[0] / 2], (len(points_px), 1))
    for _ in range(6):
        here = view.picture_px(guess[:, 1], guess[:, 0])
        by_column = view.picture_px(guess[:, 1], guess[:, 0] + 1) - here
        by_row = view.picture_px(guess[:, 1] + 1, guess[:, 0]) - here
        slopes = np.stack([by_column, by_row], axis=-1)
        guess = guess + np.linalg.solve(slopes, (points_px - here)[..., None])[..., 0]
    return guess


class CleanRenderer(SceneRenderer):
    """Draws marks on plating of one colour over water of another, so that nothing but geometry is tested."""

    def _paint(self) -> Any:
        plating = np.empty((*self._extent.shape, 3), dtype=np.float32)
        plating[:] = (0.45, 0.16, 0.13)
        placed = tuple(
            (character, self.scene.axis_m(character.lower_edge_m)) for character in self.scene.characters
        )
        return paint_marks(
            self._rng, self._extent, plating, placed, typeface=self.scene.typeface, paint=self.scene.paint
        )


def clean_water(water: Water) -> Water:
    """Dull and opaque, without mirror image, foam or waves of its own."""
    return replace(
        water,
        body_rgb=(0.55, 0.5, 0.38),
        mirror=0.0,
        visibility_m=1e-4,
        foam=0.0,
        meniscus=0.0,
        shading=0.0,
        patches=0.0,
        near_hull=0.0,
        tint=0.0,
        roughness=0.0,
    )


class TrueNetworks:
    """Stands where the two networks stand and answers with the geometry of the scene.

    An upright view is a picture without its geometry, so `watch` listens to where views are made.
    """

    identities = ("true-numerals", "true-water")

    def __init__(self, scene: Scene, *, score: float = 0.9, clean: bool = True) -> None:
        self.scene = replace(scene, water=clean_water(scene.water)) if clean else scene
        self.score = score
        self.renderer = (CleanRenderer if clean else SceneRenderer)(self.scene)
        self.time_s = 0.0
        self.views: list[UprightView] = []
        self.searches = 0

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> "TrueNetworks":
        def noted(*arguments: Any, **keywords: Any) -> UprightView:
            self.views.append(upright_view(*arguments, **keywords))
            return self.views[-1]

        monkeypatch.setattr(frame_module, "upright_view", noted)
        return self

    def frames(self, times_s: list[float]) -> Iterator[tuple[float, Image]]:
        for self.time_s in times_s:
            self.views.clear()
            yield self.time_s, self.renderer.frame(self.time_s).image_bgr

    def characters(self, image_bgr: Image, *, least_score: float) -> tuple[MarkCharacter, ...]:
        assert least_score <= self.score
        view = self._view_of(image_bgr)
        # A view turned over, in which the mirror image is looked for: there is none in dull water.
        if view is None:
            return ()
        return tuple(self._found(seen, view_px(view, seen.corners_px)) for seen in self._seen())

    def characters_in_picture(self, image_bgr: Image, *, longest_px: int) -> tuple[MarkCharacter, ...]:
        assert longest_px > 0
        if self._view_of(image_bgr) is not None:
            return self.characters(image_bgr, least_score=0.0)
        self.searches += 1
        return tuple(self._found(seen, seen.corners_px) for seen in self._seen())

    def water(self, image_bgr: Image) -> NDArray[np.float32]:
        view = self._view_of(image_bgr)
        assert view is not None
        return true_water(self.scene, view, self.time_s)

    def _view_of(self, image_bgr: Image) -> UprightView | None:
        return next((view for view in self.views if view.image_bgr is image_bgr), None)

    def _seen(self) -> list[SeenCharacter]:
        return seen_characters(self.scene, self.time_s)

    def _found(self, seen: SeenCharacter, corners: Array) -> MarkCharacter:
        lower_left, lower_right, upper_left, upper_right = corners
        return MarkCharacter(
            text=seen.text,
            score=self.score,
            left_px=float((lower_left[0] + upper_left[0]) / 2),
            top_px=float((upper_left[1] + upper_right[1]) / 2),
            right_px=float((lower_right[0] + upper_right[0]) / 2),
            lower_edge_px=float((lower_left[1] + lower_right[1]) / 2),
        )


def true_water(scene: Scene, view: UprightView, time_s: float) -> NDArray[np.float32]:
    """Share of water in each pixel of a view, by geometry."""
    shape = view.inside.shape
    # Along a row of the view the picture's points are evenly spaced.
    rows = np.arange(shape[0], dtype=np.float64)
    first, last = (view.picture_px(rows, np.full(shape[0], column)) for column in (0.0, shape[1] - 1.0))
    share = np.linspace(0, 1, shape[1])[None, :, None]
    points = first[:, None, :] * (1 - share) + last[:, None, :] * share
    u_m, z_m = plate_of(scene).plating(points.reshape(-1, 2))
    depth_m = (scene.draft_m + scene.sea.elevation_m(u_m, time_s) - z_m).reshape(shape)
    per_px = np.maximum(np.abs(np.gradient(depth_m, axis=0)), 1e-9)
    return np.asarray(np.clip(depth_m / per_px + 0.5, 0, 1), dtype=np.float32)
