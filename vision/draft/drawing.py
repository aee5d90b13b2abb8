"""Strokes and letters on a picture that stay readable on any paint and at any size, and the band under it.

Source: OpenCV's Hershey letters, which are ASCII; anything else is written as a question mark.
Left out: what is drawn; see hull_drawing.py, close_up.py and series_picture.py.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Points = NDArray[np.float64]
Colour = tuple[int, int, int]

# BGR. Dark edges under light strokes keep lines readable on any paint.
EDGE: Colour = (20, 20, 20)
SCALE: Colour = (90, 230, 120)
WATER: Colour = (255, 200, 60)
VALUE: Colour = (60, 200, 255)
REFUSED: Colour = (90, 110, 255)
TEXT: Colour = (245, 245, 245)
BAND: Colour = (38, 34, 30)
_FACE = cv2.FONT_HERSHEY_SIMPLEX
_ROWS_AT_UNIT, _COLUMNS_AT_UNIT = 540, 720
_VALUE_SIZE, _INTERVAL_SIZE, _LINE_SIZE = 0.95, 0.6, 0.48
_BAND_ROWS, _LINE_ROWS, _MARGIN = 60, 19, 12
# OpenCV's fixed-point coordinates overflow far outside any picture.
_FARTHEST_PX = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What the band at the bottom says; shown in ASCII.

    Attributes:
        value: The large text, for example "11.572 m".
        interval: Beside it, for example "+- 0.021 m (95 %)".
        source: File name and time, in the second line; cut in its middle where it is too long.
        detail: Further text below, broken into as many lines as it takes; "" for none.
        refused: Whether the value is the reason of a refusal, and is shown in its colour.
    """

    value: str
    interval: str
    source: str
    detail: str = ""
    refused: bool = False


def drawing_unit(rows: int, columns: int) -> float:
    """Factor on all sizes: 1 for a picture of 540 rows or 720 columns, whichever is scarcer, and below."""
    return max(1.0, min(rows / _ROWS_AT_UNIT, columns / _COLUMNS_AT_UNIT))


def ascii_only(text: str) -> str:
    """The text with a question mark for each letter that the drawing font does not have."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def text_size(text: str, size: float, *, bold: bool = False) -> tuple[int, int]:
    """(columns, rows above the foot line) that a text takes."""
    (columns, rows), _ = cv2.getTextSize(ascii_only(text), _FACE, size, _pen(size, bold=bold))
    return int(columns), int(rows)


def _pen(size: float, *, bold: bool) -> int:
    return max(1, round((2.1 if bold else 1.7) * size + 0.25))


class Canvas:
    """A copy of a picture that is drawn on.

    Args:
        image: uint8 (rows, columns, 3) BGR, not touched.
        unit: Factor on all sizes.
    """

    def __init__(self, image: Image, unit: float) -> None:
        self.picture: Image = image.copy()
        self.unit = unit

    def stroke(self, points: Points, colour: Colour, width: float, *, edge: bool = True) -> None:
        """Draw a polyline of a width in pixels, on a dark edge or without it."""
        near = np.clip(points, -_FARTHEST_PX, _FARTHEST_PX)
        fixed = [np.round(near * 16).astype(np.int32).reshape(-1, 1, 2)]
        if edge:
            around = max(1, round(width)) + 2 * max(1, round(0.7 * self.unit))
            cv2.polylines(self.picture, fixed, False, EDGE, around, cv2.LINE_AA, shift=4)
        cv2.polylines(self.picture, fixed, False, colour, max(1, round(width)), cv2.LINE_AA, shift=4)

    def ring(self, centre: Points, radius: float, colour: Colour) -> None:
        """Draw a circle around a point."""
        turns = np.linspace(0, 2 * np.pi, 33)
        self.stroke(
            centre + radius * np.column_stack([np.cos(turns), np.sin(turns)]), colour, 1.5 * self.unit
        )

    def write(self, text: str, foot: Points, size: float, colour: Colour, *, bold: bool = False) -> None:
        """Write a text whose left foot is at a point, on a dark edge."""
        place = (round(float(foot[0])), round(float(foot[1])))
        letters, pen = ascii_only(text), _pen(size, bold=bold)
        edge = pen + 2 * max(1, round(size))
        cv2.putText(self.picture, letters, place, _FACE, size, EDGE, edge, cv2.LINE_AA)
        cv2.putText(self.picture, letters, place, _FACE, size, colour, pen, cv2.LINE_AA)

    def plate(self, text: str, foot: Points, size: float, colour: Colour) -> None:
        """Write a text on a dark plate."""
        left, top, right, bottom = plate_box(text, foot, size)
        cv2.rectangle(
            self.picture, (round(left), round(top)), (round(right), round(bottom)), BAND, cv2.FILLED
        )
        self.write(text, foot, size, colour)


def plate_box(text: str, foot: Points, size: float) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of the plate under a text."""
    columns, rows = text_size(text, size)
    around = 0.35 * rows
    return (foot[0] - around, foot[1] - rows - around, foot[0] + columns + around, foot[1] + around)


def with_band(picture: Image, caption: Caption, unit: float) -> Image:
    """The picture with a band under it that says what the caption says; no text leaves it."""
    columns = picture.shape[1]
    room = columns - 2 * _MARGIN * unit
    lines = [_elided(caption.source, _LINE_SIZE * unit, room)]
    lines += _wrapped(caption.detail, _LINE_SIZE * unit, room)
    rows = round((_BAND_ROWS + _LINE_ROWS * (len(lines) - 1)) * unit)
    canvas = Canvas(np.full((rows, columns, 3), BAND, dtype=np.uint8), unit)
    _write_value(canvas, caption, room)
    for number, line in enumerate(lines):
        foot = np.array([_MARGIN, 50 + _LINE_ROWS * number]) * unit
        canvas.write(line, foot, _LINE_SIZE * unit, TEXT)
    return np.asarray(np.vstack([picture, canvas.picture]))


def _write_value(canvas: Canvas, caption: Caption, room: float) -> None:
    """The value and its interval in one line, both smaller where they would not fit."""
    unit, gap = canvas.unit, 14 * canvas.unit
    value_columns = text_size(caption.value, _VALUE_SIZE * unit, bold=True)[0]
    needed = value_columns + gap + text_size(caption.interval, _INTERVAL_SIZE * unit)[0]
    fit = min(1.0, room / needed) * unit
    foot = np.array([_MARGIN, 30]) * unit
    colour = REFUSED if caption.refused else VALUE
    canvas.write(caption.value, foot, _VALUE_SIZE * fit, colour, bold=True)
    beside = foot + np.array([text_size(caption.value, _VALUE_SIZE * fit, bold=True)[0] + gap, 0])
    canvas.write(caption.interval, beside, _INTERVAL_SIZE * fit, TEXT)


def _elided(text: str, size: float, room: float) -> str:
    """The text, its middle left out where it is too long: both ends of a file's name tell clips apart."""
    kept = len(text)
    shown = text
    while kept > 8 and text_size(shown, size)[0] > room:
        kept -= 1
        shown = f"{text[: kept // 3]}...{text[len(text) - (kept - kept // 3) :]}"
    return shown


def _wrapped(text: str, size: float, room: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_size(longer, size)[0] <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
