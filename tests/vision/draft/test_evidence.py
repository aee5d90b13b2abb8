"""Evidence pictures: what is drawn is where it was observed, and the frame itself is not touched."""

from typing import Any

import numpy as np
import pytest
from draft_observations import observation
from numpy.typing import NDArray

from vision.draft.drawing import ascii_only, drawing_unit, with_band
from vision.draft.evidence import Caption, annotated_frame, refused_frame
from vision.draft.numerals import MarkCharacter

Image = NDArray[np.uint8]
CAPTION = Caption(value="8.050 m", interval="+- 0.020 m (95 %)", source="clip.mp4   t = 1.50 s")
GREY = 128
BAND_ROWS = 60
# Two halves of 358 columns with 4 between them and above.
CLOSE_UP_ROWS = round(358 * 0.42) + 4


def blank(height_px: int = 540, width_px: int = 720) -> Image:
    return np.full((height_px, width_px, 3), GREY, dtype=np.uint8)


def changed(picture: Image) -> NDArray[np.bool_]:
    return np.asarray((picture.astype(int) != GREY).any(axis=2))


def annotated(image: Image, *, rise: float = 0.0, **changes: Any) -> Image:
    return annotated_frame(image, observation(1.5, 8.05, **changes), CAPTION, rise=rise)


def test_the_frame_gets_the_contact_enlarged_and_a_band() -> None:
    image = blank()
    picture = annotated(image)

    assert picture.shape == (540 + CLOSE_UP_ROWS + BAND_ROWS, 720, 3)
    assert picture.dtype == np.uint8
    assert (image == GREY).all(), "the frame given is not drawn on"
    assert picture[-BAND_ROWS:].std() > 10, "the band is written on"


def test_the_right_half_of_the_contact_is_untouched() -> None:
    halves = annotated(blank())[544 : 540 + CLOSE_UP_ROWS]
    assert changed(halves[:, :358]).any()
    assert not changed(halves[:, 362:]).any()


def test_the_enlarged_contact_is_where_the_waterline_is() -> None:
    # Hull is light above row 460, water dark below; the line is drawn between them.
    image = blank()
    image[460:] = 40
    line = np.column_stack([np.arange(200.0, 401.0), np.full(201, 459.5)])
    halves = annotated(image, waterline_px=line, ticks=())[544 : 540 + CLOSE_UP_ROWS]
    clean = halves[:, 362 + 179].astype(int).sum(axis=1)
    edge = int(np.argmax(np.abs(np.diff(clean))))
    drawn = np.flatnonzero((halves[:, 250].astype(int) - halves[:, 362 + 250]).any(axis=1))
    assert len(drawn) <= 3, "a thin line hides no contact"
    assert abs(float(drawn.mean()) - edge) <= 1.5


@pytest.mark.parametrize("crossing", [(0.0, 539.0), (719.0, 0.0), (-900.0, 5000.0)])
def test_a_crossing_at_the_edge_of_the_picture_is_shown_as_far_as_it_is_there(
    crossing: tuple[float, float],
) -> None:
    picture = annotated(blank(), crossing_px=crossing)
    assert picture.shape[0] == 540 + CLOSE_UP_ROWS + BAND_ROWS


def test_the_contact_line_is_where_it_was_seen() -> None:
    line = np.column_stack([np.arange(250.0, 351.0, 10), np.full(11, 460.0)])
    drawn = changed(annotated(blank(), ticks=(), waterline_px=line, crossing_px=(600.0, 100.0))[:540])
    rows = np.flatnonzero(drawn[:, 300])
    assert rows.min() >= 456
    assert rows.max() <= 464
    assert drawn[460, 252:345].all()
    assert not drawn[460, :240].any()


def test_a_gap_in_the_contact_is_not_bridged() -> None:
    line = np.array([[60.0, 460.0], [70.0, 460.0], [400.0, 460.0], [410.0, 460.0]])
    drawn = changed(annotated(blank(), ticks=(), waterline_px=line, crossing_px=(600.0, 100.0))[:540])
    assert drawn[460, 60:70].all()
    assert drawn[460, 400:410].all()
    assert not drawn[460, 80:390].any()


