"""Lettering: ink of exactly the asked height for every way of building a character, and proportions as declared."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import REPOSITORY

from vision.synthetic.lettering import (
    _STROKES,
    CHARACTERS,
    ROMAN,
    BlockLetters,
    FontLetters,
    random_typeface,
)

FONT = REPOSITORY / "api" / "surveys" / "report" / "fonts" / "IBMPlexSans-Bold.ttf"
DRAWN = CHARACTERS + ROMAN
FORMS = [(character, form) for character in DRAWN for form in range(len(_STROKES[character]))]


def letters(
    *,
    character: str = "0",
    form: int = 0,
    curved: bool = False,
    rounded: bool = False,
    slant: float = 0.0,
    stroke_ratio: float = 0.2,
    stencil_gap_ratio: float = 0.0,
) -> BlockLetters:
    return BlockLetters(
        width_ratio=0.75,
        stroke_ratio=stroke_ratio,
        rounded=rounded,
        slant=slant,
        stencil_gap_ratio=stencil_gap_ratio,
        build=form * 3 ** DRAWN.index(character),
        curved=curved,
    )


@pytest.mark.parametrize("curved", [False, True], ids=["cornered", "curved"])
@pytest.mark.parametrize("rounded", [False, True], ids=["cut", "round"])
@pytest.mark.parametrize(("character", "form"), FORMS)
@pytest.mark.parametrize("height_px", [12, 40, 121])
def test_ink_fills_the_asked_height_exactly(
    character: str, form: int, height_px: int, *, rounded: bool, curved: bool
) -> None:
    drawn = letters(character=character, form=form, curved=curved, rounded=rounded)
    mask = drawn.mask(character, height_px)

    assert mask.shape[0] == height_px
    assert mask.dtype == np.float32
    assert 0 <= float(mask.min()) <= float(mask.max()) <= 1
    # An edge of ink: the outermost row is covered somewhere, by a point of a mitre at least in part.
    assert float(mask[0].max()) > 0.2
    assert float(mask[-1].max()) > 0.2
    assert float(mask[:, 0].max()) > 0.2
    assert float(mask[:, -1].max()) > 0.2


@pytest.mark.parametrize("curved", [False, True], ids=["cornered", "curved"])
@pytest.mark.parametrize(("character", "form"), FORMS)
def test_the_mask_covers_the_area_of_its_outline(character: str, form: int, *, curved: bool) -> None:
    drawn = letters(character=character, form=form, curved=curved)
    outline = drawn._outline(character)
    left, low, right, high = outline.bounds
    for height_px in (12, 32, 64, 160):
        mask = drawn.mask(character, height_px)
        scale = height_px / (high - low)
        expected_px = outline.area * mask.shape[1] / (right - left) * scale
        # A twelfth of a pixel all along the outline; soft edges drawn by OpenCV itself widen it by half a pixel.
        assert float(mask.sum()) == pytest.approx(expected_px, abs=0.08 * outline.length * scale)


@pytest.mark.parametrize("height_px", [12, 32, 64])
def test_a_stroke_covers_its_geometric_area(height_px: int) -> None:
    # The upright of the L, away from its foot: a stroke of a fifth of the height.
    mask = letters(character="L").mask("L", height_px)
    upright = mask[: height_px // 2]
    assert float(upright.sum()) / len(upright) == pytest.approx(0.2 * height_px, abs=0.15)


@pytest.mark.parametrize("height_px", [16, 33, 100])
def test_a_straight_stroke_has_its_height_and_width(height_px: int) -> None:
    # The first 1 is a bar: every column of it is covered from top to bottom.
    mask = letters(character="1").mask("1", height_px)
    assert float(mask[:, mask.shape[1] // 2].sum()) == pytest.approx(height_px, abs=0.2)
    assert mask.shape[1] == pytest.approx(0.2 * height_px, abs=0.6)


@pytest.mark.parametrize("stroke_ratio", [0.13, 0.2, 0.28])
def test_strokes_are_as_wide_as_declared(stroke_ratio: float) -> None:
    # The left stroke of the 0, half way up, where it is upright.
    mask = letters(stroke_ratio=stroke_ratio).mask("0", 200)
    assert float(mask[100, : mask.shape[1] // 2].sum()) == pytest.approx(200 * stroke_ratio, abs=1.5)


@pytest.mark.parametrize("character", [c for c in CHARACTERS if c != "1"])
def test_a_numeral_is_as_wide_as_declared(character: str) -> None:
    mask = letters(character=character).mask(character, 200)
    # The 2's sharp corner sticks out by half a stroke.
    assert mask.shape[1] / 200 == pytest.approx(0.75, abs=0.11)


def test_slant_leans_to_the_right() -> None:
    mask = letters(character="1", slant=0.15).mask("1", 200)
    top, foot = mask[40:60].sum(axis=0), mask[-60:-40].sum(axis=0)
    columns = np.arange(mask.shape[1])
    lean = float((columns @ top) / top.sum() - (columns @ foot) / foot.sum())
    # A hundred rows from middle to middle, away from the ends.
    assert lean == pytest.approx(0.15 * 100, abs=0.5)


def test_a_stencil_leaves_a_bridge_and_keeps_the_height() -> None:
    whole, cut = letters().mask("0", 100), letters(stencil_gap_ratio=0.1).mask("0", 100)
    assert cut.shape == whole.shape
    middle = whole.shape[1] // 2
    assert float(whole[:, middle].sum()) > 30
    assert float(cut[:, middle - 3 : middle + 3].sum()) == 0
    assert float(cut[0].max()) > 0.2


@pytest.mark.parametrize(("character", "form"), [(c, form) for c, form in FORMS if form > 0])
def test_the_forms_of_a_character_differ(character: str, form: int) -> None:
    one = letters(character=character).mask(character, 60)
    other = letters(character=character, form=form).mask(character, 60)
    assert one.shape != other.shape or float(np.abs(one - other).mean()) > 0.02


@given(st.integers(0, 3**11 - 1), st.sampled_from(CHARACTERS), st.integers(0, 2))
def test_one_characters_form_is_no_other_characters_business(build: int, changed: str, digit: int) -> None:
    place = 3 ** CHARACTERS.index(changed)
    other = build + (digit - build // place % 3) * place
    for character in CHARACTERS:
        forms = [replace(letters(), build=number)._strokes(character) for number in (build, other)]
        if character == changed:
            assert forms[1] == _STROKES[character][digit % len(_STROKES[character])]
        else:
            assert forms[0] == forms[1]


@given(st.integers(0, 3**11 - 1), st.integers(0, 10_000))
def test_every_build_draws_every_character(build: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = BlockLetters(
        width_ratio=float(rng.uniform(0.6, 1.05)),
        stroke_ratio=float(rng.uniform(0.13, 0.28)),
        rounded=bool(rng.random() < 0.5),
        slant=float(rng.uniform(-0.05, 0.15)),
        stencil_gap_ratio=0.0,
        build=build,
        curved=bool(rng.random() < 0.5),
    )
    for character in DRAWN:
        mask = drawn.mask(character, 24)
        assert mask.shape[0] == 24
        assert 0.1 < float(mask.mean()) < 1.01


@pytest.mark.parametrize("character", DRAWN)
def test_a_type_face_fills_the_asked_height(character: str) -> None:
    narrow, wide = (FontLetters(path=FONT, stretch=stretch).mask(character, 48) for stretch in (1.0, 1.25))
    assert narrow.shape[0] == wide.shape[0] == 48
    assert wide.shape[1] == pytest.approx(1.25 * narrow.shape[1], abs=1)
    assert float(narrow[0].max()) > 0.3
    assert float(narrow[-1].max()) > 0.3


def test_a_type_face_is_drawn_by_its_seed() -> None:
    drawn = [random_typeface(np.random.default_rng(seed), ()) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(isinstance(one, BlockLetters) for one in drawn)
    fonts = [random_typeface(np.random.default_rng(seed), (FONT,)) for seed in range(40)]
    assert 10 < sum(isinstance(one, FontLetters) for one in fonts) < 35
