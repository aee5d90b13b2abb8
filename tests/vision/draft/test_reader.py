"""The whole reader: bookkeeping over scripted frames, then rendered footage with the truth of both networks."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from draft_observations import frame_level, spelled
from numpy.typing import NDArray
from rendered_marks import TrueNetworks, camera_at, plain_scene, plain_style, sea_of

from vision.draft import following
from vision.draft.column import MarkColumn
from vision.draft.frame import FrameLevel
from vision.draft.reader import ReadingTrace, read_footage
from vision.draft.reading import EXPLANATIONS, DraftReading, Refusal, RefusalReason
from vision.draft.reflection import MirrorLevel
from vision.draft.uncertainty import Contribution, combine
from vision.synthetic.marks import MarkStyle
from vision.synthetic.scene import Scene

Image = NDArray[np.uint8]
Outcome = FrameLevel | Refusal
BLANK = np.zeros((8, 8, 3), dtype=np.uint8)
LOST = Refusal(reason=RefusalReason.NO_WATERLINE, detail="spray")
VOTES = tuple(spelled(4))


class Script:
    """Stands where `read_frame` stands: gives outcomes in turn, and notes which frames were searched anew."""

    def __init__(self, outcomes: list[Outcome], *, lose_hint_at: set[int] | None = None) -> None:
        self.outcomes = outcomes
        self.lose_hint_at = lose_hint_at or set()
        self.index = -1
        self.searched: list[int] = []

    def frames(self, rate_hz: float = 6.0) -> Iterator[tuple[float, Image]]:
        for index in range(len(self.outcomes)):
            self.index = index
            yield index / rate_hz, BLANK

    def __call__(self, image: Image, networks: object, *, hint: MarkColumn | None) -> Outcome:
        assert image is BLANK
        assert networks is not None
        if hint is not None and self.index in self.lose_hint_at:
            return LOST
        if hint is None:
            self.searched.append(self.index)
        return self.outcomes[self.index]


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read a script as if it were footage."""

    def follow(script: Script, **changes: Any) -> ReadingTrace:
        monkeypatch.setattr(following, "read_frame", script)
        monkeypatch.setattr(following, "columns_beside", lambda *_: [])
        monkeypatch.setattr(following, "waves_along_hull_m", lambda *given: given[2].ripple_m)
        monkeypatch.setattr(following, "mirror_level", lambda *_: None)
        asked: dict[str, Any] = {"moving": True, "expected_range_m": None, "progress": None} | changes
        networks: Any = object()
        return read_footage(script.frames(), networks, **asked)

    return follow


def level(level_m: float, **changes: Any) -> FrameLevel:
    return frame_level(level_m, votes=VOTES, **changes)


def test_a_clip_by_hand(follow: Any) -> None:
    found = follow(Script([level(8.3 + 0.001 * (-1) ** index) for index in range(12)]))
    reading: DraftReading = found.reading

    assert reading.refusal is None
    assert reading.draft_m == pytest.approx(12.3, abs=1e-6)
    assert (reading.frames_used, reading.frames_rejected) == (12, {})
    assert reading.components_m == pytest.approx(
        {
            "scale": 0.002,
            "lower_edges": 0.003,
            "waterline": 0.003,
            "contact": 0.004,
            "extrapolation": 0.0,
            "camera": 0.002,
            "waves": 0.001 * math.sqrt(12 / 11) / math.sqrt(12),
            "unseen": 0.0,
        }
    )
    assert reading.standard_uncertainty_m == pytest.approx(
        math.sqrt(sum(sigma**2 for sigma in reading.components_m.values()))
    )
    assert reading.u95_m is not None
    assert reading.u95_m >= 1.959 * (reading.standard_uncertainty_m or 0)
    expected = np.array([(index / 6, 12.3 + 0.001 * (-1) ** index) for index in range(12)])
    assert np.array(reading.series) == pytest.approx(expected)
    assert reading.rules["mean"] == reading.draft_m
    assert (reading.scale_numerals, reading.sea.significant_height_m) == (4, None)
    assert len(found.observations) == 12
    assert found.still_water is not None


