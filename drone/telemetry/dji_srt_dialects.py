"""The dialects of DJI's .SRT files: a table of what each writes and what it means.

Source: files of each dialect, and the ground below them where a datum had to be found out (docs/how-to).
Left out: meanings that no file shows: `drone_speedz` (its sign), `BAROMETER(...)` in parentheses (its unit).

`altitude` beside `longtitude` starts at 214 m at Lahore, whose ground is at about 210 m: above sea level.
`altitude` beside a time with two comma groups reads 35 m over Laikipia, at about 1800 m: above take-off.
`altitude` elsewhere, and the third value of `GPS(a, b, 0.0M)`, keep no datum: `altitude_unreferenced_m`.
`focal_len` 643.30 at 4x behind a 162 mm equivalent lens: an equivalent that contains the digital zoom.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from drone.telemetry.srt_tokens import UnreadableValueError, fraction, number, whole_number

Reader = Callable[[str], float | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One way of writing a cue.

    Attributes:
        name: As reports show it.
        models: Drones known to write it.
        pattern: Found in the text of a cue of this dialect and of no dialect further down the table.
        fields: From a written name to the sample's field and the reader of its value.
        first_is_longitude: Order of `GPS(a, b, n)` and `HOME(a, b)`; None where names or letters tell.
        counts_satellites: The third value of `GPS(a, b, n)` is their number.
        remark: What a person should know.
        triples: From a name to the three fields of its values.
        velocity: Names of the two horizontal components of the velocity.
    """

    name: str
    models: tuple[str, ...]
    pattern: re.Pattern[str]
    fields: Mapping[str, tuple[str, Reader]]
    first_is_longitude: bool | None = None
    counts_satellites: bool = False
    remark: str | None = None
    triples: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    velocity: tuple[str, str] | None = None


def _scaled(divisor: float, *, from_whole: float) -> Reader:
    """A reader of values that older firmware writes as whole numbers: 280 for 2.8, and newer as they are."""

    def read(text: str) -> float | None:
        value = number(text)
        if value is None or "." in text or value < from_whole:
            return value
        return value / divisor

    return read


def _exposure_s(text: str) -> float | None:
    """`1/6400.0`; a number without a fraction could be seconds or their inverse, and is not read."""
    if "/" not in text and not text.endswith("s"):
        raise UnreadableValueError(text)
    return fraction(text)


def _inverse_exposure_s(text: str) -> float | None:
    """`SS 160` and `Shutter:60` are the inverse of the exposure time."""
    if "/" in text:
        return fraction(text)
    inverse = number(text)
    if inverse is None:
        return None
    if inverse <= 0.0:
        raise UnreadableValueError(text)
    return 1.0 / inverse


def _f_number(text: str) -> float | None:
    return _scaled(100, from_whole=100)(text.lower().removeprefix("f").removeprefix("/"))


FRAME: Mapping[str, tuple[str, Reader]] = {
    "framecnt": ("frame_count", whole_number),
    "srtcnt": ("frame_count", whole_number),
}
CAMERA: Mapping[str, tuple[str, Reader]] = {
    "iso": ("iso", whole_number),
    "fnum": ("aperture_f_number", _f_number),
    "ev": ("exposure_value", fraction),
    "ct": ("colour_temperature_k", number),
}
BRACKETED: Mapping[str, tuple[str, Reader]] = {
    **FRAME,
    **CAMERA,
    "shutter": ("shutter_s", _exposure_s),
    "focal_len": ("focal_length_35mm_mm", _scaled(10, from_whole=100)),
    "dzoom": ("digital_zoom", _scaled(10_000, from_whole=1000)),
    "dzoom_ratio": ("digital_zoom", _scaled(10_000, from_whole=1000)),
    "gb_yaw": ("gimbal_yaw_deg", number),
    "gimbal_yaw": ("gimbal_yaw_deg", number),
    "gb_pitch": ("gimbal_pitch_deg", number),
    "gimbal_pitch": ("gimbal_pitch_deg", number),
    "gb_roll": ("gimbal_roll_deg", number),
    "gimbal_roll": ("gimbal_roll_deg", number),
    "drone_yaw": ("drone_yaw_deg", number),
    "drone_pitch": ("drone_pitch_deg", number),
    "drone_roll": ("drone_roll_deg", number),
    "drone.yaw": ("drone_yaw_deg", number),
    "drone.pitch": ("drone_pitch_deg", number),
    "drone.roll": ("drone_roll_deg", number),
    "gimbal.yaw": ("gimbal_yaw_deg", number),
    "gimbal.pitch": ("gimbal_pitch_deg", number),
    "gimbal.roll": ("gimbal_roll_deg", number),
}
COMPACT: Mapping[str, tuple[str, Reader]] = {
    **CAMERA,
    "f/": ("aperture_f_number", number),
    "ss": ("shutter_s", _inverse_exposure_s),
    "dzoom": ("digital_zoom", number),
    "colortemp": ("colour_temperature_k", number),
    "d": ("distance_m", number),
    "h": ("height_above_takeoff_m", number),
    "h.s": ("horizontal_speed_m_s", number),
    "v.s": ("vertical_speed_m_s", number),
}
BAROMETRIC: Mapping[str, tuple[str, Reader]] = {
    **BRACKETED,
    "shutter": ("shutter_s", _inverse_exposure_s),
    "barometer": ("height_above_takeoff_m", number),
    "d": ("distance_m", number),
    "h": ("height_above_takeoff_m", number),
}
ATTITUDES: Mapping[str, tuple[str, str, str]] = {
    "f.pry": ("drone_pitch_deg", "drone_roll_deg", "drone_yaw_deg"),
    "g.pry": ("gimbal_pitch_deg", "gimbal_roll_deg", "gimbal_yaw_deg"),
}

