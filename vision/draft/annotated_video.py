"""Every frame of a clip with what the reader made of it: scale, contact, running level, result, and the series below.

A second pass over the footage once the reading is known; one frame is held at a time. Between two frames that were
looked at, scale and level are interpolated and written with a "~". Left out: encoding, which is vision.video's.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from vision.draft.drawing import REFUSED, TEXT, Canvas, Caption, Image, drawing_unit, text_size, with_band
from vision.draft.hull_drawing import draw_observation, enlarged, rise_across
from vision.draft.level_series import LevelSeries, level_series, observations_that_count
from vision.draft.observation import Observation
from vision.draft.reader import ReadingTrace
from vision.draft.reading import EXPLANATIONS
from vision.draft.series_picture import strip_picture

# A video is for watching: 4K is made smaller, and what is too small for letters larger.
_LONGEST_PX, _LEAST_ROWS = 1920, 540
_STRIP_ROWS = 72
_SAME_TIME_S = 1e-4
# A column that moved further than this share of the picture's width was found anew, not followed.
_FARTHEST_MOVE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is told over the frames of one clip.

    Attributes:
        trace: The reading.
        looked_s: Times of the frames that the reader looked at, in order.
        reasons: Why a frame that was looked at gave no level, by its time.
        source: Name of the clip.
    """

    trace: ReadingTrace
    looked_s: tuple[float, ...]
    reasons: Mapping[float, str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """What holds at one time.

    Attributes:
        seen: To be drawn; None where nothing was read.
        level: The running level in words.
        rejected: Reason code, None for a frame that counts.
    """

    seen: Observation | None
    level: str
    rejected: str | None


def annotated_frames(frames: Iterable[tuple[float, Image]], story: Story) -> Iterator[tuple[float, Image]]:
    """Draw a clip.

    Args:
        frames: All frames, (time in s, uint8 BGR picture), in order of time.
        story: What to tell.

    Returns:
        The frames at the same times, all of the first one's size.
    """
    narrator = _Narrator(story)
    size: tuple[int, int] | None = None
    for time_s, image in frames:
        if size is None:
            size = _shown_size(image)
        frame = _resized(image, size)
        yield time_s, narrator.told(time_s, frame, frame.shape[1] / image.shape[1])


class _Narrator:
    def __init__(self, story: Story) -> None:
        trace = story.trace
        self._story = story
        self._seen = {seen.time_s: seen for seen in trace.observations}
        counting = observations_that_count(trace)
        self._outliers = frozenset(self._seen) - {seen.time_s for seen in counting}
        self._series = level_series(trace)
        self._rise = rise_across(counting)

    def told(self, time_s: float, frame: Image, factor: float) -> Image:
        """One frame, `factor` times as large as the one that was read."""
        unit = drawing_unit(frame.shape[0], frame.shape[1])
        canvas = Canvas(frame, unit)
        moment = self._moment(time_s, frame.shape[1] / factor)
        if moment.seen is not None:
            draw_observation(canvas, enlarged(moment.seen, factor), self._rise, level=moment.level)
        if moment.rejected is not None:
            _draw_rejection(canvas, moment.rejected)
        picture = canvas.picture
        if self._series is not None:
            picture = np.vstack([picture, _strip(self._series, time_s, picture.shape[1], unit)])
        return with_band(picture, self._caption(time_s, moment), unit)

    def _moment(self, time_s: float, columns: float) -> _Moment:
        looked_s = self._story.looked_s
        number = bisect_right(looked_s, time_s + _SAME_TIME_S) - 1
        if number < 0:
            return _Moment(seen=None, level="", rejected=None)
        look_s = looked_s[number]
        seen = self._seen.get(look_s)
        if seen is None:
            return _Moment(seen=None, level="", rejected=self._story.reasons.get(look_s, "not_read"))
        rejected = "outlier" if look_s in self._outliers else None
        if time_s - look_s <= _SAME_TIME_S:
            return _Moment(seen=seen, level=f"{seen.level_m:.3f} m", rejected=rejected)
        after_s = looked_s[number + 1] if number + 1 < len(looked_s) else None
        after = None if after_s is None or after_s in self._outliers else self._seen.get(after_s)
        if after is not None and rejected is None:
            seen = _between(seen, after, time_s, columns)
        return _Moment(seen=seen, level=f"~{seen.level_m:.2f} m", rejected=rejected)

    def _caption(self, time_s: float, moment: _Moment) -> Caption:
        reading = self._story.trace.reading
        parts = [self._story.source, f"t = {time_s:.2f} s"]
        if moment.rejected is not None:
            parts.append(f"frame rejected: {moment.rejected}")
        elif moment.level:
            parts.append(f"level {moment.level}")
        source = "   ".join(parts)
        if reading.refusal is not None or reading.draft_m is None or reading.u95_m is None:
            return refusal_caption(self._story.trace, source)
        return Caption(
            value=f"{reading.draft_m:.3f} m", interval=f"+- {reading.u95_m:.3f} m (95 %)", source=source
        )


def refusal_caption(trace: ReadingTrace, source: str) -> Caption:
    """The band of a refused reading: its code, and its explanation with what was found instead."""
    refusal = trace.reading.refusal
    if refusal is None:
        return Caption(value="not read", interval="", source=source, refused=True)
    return Caption(
        value=f"not read: {refusal.reason.value}",
        interval="",
        source=source,
        detail=f"{EXPLANATIONS[refusal.reason]} ({refusal.detail})",
        refused=True,
    )


def _between(before: Observation, after: Observation, time_s: float, columns: float) -> Observation:
    """What two frames that were looked at say about one between them."""
    start, end = np.array(before.crossing_px), np.array(after.crossing_px)
    later = dict(after.ticks)
    common = [(draft_m, point) for draft_m, point in before.ticks if draft_m in later]
    if len(common) < 2 or float(np.linalg.norm(end - start)) > _FARTHEST_MOVE * columns:
        return before
    share = (time_s - before.time_s) / (after.time_s - before.time_s)
    moved = share * (end - start)

    def mixed(point: tuple[float, float], target: tuple[float, float]) -> tuple[float, float]:
        column, row = (1 - share) * np.array(point) + share * np.array(target)
        return float(column), float(row)

    return replace(
        before,
        time_s=time_s,
        level_m=(1 - share) * before.level_m + share * after.level_m,
        ticks=tuple((draft_m, mixed(point, later[draft_m])) for draft_m, point in common),
        waterline_px=before.waterline_px + moved,
        crossing_px=mixed(before.crossing_px, after.crossing_px),
    )


def _draw_rejection(canvas: Canvas, code: str) -> None:
    """A frame around the picture and the code in its corner."""
    unit = canvas.unit
    rows, columns = canvas.picture.shape[:2]
    low, right, foot = 3 * unit, columns - 1 - 3 * unit, rows - 1 - 3 * unit
    outline = np.array([[low, low], [right, low], [right, foot], [low, foot], [low, low]])
    canvas.stroke(outline, REFUSED, 3 * unit, edge=False)
    text = f"frame rejected: {code}"
    canvas.plate(text, np.array([16 * unit, 16 * unit + text_size(text, 0.6 * unit)[1]]), 0.6 * unit, TEXT)


def _strip(series: LevelSeries, time_s: float, columns: int, unit: float) -> Image:
    return strip_picture(series, time_s, rows=round(_STRIP_ROWS * unit), columns=columns, unit=unit)


def _shown_size(image: Image) -> tuple[int, int]:
    """(columns, rows) in which a clip of such frames is shown."""
    rows, columns = image.shape[:2]
    factor = max(1.0, np.ceil(_LEAST_ROWS / min(rows, columns)))
    factor = min(factor, _LONGEST_PX / max(rows, columns))
    return max(1, round(columns * factor)), max(1, round(rows * factor))


def _resized(image: Image, size: tuple[int, int]) -> Image:
    if (image.shape[1], image.shape[0]) == size:
        return image
    method = cv2.INTER_AREA if image.shape[1] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=method), dtype=np.uint8)
