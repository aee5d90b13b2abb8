"""What a frame leaves behind for the series and for the evidence, once its pixels are gone.

Drafts here are provisional until the metre is settled over the whole footage.
Left out: drawing.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision.draft.frame import FrameLevel
from vision.draft.mark_system import METRIC, MarkSystem

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The level seen in one frame.

    Attributes:
        time_s: Time of the frame.
        level_m: Draft at which the water stood.
        scale_sigma_m: Standard uncertainty from the scale.
        waterline_sigma_m: Standard uncertainty from the waterline.
        ripple_m: Standard deviation of the waterline along the hull.
        extrapolated_m: Distance of the level below the lowest mark used.
        numerals: Marks used.
        residual_m: Residual of the scale.
        ticks: (draft, point in the picture) along the axis at every numeral's place, for drawing.
        waterline_px: (n, 2) contact line in the picture.
        crossing_px: Where axis and water meet in the picture.
        system: Whether the marks are metres or feet.
    """

    time_s: float
    level_m: float
    scale_sigma_m: float
    waterline_sigma_m: float
    ripple_m: float
    extrapolated_m: float
    numerals: int
    residual_m: float
    ticks: tuple[tuple[float, tuple[float, float]], ...]
    waterline_px: Array
    crossing_px: tuple[float, float]
    system: MarkSystem = METRIC

    def settled(self, wholes: int) -> "Observation":
        """The same with its provisional drafts moved by the settled metres, or tens of feet."""
        moved_m = wholes * self.system.whole_m
        return replace(
            self,
            level_m=self.level_m + moved_m,
            ticks=tuple((draft + moved_m, point) for draft, point in self.ticks),
        )


def observe(time_s: float, frame: FrameLevel) -> Observation:
    """Keep what is needed of a frame.

    Args:
        time_s: Time of the frame.
        frame: Its level.

    Returns:
        The observation, still in provisional metres.
    """
    view, line, step_m = frame.view, frame.waterline, frame.system.step_m
    # 8.2 / 0.2 is a little less than 41.
    lowest = np.floor(min(frame.level_m, frame.scale.lowest_m) / step_m + 1e-6) * step_m
    drafts = np.arange(lowest, frame.scale.highest_m + 0.01, step_m)
    rows = -frame.scale.position_px(drafts)
    axis_columns = np.full(len(drafts), float(view.column_of(0.0)))
    points = view.picture_px(rows, axis_columns)
    crossing = view.picture_px(np.array([line.row_px]), np.array([float(view.column_of(0.0))]))[0]
    return Observation(
        time_s=time_s,
        level_m=frame.level_m,
        scale_sigma_m=frame.scale_sigma_m,
        waterline_sigma_m=frame.waterline_sigma_m,
        ripple_m=frame.ripple_m,
        extrapolated_m=frame.extrapolated_m,
        numerals=frame.scale.numerals,
        residual_m=frame.scale.residual_m,
        ticks=tuple((float(d), (float(p[0]), float(p[1]))) for d, p in zip(drafts, points, strict=True)),
        waterline_px=view.picture_px(line.rows_px, line.columns_px),
        crossing_px=(float(crossing[0]), float(crossing[1])),
        system=frame.system,
    )
