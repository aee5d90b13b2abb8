"""WGS 84 as Chinese map tiles show it (GCJ-02), for display only.

Source: the published reconstruction of the offset (eviltransform and others, 2013), with the Krasovsky ellipsoid.
Left out: storing it: everything stored is WGS 84. Outside of China the offset does not apply.
"""

import math

SEMI_MAJOR_M = 6_378_245.0
ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
ORIGIN_LATITUDE_DEG, ORIGIN_LONGITUDE_DEG = 35.0, 105.0
# The box within which the offset is defined.
SOUTH_DEG, NORTH_DEG, WEST_DEG, EAST_DEG = 0.8293, 55.8271, 72.004, 137.8347


def gcj02_from_wgs84(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Shift a place for display on tiles in GCJ-02.

    Args:
        latitude_deg: WGS 84.
        longitude_deg: WGS 84.

    Returns:
        Latitude and longitude in GCJ-02; unchanged outside of the box.

    >>> [round(x, 7) for x in gcj02_from_wgs84(39.911954, 116.377817)]
    [39.9133455, 116.3840472]
    """
    if not (SOUTH_DEG <= latitude_deg <= NORTH_DEG and WEST_DEG <= longitude_deg <= EAST_DEG):
        return latitude_deg, longitude_deg
    x, y = longitude_deg - ORIGIN_LONGITUDE_DEG, latitude_deg - ORIGIN_LATITUDE_DEG
    sine = math.sin(math.radians(latitude_deg))
    magic = 1 - ECCENTRICITY_SQUARED * sine * sine
    meridian_m = SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / (magic * math.sqrt(magic))
    parallel_m = SEMI_MAJOR_M / math.sqrt(magic) * math.cos(math.radians(latitude_deg))
    return (
        latitude_deg + math.degrees(_north_m(x, y) / meridian_m),
        longitude_deg + math.degrees(_east_m(x, y) / parallel_m),
    )


def _north_m(x: float, y: float) -> float:
    smooth = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    waves = 20.0 * _sin(y) + 40.0 * _sin(y / 3.0) + 160.0 * _sin(y / 12.0) + 320.0 * _sin(y / 30.0)
    return smooth + (_ripple(x) + waves) * 2.0 / 3.0


def _east_m(x: float, y: float) -> float:
    smooth = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    waves = 20.0 * _sin(x) + 40.0 * _sin(x / 3.0) + 150.0 * _sin(x / 12.0) + 300.0 * _sin(x / 30.0)
    return smooth + (_ripple(x) + waves) * 2.0 / 3.0


def _ripple(x: float) -> float:
    return 20.0 * _sin(6.0 * x) + 20.0 * _sin(2.0 * x)


def _sin(half_turns: float) -> float:
    return math.sin(math.pi * half_turns)
