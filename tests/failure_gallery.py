"""Make the pictures of docs/draft-reading.md's failure gallery: scenes rendered, read, and their evidence kept.

    python tests/failure_gallery.py docs/pictures/failures

Each scene says what the reader has to make of it; where it makes something else, the page is no longer true and the
command fails with what it made. Left out: real pictures, which carry no licence.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from api.pipelines.reading import read_footage
from vision.synthetic.marks import MarkStyle
from vision.synthetic.render import SceneRenderer
from vision.synthetic.scene import Scene, SceneRanges, random_scene, visible_characters, visible_fixtures
from vision.video.encode import write_video

MOMENT_S = 7.3
WIDEST_PX = 960
LARGEST_BYTES = 150_000
QUALITIES = (88, 80, 72, 64, 56)
RATE_HZ = 6.0
USUAL: Mapping[str, Any] = {
    "size_px": (1024, 768),
    "scale_px_per_m": (180.0, 260.0),
    "draft_m": (4.0, 16.0),
    "significant_height_m": (0.0, 0.04),
    "elevation_deg": (3.0, 25.0),
    "azimuth_deg": (-15.0, 15.0),
    "roll_deg": (-4.0, 4.0),
    "waterline_row": (0.6, 0.8),
    "without_marks": 0.0,
    "faults": 0.3,
    "foreground": 0.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One scene of the gallery.

    Attributes:
        name: Of its picture.
        outcome: What the reader makes of it: "read", or a refusal's code.
        seed: Of the scene.
        ranges: What differs from `USUAL`.
        style: How the marks are written; None leaves it to the seed.
        gap_m: Space between characters of one numeral; None leaves it to the seed.
        full_metres: Whether rows that spell a full metre are painted.
        water: What differs in the water's appearance.
        paint: What differs in the marks' paint.
        expected_range_m: What the caller says.
        duration_s: Of a clip; None for a still.
    """

    name: str
    outcome: str
    seed: int
    ranges: Mapping[str, Any] = field(default_factory=dict)
    style: MarkStyle | None = None
    gap_m: float | None = None
    full_metres: bool = True
    water: Mapping[str, Any] = field(default_factory=dict)
    paint: Mapping[str, Any] = field(default_factory=dict)
    expected_range_m: tuple[float, float] | None = None
    duration_s: float | None = None


GALLERY = (
    Shot(name="no_marks", outcome="no_marks", seed=1002, ranges={"without_marks": 1.0}),
    Shot(name="roman", outcome="marks_not_consistent", seed=2002, style=MarkStyle.IMPERIAL_ROMAN),
    Shot(
        name="no_full_metre",
        outcome="metre_unknown",
        seed=3004,
        style=MarkStyle.METRE_M,
        full_metres=False,
    ),
    Shot(
        name="outside_expected_range",
        outcome="outside_expected_range",
        seed=4000,
        style=MarkStyle.METRE_M,
        expected_range_m=(20.0, 25.0),
    ),
    Shot(name="no_water_in_view", outcome="no_waterline", seed=5001, ranges={"waterline_row": (1.15, 1.4)}),
    Shot(
        name="too_small",
        outcome="too_small",
        seed=6101,
        style=MarkStyle.METRE_M,
        ranges={"scale_px_per_m": (58.0, 68.0), "faults": 0.0, "size_px": (800, 600)},
    ),
    Shot(
        name="too_short_for_waves",
        outcome="too_short_for_waves",
        seed=7001,
        ranges={"significant_height_m": (0.35, 0.5), "size_px": (768, 576)},
        duration_s=1.5,
    ),
    Shot(
        name="too_few_frames",
        outcome="too_few_frames",
        seed=8002,
        ranges={"size_px": (768, 576)},
        duration_s=0.5,
    ),
    Shot(
        name="strip_at_the_contact",
        outcome="too_uncertain",
        seed=15101,
        ranges={"scale_px_per_m": (330.0, 420.0), "elevation_deg": (35.0, 55.0), "clutter": 1.0},
        water={"mirror": 0.0, "visibility_m": 0.05, "foam": 0.0},
    ),
    Shot(name="decimals_wide", outcome="metre_unknown", seed=10001, style=MarkStyle.DECIMALS, gap_m=0.06),
    Shot(name="worn", outcome="metre_unknown", seed=16001, paint={"wear": 0.75, "rust_bleed": 0.9}),
    Shot(
        name="too_oblique",
        outcome="metre_unknown",
        seed=13002,
        ranges={"elevation_deg": (64.0, 68.0)},
    ),
    Shot(
        name="submerged",
        outcome="read",
        seed=11004,
        ranges={"elevation_deg": (25.0, 40.0)},
        water={"visibility_m": 0.5, "mirror": 0.1, "foam": 0.0},
    ),
    Shot(name="hidden_waterline", outcome="read", seed=12003, ranges={"foreground": 1.0}),
    Shot(name="waves_in_a_still", outcome="read", seed=14002, ranges={"significant_height_m": (0.4, 0.5)}),
    Shot(
        name="wrong_range",
        outcome="outside_expected_range",
        seed=4004,
        style=MarkStyle.METRE_M,
        expected_range_m=(20.0, 25.0),
    ),
)


