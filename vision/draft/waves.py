"""From a series of water levels to the still-water level, with the error that the waves leave in it.

Mean over whole waves; its error from how the means of single waves scatter (batch means, [LAW-KELTON] 9.5.3).
Left out: tide during the clip, and the ship's own motion, which a series of one mark cannot tell from waves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LEAST_PERIODS = 3.0
_OUTLIER_SIGMAS = 4.5
_EXTREMES = 6
_LEAST_WAVES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StillWater:
    """The sea averaged out.

    Attributes:
        level_m: Still-water level.
        standard_error_m: What waves and noise leave uncertain in it.
        degrees_of_freedom: How well that error is known.
        significant_height_m: Four standard deviations of the waves; None where they drown in the measuring noise.
        mean_period_s: Mean zero up-crossing period; None where fewer than two crossings were seen.
        rules: The surveyors' rules on the same series: "mean", "extremes", "two_thirds"; None where not applicable.
        used: Levels used.
        rejected: Levels dropped as outliers.
        needed_more_s: How much longer the series should be for three mean periods; None where it is long enough.
    """

    level_m: float
    standard_error_m: float
    degrees_of_freedom: float
    significant_height_m: float | None
    mean_period_s: float | None
    rules: Mapping[str, float | None]
    used: int
    rejected: int
    needed_more_s: float | None


def still_water(series: Sequence[tuple[float, float, float]]) -> StillWater:
    """Average a series of levels.

    Args:
        series: (time in s, level in m, standard uncertainty of the level in m) in order of time, at least two.

    Returns:
        The still-water level and what was seen of the waves.
    """
    table = np.asarray(series, dtype=np.float64)
    kept = _inliers(table[:, 1])
    time_s, level_m, sigma_m = table[kept].T
    noise = float(np.median(sigma_m))
    period = _mean_period_s(time_s, level_m, noise)
    whole = _whole_waves(time_s, level_m) if period is not None else np.ones(len(time_s), dtype=bool)
    mean = float(np.mean(level_m[whole]))
    variance = float(np.var(level_m))
    waves = variance - noise**2
    duration = float(time_s[-1] - time_s[0])
    error, freedom = _standard_error(time_s, level_m, noise)
    return StillWater(
        level_m=mean,
        standard_error_m=error,
        degrees_of_freedom=freedom,
        significant_height_m=4 * float(np.sqrt(waves)) if waves > noise**2 else None,
        mean_period_s=period,
        rules={"mean": mean, **_surveyors_rules(level_m)},
        used=len(level_m),
        rejected=int((~kept).sum()),
        needed_more_s=None
        if period is None or duration >= _LEAST_PERIODS * period
        else _LEAST_PERIODS * period - duration,
    )


def _inliers(level_m: Array) -> NDArray[np.bool_]:
    """Levels within reach of the bulk; waves are bounded, misreadings by a numeral (0.2 m) or more mostly not."""
    centre = float(np.median(level_m))
    spread = 1.4826 * float(np.median(np.abs(level_m - centre)))
    return np.asarray(np.abs(level_m - centre) <= max(_OUTLIER_SIGMAS * spread, 0.02))


def _up_crossings(time_s: Array, level_m: Array, hysteresis: float) -> Array:
    """Times of upward passages through the mean, each after a dip below it by `hysteresis`."""
    rise = level_m - level_m.mean()
    crossings: list[float] = []
    dipped = False
    for index in range(1, len(rise)):
        dipped = dipped or rise[index - 1] < -hysteresis
        if dipped and rise[index - 1] < 0 <= rise[index]:
            share = -rise[index - 1] / (rise[index] - rise[index - 1])
            crossings.append(float(time_s[index - 1] + share * (time_s[index] - time_s[index - 1])))
            dipped = False
    return np.array(crossings)


def _mean_period_s(time_s: Array, level_m: Array, noise: float) -> float | None:
    crossings = _up_crossings(time_s, level_m, hysteresis=max(noise, 0.25 * float(np.std(level_m))))
    if len(crossings) < 2:
        return None
    return float((crossings[-1] - crossings[0]) / (len(crossings) - 1))


def _whole_waves(time_s: Array, level_m: Array) -> NDArray[np.bool_]:
    """The part between the first and last upward passage: a whole number of waves, where that is most of the series."""
    crossings = _up_crossings(time_s, level_m, hysteresis=0.25 * float(np.std(level_m)))
    everything = np.ones(len(time_s), dtype=bool)
    if len(crossings) < 2:
        return everything
    part = (time_s >= crossings[0]) & (time_s < crossings[-1])
    return np.asarray(part) if part.sum() >= 0.7 * len(time_s) else everything


def _standard_error(time_s: Array, level_m: Array, noise: float) -> tuple[float, float]:
    """Error of the mean level and its degrees of freedom.

    A wave averages to almost nothing over its own length; what is left differs from wave to wave and is independent
    enough, so the scatter of single waves' means tells the error. With under four waves that scatter is not known:
    then each half wave counts as one reading.
    """
    deviation = float(np.std(level_m, ddof=1))
    floor = noise / float(np.sqrt(len(level_m)))
    crossings = _up_crossings(time_s, level_m, hysteresis=max(noise, 0.25 * deviation))
    waves = len(crossings) - 1
    if deviation <= 2 * noise and waves < _LEAST_WAVES:
        return float(np.hypot(deviation / np.sqrt(max(1.0, len(level_m) / 4)), floor)), max(
            1.0, len(level_m) / 4 - 1
        )
    if waves < _LEAST_WAVES:
        return deviation / float(np.sqrt(max(1, 2 * max(waves, 0) + 1))), max(1.0, 2.0 * max(waves, 0))
    number = np.digitize(time_s, crossings)
    means = np.array(
        [level_m[number == wave].mean() for wave in range(1, waves + 1) if (number == wave).any()]
    )
    return float(np.hypot(np.std(means, ddof=1) / np.sqrt(len(means)), floor)), len(means) - 1.0


def _surveyors_rules(level_m: Array) -> dict[str, float | None]:
    """The rules in use on the quay.

    "extremes": mean of the six highest crests and the six lowest troughs. "two_thirds": mean of the middle two thirds
    of the readings in order of height, the highest and the lowest sixth being left out.
    """
    crests = _turning_points(level_m)
    troughs = -_turning_points(-level_m)
    extremes = None
    if len(crests) >= _EXTREMES and len(troughs) >= _EXTREMES:
        highest = np.sort(crests)[-_EXTREMES:]
        lowest = np.sort(troughs)[:_EXTREMES]
        extremes = float((highest.mean() + lowest.mean()) / 2)
    ordered = np.sort(level_m)
    cut = len(ordered) // 6
    return {"extremes": extremes, "two_thirds": float(ordered[cut : len(ordered) - cut].mean())}


def _turning_points(level_m: Array) -> Array:
    """Highest level of each stay above the mean."""
    rise = level_m - level_m.mean()
    peaks: list[float] = []
    current: float | None = None
    for index, value in enumerate(rise):
        if value > 0:
            current = max(current, float(level_m[index])) if current is not None else float(level_m[index])
        elif current is not None:
            peaks.append(current)
            current = None
    return np.array(peaks)
