"""The rules by which surveyors average waves by eye, on a series of levels, to stand beside the mean.

Source: the practice that [ECE92] leaves to the surveyor; each rule is stated below as it is applied here.
Left out: which one to sign; a reading's own level is the mean over whole waves.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EXTREMES = 6


def mean_of_extremes_m(level_m: Array) -> float | None:
    """Middle between the mean of the six highest crests and the mean of the six lowest troughs.

    A crest is the highest level of one stay above the series' mean, a trough the lowest of one stay below.

    Args:
        level_m: Levels in order of time, at least one.

    Returns:
        The level; None with fewer than six crests or six troughs.

    >>> mean_of_extremes_m(np.array([9.9, 10.3] * 6))
    10.1
    """
    crests = _crests(level_m)
    troughs = -_crests(-level_m)
    if min(len(crests), len(troughs)) < EXTREMES:
        return None
    highest, lowest = np.sort(crests)[-EXTREMES:], np.sort(troughs)[:EXTREMES]
    return float((highest.mean() + lowest.mean()) / 2)


def mean_of_middle_two_thirds_m(level_m: Array) -> float:
    """Mean of the middle two thirds of the levels in order of height.

    The highest sixth and the lowest sixth are left out, as what an eye takes for freak crests and troughs.

    Args:
        level_m: Levels, at least one.

    Returns:
        The level.

    >>> mean_of_middle_two_thirds_m(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 50.0]))
    2.5
    """
    ordered = np.sort(level_m)
    sixth = len(ordered) // 6
    return float(ordered[sixth : len(ordered) - sixth].mean())


def _crests(level_m: Array) -> Array:
    rise = level_m - level_m.mean()
    above = rise > 0
    starts = np.flatnonzero(above & ~np.concatenate([[False], above[:-1]]))
    ends = np.flatnonzero(above & ~np.concatenate([above[1:], [False]])) + 1
    return np.array([level_m[start:end].max() for start, end in zip(starts, ends, strict=True)])
