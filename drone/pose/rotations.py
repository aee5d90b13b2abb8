"""Angles as rotations: from a camera's own axes to north, east, down.

Source: MISB ST 0601 (platform and sensor-relative angles); DJI (gimbal angles against the world).
Left out: quaternions, but for reading one.

All rotations are intrinsic yaw, pitch, roll: R = Rz(yaw) Ry(pitch) Rx(roll). Axes: x forward, y right, z down.
"""

import math
from collections.abc import Sequence

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
Vector = tuple[float, float, float]


def rotation(yaw_deg: float, pitch_deg: float, roll_deg: float) -> Matrix:
    """Give the rotation from a body's axes to north, east, down.

    Args:
        yaw_deg: From north, clockwise.
        pitch_deg: Above the horizon.
        roll_deg: Right side down is positive.

    Returns:
        The matrix whose columns are the body's axes.

    >>> tuple(round(x, 9) for x in turned(rotation(90.0, 0.0, 0.0), (1.0, 0.0, 0.0)))
    (0.0, 1.0, 0.0)
    """
    cy, sy = _cos_sin(yaw_deg)
    cp, sp = _cos_sin(pitch_deg)
    cr, sr = _cos_sin(roll_deg)
    return (
        (cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr),
        (sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr),
        (-sp, cp * sr, cp * cr),
    )


def product(first: Matrix, second: Matrix) -> Matrix:
    """Turn by the second, then by the first."""
    rows = [tuple(sum(first[i][k] * second[k][j] for k in range(3)) for j in range(3)) for i in range(3)]
    return (rows[0], rows[1], rows[2])  # type: ignore[return-value]  # three rows of three


def turned(matrix: Matrix, vector: Vector) -> Vector:
    """Turn a vector."""
    x, y, z = (sum(row[k] * vector[k] for k in range(3)) for row in matrix)
    return x, y, z


def angles(matrix: Matrix) -> tuple[float, float, float]:
    """Give yaw, pitch and roll of a rotation.

    Args:
        matrix: As `rotation` gives it.

    Returns:
        Degrees: yaw in [-180, 180], pitch in [-90, 90], roll in [-180, 180]. Straight up or down the roll is 0.

    >>> [round(a, 6) for a in angles(rotation(-106.6, -32.9, 5.0))]
    [-106.6, -32.9, 5.0]
    """
    pitch_deg = math.degrees(math.asin(max(-1.0, min(1.0, -matrix[2][0]))))
    if abs(matrix[2][0]) > 1.0 - 1e-12:
        return math.degrees(math.atan2(-matrix[0][1], matrix[1][1])), pitch_deg, 0.0
    yaw_deg = math.degrees(math.atan2(matrix[1][0], matrix[0][0]))
    return yaw_deg, pitch_deg, math.degrees(math.atan2(matrix[2][1], matrix[2][2]))


def from_quaternion(w: float, x: float, y: float, z: float) -> Matrix:
    """Give the rotation of a unit quaternion (Hamilton, body to north-east-down, as PX4 writes)."""
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )


def relative_to_world(platform: Sequence[float], sensor: Sequence[float]) -> tuple[float, float, float]:
    """Turn a sensor's angles against its platform into angles against the world.

    Args:
        platform: Heading, pitch, roll in degrees.
        sensor: Azimuth, elevation, roll against the platform in degrees.

    Returns:
        Yaw from true north, pitch above the horizon, roll, in degrees.
    """
    return angles(product(rotation(*platform), rotation(*sensor)))


def normal_yaw_deg(yaw_deg: float) -> float:
    """The same direction in [-180, 180)."""
    return (yaw_deg + 180.0) % 360.0 - 180.0


def _cos_sin(angle_deg: float) -> tuple[float, float]:
    return math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