def test_water_that_only_rises_is_too_short_to_average(follow: Any) -> None:
    """Two seconds of a slow swell: 0.2 m up and not yet down again."""
    found = follow(Script([level(8.1 + 0.2 * index / 11) for index in range(12)]))
    refusal = found.reading.refusal
    assert refusal is not None
    assert refusal.reason is RefusalReason.TOO_SHORT_FOR_WAVES
    assert "film at least" in refusal.detail


def test_a_still_is_one_moment_of_its_surface(follow: Any) -> None:
    found = follow(Script([level(8.1, ripple_m=0.01)]), moving=False)
    reading: DraftReading = found.reading

    assert reading.draft_m == pytest.approx(12.1)
    # What is seen of the waves along the hull shows them in part; and those that one moment does not show.
    assert reading.components_m["waves"] == pytest.approx(math.hypot(1.2 * 0.01, 0.012))
    assert reading.components_m["extrapolation"] == pytest.approx(0.012 * 0.1)
    # A significant height of four ripple deviations runs up the wall by three hundredths of it.
    assert reading.components_m["contact"] == pytest.approx(math.hypot(0.004, 0.03 * 0.04))
    expected = combine(
        [
            Contribution(name=name, sigma_m=sigma, degrees_of_freedom=8.0 if name == "waves" else None)
            for name, sigma in reading.components_m.items()
        ]
    )
    assert reading.u95_m == pytest.approx(expected.u95_m)
    assert reading.rules == {"mean": reading.draft_m, "extremes": None, "two_thirds": None}
    assert found.still_water is None


def test_a_frame_that_was_lost_is_searched_anew_and_begins_a_stretch(follow: Any) -> None:
    script = Script([level(8.3)] * 12, lose_hint_at={5})
    found = follow(script)
    assert script.searched == [0, 5]
    assert found.reading.frames_used == 12
    assert found.reading.frames_rejected == {}


def test_frames_that_cannot_be_read_are_counted_by_reason_and_cost_certainty(follow: Any) -> None:
    shaking = [level(8.3 + 0.05 * (-1) ** index) for index in range(12)]
    whole = follow(Script(list(shaking))).reading
    holed = follow(Script([*shaking[:6], LOST, LOST, LOST, *shaking[6:]])).reading

    assert holed.frames_rejected == {"no_waterline": 3}
    assert holed.components_m["unseen"] == pytest.approx(0.05 * 3 / 15)
    assert holed.standard_uncertainty_m > whole.standard_uncertainty_m


def test_after_ten_failures_only_every_fourth_frame_is_searched(follow: Any) -> None:
    nothing = Refusal(reason=RefusalReason.NO_MARKS, detail="")
    script = Script([nothing] * 40)
    reading = follow(script).reading

    assert script.searched == [*range(10), *range(12, 40, 4)]
    assert reading.frames_rejected == {"no_marks": 40}
    assert reading.refusal is not None
    assert reading.refusal.reason is RefusalReason.NO_MARKS
    assert reading.refusal.detail == "40 of 40 frames: no_marks"


def test_a_misread_frame_is_an_outlier(follow: Any) -> None:
    outcomes: list[Outcome] = [level(8.3 + 0.001 * (-1) ** index) for index in range(20)]
    outcomes[7] = level(8.5)
    reading = follow(Script(outcomes)).reading
    assert reading.draft_m == pytest.approx(12.3, abs=0.001)
    assert (reading.frames_used, reading.frames_rejected) == (19, {"outlier": 1})