# The order matters: a cue has the first dialect whose pattern it shows.
DIALECTS = (
    Dialect(
        name="dji-brackets-rel-abs",
        models=("Mavic 3", "Mini 3", "Mini 4 Pro", "Mini 5 Pro", "Air 3", "Avata", "Neo 2", "M30", "M350"),
        pattern=re.compile(r"\b(?:rel|abs)_alt\s*[:=]", re.IGNORECASE),
        fields={
            **BRACKETED,
            "rel_alt": ("height_above_takeoff_m", number),
            "abs_alt": ("altitude_amsl_m", number),
        },
        velocity=("drone_speedx", "drone_speedy"),
    ),
    Dialect(
        name="dji-brackets-longtitude",
        models=("Mavic 2 Pro", "Mavic 2 Zoom", "Mavic 2 Enterprise"),
        pattern=re.compile(r"\blongtitude\s*[:=]", re.IGNORECASE),
        fields={**BRACKETED, "altitude": ("altitude_amsl_m", number)},
        remark="altitude is taken as above mean sea level, as the ground below a real flight shows",
    ),
    Dialect(
        name="dji-brackets-altitude",
        models=("Mavic Air 2", "Air 2S"),
        pattern=re.compile(
            r":\d\d,\d{3},\d{3}\b(?=[\s\S]{0,500}\b(?:latitude|altitude)\s*[:=])", re.IGNORECASE
        ),
        fields={**BRACKETED, "altitude": ("height_above_takeoff_m", number)},
        remark="altitude is taken as the height above take-off, as the ground below a real flight shows",
    ),
    Dialect(
        name="dji-brackets-altitude-without-datum",
        models=("FPV", "Mini 2"),
        pattern=re.compile(
            r"\b(?:latitude|longitude|altitude)\s*[:=]|\blat\s*[:=]\s*\S+[\s\S]{1,80}?\b(?:lon|lng|long)\s*[:=]",
            re.IGNORECASE,
        ),
        fields={
            **BRACKETED,
            "altitude": ("altitude_unreferenced_m", number),
            "alt": ("altitude_unreferenced_m", number),
            "height": ("altitude_unreferenced_m", number),
        },
        remark="altitude is written without a datum that could be established",
    ),
    Dialect(
        name="hemispheres",
        models=("Autel Nano",),
        pattern=re.compile(r"\b(?:GPS|HOME)\s*\(\s*[EWNS]\s*:"),
        fields={**BAROMETRIC, "f-num": ("aperture_f_number", number)},
        triples=ATTITUDES,
    ),
    Dialect(
        name="dji-compact-rtk",
        models=("Phantom 4 RTK", "Matrice 30"),
        pattern=re.compile(r"\b[FG]\.PRY\s*\(|\bRTK\s*\("),
        fields=COMPACT,
        first_is_longitude=True,
        counts_satellites=True,
        triples=ATTITUDES,
    ),
    Dialect(
        name="dji-compact-latitude-first",
        models=(),
        pattern=re.compile(
            r"\bF/\s*[\d.,]+[\s\S]{0,300}?\bGPS\s*\([^,()]+,[^,()]+,\s*[-+]?\d+(?:\.\d+)?\s*[mM]\s*\)"
        ),
        fields=COMPACT,
        first_is_longitude=False,
        remark="a height in metres inside GPS(...) is taken as a sign that the latitude comes first",
    ),
    Dialect(
        name="dji-compact",
        models=("Phantom 4 Pro", "Mavic Mini", "Mini 2", "Mini SE"),
        pattern=re.compile(r"\bF/\s*[\d.]"),
        fields=COMPACT,
        first_is_longitude=True,
        counts_satellites=True,
    ),
    Dialect(
        name="dji-barometer-latitude-first",
        models=("Matrice 300 RTK", "Matrice 210"),
        pattern=re.compile(r"\bGPS\s*\([^,()]+,[^,()]+,\s*[-+]?\d+(?:\.\d|\s*[mM])"),
        fields=BAROMETRIC,
        first_is_longitude=False,
    ),
    Dialect(
        name="dji-barometer-longitude-first",
        models=("Mavic Pro", "Phantom 4", "Inspire 1", "Inspire 2"),
        pattern=re.compile(r"\b(?:GPS|HOME)\s*[(:=]"),
        fields=BAROMETRIC,
        first_is_longitude=True,
        counts_satellites=True,
    ),
    Dialect(
        name="dji-brackets-camera-only",
        models=("Mavic Air",),
        pattern=re.compile(r"\[\s*(?:iso|shutter|fnum|focal_len)\s*:"),
        fields=BRACKETED,
        remark="camera data without positions, as the Mavic Air writes",
    ),
)


def dialect_of(text: str) -> Dialect | None:
    """Find the dialect of a cue.

    Args:
        text: The cue without markup.

    Returns:
        The first dialect of the table whose pattern is in the text; None where there is none.
    """
    return next((dialect for dialect in DIALECTS if dialect.pattern.search(text)), None)
