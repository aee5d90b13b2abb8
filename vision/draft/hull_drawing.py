"""The scale, the contact line and the level of one observation, drawn on the hull it was seen on.

The ruler stands clear of the numerals, along the direction in which the hull is level, so that the water meets it at
the draft that was read. Left out: deciding anything; what is drawn is what was observed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from vision.draft.drawing import (
    SCALE,
    TEXT,
    VALUE,
    WATER,
    Canvas,
    Colour,
    Points,
    plate_box,
    text_size,
)
from vision.draft.mark_system import MarkSystem
from vision.draft.observation import Observation

# A metre mark of three characters reaches that far from the axis of its column.
_CLEAR_OF_NUMERALS_M = 0.36
_LEVEL_REACH_M = 0.35
_LEAST_OFFSET, _LABEL_ROOM = 26, 70
_LABEL_SIZE, _WHOLE_SIZE, _LEVEL_SIZE = 0.46, 0.6, 0.62
# Where not every mark can be labelled: metres, or tens of feet, between labels.
_LABEL_WHOLES = (1.0, 2.0, 5.0)
_STEEPEST = 1.0

Box = tuple[float, float, float, float]


def enlarged(observation: Observation, factor: float, shift: Points | None = None) -> Observation:
    """The same seen in a picture cut at `shift` (column, row) and enlarged by `factor`."""
    corner = np.zeros(2) if shift is None else shift

    def place(points: Points) -> Points:
        # The first pixel's centre is 0, 0: it moves when pixels grow.
        return np.asarray((points - corner + 0.5) * factor - 0.5)

    crossing = place(np.array(observation.crossing_px))
    moved = [(draft_m, place(np.array(point))) for draft_m, point in observation.ticks]
    return replace(
        observation,
        ticks=tuple((draft_m, (float(point[0]), float(point[1]))) for draft_m, point in moved),
        waterline_px=place(observation.waterline_px),
        crossing_px=(float(crossing[0]), float(crossing[1])),
    )


def rise_across(observations: Iterable[Observation]) -> float:
    """How far the hull's level lines climb in the picture for each pixel across the axis.

    Taken from the contact lines: each is level but for ripples, and many of them but for waves.

    Args:
        observations: Of one column; none that is seen of the waterline gives 0.

    Returns:
        The median slope between points half a line apart, at most 45 degrees.
    """
    slopes: list[float] = []
    for seen in observations:
        half = len(seen.waterline_px) // 2
        if half:
            up, right = axis_directions(seen)
            chords = seen.waterline_px[half:] - seen.waterline_px[:-half]
            across = chords @ right
            apart = np.abs(across) > 1e-6
            if apart.any():
                slopes.append(float(np.median((chords @ up)[apart] / across[apart])))
    return float(np.clip(np.median(slopes), -_STEEPEST, _STEEPEST)) if slopes else 0.0


def axis_directions(observation: Observation) -> tuple[Points, Points]:
    """Unit vectors up along the axis of the column and to its right, in the picture."""
    if len(observation.ticks) < 2:
        return np.array([0.0, -1.0]), np.array([1.0, 0.0])
    along = np.subtract(observation.ticks[-1][1], observation.ticks[0][1])
    up = along / max(float(np.linalg.norm(along)), 1e-9)
    return up, np.array([-up[1], up[0]])


def level_direction(observation: Observation, rise: float) -> Points:
    """Unit vector to the right along which the hull is level."""
    up, right = axis_directions(observation)
    along = right + rise * up
    return np.asarray(along / np.linalg.norm(along))


def pixels_per_metre(observation: Observation) -> float | None:
    """Along the axis at the marks next to the water; None without a scale."""
    if len(observation.ticks) < 2:
        return None
    (low_m, low), (high_m, high) = observation.ticks[:2]
    return float(np.linalg.norm(np.subtract(high, low))) / (high_m - low_m)


def draw_observation(canvas: Canvas, observation: Observation, rise: float, *, level: str) -> None:
    """Draw one observation.

    Args:
        canvas: What to draw on.
        observation: What was seen, in its picture's pixels.
        rise: Of the hull's level lines, as `rise_across` gives it.
        level: The level as it is to be written beside its line.
    """
    draw_waterline(canvas, observation, WATER, 1.4 * canvas.unit, edge=True)
    boxes = _draw_scale(canvas, observation, rise)
    _draw_level(canvas, observation, rise, level, boxes)


def draw_waterline(
    canvas: Canvas, observation: Observation, colour: Colour, width: float, *, edge: bool
) -> None:
    """Draw the contact line; a gap along the hull is not bridged by a stroke."""
    line = observation.waterline_px
    if len(line) < 2:
        return
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    gaps = np.flatnonzero(steps > max(12 * canvas.unit, 4 * float(np.median(steps))))
    for part in np.split(line, gaps + 1):
        if len(part) > 1:
            canvas.stroke(part, colour, width, edge=edge)


def _draw_scale(canvas: Canvas, observation: Observation, rise: float) -> list[Box]:
    """A ruler beside the column; returns what it takes up."""
    points = np.array([point for _, point in observation.ticks])
    if len(points) < 2:
        return []
    unit = canvas.unit
    side, offset = _ruler_place(canvas, observation, rise)
    outwards = side * level_direction(observation, rise)
    for point in points:
        # A fine line at each lower edge shows whether the scale stands on the numerals.
        canvas.stroke(np.array([point, point + offset * outwards]), SCALE, 1, edge=False)
    ruler = points + offset * outwards
    canvas.stroke(ruler, SCALE, 1.6 * unit)
    boxes = [_around(ruler[at : at + 2], 4 * unit) for at in range(len(ruler) - 1)]
    spacing = float(np.median(np.linalg.norm(np.diff(points, axis=0), axis=1)))
    system = observation.system
    step_m = _label_step_m(system, spacing, unit)
    for (draft_m, _), foot in zip(observation.ticks, ruler, strict=True):
        whole = _is_multiple(draft_m, system.whole_m)
        end = foot + (12 if whole else 7) * unit * outwards
        canvas.stroke(np.array([foot, end]), SCALE, 1.7 * unit)
        if _is_multiple(draft_m, step_m):
            boxes.append(_label(canvas, system.written(draft_m), end, side, whole=whole))
    return boxes


def _label(canvas: Canvas, text: str, end: Points, side: float, *, whole: bool) -> Box:
    size = (_WHOLE_SIZE if whole else _LABEL_SIZE) * canvas.unit
    columns, rows = text_size(text, size)
    aside = 5 * canvas.unit if side > 0 else -5 * canvas.unit - columns
    foot = end + np.array([aside, rows / 2])
    canvas.write(text, foot, size, SCALE, bold=True)
    return plate_box(text, foot, size)


def _ruler_place(canvas: Canvas, observation: Observation, rise: float) -> tuple[float, float]:
    """(side, distance from the axis in px) where ruler and labels are within the picture, right if they can be."""
    columns = canvas.picture.shape[1]
    points = np.array([point for _, point in observation.ticks])
    wanted = max(_CLEAR_OF_NUMERALS_M * (pixels_per_metre(observation) or 0.0), _LEAST_OFFSET * canvas.unit)
    direction = level_direction(observation, rise)
    cosine = max(abs(float(direction[0])), 0.3)
    right = (columns - float(points[:, 0].max()) - _LABEL_ROOM * canvas.unit) / cosine
    left = (float(points[:, 0].min()) - _LABEL_ROOM * canvas.unit) / cosine
    if right >= wanted or right >= left:
        return 1.0, max(min(wanted, right), _LEAST_OFFSET * canvas.unit)
    return -1.0, max(min(wanted, left), _LEAST_OFFSET * canvas.unit)


def _label_step_m(system: MarkSystem, spacing_px: float, unit: float) -> float:
    """The finest labelling whose numbers do not touch; spacing is that of the marks."""
    rows = 1.7 * text_size("8", _LABEL_SIZE * unit)[1]
    steps_m = (system.step_m, *(wholes * system.whole_m for wholes in _LABEL_WHOLES))
    return next((step_m for step_m in steps_m if spacing_px * step_m / system.step_m >= rows), steps_m[-1])


def _is_multiple(draft_m: float, step_m: float) -> bool:
    return abs(draft_m / step_m - round(draft_m / step_m)) * step_m < 0.01


def _draw_level(
    canvas: Canvas, observation: Observation, rise: float, level: str, taken: Sequence[Box]
) -> None:
    """The level as a line along the hull, and its value in a free place tied to it."""
    unit = canvas.unit
    crossing = np.array(observation.crossing_px)
    length = float(np.clip(_LEVEL_REACH_M * (pixels_per_metre(observation) or np.inf), 14 * unit, 40 * unit))
    reach = length * level_direction(observation, rise)
    gap = 7 * unit / length
    canvas.stroke(np.array([crossing - reach, crossing - gap * reach]), VALUE, 1.6 * unit)
    canvas.stroke(np.array([crossing + gap * reach, crossing + reach]), VALUE, 1.6 * unit)
    canvas.ring(crossing, 5 * unit, VALUE)
    foot = _free_foot(canvas, observation, level, taken)
    box = plate_box(level, foot, _LEVEL_SIZE * unit)
    corner = np.clip(crossing, [box[0], box[1]], [box[2], box[3]])
    way = corner - crossing
    away = float(np.linalg.norm(way))
    if away > 6 * unit:
        canvas.stroke(np.array([crossing + way * (6 * unit / away), corner]), TEXT, unit)
    canvas.plate(level, foot, _LEVEL_SIZE * unit, VALUE)


def _free_foot(canvas: Canvas, observation: Observation, text: str, taken: Sequence[Box]) -> Points:
    """Where the level's text covers neither contact line nor numerals nor ruler, in the water if possible."""
    unit = canvas.unit
    columns, rows = text_size(text, _LEVEL_SIZE * unit)
    crossing = np.array(observation.crossing_px)
    line = observation.waterline_px
    last = np.array([canvas.picture.shape[1] - columns - 8 * unit, canvas.picture.shape[0] - 8 * unit])
    best, least = crossing, np.inf
    for down in (28, 44, 64, 90, -60, -90):
        for aside in (-46 * unit - columns, 46 * unit, -columns / 2):
            wanted = crossing + np.array([aside, down * unit + (rows if down > 0 else 0)])
            foot = np.clip(wanted, [8 * unit, rows + 8 * unit], np.maximum(last, rows + 8 * unit))
            box = plate_box(text, foot, _LEVEL_SIZE * unit)
            covered = sum(_overlap(box, other) for other in taken) + _points_within(line, box, 3 * unit)
            covered += 10 * _points_within(crossing.reshape(1, 2), box, 8 * unit)
            if covered < least:
                best, least = foot, covered
        if least == 0:
            return best
    return best


def _around(points: Points, margin: float) -> Box:
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _overlap(one: Box, other: Box) -> float:
    """1 where two boxes share anything."""
    apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
    return 0.0 if apart else 1.0


def _points_within(points: Points, box: Box, margin: float) -> float:
    if not len(points):
        return 0.0
    low, high = np.array(box[:2]) - margin, np.array(box[2:]) + margin
    return float(((points >= low) & (points <= high)).all(axis=1).sum())
