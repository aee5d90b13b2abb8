"""Mark columns followed from frame to frame: searched where lost, measured where last seen, others beside them too.

Gives the stretches over which each was followed and what each frame was rejected for.
Left out: metres and the sea, which need all frames.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from vision.draft.beside import columns_beside
from vision.draft.column import MarkColumn
from vision.draft.frame import DraftNetworks, FrameLevel, Image, read_frame, waves_along_hull_m
from vision.draft.observation import observe
from vision.draft.reading import Refusal
from vision.draft.reflection import MirrorLevel, mirror_level, with_mirror
from vision.draft.segments import Segment

Array = NDArray[np.float64]

_PATIENCE_FRAMES = 10
_SEARCH_EVERY = 4
# The mirror image costs another look: it is looked for at first, and again from time to time.
_FIRST_MIRROR_LOOKS, _MIRROR_EVERY = 3, 6
_LEAST_IMAGES, _MOST_IMAGES, _STEADY_IMAGE_M = 2, 9, 0.05


@dataclass(slots=True, kw_only=True)
class FollowedColumn:
    """One column over a footage.

    Attributes:
        segments: Stretches over which it was followed.
        rejected: (time in s, code) of frames that gave no level on it.
        origin_px: Where it was first seen, (column, row).
        hint: Where the last frame had it; None where it is lost.
        images: How far the mirror image put the level from the waterline, in the frames where it was looked for.
        looks: Frames that gave a level.
    """

    segments: list[Segment] = field(default_factory=list)
    rejected: list[tuple[float, str]] = field(default_factory=list)
    origin_px: Array = field(default_factory=lambda: np.zeros(2))
    hint: MarkColumn | None = None
    images: list[MirrorLevel] = field(default_factory=list)
    looks: int = 0

    def saw(self, time_s: float, level: FrameLevel) -> None:
        """Note a level; a column that was lost begins a new stretch."""
        if not self.segments:
            self.origin_px = level.column.origin_px
        if self.hint is None:
            self.segments.append(Segment(observations=[], votes=[]))
        self.segments[-1].observations.append(observe(time_s, level))
        self.segments[-1].votes.extend(level.votes)
        self.hint = level.column

    def lost(self, time_s: float, code: str) -> None:
        """Note a frame without a level."""
        self.rejected.append((time_s, code))
        self.hint = None


def follow_columns(
    frames: Iterable[tuple[float, Image]],
    networks: DraftNetworks,
    progress: Callable[[float], None] | None,
    *,
    moving: bool,
) -> list[FollowedColumn]:
    """Follow the mark columns of a footage.

    Args:
        frames: (time in s, uint8 BGR picture) in order of time.
        networks: The networks.
        progress: Called with the time of each frame done.
        moving: Whether the frames are a clip; a still is looked at more closely.

    Returns:
        The main column first, even where it was never seen; others as they were found beside it.
    """
    main, others = FollowedColumn(), list[FollowedColumn]()
    failures = 0
    for index, (time_s, image) in enumerate(frames):
        if main.hint is None and failures >= _PATIENCE_FRAMES and index % _SEARCH_EVERY:
            main.lost(time_s, "no_marks")
            continue
        outcome = _main_column(image, networks, main)
        if isinstance(outcome, FrameLevel):
            if not main.segments:
                others = _found_beside(time_s, image, networks, outcome)
            else:
                _follow_on(time_s, image, networks, others)
            looked = (
                _mirrored(networks, outcome, main) if moving else _looked_at_closely(image, networks, outcome)
            )
            main.saw(time_s, looked)
            failures = 0
        else:
            main.lost(time_s, outcome.reason.value)
            failures += 1
        if progress is not None:
            progress(time_s)
    return [main, *others]


def _main_column(image: Image, networks: DraftNetworks, main: FollowedColumn) -> FrameLevel | Refusal:
    """The main column where it was last seen, or searched anew."""
    outcome = read_frame(image, networks, hint=main.hint)
    if isinstance(outcome, Refusal) and main.hint is not None:
        main.hint = None
        outcome = read_frame(image, networks, hint=None)
    return outcome


def _found_beside(
    time_s: float, image: Image, networks: DraftNetworks, main: FrameLevel
) -> list[FollowedColumn]:
    found = []
    for level in columns_beside(image, networks, main):
        column = FollowedColumn()
        column.saw(time_s, level)
        found.append(column)
    return found


def _follow_on(time_s: float, image: Image, networks: DraftNetworks, others: list[FollowedColumn]) -> None:
    for column in others:
        if column.hint is None:
            continue
        outcome = read_frame(image, networks, hint=column.hint)
        if isinstance(outcome, FrameLevel):
            column.saw(time_s, outcome)
        else:
            column.lost(time_s, outcome.reason.value)


def _looked_at_closely(image: Image, networks: DraftNetworks, level: FrameLevel) -> FrameLevel:
    """A still's level with what one picture shows besides: waves along the hull, and the mirror image."""
    mirror = mirror_level(level, networks)
    waves_m = waves_along_hull_m(image, networks, level)
    return replace(level if mirror is None else with_mirror(level, mirror), ripple_m=waves_m)


def _mirrored(networks: DraftNetworks, level: FrameLevel, column: FollowedColumn) -> FrameLevel:
    """A clip's level that has heard what the mirror image said in several of its frames; one may be mistaken."""
    column.looks += 1
    if column.looks <= _FIRST_MIRROR_LOOKS or column.looks % _MIRROR_EVERY == 0:
        mirror = mirror_level(level, networks)
        if mirror is not None:
            column.images.append(replace(mirror, level_m=mirror.level_m - level.level_m))
    latest = column.images[-_MOST_IMAGES:]
    apart_m = [image.level_m for image in latest]
    if len(latest) < _LEAST_IMAGES or float(np.ptp(apart_m)) > _STEADY_IMAGE_M:
        return level
    sigma_m = float(np.median([image.sigma_m for image in latest]))
    level_m = level.level_m + float(np.median(apart_m))
    return with_mirror(level, MirrorLevel(level_m=level_m, sigma_m=sigma_m, numerals=latest[-1].numerals))