@pytest.mark.parametrize(
    ("outcomes", "changes", "reason"),
    [
        ([], {}, RefusalReason.NO_MARKS),
        ([LOST] * 6, {}, RefusalReason.NO_WATERLINE),
        ([level(8.3)] * 4, {}, RefusalReason.TOO_FEW_FRAMES),
        ([frame_level(8.3)] * 9, {}, RefusalReason.METRE_UNKNOWN),
        ([level(8.3)] * 9, {"expected_range_m": (3.0, 6.0)}, RefusalReason.OUTSIDE_EXPECTED_RANGE),
        ([level(8.3, scale_sigma_m=0.5)] * 9, {}, RefusalReason.TOO_UNCERTAIN),
        ([level(8.3, ripple_m=0.5)], {"moving": False}, RefusalReason.TOO_UNCERTAIN),
        ([LOST], {"moving": False}, RefusalReason.NO_WATERLINE),
        ([level(8.3, waterline_sigma_m=0.04)], {"moving": False}, RefusalReason.TOO_UNCERTAIN),
    ],
    ids=["empty", "lost", "few", "metre", "range", "uncertain", "wild-still", "lost-still", "strip-still"],
)
def test_a_refusal_gives_no_number(
    follow: Any, outcomes: list[Outcome], changes: dict[str, Any], reason: RefusalReason
) -> None:
    found = follow(Script(outcomes), **changes)
    reading: DraftReading = found.reading

    assert reading.refusal is not None
    assert reading.refusal.reason is reason
    assert (reading.draft_m, reading.standard_uncertainty_m, reading.u95_m) == (None, None, None)
    assert (reading.series, reading.components_m, found.observations) == ((), {}, ())
    assert reading.rules == {"mean": None, "extremes": None, "two_thirds": None}


def test_every_refusal_can_be_explained() -> None:
    assert set(EXPLANATIONS) == set(RefusalReason)


def test_progress_is_told_in_time(follow: Any) -> None:
    told: list[float] = []
    follow(Script([level(8.3)] * 6), progress=told.append)
    assert told == pytest.approx([index / 6 for index in range(6)])


def read(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    *,
    times_s: list[float] | None = None,
    clean: bool = True,
    expected_range_m: tuple[float, float] | None = None,
) -> DraftReading:
    networks = TrueNetworks(scene, clean=clean).watch(monkeypatch)
    return read_footage(
        networks.frames(times_s or [0.0]),
        networks,
        moving=times_s is not None,
        expected_range_m=expected_range_m,
        progress=None,
    ).reading


def off_m(reading: DraftReading, truth_m: float) -> float:
    assert reading.refusal is None, reading.refusal
    assert reading.draft_m is not None
    return abs(reading.draft_m - truth_m)


