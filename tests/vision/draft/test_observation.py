"""What a frame leaves behind: ticks, contact line and crossing in the picture, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from draft_observations import frame_level, observation

from vision.draft.mark_system import IMPERIAL
from vision.draft.observation import observe


def test_a_frame_is_observed_by_hand() -> None:
    # 200 px a metre, 8.4 m at row 400: the water at 8.05 m is at row 470; ticks go down to the even step below it.
    seen = observe(1.5, frame_level(8.05))

    assert (seen.time_s, seen.level_m, seen.numerals) == (1.5, 8.05, 4)
    assert seen.extrapolated_m == pytest.approx(0.15)
    assert [round(draft, 6) for draft, _ in seen.ticks] == [8.0, 8.2, 8.4, 8.6, 8.8]
    assert np.array([point for _, point in seen.ticks]) == pytest.approx(
        np.array([[300, 480], [300, 440], [300, 400], [300, 360], [300, 320]]), abs=0.01
    )
    assert seen.crossing_px == pytest.approx((300.0, 470.0), abs=0.01)
    assert seen.waterline_px[:, 1] == pytest.approx(np.full(120, 470.0), abs=0.01)
    assert np.all(np.diff(seen.waterline_px[:, 0]) > 0)


def test_water_within_the_marks_needs_no_further_tick() -> None:
    seen = observe(0.0, frame_level(8.45))
    assert [round(draft, 6) for draft, _ in seen.ticks] == [8.2, 8.4, 8.6, 8.8]


def test_the_uncertainties_are_the_frames() -> None:
    seen = observe(0.0, frame_level(8.3, scale_sigma_m=0.01, waterline_sigma_m=0.02, ripple_m=0.03))
    assert (seen.scale_sigma_m, seen.waterline_sigma_m, seen.ripple_m) == (0.01, 0.02, 0.03)


def test_marks_in_feet_have_a_tick_at_every_foot_and_move_by_tens_of_feet() -> None:
    frame = frame_level(8.05)
    in_feet = replace(frame, column=replace(frame.column, system=IMPERIAL))
    seen = observe(0.0, in_feet)
    # 8.05 m is 26.4 ft, 8.8 m is 28.9 ft.
    assert [draft / 0.3048 for draft, _ in seen.ticks] == pytest.approx([26.0, 27.0, 28.0])
    assert seen.system is IMPERIAL
    moved = seen.settled(2)
    assert moved.level_m == pytest.approx(8.05 + 6.096)
    assert [draft / 0.3048 for draft, _ in moved.ticks] == pytest.approx([46.0, 47.0, 48.0])


@pytest.mark.parametrize("metre", [-1, 0, 11])
def test_a_settled_metre_moves_drafts_and_no_points(metre: int) -> None:
    seen = observation(2.0, 8.05)
    moved = seen.settled(metre)

    assert moved.level_m == pytest.approx(8.05 + metre)
    assert [draft for draft, _ in moved.ticks] == pytest.approx([8.2 + metre, 8.4 + metre])
    assert [point for _, point in moved.ticks] == [point for _, point in seen.ticks]
    assert moved.crossing_px == seen.crossing_px
    assert seen.level_m == 8.05, "the value given is not changed"
