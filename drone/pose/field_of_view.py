"""How wide a camera sees, from the best source that a flight has.

Source: in this order: the maker's calibration; what the stream says (MISB); a table of sensors; the 35 mm equivalent
by its width (36 mm); else an unknown lens with a wide error.
Left out: distortion; rolling shutters. A 16:9 video of a 4:3 sensor keeps the width and loses height.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from drone.telemetry.flight_log import FlightSample

FRAME_35MM_WIDTH_MM = 36.0
# Sensor width and focal length in millimetres, from the makers' data sheets; names as EXIF writes them.
SENSORS: Mapping[str, tuple[float, float]] = {
    "FC300S": (6.17, 3.61),
    "FC300X": (6.17, 3.61),
    "FC330": (6.17, 3.61),
    "FC6310": (13.2, 8.8),
    "FC6310R": (13.2, 8.8),
    "FC6310S": (13.2, 8.8),
    "L1D-20c": (13.2, 10.26),
    "L2D-20c": (17.3, 12.29),
    "FC3582": (9.7, 6.72),
    "FC8482": (9.7, 6.72),
}
# What lenses of drones have: from a wide 20 mm to a short tele of 50 mm equivalent.
UNKNOWN_EQUIVALENT_MM = 28.0
ERROR_CALIBRATED, ERROR_STREAM, ERROR_TABLE, ERROR_EQUIVALENT, ERROR_UNKNOWN = 0.002, 0.02, 0.02, 0.05, 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOfView:
    """What a picture sees.

    Attributes:
        focal_length_px: In pixels of the given picture.
        horizontal_deg: Across the whole width.
        vertical_deg: Across the whole height.
        source: `calibration`, `stream`, `sensor table`, `35 mm equivalent` or `unknown lens`.
        relative_error: One sigma of the focal length.
    """

    focal_length_px: float
    horizontal_deg: float
    vertical_deg: float
    source: str
    relative_error: float


def field_of_view(
    sample: FlightSample, *, width_px: int, height_px: int, camera: str | None = None
) -> FieldOfView:
    """Find how wide a picture sees.

    Args:
        sample: Of the moment; its calibration is in pixels of `image_width_px`.
        width_px: Of the picture, such as a video frame.
        height_px: Of the same.
        camera: Its name as EXIF writes it.

    Returns:
        From the best source that there is.
    """
    ratio, source, error = _focal_by_width(sample, camera)
    # Zoom is a crop of the same picture; the 35 mm equivalent of DJI's subtitles already contains it.
    zoom = sample.digital_zoom or 1.0
    focal_px = ratio * width_px * (zoom if source in {"calibration", "sensor table"} else 1.0)
    return FieldOfView(
        focal_length_px=focal_px,
        horizontal_deg=_angle_deg(width_px, focal_px),
        vertical_deg=_angle_deg(height_px, focal_px),
        source=source,
        relative_error=error,
    )


def _focal_by_width(sample: FlightSample, camera: str | None) -> tuple[float, str, float]:
    """The focal length in widths of the picture."""
    if sample.calibrated_focal_length_px and sample.image_width_px:
        return sample.calibrated_focal_length_px / sample.image_width_px, "calibration", ERROR_CALIBRATED
    if sample.field_of_view_horizontal_deg:
        half_rad = math.radians(sample.field_of_view_horizontal_deg / 2.0)
        return 0.5 / math.tan(half_rad), "stream", ERROR_STREAM
    if camera is not None and camera in SENSORS:
        width_mm, focal_mm = SENSORS[camera]
        return focal_mm / width_mm, "sensor table", ERROR_TABLE
    if sample.focal_length_35mm_mm:
        return sample.focal_length_35mm_mm / FRAME_35MM_WIDTH_MM, "35 mm equivalent", ERROR_EQUIVALENT
    return UNKNOWN_EQUIVALENT_MM / FRAME_35MM_WIDTH_MM, "unknown lens", ERROR_UNKNOWN


def _angle_deg(size_px: int, focal_px: float) -> float:
    return math.degrees(2.0 * math.atan(size_px / (2.0 * focal_px)))
