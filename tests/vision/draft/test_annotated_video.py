"""Every frame of a clip, at its time, with what holds then; what was rejected says so; one frame is held at a time."""

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from draft_observations import observation

from vision.draft.annotated_video import Story, annotated_frames, refusal_caption
from vision.draft.drawing import REFUSED, Image
from vision.draft.reader import ReadingTrace
from vision.draft.reading import DraftReading, Refusal, RefusalReason, SeaState
from vision.draft.waves import still_water

GREY = 128
TICKS = tuple((8.0 + 0.2 * step, (300.0, 440.0 - 40 * step)) for step in range(6))
SHIFTED = tuple((draft_m, (column + 20, row)) for draft_m, (column, row) in TICKS)


def reading(**changes: Any) -> DraftReading:
    parts: dict[str, Any] = {
        "refusal": None,
        "draft_m": 8.0,
        "standard_uncertainty_m": 0.01,
        "u95_m": 0.02,
        "components_m": {},
        "frames_used": 2,
        "frames_rejected": {},
        "sea": SeaState(significant_height_m=None, mean_period_s=None),
        "series": (),
        "rules": {"mean": 8.0, "extremes": None, "two_thirds": 8.0},
        "scale_numerals": 4,
        "scale_residual_m": 0.001,
        "needed_more_s": None,
    }
    return DraftReading(**(parts | changes))


def story(**changes: Any) -> Story:
    seen = (
        observation(0.0, 8.0, ticks=TICKS, crossing_px=(300.0, 440.0)),
        observation(1.0, 8.04, ticks=SHIFTED, crossing_px=(320.0, 432.0)),
    )
    trace = ReadingTrace(reading=reading(), observations=seen, still_water=None)
    parts: dict[str, Any] = {
        "trace": trace,
        "looked_s": (0.0, 1.0, 2.0),
        "reasons": {2.0: "no_waterline"},
        "source": "clip.mp4",
    }
    return Story(**(parts | changes))


def frame(rows: int = 540, columns: int = 720) -> Image:
    return np.full((rows, columns, 3), GREY, dtype=np.uint8)


def told(one: Story, *times_s: float, size: tuple[int, int] = (540, 720)) -> list[Image]:
    frames = list(annotated_frames(((time_s, frame(*size)) for time_s in times_s), one))
    assert [time_s for time_s, _ in frames] == list(times_s)
    return [picture for _, picture in frames]


def ruler_column(picture: Image) -> float:
    """Of the one column that is green over all the marks; ticks have dark edges."""
    green = (picture[300:400].astype(int)[..., 1] - picture[300:400].astype(int)[..., 2]) > 50
    return float(np.flatnonzero(green.mean(axis=0) > 0.75).mean())


def test_a_frame_between_two_looks_has_scale_and_level_between_them() -> None:
    first, middle, second = told(story(), 0.0, 0.5, 1.0)
    assert ruler_column(middle) == pytest.approx((ruler_column(first) + ruler_column(second)) / 2, abs=1)
    assert ruler_column(second) - ruler_column(first) == pytest.approx(20, abs=1)


def test_a_column_that_was_found_anew_is_not_slid_to() -> None:
    far = tuple((draft_m, (column + 200, row)) for draft_m, (column, row) in TICKS)
    one = story()
    later = replace(one.trace.observations[1], ticks=far, crossing_px=(500.0, 440.0))
    one = replace(one, trace=replace(one.trace, observations=(one.trace.observations[0], later)))
    first, middle = told(one, 0.0, 0.5)
    assert ruler_column(middle) == ruler_column(first)


def test_a_rejected_frame_has_no_scale_but_its_reason_until_the_next_look() -> None:
    shown, rejected, still_rejected = told(story(), 1.0, 2.0, 2.4)
    assert not (shown[:540] == REFUSED).all(axis=2).any()
    for picture in (rejected, still_rejected):
        assert (picture[3, 100:600] == REFUSED).all(axis=1).mean() > 0.9, "a frame around the picture"
        assert (picture[60:530, 10:710] == GREY).all(), "no scale"
        assert (picture[10:40, 15:200] != GREY).any(), "the code in the corner"


