"""Telemetry at any moment of a video.

Source: positions come at 0.4 to 9 Hz and are repeated in subtitles at up to 60 Hz: repeats are collapsed, places and
heights interpolated between the moments at which they changed, angles on the circle.
Left out: extrapolation, and gaps of more than a second, in which nothing is known.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from drone.pose.rotations import normal_yaw_deg
from drone.telemetry.flight_log import FlightSample

LONGEST_GAP_S = 1.0
# The slowest position rate seen is 0.4 Hz: unchanged for longer, the drone hovers.
LONGEST_REPEAT_S = 2.5
PLACES = (
    "latitude_deg",
    "longitude_deg",
    "height_above_takeoff_m",
    "altitude_amsl_m",
    "altitude_ellipsoid_m",
)
ANGLES = (
    "gimbal_yaw_deg",
    "gimbal_pitch_deg",
    "gimbal_roll_deg",
    "drone_yaw_deg",
    "drone_pitch_deg",
    "drone_roll_deg",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What telemetry says at one time of a video; None where it says nothing within a second."""

    video_time_s: float
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    height_above_takeoff_m: float | None = None
    altitude_amsl_m: float | None = None
    altitude_ellipsoid_m: float | None = None
    gimbal_yaw_deg: float | None = None
    gimbal_pitch_deg: float | None = None
    gimbal_roll_deg: float | None = None
    drone_yaw_deg: float | None = None
    drone_pitch_deg: float | None = None
    drone_roll_deg: float | None = None


class Timeline:
    """The samples of one recording, ready to be asked at any time."""

    def __init__(self, samples: Iterable[FlightSample]) -> None:
        timed = sorted(
            (s for s in samples if s.video_time_s is not None), key=lambda s: s.video_time_s or 0.0
        )
        self._times_s = [sample.video_time_s or 0.0 for sample in timed]
        self._knots = {name: _knots(timed, name) for name in (*PLACES, *ANGLES)}

    def at(self, video_time_s: float) -> Moment:
        """Give what is known at a time.

        Args:
            video_time_s: PTS minus the stream's start.

        Returns:
            Interpolated values; nothing where the nearest sample is more than a second away.
        """
        if not self._is_covered(video_time_s):
            return Moment(video_time_s=video_time_s)
        values = {
            name: _between(knots, video_time_s, circular=name in ANGLES)
            for name, knots in self._knots.items()
        }
        return Moment(video_time_s=video_time_s, **values)

    def _is_covered(self, time_s: float) -> bool:
        after = bisect_right(self._times_s, time_s)
        near = self._times_s[max(after - 1, 0) : after + 1]
        before_s = self._times_s[after - 1] if after else None
        after_s = self._times_s[after] if after < len(self._times_s) else None
        if before_s is not None and after_s is not None:
            return after_s - before_s <= LONGEST_GAP_S or min(time_s - before_s, after_s - time_s) == 0.0
        return any(abs(each - time_s) <= LONGEST_GAP_S for each in near)


Knot = tuple[float, float]


def _knots(timed: Sequence[FlightSample], name: str) -> list[Knot]:
    """Keep a value where it changes, and at least every 2.5 s where it does not."""
    knots: list[Knot] = []
    last: Knot | None = None
    for sample in timed:
        value = getattr(sample, name)
        if value is None:
            continue
        time_s = sample.video_time_s or 0.0
        if not knots or value != knots[-1][1]:
            if last is not None and knots and last[0] - knots[-1][0] > LONGEST_REPEAT_S:
                knots.append(last)
            knots.append((time_s, value))
        last = (time_s, value)
    if last is not None and last[0] > knots[-1][0]:
        knots.append(last)
    return knots


def _between(knots: Sequence[Knot], time_s: float, *, circular: bool) -> float | None:
    if not knots:
        return None
    after = bisect_right(knots, (time_s, float("inf")))
    if after == 0 or after == len(knots):
        nearest = knots[0] if after == 0 else knots[-1]
        return nearest[1] if abs(nearest[0] - time_s) <= LONGEST_GAP_S else None
    (before_s, before), (after_s, following) = knots[after - 1], knots[after]
    share = (time_s - before_s) / (after_s - before_s)
    if not circular:
        return before + share * (following - before)
    return normal_yaw_deg(before + share * normal_yaw_deg(following - before))


def longest_gap_s(samples: Iterable[FlightSample]) -> float | None:
    """The longest time without a sample; None with fewer than two."""
    times_s = sorted(s.video_time_s for s in samples if s.video_time_s is not None)
    return max((after - before for before, after in pairwise(times_s)), default=None)
