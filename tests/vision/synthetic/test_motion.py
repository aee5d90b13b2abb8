"""Camera movement: bounded, steady from frame to frame, followed by every label, and free where there is none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered_marks import CleanRenderer, camera_at, clean_water, plain_scene, seen_characters

from vision.synthetic import render
from vision.synthetic.camera import Camera
from vision.synthetic.motion import STILL, CameraMotion, random_motion
from vision.synthetic.render import SceneRenderer
from vision.synthetic.view import View, view_of

DRIFT = CameraMotion(
    drift_u_m=0.1,
    drift_z_m=0.05,
    drift_period_s=20.0,
    jitter_m=0.01,
    zoom=0.1,
    zoom_period_s=40.0,
    phase_rad=0.0,
)


def test_nothing_moves_on_a_stand() -> None:
    camera = camera_at(8.1)
    assert STILL.still
    assert STILL.moved(camera, 12.3) is camera
    assert random_motion(np.random.default_rng(1), strength=0.0) is STILL


def test_drift_and_zoom_by_hand() -> None:
    # A quarter of the drift's period: the whole amplitude along the hull; a quarter of the zoom's: the whole zoom.
    plain = replace(DRIFT, jitter_m=0.0)
    camera = camera_at(8.1)
    assert plain.moved(camera, 5.0).look_at_u_m == pytest.approx(0.1)
    assert plain.moved(camera, 10.0).focal_px == pytest.approx(1.1 * camera.focal_px)
    assert plain.moved(camera, 10.0).look_at_u_m == pytest.approx(0.0, abs=1e-9)


@given(st.integers(0, 1000), st.floats(0, 120))
def test_a_camera_stays_near_its_place_and_moves_smoothly(seed: int, time_s: float) -> None:
    motion = random_motion(np.random.default_rng(seed), strength=1.0)
    camera = camera_at(8.1)
    here, soon = motion.moved(camera, time_s), motion.moved(camera, time_s + 0.04)
    for one in (here, soon):
        assert abs(one.look_at_u_m - camera.look_at_u_m) <= motion.reach_m + 1e-9
        assert abs(one.look_at_z_m - camera.look_at_z_m) <= motion.reach_m + 1e-9
        assert abs(one.focal_px / camera.focal_px - 1) <= 0.12 + 1e-9
    # In a twenty-fifth of a second a drone in gusts moves by less than 20 mm.
    assert abs(soon.look_at_u_m - here.look_at_u_m) < 0.02


@pytest.mark.parametrize("time_s", [0.0, 3.1, 9.7])
def test_labels_and_waterline_follow_the_camera(time_s: float) -> None:
    scene = replace(plain_scene(8.1), motion=DRIFT)
    scene = replace(scene, water=clean_water(scene.water))
    frame = CleanRenderer(scene).frame(time_s)
    moved = replace(scene, camera=DRIFT.moved(scene.camera, time_s), motion=STILL)
    seen = [one for one in seen_characters(moved, time_s) if one.dry]

    assert len(seen) >= 4
    for character in seen:
        low, high = character.corners_px.min(axis=0), character.corners_px.max(axis=0)
        boxes = [label.box_xyxy_px for label in frame.characters if label.text == character.text]
        assert any(box == pytest.approx((*low, *high), abs=0.01) for box in boxes)
    still = CleanRenderer(moved).frame(time_s)
    assert frame.waterline_px[:, 1].mean() == pytest.approx(still.waterline_px[:, 1].mean(), abs=1.0)
    assert float(np.abs(frame.water.astype(int) - still.water).mean()) < 0.002


def test_maps_are_computed_anew_only_when_the_camera_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    poses: list[Camera] = []

    def counted(camera: Camera, *, flare_deg: float, still_m: float, curvature_per_m: float) -> View:
        poses.append(camera)
        return view_of(camera, flare_deg=flare_deg, still_m=still_m, curvature_per_m=curvature_per_m)

    monkeypatch.setattr(render, "view_of", counted)
    small = plain_scene(8.1, camera=camera_at(8.1, size_px=(96, 96), px_per_m=60.0))
    for motion, expected in ((STILL, 1), (DRIFT, 4)):
        poses.clear()
        renderer = SceneRenderer(replace(small, motion=motion))
        for time_s in (0.0, 0.5, 1.0):
            renderer.frame(time_s)
        assert len(poses) == expected
