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


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Maps of one pose, each (rows, columns).

    Attributes:
        plate: The map between plating and picture.
        u_m: Plating behind each pixel, along the hull.
        z_m: The same, height.
        water_u: Still water behind each pixel, along the hull, metres.
        water_y: The same, from the hull, metres.
    """

    plate: PlateMap
    u_m: Array
    z_m: Array
    water_u: Picture
    water_y: Picture


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
    water_u, water_y = camera.water_points(still_m)
    return View(
        plate=plate,
        u_m=u_m.reshape(rows, columns),
        z_m=z_m.reshape(rows, columns),
        water_u=np.nan_to_num(water_u, nan=0.0).astype(np.float32),
        water_y=np.clip(np.nan_to_num(water_y, nan=_FARTHEST_WATER_M), 0, _FARTHEST_WATER_M).astype(
            np.float32
        ),
    )