def test_an_outlier_is_shown_with_its_scale_and_as_rejected() -> None:
    levels_m = [8.0, 8.002, 7.998, 8.001, 7.999, 8.0, 8.2, 8.001, 7.999, 8.0, 8.002, 7.998]
    seen = tuple(observation(0.25 * at, level_m, ticks=TICKS) for at, level_m in enumerate(levels_m))
    sea = still_water([(one.time_s, one.level_m, 0.003) for one in seen])
    assert sea.rejected == 1
    trace = ReadingTrace(reading=reading(), observations=seen, still_water=sea)
    one = story(trace=trace, looked_s=tuple(one.time_s for one in seen), reasons={})
    before, outlier, after = told(one, 1.25, 1.5, 1.75)
    assert (outlier[3, 100:600] == REFUSED).all(axis=1).mean() > 0.9
    assert ruler_column(outlier) == ruler_column(before)
    assert not (after[3, 100:600] == REFUSED).all(axis=1).any()


def test_frames_before_the_first_look_are_shown_bare() -> None:
    (picture,) = told(story(looked_s=(1.0, 2.0)), 0.2)
    assert (picture[:540] == GREY).all()


def test_the_series_runs_under_the_picture_of_a_reading_only() -> None:
    read = told(story(), 0.0)[0]
    refusal = Refusal(reason=RefusalReason.NO_MARKS, detail="seen instead")
    none = reading(refusal=refusal, draft_m=None, u95_m=None)
    refused = told(story(trace=ReadingTrace(reading=none, observations=(), still_water=None)), 0.0)[0]
    assert read.shape == (540 + 72 + 60, 720, 3)
    assert refused.shape[0] - 540 - 60 in {19, 38}, "the explanation takes a line or two"
    assert (refused[540:] == REFUSED).all(axis=2).any()


def test_a_refusal_is_explained_in_the_band() -> None:
    refusal = Refusal(reason=RefusalReason.TOO_SMALL, detail="numerals are under 7 pixels high")
    trace = ReadingTrace(reading=reading(refusal=refusal, draft_m=None), observations=(), still_water=None)
    caption = refusal_caption(trace, "a.jpg")
    assert caption.value == "not read: too_small"
    assert caption.refused
    assert "zoom in" in caption.detail
    assert caption.detail.endswith("(numerals are under 7 pixels high)")


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((360, 480), (720, 960)),
        ((540, 720), (540, 720)),
        ((2160, 3840), (1080, 1920)),
        ((3840, 2160), (1920, 1080)),
    ],
)
def test_clips_are_shown_in_a_size_to_watch(size: tuple[int, int], shown: tuple[int, int]) -> None:
    picture = told(story(looked_s=(), reasons={}), 0.0, size=size)[0]
    assert picture.shape[1] == shown[1]
    assert (picture[: shown[0]] == GREY).all()
    assert (picture[shown[0] :] == GREY).all(axis=2).mean() < 0.001


def test_a_clip_that_changes_its_size_keeps_that_of_its_first_frame() -> None:
    frames = [(0.0, frame(540, 720)), (1.0, frame(270, 360))]
    pictures = [picture for _, picture in annotated_frames(frames, story())]
    assert pictures[0].shape == pictures[1].shape
    # What was seen in a frame of half the size is drawn at twice the place.
    assert pictures[1].shape[1] == 720


def test_one_frame_is_held_at_a_time() -> None:
    alive: list[weakref.ref[Image]] = []

    def frames() -> Iterator[tuple[float, Image]]:
        for number in range(40):
            image = frame()
            alive.append(weakref.ref(image))
            yield number / 10, image

    most = 0
    for _ in annotated_frames(frames(), story()):
        gc.collect()
        most = max(most, sum(one() is not None for one in alive))
    assert most <= 2
