"""The plot of a series: well-formed whatever the title, every level at its place, every sign in the legend."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.level_series import LevelSeries
from vision.draft.series_plot import series_svg

SVG = "{http://www.w3.org/2000/svg}"
LEVELS = ((0.0, 8.0), (5.0, 8.2), (10.0, 8.1))


def series(**changes: Any) -> LevelSeries:
    parts: dict[str, Any] = {
        "used": LEVELS,
        "outliers": (),
        "draft_m": 8.1,
        "u95_m": 0.02,
        "rules": {"mean": 8.1, "extremes": None, "two_thirds": 8.11},
    }
    return LevelSeries(**(parts | changes))


def drawn(title: str = "clip.mp4", **changes: Any) -> ET.Element:
    return ET.fromstring(series_svg(series(**changes), title=title))  # noqa: S314  # our own


def dots(document: ET.Element) -> list[tuple[float, float]]:
    """Those of the plot: the last one is the legend's."""
    return [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in document.iter(f"{SVG}circle")][:-1]


def texts(document: ET.Element) -> list[str]:
    return [text.text or "" for text in document.iter(f"{SVG}text")]


def rule_lines(document: ET.Element, colour: str) -> list[float]:
    """Rows of the lines across the plot in a colour."""
    return [
        float(line.attrib["y1"])
        for line in document.iter(f"{SVG}line")
        if line.attrib["stroke"] == colour and line.attrib["x2"] == "876"
    ]


def test_levels_stand_where_they_belong_by_hand() -> None:
    # The axis runs from 7.99 to 8.21 m over rows 334 to 82, from 0 to 10 s over columns 70 to 876.
    document = drawn()
    row = {level: 82 + (8.21 - level) / 0.22 * 252 for level in (8.0, 8.1, 8.11, 8.2)}

    expected = np.array([[70.0, row[8.0]], [473.0, row[8.2]], [876.0, row[8.1]]])
    assert np.array(dots(document)) == pytest.approx(expected, abs=0.06)
    band = document.findall(f"{SVG}rect")[1]
    assert float(band.attrib["y"]) == pytest.approx(82 + (8.21 - 8.12) / 0.22 * 252, abs=0.06)
    assert float(band.attrib["height"]) == pytest.approx(0.04 / 0.22 * 252, abs=0.06)
    assert rule_lines(document, "#d9480f") == pytest.approx([row[8.1]], abs=0.06)
    assert rule_lines(document, "#7048e8") == pytest.approx([row[8.11]], abs=0.06)


def test_the_result_and_each_rule_that_applies_are_written_out() -> None:
    words = texts(drawn())
    assert "8.100 m ± 0.020 m (95 %)" in words
    assert "mean over whole waves: 8.100 m" in words
    assert "middle two thirds: 8.110 m" in words
    assert "95 % interval, ± 0.020 m" in words
    assert not any("six highest" in text or "outlier" in text for text in words)


def test_a_rule_that_does_not_apply_is_neither_drawn_nor_named() -> None:
    assert rule_lines(drawn(), "#2b8a3e") == []
    assert len(rule_lines(drawn(rules={"mean": 8.1, "extremes": 8.12, "two_thirds": 8.11}), "#2b8a3e")) == 1


def test_outliers_are_crosses_off_the_line_of_levels() -> None:
    document = drawn(outliers=((2.5, 8.15), (7.5, 19.0)))
    crosses = [path.attrib["d"] for path in document.iter(f"{SVG}path")]
    centres = [tuple(float(number) + 4 for number in re.findall(r"[\d.]+", cross)[:2]) for cross in crosses]
    on_edge = (70 + 0.75 * 806, 82.0)
    assert centres[1] == pytest.approx(on_edge, abs=0.1), "one beyond the axis stands on its edge"
    assert len(crosses) == 3, "two, and one in the legend"
    assert len(dots(document)) == 3
    assert len(next(document.iter(f"{SVG}polyline")).attrib["points"].split()) == 3
    assert "outlier, not used: 2" in texts(document)


TITLES = ["<b>&\"'", "左舷 水尺 📷.MP4", "bell\x07 and\x1b[0m", "cut \udcff name", "line\nbreak", ""]


@pytest.mark.parametrize("title", TITLES)
def test_no_title_breaks_the_document(title: str) -> None:
    ET.tostring(drawn(title))
    series_svg(series(), title=title).encode()


def test_a_title_keeps_what_can_be_shown() -> None:
    assert "左舷 <1>.MP4" in texts(drawn("左舷 <1>.MP4"))


@given(
    st.lists(
        st.tuples(st.floats(0.01, 3600), st.floats(-5, 25)),
        min_size=1,
        max_size=30,
        unique_by=lambda row: row[0],
    ),
    st.floats(0.0, 0.8),
)
def test_every_series_stays_within_its_axes(levels: list[tuple[float, float]], u95_m: float) -> None:
    document = drawn(used=tuple(sorted(levels)), u95_m=u95_m)

    assert len(dots(document)) == len(levels)
    for column, row in dots(document):
        assert 69.9 <= column <= 876.1
        assert 81.9 <= row <= 334.1
    grid = [line for line in document.iter(f"{SVG}line") if line.attrib["stroke"] == "#e3e8ee"]
    assert 2 <= len(grid) <= 9


def test_a_single_level_is_drawn() -> None:
    assert len(dots(drawn(used=((3.0, 8.1),), u95_m=0.0))) == 1
