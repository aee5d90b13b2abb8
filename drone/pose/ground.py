"""From a pixel to a place: pixel, ray, plane, position and its error ellipse.

Source: pinhole projection; errors by linear propagation of attitude, height, GNSS and focal length.
Left out: distortion, refraction (0.1 m at 2 km), terrain: the plane is the water, a deck or the ground at one height.
"""

import math
from dataclasses import dataclass, replace

from drone.pose.geodesy import Place, between, moved
from drone.pose.rotations import rotation, turned

# Below it a degree of pitch moves the point by more than half its distance: 58 m at 100 m and 10°.
LEAST_DEPRESSION_DEG = 15.0
# Three steps bring the curvature of 20 km below a millimetre.
CURVATURE_STEPS = 3
STEP_DEG, STEP_M, STEP_RATIO = 0.01, 0.1, 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPose:
    """Where a camera is and where it looks.

    Attributes:
        latitude_deg: WGS 84.
        longitude_deg: WGS 84.
        height_m: In the datum of the planes it is used with.
        yaw_deg: Of the optical axis from true north, clockwise.
        pitch_deg: Above the horizon.
        roll_deg: About the optical axis; at nadir ±180, as some gimbals write, turns the picture like yaw + 180.
    """

    latitude_deg: float
    longitude_deg: float
    height_m: float
    yaw_deg: float
    pitch_deg: float
    roll_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinhole:
    """A picture's geometry: the optical axis goes through its middle."""

    focal_length_px: float
    width_px: int
    height_px: int

    def direction(self, x_px: float, y_px: float) -> tuple[float, float, float]:
        """The ray of a pixel: forward, right, down."""
        return (
            1.0,
            (x_px - self.width_px / 2.0) / self.focal_length_px,
            (y_px - self.height_px / 2.0) / self.focal_length_px,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseErrors:
    """One sigma of what a position is computed from; nothing has a default, as every drone differs."""

    horizontal_m: float
    height_m: float
    yaw_deg: float
    pitch_deg: float
    focal_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundPoint:
    """A place on a plane.

    Attributes:
        latitude_deg: WGS 84.
        longitude_deg: WGS 84.
        range_m: From the camera along the ray.
        depression_deg: Of the ray below the horizon.
        is_credible: Steep enough that a degree of pitch does not carry it away.
    """

    latitude_deg: float
    longitude_deg: float
    range_m: float
    depression_deg: float
    is_credible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEllipse:
    """One sigma about a ground point; the major axis' direction is from north, clockwise, in [0, 180)."""

    semi_major_m: float
    semi_minor_m: float
    major_axis_deg: float


def ground_point(
    pose: CameraPose, camera: Pinhole, pixel: tuple[float, float], plane_m: float
) -> GroundPoint | None:
    """Find the place that a pixel shows on a plane.

    Args:
        pose: Of the camera.
        camera: Of the picture.
        pixel: From the left and from the top.
        plane_m: Height of the plane in the datum of the camera's height.

    Returns:
        The place; None where the ray does not meet the plane.
    """
    turn = rotation(pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
    north, east, down = turned(turn, camera.direction(*pixel))
    length = math.sqrt(north * north + east * east + down * down)
    depression_deg = math.degrees(math.asin(max(-1.0, min(1.0, down / length))))
    drop_m = pose.height_m - plane_m
    if down * drop_m <= 0.0:
        return None
    start: Place = (pose.latitude_deg, pose.longitude_deg, pose.height_m)
    scale = drop_m / down
    for _ in range(CURVATURE_STEPS):
        place = moved(start, north * scale, east * scale, -down * scale)
        scale += (place[2] - plane_m) / down
    place = moved(start, north * scale, east * scale, -down * scale)
    return GroundPoint(
        latitude_deg=place[0],
        longitude_deg=place[1],
        range_m=scale * length,
        depression_deg=depression_deg,
        is_credible=depression_deg >= LEAST_DEPRESSION_DEG,
    )


def error_ellipse(
    pose: CameraPose, camera: Pinhole, pixel: tuple[float, float], plane_m: float, errors: PoseErrors
) -> ErrorEllipse | None:
    """Give one sigma of a ground point.

    Args:
        pose: Of the camera.
        camera: Of the picture.
        pixel: From the left and from the top.
        plane_m: Height of the plane in the datum of the camera's height.
        errors: Of the pose.

    Returns:
        The ellipse; None where the ray, or one a step beside it, does not meet the plane.
    """
    base = ground_point(pose, camera, pixel, plane_m)
    if base is None:
        return None
    longer = replace(camera, focal_length_px=camera.focal_length_px * (1.0 + STEP_RATIO))
    changes = (
        (errors.yaw_deg / STEP_DEG, replace(pose, yaw_deg=pose.yaw_deg + STEP_DEG), camera),
        (errors.pitch_deg / STEP_DEG, replace(pose, pitch_deg=pose.pitch_deg - STEP_DEG), camera),
        (errors.height_m / STEP_M, replace(pose, height_m=pose.height_m + STEP_M), camera),
        (errors.focal_ratio / STEP_RATIO, pose, longer),
    )
    north_north = east_east = errors.horizontal_m**2
    north_east = 0.0
    for steps, changed_pose, changed_camera in changes:
        point = ground_point(changed_pose, changed_camera, pixel, plane_m)
        if point is None:
            return None
        north_m, east_m, _ = between(_place(base, plane_m), _place(point, plane_m))
        north_north += (north_m * steps) ** 2
        east_east += (east_m * steps) ** 2
        north_east += north_m * east_m * steps * steps
    return _ellipse(north_north, east_east, north_east)


def footprint(pose: CameraPose, camera: Pinhole, plane_m: float) -> tuple[GroundPoint, ...] | None:
    """Give the corners of what a picture shows of a plane: top left, top right, bottom right, bottom left.

    Args:
        pose: Of the camera.
        camera: Of the picture.
        plane_m: Height of the plane in the datum of the camera's height.

    Returns:
        Four places; None where the horizon is in the picture.
    """
    width, height = float(camera.width_px), float(camera.height_px)
    corners = [
        ground_point(pose, camera, corner, plane_m)
        for corner in ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    ]
    found = tuple(corner for corner in corners if corner is not None)
    return found if len(found) == len(corners) else None


def _place(point: GroundPoint, plane_m: float) -> Place:
    return point.latitude_deg, point.longitude_deg, plane_m


def _ellipse(north_north: float, east_east: float, north_east: float) -> ErrorEllipse:
    middle, half = (north_north + east_east) / 2.0, math.hypot((north_north - east_east) / 2.0, north_east)
    direction_deg = math.degrees(0.5 * math.atan2(2.0 * north_east, north_north - east_east)) % 180.0
    return ErrorEllipse(
        semi_major_m=math.sqrt(middle + half),
        semi_minor_m=math.sqrt(max(middle - half, 0.0)),
        major_axis_deg=direction_deg,
    )
