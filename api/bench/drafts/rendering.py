"""Render the bench's footage once and keep it with its truth, until descriptions or renderer change.

Source: `datasets/bench-reading`; the folder's name is a digest of the descriptions and of the renderer's own files.
Left out: what scenes show (staging.py).
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

import vision.synthetic
from api.bench.drafts.descriptions import ClipForm, Condition, Group
from api.bench.drafts.staging import MOMENT_S, changed_picture, scene_facts, staged_scene
from api.bench.outcomes import KnownFootage
from vision.errors import DatasetDescriptionError
from vision.synthetic.render import SceneRenderer
from vision.video.encode import write_video

Image = NDArray[np.uint8]

JPEG_QUALITY = 93
GRAIN = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderJob:
    """One footage to render.

    Attributes:
        group: Its group.
        condition: Its condition.
        index: Its number within the condition.
        quick: Whether for a quick run.
        folder: Where it goes.
    """

    group: Group
    condition: Condition
    index: int
    quick: bool
    folder: Path

    @property
    def stem(self) -> str:
        """Name of the file without its ending."""
        return f"{self.condition.name.replace(' ', '-')}-{self.index:03d}"


def rendered_footage(
    groups: Sequence[Group], work: Path, *, quick: bool, progress: Callable[[int, int], None]
) -> list[KnownFootage]:
    """Footage of groups, rendered where it is not there yet.

    Args:
        groups: What to render.
        work: Folder that keeps it.
        quick: Whether to render the small set.
        progress: Called with footage done and footage in all.

    Returns:
        The footage with its truth, by group and condition.

    Raises:
        DatasetDescriptionError: No scene shows what its condition claims, or a type face is not installed.
    """
    jobs = [
        RenderJob(
            group=group,
            condition=condition,
            index=index,
            quick=quick,
            folder=_folder(work, group, quick=quick),
        )
        for group in groups
        for condition in group.conditions
        for index in range(condition.quick if quick else condition.full)
    ]
    missing = [job for job in jobs if not _truth_path(job).is_file()]
    _require_type_faces(missing)
    # A fork of a process whose networks hold threads would wait for them for ever.
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        for done, _ in enumerate(pool.map(render, missing), start=len(jobs) - len(missing) + 1):
            progress(done, len(jobs))
    return [_known(job) for job in jobs]


def _require_type_faces(jobs: Sequence[RenderJob]) -> None:
    for job in jobs:
        absent = [str(font) for font in job.group.fonts if not font.is_file()]
        if absent:
            raise DatasetDescriptionError(
                Path(job.group.name), f"type faces not installed: {', '.join(absent)}"
            )


def _folder(work: Path, group: Group, *, quick: bool) -> Path:
    part = "quick" if quick else "full"
    return work / f"{group.name.replace(' ', '-')}-{part}-{_digest(group)}"


def _digest(group: Group) -> str:
    """Of all that decides what the pictures show."""
    digest = hashlib.sha256(repr((group, version("numpy"), version("opencv-python-headless"))).encode())
    own = (Path(__file__), Path(__file__).with_name("staging.py"))
    for path in (*sorted(Path(vision.synthetic.__path__[0]).glob("*.py")), *own):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _truth_path(job: RenderJob) -> Path:
    return job.folder / f"{job.stem}.json"


def _known(job: RenderJob) -> KnownFootage:
    truth = json.loads(_truth_path(job).read_text(encoding="utf-8"))
    return KnownFootage(
        path=job.folder / truth["file"],
        group=job.group.name,
        condition=job.condition.name,
        truth_m=truth["draft_m"],
        tolerance_m=0.0,
    )


def render(job: RenderJob) -> None:
    """Render one footage; its truth is written last, so that what has a truth is complete.

    Args:
        job: What and where.
    """
    cv2.setNumThreads(1)
    job.folder.mkdir(parents=True, exist_ok=True)
    seed = job.condition.first_seed(job.index, quick=job.quick)
    scene, renderer = staged_scene(job.group, job.condition, seed)
    if job.condition.clip is None:
        name = f"{job.stem}.jpg"
        picture = changed_picture(renderer.frame(MOMENT_S), job.condition, seed=seed)
        cv2.imwrite(str(job.folder / name), picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    else:
        name = f"{job.stem}.mp4"
        frames = _filmed(renderer, job, job.condition.clip)
        write_video(job.folder / name, frames, constant_rate_factor=job.condition.clip.quality)
    truth: dict[str, Any] = {"file": name, "draft_m": scene.draft_m, **scene_facts(scene)}
    _truth_path(job).write_text(json.dumps(truth), encoding="utf-8")


def _filmed(renderer: SceneRenderer, job: RenderJob, form: ClipForm) -> Iterator[tuple[float, Image]]:
    duration_s = form.quick_duration_s if job.quick else form.duration_s
    rng = np.random.default_rng(job.condition.seed)
    for index in range(round(duration_s * form.rate_hz)):
        seed = job.condition.first_seed(job.index, quick=job.quick) + index
        picture = changed_picture(renderer.frame(index / form.rate_hz), job.condition, seed=seed)
        picture = _enlarged(picture, form.enlarge, rng)
        for again in range(form.repeat):
            yield (index + again / form.repeat) / form.rate_hz, picture


def _enlarged(picture: Image, times: int, rng: np.random.Generator) -> Image:
    """Enlarged with a grain of its own size, without which an enlargement would be decoded too easily."""
    if times == 1:
        return picture
    large = cv2.resize(picture, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    grain = rng.normal(0, GRAIN, picture.shape[:2]).astype(np.float32)
    tiled = np.tile(grain, (times, times))[..., None]
    return np.asarray(np.clip(large + tiled, 0, 255), dtype=np.uint8)
