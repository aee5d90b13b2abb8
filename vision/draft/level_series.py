"""A reading's levels with what was made of them, and the axes they are plotted on.

Source: a reading's trace, which tells the outliers among its levels.
Left out: drawing; see series_plot.py for SVG and series_picture.py for pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vision.draft.observation import Observation
from vision.draft.reader import ReadingTrace

RULE_NAMES: Mapping[str, str] = {
    "mean": "mean over whole waves",
    "extremes": "six highest, six lowest",
    "two_thirds": "middle two thirds",
}
_ROOM_M = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSeries:
    """Levels in order of time, and the draft that was read from them.

    Attributes:
        used: (time in s, level in m) of the frames that count.
        outliers: Likewise, of those that were dropped.
        draft_m: Still-water draft.
        u95_m: Half width of its 95 % interval.
        rules: Level by rule, None where one does not apply.
    """

    used: tuple[tuple[float, float], ...]
    outliers: tuple[tuple[float, float], ...]
    draft_m: float
    u95_m: float
    rules: Mapping[str, float | None]

    def applying_rules(self) -> dict[str, float]:
        """The rules that give a level."""
        return {rule: level_m for rule, level_m in self.rules.items() if level_m is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """Time across and level upwards in a rectangle of pixels; what lies beyond is put on its edge.

    Attributes:
        left, right, top, bottom: The rectangle.
        first_s, last_s: Times at its sides.
        low_m, high_m: Levels at its bottom and top.
    """

    left: float
    right: float
    top: float
    bottom: float
    first_s: float
    last_s: float
    low_m: float
    high_m: float

    def column(self, time_s: float) -> float:
        """Column of a time."""
        share = (time_s - self.first_s) / max(self.last_s - self.first_s, 1e-6)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def row(self, level_m: float) -> float:
        """Row of a level."""
        share = (self.high_m - level_m) / (self.high_m - self.low_m)
        return self.top + min(max(share, 0.0), 1.0) * (self.bottom - self.top)

    def level_ticks_m(self) -> list[float]:
        """Round levels within the axis."""
        return _round_numbers(self.low_m, self.high_m, pieces=7)

    def time_ticks_s(self) -> list[float]:
        """Round times within the axis."""
        return _round_numbers(self.first_s, self.last_s, pieces=8)


def outlier_flags(trace: ReadingTrace) -> tuple[bool, ...]:
    """For each observation of a trace, whether its level was dropped as an outlier."""
    sea = trace.still_water
    if sea is None:
        return (False,) * len(trace.observations)
    return tuple(not kept for kept in sea.kept)


def observations_that_count(trace: ReadingTrace) -> tuple[Observation, ...]:
    """The observations of a trace but for its outliers."""
    flagged = zip(trace.observations, outlier_flags(trace), strict=True)
    return tuple(seen for seen, outlier in flagged if not outlier)


def level_series(trace: ReadingTrace) -> LevelSeries | None:
    """The series of a reading; None for a still and a refusal."""
    reading = trace.reading
    if reading.draft_m is None or reading.u95_m is None or len(trace.observations) < 2:
        return None
    flagged = list(zip(trace.observations, outlier_flags(trace), strict=True))
    return LevelSeries(
        used=tuple((seen.time_s, seen.level_m) for seen, outlier in flagged if not outlier),
        outliers=tuple((seen.time_s, seen.level_m) for seen, outlier in flagged if outlier),
        draft_m=reading.draft_m,
        u95_m=reading.u95_m,
        rules=reading.rules,
    )


def level_range_m(series: LevelSeries) -> tuple[float, float]:
    """Lowest and highest level to show: an outlier must not press the waves flat, and stands on the edge."""
    shown = [level_m for _, level_m in series.used or series.outliers]
    shown += [series.draft_m - series.u95_m, series.draft_m + series.u95_m]
    shown += series.applying_rules().values()
    return min(shown) - _ROOM_M, max(shown) + _ROOM_M


def time_range_s(series: LevelSeries) -> tuple[float, float]:
    """First and last time of all levels."""
    times = [time_s for time_s, _ in (*series.used, *series.outliers)]
    return min(times), max(*times, min(times) + 1e-6)


def _round_numbers(low: float, high: float, *, pieces: int) -> list[float]:
    step = _round_step((high - low) / pieces)
    first = int(np.ceil(low / step - 1e-9))
    last = int(np.floor(high / step + 1e-9))
    return [number * step for number in range(first, last + 1)]


def _round_step(rough: float) -> float:
    """The 1, 2 or 5 times a power of ten that is next above."""
    power = 10.0 ** np.floor(np.log10(max(rough, 1e-9)))
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999))
