"""Evidence pictures: what is drawn is where it was observed, and the frame itself is not touched."""

from typing import Any

import numpy as np
import pytest
from draft_observations import observation
from numpy.typing import NDArray

from vision.draft.evidence import Caption, annotated_frame

Image = NDArray[np.uint8]
CAPTION = Caption(value="8.050 m", interval="+- 0.020 m (95 %)", source="clip.mp4   t = 1.50 s")
GREY = 128


def blank(height_px: int = 540, width_px: int = 720) -> Image:
    return np.full((height_px, width_px, 3), GREY, dtype=np.uint8)


def changed(picture: Image) -> NDArray[np.bool_]:
    return np.asarray((picture.astype(int) != GREY).any(axis=2))


def annotated(image: Image, **changes: Any) -> Image:
    return annotated_frame(image, observation(1.5, 8.05, **changes), CAPTION)


def test_the_frame_keeps_its_size_and_gets_a_band() -> None:
    image = blank()
    picture = annotated(image)

    assert picture.shape == (540 + 58, 720, 3)
    assert picture.dtype == np.uint8
    assert (image == GREY).all(), "the frame given is not drawn on"
    assert picture[540:].std() > 10, "the band is written on"


def test_the_contact_line_is_where_it_was_seen() -> None:
    line = np.column_stack([np.arange(250.0, 351.0, 10), np.full(11, 460.0)])
    drawn = changed(annotated(blank(), ticks=(), waterline_px=line, crossing_px=(600.0, 100.0))[:540])
    rows = np.flatnonzero(drawn[:, 300])
    assert rows.min() >= 456
    assert rows.max() <= 464
    assert drawn[460, 252:345].all()
    assert not drawn[460, :240].any()


def test_the_crossing_is_marked_beside_the_axis() -> None:
    drawn = changed(annotated(blank(), ticks=(), waterline_px=np.empty((0, 2)))[:540])
    assert drawn[460, 262:338].all()
    assert not drawn[460, :150].any()
    assert drawn[440:456, 160:260].any(), "the level is written over its line"


def test_a_gap_in_the_contact_is_not_bridged() -> None:
    line = np.array([[60.0, 460.0], [70.0, 460.0], [400.0, 460.0], [410.0, 460.0]])
    drawn = changed(annotated(blank(), ticks=(), waterline_px=line, crossing_px=(600.0, 100.0))[:540])
    assert drawn[460, 60:70].all()
    assert drawn[460, 400:410].all()
    assert not drawn[460, 80:390].any()


def test_the_scale_stands_aside_with_its_values() -> None:
    drawn = changed(annotated(blank(), waterline_px=np.empty((0, 2)))[:540])
    assert drawn[400:440, 346].all(), "46 px right of the axis"
    assert drawn[400, 346:353].all()
    assert not drawn[300:390, 330:346].any()


@pytest.mark.parametrize("ticks", [(), ((8.4, (300.0, 400.0)),)])
def test_fewer_than_two_ticks_draw_no_scale(ticks: tuple[Any, ...]) -> None:
    drawn = changed(annotated(blank(), ticks=ticks, waterline_px=np.empty((0, 2)))[:430])
    assert not drawn.any()


@pytest.mark.parametrize(("height_px", "band_px"), [(270, 58), (540, 58), (1080, 116), (2160, 232)])
def test_strokes_and_letters_follow_the_pictures_height(height_px: int, band_px: int) -> None:
    assert annotated(blank(height_px, 640)).shape[0] == height_px + band_px


def test_what_lies_outside_the_picture_breaks_nothing() -> None:
    far = np.array([[-4000.0, 9000.0], [9000.0, 9000.0]])
    picture = annotated(
        blank(),
        waterline_px=far,
        crossing_px=(-900.0, 5000.0),
        ticks=((1.0, (-99.0, -99.0)), (9.0, (9e3, 9e3))),
    )
    assert picture.shape == (598, 720, 3)
