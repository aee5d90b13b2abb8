"""Scenes at random: within their ranges, the water where it was asked for, and the same scene for the same seed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendered_marks import SHIP, plate_of

from vision.synthetic.scene import SceneRanges, random_camera, random_scene, visible_characters

RANGES = replace(
    SHIP.ranges,
    size_px=(320, 240),
    scale_px_per_m=(110.0, 500.0),
    draft_m=(1.0, 24.0),
    significant_height_m=(0.0, 0.4),
    elevation_deg=(2.0, 50.0),
    azimuth_deg=(-30.0, 30.0),
    roll_deg=(-10.0, 10.0),
    waterline_row=(0.3, 0.9),
    without_marks=0.2,
    foreground=0.3,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31))
def test_a_scene_stays_within_its_ranges(seed: int) -> None:
    scene = random_scene(seed, RANGES, ())

    assert 1.0 <= scene.draft_m <= 24.0
    assert 0.0 <= scene.significant_height_m <= 0.4
    camera = scene.camera
    assert (camera.width_px, camera.height_px) == (320, 240)
    assert 109.999 < camera.focal_px / camera.distance_m < 500.001
    assert 2 <= camera.elevation_deg <= 50
    assert -30 <= camera.azimuth_deg <= 30
    assert scene.axis_m(scene.draft_m) == 0.0
    amplitudes = scene.sea.amplitude_m
    assert float(np.sqrt(np.sum(amplitudes**2) / 2)) == pytest.approx(
        scene.significant_height_m / 4, abs=1e-9
    )
    assert all(character.lower_edge_m >= 0.2 - 1e-9 for character in scene.characters)


def test_the_same_seed_is_the_same_scene() -> None:
    one, again, other = (random_scene(seed, RANGES, ()) for seed in (7, 7, 8))
    assert repr(one) == repr(again) != repr(other)


def test_shares_are_kept() -> None:
    scenes = [random_scene(seed, RANGES, ()) for seed in range(300)]
    bare = float(np.mean([not scene.characters for scene in scenes]))
    covered = float(np.mean([scene.foreground_seed is not None for scene in scenes]))
    assert bare == pytest.approx(0.2, abs=0.08)
    assert covered == pytest.approx(0.3, abs=0.09)


def test_what_ranges_do_not_ask_for_is_not_there() -> None:
    for seed in range(40):
        scene = random_scene(seed, RANGES, ())
        assert (scene.second_style, scene.stamps_seed, scene.ghosts) == (None, None, None)
        assert (scene.weather.night, scene.weather.rain, scene.weather.backlight) == (0, 0, 0)
        assert scene.surface is not None
        assert scene.surface.bare
        assert scene.motion.still
        assert scene.camera.k1 == 0


def test_what_ranges_ask_for_has_its_share_and_changes_nothing_else() -> None:
    more = replace(
        RANGES, second_column=0.3, clutter=1.0, night=0.3, rain=0.3, stamps=0.3, distortion_k1=(-0.1, 0.1),
        motion=0.5, faults=1.0,
    )  # fmt: skip
    scenes = [random_scene(seed, more, ()) for seed in range(300)]
    for there in (
        [scene.weather.night > 0 for scene in scenes],
        [scene.weather.rain > 0 for scene in scenes],
        [scene.stamps_seed is not None for scene in scenes],
        [scene.second_style is not None for scene in scenes if scene.characters],
    ):
        assert float(np.mean(there)) == pytest.approx(0.3, abs=0.09)
    assert max(abs(scene.camera.k1) for scene in scenes) == pytest.approx(0.1, abs=0.01)
    assert 0.3 < float(np.mean([scene.surface is not None and scene.surface.bare for scene in scenes])) < 0.8
    assert sum(scene.ghosts is not None for scene in scenes) > 30
    plain = random_scene(7, replace(RANGES, faults=1.0), ())
    assert repr((scenes[7].water, scenes[7].typeface, scenes[7].sea)) == repr(
        (plain.water, plain.typeface, plain.sea)
    )
    mild = [random_scene(seed, replace(more, faults=0.5), ()) for seed in range(300)]
    assert float(np.mean([scene.weather.rain > 0 for scene in mild])) == pytest.approx(0.15, abs=0.06)


def test_a_second_columns_characters_are_among_the_scenes() -> None:
    scenes = [random_scene(seed, replace(RANGES, second_column=1.0), ()) for seed in range(20)]
    for scene in scenes:
        if scene.second_style is None:
            assert not scene.characters
            continue
        far = [one for one in scene.characters if abs(one.left_m) > 0.9]
        assert far
        assert {round(one.left_m / abs(one.left_m)) for one in far} == {
            round(scene.second_style.offset_m / abs(scene.second_style.offset_m))
        }


def test_no_plating_is_seen_edge_on() -> None:
    steep = replace(RANGES, elevation_deg=(50.0, 60.0))
    for seed in range(200):
        scene = random_scene(seed, steep, ())
        assert scene.camera.elevation_deg + scene.flare_deg <= 68.0 + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.2, 0.9))
def test_the_waterline_is_in_the_asked_row(seed: int, row: float) -> None:
    ranges: SceneRanges = replace(RANGES, waterline_row=(row, row), roll_deg=(0.0, 0.0))
    camera = random_camera(np.random.default_rng(seed), ranges, 8.0)
    scene = replace(
        random_scene(1, RANGES, ()), camera=camera, draft_m=8.0, flare_deg=0.0, curvature_per_m=0.0
    )
    found = plate_of(scene).pixels(np.array([camera.look_at_u_m]), np.array([8.0]))[0, 1]
    # Seen from above, heights are foreshortened towards the middle.
    assert abs((found + 0.5) / 240 - 0.5) <= abs(row - 0.5) * 1.12 + 1e-6
    assert (found + 0.5) / 240 - 0.5 == pytest.approx(
        (row - 0.5) * np.cos(np.radians(camera.elevation_deg)), abs=0.08
    )


def test_marks_reach_beyond_the_picture() -> None:
    scene = random_scene(3, RANGES, ())
    characters = visible_characters(scene.style, scene.camera, scene.draft_m)
    rows = plate_of(replace(scene, flare_deg=0.0, curvature_per_m=0.0)).pixels(
        np.zeros(2), np.array([characters[0].lower_edge_m, characters[-1].lower_edge_m])
    )[:, 1]
    assert rows[0] > 240 or characters[0].lower_edge_m < 0.41
    assert rows[1] < 0
