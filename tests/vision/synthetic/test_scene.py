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
