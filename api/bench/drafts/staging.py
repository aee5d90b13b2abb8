"""The scene and the picture of a condition: drawn until they show what the condition claims, then changed as it says.

Source: the renderer's public entry points, `random_scene` and `SceneRenderer.frame`.
Left out: files.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from api.bench.drafts.descriptions import SEEDS_PER_PICTURE, Condition, Group
from vision.errors import DatasetDescriptionError
from vision.synthetic.render import RenderedFrame, SceneRenderer
from vision.synthetic.scene import Scene, random_scene

Image = NDArray[np.uint8]

# The moment of a still, and the one at which a clip's scene is judged.
MOMENT_S = 7.3
ROUNDING_M = 1e-6
NIGHT_LIGHT = 0.2
NIGHT_NOISE = 3.0
# The edge of the boot-top lies this many picture heights above the contact.
BOOT_TOP_RISE = 0.035
# A darker paint over a light hull and the other way round.
DARKER, LIGHTER = 0.45, 2.0
LIGHT_HULL = 80.0
# A pixel that differs from the plating by more than this is a mark, and keeps its colour.
MARK_CONTRAST = 60.0
COVER_MARGIN = 0.35
COVER_BGR = (34, 38, 36)


def staged_scene(group: Group, condition: Condition, first_seed: int) -> tuple[Scene, SceneRenderer]:
    """The first scene from a seed on that shows what its condition claims.

    Args:
        group: The condition's group.
        condition: What is asked for.
        first_seed: The first candidate.

    Returns:
        The scene and its renderer.

    Raises:
        DatasetDescriptionError: None of a thousand candidates shows it.
    """
    for seed in range(first_seed, first_seed + SEEDS_PER_PICTURE):
        scene = random_scene(seed, condition.ranges, group.fonts)
        low_m, high_m = condition.ranges.significant_height_m
        if not low_m <= scene.significant_height_m <= high_m:
            continue
        scene = _as_the_condition_says(scene, condition)
        renderer = SceneRenderer(scene)
        if _shows_what_is_claimed(renderer.frame(MOMENT_S), group, condition):
            return scene, renderer
    raise DatasetDescriptionError(
        Path(group.name), f"{condition.name}: no scene from seed {first_seed} on shows what it claims"
    )


def _as_the_condition_says(scene: Scene, condition: Condition) -> Scene:
    changed = replace(
        scene, water=replace(scene.water, **condition.water), paint=replace(scene.paint, **condition.paint)
    )
    if condition.change != "no_full_metre":
        return changed
    kept = tuple(character for character in scene.characters if not _is_full_metre(character.lower_edge_m))
    return replace(changed, characters=kept)


def _shows_what_is_claimed(frame: RenderedFrame, group: Group, condition: Condition) -> bool:
    marks = [label for label in frame.characters if label.text.isdigit() or label.text == "M"]
    rows = {round(label.value_m, 3) for label in marks}
    low, high = condition.water_share
    if not low <= float(frame.water.mean()) <= high:
        return False
    if condition.most_numerals is not None and len(rows) > condition.most_numerals:
        return False
    if condition.change == "no_full_metre":
        spelled = any(len([one for one in marks if round(one.value_m, 3) == row]) > 1 for row in rows)
        return len(rows) >= max(2, group.least_numerals) and not spelled
    if condition.change == "covered_marks":
        return len(rows) >= 1
    return not group.readable or _can_be_read(marks, rows, group)


def _can_be_read(marks: list[Any], rows: set[float], group: Group) -> bool:
    if len(rows) < max(1, group.least_numerals) or not any(_is_full_metre(row) for row in rows):
        return False
    heights = [label.box_xyxy_px[3] - label.box_xyxy_px[1] for label in marks]
    return float(np.median(heights)) >= group.least_numeral_px


def _is_full_metre(value_m: float) -> bool:
    return abs(value_m - round(value_m)) < ROUNDING_M


def changed_picture(frame: RenderedFrame, condition: Condition, *, seed: int) -> Image:
    """The picture as its condition shows it.

    Args:
        frame: The picture with its truth.
        condition: What is asked for.
        seed: Of noise.

    Returns:
        A new picture, or the frame's own where nothing is to be changed.
    """
    if condition.change == "dark":
        return _at_night(frame.image_bgr, np.random.default_rng(seed))
    if condition.change == "boot_top":
        return _with_boot_top(frame)
    if condition.change == "covered_marks":
        return _with_covered_marks(frame)
    return frame.image_bgr


def _at_night(image_bgr: Image, rng: np.random.Generator) -> Image:
    """Little light and the noise that a camera adds when it makes up for it."""
    noise = rng.normal(0, NIGHT_NOISE, image_bgr.shape)
    return np.asarray(np.clip(image_bgr * NIGHT_LIGHT + 6 + noise, 0, 255), dtype=np.uint8)


def _with_boot_top(frame: RenderedFrame) -> Image:
    """Another paint on the plating from a little above the water upwards, its edge along the contact."""
    rows, columns = frame.water.shape
    order = np.argsort(frame.waterline_px[:, 0])
    line = np.interp(np.arange(columns), frame.waterline_px[order, 0], frame.waterline_px[order, 1])
    above = np.arange(rows)[:, None] < line[None, :] - BOOT_TOP_RISE * rows
    picture = frame.image_bgr.astype(np.float32)
    painted = above & (frame.water == 0)
    if not painted.any():
        return frame.image_bgr
    plating = np.median(picture[painted], axis=0)
    apart = np.abs(picture - plating).mean(axis=2)
    share = np.clip(1 - apart / MARK_CONTRAST, 0, 1) * cv2.blur(painted.astype(np.float32), (1, 3))
    tone = DARKER if float(plating.mean()) > LIGHT_HULL else LIGHTER
    return np.asarray(np.clip(picture * (1 + share[..., None] * (tone - 1)), 0, 255), dtype=np.uint8)


def _with_covered_marks(frame: RenderedFrame) -> Image:
    """A tarpaulin over every mark that shows."""
    picture = frame.image_bgr.copy()
    boxes = np.array([label.box_xyxy_px for label in frame.characters])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    margin = COVER_MARGIN * float(np.median(boxes[:, 3] - boxes[:, 1]))
    corners = np.round(np.concatenate([low - 2 * margin, high + margin])).astype(int).tolist()
    cv2.rectangle(picture, corners[:2], corners[2:], COVER_BGR, -1)
    return picture


def scene_facts(scene: Scene) -> dict[str, Any]:
    """What is worth knowing of a scene when its reading is looked at."""
    return {
        "significant_height_m": round(scene.significant_height_m, 3),
        "elevation_deg": round(scene.camera.elevation_deg, 1),
        "px_per_m": round(scene.camera.focal_px / scene.camera.distance_m),
        "marks": scene.style.marks.value,
    }
