"""The dialects of DJI subtitle telemetry: how each is recognised, and what its tokens mean.

Facts from files of each model; the traps are listed in docs/how-to/read-drone-telemetry.md.
Left out: splitting a file into cues (dji_srt.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
NUMBER = re.compile(_NUMBER)


def number(text: str) -> float | None:
    """The first number of a token's value; None for "n/a", "nan" and the like.

    >>> number("0.3M"), number("n/a"), number("-1.7")
    (0.3, None, -1.7)
    """
    found = NUMBER.search(text)
    return float(found.group()) if found else None


def fraction(text: str) -> float | None:
    """A number or a fraction.

    >>> fraction("-1/3"), fraction("0.7")
    (-0.3333333333333333, 0.7)
    """
    parts = NUMBER.findall(text.replace("/", " / "))
    if len(parts) >= 2 and "/" in text and float(parts[1]) != 0:
        return float(parts[0]) / float(parts[1])
    return number(text)


def shutter(text: str) -> float | None:
    """Exposure time in seconds, from "1/2500.0", "160" (a 160th) or "1.0s".

    >>> shutter("1/2500.0"), shutter("160")
    (0.0004, 0.00625)
    """
    value = fraction(text)
    if value is None or value <= 0:
        return None
    return value if "/" in text or text.strip().lower().endswith(("s", '"')) else 1 / value


def aperture(text: str) -> float | None:
    """f-number; some models write it a hundredfold.

    >>> aperture("280"), aperture("F2.8"), aperture("2.2")
    (2.8, 2.8, 2.2)
    """
    value = number(text)
    return value / 100 if value is not None and value >= 64 else value


def focal_length(text: str) -> float | None:
    """35 mm equivalent focal length in mm; written tenfold by models that write it without a decimal point.

    >>> focal_length("240"), focal_length("24.00"), focal_length("643.30")
    (24.0, 24.0, 643.3)
    """
    value = number(text)
    return value / 10 if value is not None and "." not in text and value >= 100 else value


def zoom(text: str) -> float | None:
    """Digital zoom ratio; written ten-thousandfold by some models.

    >>> zoom("10000, delta:0"), zoom("4.00")
    (1.0, 4.0)
    """
    value = number(text)
    return value / 10000 if value is not None and value >= 1000 else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a token becomes.

    Attributes:
        attribute: Name of the sample's field.
        parse: From the token's text to its value.
    """

    attribute: str
    parse: Callable[[str], float | None] = number


