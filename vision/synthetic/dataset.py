"""Build a data set from its description: pictures, boxes, water masks and the truth of each scene.

The description (`datasets/<set>/dataset.toml`) and this code's version give the same files again, byte for byte.
Left out: real footage, which enters through the corrections that officers make.
"""

import json
import tomllib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.errors import DatasetDescriptionError
from vision.synthetic.contact_sheet import write_contact_sheet
from vision.synthetic.labels import CharacterLabel
from vision.synthetic.lettering import CHARACTERS
from vision.synthetic.render import RenderedFrame, SceneRenderer
from vision.synthetic.scene import Scene, SceneRanges, random_scene

CLASSES = (*CHARACTERS, "dash")
RENDERER_VERSION = 4
# Moments of one scene are far apart, so that two pictures of it differ in every ripple.
_MOMENT_S = 7.3


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetDescription:
    """What a data set is made of.

    Attributes:
        name: Its name.
        seed: First scene's seed of the training part; other parts start a million apart.
        parts: Number of scenes by part, for example {"train": 2000, "val": 200}.
        ranges: What scenes are drawn from.
        fonts: Type face files for lettering.
    """

    name: str
    seed: int
    parts: dict[str, int]
    ranges: SceneRanges
    fonts: tuple[Path, ...]


def load_description(path: Path) -> DatasetDescription:
    """Read a `dataset.toml`.

    Args:
        path: The file.

    Returns:
        The description.

    Raises:
        DatasetDescriptionError: A key is missing or unknown, a type face is not installed, or another version of the
            renderer is asked for.
    """
    content = described(path)
    try:
        if content["renderer_version"] != RENDERER_VERSION:
            raise DatasetDescriptionError(
                path,
                f"renderer_version {content['renderer_version']}; this code is version {RENDERER_VERSION}",
            )
        ranges: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in content["ranges"].items()
        }
        description = DatasetDescription(
            name=content["name"],
            seed=content["seed"],
            parts=content["parts"],
            ranges=SceneRanges(**ranges),
            fonts=tuple(Path(font) for font in content["fonts"]),
        )
    except (KeyError, TypeError) as error:
        raise DatasetDescriptionError(path, f"missing or unknown key: {error}") from error
    missing = [str(font) for font in description.fonts if not font.is_file()]
    if missing:
        raise DatasetDescriptionError(path, f"type faces not installed: {', '.join(missing)}")
    return description


def described(path: Path) -> dict[str, Any]:
    """A description's content.

    Args:
        path: A TOML file.

    Returns:
        Its tables.

    Raises:
        DatasetDescriptionError: It cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetDescriptionError(path, f"cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DatasetDescriptionError(path, f"is no TOML in UTF-8: {error}") from error


def build_dataset(
    description: DatasetDescription,
    destination: Path,
    *,
    processes: int,
    progress: Callable[[int, int], None],
) -> None:
    """Render every scene of a description into Ultralytics' layout.

    Args:
        description: What to render.
        destination: Folder that receives images/, labels/, masks/, truth/, numerals.yaml, water.yaml and a sheet to
            look at.
        processes: How many render side by side.
        progress: Called with pictures done and pictures in all.
    """
    jobs = [
        (description, destination, part, index)
        for part, count in description.parts.items()
        for index in range(count)
    ]
    for part in description.parts:
        for kind in ("images", "labels", "masks", "truth"):
            (destination / kind / part).mkdir(parents=True, exist_ok=True)
    _write_yaml(description, destination)
    # A forked child of a process in which OpenCV has threads waits for them for ever.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done, _ in enumerate(pool.map(_render_one, jobs, chunksize=8), start=1):
            progress(done, len(jobs))
    write_contact_sheet(destination, list(description.parts))


def _write_yaml(description: DatasetDescription, destination: Path) -> None:
    names = "\n".join(f"  {index}: '{name}'" for index, name in enumerate(CLASSES))
    splits = "\n".join(f"{part}: images/{part}" for part in description.parts)
    (destination / "numerals.yaml").write_text(
        f"path: {destination.resolve()}\n{splits}\nnames:\n{names}\n", encoding="utf-8"
    )
    (destination / "water.yaml").write_text(
        f"path: {destination.resolve()}\n{splits}\nmasks_dir: masks\nnames:\n  0: hull\n  1: water\n",
        encoding="utf-8",
    )


def _render_one(job: tuple[DatasetDescription, Path, str, int]) -> None:
    description, destination, part, index = job
    cv2.setNumThreads(1)
    part_offset = 1_000_000 * list(description.parts).index(part)
    scene = random_scene(description.seed + part_offset + index, description.ranges, description.fonts)
    frame = SceneRenderer(scene).frame(_MOMENT_S)
    stem = f"{index:06d}"
    cv2.imwrite(
        str(destination / "images" / part / f"{stem}.jpg"), frame.image_bgr, [cv2.IMWRITE_JPEG_QUALITY, 93]
    )
    cv2.imwrite(str(destination / "masks" / part / f"{stem}.png"), frame.water)
    (destination / "labels" / part / f"{stem}.txt").write_text(_boxes_text(frame), encoding="utf-8")
    (destination / "truth" / part / f"{stem}.json").write_text(_truth_text(scene, frame), encoding="utf-8")


def _boxes_text(frame: RenderedFrame) -> str:
    rows, columns = frame.water.shape
    lines = []
    for label in _labelled(frame):
        left, top, right, bottom = (edge + 0.5 for edge in label.box_xyxy_px)
        box = np.array(
            [
                (left + right) / 2 / columns,
                (top + bottom) / 2 / rows,
                (right - left) / columns,
                (bottom - top) / rows,
            ]
        )
        lines.append(f"{CLASSES.index(label.text)} " + " ".join(f"{value:.6f}" for value in box))
    return "\n".join(lines) + ("\n" if lines else "")


def _labelled(frame: RenderedFrame) -> list[CharacterLabel]:
    """What the detector has a class for: all but Roman letters."""
    return [label for label in frame.characters if label.text in CLASSES]


def _truth_text(scene: Scene, frame: RenderedFrame) -> str:
    truth = {
        "draft_m": frame.draft_m,
        "level_m": frame.level_m,
        "conditions": {
            "significant_height_m": round(scene.significant_height_m, 3),
            "elevation_deg": round(scene.camera.elevation_deg, 2),
            "visibility_m": round(scene.water.visibility_m, 4),
            "mirror": round(scene.water.mirror, 3),
            "wear": round(scene.paint.wear, 3),
            "foreground": scene.foreground_seed is not None,
            "style": scene.style.marks.value,
            "second_column": scene.second_style is not None,
            "night": scene.weather.night > 0,
            "rain": scene.weather.rain > 0,
            "backlight": scene.weather.backlight > 0,
            "stamps": scene.stamps_seed is not None,
            "distortion": round(scene.camera.k1, 4),
        },
        "waterline_px": np.round(frame.waterline_px, 2).tolist(),
        "characters": [_told(label) for label in _labelled(frame)],
        "other_characters": [_told(label) for label in frame.characters if label.text not in CLASSES],
    }
    return json.dumps(truth)


def _told(label: CharacterLabel) -> dict[str, Any]:
    return {
        "text": label.text,
        "value_m": label.value_m,
        "box_xyxy_px": np.round(label.box_xyxy_px, 3).tolist(),
    }
