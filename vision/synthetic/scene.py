"""One scene: everything that stays the same while a clip runs, drawn at random within declared ranges.

The ranges are those of the real samples' variety, widened; see docs/draft-reading.md.
Left out: drawing, which is render.py's.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vision.synthetic.camera import Camera
from vision.synthetic.hull import MarkPaint, random_mark_paint
from vision.synthetic.lettering import Typeface, random_typeface
from vision.synthetic.marks import (
    Character,
    ColumnStyle,
    column_characters,
    column_fixtures,
    random_column_style,
    random_second_column,
)
from vision.synthetic.motion import STILL, CameraMotion, random_motion
from vision.synthetic.sea import Sea, random_sea
from vision.synthetic.surface import Surface, random_surface
from vision.synthetic.water import Water, random_water
from vision.synthetic.weather import FAIR, Weather, random_weather

_GHOST_SHARE = 0.2
_MOST_OBLIQUE_DEG = 68.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is painted of a column.

    Attributes:
        characters: Its characters.
        fixtures: What goes with them and is none.
    """

    characters: tuple[Character, ...]
    fixtures: tuple[Character, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneRanges:
    """What scenes are drawn from; every field is a (low, high) pair unless said.

    Attributes:
        size_px: Picture width and height.
        scale_px_per_m: Resolution at the marks, drawn on a log scale.
        draft_m: Still-water draft.
        significant_height_m: Of the sea at the hull.
        elevation_deg: Camera above the horizon.
        azimuth_deg: Camera to the side.
        roll_deg: Camera roll.
        waterline_row: Where the waterline crosses the picture's height, 0 at the top.
        without_marks: Share of scenes that show no marks.
        faults: Strength of picture faults, 0 for none to 1.
        foreground: Share of scenes with a thing between camera and hull.
        second_column: Share of scenes with a second column of marks.
        clutter: How often hull and water show what is taken for marks or a waterline, 0 for never to 1.
        night: Share of scenes at night, of faults at full strength.
        rain: Share of scenes in rain, of faults at full strength.
        backlight: Share of scenes against the light, of faults at full strength.
        stamps: Share of scenes with text burned in, of faults at full strength.
        distortion_k1: Brown's first coefficient of the lens, at faults of full strength.
        motion: Strength of camera movement over a clip, 0 for a stand to 1 for a drone in gusts.
    """

    size_px: tuple[int, int]
    scale_px_per_m: tuple[float, float]
    draft_m: tuple[float, float]
    significant_height_m: tuple[float, float]
    elevation_deg: tuple[float, float]
    azimuth_deg: tuple[float, float]
    roll_deg: tuple[float, float]
    waterline_row: tuple[float, float]
    without_marks: float
    faults: float
    foreground: float
    second_column: float = 0.0
    clutter: float = 0.0
    night: float = 0.0
    rain: float = 0.0
    backlight: float = 0.0
    stamps: float = 0.0
    distortion_k1: tuple[float, float] = (0.0, 0.0)
    motion: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A hull, its marks, the sea, the water and a camera.

    Attributes:
        seed: Seed of everything random that drawing adds.
        paint_seed: Seed of the hull's paint where several scenes show one ship; None takes it from `seed`.
        draft_m: Still-water draft: the truth.
        camera: Pose and lens.
        flare_deg: Lean of the plating.
        curvature_per_m: Growth of the flare with height.
        rake: Sideways metres of the column's axis per metre of height.
        bend_per_m: Sideways curvature of the axis.
        style: Layout of the marks.
        characters: The marks, empty in a scene without.
        typeface: Their lettering.
        paint: Their condition.
        sea: The waves.
        significant_height_m: Their significant height: the truth.
        water: Its appearance.
        faults: Strength of picture faults, 0 to 1.
        foreground_seed: Seed of a thing between camera and hull, None where there is none.
        fixtures: What is painted with the marks and is no character: points, staves.
        second_style: Layout of a second column, whose characters are among `characters`; None where there is none.
        surface: What lies on the water; None for nothing.
        weather: Night, rain, backlight.
        stamps_seed: Seed of text burned in, None where there is none.
        clutter: How often the plating shows dents, scum lines and the like, 0 for never to 1.
        ghosts: Seed of numerals that were painted over, None where there are none.
        motion: How the camera moves over a clip.
    """

    seed: int
    paint_seed: int | None
    draft_m: float
    camera: Camera
    flare_deg: float
    curvature_per_m: float
    rake: float
    bend_per_m: float
    style: ColumnStyle
    characters: tuple[Character, ...]
    typeface: Typeface
    paint: MarkPaint
    sea: Sea
    significant_height_m: float
    water: Water
    faults: float
    foreground_seed: int | None
    fixtures: tuple[Character, ...] = ()
    second_style: ColumnStyle | None = None
    surface: Surface | None = None
    weather: Weather = FAIR
    stamps_seed: int | None = None
    clutter: float = 0.0
    ghosts: int | None = None
    motion: CameraMotion = STILL

    def axis_m(self, z_m: float) -> float:
        """Position along the hull of the column's axis at a height, metres."""
        rise = z_m - self.draft_m
        return self.rake * rise + self.bend_per_m * rise**2


def random_scene(seed: int, ranges: SceneRanges, fonts: tuple[Path, ...]) -> Scene:
    """Draw one scene.

    Args:
        seed: The same seed and ranges give the same scene.
        ranges: What to draw from.
        fonts: Type faces that lettering may use besides block letters.

    Returns:
        The scene.
    """
    rng = np.random.default_rng(seed)
    draft_m = float(rng.uniform(*ranges.draft_m))
    height_m = float(rng.uniform(*ranges.significant_height_m)) * float(rng.random() < 0.8)
    camera = random_camera(rng, ranges, draft_m)
    style = random_column_style(rng)
    bare = rng.random() < ranges.without_marks
    marks = Marks(characters=(), fixtures=()) if bare else _random_marks(rng, style, camera, draft_m)
    curved = rng.random() < 0.35
    # Plating that leans out farther than this is seen edge on, or hides its own marks.
    most_flare = min(30.0, _MOST_OBLIQUE_DEG - camera.elevation_deg)
    plain = Scene(
        seed=int(rng.integers(2**31)),
        paint_seed=None,
        draft_m=draft_m,
        camera=camera,
        flare_deg=min(most_flare, float(rng.uniform(-5, 30))) if curved else 0.0,
        curvature_per_m=float(rng.uniform(0, 0.04)) if curved else 0.0,
        rake=float(rng.normal(0, 0.2)) if rng.random() < 0.5 else 0.0,
        bend_per_m=float(rng.normal(0, 0.03)) if curved else 0.0,
        style=style,
        characters=marks.characters,
        fixtures=marks.fixtures,
        typeface=random_typeface(rng, fonts),
        paint=random_mark_paint(rng),
        sea=random_sea(
            rng,
            significant_height_m=height_m,
            peak_period_s=float((0.8 + 3.6 * np.sqrt(height_m)) * rng.uniform(0.6, 1.3)),
        ),
        significant_height_m=height_m,
        water=random_water(rng, roughness=float(rng.uniform(0.01, 0.05) + 0.2 * height_m)),
        faults=ranges.faults,
        foreground_seed=int(rng.integers(2**31)) if rng.random() < ranges.foreground else None,
        clutter=ranges.clutter,
    )
    # A stream of its own, so that what is added here changes nothing of the scene above.
    return _with_additions(rng.spawn(1)[0], plain, ranges)


def _with_additions(rng: np.random.Generator, scene: Scene, ranges: SceneRanges) -> Scene:
    """A second column, ghosts of old numerals, what floats, weather, stamps, distortion and movement."""
    strength = min(ranges.faults, 1.0)
    seconds, ghosts, stamps = (float(draw) for draw in rng.random(3))
    second = random_second_column(rng, scene.style)
    surface = random_surface(rng, share=ranges.clutter, roughness=scene.water.roughness)
    weather = random_weather(
        rng, night=ranges.night * strength, rain=ranges.rain * strength, backlight=ranges.backlight * strength
    )
    k1 = strength * float(rng.uniform(*ranges.distortion_k1))
    changed = replace(
        scene,
        camera=replace(scene.camera, k1=k1),
        surface=surface,
        weather=weather,
        stamps_seed=int(rng.integers(2**31)) if stamps < ranges.stamps * strength else None,
        ghosts=int(rng.integers(2**31)) if ghosts < _GHOST_SHARE * ranges.clutter else None,
        motion=random_motion(rng, strength=ranges.motion),
    )
    if not scene.characters or seconds >= ranges.second_column:
        return changed
    return replace(
        changed,
        second_style=second,
        characters=(*scene.characters, *visible_characters(second, scene.camera, scene.draft_m)),
        fixtures=(*scene.fixtures, *visible_fixtures(second, scene.camera, scene.draft_m)),
    )


def random_camera(rng: np.random.Generator, ranges: SceneRanges, draft_m: float) -> Camera:
    """Draw a camera that sees the waterline at a draft.

    Args:
        rng: Source of randomness.
        ranges: What to draw from.
        draft_m: Still-water draft.

    Returns:
        The camera.
    """
    low, high = np.log(ranges.scale_px_per_m)
    scale = float(np.exp(rng.uniform(low, high)))
    width, height = ranges.size_px
    focal = float(rng.uniform(1.1, 8.0)) * width
    row = float(rng.uniform(*ranges.waterline_row))
    return Camera(
        width_px=width,
        height_px=height,
        focal_px=focal,
        distance_m=focal / scale,
        azimuth_deg=float(rng.uniform(*ranges.azimuth_deg)),
        elevation_deg=float(rng.uniform(*ranges.elevation_deg)),
        roll_deg=float(rng.normal(0, 0.4) * ranges.roll_deg[1]),
        look_at_u_m=float(rng.normal(0, 0.22) * width / scale),
        look_at_z_m=draft_m + (row - 0.5) * height / scale,
    )


def visible_characters(style: ColumnStyle, camera: Camera, draft_m: float) -> tuple[Character, ...]:
    """Marks that go on well below the water and above the picture."""
    reach = _reach_m(camera)
    return column_characters(style, lowest_m=max(0.2, draft_m - reach), highest_m=draft_m + reach)


def visible_fixtures(style: ColumnStyle, camera: Camera, draft_m: float) -> tuple[Character, ...]:
    """What is painted with these marks and is no character."""
    reach = _reach_m(camera)
    return column_fixtures(style, lowest_m=max(0.2, draft_m - reach), highest_m=draft_m + reach)


def _reach_m(camera: Camera) -> float:
    return 1.5 * camera.height_px * camera.distance_m / camera.focal_px + 0.5


def _random_marks(rng: np.random.Generator, style: ColumnStyle, camera: Camera, draft_m: float) -> Marks:
    """Marks in view; some columns end in view, and some have lost numerals."""
    reach = _reach_m(camera)
    lowest = max(0.2, draft_m - reach)
    top = draft_m + (reach if rng.random() < 0.85 else float(rng.uniform(0.3, reach)))
    characters = column_characters(style, lowest_m=lowest, highest_m=top)
    fixtures = column_fixtures(style, lowest_m=lowest, highest_m=top)
    if rng.random() < 0.2:
        lost = float(rng.uniform(0.05, 0.35))
        characters = tuple(character for character in characters if rng.random() > lost)
    return Marks(characters=characters, fixtures=fixtures)
