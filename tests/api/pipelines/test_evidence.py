"""Which frames of a reading become its evidence, and what is said of those that gave no level."""

from pathlib import Path
from typing import Any

import pytest
from draft_observations import observation
from rendered_marks import TrueNetworks, plain_scene

from api.pipelines import evidence
from api.pipelines.evidence import Seen, chosen_frames
from vision.draft.looks import Looks
from vision.draft.reader import ReadingTrace
from vision.draft.reading import DraftReading, SeaState
from vision.draft.waves import still_water


def trace(
    levels_m: list[float], *, draft_m: float | None = 8.2, rejected: dict[str, int] | None = None
) -> ReadingTrace:
    seen = tuple(observation(float(index), level_m) for index, level_m in enumerate(levels_m))
    sea = still_water([(one.time_s, one.level_m, 0.003) for one in seen]) if len(seen) > 1 else None
    parts: dict[str, Any] = {
        "refusal": None,
        "draft_m": draft_m,
        "standard_uncertainty_m": 0.01,
        "u95_m": 0.02,
        "components_m": {},
        "frames_used": len(seen),
        "frames_rejected": rejected or {},
        "sea": SeaState(significant_height_m=None, mean_period_s=None),
        "series": (),
        "rules": {},
        "scale_numerals": 4,
        "scale_residual_m": 0.001,
        "needed_more_s": None,
    }
    return ReadingTrace(reading=DraftReading(**parts), observations=seen, still_water=sea)


def levels(one: ReadingTrace) -> dict[str, float]:
    return {role: seen.level_m for role, seen in chosen_frames(one).items()}


def test_the_frames_shown_are_the_nearest_the_lowest_and_the_highest() -> None:
    assert levels(trace([8.1, 7.9, 8.4, 8.19])) == {"nearest": 8.19, "lowest": 7.9, "highest": 8.4}


def test_a_still_and_a_refusal_have_no_extremes() -> None:
    assert levels(trace([8.1])) == {"nearest": 8.1}
    assert levels(trace([8.1, 8.2], draft_m=None)) == {}


@pytest.mark.parametrize("misread_m", [8.4, 8.0, 12.2])
def test_an_outlier_is_neither_the_lowest_nor_the_highest(misread_m: float) -> None:
    calm = [8.2, 8.202, 8.198, 8.201, 8.199, 8.2, misread_m, 8.201, 8.199, 8.2, 8.203, 8.197]
    one = trace(calm)
    assert one.still_water is not None
    assert one.still_water.rejected == 1
    assert levels(one) == {"nearest": 8.2, "lowest": 8.197, "highest": 8.203}


@pytest.mark.parametrize(
    ("rejected", "reason"),
    [
        ({"no_waterline": 2, "outlier": 1}, "no_waterline"),
        ({"no_waterline": 1, "no_marks": 1}, "not_read"),
        ({}, "not_read"),
    ],
)
def test_a_frame_without_a_level_has_the_reason_that_the_counts_leave(
    rejected: dict[str, int], reason: str
) -> None:
    looks = Looks()
    looks.times_s = [0.0, 0.5, 1.0, 1.5]
    networks = TrueNetworks(plain_scene(12.23))
    seen = Seen(
        path=Path("a.mp4"), trace=trace([8.1, 8.2], rejected=rejected), looks=looks, networks=networks
    )
    assert evidence._reasons(seen) == {0.5: reason, 1.5: reason}
