"""From a footage file to the JSON of a draft reading, with its evidence beside it.

Joins `vision.video`, `vision.draft` and the networks; the document's keys are those of docs/architecture.md.
Left out: state; whoever calls stores the document and the files.
"""

import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from api.pipelines.errors import UnreadableFootageError
from vision.draft.evidence import Caption, annotated_frame
from vision.draft.networks import OpenVinoDraftNetworks
from vision.draft.observation import Observation
from vision.draft.reader import ReadingTrace
from vision.draft.reader import read_footage as read_frames
from vision.draft.reading import EXPLANATIONS, DraftReading
from vision.draft.series_plot import series_svg
from vision.errors import ACCEPTED_FOOTAGE
from vision.errors import UnreadableFootageError as VisionUnreadableFootageError
from vision.video.frames import Footage, open_footage

# Above twice the frequency of any wave that moves a level by more than a millimetre.
SAMPLING_RATE_HZ = 6.0
MOST_FRAMES = 420
JPEG_QUALITY = 90


def read_footage(
    path: Path,
    *,
    expected_range_m: tuple[float, float] | None,
    evidence_dir: Path | None,
    progress: Callable[[float], None] | None,
) -> dict[str, Any]:
    """Read the draft in a still or a clip.

    Args:
        path: The file.
        expected_range_m: Lowest and highest draft that can be, where the caller knows.
        evidence_dir: Folder for the evidence files, made where missing; None for none.
        progress: Called with the share done, 0 to 1.

    Returns:
        The document of `hullmark read`, finite numbers and None only.

    Raises:
        UnreadableFootageError: The file is no picture or video that can be opened.
    """
    networks = draft_networks()
    try:
        with open_footage(path) as footage:
            trace = read_frames(
                _sampled(footage),
                networks,
                moving=footage.kind == "video",
                expected_range_m=expected_range_m,
                progress=_share(progress, footage.duration_s),
            )
            document = reading_document(
                path.name, trace.reading, networks.identities, tuple(footage.warnings)
            )
            if evidence_dir is not None and trace.observations:
                evidence_dir.mkdir(parents=True, exist_ok=True)
                document["evidence"] = _write_evidence(path, trace, evidence_dir)
    except VisionUnreadableFootageError as error:
        raise UnreadableFootageError(error.path.name, error.problem, accepted=ACCEPTED_FOOTAGE) from error
    if progress is not None:
        progress(1.0)
    return document


@cache
def draft_networks() -> OpenVinoDraftNetworks:
    """The networks, loaded once in a process."""
    return OpenVinoDraftNetworks()


def _sampled(footage: Footage) -> Iterator[tuple[float, Any]]:
    rate = SAMPLING_RATE_HZ
    if footage.duration_s:
        rate = min(rate, max(1.0, MOST_FRAMES / footage.duration_s))
    for frame in footage.frames(max_rate_hz=rate):
        yield frame.time_s, frame.image_bgr


def _share(
    progress: Callable[[float], None] | None, duration_s: float | None
) -> Callable[[float], None] | None:
    if progress is None or not duration_s:
        return None
    return lambda time_s: progress(min(0.95, 0.95 * time_s / duration_s))


def reading_document(
    name: str, reading: DraftReading, models: tuple[str, ...], warnings: tuple[str, ...]
) -> dict[str, Any]:
    """The JSON of one reading.

    Args:
        name: Name of the file.
        reading: The outcome.
        models: Which weights read it.
        warnings: What was wrong with the file and got over.

    Returns:
        A document of plain values.
    """
    refusal = reading.refusal
    return {
        "file": name,
        "status": "ok" if refusal is None else "refused",
        "reason": None if refusal is None else refusal.reason.value,
        "message": None if refusal is None else f"{EXPLANATIONS[refusal.reason]} ({refusal.detail})",
        "draft_m": _rounded(reading.draft_m),
        "standard_uncertainty_m": _rounded(reading.standard_uncertainty_m),
        "u95_m": _rounded(reading.u95_m),
        "unit_of_marks": None if refusal is not None else "metre",
        "frames": {"used": reading.frames_used, "rejected": reading.frames_rejected},
        "waves": {
            "significant_height_m": _rounded(reading.sea.significant_height_m),
            "mean_period_s": _rounded(reading.sea.mean_period_s),
        },
        "series": [[round(time_s, 3), round(level_m, 4)] for time_s, level_m in reading.series],
        "rules": {rule: _rounded(value) for rule, value in reading.rules.items()},
        "rule": "mean" if refusal is None else None,
        "scale": {"numerals": reading.scale_numerals, "residual_m": _rounded(reading.scale_residual_m)},
        "uncertainty_m": {source: _rounded(sigma) for source, sigma in reading.components_m.items()},
        "needed_more_s": _rounded(reading.needed_more_s),
        "models": list(models),
        "warnings": list(warnings),
        "evidence": [],
    }


def _rounded(value: float | None) -> float | None:
    """A tenth of a millimetre is far below what any of these numbers knows."""
    return None if value is None or not math.isfinite(value) else round(value, 4)


def _write_evidence(path: Path, trace: ReadingTrace, folder: Path) -> list[dict[str, Any]]:
    chosen = _chosen(trace)
    written: list[dict[str, Any]] = []
    with open_footage(path) as footage:
        for role, observation in chosen.items():
            image = footage.frame_at(observation.time_s).image_bgr
            picture = annotated_frame(image, observation, _caption(path, trace.reading, role, observation))
            written.append(_save_picture(folder, role, picture, observation))
            if role == "nearest":
                written.append(_save_picture(folder, "clean", image, observation))
    if len(trace.observations) > 1 and trace.reading.draft_m is not None and trace.reading.u95_m is not None:
        plot = series_svg(
            trace.reading.series, draft_m=trace.reading.draft_m, u95_m=trace.reading.u95_m, title=path.name
        )
        (folder / "series.svg").write_text(plot, encoding="utf-8")
        written.append(
            {"role": "series", "file": "series.svg", "media_type": "image/svg+xml", "time_s": None}
        )
    return written


def _chosen(trace: ReadingTrace) -> dict[str, Observation]:
    """Frames worth looking at: nearest to the result, and for a clip the lowest and the highest water."""
    draft_m = trace.reading.draft_m
    if draft_m is None:
        return {}
    chosen = {"nearest": min(trace.observations, key=lambda seen: abs(seen.level_m - draft_m))}
    if len(trace.observations) > 1:
        levels = np.array([seen.level_m for seen in trace.observations])
        chosen["lowest"] = trace.observations[int(levels.argmin())]
        chosen["highest"] = trace.observations[int(levels.argmax())]
    return chosen


def _caption(path: Path, reading: DraftReading, role: str, observation: Observation) -> Caption:
    name = path.name.encode("ascii", "replace").decode("ascii")
    return Caption(
        value=f"{reading.draft_m:.3f} m",
        interval=f"+- {reading.u95_m:.3f} m (95 %)",
        source=f"{name}   t = {observation.time_s:.2f} s   {role}: {observation.level_m:.3f} m",
    )


def _save_picture(folder: Path, role: str, picture: Any, observation: Observation) -> dict[str, Any]:
    name = f"{role}.jpg"
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    (folder / name).write_bytes(packed.tobytes())
    return {"role": role, "file": name, "media_type": "image/jpeg", "time_s": round(observation.time_s, 3)}
