"""Marks in feet with the truth of both networks: level under many views, tens of feet, unit, metres beside feet."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rendered_marks import POSES, TrueNetworks, camera_at, plain_scene, plain_style

from vision.draft.frame import FrameLevel, read_frame
from vision.draft.mark_system import IMPERIAL, METRIC
from vision.draft.reader import ReadingTrace, read_footage
from vision.draft.reading import RefusalReason
from vision.synthetic.marks import MarkStyle
from vision.synthetic.scene import Scene, visible_characters

# 27 feet and a half.
DRAFT_M = 27.5 * 0.3048


def scene_in_feet(draft_m: float, *, marks: MarkStyle = MarkStyle.IMPERIAL, **pose: Any) -> Scene:
    camera = camera_at(draft_m, **({"px_per_m": 180.0, "row": 0.75} | pose))
    return plain_scene(draft_m, camera=camera, style=plain_style(marks))


def trace(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    *,
    times_s: list[float] | None = None,
    expected_range_m: tuple[float, float] | None = None,
) -> ReadingTrace:
    networks = TrueNetworks(scene).watch(monkeypatch)
    return read_footage(
        networks.frames(times_s or [0.0]),
        networks,
        moving=times_s is not None,
        expected_range_m=expected_range_m,
        progress=None,
    )


# Feet are read from farther away, so that as many numerals show.
NEAR, SMALL = {**POSES["near"], "px_per_m": 230.0}, {"px_per_m": 80.0}
FEET_POSES = {**{name: pose for name, pose in POSES.items() if name != "steep"}, "near": NEAR, "small": SMALL}


@pytest.mark.parametrize("pose", FEET_POSES.values(), ids=FEET_POSES.keys())
def test_the_level_is_within_its_uncertainty_under_every_view(
    pose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = TrueNetworks(scene_in_feet(DRAFT_M, **pose)).watch(monkeypatch)
    ((_, image),) = networks.frames([0.0])
    found = read_frame(image, networks, hint=None)

    assert isinstance(found, FrameLevel), found
    assert found.system is IMPERIAL
    wholes = (DRAFT_M - found.level_m) / 3.048
    error_m = (round(wholes) - wholes) * 3.048
    sigma_m = float(np.hypot(np.hypot(found.scale_sigma_m, found.waterline_sigma_m), 0.006))
    assert abs(error_m) < min(2.5 * sigma_m, 0.015)
    assert found.scale.residual_m < 0.008
    assert {vote.metre for vote in found.votes} == {round(wholes)}
    assert found.extrapolated_m == pytest.approx(0.15, abs=0.03), "the lowest dry numeral is 28 ft"


@pytest.mark.parametrize("feet", [12.4, 19.5, 22.7, 27.5, 38.3, 61.5])
def test_a_rendered_still_is_read_in_metres_and_says_feet(
    feet: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_m = feet * 0.3048
    reading = trace(scene_in_feet(draft_m, elevation_deg=10.0), monkeypatch).reading
    assert reading.refusal is None, reading.refusal
    assert reading.unit_of_marks == "foot"
    assert reading.draft_m is not None
    assert abs(reading.draft_m - draft_m) < min(0.015, reading.u95_m or 0)


def test_a_clip_is_followed_in_feet(monkeypatch: pytest.MonkeyPatch) -> None:
    found = trace(scene_in_feet(DRAFT_M), monkeypatch, times_s=[0.25 * index for index in range(8)])
    assert found.reading.draft_m == pytest.approx(DRAFT_M, abs=0.01)
    assert {seen.system.name for seen in found.observations} == {"foot"}
    assert found.reading.frames_rejected == {}


def test_below_ten_feet_the_tens_need_a_range(monkeypatch: pytest.MonkeyPatch) -> None:
    draft_m = 3.5 * 0.3048
    scene = scene_in_feet(draft_m)
    refusal = trace(scene, monkeypatch).reading.refusal
    assert refusal is not None
    assert refusal.reason is RefusalReason.METRE_UNKNOWN
    reading = trace(scene, monkeypatch, expected_range_m=(0.5, 2.0)).reading
    assert reading.draft_m == pytest.approx(draft_m, abs=0.015)


def test_a_step_from_nine_to_ten_feet_spells_the_tens(monkeypatch: pytest.MonkeyPatch) -> None:
    draft_m = 8.5 * 0.3048
    reading = trace(scene_in_feet(draft_m), monkeypatch).reading
    assert reading.draft_m == pytest.approx(draft_m, abs=0.015)


@pytest.mark.parametrize("main", [MarkStyle.METRE_M, MarkStyle.IMPERIAL])
def test_metres_beside_feet_give_two_readings_with_their_units(
    main: MarkStyle, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_m = 11.57
    camera = camera_at(draft_m, px_per_m=180.0, row=0.75, size_px=(900, 448))
    other = MarkStyle.METRE_M if main is MarkStyle.IMPERIAL else MarkStyle.IMPERIAL
    left, right = (
        replace(plain_style(style), offset_m=offset_m) for style, offset_m in ((main, -0.9), (other, 0.9))
    )
    characters = tuple(
        character for style in (left, right) for character in visible_characters(style, camera, draft_m)
    )
    found = trace(plain_scene(draft_m, camera=camera, style=left, characters=characters), monkeypatch)

    assert len(found.others) == 1
    by_side = {one.column: one.reading for one in (found, *found.others)}
    names = {MarkStyle.METRE_M: "metre", MarkStyle.IMPERIAL: "foot"}
    assert [by_side[side].unit_of_marks for side in ("left", "right")] == [names[main], names[other]]
    for reading in by_side.values():
        assert reading.refusal is None, reading.refusal
        assert reading.draft_m == pytest.approx(draft_m, abs=0.015)


@pytest.mark.parametrize("marks", [MarkStyle.INLAND, MarkStyle.DECIMALS, MarkStyle.DECIMETRES])
@pytest.mark.parametrize("draft_m", [9.63, 22.75])
def test_other_metric_marks_stay_metric(
    marks: MarkStyle, draft_m: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A decimal point needs its digits close together to be one row.
    style = replace(plain_style(marks), gap_m=0.013)
    found = trace(plain_scene(draft_m, camera=camera_at(draft_m), style=style), monkeypatch)
    assert found.reading.refusal is None, found.reading.refusal
    assert (found.reading.unit_of_marks, found.observations[0].system) == ("metre", METRIC)
    assert found.reading.draft_m == pytest.approx(draft_m, abs=0.012)