@pytest.mark.parametrize("style", [MarkStyle.METRE_M, MarkStyle.DOUBLE_HEIGHT, MarkStyle.DECIMETRES])
@pytest.mark.parametrize("draft_m", [11.57, 19.63, 22.43])
def test_a_rendered_still_is_read_to_a_centimetre(
    style: MarkStyle, draft_m: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = camera_at(draft_m, elevation_deg=10.0, azimuth_deg=8.0, roll_deg=3.0)
    reading = read(plain_scene(draft_m, camera=camera, style=plain_style(style)), monkeypatch)

    assert off_m(reading, draft_m) < 0.012
    assert reading.u95_m is not None
    assert off_m(reading, draft_m) < reading.u95_m < 0.06
    assert (reading.scale_residual_m or 0) < 0.006


def test_a_plain_metre_needs_the_range(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = plain_scene(11.57, style=plain_style(MarkStyle.METRE_PLAIN))
    refusal = read(scene, monkeypatch).refusal
    assert refusal is None or refusal.reason is RefusalReason.METRE_UNKNOWN
    assert off_m(read(scene, monkeypatch, expected_range_m=(11.2, 12.1)), 11.57) < 0.012


@pytest.mark.parametrize("seed", range(6))
def test_the_interval_holds_on_painted_hulls_and_shining_water(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(100 + seed)
    draft_m = float(rng.uniform(10, 20))
    camera = camera_at(
        draft_m,
        elevation_deg=float(rng.uniform(2, 30)),
        azimuth_deg=float(rng.uniform(-15, 15)),
        roll_deg=float(rng.uniform(-6, 6)),
    )
    scene = plain_scene(draft_m, camera=camera, seed=seed, paint_seed=seed, faults=0.3)
    reading = read(scene, monkeypatch, clean=False)
    if reading.refusal is None:
        assert off_m(reading, draft_m) < 1.1 * (reading.u95_m or 0)


def test_a_rendered_clip_in_waves(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = plain_scene(12.23, sea=sea_of(0.12, 2.0), significant_height_m=0.12)
    reading = read(scene, monkeypatch, times_s=[0.25 * index for index in range(36)])

    assert off_m(reading, 12.23) < 0.02
    assert off_m(reading, 12.23) < (reading.u95_m or 0)
    assert reading.frames_used >= 33
    assert reading.sea.significant_height_m == pytest.approx(0.12, rel=0.4)
    assert reading.sea.mean_period_s == pytest.approx(1.6, rel=0.3)
    truth = [12.23 + float(scene.sea.elevation_m(np.zeros(1), time_s)[0]) for time_s, _ in reading.series]
    levels = [level_m for _, level_m in reading.series]
    assert float(np.sqrt(np.mean(np.subtract(levels, truth) ** 2))) < 0.012


def test_another_ships_ten_is_outside_the_range(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = read(plain_scene(12.23), monkeypatch, expected_range_m=(2.0, 6.0)).refusal
    assert refusal is not None
    assert refusal.reason in {RefusalReason.OUTSIDE_EXPECTED_RANGE, RefusalReason.METRE_UNKNOWN}


def test_a_clip_of_a_hull_without_marks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = replace(plain_scene(12.23), characters=())
    refusal = read(scene, monkeypatch, times_s=[0.0, 0.5, 1.0, 1.5, 2.0, 2.5]).refusal
    assert refusal is not None
    assert refusal.reason is RefusalReason.NO_MARKS


def test_a_second_column_is_followed_and_named_by_its_side(monkeypatch: pytest.MonkeyPatch) -> None:
    main, beside = level(8.3), level(8.31)
    other = replace(beside, column=replace(beside.column, origin_px=np.array([900.0, 400.0])))
    monkeypatch.setattr(following, "columns_beside", lambda *_: [other])
    monkeypatch.setattr(following, "mirror_level", lambda *_: None)

    def either(*_: object, hint: MarkColumn | None) -> Outcome:
        return other if hint is other.column else main

    monkeypatch.setattr(following, "read_frame", either)
    networks: Any = object()
    frames = ((index / 6, BLANK) for index in range(12))
    found = read_footage(frames, networks, moving=True, expected_range_m=None, progress=None)

    assert (found.column, [trace.column for trace in found.others]) == ("left", ["right"])
    (right,) = found.others
    assert right.reading.draft_m == pytest.approx(12.31)
    assert found.reading.draft_m == pytest.approx(12.3)
    assert right.reading.frames_used == 12


def test_frames_without_a_level_are_named_with_their_time_and_reason(follow: Any) -> None:
    found = follow(Script([level(8.3)] * 3 + [LOST] * 2 + [level(8.3)] * 4, lose_hint_at={3}))
    assert [code for _, code in found.rejected] == ["no_waterline"] * 2
    assert [round(6 * time_s) for time_s, _ in found.rejected] == [3, 4]


def test_a_steady_mirror_image_moves_a_clip_and_a_restless_one_does_not(
    follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks: Any = object()

    def read(apart_m: list[float]) -> float:
        said = iter(apart_m)

        def mirror(frame: FrameLevel, *_: object) -> MirrorLevel | None:
            apart = next(said, None)
            return (
                None
                if apart is None
                else MirrorLevel(level_m=frame.level_m + apart, sigma_m=0.012, numerals=2)
            )

        monkeypatch.setattr(following, "mirror_level", mirror)
        found = read_footage(
            ((index / 6, BLANK) for index in range(30)),
            networks,
            moving=True,
            expected_range_m=None,
            progress=None,
        )
        assert found.reading.draft_m is not None
        return found.reading.draft_m

    follow(Script([level(8.3)] * 6))
    monkeypatch.setattr(following, "read_frame", lambda *_, **_hint: level(8.3))
    assert read([-0.08] * 9) == pytest.approx(12.3 - 0.07, abs=0.02)
    assert read([-0.08]) == pytest.approx(12.3)
    assert read([-0.08, 0.08, -0.08, 0.08, -0.08, 0.08, -0.08]) == pytest.approx(12.3)


def test_a_misread_frame_is_not_in_the_series_that_is_told(follow: Any) -> None:
    found = follow(
        Script([level(8.3), *[level(8.3 + 0.002 * (-1) ** index) for index in range(14)], level(8.5)])
    )
    reading: DraftReading = found.reading
    assert reading.frames_rejected == {"outlier": 1}
    assert len(reading.series) == reading.frames_used == 15
    assert max(level_m for _, level_m in reading.series) < 12.31
