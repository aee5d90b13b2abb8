"""The plot of a series in pixels: the PNG beside the SVG, and the strip that runs along under an annotated video.

Source: series_plot.py's layout and colours; letters are ASCII.
Left out: anything that the SVG does not show.
"""

from dataclasses import replace

import cv2
import numpy as np

from vision.draft.drawing import BAND, TEXT, VALUE, Colour, Image, ascii_only
from vision.draft.level_series import Axes, LevelSeries, level_range_m, time_range_s
from vision.draft.series_plot import (
    GRID,
    HEIGHT,
    LEVELS,
    OUTLIER,
    RESULT,
    RULE_COLOURS,
    SOFT,
    WIDTH,
    legend,
    legend_place,
    plot_axes,
)

_SCALE = 2
_FACE = cv2.FONT_HERSHEY_SIMPLEX
_BAND_SHARE = 0.22
_DASHES_PX = {"extremes": (16, 8), "two_thirds": (4, 8)}
# The strip shows that much of the past, a cursor, and a little of what comes.
_STRIP_S, _STRIP_AHEAD_S = 20.0, 2.0
_STRIP_COLOURS: tuple[Colour, Colour, Colour] = ((255, 190, 110), (90, 110, 255), (120, 112, 104))


def series_picture(series: LevelSeries, *, title: str) -> Image:
    """Plot a series.

    Args:
        series: At least one level.
        title: Heading; letters that are not ASCII become question marks.

    Returns:
        uint8 (760, 1800, 3) BGR.
    """
    picture = np.full((HEIGHT * _SCALE, WIDTH * _SCALE, 3), 255, dtype=np.uint8)
    axes = _scaled(plot_axes(series))
    _draw_grid(picture, axes)
    _draw_band(picture, series, axes)
    for rule, level_m in series.applying_rules().items():
        _line(picture, axes.left, axes.right, axes.row(level_m), rule)
    _draw_levels(picture, series, axes, (_bgr(LEVELS), _bgr(OUTLIER)))
    _draw_legend(picture, series)
    _text(picture, title[:70], (axes.left, 24 * _SCALE), "#1d2b3a", 1.0)
    result = f"{series.draft_m:.3f} m +- {series.u95_m:.3f} m (95 %)"
    _text(picture, result, (axes.right, 24 * _SCALE), RESULT, 0.9, align=1.0)
    return picture


def strip_picture(series: LevelSeries, time_s: float, *, rows: int, columns: int, unit: float) -> Image:
    """The levels up to a time, with the result's line and band; it runs along in a clip of more than 20 s.

    Args:
        series: The whole series.
        time_s: The moment shown.
        rows: Height in px.
        columns: Width in px.
        unit: Factor on all sizes.

    Returns:
        uint8 (rows, columns, 3) BGR.
    """
    picture = np.full((rows, columns, 3), BAND, dtype=np.uint8)
    axes = _strip_axes(series, time_s, (rows, columns), unit)
    _draw_band(picture, series, axes)
    row = round(axes.row(series.draft_m))
    cv2.line(picture, (round(axes.left), row), (round(axes.right), row), VALUE, max(1, round(unit)))
    past = replace(
        series,
        used=tuple(level for level in series.used if axes.first_s <= level[0] <= time_s + 1e-6),
        outliers=tuple(level for level in series.outliers if axes.first_s <= level[0] <= time_s + 1e-6),
    )
    levels, outliers, cursor = _STRIP_COLOURS
    _draw_levels(picture, past, axes, (levels, outliers), size=unit)
    column = round(axes.column(time_s))
    cv2.line(picture, (column, round(axes.top)), (column, round(axes.bottom)), cursor, max(1, round(unit)))
    for level_m, foot in ((axes.high_m, axes.top + 10 * unit), (axes.low_m, axes.bottom)):
        place = (round(6 * unit), round(foot))
        cv2.putText(
            picture, f"{level_m:.2f}", place, _FACE, 0.4 * unit, TEXT, max(1, round(unit)), cv2.LINE_AA
        )
    return picture


def _strip_axes(series: LevelSeries, time_s: float, size: tuple[int, int], unit: float) -> Axes:
    first_s, last_s = time_range_s(series)
    length_s = min(_STRIP_S, max(last_s - first_s, 1e-6))
    end_s = min(max(time_s + _STRIP_AHEAD_S, first_s + length_s), max(last_s, first_s + length_s))
    low_m, high_m = level_range_m(series)
    return Axes(
        left=58 * unit,
        right=size[1] - 10 * unit,
        top=7 * unit,
        bottom=size[0] - 7 * unit,
        first_s=end_s - length_s,
        last_s=end_s,
        low_m=low_m,
        high_m=high_m,
    )


