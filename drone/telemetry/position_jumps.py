"""Finds single positions that no drone can have flown to: a damaged digit that is still a number.

Source: drones fly below 80 m/s and write at least once in a second; a kilometre there and back is no flight.
Left out: jumps that last, such as the first fix after a lost one, or a second recording in the same file.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from math import cos, hypot, radians

from drone.telemetry.flight_log import FlightSample, SkipReason

METRES_PER_DEGREE = 111_320.0
FARTHEST_STEP_M = 1000.0


def without_jumps(
    samples: Sequence[tuple[int, FlightSample]], skipped: Counter[SkipReason]
) -> list[FlightSample]:
    """Leave out single positions far from two neighbours that are near each other.

    Args:
        samples: Each with the number of its recording.
        skipped: Takes the count of what is left out.

    Returns:
        The other samples, in their order.
    """
    kept: list[FlightSample] = []
    for _, pairs in groupby(samples, key=lambda pair: pair[0]):
        recording = [sample for _, sample in pairs]
        fixed = [number for number, sample in enumerate(recording) if sample.latitude_deg is not None]
        jumped = {
            here
            for before, here, after in zip(fixed, fixed[1:], fixed[2:], strict=False)
            if _is_jump(recording[before], recording[here], recording[after])
        }
        if jumped:
            skipped[SkipReason.position_jump] += len(jumped)
        kept += [sample for number, sample in enumerate(recording) if number not in jumped]
    return kept


def _is_jump(before: FlightSample, here: FlightSample, after: FlightSample) -> bool:
    leaves, returns = _step_m(before, here) > FARTHEST_STEP_M, _step_m(here, after) > FARTHEST_STEP_M
    return leaves and returns and _step_m(before, after) < FARTHEST_STEP_M


def _step_m(one: FlightSample, other: FlightSample) -> float:
    """Distance on a small plane; the shorter way round at the antimeridian."""
    latitude_deg, longitude_deg = one.latitude_deg or 0.0, one.longitude_deg or 0.0
    north_deg = (other.latitude_deg or 0.0) - latitude_deg
    east_deg = ((other.longitude_deg or 0.0) - longitude_deg + 180.0) % 360.0 - 180.0
    return METRES_PER_DEGREE * hypot(north_deg, east_deg * cos(radians(latitude_deg)))
