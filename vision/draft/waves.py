"""From a series of water levels to the still-water level, with the error that the waves leave in it.

Mean over whole waves; its error from the variance of a time average of a narrow-banded sea ([PAPOULIS] 12-1).
Left out: tide during the clip, and the ship's own motion, which a series of one mark cannot tell from waves.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.draft.surveyors_rules import mean_of_extremes_m, mean_of_middle_two_thirds_m
from vision.errors import LevelSeriesError

Array = NDArray[np.float64]

LEAST_PERIODS = 3.0
# A level that far from the bulk, in its robust standard deviations but at least in metres, is a misreading.
_OUTLIER_SIGMAS = 4.5
_OUTLIER_M = 0.02
# A jump out of the line between its neighbours is a misreading from this size, likewise.
_JUMP_SIGMAS = 6.0
_JUMP_M = 0.05
_LEAST_FOR_JUMPS = 10
# Standard deviations of a normal distribution per median absolute deviation.
_SIGMAS_PER_MAD = 1.4826
# A series whose variance is below this many times the measuring noise's shows no waves.
_SEEN_VARIANCE_RATIO = 4.0
# A dip counts as a trough from this share of the standard deviation, so that noise at the mean is no wave.
_DIP_SHARE = 0.25
# Under three periods the mean through which waves pass, and so their period and ends, are uncertain too.
_SHORT_SERIES_FACTOR = 1.7
# Where no whole wave was seen, one may take this many times as long as what was seen.
_PERIODS_OF_A_PART = 2.0
_LEAST_FREEDOM = 2.0
# Slow changes are seen through a Hann window this many periods long, of which it averages two thirds.
_SLOW_WINDOW_PERIODS = 4.0
# Levels further apart than this share of a period leave part of a wave unseen.
_GAP_PERIODS = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class StillWater:
    """The sea averaged out.

    Attributes:
        level_m: Still-water level.
        standard_error_m: What waves and noise leave uncertain in it.
        degrees_of_freedom: How well that error is known.
        significant_height_m: Four standard deviations of the waves; None where noise drowns them.
        mean_period_s: Mean zero up-crossing period; None where no whole wave was seen.
        rules: The surveyors' rules on the same series, "mean", "extremes" and "two_thirds"; None where one
            does not apply.
        kept: For each level whether it counts, or was dropped as an outlier.
        needed_more_s: How much longer the series should be for three mean periods, at the least where no
            whole wave was seen; None where it is long enough.
    """

    level_m: float
    standard_error_m: float
    degrees_of_freedom: float
    significant_height_m: float | None
    mean_period_s: float | None
    rules: Mapping[str, float | None]
    kept: tuple[bool, ...]
    needed_more_s: float | None

    @property
    def used(self) -> int:
        """Levels that count."""
        return sum(self.kept)

    @property
    def rejected(self) -> int:
        """Levels dropped as outliers."""
        return len(self.kept) - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sea:
    """Waves in a series: their standard deviation, the times of upward passages, how long they were seen."""

    deviation_m: float
    crossings_s: Array
    duration_s: float

    @property
    def period_s(self) -> float | None:
        """Mean zero up-crossing period."""
        waves = len(self.crossings_s) - 1
        return float(self.crossings_s[-1] - self.crossings_s[0]) / waves if waves > 0 else None


def still_water(series: Sequence[tuple[float, float, float]]) -> StillWater:
    """Average a series of levels.

    Args:
        series: (time in s, level in m, standard uncertainty of the level in m) in order of growing time, at
            least two; irregular intervals are weighed by their length.

    Returns:
        The still-water level and what was seen of the waves.

    Raises:
        LevelSeriesError: Fewer than two levels, a number that is none, times that do not grow, or an uncertainty
            below zero.
    """
    table = _checked(series)
    kept = _inliers(table[:, 0], table[:, 1])
    time_s, level_m, sigma_m = table[kept].T
    noise_m = _noise_m(level_m, sigma_m)
    sea = _sea(time_s, level_m, noise_m)
    # Rounding may put the mean of equal levels a bit beside them.
    mean_m = float(np.clip(_mean_over_whole_waves(time_s, level_m, sea), level_m.min(), level_m.max()))
    error_m, freedom = _standard_error(time_s, level_m, noise_m, sea)
    return StillWater(
        level_m=mean_m,
        standard_error_m=error_m,
        degrees_of_freedom=freedom,
        significant_height_m=None if sea is None else 4 * sea.deviation_m,
        mean_period_s=None if sea is None else sea.period_s,
        rules={
            "mean": mean_m,
            "extremes": None if sea is None else mean_of_extremes_m(level_m),
            "two_thirds": mean_of_middle_two_thirds_m(level_m),
        },
        kept=tuple(kept.tolist()),
        needed_more_s=None if sea is None else _needed_more_s(sea),
    )


def _checked(series: Sequence[tuple[float, float, float]]) -> Array:
    """The series as (n, 3), fit to be averaged: one NaN would become the draft of a ship."""
    table = np.asarray(series, dtype=np.float64)
    if len(table) < 2:
        raise LevelSeriesError(f"{len(table)} levels", None)
    faults = {
        "a number that is none": ~np.isfinite(table).all(axis=1),
        "a time that does not grow": np.concatenate([[False], ~(np.diff(table[:, 0]) > 0)]),
        "an uncertainty below zero": table[:, 2] < 0,
    }
    for problem, at_fault in faults.items():
        if at_fault.any():
            raise LevelSeriesError(problem, int(np.argmax(at_fault)))
    return table


def _inliers(time_s: Array, level_m: Array) -> NDArray[np.bool_]:
    """Levels within reach of the bulk that do not jump out of their neighbourhood.

    Misreadings are mostly off by a numeral, 0.2 m. In high waves that is within reach, but it is a jump.
    """
    centre = float(np.median(level_m))
    reach = max(_OUTLIER_SIGMAS * _robust_deviation(level_m - centre), _OUTLIER_M)
    near = np.abs(level_m - centre) <= reach
    if len(level_m) < _LEAST_FOR_JUMPS:
        return np.asarray(near)
    # A neighbour that is a spike itself spoils one of the two, not both.
    jump = np.minimum(_jump(time_s, level_m, 1), _jump(time_s, level_m, 2))
    return np.asarray(near & (jump <= max(_JUMP_SIGMAS * _robust_deviation(jump), _JUMP_M)))


def _jump(time_s: Array, level_m: Array, apart: int) -> Array:
    """How far each level lies from the straight line between those `apart` before and after; 0 at the ends.

    Waves curve with the square of the interval, so what lies beside a gap is judged less strictly.
    """
    jump = np.zeros(len(level_m))
    before, after = time_s[apart:-apart] - time_s[: -2 * apart], time_s[2 * apart :] - time_s[apart:-apart]
    expected = (level_m[: -2 * apart] * after + level_m[2 * apart :] * before) / (before + after)
    usual = float(np.median(before * after))
    jump[apart:-apart] = np.abs(level_m[apart:-apart] - expected) / np.maximum(1, before * after / usual)
    return jump


def _robust_deviation(residual: Array) -> float:
    return _SIGMAS_PER_MAD * float(np.median(np.abs(residual)))


def _noise_m(level_m: Array, sigma_m: Array) -> float:
    """Noise from picture to picture: what is stated, or less where neighbouring levels agree better."""
    stated = float(np.median(sigma_m))
    if len(level_m) < _LEAST_FOR_JUMPS:
        return stated
    # Second differences of independent noise have six times its variance; waves only add to them.
    return min(stated, _robust_deviation(np.diff(level_m, 2)) / math.sqrt(6))


def _sea(time_s: Array, level_m: Array, noise_m: float) -> _Sea | None:
    """The waves in a series; None where there are none to be seen."""
    duration_s = float(time_s[-1] - time_s[0])
    waves = _waves(time_s, level_m, noise_m, duration_s)
    if waves is None or waves.period_s is None or duration_s < LEAST_PERIODS * waves.period_s:
        return waves
    # A slow change is no wave; only a series of several waves can tell them apart.
    trend = np.polyval(np.polyfit(time_s - time_s[0], level_m, 1), time_s - time_s[0])
    return _waves(time_s, level_m - trend, noise_m, duration_s)


def _waves(time_s: Array, level_m: Array, noise_m: float, duration_s: float) -> _Sea | None:
    variance = float(np.var(level_m))
    if variance <= _SEEN_VARIANCE_RATIO * noise_m**2 or duration_s <= 0:
        return None
    deviation_m = math.sqrt(variance - noise_m**2)
    dip_m = max(noise_m, _DIP_SHARE * deviation_m)
    return _Sea(
        deviation_m=deviation_m, crossings_s=_up_crossings(time_s, level_m, dip_m), duration_s=duration_s
    )


def _up_crossings(time_s: Array, level_m: Array, dip_m: float) -> Array:
    """Times of upward passages through the mean, each after a dip below it by `dip_m`."""
    rise = level_m - level_m.mean()
    crossings: list[float] = []
    dipped = False
    for index in range(1, len(rise)):
        before, after = float(rise[index - 1]), float(rise[index])
        dipped = dipped or before < -dip_m
        if dipped and before < 0 <= after:
            share = -before / (after - before)
            crossings.append(float(time_s[index - 1] + share * (time_s[index] - time_s[index - 1])))
            dipped = False
    return np.array(crossings)


def _mean_over_whole_waves(time_s: Array, level_m: Array, sea: _Sea | None) -> float:
    """Mean in time from the first to the last upward passage; of everything where no whole wave was seen."""
    if sea is None:
        return float(level_m.mean())
    if sea.period_s is None:
        return _time_average(time_s, level_m)
    first, last = sea.crossings_s[0], sea.crossings_s[-1]
    inside = (time_s > first) & (time_s < last)
    ends = np.interp([first, last], time_s, level_m)
    return _time_average(
        np.concatenate([[first], time_s[inside], [last]]),
        np.concatenate([ends[:1], level_m[inside], ends[1:]]),
    )


def _time_average(time_s: Array, level_m: Array) -> float:
    return float(np.trapezoid(level_m, time_s) / (time_s[-1] - time_s[0]))


def _standard_error(time_s: Array, level_m: Array, noise_m: float, sea: _Sea | None) -> tuple[float, float]:
    """Error of the mean level, and its degrees of freedom.

    The mean over a time D of waves of period T and deviation s, which have no power at frequency zero, has
    the deviation s T / (sqrt(2) pi D). What changes slowly, gaps, and the noise of levels come on top.
    """
    count = len(level_m)
    if sea is None:
        return float(np.std(level_m, ddof=1)) / math.sqrt(count), count - 1.0
    period_s = sea.period_s or _PERIODS_OF_A_PART * sea.duration_s
    waves_m = sea.deviation_m * period_s / (math.sqrt(2) * math.pi * sea.duration_s)
    if sea.duration_s < LEAST_PERIODS * period_s:
        waves_m *= _SHORT_SERIES_FACTOR
    parts = (
        waves_m,
        _slow_error_m(time_s, level_m, period_s),
        _gap_error_m(time_s, sea, period_s),
        noise_m / math.sqrt(count),
    )
    return math.hypot(*parts), max(_LEAST_FREEDOM, 2 * sea.duration_s / period_s - 1)


def _slow_error_m(time_s: Array, level_m: Array, period_s: float) -> float:
    """What changes more slowly than the waves: the scatter of averages over some waves each."""
    half_s = _SLOW_WINDOW_PERIODS * period_s / 2
    centres = np.arange(time_s[0] + half_s, time_s[-1] - half_s, period_s)
    if len(centres) < _SLOW_WINDOW_PERIODS:
        return 0.0
    reach = np.clip((time_s - centres[:, None]) / half_s, -1, 1)
    weights = (1 + np.cos(np.pi * reach)) * np.gradient(time_s)
    averages = (weights * level_m).sum(axis=1) / weights.sum(axis=1)
    independent = 1 + (centres[-1] - centres[0]) / (2 * half_s / 1.5)
    return float(np.std(averages, ddof=1) / math.sqrt(independent))


def _gap_error_m(time_s: Array, sea: _Sea, period_s: float) -> float:
    """Parts of waves that nobody saw, taken for straight lines by the mean."""
    intervals = np.diff(time_s)
    gaps = intervals[intervals > _GAP_PERIODS * period_s]
    return sea.deviation_m * float(np.sqrt(np.sum(np.minimum(gaps, period_s) * gaps))) / sea.duration_s


def _needed_more_s(sea: _Sea) -> float | None:
    period_s = sea.period_s or _PERIODS_OF_A_PART * sea.duration_s
    missing_s = LEAST_PERIODS * period_s - sea.duration_s
    return missing_s if missing_s > 0 else None
