"""Which columns of a flight log's table mean what, and in which units they are.

Source: headers of Airdata, Healthy Drones, Litchi, DJI GO and DJI Fly exports, DatCon, dji-log-parser.
Left out: battery, sticks, motors and messages; they are counted as unknown tokens.

`max_altitude` of an Airdata file equals `altitude_above_seaLevel`, `max_ascent` the height above take-off: so
`ascent` is above take-off, and `altitude` beside `ascent` is above sea level. Alone, `altitude` has no datum.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FOOT_M = 0.3048
MILE_M = 1609.344
NAUTICAL_MILE_M = 1852.0
HOUR_S = 3600.0

LENGTHS = {
    "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "米": 1.0, "ft": FOOT_M, "feet": FOOT_M,
    "foot": FOOT_M, "cm": 0.01, "mm": 0.001, "km": 1000.0,
}  # fmt: skip
SPEEDS = {
    "m/s": 1.0, "mps": 1.0, "ms": 1.0, "meters/sec": 1.0, "mph": MILE_M / HOUR_S, "mi/h": MILE_M / HOUR_S,
    "km/h": 1000.0 / HOUR_S, "kmh": 1000.0 / HOUR_S, "kph": 1000.0 / HOUR_S, "ft/s": FOOT_M, "fps": FOOT_M,
    "kn": NAUTICAL_MILE_M / HOUR_S, "kt": NAUTICAL_MILE_M / HOUR_S, "kts": NAUTICAL_MILE_M / HOUR_S,
    "knots": NAUTICAL_MILE_M / HOUR_S,
}  # fmt: skip
ANGLES = {"deg": 1.0, "degree": 1.0, "degrees": 1.0, "°": 1.0, "360": 1.0, "": 1.0, "rad": 57.29577951308232}
TIMES = {
    "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001,
    "us": 1e-6, "µs": 1e-6, "microsecond": 1e-6, "microseconds": 1e-6, "min": 60.0,
}  # fmt: skip
COUNTS = {"": 1.0}
FACTORS: Mapping[str, Mapping[str, float]] = {
    "length": LENGTHS,
    "speed": SPEEDS,
    "angle": ANGLES,
    "time": TIMES,
    "count": COUNTS,
}
SUFFIX_UNIT = re.compile(r"[_ ](m|ft|feet|meters|mps|mph|kmh|kph|deg|degrees|ms|sec|s|us)\Z", re.IGNORECASE)
BRACKETED_UNIT = re.compile(r"\s*[\[(]\s*([^\])]*?)\s*[\])]\s*\Z")

# From a field to the quantity of its column, and the names of the column without everything but letters.
COLUMNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "latitude_deg": (
        "angle",
        ("latitude", "lat", "osdlatitude", "gpslatitude", "gpslat", "dronelatitude", "positionlatitude", "纬度"),
    ),
    "longitude_deg": (
        "angle",
        ("longitude", "longtitude", "lon", "lng", "long", "osdlongitude", "gpslongitude", "gpslon",
         "dronelongitude", "positionlongitude", "经度"),
    ),
    "height_above_takeoff_m": (
        "length",
        ("heightabovetakeoff", "ascent", "osdheight", "relativealtitude", "relativeheight", "relalt",
         "heightabovehome", "altitudeabovetakeoff", "altitudeabovehome", "altituderelative", "agltakeoff"),
    ),
    "altitude_amsl_m": (
        "length",
        ("altitudeabovesealevel", "altitudeamsl", "amslaltitude", "absolutealtitude", "absalt", "osdaltitude",
         "altitudemsl", "mslaltitude", "heightmsl", "gpsheightmsl", "amsl", "msl"),
    ),
    "altitude_ellipsoid_m": ("length", ("ellipsoidheight", "heightellipsoid", "altitudeellipsoid", "hae")),
    "altitude_unreferenced_m": ("length", ("altitude", "alt", "height", "gpsaltitude", "elevation", "高度")),
    "distance_m": ("length", ("distance", "distancefromhome", "homedistance", "calcdistance", "osddistance")),
    "horizontal_speed_m_s": (
        "speed",
        ("speed", "hspeed", "osdhspeed", "horizontalspeed", "groundspeed", "gpsspeed", "calchspeed"),
    ),
    "vertical_speed_m_s": ("speed", ("zspeed", "osdzspeed", "vspeed", "verticalspeed", "velocityz")),
    "gimbal_yaw_deg": ("angle", ("gimbalheading", "gimbalyaw")),
    "gimbal_pitch_deg": ("angle", ("gimbalpitch",)),
    "gimbal_roll_deg": ("angle", ("gimbalroll",)),
    "drone_yaw_deg": ("angle", ("compassheading", "heading", "yaw", "osdyaw")),
    "drone_pitch_deg": ("angle", ("pitch", "osdpitch")),
    "drone_roll_deg": ("angle", ("roll", "osdroll")),
    "course_deg": ("angle", ("course", "courseoverground", "cog", "track")),
    "satellites": ("count", ("satellites", "gpsnum", "osdgpsnum", "sats", "numsats", "satellitecount")),
    "home_latitude_deg": ("angle", ("homelatitude", "homelat")),
    "home_longitude_deg": ("angle", ("homelongitude", "homelongtitude", "homelon", "homelng")),
    "video_time_s": (
        "time",
        ("time", "offsettime", "flytime", "osdflytime", "elapsedtime", "elapsed", "flighttime", "timems"),
    ),
}  # fmt: skip
MOMENTS = ("datetime", "timestamp", "dateandtime", "customupdatetimestamp", "gpsdatetime", "customdatetime")
DATES = ("date", "customdate")
CLOCKS = ("time", "updatetime", "customupdatetime")
FIELD_OF = {name: (field, quantity) for field, (quantity, names) in COLUMNS.items() for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that is understood.

    Attributes:
        index: From 0.
        header: As written.
        field: Of the sample, or `moment`, `date`, `clock`.
        factor: To the field's unit.
        zone: `utc`, `local` or empty, for moments.
        unit: As written; empty where there is none.
        quantity: A key of FACTORS, or `moment`.
    """

    index: int
    header: str
    field: str
    factor: float
    zone: str
    unit: str
    quantity: str


