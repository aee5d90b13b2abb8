"""Frames and observations made by hand, for what comes after the pixels.

Source: `vision.draft.frame` and `vision.draft.observation`; one upright column at 320 px a metre, 8.4 m in its middle.
Left out: pictures that show anything.
"""

from typing import Any

import numpy as np

from vision.draft.column import UPRIGHT_PX_PER_M, MarkColumn, UprightView
from vision.draft.frame import FrameLevel
from vision.draft.metres import MetreVote
from vision.draft.observation import Observation
from vision.draft.scale import fit_scale
from vision.draft.waterline import Waterline

ROWS, COLUMNS, TOP_M = 416, 512, 9.0
AXIS_COLUMN = COLUMNS / 2 - 0.5
VALUES = np.arange(8.2, 8.9, 0.2)


def upright_column(*, px_per_m: float = 200.0) -> MarkColumn:
    """8.4 m at (300, 400) of the picture."""
    return MarkColumn(
        scale=fit_scale(VALUES, px_per_m * (VALUES - 8.4), np.full(len(VALUES), 0.5)),
        origin_px=np.array([300.0, 400.0]),
        axis_up=np.array([0.0, -1.0]),
        bend=np.zeros(3),
        row_right=np.array([1.0, 0.0]),
        row_stretch=1.0,
    )


def upright(column: MarkColumn | None = None) -> UprightView:
    return UprightView(
        image_bgr=np.zeros((ROWS, COLUMNS, 3), dtype=np.uint8),
        inside=np.ones((ROWS, COLUMNS), dtype=bool),
        top_m=TOP_M,
        left_m=-COLUMNS / 2 / UPRIGHT_PX_PER_M,
        column=column or upright_column(),
    )


def frame_level(level_m: float, *, votes: tuple[MetreVote, ...] = (), **changes: Any) -> FrameLevel:
    """A frame in which the water stands at a provisional level, everything else as it usually is."""
    view = upright()
    rows = view.row_of_draft(VALUES)
    row = float(view.row_of_draft(level_m))
    columns = np.arange(200.0, 320.0)
    parts: dict[str, Any] = {
        "level_m": level_m,
        "scale_sigma_m": 0.002,
        "waterline_sigma_m": 0.003,
        "ripple_m": 0.004,
        "extrapolated_m": max(0.0, 8.2 - level_m),
        "scale": fit_scale(VALUES, -rows, np.full(len(VALUES), 0.8)),
        "column": view.column,
        "view": view,
        "waterline": Waterline(
            row_px=row,
            sigma_px=1.0,
            columns_px=columns,
            rows_px=np.full(len(columns), row),
            ripple_px=1.3,
            certainty=0.9,
        ),
        "members": (),
        "votes": votes,
    }
    return FrameLevel(**(parts | changes))


def observation(time_s: float, level_m: float, **changes: Any) -> Observation:
    parts: dict[str, Any] = {
        "time_s": time_s,
        "level_m": level_m,
        "scale_sigma_m": 0.002,
        "waterline_sigma_m": 0.003,
        "ripple_m": 0.004,
        "extrapolated_m": 0.0,
        "numerals": 4,
        "residual_m": 0.001,
        "ticks": ((8.2, (300.0, 440.0)), (8.4, (300.0, 400.0))),
        "waterline_px": np.array([[250.0, 460.0], [350.0, 460.0]]),
        "crossing_px": (300.0, 460.0),
    }
    return Observation(**(parts | changes))


def spelled(metre: int, *, looks: int = 4, score: float = 0.9) -> list[MetreVote]:
    """Votes of two rows that say which full metre the lattice's step 0 has."""
    return [
        MetreVote(digits=tuple((digit, score) for digit in str(metre + up)), offset=up, row=10 * up)
        for up in (0, 1)
        for _ in range(looks)
    ]