_CAMERA = {
    "iso": Field(attribute="iso"),
    "shutter": Field(attribute="shutter_s", parse=shutter),
    "ss": Field(attribute="shutter_s", parse=shutter),
    "fnum": Field(attribute="aperture_f_number", parse=aperture),
    "f": Field(attribute="aperture_f_number", parse=aperture),
    "ev": Field(attribute="exposure_compensation_ev", parse=fraction),
    "ct": Field(attribute="colour_temperature_k"),
    "focal_len": Field(attribute="focal_length_35mm_mm", parse=focal_length),
    "dzoom_ratio": Field(attribute="digital_zoom", parse=zoom),
    "dzoom": Field(attribute="digital_zoom", parse=zoom),
    "framecnt": Field(attribute="frame_count"),
    "srtcnt": Field(attribute="frame_count"),
}
_BRACKETS = {
    **_CAMERA,
    "latitude": Field(attribute="latitude_deg"),
    "longitude": Field(attribute="longitude_deg"),
    "longtitude": Field(attribute="longitude_deg"),
    "rel_alt": Field(attribute="height_above_takeoff_m"),
    "abs_alt": Field(attribute="altitude_amsl_m"),
    "altitude": Field(attribute="altitude_unreferenced_m"),
    "gb_yaw": Field(attribute="gimbal_yaw_deg"),
    "gb_pitch": Field(attribute="gimbal_pitch_deg"),
    "gb_roll": Field(attribute="gimbal_roll_deg"),
    "drone_yaw": Field(attribute="drone_yaw_deg"),
    "drone_pitch": Field(attribute="drone_pitch_deg"),
    "drone_roll": Field(attribute="drone_roll_deg"),
}
_WORDS = {
    **_CAMERA,
    "d": Field(attribute="distance_from_home_m"),
    "h": Field(attribute="height_above_takeoff_m"),
    "h.s": Field(attribute="horizontal_speed_m_s"),
    "v.s": Field(attribute="vertical_speed_m_s"),
    "barometer": Field(attribute="height_above_takeoff_m"),
}
# Understood and of no use to a sample: not reported as unknown.
IGNORED = frozenset(
    {
        "difftime", "frameid", "color_md", "ae_meter_md", "vsync", "eis", "shift", "x", "y", "pp_vsync", "pp_timestamp",
        "pp_target", "pp_current", "pp_limit_ratio", "pp_over_image_border", "pp_warp", "delta",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One way of writing telemetry.

    Attributes:
        name: Its name in reports.
        model: Drones known to write it; None where the text does not tell them apart.
        pattern: Found in the cues of this dialect and of none above it in the table.
        fields: Token (lower case) to field.
        order: Order of the first two values of GPS(…): "lon_lat" or "lat_lon"; None where there is no such token.
        third: What the third value of GPS(…) is: a field's name, or None.
    """

    name: str
    model: str | None
    pattern: re.Pattern[str]
    fields: dict[str, Field]
    order: str | None = None
    third: str | None = None


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


# The first whose pattern is found decides; from the most to the least particular.
DIALECTS: tuple[Dialect, ...] = (
    Dialect(
        name="matrice_300",
        model="Matrice 300 / Zenmuse H20",
        pattern=_of(rf"^(?!.*HOME\s*\().*GPS\s*\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*,\s*{_NUMBER}\s*M\s*\)"),
        fields=_WORDS,
        order="lat_lon",
        third="altitude_unreferenced_m",
    ),
    Dialect(
        name="mavic_pro",
        model="Mavic Pro, Phantom 3 / 4, Inspire",
        pattern=_of(r"HOME\s*\(.*GPS\s*\(.*BAROMETER"),
        fields=_WORDS,
        order="lon_lat",
        third="satellites",
    ),
    Dialect(
        name="comma_list",
        model="Mini, Phantom 4 Pro / RTK",
        pattern=_of(r"F/[\d.]+\s*,.*GPS\s*\("),
        fields=_WORDS,
        order="lon_lat",
        third="satellites",
    ),
    Dialect(
        name="gps_barometer",
        model=None,
        pattern=_of(r"GPS\s*\(.*BAROMETER"),
        fields=_WORDS,
        order="lon_lat",
        third="satellites",
    ),
    Dialect(
        name="mavic_2",
        model="Mavic 2",
        pattern=_of(r"\[\s*longtitude\s*:.*\[\s*altitude\s*:"),
        # The height of this family is above sea level: it starts at the ground's elevation.
        fields={**_BRACKETS, "altitude": Field(attribute="altitude_amsl_m")},
    ),
    Dialect(
        name="mavic_air_2",
        model="Mavic Air 2",
        pattern=_of(r"SrtCnt.*\[\s*latitude"),
        fields=_BRACKETS,
    ),
    Dialect(
        name="matrice_30",
        model="Matrice 30 / 350",
        pattern=_of(r"\[\s*latitude\s*:.*drone_yaw\s*:"),
        fields=_BRACKETS,
    ),
    Dialect(
        name="brackets_gimbal",
        model="Mavic 3 Enterprise, Avata",
        pattern=_of(r"\[\s*latitude\s*:.*gb_yaw\s*:"),
        fields=_BRACKETS,
    ),
    Dialect(
        name="brackets",
        model="Mavic 3, Air 2S / 3 / 3S, Mini 3 / 4, Neo",
        pattern=_of(r"\[\s*latitude\s*:"),
        fields=_BRACKETS,
    ),
    Dialect(
        name="camera_only",
        model="Mavic Air",
        pattern=_of(r"\[\s*iso\s*:.*\[\s*shutter\s*:"),
        fields=_BRACKETS,
    ),
)
