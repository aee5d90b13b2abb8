"""The plot of a series: well-formed whatever the title, every level at its place, axes that name round numbers."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.series_plot import series_svg

SVG = "{http://www.w3.org/2000/svg}"
SERIES = [(0.0, 8.0), (5.0, 8.2), (10.0, 8.1)]


def drawn(series: list[tuple[float, float]], *, title: str = "clip.mp4", u95_m: float = 0.02) -> ET.Element:
    return ET.fromstring(series_svg(series, draft_m=8.1, u95_m=u95_m, title=title))  # noqa: S314  # our own


def dots(document: ET.Element) -> list[tuple[float, float]]:
    return [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in document.iter(f"{SVG}circle")]


def texts(document: ET.Element) -> list[str]:
    return [text.text or "" for text in document.iter(f"{SVG}text")]


def test_levels_stand_where_they_belong_by_hand() -> None:
    # The axis runs from 7.99 to 8.21 m over rows 274 to 40, from 0 to 10 s over columns 70 to 876.
    document = drawn(SERIES)
    row = {level: 40 + (8.21 - level) / 0.22 * 234 for level in (8.0, 8.1, 8.2)}

    expected = np.array([[70.0, row[8.0]], [473.0, row[8.2]], [876.0, row[8.1]]])
    assert np.array(dots(document)) == pytest.approx(expected, abs=0.06)
    band = document.findall(f"{SVG}rect")[1]
    assert float(band.attrib["y"]) == pytest.approx(40 + (8.21 - 8.12) / 0.22 * 234, abs=0.06)
    assert float(band.attrib["height"]) == pytest.approx(0.04 / 0.22 * 234, abs=0.06)
    line = next(one for one in document.iter(f"{SVG}line") if one.attrib["stroke"] == "#d9480f")
    assert float(line.attrib["y1"]) == float(line.attrib["y2"]) == pytest.approx(row[8.1], abs=0.06)


def test_the_result_is_written_out() -> None:
    assert "8.100 m ± 0.020 m (95 %)" in texts(drawn(SERIES))


def test_grid_lines_are_round_and_evenly_spaced() -> None:
    numbers = [float(text) for text in texts(drawn(SERIES)) if re.fullmatch(r"\d+\.\d\d", text)]
    assert numbers == [8.0, 8.05, 8.1, 8.15, 8.2]
    seconds = [float(text) for text in texts(drawn(SERIES)) if re.fullmatch(r"\d+", text)]
    assert seconds == [0, 2, 4, 6, 8, 10]


TITLES = ["<b>&\"'", "左舷 水尺 📷.MP4", "bell\x07 and\x1b[0m", "cut \udcff name", "line\nbreak", ""]


@pytest.mark.parametrize("title", TITLES)
def test_no_title_breaks_the_document(title: str) -> None:
    document = drawn(SERIES, title=title)
    ET.tostring(document)
    series_svg(SERIES, draft_m=8.1, u95_m=0.02, title=title).encode()


def test_a_title_keeps_what_can_be_shown() -> None:
    assert "左舷 <1>.MP4" in texts(drawn(SERIES, title="左舷 <1>.MP4"))


@given(
    st.lists(
        st.tuples(st.floats(0.01, 3600), st.floats(-5, 25)),
        min_size=1,
        max_size=30,
        unique_by=lambda row: row[0],
    ),
    st.floats(0.0, 0.8),
)
def test_every_series_stays_within_its_axes(series: list[tuple[float, float]], u95_m: float) -> None:
    document = drawn(sorted(series), u95_m=u95_m)

    assert len(dots(document)) == len(series)
    for column, row in dots(document):
        assert 69.9 <= column <= 876.1
        assert 39.9 <= row <= 274.1
    grid = [line for line in document.iter(f"{SVG}line") if line.attrib["stroke"] == "#e3e8ee"]
    assert 2 <= len(grid) <= 12


def test_a_single_level_is_drawn() -> None:
    assert len(dots(drawn([(3.0, 8.1)], u95_m=0.0))) == 1