def shot_scene(shot: Shot) -> Scene:
    """The scene of a shot: drawn from its ranges, its marks, paint and water changed as it says."""
    scene = random_scene(shot.seed, SceneRanges(**{**USUAL, **shot.ranges}), ())
    style = scene.style if shot.style is None else replace(scene.style, marks=shot.style)
    style = style if shot.gap_m is None else replace(style, gap_m=shot.gap_m)
    scene = replace(
        scene, water=replace(scene.water, **shot.water), paint=replace(scene.paint, **shot.paint), style=style
    )
    if not scene.characters:
        return scene
    characters = visible_characters(style, scene.camera, scene.draft_m)
    if not shot.full_metres:
        characters = tuple(
            one for one in characters if abs(one.lower_edge_m - round(one.lower_edge_m)) > 1e-6
        )
    fixtures = visible_fixtures(style, scene.camera, scene.draft_m)
    return replace(scene, characters=characters, fixtures=fixtures)


def render(shot: Shot, folder: Path) -> tuple[Path, float]:
    """Render a shot; gives its file and the still-water draft."""
    scene = shot_scene(shot)
    renderer = SceneRenderer(scene)
    if shot.duration_s is None:
        path = folder / f"{shot.name}.jpg"
        cv2.imwrite(str(path), renderer.frame(MOMENT_S).image_bgr, [cv2.IMWRITE_JPEG_QUALITY, 93])
        return path, scene.draft_m
    path = folder / f"{shot.name}.mp4"
    write_video(path, _filmed(renderer, shot.duration_s), constant_rate_factor=20)
    return path, scene.draft_m


def _filmed(renderer: SceneRenderer, duration_s: float) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    for index in range(round(duration_s * RATE_HZ)):
        yield index / RATE_HZ, renderer.frame(index / RATE_HZ).image_bgr


def take(shot: Shot, folder: Path) -> tuple[Path | None, dict[str, Any]]:
    """Render and read a shot.

    Returns:
        The evidence picture, None where there is none, and what is told of it.
    """
    path, draft_m = render(shot, folder)
    evidence = folder / f"{shot.name}-evidence"
    document = read_footage(
        path, expected_range_m=shot.expected_range_m, evidence_dir=evidence, progress=None
    )
    outcome = "read" if document["status"] == "ok" else document["reason"]
    told = {
        "name": shot.name,
        "outcome": outcome,
        "rendered_draft_m": round(draft_m, 3),
        "draft_m": document["draft_m"],
        "u95_m": document["u95_m"],
        "message": document["message"],
        "models": document["models"],
    }
    picture = evidence / ("nearest.jpg" if outcome == "read" else "refused.jpg")
    return (picture if picture.is_file() else None), told


def keep(picture: Path, target: Path) -> None:
    """Write a picture small enough to be committed."""
    image = np.asarray(cv2.imread(str(picture)), dtype=np.uint8)
    factor = min(1.0, WIDEST_PX / image.shape[1])
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    for quality in QUALITIES:
        packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        if len(packed) <= LARGEST_BYTES:
            break
    target.write_bytes(packed.tobytes())


def main(destination: Path) -> int:
    """Make every picture; the exit code is the number of scenes that no longer show what the page says."""
    destination.mkdir(parents=True, exist_ok=True)
    told_all, others = [], 0
    with TemporaryDirectory() as name:
        for shot in GALLERY:
            picture, told = take(shot, Path(name))
            told_all.append(told)
            if told["outcome"] != shot.outcome or picture is None:
                others += 1
                sys.stderr.write(f"{shot.name}: {shot.outcome} was expected, not {told}\n")
                continue
            keep(picture, destination / f"{shot.name}.jpg")
            shutil.rmtree(picture.parent)
    (destination / "gallery.json").write_text(json.dumps(told_all, indent=2) + "\n", encoding="utf-8")
    return others


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
