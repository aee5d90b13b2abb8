"""Labels of the characters that can be seen in a picture, from the geometry that drew it.

What is under water, outside, hidden, or worn and dim to nothing is no label: a person could not read it either.
Left out: the picture itself.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.camera import PlateMap
from vision.synthetic.marks import Character
from vision.synthetic.scene import Scene

Picture = NDArray[np.float32]
Box = tuple[float, float, float, float]

LEAST_VISIBLE = 0.45
MOST_HIDDEN = 0.35
_LEAST_INSIDE = 0.6
# Ink that differs from its plating by less, of 1 for black to white, cannot be seen.
LEAST_CONTRAST = 0.035
# With less of its ink left, a character cannot be told.
LEAST_INK_LEFT = 0.35
# Ink and what is around it differ by at least so many of 255 levels in the stored picture.
LEAST_LEVELS = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterLabel:
    """A character that can be seen.

    Attributes:
        text: The character, or "dash".
        value_m: Draft at its lower edge.
        box_xyxy_px: Left, top, right and bottom of its visible part.
        visible: Share of its height above the water, 0 to 1.
    """

    text: str
    value_m: float
    box_xyxy_px: Box
    visible: float


def character_label(
    scene: Scene, plate: PlateMap, character: Character, time_s: float
) -> CharacterLabel | None:
    """The label of a character by geometry alone.

    Args:
        scene: The scene.
        plate: Between its plating and the picture.
        character: One of its characters.
        time_s: The moment.

    Returns:
        The label; None where too little of it is above the water or inside the picture.
    """
    left = scene.axis_m(character.lower_edge_m) + character.left_m
    middle = left + character.width_m / 2
    level = scene.draft_m + float(scene.sea.elevation_m(np.array([middle]), time_s)[0])
    bottom = max(character.lower_edge_m, level)
    top = character.lower_edge_m + character.height_m
    visible = (top - bottom) / character.height_m
    if visible < LEAST_VISIBLE:
        return None
    corners_u = np.array([left, left + character.width_m, left, left + character.width_m])
    pixels = plate.pixels(corners_u, np.array([bottom, bottom, top, top]))
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    columns, rows = scene.camera.width_px, scene.camera.height_px
    inside = (max(low[0], -0.5), max(low[1], -0.5), min(high[0], columns - 0.5), min(high[1], rows - 0.5))
    kept = max(0.0, inside[2] - inside[0]) * max(0.0, inside[3] - inside[1])
    if kept < _LEAST_INSIDE * float(np.prod(high - low)):
        return None
    return CharacterLabel(
        text=character.text, value_m=character.lower_edge_m, box_xyxy_px=inside, visible=visible
    )


def can_be_seen(
    label: CharacterLabel, *, ink: Picture, contrast: Picture, image_bgr: NDArray[np.uint8], hidden: Picture
) -> bool:
    """Whether a person could make the character out.

    Args:
        label: By geometry.
        ink: Share of each pixel that was painted, (rows, columns).
        contrast: How much each pixel differs from the plating without marks, 0 to 1, (rows, columns).
        image_bgr: The picture as stored, uint8 (rows, columns, 3).
        hidden: Share of each pixel that something covers, (rows, columns).

    Returns:
        False where it is covered, worn away or too dim.
    """
    if share_in(hidden, label.box_xyxy_px) > MOST_HIDDEN:
        return False
    painted = _within(ink, label.box_xyxy_px)
    left = painted[_within(contrast, label.box_xyxy_px) > LEAST_CONTRAST]
    if float(left.sum()) < LEAST_INK_LEFT * float(painted.sum()):
        return False
    around = _wider(label.box_xyxy_px)
    return _levels_apart(_within(image_bgr, around), _within(ink, around)) >= LEAST_LEVELS


def _levels_apart(image_bgr: NDArray[np.uint8], ink: Picture) -> float:
    """How far ink and what is around it differ in the picture as stored, in the channel where they do most."""
    inside, outside = (np.asarray(part, dtype=np.uint8) for part in (ink > 0.5, ink < 0.2))
    if not inside.any() or not outside.any():
        return 0.0
    means = (np.array(cv2.mean(image_bgr, mask)[:3]) for mask in (inside, outside))
    return float(np.abs(np.subtract(*means)).max())


def _wider(box: Box) -> Box:
    across, down = 0.15 * (box[2] - box[0]), 0.15 * (box[3] - box[1])
    return (box[0] - across, box[1] - down, box[2] + across, box[3] + down)


def share_in(cover: Picture, box: Box) -> float:
    """Mean of a cover within a box."""
    return float(cv2.mean(_within(cover, box))[0])


def _within(field: NDArray[Any], box: Box) -> NDArray[Any]:
    left, top, right, bottom = (max(0, round(edge)) for edge in box)
    return field[top : bottom + 1, left : right + 1]