def column_of(index: int, header: str) -> Column | None:
    """Understand a header cell.

    Args:
        index: From 0.
        header: Such as `height_above_takeoff(feet)` or `OSD.height [m]`.

    Returns:
        The column; None where its name or its unit is not known.

    >>> column_of(0, " xHeading (deg)") is None
    True
    >>> column_of(4, "height_above_takeoff(feet)").factor
    0.3048
    """
    name, unit = _name_and_unit(header.strip().strip("\ufeff"))
    zone = unit if unit in {"utc", "local"} else "utc" if name.endswith("utc") else ""
    bare = name.removesuffix("utc").removesuffix("local") if not unit else name
    for field, names in (("moment", MOMENTS), ("date", DATES)):
        if bare in names and unit not in TIMES:
            return Column(
                index=index, header=header, field=field, factor=1.0, zone=zone, unit=unit, quantity="moment"
            )
    if bare in CLOCKS and (zone or not unit):
        return Column(
            index=index, header=header, field="clock", factor=1.0, zone=zone, unit=unit, quantity="moment"
        )
    if name not in FIELD_OF:
        return None
    field, quantity = FIELD_OF[name]
    factor = FACTORS[quantity].get(unit, 1.0 if unit == "" and quantity != "time" else None)
    if factor is None:
        return None
    return Column(
        index=index, header=header, field=field, factor=factor, zone="", unit=unit, quantity=quantity
    )


def _name_and_unit(header: str) -> tuple[str, str]:
    bracketed = BRACKETED_UNIT.search(header)
    if bracketed:
        return _letters(header[: bracketed.start()]), bracketed[1].lower()
    suffix = SUFFIX_UNIT.search(header)
    if suffix:
        return _letters(header[: suffix.start()]), suffix[1].lower()
    return _letters(header), ""


def _letters(name: str) -> str:
    return re.sub(r"[\W\d_]+", "", name).lower()
