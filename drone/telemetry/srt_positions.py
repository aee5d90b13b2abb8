"""Where a cue says the drone and its home point are, and which of two bare numbers is the longitude.

Source: DJI and Autel .SRT files; a number beyond 90 can only be a longitude.
Left out: heights, which dji_srt_dialects.py reads.

The order of `GPS(a, b, n)` belongs to a recording and not to a cue: `written_position` takes the numbers
as they stand, `axis_order` looks at all of them, `placed` gives degrees.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drone.telemetry.flight_log import SkipReason
from drone.telemetry.srt_tokens import Tokens, UnreadableValueError, number

HIGHEST_LATITUDE_DEG = 90.0
HIGHEST_LONGITUDE_DEG = 180.0
LATITUDE_NAMES = ("latitude", "lat")
LONGITUDE_NAMES = ("longitude", "longtitude", "lon", "lng", "long")
# 49.379442N, N49.379442 and 49°22'45.99"N.
COMPASS = re.compile(
    r"([NSEW])?\s*(\d+(?:\.\d+)?)(?:\s*°\s*(?:(\d+(?:\.\d+)?)\s*['′]\s*(?:(\d+(?:\.\d+)?)\s*[\"″]\s*)?)?)?([NSEW])?\Z",
    re.IGNORECASE,
)
HEMISPHERE = re.compile(r"([NSEW])\s*:\s*(\S+)\Z")
THREE_VALUES = 3
SIGN = {"N": 1, "E": 1, "S": -1, "W": -1}


class IncompletePositionError(ValueError):
    """Half a position; never leaves the package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPosition:
    """Two numbers as they stand in a cue.

    Attributes:
        first_deg: The first of them; None where the drone says that it has no fix.
        second_deg: The second of them.
        first_is_longitude: Known from names or letters; None where it has to be found out.
    """

    first_deg: float | None
    second_deg: float | None
    first_is_longitude: bool | None

    @property
    def is_fix(self) -> bool:
        """Whether it is a place; zero and zero is what DJI writes without a fix."""
        known = self.first_deg is not None and self.second_deg is not None
        return known and (self.first_deg, self.second_deg) != (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisOrder:
    """Which of two bare numbers is the longitude, and how that is known."""

    first_is_longitude: bool
    evidence: str

    def __str__(self) -> str:
        order = "longitude, latitude" if self.first_is_longitude else "latitude, longitude"
        return f"{order} ({self.evidence})"


def written_position(tokens: Tokens) -> WrittenPosition | None:
    """Take the drone's position from a cue.

    Args:
        tokens: The values of the cue.

    Returns:
        The numbers as they stand; None where the cue has no position.

    Raises:
        IncompletePositionError: Only half of it is there.
        UnreadableValueError: A coordinate is not a number.
    """
    latitudes = [name for name in LATITUDE_NAMES if name in tokens.values]
    longitudes = [name for name in LONGITUDE_NAMES if name in tokens.values]
    if latitudes or longitudes:
        if not latitudes or not longitudes:
            raise IncompletePositionError
        latitude, longitude = (_named(tokens.values[names[0]]) for names in (latitudes, longitudes))
        return WrittenPosition(first_deg=latitude, second_deg=longitude, first_is_longitude=False)
    return _written_in_call(tokens.calls, ("rtk", "gps"))


def written_home(tokens: Tokens) -> WrittenPosition | None:
    """Take the home point from a cue; one that cannot be read is as good as none.

    Args:
        tokens: The values of the cue.

    Returns:
        The numbers as they stand; None where the cue has no home point.
    """
    try:
        return _written_in_call(tokens.calls, ("home",))
    except (IncompletePositionError, UnreadableValueError):
        return None


def satellites_of(tokens: Tokens) -> int | None:
    """Read the number of satellites, the third value of `GPS(a, b, n)`, where it is a whole number."""
    values = tokens.calls.get("rtk") or tokens.calls.get("gps") or ()
    return int(values[2]) if len(values) >= THREE_VALUES and values[2].isdecimal() else None


def height_in_position(tokens: Tokens) -> float | None:
    """Read a third value of `GPS(a, b, h)` that shows itself to be a height, by its decimals or its unit."""
    values = tokens.calls.get("rtk") or tokens.calls.get("gps") or ()
    if len(values) < THREE_VALUES or values[2].isdecimal():
        return None
    try:
        return number(values[2])
    except UnreadableValueError:
        return None


def axis_order(positions: Sequence[WrittenPosition], *, by_dialect: bool) -> AxisOrder:
    """Find out which of two bare numbers is the longitude.

    Args:
        positions: All that a dialect has in a recording.
        by_dialect: What the dialect usually does.

    Returns:
        What most of the numbers show where they show anything, else what the dialect does.
    """
    fixes = [position for position in positions if position.is_fix]
    beyond_first = sum(abs(position.first_deg or 0.0) > HIGHEST_LATITUDE_DEG for position in fixes)
    beyond_second = sum(abs(position.second_deg or 0.0) > HIGHEST_LATITUDE_DEG for position in fixes)
    # Most of them, and not one: a single damaged digit must not turn a whole flight round.
    if 2 * max(beyond_first, beyond_second) <= len(fixes):
        return AxisOrder(first_is_longitude=by_dialect, evidence="by dialect")
    return AxisOrder(
        first_is_longitude=beyond_first > beyond_second, evidence="values beyond 90 degrees are longitudes"
    )


def placed(position: WrittenPosition, order: AxisOrder) -> tuple[float, float] | SkipReason:
    """Give a position in degrees.

    Args:
        position: A fix.
        order: For numbers without names.

    Returns:
        Latitude and longitude in degrees, or why they cannot be.
    """
    known = position.first_is_longitude
    first_is_longitude = order.first_is_longitude if known is None else known
    first_deg, second_deg = position.first_deg or 0.0, position.second_deg or 0.0
    latitude_deg, longitude_deg = (second_deg, first_deg) if first_is_longitude else (first_deg, second_deg)
    if abs(latitude_deg) > HIGHEST_LATITUDE_DEG or abs(longitude_deg) > HIGHEST_LONGITUDE_DEG:
        return SkipReason.position_out_of_range
    return latitude_deg, longitude_deg


def _named(text: str) -> float | None:
    """A number, or one with the letter of its half of the Earth, with or without minutes and seconds."""
    match = COMPASS.match(text)
    if match is None or (match[1] is None) == (match[5] is None):
        return number(text)
    degrees = float(match[2]) + float(match[3] or 0.0) / 60.0 + float(match[4] or 0.0) / 3600.0
    return SIGN[(match[1] or match[5]).upper()] * degrees


def _written_in_call(calls: Mapping[str, tuple[str, ...]], names: Sequence[str]) -> WrittenPosition | None:
    name = next((name for name in names if name in calls), None)
    if name is None:
        return None
    values = calls[name]
    if len(values) == 1 and number(values[0]) is None:
        return WrittenPosition(first_deg=None, second_deg=None, first_is_longitude=None)
    if len(values) < 2:  # noqa: PLR2004 (a position is two numbers)
        raise IncompletePositionError
    first, second = HEMISPHERE.match(values[0]), HEMISPHERE.match(values[1])
    if first and second:
        return WrittenPosition(
            first_deg=_signed(first), second_deg=_signed(second), first_is_longitude=first[1] in "EW"
        )
    return WrittenPosition(first_deg=number(values[0]), second_deg=number(values[1]), first_is_longitude=None)


def _signed(hemisphere: re.Match[str]) -> float | None:
    value = number(hemisphere[2])
    return None if value is None else SIGN[hemisphere[1]] * value
