"""Lower edges: drawn shapes of exact place, every numeral of the yards, blur, noise, either polarity, and faults."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vision.draft.edges import lower_edge_px
from vision.draft.numerals import MarkCharacter
from vision.synthetic.lettering import BlockLetters

Image = NDArray[np.uint8]
LETTERS = BlockLetters(
    width_ratio=0.75, stroke_ratio=0.2, rounded=False, slant=0.0, stencil_gap_ratio=0.0, build=0, curved=False
)
PLATING, INK = (60.0, 40.0, 110.0), (225.0, 235.0, 240.0)


def drawn(
    text: str,
    edge_px: float,
    *,
    height_px: int = 32,
    letters: BlockLetters = LETTERS,
    plating: tuple[float, float, float] = PLATING,
    ink: tuple[float, float, float] = INK,
) -> Image:
    """A numeral on plating whose lower edge lies `edge_px` below the centre of the first row."""
    mask = letters.mask(text, height_px)
    top = edge_px + 0.5 - height_px
    # Each row of the picture takes its share of the rows of the shape that it covers.
    cover = np.zeros((120, 100), dtype=np.float64)
    first, share = int(np.floor(top)), top - np.floor(top)
    left = 50 - mask.shape[1] // 2
    cover[first : first + height_px, left : left + mask.shape[1]] += (1 - share) * mask
    cover[first + 1 : first + 1 + height_px, left : left + mask.shape[1]] += share * mask
    colour = np.array(plating) * (1 - cover[..., None]) + np.array(ink) * cover[..., None]
    return np.round(colour).astype(np.uint8)


def boxed(edge_px: float, *, height_px: float = 32, off_px: float = 0.0, **changes: Any) -> MarkCharacter:
    parts: dict[str, Any] = {
        "text": "2",
        "score": 0.9,
        "left_px": 50 - 0.375 * height_px,
        "top_px": edge_px - height_px,
        "right_px": 50 + 0.375 * height_px,
        "lower_edge_px": edge_px + off_px,
    }
    return MarkCharacter(**(parts | changes))


@pytest.mark.parametrize("edge_px", [80.0, 80.25, 80.5, 80.75, 81.1])
def test_a_shape_of_exact_place_is_measured_to_a_tenth_of_a_pixel(edge_px: float) -> None:
    assert lower_edge_px(drawn("2", edge_px), boxed(edge_px)) == pytest.approx(edge_px, abs=0.1)


@pytest.mark.parametrize("text", list("0123456789M"))
@pytest.mark.parametrize("build", [0, 3**11 - 1], ids=["first", "last"])
@pytest.mark.parametrize("rounded", [False, True], ids=["cut", "round"])
def test_every_numeral_has_its_edge_at_its_value(text: str, build: int, *, rounded: bool) -> None:
    letters = BlockLetters(
        width_ratio=0.75,
        stroke_ratio=0.2,
        rounded=rounded,
        slant=0.0,
        stencil_gap_ratio=0.0,
        build=build,
        curved=rounded,
    )
    image = drawn(text, 80.3, letters=letters)
    width = letters.mask(text, 32).shape[1]
    found = lower_edge_px(image, boxed(80.3, left_px=50 - width / 2, right_px=50 + width / 2, text=text))
    # A pixel of the upright view is 3 mm.
    assert found == pytest.approx(80.3, abs=0.6)


@pytest.mark.parametrize("off_px", [-4.0, -2.0, 2.0, 4.0])
def test_a_box_off_by_some_pixels_moves_nothing(off_px: float) -> None:
    image = drawn("6", 80.4)
    assert lower_edge_px(image, boxed(80.4, off_px=off_px)) == pytest.approx(80.4, abs=0.3)


def test_dark_ink_on_light_plating_measures_alike() -> None:
    light, dark = drawn("4", 80.6), drawn("4", 80.6, plating=INK, ink=PLATING)
    one, other = lower_edge_px(light, boxed(80.6)), lower_edge_px(dark, boxed(80.6))
    assert one is not None
    assert other == pytest.approx(one, abs=0.05)


@pytest.mark.parametrize("sigma", [0.8, 1.6, 2.4])
def test_blur_does_not_fatten(sigma: float) -> None:
    # Strokes of 23 mm; the widest blur leaves no full ink in thinner ones, whose half height then moves out by 2 mm.
    letters = replace(LETTERS, stroke_ratio=0.23)
    image = np.asarray(cv2.GaussianBlur(drawn("2", 80.0, letters=letters), (0, 0), sigma), dtype=np.uint8)
    assert lower_edge_px(image, boxed(80.0)) == pytest.approx(80.0, abs=0.5)


def test_noise_scatters_within_what_the_fit_reckons_with() -> None:
    rng = np.random.default_rng(4)
    errors = []
    for _ in range(60):
        edge = float(rng.uniform(78, 82))
        noisy = drawn("8", edge).astype(float) + rng.normal(0, 10, (120, 100, 3))
        found = lower_edge_px(
            np.clip(noisy, 0, 255).astype(np.uint8), boxed(edge, off_px=float(rng.normal(0, 1)))
        )
        assert found is not None
        errors.append(found - edge)
    assert float(np.sqrt(np.mean(np.square(errors)))) < 0.8


def test_the_mirror_image_further_down_is_not_the_edge() -> None:
    image = drawn("2", 60.0)
    mirror = image[::-1].copy()
    both = image.copy()
    both[70:102] = mirror[59:91]
    assert lower_edge_px(both, boxed(60.0)) == pytest.approx(60.0, abs=0.3)


@pytest.mark.parametrize(
    ("image", "character"),
    [
        (drawn("2", 80.0, ink=PLATING), boxed(80.0)),
        (drawn("2", 80.0, ink=(66.0, 46.0, 114.0)), boxed(80.0)),
        (drawn("2", 80.0), boxed(80.0, left_px=49.0, right_px=50.0)),
        (drawn("2", 80.0), boxed(80.0, top_px=78.0)),
        (drawn("2", 80.0), boxed(-20.0)),
        (drawn("2", 80.0), boxed(80.0, left_px=160.0, right_px=190.0)),
        (np.zeros((120, 100, 3), np.uint8), boxed(80.0)),
    ],
    ids=["no-ink", "faint", "narrow", "flat", "above", "beside", "black"],
)
def test_where_nothing_can_be_measured_there_is_no_edge(image: Image, character: MarkCharacter) -> None:
    assert lower_edge_px(image, character) is None


def test_a_numeral_at_the_pictures_edge_is_measured_with_one_side() -> None:
    image = drawn("2", 80.0)[:, 38:]
    assert lower_edge_px(image, boxed(80.0, left_px=0.0, right_px=24.0)) == pytest.approx(80.0, abs=0.3)


def test_a_numeral_that_fills_the_picture_has_no_plating_to_compare() -> None:
    image = drawn("2", 80.0)[:, 38:62]
    assert lower_edge_px(image, boxed(80.0, left_px=0.0, right_px=23.0)) is None
