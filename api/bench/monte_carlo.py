"""A cargo weight drawn many times with all its doubts at once: the oracle for the law of propagation.

Source: JCGM 101:2008; every doubt is drawn as a normal one of its standard uncertainty.
Left out: other distributions, since only the standard deviation is held against the law.
"""

import random
import statistics

from survey.uncertainty import WeighedCase


def drawn_standard_uncertainty_t(weighed: WeighedCase, *, draws: int, seed: int) -> float:
    """The standard deviation of so many drawn weights, in tonnes; the same seed gives the same figure.

    Args:
        weighed: the case with its doubts.
        draws: at least 2.
        seed: of the generator; nothing else is random.

    Raises:
        OutsideHydrostaticTableError: a draw leaves the tables; the case is too close to their end.
    """
    generator = random.Random(seed)  # noqa: S311 (draws for statistics, not secrets)
    drawn_t = []
    for _ in range(draws):
        changes = [generator.gauss(0.0, doubt.standard_uncertainty) for doubt in weighed.doubts]
        constant_t = generator.gauss(0.0, weighed.constant_t or 0.0)
        drawn_t.append(weighed.joint_change_t(changes) - constant_t)
    return statistics.stdev(drawn_t)
