"""Reads where a still was taken and where the camera looked: EXIF, and the XMP of drones.

Source: EXIF 3.0 (GPS IFD, OffsetTime), DJI's drone-dji XMP; Parrot, Autel and Skydio names for the same values.
Left out: thermal data, maker notes, embedded previews.

A still has one sample without a video time. With an RTK fix DJI's absolute altitude is above the ellipsoid.
"""

import io
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from drone.errors import NoTelemetryError
from drone.telemetry.flight_log import FlightLog, FlightSample
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.moments import local_text, moment_of
from drone.telemetry.srt_tokens import UnreadableValueError, number
from drone.telemetry.tally import Origin, Tally, finite, flight_log, utc_text
from drone.telemetry.xmp_tokens import xmp_values

ACCEPTED = "a picture (JPEG, TIFF, DNG, HEIC) with EXIF or XMP of its camera"
SIGNATURES = (b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
BRANDS = (b"heic", b"heix", b"mif1")
XMP_FIELDS: Mapping[str, str] = {
    "GpsLatitude": "latitude_deg",
    "GPSLatitude": "latitude_deg",
    "Latitude": "latitude_deg",
    "GpsLongitude": "longitude_deg",
    "GpsLongtitude": "longitude_deg",
    "GPSLongitude": "longitude_deg",
    "Longitude": "longitude_deg",
    "RelativeAltitude": "height_above_takeoff_m",
    "AbsoluteAltitude": "altitude_amsl_m",
    "GimbalYawDegree": "gimbal_yaw_deg",
    "GimbalPitchDegree": "gimbal_pitch_deg",
    "GimbalRollDegree": "gimbal_roll_deg",
    "CameraYawDegree": "gimbal_yaw_deg",
    "CameraPitchDegree": "gimbal_pitch_deg",
    "CameraRollDegree": "gimbal_roll_deg",
    "FlightYawDegree": "drone_yaw_deg",
    "FlightPitchDegree": "drone_pitch_deg",
    "FlightRollDegree": "drone_roll_deg",
    "DroneYawDegree": "drone_yaw_deg",
    "DronePitchDegree": "drone_pitch_deg",
    "DroneRollDegree": "drone_roll_deg",
    "CalibratedFocalLength": "calibrated_focal_length_px",
    "LRFTargetDistance": "slant_range_m",
    "LRFTargetLat": "target_latitude_deg",
    "LRFTargetLon": "target_longitude_deg",
    "LRFTargetAlt": "target_height_above_takeoff_m",
    "LRFTargetAbsAlt": "target_altitude_amsl_m",
}
EXIF_FIELDS: Mapping[str, str] = {
    "EXIF FNumber": "aperture_f_number",
    "EXIF ExposureTime": "shutter_s",
    "EXIF ExposureBiasValue": "exposure_value",
    "EXIF FocalLength": "focal_length_mm",
    "EXIF FocalLengthIn35mmFilm": "focal_length_35mm_mm",
    "EXIF DigitalZoomRatio": "digital_zoom",
}
# Zero stands for "not known" in these.
NEVER_ZERO = frozenset(
    {"shutter_s", "focal_length_mm", "focal_length_35mm_mm", "digital_zoom", "aperture_f_number"}
)
FACTS = ("DroneModel", "DroneSerialNumber", "CameraSerialNumber", "LensSerialNumber", "AltitudeType", "GpsStatus",
         "RtkFlag", "RtkStdLat", "RtkStdLon", "RtkStdHgt", "ImageSource", "DewarpData", "LRFStatus")  # fmt: skip
WITHOUT_A_FIELD_ON_PURPOSE = frozenset(
    {"about", "Make", "Model", "format", "ModifyDate", "CreateDate", "Version", "HasSettings", "HasCrop",
     "AlreadyApplied", "UTCAtExposure", "CreatorTool", "MetadataDate", "DocumentID", "InstanceID"}
)  # fmt: skip
FIXED_RTK = frozenset({"16", "34", "50"})
SEXAGESIMAL = (1.0, 60.0, 3600.0)
BELOW_SEA_LEVEL = 1


def _is_still(head: bytes) -> bool:
    return head.startswith(SIGNATURES) or (head[4:8] == b"ftyp" and head[8:12] in BRANDS)


def _read(data: bytes, source: str) -> FlightLog:
    tally = Tally()
    tags, xmp = _exif_tags(data, tally), xmp_values(data)
    if not tags and not xmp:
        raise NoTelemetryError(source, "is a picture without EXIF or XMP that can be read", accepted=ACCEPTED)
    values = {**_from_exif(tags, tally), **_from_xmp(xmp, tally)}
    place = tally.place(values.pop("latitude_deg", None), values.pop("longitude_deg", None)) or {}
    if _is_ellipsoidal(xmp) and "altitude_amsl_m" in values:
        values["altitude_ellipsoid_m"] = values.pop("altitude_amsl_m")
        tally.remarks.append("with an RTK fix the absolute altitude is taken as above the ellipsoid")
    if not values and not place:
        raise NoTelemetryError(
            source, "is a picture whose EXIF says nothing of place, time or camera", accepted=ACCEPTED
        )
    model = xmp.get("DroneModel") or _text(tags, "Image Model") or xmp.get("Model")
    origin = Origin(
        source=source,
        dialect="still-xmp" if xmp.keys() & XMP_FIELDS.keys() else "still-exif",
        accepted=ACCEPTED,
        model=model,
        utc_source="time of the picture with its zone, or of its GPS",
        utc_uncertainty_s=1.0,
    )
    return flight_log(origin, [FlightSample(video_time_s=None, **values, **place)], tally)


def _exif_tags(data: bytes, tally: Tally) -> dict[str, Any]:
    """Read EXIF; what a damaged block still gives is kept."""
    import exifread

    logging.getLogger("exifread").setLevel(logging.CRITICAL)
    try:
        tags = exifread.process_file(io.BytesIO(data), details=False, strict=False)
    # The library has no family of its own for damage: it fails where the damaged number leads it.
    except Exception:  # noqa: BLE001
        tally.damaged["EXIF"] += 1
        return {}
    return dict(tags)


def _from_exif(tags: Mapping[str, Any], tally: Tally) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in EXIF_FIELDS.items():
        if name in tags:
            value = _ratio(tags[name])
            if value is not None and not (value == 0.0 and field in NEVER_ZERO):
                values[field] = value
    for name, field in (
        ("EXIF ISOSpeedRatings", "iso"),
        ("EXIF ExifImageWidth", "image_width_px"),
        ("EXIF ExifImageLength", "image_height_px"),
    ):
        value = _ratio(tags[name]) if name in tags else None
        values |= {} if not value else {field: int(value)}
    latitude_deg, longitude_deg = (
        _degrees(tags, "Latitude", "S", tally),
        _degrees(tags, "Longitude", "W", tally),
    )
    if latitude_deg is not None and longitude_deg is not None:
        values |= {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg}
    altitude_m = _ratio(tags["GPS GPSAltitude"]) if "GPS GPSAltitude" in tags else None
    if altitude_m is not None:
        below = (
            _ratio(tags["GPS GPSAltitudeRef"]) == BELOW_SEA_LEVEL if "GPS GPSAltitudeRef" in tags else False
        )
        values["altitude_amsl_m"] = -abs(altitude_m) if below else altitude_m
    return values | _exif_time(tags, tally)


def _from_xmp(xmp: Mapping[str, str], tally: Tally) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in xmp.items():
        field = XMP_FIELDS.get(name)
        if field is not None:
            try:
                values.setdefault(field, _xmp_number(text))
            except UnreadableValueError:
                tally.damaged[name] += 1
        elif name in FACTS:
            tally.facts[name] = text
        elif name not in WITHOUT_A_FIELD_ON_PURPOSE:
            tally.unknown[name] += 1
    if "latitude_deg" not in values or "longitude_deg" not in values:
        values.pop("latitude_deg", None)
        values.pop("longitude_deg", None)
    if (values.get("target_latitude_deg"), values.get("target_longitude_deg")) == (0.0, 0.0):
        values = {name: value for name, value in values.items() if not name.startswith(("target_", "slant_"))}
    return values | _xmp_time(xmp)


def _xmp_number(text: str) -> float | None:
    """`+22.596196357`, or XMP's own `22,35.77178N`."""
    letter = text[-1:].upper()
    if letter in {"N", "S", "E", "W"} and "," in text:
        parts = [number(part.strip()) or 0.0 for part in text[:-1].split(",")]
        value = sum(part / base for part, base in zip(parts, SEXAGESIMAL, strict=False))
        return -value if letter in {"S", "W"} else value
    return number(text)


def _degrees(tags: Mapping[str, Any], name: str, negative: str, tally: Tally) -> float | None:
    tag = tags.get(f"GPS GPS{name}")
    parts = [] if tag is None else [finite(_as_float(part)) for part in tag.values]
    if not parts:
        return None
    if len(parts) != len(SEXAGESIMAL) or any(part is None for part in parts):
        tally.damaged[f"GPS{name}"] += 1
        return None
    value = sum((part or 0.0) / base for part, base in zip(parts, SEXAGESIMAL, strict=True))
    reference = _text(tags, f"GPS GPS{name}Ref") or ""
    return -value if reference.upper().startswith(negative) else value


def _exif_time(tags: Mapping[str, Any], tally: Tally) -> dict[str, str]:
    found: dict[str, str] = {}
    written = _text(tags, "EXIF DateTimeOriginal") or _text(tags, "Image DateTime")
    date, _, clock = (written or "").partition(" ")
    fraction = _text(tags, "EXIF SubSecTimeOriginal") or ""
    local = moment_of(f"{date.replace(':', '-')} {clock}{'.' + fraction if fraction.isdecimal() else ''}")
    zone = _text(tags, "EXIF OffsetTimeOriginal") or _text(tags, "EXIF OffsetTime")
    if local is not None:
        found["local_time"] = local_text(local)
        zoned = moment_of(f"{local_text(local)}{zone}") if zone else None
        found |= {} if zoned is None or zoned.tzinfo is None else {"utc": utc_text(zoned)}
    elif written and written.strip(" :0"):
        tally.damaged["DateTimeOriginal"] += 1
    day, hours = _text(tags, "GPS GPSDate"), tags.get("GPS GPSTimeStamp")
    parts = [] if hours is None else [finite(_as_float(part)) for part in hours.values]
    midnight = moment_of(f"{(day or '').replace(':', '-')} 00:00:00", is_utc=True)
    if midnight is not None and len(parts) == len(SEXAGESIMAL) and all(part is not None for part in parts):
        seconds = sum((part or 0.0) * 3600.0 / base for part, base in zip(parts, SEXAGESIMAL, strict=True))
        found["utc"] = utc_text(midnight + timedelta(seconds=seconds))
    return found


def _xmp_time(xmp: Mapping[str, str]) -> dict[str, str]:
    exposure = moment_of(xmp.get("UTCAtExposure", ""), is_utc=True)
    created = moment_of(xmp.get("CreateDate", ""))
    best = exposure or (created if created is not None and created.tzinfo is not None else None)
    return {} if best is None else {"utc": utc_text(_in_utc(best))}


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _is_ellipsoidal(xmp: Mapping[str, str]) -> bool:
    return xmp.get("AltitudeType", "").lower().startswith("rtk") or xmp.get("RtkFlag", "") in FIXED_RTK


def _text(tags: Mapping[str, Any], name: str) -> str | None:
    return (
        str(tags[name].values if isinstance(tags[name].values, str) else tags[name]).strip("\x00 ") or None
        if name in tags
        else None
    )


def _ratio(tag: Any) -> float | None:
    values = tag.values
    return finite(_as_float(values[0])) if isinstance(values, list) and values else None


def _as_float(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None


FORMAT = TelemetryFormat(
    name="still (EXIF, XMP)", evidence=Evidence.signature, recognises=_is_still, read=_read
)
