"""Where a video begins in a flight log: by the course of height and distance from home.

Source: both are written by the drone into the subtitles and into the log; the truth for one real pair is 228.9 s.
Left out: clocks: neither file's time of day is used, so that a wrong one does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drone.telemetry.flight_log import FlightSample

STEP_S = 0.1
LEAST_OVERLAP_S = 5.0
COURSES = ("height_above_takeoff_m", "distance_m")
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOffset:
    """Where a video begins in a log.

    Attributes:
        offset_s: Log time at the video's start.
        residual_m: Root mean square of the differences there.
        next_best_residual_m: The same at the best place more than ten seconds away; near to the first one, the
            place is not sure.
    """

    offset_s: float
    residual_m: float
    next_best_residual_m: float | None


def log_offset(video: Sequence[FlightSample], log: Sequence[FlightSample]) -> LogOffset | None:
    """Find where a video begins in a log.

    Args:
        video: Samples with video times.
        log: Samples of the whole flight.

    Returns:
        The best place; None where the two have no course in common, or overlap less than five seconds.
    """
    squares: list[Numbers] = []
    for name in COURSES:
        found = _squares(_course(video, name), _course(log, name))
        if found is not None:
            squares.append(found)
    if not squares:
        return None
    shortest = min(len(each) for each in squares)
    residuals = np.sqrt(np.mean([each[:shortest] for each in squares], axis=0))
    best = int(np.argmin(residuals))
    far = np.abs(np.arange(len(residuals)) - best) * STEP_S > 10.0  # noqa: PLR2004 (as documented)
    others = residuals[far]
    start_s = min(sample.video_time_s for sample in log if sample.video_time_s is not None)
    video_start_s = min(sample.video_time_s for sample in video if sample.video_time_s is not None)
    return LogOffset(
        offset_s=start_s + best * STEP_S - video_start_s,
        residual_m=float(residuals[best]),
        next_best_residual_m=float(others.min()) if len(others) else None,
    )


def _course(samples: Sequence[FlightSample], name: str) -> Numbers | None:
    """Values on a raster of a tenth of a second from the first time on."""
    points = [
        (sample.video_time_s, value)
        for sample in samples
        if sample.video_time_s is not None and (value := getattr(sample, name)) is not None
    ]
    if len(points) < 2 or points[-1][0] - points[0][0] < LEAST_OVERLAP_S:  # noqa: PLR2004 (a line has two points)
        return None
    times = np.array([time_s for time_s, _ in points], dtype=np.float64)
    values = np.array([value for _, value in points], dtype=np.float64)
    raster = np.arange(times[0], times[-1] + STEP_S / 2.0, STEP_S)
    return np.interp(raster, times, values)


def _squares(video: Numbers | None, log: Numbers | None) -> Numbers | None:
    """Mean squared difference at every place of the log where the whole video fits."""
    if video is None or log is None or len(video) > len(log):
        return None
    windows = np.lib.stride_tricks.sliding_window_view(log, len(video))
    return np.array(np.mean((windows - video) ** 2, axis=1), dtype=np.float64)
