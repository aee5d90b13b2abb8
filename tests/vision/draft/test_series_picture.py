"""The plot in pixels shows what the SVG shows at the same places, and the video's strip only what has been."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from vision.draft.drawing import BAND, Image
from vision.draft.level_series import LevelSeries
from vision.draft.series_picture import series_picture, strip_picture
from vision.draft.series_plot import plot_axes

# BGR of the levels and of the outliers.
BLUE, RED = (214, 126, 28), (92, 37, 194)
STRIP_BLUE, STRIP_RED = (255, 190, 110), (90, 110, 255)


def series(**changes: Any) -> LevelSeries:
    parts: dict[str, Any] = {
        "used": tuple((0.5 * index, 8.0 + 0.1 * (index % 3)) for index in range(81)),
        "outliers": ((10.25, 8.05),),
        "draft_m": 8.1,
        "u95_m": 0.02,
        "rules": {"mean": 8.1, "extremes": 8.15, "two_thirds": 8.05},
    }
    return LevelSeries(**(parts | changes))


def where(picture: Image, colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    return np.asarray((picture == colour).all(axis=2))


def test_levels_and_outliers_stand_where_the_svg_has_them() -> None:
    one = series()
    picture, axes = series_picture(one, title="clip.mp4"), plot_axes(one)
    assert picture.shape == (760, 1800, 3)
    for time_s, level_m in one.used[::10]:
        column, row = round(2 * axes.column(time_s)), round(2 * axes.row(level_m))
        near = where(picture, BLUE)[row - 2 : row + 3, max(column - 2, 0) : column + 3]
        assert near.any()
    column, row = round(2 * axes.column(10.25)), round(2 * axes.row(8.05))
    assert where(picture, RED)[row - 6 : row + 7, column - 6 : column + 7].sum() > 10


@pytest.mark.parametrize("rule", ["mean", "extremes", "two_thirds"])
def test_each_rule_is_a_line_at_its_level(rule: str) -> None:
    colour = {"mean": (15, 72, 217), "extremes": (62, 138, 43), "two_thirds": (232, 72, 112)}[rule]
    one = series()
    picture = series_picture(one, title="")
    row = round(2 * plot_axes(one).row(one.applying_rules()[rule]))
    across = where(picture, colour)[row, 140:1752]
    assert across.mean() > 0.1
    assert across[:200].any()
    assert across[-200:].any()
    without = series_picture(series(rules={rule: None}), title="")
    assert not where(without, colour)[164:668].any()


def test_a_title_in_chinese_breaks_nothing() -> None:
    assert series_picture(series(), title="左舷 水尺.MP4" * 30).shape == (760, 1800, 3)


def strip(time_s: float, **changes: Any) -> Image:
    return strip_picture(series(**changes), time_s, rows=72, columns=960, unit=1.0)


def test_the_strip_shows_what_has_been_and_not_what_comes() -> None:
    seen = [np.flatnonzero(where(strip(time_s), STRIP_BLUE).any(axis=0)).max() for time_s in (2.0, 6.0, 12.0)]
    assert seen == sorted(seen)
    assert seen[0] < 200 < seen[2] < 720
    assert not where(strip(10.0), STRIP_RED).any()
    assert where(strip(11.0), STRIP_RED).any()


def test_the_strip_runs_along_in_a_long_clip() -> None:
    outlier = [np.flatnonzero(where(strip(time_s), STRIP_RED).any(axis=0)).mean() for time_s in (19.0, 24.0)]
    assert outlier[1] < outlier[0] - 100
    assert not where(strip(38.0), STRIP_RED).any(), "20 s later it has left"


def test_the_strip_before_the_first_level_is_drawn() -> None:
    late = tuple((time_s + 5, level_m) for time_s, level_m in series().used)
    picture = strip(1.0, used=late, outliers=())
    assert picture.shape == (72, 960, 3)
    assert tuple(picture[0, 0]) == BAND
