"""The camera: projections by hand, there and back, against a second derivation, and the water's points."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vision.synthetic.camera import Camera, PlateMap

Array = NDArray[np.float64]


def camera(**changes: Any) -> Camera:
    parts: dict[str, Any] = {
        "width_px": 640,
        "height_px": 480,
        "focal_px": 2000.0,
        "distance_m": 10.0,
        "azimuth_deg": 0.0,
        "elevation_deg": 0.0,
        "roll_deg": 0.0,
        "look_at_u_m": 0.0,
        "look_at_z_m": 8.0,
    }
    return Camera(**(parts | changes))


def plate(
    of: Camera, *, flare_deg: float = 0.0, curvature_per_m: float = 0.0, hinge_z_m: float = 8.0
) -> PlateMap:
    return PlateMap(
        to_picture=of.plate_to_picture(flare_deg, hinge_z_m),
        hinge_z_m=hinge_z_m,
        curvature_per_m=curvature_per_m,
    )


def pixels(of: Camera, u_m: float, z_m: float, **plating: float) -> tuple[float, float]:
    column, row = plate(of, **plating).pixels(np.array([u_m]), np.array([z_m]))[0]
    return float(column), float(row)


def test_the_point_looked_at_is_in_the_middle() -> None:
    # 640 by 480: the middle lies between pixels 319 and 320.
    for pose in ({}, {"azimuth_deg": 20.0, "elevation_deg": 30.0, "roll_deg": 5.0}):
        assert pixels(camera(**pose), 0.0, 8.0) == pytest.approx((319.5, 239.5))


def test_a_metre_straight_on_by_hand() -> None:
    # 2000 px focal length at 10 m: 200 px a metre, right is right and up is up.
    assert pixels(camera(), 1.0, 8.0) == pytest.approx((519.5, 239.5))
    assert pixels(camera(), 0.0, 9.0) == pytest.approx((319.5, 39.5))


def test_from_the_right_what_is_right_is_nearer() -> None:
    of = camera(azimuth_deg=30.0)
    right, left = pixels(of, 1.0, 8.0)[0] - 319.5, 319.5 - pixels(of, -1.0, 8.0)[0]
    # cos 30 metres across the view, sin 30 metres nearer or farther.
    assert right == pytest.approx(2000 * np.cos(np.radians(30)) / 9.5)
    assert left == pytest.approx(2000 * np.cos(np.radians(30)) / 10.5)


def test_from_above_what_is_high_is_nearer() -> None:
    of = camera(elevation_deg=30.0)
    up, down = 239.5 - pixels(of, 0.0, 9.0)[1], pixels(of, 0.0, 7.0)[1] - 239.5
    assert up == pytest.approx(2000 * np.cos(np.radians(30)) / 9.5)
    assert down == pytest.approx(2000 * np.cos(np.radians(30)) / 10.5)


def test_roll_turns_the_picture_against_the_camera() -> None:
    column, row = pixels(camera(roll_deg=10.0), 0.0, 9.0)
    assert column - 319.5 == pytest.approx(-200 * np.sin(np.radians(10)))
    assert 239.5 - row == pytest.approx(200 * np.cos(np.radians(10)))


def test_flare_brings_the_upper_plating_nearer_by_hand() -> None:
    # 45 degrees: a metre higher stands a metre out.
    assert 239.5 - pixels(camera(), 0.0, 9.0, flare_deg=45.0)[1] == pytest.approx(2000 / 9)


poses = st.fixed_dictionaries(
    {
        "azimuth_deg": st.floats(-35, 35),
        "elevation_deg": st.floats(0, 60),
        "roll_deg": st.floats(-15, 15),
        "distance_m": st.floats(3, 40),
        "look_at_u_m": st.floats(-2, 2),
    }
)


@given(
    pose=poses, flare_deg=st.floats(-5, 30), curvature_per_m=st.one_of(st.just(0.0), st.floats(1e-5, 0.04)),
    u_m=st.floats(-1, 1), z_m=st.floats(6.5, 9.5),
)  # fmt: skip
def test_plating_to_picture_and_back(
    pose: dict[str, float], flare_deg: float, curvature_per_m: float, u_m: float, z_m: float
) -> None:
    mapped = plate(camera(**pose), flare_deg=flare_deg, curvature_per_m=curvature_per_m)
    back_u, back_z = mapped.plating(mapped.pixels(np.array([u_m]), np.array([z_m])))
    assert (float(back_u[0]), float(back_z[0])) == pytest.approx((u_m, z_m), abs=1e-6)


@given(pose=poses, u_m=st.floats(-1, 1), z_m=st.floats(6.5, 9.5), flare_deg=st.floats(-5, 30))
def test_the_homography_is_the_pinhole_of_the_point_in_space(
    pose: dict[str, float], u_m: float, z_m: float, flare_deg: float
) -> None:
    of = camera(**pose)
    point = np.array([u_m, np.tan(np.radians(flare_deg)) * (z_m - 8.0), z_m])
    seen = of.rotation() @ (point - of.centre_m())
    expected = of.focal_px * seen[:2] / seen[2] + np.array([320, 240]) - 0.5
    assert pixels(of, u_m, z_m, flare_deg=flare_deg) == pytest.approx(tuple(expected), abs=1e-6)


@given(pose=poses)
def test_a_rotation_is_one(pose: dict[str, float]) -> None:
    of = camera(**pose)
    turned = of.rotation()
    assert turned @ turned.T == pytest.approx(np.eye(3), abs=1e-9)
    # (u, y, z) is left-handed and the picture's axes are right-handed.
    assert float(np.linalg.det(turned)) == pytest.approx(-1.0)
    towards = np.array([of.look_at_u_m, 0.0, of.look_at_z_m]) - of.centre_m()
    assert turned[2] == pytest.approx(towards / np.linalg.norm(towards))
    assert np.linalg.norm(towards) == pytest.approx(of.distance_m)


@given(pose=poses)
def test_rays_meet_the_water_where_they_say(pose: dict[str, float]) -> None:
    of = camera(**(pose | {"width_px": 24, "height_px": 18, "focal_px": 75.0}))
    u_m, y_m = of.water_points(7.5)
    seen = np.argwhere(np.isfinite(u_m) & (y_m < 200))
    for row, column in seen[::37]:
        point = np.array([u_m[row, column], y_m[row, column], 7.5])
        in_camera = of.rotation() @ (point - of.centre_m())
        assert in_camera[2] > 0, "before the camera"
        place = of.focal_px * in_camera[:2] / in_camera[2] + np.array([12, 9]) - 0.5
        assert tuple(place) == pytest.approx((column, row), abs=1e-5)


@given(pose=poses, k1=st.floats(-0.12, 0.12), u_m=st.floats(-1, 1), z_m=st.floats(6.8, 9.2))
def test_a_lens_bends_the_pinholes_picture_and_rays_go_back_through_it(
    pose: dict[str, float], k1: float, u_m: float, z_m: float
) -> None:
    # A short lens, at which the distortion is tens of pixels.
    short = {"focal_px": 700.0, "distance_m": 3.5}
    of = camera(**(pose | short), k1=k1)
    ideal = np.array(pixels(camera(**(pose | short)), u_m, z_m)) - [319.5, 239.5]
    bent = plate(of)
    bent = PlateMap(to_picture=bent.to_picture, hinge_z_m=8.0, curvature_per_m=0.0, lens=of.lens())
    seen = bent.pixels(np.array([u_m]), np.array([z_m]))
    if float(np.hypot(*ideal)) < 400:
        expected = ideal * (1 + k1 * float(ideal @ ideal) / 700**2) + [319.5, 239.5]
        assert seen[0] == pytest.approx(expected, abs=1e-6)
        back_u, back_z = bent.plating(seen)
        assert (float(back_u[0]), float(back_z[0])) == pytest.approx((u_m, z_m), abs=1e-4)


@pytest.mark.parametrize("k1", [-0.12, 0.12])
def test_water_seen_through_a_lens_meets_the_plating_at_the_waterline(k1: float) -> None:
    of = camera(elevation_deg=12.0, focal_px=600.0, distance_m=3.0, k1=k1)
    bent = PlateMap(
        to_picture=of.plate_to_picture(0.0, 7.6), hinge_z_m=7.6, curvature_per_m=0.0, lens=of.lens()
    )
    u_m, y_m = of.water_points(7.6)
    for at in (-1.2, 0.0, 0.9):
        column, row = np.round(bent.pixels(np.array([at]), np.array([7.6]))[0]).astype(int)
        assert y_m[row, column] == pytest.approx(0.0, abs=0.03)
        assert u_m[row, column] == pytest.approx(at, abs=0.01)


def test_rays_that_do_not_go_down_meet_no_water() -> None:
    u_m, y_m = camera().water_points(7.5)
    assert np.isnan(u_m[:239]).all()
    assert np.isnan(y_m[:239]).all()
    assert np.isfinite(u_m[241:]).all()


def test_water_and_plating_meet_at_the_waterline() -> None:
    of = camera(elevation_deg=15.0, azimuth_deg=10.0)
    column, row = pixels(of, 0.3, 7.6)
    u_m, y_m = of.water_points(7.6)
    assert y_m[round(row), round(column)] == pytest.approx(0.0, abs=0.03)
    assert u_m[round(row), round(column)] == pytest.approx(0.3, abs=0.01)
