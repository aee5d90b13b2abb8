"""The hull's mirror image in calm water: where numerals and their images meet is the water, whatever the paint does.

Source: a flat surface shows a point h above it where the plating h below it would be, so that a numeral's value and
the value at its image's place have the level as their mean. Flare and ripples move images by some hundredths of h.
Left out: distorted images in waves, which are not found and so say nothing.
"""

from dataclasses import dataclass, replace

import numpy as np

from vision.draft.column import UPRIGHT_PX_PER_M, UprightView
from vision.draft.frame import DraftNetworks, FrameLevel
from vision.draft.mark_system import MarkSystem
from vision.draft.numerals import METRE_LETTER, MarkCharacter

_LEAST_SCORE = 0.5
# A numeral seen through clear water, which raises it by up to this share of its depth, may pass for an image.
_RAISED_SHARE, _RAISED_SLACK_M = 0.3, 0.03
# Of metric numerals; larger ones in proportion.
_ON_AXIS_M = 0.12
_HEIGHTS_M = (0.06, 0.16)
_FARTHEST_M, _FARTHEST_ALONE_M = 0.1, 0.05
_HIGHEST_M = 1.0
# Boxes of images, and how far flare moves them, measured on rendered hulls; two images that agree share the latter.
_IMAGE_SIGMA_M, _FLARE_SIGMA = 0.014, 0.02
_AGREEING_M = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorLevel:
    """Where the water is by the numerals' images.

    Attributes:
        level_m: Draft, provisional as the frame's.
        sigma_m: Standard uncertainty.
        numerals: How many images it rests on.
    """

    level_m: float
    sigma_m: float
    numerals: int


def mirror_level(frame: FrameLevel, networks: DraftNetworks) -> MirrorLevel | None:
    """Look for images of numerals below the waterline of a frame.

    Args:
        frame: What was read in it.
        networks: The networks.

    Returns:
        The level by the images; None where none is found, or they contradict each other.
    """
    turned = np.ascontiguousarray(frame.view.image_bgr[::-1])
    found = networks.characters(turned, least_score=_LEAST_SCORE)
    levels: list[tuple[float, float]] = []
    for character in found:
        placed = _level_by(character, frame)
        if placed is not None:
            levels.append(placed)
    if not levels:
        return None
    middle = float(np.median([level_m for level_m, _ in levels]))
    near = [(level_m, height_m) for level_m, height_m in levels if abs(level_m - middle) < _AGREEING_M]
    alone_and_far = len(near) == 1 and abs(middle - frame.level_m) > _FARTHEST_ALONE_M
    if len(near) <= len(levels) / 2 or alone_and_far:
        return None
    height_m = float(np.mean([height for _, height in near]))
    sigma_m = float(np.hypot(_IMAGE_SIGMA_M / np.sqrt(len(near)), _FLARE_SIGMA * height_m))
    return MirrorLevel(
        level_m=float(np.mean([level_m for level_m, _ in near])), sigma_m=sigma_m, numerals=len(near)
    )


def _level_by(character: MarkCharacter, frame: FrameLevel) -> tuple[float, float] | None:
    """(level, height of the numeral above it) by one character of the view turned over."""
    view = frame.view
    system = frame.system
    digit, step_m = system.last_digit(character), system.step_m
    if digit is None or character.text == METRE_LETTER or not _like_a_mark(character, view, system.size):
        return None
    row_px = view.image_bgr.shape[0] - 1 - character.lower_edge_px
    image_m = float(frame.scale.draft_m(-row_px))
    # A digit comes again every five steps, in feet every ten: of its places the one that fits the waterline best.
    again, first = 10 // system.digit_per_step, digit // system.digit_per_step
    step = again * round(((2 * frame.level_m - image_m) / step_m - first) / again) + first
    height_m = step * step_m - frame.level_m
    level_m = (step * step_m + image_m) / 2
    seen_dry = any(abs(value_m - step * step_m) < step_m / 4 for value_m, _ in frame.members)
    if not seen_dry or abs(level_m - frame.level_m) > _FARTHEST_M or height_m > _HIGHEST_M:
        return None
    if _may_be_submerged(system, digit, image_m, frame.level_m):
        return None
    return level_m, height_m


def _may_be_submerged(system: MarkSystem, digit: int, place_m: float, level_m: float) -> bool:
    """Whether it may be a numeral under clear water, raised by refraction; many digits look alike turned over."""
    step_m = system.step_m
    for step in range(round((level_m - _HIGHEST_M) / step_m), round(level_m / step_m) + 1):
        value_m = step * step_m
        raised_m = value_m + _RAISED_SHARE * max(0.0, level_m - value_m)
        near = value_m - _RAISED_SLACK_M < place_m < raised_m + _RAISED_SLACK_M
        if near and system.digit_at(step) == digit:
            return True
    return False


def _like_a_mark(character: MarkCharacter, view: UprightView, size: float) -> bool:
    height_m = character.height_px / UPRIGHT_PX_PER_M / size
    near_axis = abs(float(view.across_m(character.middle_px))) < _ON_AXIS_M * size
    return near_axis and _HEIGHTS_M[0] < height_m < _HEIGHTS_M[1]


def with_mirror(frame: FrameLevel, mirror: MirrorLevel) -> FrameLevel:
    """A frame whose waterline has heard the mirror image.

    Where both agree the waterline stays, being the finer of the two. Where they do not, the waterline is held to be
    wrong by half of their distance besides its own uncertainty, and they are weighed.

    Args:
        frame: What was read.
        mirror: The level by the images.

    Returns:
        The frame, its level and waterline moved and their uncertainty grown where the two disagree.
    """
    apart_m = mirror.level_m - frame.level_m
    own_m = float(np.hypot(frame.waterline_sigma_m, _IMAGE_SIGMA_M))
    if abs(apart_m) <= 2 * float(np.hypot(own_m, mirror.sigma_m)):
        return frame
    doubtful_m = float(np.hypot(own_m, apart_m / 2))
    weight = doubtful_m**2 / (doubtful_m**2 + mirror.sigma_m**2)
    level_m = frame.level_m + weight * apart_m
    row_px = -float(frame.scale.position_px(level_m))
    sigma_m = float(np.hypot(mirror.sigma_m * np.sqrt(weight), abs(apart_m) / 4))
    return replace(
        frame,
        level_m=level_m,
        waterline_sigma_m=sigma_m,
        extrapolated_m=max(0.0, frame.scale.lowest_m - level_m),
        waterline=replace(frame.waterline, row_px=row_px, sigma_px=sigma_m * UPRIGHT_PX_PER_M),
    )