def _scaled(axes: Axes) -> Axes:
    return replace(
        axes,
        left=axes.left * _SCALE,
        right=axes.right * _SCALE,
        top=axes.top * _SCALE,
        bottom=axes.bottom * _SCALE,
    )


def _bgr(hexadecimal: str) -> Colour:
    red, green, blue = (int(hexadecimal[at : at + 2], 16) for at in (1, 3, 5))
    return blue, green, red


def _draw_grid(picture: Image, axes: Axes) -> None:
    for value in axes.level_ticks_m():
        row = round(axes.row(value))
        cv2.line(picture, (round(axes.left), row), (round(axes.right), row), _bgr(GRID), 2)
        _text(picture, f"{value:.2f}", (axes.left - 16, row + 8), SOFT, 0.8, align=1.0)
    for time_s in axes.time_ticks_s():
        _text(picture, f"{time_s:g}", (axes.column(time_s), axes.bottom + 44), SOFT, 0.8, align=0.5)
    _text(picture, "s", (picture.shape[1] / 2, axes.bottom + 80), SOFT, 0.8, align=0.5)
    _text(picture, "m", (28, axes.top - 4), SOFT, 0.8)


def _draw_band(picture: Image, series: LevelSeries, axes: Axes) -> None:
    """Mix the interval's colour into what is there."""
    top = round(axes.row(series.draft_m + series.u95_m))
    foot = max(round(axes.row(series.draft_m - series.u95_m)), top + 1)
    zone = picture[top:foot, round(axes.left) : round(axes.right)]
    zone[:] = np.round((1 - _BAND_SHARE) * zone + _BAND_SHARE * np.array(_bgr("#f5a623"))).astype(np.uint8)


def _line(picture: Image, left: float, right: float, row: float, rule: str) -> None:
    drawn, left_out = _DASHES_PX.get(rule, (round(right - left), 0))
    start = left
    while start < right:
        ends = (round(start), round(row)), (round(min(start + drawn, right)), round(row))
        cv2.line(picture, *ends, _bgr(RULE_COLOURS[rule]), 3, cv2.LINE_AA)
        start += drawn + left_out


def _draw_levels(
    picture: Image, series: LevelSeries, axes: Axes, colours: tuple[Colour, Colour], *, size: float = _SCALE
) -> None:
    used = np.array([(axes.column(t), axes.row(v)) for t, v in series.used]).reshape(-1, 1, 2)
    fixed = np.round(16 * used).astype(np.int32)
    cv2.polylines(picture, [fixed], False, colours[0], max(1, round(1.3 * size)), cv2.LINE_AA, shift=4)
    for (point,) in fixed:
        cv2.circle(
            picture, tuple(map(int, point)), round(16 * 1.9 * size), colours[0], -1, cv2.LINE_AA, shift=4
        )
    for time_s, level_m in series.outliers:
        _cross(picture, axes.column(time_s), axes.row(level_m), colours[1], size)


def _cross(picture: Image, column: float, row: float, colour: Colour, size: float) -> None:
    place = (round(column), round(row))
    cv2.drawMarker(
        picture, place, colour, cv2.MARKER_TILTED_CROSS, round(8 * size), max(1, round(size)), cv2.LINE_AA
    )


def _draw_legend(picture: Image, series: LevelSeries) -> None:
    for number, (kind, colour, words) in enumerate(legend(series)):
        column, row = (_SCALE * value for value in legend_place(number))
        middle = (round(column + 22), round(row))
        if kind == "band":
            corners = (round(column), round(row) - 10), (round(column) + 44, round(row) + 10)
            cv2.rectangle(picture, *corners, (170, 220, 251), cv2.FILLED)
        elif kind == "outliers":
            _cross(picture, column + 22, row, _bgr(colour), _SCALE)
        elif kind == "levels":
            cv2.line(picture, (round(column), middle[1]), (round(column) + 44, middle[1]), _bgr(colour), 3)
            cv2.circle(picture, middle, 4, _bgr(colour), -1, cv2.LINE_AA)
        else:
            _line(picture, column, column + 44, row, kind)
        _text(picture, words, (column + 56, row + 8), SOFT, 0.72)


def _text(
    picture: Image,
    text: str,
    foot: tuple[float, float],
    colour: str,
    size: float,
    *,
    align: float = 0.0,
) -> None:
    """Write a text whose foot is at its left (0), its middle (0.5) or its right (1)."""
    letters = ascii_only(text)
    (columns, _), _ = cv2.getTextSize(letters, _FACE, size, 2)
    place = (round(foot[0] - align * columns), round(foot[1]))
    cv2.putText(picture, letters, place, _FACE, size, _bgr(colour), 2, cv2.LINE_AA)
