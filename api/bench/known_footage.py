"""Footage of a folder with its truth: `clips.toml` of a rendered set, or `readings.csv` of a careful reader.

Source: docs/draft-reading.md; both files are written by hand or by a renderer and may be wrong in any way.
Left out: reading the footage.
"""

import csv
import math
import tomllib
from pathlib import Path
from typing import Any

from api.bench.goals import REAL_STILLS
from api.bench.outcomes import KnownFootage
from api.pipelines.errors import PipelineError

GIVEN_CLIPS = "clips"
CALM_HEIGHT_M = 0.1


def known_footage(folder: Path) -> list[KnownFootage]:
    """Footage of a folder with its truth.

    Args:
        folder: Holds `clips.toml` with clips/ beside it, or `readings.csv` with pictures beside it. A column
            `condition`, or a wave height, becomes the footage's condition.

    Returns:
        The footage in the order of the file.

    Raises:
        PipelineError: The folder holds neither, or one that cannot be read.
    """
    try:
        found = _written_truth(folder)
    except (KeyError, TypeError, ValueError) as error:
        raise PipelineError(
            f"{folder}: its truth cannot be read ({type(error).__name__}: {error}); accepted: file, draft_m "
            "and, in readings.csv, tolerance_m of every clip"
        ) from error
    if not found:
        raise PipelineError(
            f"{folder}: no truth beside the footage; accepted: a folder with clips.toml or readings.csv"
        )
    return found


def _written_truth(folder: Path) -> list[KnownFootage]:
    if (folder / "clips.toml").is_file():
        clips = tomllib.loads((folder / "clips.toml").read_text(encoding="utf-8"))["clip"]
        return [
            KnownFootage(
                path=folder / "clips" / clip["file"],
                group=GIVEN_CLIPS,
                condition=_sea(clip),
                truth_m=_length_m(clip["draft_m"]),
                tolerance_m=0.0,
            )
            for clip in clips
        ]
    if (folder / "readings.csv").is_file():
        with (folder / "readings.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [
            KnownFootage(
                path=folder / row["file"],
                group=REAL_STILLS,
                condition=row.get("condition") or "",
                truth_m=_length_m(row["draft_m"]),
                tolerance_m=_length_m(row["tolerance_m"]),
            )
            for row in rows
        ]
    return []


def _sea(clip: dict[str, Any]) -> str:
    if "significant_height_m" not in clip:
        return ""
    height_m = _length_m(clip["significant_height_m"])
    return f"Hs up to {CALM_HEIGHT_M:g} m" if height_m <= CALM_HEIGHT_M else f"Hs over {CALM_HEIGHT_M:g} m"


def _length_m(written: float | str) -> float:
    value_m = float(written)
    if not math.isfinite(value_m):
        raise ValueError(f"{written!r} is no length")
    return value_m
