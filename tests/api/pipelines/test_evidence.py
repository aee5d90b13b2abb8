"""Which frames of a reading become its evidence, and what is said of those that gave no level."""

from typing import Any

import pytest
from draft_observations import observation

from api.pipelines.evidence import chosen_frames
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
