"""What UTC a recording began at, from which source and how surely.

Source: in this order: GPS time in the telemetry; the container's creation time (UTC) against the drone's local time,
whose difference is a zone of whole quarter hours; the operator's zone.
Left out: the zone of the position: a real pair says UTC+3 at a place in UTC+7.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

QUARTER_HOUR_S = 900.0
# Containers are stamped at the start or at the end of a recording, or a little after either.
LARGEST_REMAINDER_S = 300.0
EASTERNMOST_S, WESTERNMOST_S = 14 * 3600.0, -12 * 3600.0
ERROR_GPS_S, ERROR_CONTAINER_S, ERROR_OPERATOR_S = 0.2, 2.0, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOfRecording:
    """When a recording began.

    Attributes:
        utc: The moment of video time 0.
        source: In words.
        uncertainty_s: One sigma, by the source.
        zone_offset_s: Local time minus UTC, where it was found.
    """

    utc: datetime
    source: str
    uncertainty_s: float
    zone_offset_s: float | None


def start_of_recording(
    *,
    gps: tuple[datetime, float] | None,
    local: tuple[datetime, float] | None,
    container_created: datetime | None,
    operator_zone_offset_s: float | None,
) -> StartOfRecording | None:
    """Find when a recording began.

    Args:
        gps: A UTC of the telemetry and its video time in seconds.
        local: A local time of the drone, without zone, and its video time in seconds.
        container_created: With a zone.
        operator_zone_offset_s: Local time minus UTC as a person says.

    Returns:
        By the best source; None where none is enough.
    """
    if gps is not None:
        moment = gps[0].astimezone(UTC) - timedelta(seconds=gps[1])
        return StartOfRecording(
            utc=moment, source="GPS time in the telemetry", uncertainty_s=ERROR_GPS_S, zone_offset_s=None
        )
    start = None if local is None else local[0] - timedelta(seconds=local[1])
    if start is not None and container_created is not None:
        offset_s = zone_offset_s(start, container_created)
        if offset_s is not None:
            utc = (start - timedelta(seconds=offset_s)).replace(tzinfo=UTC)
            return StartOfRecording(
                utc=utc,
                source="local time of the drone, its zone from the container's creation time",
                uncertainty_s=ERROR_CONTAINER_S,
                zone_offset_s=offset_s,
            )
    if start is not None and operator_zone_offset_s is not None:
        utc = (start - timedelta(seconds=operator_zone_offset_s)).replace(tzinfo=UTC)
        return StartOfRecording(
            utc=utc,
            source="local time of the drone in the operator's zone",
            uncertainty_s=ERROR_OPERATOR_S,
            zone_offset_s=operator_zone_offset_s,
        )
    return None


def zone_offset_s(local: datetime, utc: datetime) -> float | None:
    """Find a zone from one moment on two clocks.

    Args:
        local: Without zone.
        utc: With one.

    Returns:
        Local time minus UTC in whole quarter hours; None where the two are no one moment.

    >>> zone_offset_s(datetime(2025, 7, 23, 10, 21, 39), datetime(2025, 7, 23, 7, 21, 39, tzinfo=UTC))
    10800.0
    """
    difference_s = (local - utc.astimezone(UTC).replace(tzinfo=None)).total_seconds()
    offset_s = round(difference_s / QUARTER_HOUR_S) * QUARTER_HOUR_S
    if abs(difference_s - offset_s) > LARGEST_REMAINDER_S or not WESTERNMOST_S <= offset_s <= EASTERNMOST_S:
        return None
    return offset_s
