"""From metres north, east and up to degrees, and back.

Source: WGS 84 through pymap3d, which computes on the ellipsoid and needs no grids.
Left out: geoids: every height passed in has the datum of the height that comes out.
"""

import pymap3d

Place = tuple[float, float, float]


def moved(place: Place, north_m: float, east_m: float, up_m: float) -> Place:
    """Go from a place by metres.

    Args:
        place: Latitude, longitude in degrees, height in metres.
        north_m: To the north.
        east_m: To the east.
        up_m: Along the normal of the ellipsoid at the place.

    Returns:
        Latitude, longitude in degrees, height in metres.

    >>> [round(x, 6) for x in moved((31.0, 121.0, 0.0), 1000.0, 0.0, 0.0)[:2]]
    [31.00902, 121.0]
    """
    latitude_deg, longitude_deg, height_m = pymap3d.enu2geodetic(east_m, north_m, up_m, *place)
    return float(latitude_deg), float(longitude_deg), float(height_m)


def between(place: Place, other: Place) -> tuple[float, float, float]:
    """Metres north, east and up from one place to another."""
    east_m, north_m, up_m = pymap3d.geodetic2enu(*other, *place)
    return float(north_m), float(east_m), float(up_m)
