"""Where a pixel lies: hand calculation, a laser range finder, a stream's own ground points, a bundle adjustment."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from drone.pose.gcj02 import gcj02_from_wgs84
from drone.pose.geodesy import between
from drone.pose.ground import CameraPose, Pinhole, PoseErrors, error_ellipse, footprint, ground_point
from drone.pose.rotations import angles, from_quaternion, relative_to_world, rotation
from drone.telemetry import FlightSample, read_flight_log

REAL = SHARED / "data/telemetry"
UHD = Pinhole(focal_length_px=2560.0, width_px=3840, height_px=2160)
MIDDLE = (1920.0, 1080.0)


def pose(yaw_deg: float, pitch_deg: float, *, height_m: float = 100.0, roll_deg: float = 0.0) -> CameraPose:
    return CameraPose(
        latitude_deg=31.0,
        longitude_deg=121.0,
        height_m=height_m,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        roll_deg=roll_deg,
    )


def pose_of(sample: FlightSample, height_m: float | None) -> CameraPose:
    written: list[Any] = [
        sample.latitude_deg,
        sample.longitude_deg,
        height_m,
        sample.gimbal_yaw_deg,
        sample.gimbal_pitch_deg,
        sample.gimbal_roll_deg,
    ]
    names = ("latitude_deg", "longitude_deg", "height_m", "yaw_deg", "pitch_deg", "roll_deg")
    return CameraPose(**dict(zip(names, written, strict=True)))


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    north_m, east_m, _ = between((*one, 0.0), (*other, 0.0))
    return math.hypot(north_m, east_m)


def test_synthetic_nadir() -> None:
    """Width 75 m to either side, height 42.2 m, on the ellipsoid at 31° N."""
    corners = footprint(pose(0.0, -90.0), UHD, 0.0)
    assert corners is not None
    assert [round(corners[0].latitude_deg, 7), round(corners[0].longitude_deg, 7)] == [
        31.0003805,
        120.9992147,
    ]
    assert [round(corners[2].latitude_deg, 7), round(corners[2].longitude_deg, 7)] == [
        30.9996195,
        121.0007853,
    ]


@pytest.mark.parametrize(
    ("yaw_deg", "pitch_deg", "latitude_deg", "longitude_deg"),
    [(90.0, -45.0, 31.0, 121.0010471), (0.0, -30.0, 31.0015622, 121.0)],
)
def test_synthetic_oblique(
    yaw_deg: float, pitch_deg: float, latitude_deg: float, longitude_deg: float
) -> None:
    point = ground_point(pose(yaw_deg, pitch_deg), UHD, MIDDLE, 0.0)
    assert point is not None
    assert (point.latitude_deg, point.longitude_deg) == pytest.approx(
        (latitude_deg, longitude_deg), abs=1.5e-7
    )


@needs_shared
def test_a_laser_range_finder_is_met_within_0_3_m() -> None:
    sample = read_flight_log(REAL / "stills/H20N_DJI_0006_R_LRF.JPG").samples[0]
    assert (sample.height_above_takeoff_m, sample.slant_range_m) == (42.602, 79.572)
    plane_m = sample.target_height_above_takeoff_m or 0.0
    point = ground_point(pose_of(sample, sample.height_above_takeoff_m), UHD, MIDDLE, plane_m)
    assert point is not None
    assert distance_m((point.latitude_deg, point.longitude_deg), (22.5960255, 114.0066452)) < 0.3


@needs_shared
def test_a_stream_of_711_packets_meets_its_own_ground_points() -> None:
    offsets = []
    for sample in read_flight_log(REAL / "klv/Truck.klv").samples:
        assert sample.target_altitude_amsl_m is not None
        assert sample.target_latitude_deg is not None
        assert sample.target_longitude_deg is not None
        point = ground_point(
            pose_of(sample, sample.altitude_amsl_m), UHD, MIDDLE, sample.target_altitude_amsl_m
        )
        assert point is not None
        target = (sample.target_latitude_deg, sample.target_longitude_deg)
        offsets.append(distance_m((point.latitude_deg, point.longitude_deg), target))
    assert len(offsets) == 711
    assert float(np.median(offsets)) == pytest.approx(4.6, abs=0.1)
    assert float(np.percentile(offsets, 95)) == pytest.approx(16.8, abs=0.2)


@needs_shared
@pytest.mark.parametrize(("name", "metres"), [("100_0005_0018", 3.65), ("100_0005_0136", 2.20)])
def test_rtk_stills_against_a_bundle_adjustment(name: str, metres: float) -> None:
    """The middle of the picture on the plane of take-off, by the still's XMP and by the adjusted camera."""
    reconstruction = json.loads((REAL / "georef/orthority_odm_reconstruction.json").read_text())[0]
    sample = read_flight_log(REAL / f"georef/orthority_{name}.tif").samples[0]
    assert sample.altitude_ellipsoid_m is not None
    assert sample.height_above_takeoff_m is not None
    plane_m = sample.altitude_ellipsoid_m - sample.height_above_takeoff_m
    east_m, north_m = _adjusted_ground(reconstruction["shots"][name], plane_m)
    origin = reconstruction["reference_lla"]
    point = ground_point(pose_of(sample, sample.height_above_takeoff_m), UHD, MIDDLE, 0.0)
    assert point is not None
    place = (point.latitude_deg, point.longitude_deg, plane_m)
    north_of_origin_m, east_of_origin_m, _ = between((origin["latitude"], origin["longitude"], 0.0), place)
    assert math.hypot(north_of_origin_m - north_m, east_of_origin_m - east_m) == pytest.approx(
        metres, abs=0.1
    )


