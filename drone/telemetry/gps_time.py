"""GPS weeks as UTC.

Source: IS-GPS-200; leap seconds by the IERS (18 since 2017-01-01; the next ones will be announced).
Left out: moments before 2006, when drones wrote no GPS weeks.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1980, 1, 6, tzinfo=UTC)
LEAP_SECONDS = (
    (datetime(2017, 1, 1, tzinfo=UTC), 18),
    (datetime(2015, 7, 1, tzinfo=UTC), 17),
    (datetime(2012, 7, 1, tzinfo=UTC), 16),
    (datetime(2009, 1, 1, tzinfo=UTC), 15),
    (datetime(2006, 1, 1, tzinfo=UTC), 14),
)
MOST_WEEKS = 5000


def utc_of_gps(week: int, milliseconds: int) -> datetime | None:
    """Give the UTC of a GPS week and its milliseconds.

    Args:
        week: Since 1980-01-06, counted on beyond 1024.
        milliseconds: Since the week began.

    Returns:
        UTC; None where the week says that there is no time.

    >>> utc_of_gps(1891, 345_618_000).isoformat()
    '2016-04-07T00:00:01+00:00'
    """
    if not 0 < week < MOST_WEEKS:
        return None
    moment = EPOCH + timedelta(weeks=week, milliseconds=milliseconds)
    leap = next((seconds for since, seconds in LEAP_SECONDS if moment >= since), None)
    return None if leap is None else moment - timedelta(seconds=leap)
