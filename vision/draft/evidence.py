"""Draw a reading on its frame: the scale on the hull, the waterline, the value and its interval.

Sizes follow the picture's height, so that a 480p clip and a 4K still look alike.
Left out: deciding anything; what is drawn is what was observed.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.draft.observation import Observation

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

# BGR. Dark edges under light strokes keep lines readable on any paint.
_EDGE: Colour = (20, 20, 20)
_SCALE: Colour = (90, 230, 120)
_WATER: Colour = (255, 200, 60)
_VALUE: Colour = (60, 200, 255)
_TEXT: Colour = (245, 245, 245)
_BAND: Colour = (38, 34, 30)
_FACE = cv2.FONT_HERSHEY_SIMPLEX
# What the ruler and its numbers take up beside the column, at 540 rows.
_RULER_ROOM = 112


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What the band at the bottom says.

    Attributes:
        value: The large text, for example "11.572 m".
        interval: Beside it, for example "+- 0.021 m (95 %)".
        source: File name and time, in the second line; ASCII, as the drawing font has no other letters.
    """

    value: str
    interval: str
    source: str


def annotated_frame(image_bgr: Image, observation: Observation, caption: Caption) -> Image:
    """Draw one observation.

    Args:
        image_bgr: The frame.
        observation: What was seen in it.
        caption: What to write.

    Returns:
        A new picture: the frame with the drawing, and a band under it.
    """
    picture = image_bgr.copy()
    unit = max(1.0, picture.shape[0] / 540)
    _draw_waterline(picture, observation, unit)
    _draw_scale(picture, observation, unit)
    _draw_crossing(picture, observation, unit)
    return _with_band(picture, caption, unit)


def _stroke(picture: Image, points: NDArray[np.float64], colour: Colour, width: float) -> None:
    """Draw a polyline with a dark edge into `picture`."""
    fixed = [np.round(points * 16).astype(np.int32).reshape(-1, 1, 2)]
    cv2.polylines(picture, fixed, False, _EDGE, round(width) + 2, cv2.LINE_AA, shift=4)
    cv2.polylines(picture, fixed, False, colour, max(1, round(width)), cv2.LINE_AA, shift=4)


def _draw_waterline(picture: Image, observation: Observation, unit: float) -> None:
    line = observation.waterline_px
    if len(line) > 1:
        # A gap along the hull must not be bridged by a stroke.
        gaps = np.flatnonzero(np.linalg.norm(np.diff(line, axis=0), axis=1) > 12 * unit)
        for part in np.split(line, gaps + 1):
            if len(part) > 1:
                _stroke(picture, part, _WATER, 1.6 * unit)


def _draw_scale(picture: Image, observation: Observation, unit: float) -> None:
    """A ruler beside the column, on the side where the picture has room for it."""
    points = np.array([point for _, point in observation.ticks])
    if len(points) < 2:
        return
    room = _has_room_right(picture, float(points[:, 0].max()), unit)
    side = 1.0 if room else -1.0
    offset = np.array([side * 46 * unit, 0.0])
    _stroke(picture, points + offset, _SCALE, 1.4 * unit)
    for draft, point in observation.ticks:
        whole = abs(draft - round(draft)) < 0.01
        foot = np.array(point) + offset
        end = foot + np.array([side * (14 if whole else 8) * unit, 0.0])
        _stroke(picture, np.array([foot, end]), _SCALE, 1.4 * unit)
        size = (0.62 if whole else 0.48) * unit
        text = f"{draft:.1f}"
        aside = 5 * unit if room else -5 * unit - _width(text, size)
        _write(picture, text, end + np.array([aside, 5 * unit]), size, _SCALE)


def _draw_crossing(picture: Image, observation: Observation, unit: float) -> None:
    column, row = observation.crossing_px
    _stroke(picture, np.array([[column - 40 * unit, row], [column + 40 * unit, row]]), _VALUE, 2.0 * unit)
    centre = (round(column * 16), round(row * 16))
    cv2.circle(picture, centre, round(5 * unit * 16), _EDGE, round(unit) + 2, cv2.LINE_AA, shift=4)
    cv2.circle(picture, centre, round(5 * unit * 16), _VALUE, max(1, round(1.5 * unit)), cv2.LINE_AA, shift=4)
    text = f"{observation.level_m:.3f} m"
    width, last = _width(text, 0.62 * unit), picture.shape[1] - 6 * unit
    # The ruler has the other side.
    rightmost = max((point[0] for _, point in observation.ticks), default=column)
    if _has_room_right(picture, rightmost, unit):
        foot = np.array([max(column - 46 * unit - width, 6 * unit), row - 8 * unit])
    else:
        foot = np.array([min(column + 12 * unit, last - width), row + 24 * unit])
    _write(picture, text, foot, 0.62 * unit, _VALUE)


def _has_room_right(picture: Image, column: float, unit: float) -> bool:
    return bool(picture.shape[1] - column > _RULER_ROOM * unit)


def _pen(size: float) -> int:
    return max(1, round(1.4 * size))


def _width(text: str, size: float) -> int:
    (width, _), _ = cv2.getTextSize(text, _FACE, size, _pen(size))
    return int(width)


def _write(picture: Image, text: str, foot: NDArray[np.float64], size: float, colour: Colour) -> None:
    place = (round(float(foot[0])), round(float(foot[1])))
    cv2.putText(picture, text, place, _FACE, size, _EDGE, _pen(size) + 2, cv2.LINE_AA)
    cv2.putText(picture, text, place, _FACE, size, colour, _pen(size), cv2.LINE_AA)


def _with_band(picture: Image, caption: Caption, unit: float) -> Image:
    band = np.full((round(58 * unit), picture.shape[1], 3), _BAND, dtype=np.uint8)
    bold = max(1, round(2 * unit))
    fine = max(1, round(unit))
    cv2.putText(band, caption.value, _at(12, 30, unit), _FACE, 0.95 * unit, _VALUE, bold, cv2.LINE_AA)
    (width, _), _ = cv2.getTextSize(caption.value, _FACE, 0.95 * unit, bold)
    beside = (width + round(26 * unit), round(30 * unit))
    cv2.putText(band, caption.interval, beside, _FACE, 0.6 * unit, _TEXT, fine, cv2.LINE_AA)
    cv2.putText(band, caption.source, _at(12, 50, unit), _FACE, 0.45 * unit, _TEXT, fine, cv2.LINE_AA)
    return np.vstack([picture, band])


def _at(column: float, row: float, unit: float) -> tuple[int, int]:
    return round(column * unit), round(row * unit)
