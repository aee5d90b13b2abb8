"""Volume in a box-shaped tank without trim tables, from one sounding: the geometric wedge.

Source: closed form; the free surface is a plane, and the tank's bottom, sides and top are planes of the ship.
Left out: tanks that taper, frames and pipes inside the tank, and ullages (turn them into soundings first).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from survey.errors import InvalidTankTableError, OutsideTankTableError
from survey.tanks import Attitude


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxTank:
    """A box, and where its sounding pipe ends: forward of the aft bulkhead, to starboard of the port side."""

    length_m: float
    breadth_m: float
    depth_m: float
    pipe_forward_of_aft_bulkhead_m: float
    pipe_to_starboard_of_port_side_m: float

    def __post_init__(self) -> None:
        """Check the box once.

        Raises:
            InvalidTankTableError: a dimension is not positive, or the pipe ends outside the tank.
        """
        for name in ("length_m", "breadth_m", "depth_m"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidTankTableError(f"{name} of a tank must be a positive number, not {value}")
        for name, most_m in (
            ("pipe_forward_of_aft_bulkhead_m", self.length_m),
            ("pipe_to_starboard_of_port_side_m", self.breadth_m),
        ):
            value = getattr(self, name)
            if not 0 <= value <= most_m:
                raise InvalidTankTableError(f"{name} must lie in 0 to {most_m:g}, not {value}")


def wedge_volume_m3(
    tank: BoxTank, *, sounding_m: float, attitude: Attitude, length_between_perpendiculars_m: float
) -> float:
    """The liquid's volume under a plane surface through the sounding at the pipe.

    Trim by the stern deepens the liquid aft by T/LBP metres a metre, heel to starboard deepens it there by
    tan(heel); where the plane falls below the bottom the tank is dry, where it rises above the top, full.
    At a sounding of 0 this is the most that can lie unseen by the pipe.

    >>> tank = BoxTank(
    ...     length_m=20, breadth_m=10, depth_m=3,
    ...     pipe_forward_of_aft_bulkhead_m=0, pipe_to_starboard_of_port_side_m=5,
    ... )
    >>> stern_trim = Attitude(trim_by_stern_m=2.0, heel_to_starboard_deg=0.0)
    >>> round(wedge_volume_m3(  # dry beyond 0.1 * 200 / 2 = 10 m: a triangle of 10 m by 0.1 m, 10 m broad
    ...     tank, sounding_m=0.1, attitude=stern_trim, length_between_perpendiculars_m=200), 9)
    5.0

    Args:
        tank: the box and its pipe.
        sounding_m: depth of liquid at the pipe, 0 to the tank's depth.
        attitude: trim and heel.
        length_between_perpendiculars_m: LBP, over which the trim is counted.

    Raises:
        OutsideTankTableError: the sounding is outside the tank.
        InvalidTankTableError: LBP is not positive.
    """
    if not 0 <= sounding_m <= tank.depth_m:
        raise OutsideTankTableError("sounding_m", sounding_m, 0.0, tank.depth_m)
    if not length_between_perpendiculars_m > 0:
        raise InvalidTankTableError(f"LBP must be positive, not {length_between_perpendiculars_m} m")
    fall_forward = attitude.trim_by_stern_m / length_between_perpendiculars_m
    rise_to_starboard = math.tan(math.radians(attitude.heel_to_starboard_deg))
    aft_m = sounding_m + tank.pipe_forward_of_aft_bulkhead_m * fall_forward
    fore_m = aft_m - tank.length_m * fall_forward
    to_port_m = tank.pipe_to_starboard_of_port_side_m * rise_to_starboard
    across_m = tank.breadth_m * rise_to_starboard
    return tank.breadth_m * _mean_over_breadth(
        (aft_m - to_port_m, fore_m - to_port_m), across_m, depth_m=tank.depth_m, length_m=tank.length_m
    )


def _mean_over_breadth(
    port_m: tuple[float, float], across_m: float, *, depth_m: float, length_m: float
) -> float:
    """Mean section area (m²) from the port side, where the plane has the two heights, to `across_m` higher.

    Between the places where an end of the section meets bottom or top the area is at most quadratic, and
    Simpson's rule is exact.
    """

    def area_m2(share: float) -> float:
        return _section_area_m2(port_m[0] + share * across_m, port_m[1] + share * across_m, depth_m, length_m)

    breaks = _crossings([(height, height + across_m) for height in port_m], depth_m)
    return sum(
        (end - start) / 6 * (area_m2(start) + 4 * area_m2((start + end) / 2) + area_m2(end))
        for start, end in pairwise(breaks)
    )


def _section_area_m2(aft_m: float, fore_m: float, depth_m: float, length_m: float) -> float:
    """Area under a straight surface from `aft_m` to `fore_m`, cut by bottom and top; exact by trapezia."""

    def height_m(share: float) -> float:
        return min(max(aft_m + share * (fore_m - aft_m), 0.0), depth_m)

    breaks = _crossings([(aft_m, fore_m)], depth_m)
    return length_m * sum(
        (end - start) / 2 * (height_m(start) + height_m(end)) for start, end in pairwise(breaks)
    )


def _crossings(lines: Sequence[tuple[float, float]], depth_m: float) -> list[float]:
    """Where, as a share 0 to 1 of the way, straight lines meet bottom or top; with 0 and 1 themselves."""
    shares = {0.0, 1.0}
    for start_m, end_m in lines:
        for level_m in (0.0, depth_m):
            if (start_m - level_m) * (end_m - level_m) < 0:
                shares.add((level_m - start_m) / (end_m - start_m))
    return sorted(shares)
