"""What one pose of the camera sees: for every pixel, the point of the plating and the point of the water behind it.

Left out: colours, and when a pose is computed anew (render.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.synthetic.camera import Camera, PlateMap

Picture = NDArray[np.float32]
Array = NDArray[np.float64]

_FARTHEST_WATER_M = 200.0
# Waves are told by their level at the hull alone: what a picture shows this far below the contact hardly follows it.
_WAVE_REACH_M = 0.5
# Where a ray that does not go down is taken to meet the water.
_UNMET = (0.0, _FARTHEST_WATER_M)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Maps of one pose, each (rows, columns).

    Attributes:
        plate: The map between plating and picture.
        u_m: Plating behind each pixel, along the hull.
        z_m: The same, height.
        still_u: Still water behind each pixel, along the hull, metres.
        still_y: The same, from the hull, metres; below 0 where it would lie behind the plating.
        u_per_m: How far `still_u` moves for each metre that the water lies higher.
        y_per_m: The same of `still_y`.
    """

    plate: PlateMap
    u_m: Array
    z_m: Array
    still_u: Picture
    still_y: Picture
    u_per_m: Picture
    y_per_m: Picture

    def surface(self, elevation_m: Array, depth_m: Picture) -> tuple[Picture, Picture]:
        """Points of the moving surface behind the pixels: at the hull it stands at the waves' level, far off still.

        Args:
            elevation_m: Of the water at the hull above still water, by pixel.
            depth_m: Of the plating behind each pixel below the water.

        Returns:
            Along and off the hull, metres; off the hull nothing lies below 0.
        """
        rise = (elevation_m * np.exp(-np.maximum(depth_m, 0) / _WAVE_REACH_M)).astype(np.float32)
        off = np.clip(self.still_y + rise * self.y_per_m, 0, _FARTHEST_WATER_M)
        return self.still_u + rise * self.u_per_m, off


def view_of(camera: Camera, *, flare_deg: float, still_m: float, curvature_per_m: float) -> View:
    """Compute the maps of a pose.

    Args:
        camera: The pose and its lens.
        flare_deg: Lean of the plating.
        still_m: Still water; the plating stands over y = 0 there.
        curvature_per_m: Growth of the flare with height.

    Returns:
        The view.
    """
    plate = PlateMap(
        to_picture=camera.plate_to_picture(flare_deg, still_m),
        hinge_z_m=still_m,
        curvature_per_m=curvature_per_m,
        lens=camera.lens(),
    )
    rows, columns = camera.height_px, camera.width_px
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    u_m, z_m = plate.plating(grid.astype(np.float64))
    still = [
        np.nan_to_num(axis, nan=unmet)
        for axis, unmet in zip(camera.water_points(still_m), _UNMET, strict=True)
    ]
    slopes = [np.nan_to_num(axis, nan=0.0) for axis in camera.water_slopes()]
    still_u, still_y, u_per_m, y_per_m = (axis.astype(np.float32) for axis in (*still, *slopes))
    return View(
        plate=plate,
        u_m=u_m.reshape(rows, columns),
        z_m=z_m.reshape(rows, columns),
        still_u=still_u,
        still_y=np.minimum(still_y, _FARTHEST_WATER_M),
        u_per_m=u_per_m,
        y_per_m=y_per_m,
    )
