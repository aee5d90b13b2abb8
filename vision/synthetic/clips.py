"""Render clips of one ship's marks from a description: the demo port's footage, with its truth beside it.

One ship keeps its paint, lettering and water over all clips; each clip has its own draft, sea and camera.
Left out: sound.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.errors import DatasetDescriptionError
from vision.synthetic.dataset import described
from vision.synthetic.lettering import BlockLetters
from vision.synthetic.marks import ColumnStyle, MarkStyle
from vision.synthetic.motion import random_motion
from vision.synthetic.render import SceneRenderer
from vision.synthetic.scene import (
    Scene,
    SceneRanges,
    random_camera,
    random_scene,
    visible_characters,
    visible_fixtures,
)
from vision.synthetic.sea import random_sea
from vision.video.encode import write_video

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipDescription:
    """One clip.

    Attributes:
        file: Name of the video to write.
        seed: Of its camera and sea.
        draft_m: Still-water draft at the marks.
        significant_height_m: Of the waves.
        peak_period_s: Of the waves.
    """

    file: str
    seed: int
    draft_m: float
    significant_height_m: float
    peak_period_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipClips:
    """A ship and its clips.

    Attributes:
        ship_seed: Of water and camera faults.
        paint_seed: Of the hull's paint.
        duration_s: Of each clip.
        rate_hz: Pictures a second.
        quality: libx264's constant rate factor.
        marks: How full metres are written.
        ranges: What cameras are drawn from, and how they move.
        clips: The clips.
    """

    ship_seed: int
    paint_seed: int
    duration_s: float
    rate_hz: float
    quality: int
    marks: MarkStyle
    ranges: SceneRanges
    clips: tuple[ClipDescription, ...]


def load_clips(path: Path) -> ShipClips:
    """Read a `clips.toml`.

    Args:
        path: The file.

    Returns:
        The description.

    Raises:
        DatasetDescriptionError: A key is missing or unknown.
    """
    content = described(path)
    try:
        ship = content["ship"]
        ranges: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in content["ranges"].items()
        }
        return ShipClips(
            ship_seed=ship["seed"],
            paint_seed=ship["paint_seed"],
            duration_s=ship["duration_s"],
            rate_hz=ship["rate_hz"],
            quality=ship["quality"],
            marks=MarkStyle(ship["marks"]),
            ranges=SceneRanges(**ranges),
            clips=tuple(ClipDescription(**clip) for clip in content["clip"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetDescriptionError(path, f"missing or unknown key: {error}") from error


def clip_scene(ship: ShipClips, clip: ClipDescription) -> Scene:
    """The scene of one clip: the ship as it is in all clips, with the clip's draft, sea and camera."""
    base = random_scene(ship.ship_seed, ship.ranges, ())
    rng = np.random.default_rng(clip.seed)
    # One camera films all clips: what its lens does is the ship's, where it stands is the clip's.
    camera = replace(random_camera(rng, ship.ranges, clip.draft_m), k1=base.camera.k1)
    style = ColumnStyle(marks=ship.marks, character_width_m=0.075, gap_m=0.03, dashes=False)
    typeface = BlockLetters(
        width_ratio=0.75,
        stroke_ratio=0.2,
        rounded=False,
        slant=0.0,
        stencil_gap_ratio=0.0,
        build=0,
        curved=False,
    )
    return replace(
        base,
        seed=clip.seed,
        paint_seed=ship.paint_seed,
        draft_m=clip.draft_m,
        camera=camera,
        style=style,
        typeface=typeface,
        characters=visible_characters(style, camera, clip.draft_m),
        fixtures=visible_fixtures(style, camera, clip.draft_m),
        second_style=None,
        motion=random_motion(rng.spawn(1)[0], strength=ship.ranges.motion),
        sea=random_sea(rng, significant_height_m=clip.significant_height_m, peak_period_s=clip.peak_period_s),
        significant_height_m=clip.significant_height_m,
    )


def render_clips(ship: ShipClips, destination: Path, *, progress: Callable[[int, int], None]) -> None:
    """Render every clip.

    Args:
        ship: What to render.
        destination: Folder that receives the videos.
        progress: Called with clips done and clips in all.
    """
    destination.mkdir(parents=True, exist_ok=True)
    for done, clip in enumerate(ship.clips, start=1):
        frames = _frames(ship, clip)
        write_video(destination / clip.file, frames, constant_rate_factor=ship.quality)
        progress(done, len(ship.clips))


def _frames(ship: ShipClips, clip: ClipDescription) -> Iterator[tuple[float, Image]]:
    renderer = SceneRenderer(clip_scene(ship, clip))
    for index in range(round(ship.duration_s * ship.rate_hz)):
        time_s = index / ship.rate_hz
        yield time_s, renderer.frame(time_s).image_bgr
