"""Scale and level on the hull: beside the numerals, along the hull's level, with nothing written over anything."""

from typing import Any

import numpy as np
import pytest
from draft_observations import observation
from numpy.typing import NDArray

from vision.draft.drawing import Canvas, Image
from vision.draft.hull_drawing import (
    draw_observation,
    enlarged,
    level_direction,
    pixels_per_metre,
    rise_across,
)
from vision.draft.mark_system import IMPERIAL
from vision.draft.observation import Observation

GREY = 128
# 200 px a metre, upwards along column 300.
TICKS = tuple((7.8 + 0.2 * step, (300.0, 520.0 - 40 * step)) for step in range(10))
NO_LINE = np.empty((0, 2))


def drawn(seen: Observation, *, rise: float = 0.0, columns: int = 720) -> Image:
    canvas = Canvas(np.full((540, columns, 3), GREY, dtype=np.uint8), 1.0)
    draw_observation(canvas, seen, rise, level=f"{seen.level_m:.3f} m")
    return canvas.picture


def changed(picture: Image) -> NDArray[np.bool_]:
    return np.asarray((picture.astype(int) != GREY).any(axis=2))


def seen(**changes: Any) -> Observation:
    return observation(0.0, 8.1, **({"ticks": TICKS, "waterline_px": NO_LINE} | changes))


def green(picture: Image) -> NDArray[np.bool_]:
    return np.asarray(picture[..., 1].astype(int) - picture[..., 2] > 50)


def test_the_ruler_stands_clear_of_the_numerals() -> None:
    picture = drawn(seen())
    # 0.36 m at 200 px a metre is 72 px.
    assert changed(picture)[170:515, 372].all()
    assert not changed(picture)[180:198, 305:368].any(), "between two marks nothing covers the hull"
    assert changed(picture)[200, 301:370].all(), "a fine line leads from a lower edge to the ruler"


@pytest.mark.parametrize(("columns", "side"), [(720, 1), (400, -1)])
def test_the_ruler_takes_the_side_that_has_room(columns: int, side: int) -> None:
    ruler = changed(drawn(seen(), columns=columns))[180:198].mean(axis=0)
    assert np.flatnonzero(ruler == 1).mean() == pytest.approx(300 + side * 72, abs=1)


def test_far_marks_get_fewer_numbers_so_that_none_touch() -> None:
    near = green(drawn(seen(crossing_px=(100.0, 100.0))))[:, 390:430]
    close = tuple((draft_m, (300.0, 300 - 30 * (draft_m - 8))) for draft_m, _ in TICKS)
    far = green(drawn(seen(ticks=close, crossing_px=(100.0, 100.0))))[:, 368:400]

    def numbers(letters: NDArray[np.bool_]) -> int:
        return int(np.count_nonzero(np.diff(letters.any(axis=1).astype(int)) == 1))

    assert numbers(near) == len(TICKS)
    assert numbers(far) == 2, "8.0 and 9.0"


@pytest.mark.parametrize("ticks", [(), TICKS[:1]])
def test_fewer_than_two_ticks_draw_no_scale(ticks: tuple[Any, ...]) -> None:
    picture = drawn(seen(ticks=ticks))
    assert not changed(picture)[:430].any()
    assert pixels_per_metre(seen(ticks=ticks)) is None


def test_the_crossing_is_marked_and_its_middle_stays_free() -> None:
    mark = changed(drawn(seen(ticks=(), crossing_px=(300.0, 200.0))))
    assert mark[200, 262:292].all()
    assert mark[200, 308:338].all()
    assert not mark[200, 299:302].any()
    assert not mark[200, :200].any()


def test_the_level_is_written_over_neither_contact_nor_ruler() -> None:
    line = np.column_stack([np.arange(200.0, 401.0), 460 + 40 * np.sin(np.arange(201) / 30)])
    before = drawn(seen(waterline_px=line, crossing_px=(300.0, 460.0)))
    plate = (before == (38, 34, 30)).all(axis=2)
    rows, columns = np.nonzero(plate)
    assert len(rows) > 300
    inside = (
        (line[:, 0] >= columns.min())
        & (line[:, 0] <= columns.max())
        & (line[:, 1] >= rows.min())
        & (line[:, 1] <= rows.max())
    )
    assert not inside.any()
    assert columns.max() < 372 or columns.min() > 430


@pytest.mark.parametrize("rise", [-0.3, 0.0, 0.2])
def test_the_rise_of_the_hulls_level_is_that_of_the_contact_line(rise: float) -> None:
    columns = np.arange(200.0, 400.0)
    ripples = 3 * np.sin(columns / 7)
    line = np.column_stack([columns, 460 - rise * (columns - 300) + ripples])
    line[90:110, 1] -= 25  # a numeral that the line went around
    assert rise_across([seen(waterline_px=line)]) == pytest.approx(rise, abs=0.03)


def test_waves_average_out_over_the_frames_of_a_clip() -> None:
    columns = np.arange(200.0, 400.0)
    frames = [
        seen(waterline_px=np.column_stack([columns, 460 - (0.1 + wave) * (columns - 300)]))
        for wave in (-0.2, 0.2, -0.1, 0.1, 0.0)
    ]
    assert rise_across(frames) == pytest.approx(0.1)


def test_without_a_contact_line_the_hull_is_level_across_its_axis() -> None:
    assert rise_across([seen()]) == 0.0
    assert rise_across([]) == 0.0
    leaning = tuple(
        (draft_m, (300.0 + 20 * step, 520.0 - 40 * step)) for step, (draft_m, _) in enumerate(TICKS)
    )
    along = level_direction(seen(ticks=leaning), 0.0)
    assert along @ np.array([20.0, -40.0]) == pytest.approx(0.0)
    assert along[0] > 0


def test_the_water_meets_the_ruler_at_the_draft_that_was_read() -> None:
    # On a hull seen at a slope the contact passes the axis at 8.1 m, halfway between two marks.
    slope = 0.25
    columns = np.arange(200.0, 460.0)
    line = np.column_stack([columns, 460 + slope * (columns - 300)])
    rise = rise_across([seen(waterline_px=line)])
    along = level_direction(seen(waterline_px=line), rise)
    ruler_px = np.array([300.0, 460.0]) + 72 * along
    on_line = 460 + slope * (ruler_px[0] - 300)
    assert ruler_px[1] == pytest.approx(on_line, abs=0.5)


def test_enlarging_keeps_places_within_the_pixels_they_lie_in() -> None:
    larger = enlarged(seen(crossing_px=(0.0, 10.0)), 4.0, np.array([0.0, 10.0]))
    assert larger.crossing_px == (1.5, 1.5), "the middle of four pixels"
    assert larger.level_m == 8.1
    assert pixels_per_metre(larger) == pytest.approx(800)


def test_marks_in_feet_are_labelled_in_feet(monkeypatch: pytest.MonkeyPatch) -> None:
    """8.84 m beside a 29 would read 8.8 on a scale in metres, 39 mm off."""
    written: list[str] = []

    monkeypatch.setattr(Canvas, "write", lambda *given, **_: written.append(given[1]))
    ticks = tuple((feet * 0.3048, (300.0, 500.0 - 61.0 * (feet - 28))) for feet in (28, 29, 30))
    in_feet = observation(0.0, 8.6, ticks=ticks, system=IMPERIAL)
    draw_observation(Canvas(np.full((540, 720, 3), 128, np.uint8), 1.0), in_feet, 0.0, level="8.600 m")
    assert [text for text in written if text.endswith("ft")] == ["28 ft", "29 ft", "30 ft"]