def _adjusted_ground(shot: dict[str, Any], plane_m: float) -> tuple[float, float]:
    """Rodrigues' rotation of the adjusted camera, its centre and its axis."""
    vector, translation = np.array(shot["rotation"]), np.array(shot["translation"])
    angle = float(np.linalg.norm(vector))
    x, y, z = vector / angle
    skew = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turn = np.eye(3) + math.sin(angle) * skew + (1.0 - math.cos(angle)) * skew @ skew
    centre, axis = -turn.T @ translation, turn.T @ np.array([0.0, 0.0, 1.0])
    ground = centre + axis * (plane_m - centre[2]) / axis[2]
    return float(ground[0]), float(ground[1])


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((31.1774276, 121.5272106), (31.17530398, 121.53154186)),
        ((39.911954, 116.377817), (39.91334546, 116.38404722)),
    ],
)
def test_chinese_tiles(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert gcj02_from_wgs84(*wgs84) == pytest.approx(gcj02, abs=1e-8)


def test_outside_of_china_nothing_is_shifted() -> None:
    assert gcj02_from_wgs84(51.9, 4.5) == (51.9, 4.5)


def test_a_gimbal_that_turned_over_at_nadir_is_turned_by_180() -> None:
    over, upright = (
        footprint(pose(20.0, -90.0, roll_deg=180.0), UHD, 0.0),
        footprint(pose(200.0, -90.0), UHD, 0.0),
    )
    assert over is not None
    assert upright is not None
    for one, other in zip(over, upright, strict=True):
        assert (one.latitude_deg, one.longitude_deg) == pytest.approx(
            (other.latitude_deg, other.longitude_deg)
        )


def test_a_ray_above_the_horizon_or_a_plane_above_the_camera_meets_nothing() -> None:
    assert ground_point(pose(0.0, 5.0), UHD, MIDDLE, 0.0) is None
    assert ground_point(pose(0.0, -5.0), UHD, MIDDLE, 150.0) is None
    assert footprint(pose(0.0, -5.0), UHD, 0.0) is None


def test_a_shallow_ray_is_not_credible_and_its_ellipse_says_why() -> None:
    """At 100 m and 10° a degree of pitch is 58 m: h/sin²(10°)·π/180 = 57.9 m."""
    errors = PoseErrors(horizontal_m=0.0, height_m=0.0, yaw_deg=0.0, pitch_deg=1.0, focal_ratio=0.0)
    shallow = ground_point(pose(0.0, -10.0), UHD, MIDDLE, 0.0)
    ellipse = error_ellipse(pose(0.0, -10.0), UHD, MIDDLE, 0.0, errors)
    assert shallow is not None
    assert ellipse is not None
    assert not shallow.is_credible
    assert ellipse.semi_major_m == pytest.approx(57.9, abs=0.3)
    assert ellipse.major_axis_deg % 180.0 == pytest.approx(0.0, abs=0.1)


@given(st.floats(-179.0, 179.0), st.floats(-89.0, 89.0), st.floats(-179.0, 179.0))
def test_angles_of_a_rotation_are_its_angles(yaw_deg: float, pitch_deg: float, roll_deg: float) -> None:
    assert angles(rotation(yaw_deg, pitch_deg, roll_deg)) == pytest.approx(
        (yaw_deg, pitch_deg, roll_deg), abs=1e-6
    )


def test_the_platform_is_not_just_added() -> None:
    """A platform that rolls 10° tilts a sensor that looks 90° to its right by 10°."""
    yaw_deg, pitch_deg, _ = relative_to_world((0.0, 0.0, 10.0), (90.0, 0.0, 0.0))
    assert (yaw_deg, pitch_deg) == pytest.approx((90.0, -10.0))


def test_a_quaternion_by_hand() -> None:
    half = math.sqrt(0.5)
    assert angles(from_quaternion(half, 0.0, 0.0, half)) == pytest.approx((90.0, 0.0, 0.0))