def test_small_frames_are_enlarged_before_they_are_written_on() -> None:
    line = np.column_stack([np.arange(100.0, 201.0, 5), np.full(21, 200.0)])
    picture = annotated(blank(270, 480), ticks=(), waterline_px=line, crossing_px=(400.0, 50.0), rise=0.0)
    assert picture.shape[1] == 960
    rows = np.flatnonzero(changed(picture[:540])[:, 300])
    assert abs(rows.mean() - (200.5 * 2 - 0.5)) <= 1


@pytest.mark.parametrize(
    ("size_px", "unit"),
    [((270, 480), 1.0), ((540, 720), 1.0), ((1080, 1920), 2.0), ((1920, 1080), 1.5), ((2160, 3840), 4.0)],
)
def test_strokes_and_letters_follow_the_scarcer_side(size_px: tuple[int, int], unit: float) -> None:
    assert drawing_unit(*size_px) == unit


def test_what_lies_outside_the_picture_breaks_nothing() -> None:
    far = np.array([[-4000.0, 9000.0], [9000.0, 9000.0]])
    picture = annotated(
        blank(),
        waterline_px=far,
        crossing_px=(-900.0, 5000.0),
        ticks=((1.0, (-99.0, -99.0)), (9.0, (9e3, 9e3))),
        rise=1.0,
    )
    assert picture.shape[1] == 720


@pytest.mark.parametrize("columns", [540, 608, 720, 3840])
@pytest.mark.parametrize("source", ["clip.mp4   t = 1.50 s", f"{'a-very-long-name' * 20}.mp4   t = 1.50 s"])
def test_no_text_leaves_the_band(columns: int, source: str) -> None:
    caption = Caption(
        value="not read: outside_expected_range",
        interval="+- 0.020 m (95 %)",
        source=source,
        detail="why " * 60,
    )
    unit = drawing_unit(540, columns)
    band = with_band(np.zeros((1, columns, 3), np.uint8), caption, unit)[1:]
    ground = band[0, 0]
    assert (band[:, -round(4 * unit) :] == ground).all()
    assert (band[-2:] == ground).all()


def test_what_the_font_does_not_have_is_a_question_mark() -> None:
    assert ascii_only("左舷 8.2 m\n") == "?? 8.2 m?"


def character(text: str, left: float, *, score: float = 0.9) -> MarkCharacter:
    return MarkCharacter(
        text=text, score=score, left_px=left, top_px=200.0, right_px=left + 30, lower_edge_px=250.0
    )


def test_a_refused_frame_shows_what_was_found_and_why() -> None:
    caption = Caption(value="not read: no_waterline", interval="", source="a.jpg", detail="why", refused=True)
    picture = refused_frame(blank(), [character("8", 300), character("M", 340, score=0.3)], caption)

    assert picture.shape == (540 + BAND_ROWS + 19, 720, 3)
    drawn = changed(picture[:540])
    assert drawn[225, 299:302].any(), "the box of the 8"
    assert drawn[225, 339:342].any(), "the box of the doubtful M"
    assert not drawn[225, 310:325].any(), "the character itself stays free"
    assert not drawn[:190].any()
    sure, doubtful = picture[200, 315], picture[200, 355]
    assert (sure != doubtful).any()


def test_the_reading_of_a_box_is_written_beside_it_and_not_over_its_neighbour() -> None:
    caption = Caption(value="not read", interval="", source="a.jpg", refused=True)
    drawn = changed(refused_frame(blank(), [character("1", 300), character("3", 334)], caption)[:540])
    assert drawn[235:252, 280:296].any(), "left of the first, whose right is taken"
    assert not drawn[235:246, 338:360].any()
    assert drawn[235:252, 368:384].any(), "right of the second"


def test_a_frame_in_which_nothing_was_found_is_shown_as_it_is() -> None:
    caption = Caption(value="not read: no_marks", interval="", source="a.jpg", refused=True)
    assert not changed(refused_frame(blank(), [], caption)[:540]).any()
