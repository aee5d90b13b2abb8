"""Evidence pictures: a reading on its frame with its contact enlarged, or a frame with the reason of a refusal.

Sizes follow the picture, so that a clip of 360 rows and a 4K still are read alike; small frames are enlarged first.
Left out: deciding anything; what is drawn is what was observed.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from vision.draft.close_up import close_up
from vision.draft.drawing import REFUSED, SCALE, Canvas, Caption, Image, drawing_unit, text_size, with_band
from vision.draft.hull_drawing import draw_observation, enlarged
from vision.draft.numerals import MarkCharacter
from vision.draft.observation import Observation

__all__ = ["Caption", "annotated_frame", "refused_frame"]

# Letters on a frame with fewer rows would cover what they speak of.
_LEAST_ROWS = 540
_MOST_ENLARGED = 4
_SURE_SCORE = 0.5


def annotated_frame(image_bgr: Image, observation: Observation, caption: Caption, *, rise: float) -> Image:
    """Draw one observation.

    Args:
        image_bgr: The frame.
        observation: What was seen in it.
        caption: What to write.
        rise: Of the hull's level lines in the picture, as `rise_across` gives it.

    Returns:
        A new picture: the frame with the drawing, the contact enlarged with and without it, and a band.
    """
    factor = _enlarging(image_bgr)
    frame = _resized(image_bgr, factor)
    unit = drawing_unit(frame.shape[0], frame.shape[1])
    canvas = Canvas(frame, unit)
    draw_observation(canvas, enlarged(observation, factor), rise, level=f"{observation.level_m:.3f} m")
    panel = close_up(image_bgr, observation, rise=rise, columns=frame.shape[1], unit=unit)
    return with_band(np.vstack([canvas.picture, panel]), caption, unit)


def refused_frame(image_bgr: Image, characters: Sequence[MarkCharacter], caption: Caption) -> Image:
    """Show what was found on a frame that gave no draft.

    Args:
        image_bgr: The frame.
        characters: What was taken for characters of marks, in its pixels; may be none.
        caption: The reason.

    Returns:
        A new picture: the frame with a box around each character, and a band.
    """
    factor = _enlarging(image_bgr)
    frame = _resized(image_bgr, factor)
    canvas = Canvas(frame, drawing_unit(frame.shape[0], frame.shape[1]))
    for character in characters:
        _box(canvas, character, characters, factor)
    return with_band(canvas.picture, caption, canvas.unit)


def _box(canvas: Canvas, character: MarkCharacter, others: Sequence[MarkCharacter], factor: float) -> None:
    left, right = character.left_px * factor, character.right_px * factor
    top, foot = character.top_px * factor, character.lower_edge_px * factor
    # Doubtful characters are shown too: they tell what the marks were taken for.
    colour = SCALE if character.score >= _SURE_SCORE else REFUSED
    outline = np.array([[left, top], [right, top], [right, foot], [left, foot], [left, top]])
    canvas.stroke(outline, colour, 1.2 * canvas.unit)
    size, gap = 0.5 * canvas.unit, 4 * canvas.unit
    columns = text_size(character.text, size, bold=True)[0]
    beside = (right + gap) / factor, (right + gap + columns) / factor, character.lower_edge_px
    at = left - gap - columns if any(_covers(other, *beside) for other in others) else right + gap
    canvas.write(character.text, np.array([at, foot]), size, colour, bold=True)


def _covers(character: MarkCharacter, left_px: float, right_px: float, row_px: float) -> bool:
    across = character.left_px < right_px and character.right_px > left_px
    return across and character.top_px <= row_px <= character.lower_edge_px


def _enlarging(image_bgr: Image) -> int:
    return min(_MOST_ENLARGED, math.ceil(_LEAST_ROWS / int(min(image_bgr.shape[:2]))))


def _resized(image_bgr: Image, factor: int) -> Image:
    if factor == 1:
        return image_bgr
    enlarged_to = (image_bgr.shape[1] * factor, image_bgr.shape[0] * factor)
    return np.asarray(cv2.resize(image_bgr, enlarged_to, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
