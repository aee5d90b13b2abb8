"""A pinhole camera before a hull: where a point of the plating and of the water lands in the picture.

World frame: u to the right along the hull, y from the hull towards the camera, z up (z is the draft value), metres.
Left out: rolling shutter; the lens itself is lens.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.synthetic.lens import Lens

Array = NDArray[np.float64]


# A ray that falls by less than this meets no water.
_LEVEL = -1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Pose and lens.

    Attributes:
        width_px: Picture width.
        height_px: Picture height.
        focal_px: Focal length.
        distance_m: From the point looked at.
        azimuth_deg: Around the vertical, positive when the camera stands to the right.
        elevation_deg: Above the horizon seen from the hull.
        roll_deg: Around the line of sight, positive when the camera leans clockwise.
        look_at_u_m: Point of the hull in the picture's centre, along the hull.
        look_at_z_m: The same, height.
        k1: The lens's distortion after Brown; 0 for none.
    """

    width_px: int
    height_px: int
    focal_px: float
    distance_m: float
    azimuth_deg: float
    elevation_deg: float
    roll_deg: float
    look_at_u_m: float
    look_at_z_m: float
    k1: float = 0.0

    def lens(self) -> Lens | None:
        """Its lens, None where it does not distort."""
        if self.k1 == 0:
            return None
        return Lens(k1=self.k1, focal_px=self.focal_px, width_px=self.width_px, height_px=self.height_px)

    def centre_m(self) -> Array:
        """Position of the camera, (u, y, z) in metres."""
        azimuth, elevation = np.radians(self.azimuth_deg), np.radians(self.elevation_deg)
        direction = np.array(
            [np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), np.sin(elevation)]
        )
        return np.array([self.look_at_u_m, 0.0, self.look_at_z_m]) + self.distance_m * direction

    def rotation(self) -> Array:
        """World to camera; rows are the picture's right, the picture's down and the line of sight."""
        forward = np.array([self.look_at_u_m, 0.0, self.look_at_z_m]) - self.centre_m()
        forward /= np.linalg.norm(forward)
        up = np.array([0.0, 0.0, 1.0])
        # (u, y, z) is left-handed, as u runs to the right of someone who faces the hull.
        right = np.cross(up, forward)
        right /= np.linalg.norm(right)
        down = (up @ forward) * forward - up
        down /= np.linalg.norm(down)
        roll = np.radians(self.roll_deg)
        return np.stack(
            [
                right * np.cos(roll) + down * np.sin(roll),
                down * np.cos(roll) - right * np.sin(roll),
                forward,
            ]
        )

    def plate_to_picture(self, flare_deg: float, hinge_z_m: float) -> Array:
        """Homography from the plating to the picture of an ideal pinhole.

        Args:
            flare_deg: Lean of the plating out over the water, positive outwards with height.
            hinge_z_m: Height at which the plating stands over the plane y = 0.

        Returns:
            3x3 matrix from (u, z, 1) in metres to homogeneous pixels.
        """
        slope = np.tan(np.radians(flare_deg))
        rotation, centre = self.rotation(), self.centre_m()
        columns = np.stack(
            [
                np.array([1.0, 0.0, 0.0]),
                np.array([0.0, slope, 1.0]),
                np.array([0.0, -slope * hinge_z_m, 0.0]),
            ],
            axis=1,
        )
        extrinsic = rotation @ columns
        extrinsic[:, 2] -= rotation @ centre
        return np.asarray(self._intrinsic() @ extrinsic)

    def water_points(self, still_z_m: float) -> tuple[Array, Array]:
        """Where each pixel's ray meets the still water.

        Args:
            still_z_m: Height of the water.

        Returns:
            u and y in metres, each of shape (height_px, width_px); NaN where the ray does not go down.
        """
        rays = self._rays()
        centre = self.centre_m()
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(rays[2] < _LEVEL, (still_z_m - centre[2]) / rays[2], np.nan)
        return centre[0] + reach * rays[0], centre[1] + reach * rays[1]

    def water_slopes(self) -> tuple[Array, Array]:
        """How far along and off the hull each pixel's ray travels for a metre that the water lies higher.

        Returns:
            Of u and of y, metres per metre, each of shape (height_px, width_px); NaN as in `water_points`.
        """
        rays = self._rays()
        with np.errstate(divide="ignore", invalid="ignore"):
            rise = np.where(rays[2] < _LEVEL, rays[2], np.nan)
            return rays[0] / rise, rays[1] / rise

    def _rays(self) -> Array:
        """Directions of the pixels' rays, (3, height_px, width_px)."""
        columns, rows = np.meshgrid(np.arange(self.width_px), np.arange(self.height_px))
        grid = np.column_stack([columns.ravel(), rows.ravel()]).astype(np.float64)
        lens = self.lens()
        ideal = (grid if lens is None else lens.ideal(grid)) + 0.5
        pixels = np.vstack([ideal.T, np.ones(columns.size)])
        rays = self.rotation().T @ (np.linalg.inv(self._intrinsic()) @ pixels)
        return np.asarray(rays.reshape(3, *columns.shape))

    def _intrinsic(self) -> Array:
        return np.array(
            [
                [self.focal_px, 0.0, self.width_px / 2],
                [0.0, self.focal_px, self.height_px / 2],
                [0.0, 0.0, 1.0],
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateMap:
    """The map between heights on a (possibly curved) plating and pixels, both ways.

    Attributes:
        to_picture: Homography of the flat plate, metres to homogeneous pixels.
        hinge_z_m: Height where the curved and the flat plate meet.
        curvature_per_m: Extra plate length per squared metre of height: the flare that grows with height.
        lens: Bends the picture; None for a pinhole.
    """

    to_picture: Array
    hinge_z_m: float
    curvature_per_m: float
    lens: Lens | None = None

    def pixels(self, u_m: Array, z_m: Array) -> Array:
        """Pixels of plating points.

        Args:
            u_m: Along the hull, shape (n,).
            z_m: Heights, shape (n,).

        Returns:
            (n, 2) columns and rows, in OpenCV's frame (the centre of the first pixel is 0, 0).
        """
        rise = z_m - self.hinge_z_m
        plate = self.hinge_z_m + rise + self.curvature_per_m * rise**2
        homogeneous = self.to_picture @ np.stack([u_m, plate, np.ones_like(u_m)])
        ideal = np.asarray((homogeneous[:2] / homogeneous[2]).T - 0.5)
        return ideal if self.lens is None else self.lens.distorted(ideal)

    def plating(self, pixels: Array) -> tuple[Array, Array]:
        """Plating points of pixels, the inverse of `pixels`.

        Args:
            pixels: (n, 2) columns and rows.

        Returns:
            u and z in metres, each of shape (n,).
        """
        ideal = pixels if self.lens is None else self.lens.ideal(pixels)
        homogeneous = np.linalg.inv(self.to_picture) @ np.column_stack([ideal + 0.5, np.ones(len(pixels))]).T
        u_m, plate = homogeneous[0] / homogeneous[2], homogeneous[1] / homogeneous[2]
        along = plate - self.hinge_z_m
        if self.curvature_per_m == 0:
            return u_m, plate
        root = np.sqrt(np.maximum(1 + 4 * self.curvature_per_m * along, 1e-6))
        return u_m, self.hinge_z_m + (root - 1) / (2 * self.curvature_per_m)
