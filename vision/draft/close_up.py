"""The zone where hull and water meet, enlarged: once with the contact line drawn thin, once untouched beside it.

A person judges the contact on the untouched half. Left out: any change of light or sharpness.
"""

import cv2
import numpy as np

from vision.draft.drawing import BAND, SCALE, TEXT, VALUE, Canvas, Image, Points, text_size
from vision.draft.hull_drawing import draw_waterline, enlarged, level_direction, pixels_per_metre
from vision.draft.observation import Observation

_LEAST_ZOOM, _MOST_ZOOM = 3.0, 6.0
# What a half shows of the hull's length, as far as the zoom's limits allow.
_WIDTH_SHOWN_M = 1.2
_HEIGHT_OF_WIDTH = 0.42
_BAR_M = 0.05
_NUMERAL_HALF_WIDTH_M = 0.06
_LETTERS = 0.46
# BGR; one pixel needs more contrast than a stroke on a dark edge.
_THIN = (255, 255, 40)


def close_up(image_bgr: Image, observation: Observation, *, rise: float, columns: int, unit: float) -> Image:
    """Enlarge the waterline at the marks.

    Args:
        image_bgr: The frame.
        observation: What was seen in it.
        rise: Of the hull's level lines.
        columns: Width of the panel in px.
        unit: Factor on all sizes.

    Returns:
        A panel of `columns` columns: the drawn half at the left, the untouched one at the right.
    """
    gap = round(4 * unit)
    half_columns = (columns - gap) // 2
    half_rows = round(half_columns * _HEIGHT_OF_WIDTH)
    zoom = _zoom(observation, half_columns)
    # A half enlarges a whole window: both are cut from the same pixels.
    corner, window = _window(image_bgr, observation, half_columns / zoom, half_rows / zoom)
    zoom = half_columns / window.shape[1]
    size = (half_columns, half_rows)
    clean = np.asarray(cv2.resize(window, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    canvas = Canvas(clean, unit)
    _draw(canvas, enlarged(observation, zoom, corner), rise)
    _title(canvas, f"contact as found, {zoom:.1f} x")
    panel = np.full((half_rows + gap, columns, 3), BAND, dtype=np.uint8)
    panel[gap:, :half_columns] = canvas.picture
    panel[gap:, columns - half_columns :] = clean
    return panel


def _zoom(observation: Observation, half_columns: int) -> float:
    scale = pixels_per_metre(observation)
    wanted = _LEAST_ZOOM if not scale else half_columns / (_WIDTH_SHOWN_M * scale)
    return float(np.clip(wanted, _LEAST_ZOOM, _MOST_ZOOM))


def _window(image_bgr: Image, observation: Observation, columns: float, rows: float) -> tuple[Points, Image]:
    """A part of the picture of the same shape around the crossing, moved into the picture where it would leave it."""
    height, width = image_bgr.shape[:2]
    shrink = min(1.0, width / columns, height / rows)
    size = np.maximum(1, np.array([columns, rows]) * shrink).round().astype(int)
    centre = np.nan_to_num(np.clip(observation.crossing_px, -1e6, 1e6))
    corner = np.clip((centre - size / 2).round().astype(int), 0, np.array([width, height]) - size)
    window = image_bgr[corner[1] : corner[1] + size[1], corner[0] : corner[0] + size[0]]
    return corner.astype(np.float64), window


def _draw(canvas: Canvas, observation: Observation, rise: float) -> None:
    """The contact as a line of one pixel, the level only at the sides, so that neither hides what it stands for."""
    unit = canvas.unit
    draw_waterline(canvas, observation, _THIN, 1, edge=False)
    columns = canvas.picture.shape[1]
    crossing, along = np.array(observation.crossing_px), level_direction(observation, rise)
    for edge, length in ((0.0, 26 * unit), (columns - 1.0, -26 * unit)):
        foot = crossing + along * ((edge - crossing[0]) / along[0] if abs(along[0]) > 0.1 else 0.0)
        canvas.stroke(np.array([foot, foot + along * length]), VALUE, 1.4 * unit)
    # Beside the numerals, whose lower edges stay free too.
    beside = _NUMERAL_HALF_WIDTH_M * (pixels_per_metre(observation) or 0.0)
    for draft_m, point in observation.ticks:
        foot = np.array(point) + beside * along
        canvas.stroke(np.array([foot, foot + 14 * unit * along]), SCALE, unit)
        canvas.write(observation.system.written(draft_m), foot + 19 * unit * along, 0.4 * unit, SCALE)
    _draw_bar(canvas, observation)


def _draw_bar(canvas: Canvas, observation: Observation) -> None:
    """Five centimetres, upright at the right."""
    scale = pixels_per_metre(observation)
    if scale is None:
        return
    unit, length = canvas.unit, _BAR_M * scale
    rows, columns = canvas.picture.shape[:2]
    foot = np.array([columns - 40 * unit, rows - 10 * unit])
    canvas.stroke(np.array([foot, foot - [0, length]]), TEXT, 2 * unit)
    canvas.write("5 cm", foot + np.array([5 * unit, -2 * unit]), 0.38 * unit, TEXT)


def _title(canvas: Canvas, text: str) -> None:
    foot = np.array([8.0, 8.0 + text_size(text, _LETTERS)[1]]) * canvas.unit
    canvas.plate(text, foot, _LETTERS * canvas.unit, TEXT)
