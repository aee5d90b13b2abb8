"""The evidence files of a reading: pictures, the series' plot, an annotated video; for a refusal, what was seen.

Source: `vision.draft` draws; roles and names are those of docs/draft-reading.md.
Left out: state; whoever calls stores the files.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from vision.draft.annotated_video import Story, annotated_frames, refusal_caption
from vision.draft.drawing import Caption
from vision.draft.evidence import annotated_frame, refused_frame
from vision.draft.frame import DraftNetworks, search_sizes
from vision.draft.hull_drawing import rise_across
from vision.draft.level_series import level_series, observations_that_count
from vision.draft.looks import Looks
from vision.draft.observation import Observation
from vision.draft.reader import ReadingTrace
from vision.draft.reading import DraftReading
from vision.draft.series_picture import series_picture
from vision.draft.series_plot import series_svg
from vision.video.encode import write_video
from vision.video.frames import open_footage

JPEG_QUALITY = 90
VIDEO_QUALITY = 23


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A reading with what its evidence is made of.

    Attributes:
        path: The footage.
        trace: The reading.
        looks: The frames that were looked at.
        networks: What read them.
    """

    path: Path
    trace: ReadingTrace
    looks: Looks
    networks: DraftNetworks


def write_evidence(seen: Seen, folder: Path) -> list[dict[str, Any]]:
    """Write the pictures and plots of a reading.

    Args:
        seen: The reading.
        folder: Where to, made where missing.

    Returns:
        `{"role", "file", "media_type", "time_s"}` of each file, in the order in which they are worth looking at.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if seen.trace.reading.draft_m is None:
        return _write_refusal(seen, folder)
    return [*_write_frames(seen, folder), *_write_series(seen, folder)]


def write_annotated_video(seen: Seen, target: Path, progress: Callable[[float], None]) -> dict[str, Any]:
    """Write the clip with the reading drawn on every frame, at the clip's own times.

    Args:
        seen: The reading.
        target: The MP4 file, replaced where it exists.
        progress: Called with the time of each frame done.

    Returns:
        Its entry among the evidence.
    """
    story = Story(
        trace=seen.trace,
        looked_s=tuple(seen.looks.times_s),
        reasons=dict(seen.trace.rejected),
        source=seen.path.name,
    )
    with open_footage(seen.path) as footage:

        def frames() -> Iterator[tuple[float, Any]]:
            for frame in footage.frames():
                yield frame.time_s, frame.image_bgr
                progress(frame.time_s)

        write_video(target, annotated_frames(frames(), story), constant_rate_factor=VIDEO_QUALITY)
    return _entry("video", target.name, "video/mp4", None)


def _write_frames(seen: Seen, folder: Path) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = []
    chosen = chosen_frames(seen.trace)
    rise = rise_across(observations_that_count(seen.trace))
    with open_footage(seen.path) as footage:
        for role, observation in chosen.items():
            image = footage.frame_at(observation.time_s).image_bgr
            caption = _caption(seen.path, seen.trace.reading, role, observation)
            picture = annotated_frame(image, observation, caption, rise=rise)
            clean = "clean" if role == "nearest" else f"{role}_clean"
            written.append(_save_picture(folder, role, picture, observation.time_s))
            written.append(_save_picture(folder, clean, image, observation.time_s))
    return written


def chosen_frames(trace: ReadingTrace) -> dict[str, Observation]:
    """Frames worth looking at: nearest to the result, and for a clip the lowest and the highest that count."""
    draft_m = trace.reading.draft_m
    if draft_m is None:
        return {}
    kept = observations_that_count(trace)
    chosen = {"nearest": min(kept, key=lambda seen: abs(seen.level_m - draft_m))}
    if len(kept) > 1:
        chosen["lowest"] = min(kept, key=lambda seen: seen.level_m)
        chosen["highest"] = max(kept, key=lambda seen: seen.level_m)
    return chosen


def _caption(path: Path, reading: DraftReading, role: str, observation: Observation) -> Caption:
    return Caption(
        value=f"{reading.draft_m:.3f} m",
        interval=f"+- {reading.u95_m:.3f} m (95 %)",
        source=f"{path.name}   t = {observation.time_s:.2f} s   {role}: {observation.level_m:.3f} m",
    )


def _write_series(seen: Seen, folder: Path) -> list[dict[str, Any]]:
    series = level_series(seen.trace)
    if series is None:
        return []
    (folder / "series.svg").write_text(series_svg(series, title=seen.path.name), encoding="utf-8")
    _, packed = cv2.imencode(".png", series_picture(series, title=seen.path.name))
    (folder / "series.png").write_bytes(packed.tobytes())
    return [
        _entry("series", "series.svg", "image/svg+xml", None),
        _entry("series_picture", "series.png", "image/png", None),
    ]


def _write_refusal(seen: Seen, folder: Path) -> list[dict[str, Any]]:
    """The sharpest frame with what its marks were taken for, and the same without drawing."""
    if not seen.looks.times_s:
        return []
    with open_footage(seen.path) as footage:
        frame = footage.frame_at(seen.looks.sharpest_s)
    # Once more at the largest size that the reader searches, to show what its marks were taken for.
    longest_px = max(search_sizes(frame.image_bgr))
    found = seen.networks.characters_in_picture(frame.image_bgr, longest_px=longest_px)
    source = f"{seen.path.name}   t = {frame.time_s:.2f} s   {len(found)} characters found in this frame"
    picture = refused_frame(frame.image_bgr, found, refusal_caption(seen.trace, source))
    return [
        _save_picture(folder, "refused", picture, frame.time_s),
        _save_picture(folder, "clean", frame.image_bgr, frame.time_s),
    ]


def _save_picture(folder: Path, role: str, picture: Any, time_s: float) -> dict[str, Any]:
    name = f"{role}.jpg"
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    (folder / name).write_bytes(packed.tobytes())
    return _entry(role, name, "image/jpeg", round(time_s, 3))


def _entry(role: str, file: str, media_type: str, time_s: float | None) -> dict[str, Any]:
    return {"role": role, "file": file, "media_type": media_type, "time_s": time_s}
