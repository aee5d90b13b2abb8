"""From readings that persons have decided to a data set of their footage, weakly labelled, in the trainer's layout.

Joins `vision.video` and `vision.training`; the same layout as a rendered data set, so that `train` takes both.
Left out: which readings (`api.networks.decided`), and labels drawn by hand.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from api.pipelines.reading import draft_networks
from vision.errors import UnreadableFootageError
from vision.synthetic.dataset import CLASSES
from vision.training.decided_labels import Decision, LabelledPicture, boxes_text, label_frame
from vision.video.frames import Frame, open_footage

_QUALITY = 93
# Every so manieth footage is for validation.
_VALIDATION_EVERY = 8
_NO_COLUMN = "no column found in the frame: exported for labelling by hand"
_UNREADABLE = "the footage cannot be opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedFootage:
    """A reading that counts, and where its footage lies.

    Attributes:
        reading_id: The reading.
        record_id: The record of its decision.
        decided_at: When.
        open_file: Lends the footage as a local file.
        sha256: Of the footage.
        times_s: Frames worth exporting.
        decision: "accepted" or "corrected".
        read_draft_m: What the reader had answered; None where it had refused.
        decided_draft_m: What counts.
        decided_standard_uncertainty_m: Of that.
    """

    reading_id: str
    record_id: str | None
    decided_at: str
    open_file: Callable[[], AbstractContextManager[Path]]
    sha256: str
    times_s: tuple[float, ...]
    decision: str
    read_draft_m: float | None
    decided_draft_m: float
    decided_standard_uncertainty_m: float


@dataclass(slots=True)
class _Lists:
    """What was written, by part: all pictures, those whose water is labelled, frames left to a person."""

    pictures: dict[str, list[str]]
    water: dict[str, list[str]]
    by_hand: list[tuple[str, float]]
    provenance: list[dict[str, Any]]
    left_out: Counter[str]


def export_footage(
    decided: Sequence[DecidedFootage], folder: Path, *, progress: Callable[[int, int], None]
) -> tuple[tuple[dict[str, Any], ...], dict[str, int]]:
    """Write frames, pieces and weak labels of decided readings.

    Args:
        decided: The readings.
        folder: Receives images/, labels/, masks/, truth/, frames/ and the descriptions.
        progress: Called with readings done and readings in all.

    Returns:
        Provenance by picture, and what was left out by why.
    """
    lists = _Lists(
        pictures={"train": [], "val": []},
        water={"train": [], "val": []},
        by_hand=[],
        provenance=[],
        left_out=Counter(),
    )
    footage = sorted({one.sha256 for one in decided})
    for done, one in enumerate(decided, start=1):
        # By footage, so that two frames of one scene are never on both sides.
        last = footage.index(one.sha256) % _VALIDATION_EVERY == _VALIDATION_EVERY - 1
        _export_reading(one, folder, "val" if last else "train", lists)
        progress(done, len(decided))
    _write_descriptions(folder, lists)
    return tuple(lists.provenance), dict(lists.left_out)


def _export_reading(one: DecidedFootage, folder: Path, part: str, lists: _Lists) -> None:
    try:
        with one.open_file() as path, open_footage(path) as footage:
            # A still has one picture, whatever the time.
            times = one.times_s if footage.kind == "video" else (0.0,)
            frames = [footage.frame_at(time_s) for time_s in dict.fromkeys(times)]
    except UnreadableFootageError:
        lists.left_out[_UNREADABLE] += 1
        return
    for number, frame in enumerate(frames):
        _export_frame(one, frame, folder, (part, f"{one.reading_id}-{number}"), lists)


def _export_frame(
    one: DecidedFootage, frame: Frame, folder: Path, place: tuple[str, str], lists: _Lists
) -> None:
    part, stem = place
    _write_picture(folder / "frames" / f"{stem}.jpg", frame.image_bgr)
    decision = Decision(
        decision=one.decision,
        read_draft_m=one.read_draft_m,
        draft_m=one.decided_draft_m,
        standard_uncertainty_m=one.decided_standard_uncertainty_m,
    )
    picture = label_frame(frame.image_bgr, frame.time_s, decision, draft_networks())
    lists.provenance.append(_provenance(one, frame, stem, labelled=picture is not None))
    if picture is None:
        lists.by_hand.append((f"frames/{stem}.jpg", one.decided_draft_m))
        lists.left_out[_NO_COLUMN] += 1
        return
    _write_labelled(folder, part, stem, picture)
    lists.pictures[part].append(f"./images/{part}/{stem}.jpg")
    if picture.water is None:
        lists.by_hand.append((f"frames/{stem}.jpg", one.decided_draft_m))
    else:
        lists.water[part].append(f"./images/{part}/{stem}.jpg")


def _write_labelled(folder: Path, part: str, stem: str, picture: LabelledPicture) -> None:
    _write_picture(folder / "images" / part / f"{stem}.jpg", picture.image_bgr)
    if picture.water is not None:
        _write_picture(folder / "masks" / part / f"{stem}.png", picture.water)
    texts = {"labels": (".txt", boxes_text(picture)), "truth": (".json", json.dumps(picture.truth))}
    for kind, (ending, text) in texts.items():
        target = folder / kind / part / f"{stem}{ending}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _write_picture(path: Path, image: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A PNG keeps a mask's values as they are.
    cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY] if path.suffix == ".jpg" else [])


def _provenance(one: DecidedFootage, frame: Frame, stem: str, *, labelled: bool) -> dict[str, Any]:
    """Where a picture comes from; no names of persons, ships or files."""
    return {
        "picture": stem,
        "reading_id": one.reading_id,
        "record_id": one.record_id,
        "decision": one.decision,
        "decided_at": one.decided_at,
        "decided_draft_m": one.decided_draft_m,
        "decided_standard_uncertainty_m": one.decided_standard_uncertainty_m,
        "read_draft_m": one.read_draft_m,
        "footage_sha256": one.sha256,
        "time_s": round(frame.time_s, 3),
        "labelled": labelled,
        "labelled_by": list(draft_networks().identities),
    }


def _write_descriptions(folder: Path, lists: _Lists) -> None:
    names = "".join(f"  {index}: '{name}'\n" for index, name in enumerate(CLASSES))
    described = {
        "numerals": (lists.pictures, f"names:\n{names}"),
        "water": (lists.water, "masks_dir: masks\nnames:\n  0: hull\n  1: water\n"),
    }
    for task, (parts, rest) in described.items():
        lines = []
        for part in ("train", "val"):
            (folder / f"{task}-{part}.txt").write_text(
                "".join(f"{name}\n" for name in parts[part] or parts["train"]), encoding="utf-8"
            )
            lines.append(f"{part}: {task}-{part}.txt\n")
        text = f"path: {folder.resolve()}\n{''.join(lines)}{rest}"
        (folder / f"{task}.yaml").write_text(text, encoding="utf-8")
    with (folder / "by-hand.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("frame", "decided_draft_m"))
        writer.writerows(lists.by_hand)
