"""Noise, faults, plating, water and things before the hull: ranges, places, seeds."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rendered_marks import PAINT, clean_water, plain_scene

from vision.synthetic.extent import Extent
from vision.synthetic.faults import _blocky, apply_faults
from vision.synthetic.foreground import add_foreground
from vision.synthetic.hull import character_ink, paint_marks, paint_plating
from vision.synthetic.lettering import BlockLetters
from vision.synthetic.marks import Character
from vision.synthetic.noise import fractal_noise, smooth_step, value_noise
from vision.synthetic.water import (
    foam_cover,
    make_ripples,
    patch_brightness,
    random_water,
    ripple_heights,
    shade_water,
)

EXTENT = Extent(left_m=-1.0, right_m=1.0, low_m=7.0, high_m=9.0, px_per_m=100.0)
LETTERS = BlockLetters(
    width_ratio=0.75, stroke_ratio=0.2, rounded=False, slant=0.0, stencil_gap_ratio=0.0, build=0, curved=False
)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_noise_is_of_unit_deviation_and_seeded() -> None:
    field = fractal_noise(rng(), (120, 200), cell_px=20, octaves=4, stretch=2.0)
    assert field.shape == (120, 200)
    assert float(field.mean()) == pytest.approx(0, abs=1e-4)
    assert float(field.std()) == pytest.approx(1, abs=1e-4)
    assert np.array_equal(field, fractal_noise(rng(), (120, 200), cell_px=20, octaves=4, stretch=2.0))
    assert value_noise(rng(), (1, 40), (1, 8.0)).shape == (1, 40)
    assert value_noise(rng(), (5, 4), (0.1, 900.0)).shape == (5, 4)


def test_stretch_draws_noise_out_sideways() -> None:
    field = fractal_noise(rng(), (200, 200), cell_px=12, octaves=1, stretch=5.0)
    assert float(np.abs(np.diff(field, axis=0)).mean()) > 2 * float(np.abs(np.diff(field, axis=1)).mean())


def test_a_smooth_step_by_hand() -> None:
    ramp = np.linspace(0, 1, 11, dtype=np.float32)[None]
    step = smooth_step(ramp, edge=0.5, width=0.4)
    assert step[0].tolist() == pytest.approx([0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1], abs=1e-5)


def test_no_faults_leave_the_picture_as_it_is() -> None:
    picture = rng().random((40, 50, 3)).astype(np.float32)
    image = apply_faults(rng(2), rng(3), picture, strength=0.0)
    assert image[..., ::-1].astype(float) / 255 == pytest.approx(picture, abs=0.5 / 255 + 1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_any_fault_gives_a_picture_and_a_clip_keeps_its_own(seed: int, strength: float) -> None:
    picture = np.full((32, 48, 3), 0.5, dtype=np.float32)
    one, again, next_frame = (
        apply_faults(rng(frame), rng(seed), picture, strength=strength) for frame in (1, 1, 2)
    )
    assert one.shape == (32, 48, 3)
    assert str(one.dtype) == "uint8"
    assert np.array_equal(one, again)
    # What is steady over a clip is the same in the next frame: only noise differs.
    assert abs(float(one.astype(float).mean()) - float(next_frame.astype(float).mean())) < 2


def test_a_starved_codec_leaves_blocks() -> None:
    noisy = (rng(4).random((64, 64, 3)) * 60 + 90).astype(np.uint8)
    blocky = _blocky(noisy, quality=8)
    assert blocky.shape == noisy.shape
    steps = np.abs(np.diff(blocky.astype(float).mean(axis=2), axis=1)).mean(axis=0)
    within = np.delete(steps, np.arange(7, 63, 8))
    assert float(steps[7::8].mean()) > 1.3 * float(within.mean()), "steps where blocks of eight meet"


def test_a_texture_knows_its_places() -> None:
    assert EXTENT.shape == (200, 200)
    assert (EXTENT.column(-1.0), EXTENT.column(0.5)) == pytest.approx((0.0, 150.0))
    assert (EXTENT.row(9.0), EXTENT.row(8.25)) == pytest.approx((0.0, 75.0))


@pytest.mark.parametrize("lower_edge_m", [8.0, 8.003, 8.0071])
def test_a_mark_is_painted_at_its_value_to_a_fraction_of_a_pixel(lower_edge_m: float) -> None:
    bar = Character(text="dash", lower_edge_m=lower_edge_m, left_m=-0.204, width_m=0.3, height_m=0.1)
    plating = np.zeros((*EXTENT.shape, 3), dtype=np.float32)
    painted = paint_marks(rng(), EXTENT, plating, ((bar, 0.1),), typeface=LETTERS, paint=PAINT)
    ink = painted[..., 0] / PAINT.colour_rgb[0]

    rows, columns = ink.sum(axis=1), ink.sum(axis=0)
    assert float(columns.max()) == pytest.approx(10.0, abs=0.05), "100 mm at 100 px a metre"
    assert float(rows.max()) == pytest.approx(30.0, abs=0.05)
    # The middle of its height, from the middle of the ink.
    middle = float((np.arange(200) + 0.5) @ rows / rows.sum())
    assert middle == pytest.approx(EXTENT.row(lower_edge_m + 0.05), abs=0.02)
    across = float((np.arange(200) + 0.5) @ columns / columns.sum())
    assert across == pytest.approx(EXTENT.column(0.1 - 0.204 + 0.15), abs=0.02)
    assert (plating == 0).all(), "the plating given is not painted on"


def test_a_thin_tick_has_its_area_and_what_lies_outside_is_left_out() -> None:
    # 10 mm at 100 px a metre: one pixel high, wherever it falls between rows.
    for lower_edge_m in (8.0, 8.003, 8.0071):
        tick = Character(text="tick", lower_edge_m=lower_edge_m, left_m=0.1, width_m=0.06, height_m=0.01)
        assert float(character_ink(EXTENT, ((tick, 0.0),), LETTERS).sum()) == pytest.approx(6.0, rel=0.02)
    far = Character(text="8", lower_edge_m=12.0, left_m=0.1, width_m=0.06, height_m=0.1)
    assert float(character_ink(EXTENT, ((far, 0.0), (replace(far, left_m=7.0), 0.0)), LETTERS).max()) == 0
    # A character across the texture's edge is cut there and nowhere else.
    cut = Character(text="dash", lower_edge_m=8.0, left_m=0.95, width_m=0.1, height_m=0.1)
    assert float(character_ink(EXTENT, ((cut, 0.0),), LETTERS).sum()) == pytest.approx(50, rel=0.02)


def test_worn_paint_is_less_ink_and_rust_runs_down_from_what_is_left() -> None:
    bar = Character(text="dash", lower_edge_m=8.0, left_m=-0.5, width_m=1.0, height_m=0.3)
    plating = np.full((*EXTENT.shape, 3), 0.05, dtype=np.float32)

    def painted(**changes: Any) -> NDArray[np.float32]:
        paint = replace(PAINT, **changes)
        return paint_marks(rng(), EXTENT, plating, ((bar, 0.0),), typeface=LETTERS, paint=paint)

    whole, worn, bleeding = painted(), painted(wear=0.5), painted(rust_bleed=0.9)
    left = float((worn[..., 0] > 0.5).sum()) / float((whole[..., 0] > 0.5).sum())
    assert 0.4 < left < 0.95
    below, above = slice(101, 110), slice(55, 68)
    assert float(bleeding[below, 60:140, 0].mean()) > 0.08
    assert float(bleeding[above, 60:140, 0].mean()) == pytest.approx(0.05, abs=1e-3)
    outlined = painted(outline=0.9)
    beside = float(outlined[85, 49].mean())
    assert beside < 0.05, "the bead's shadow"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 5000))
def test_plating_is_a_seeded_picture(seed: int) -> None:
    one, again = (
        paint_plating(rng(seed), EXTENT, still_m=8.0, paint_rng=rng(seed + 1), clutter=1.0) for _ in range(2)
    )
    assert one.shape == (200, 200, 3)
    assert np.isfinite(one).all()
    assert float(one.min()) > -0.2
    assert float(one.max()) < 1.8
    assert np.array_equal(one, again)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 5000))
def test_water_of_every_kind_is_a_picture(seed: int) -> None:
    water = random_water(rng(seed), roughness=0.03)
    ripples = make_ripples(rng(seed), water)
    u_m, y_m = np.meshgrid(np.linspace(-1, 1, 40, dtype=np.float32), np.linspace(0, 6, 30, dtype=np.float32))
    heights = ripple_heights(ripples, water, u_m, y_m, 1.5)
    depth = np.linspace(-0.5, 0.5, 30, dtype=np.float32)[:, None] * np.ones((1, 40), np.float32)
    shaded = shade_water(
        water,
        heights=heights,
        patches=patch_brightness(ripples, u_m, y_m),
        hull_rgb=np.full(3, 0.4, np.float32),
        mirrored=np.full((30, 40, 3), 0.6, np.float32),
        submerged=np.full((30, 40, 3), 0.3, np.float32),
        depth_m=depth,
        steepness=np.full((30, 40), 0.2, np.float32),
    )
    assert shaded.shape == (30, 40, 3)
    assert np.isfinite(shaded).all()
    assert float(shaded.min()) >= 0
    foam = foam_cover(water, heights, depth)
    assert 0 <= float(foam.min()) <= float(foam.max()) <= 1


def test_ripples_drift_and_wrap_around() -> None:
    water = clean_water(plain_scene(8.1).water)
    ripples = make_ripples(rng(), water)
    u_m, y_m = np.meshgrid(np.linspace(0, 1, 20, dtype=np.float32), np.linspace(0, 1, 20, dtype=np.float32))
    now, later = (ripple_heights(ripples, water, u_m, y_m, time_s) for time_s in (0.0, 0.7))
    assert float(np.abs(now - later).mean()) > 0.05
    assert np.isfinite(ripple_heights(ripples, water, u_m + 900, y_m + 900, 3600.0)).all()
    assert (foam_cover(water, now, np.zeros_like(now)) == 0).all(), "no foam where none was asked for"


def test_clear_water_shows_the_plating_and_muddy_water_does_not() -> None:
    muddy = clean_water(plain_scene(8.1).water)
    flat = np.zeros((4, 4), np.float32)
    shown = [
        float(
            shade_water(
                water,
                heights=flat,
                patches=flat,
                hull_rgb=np.zeros(3, np.float32),
                mirrored=np.zeros((4, 4, 3), np.float32),
                submerged=np.ones((4, 4, 3), np.float32),
                depth_m=flat + np.float32(0.2),
                steepness=flat + np.float32(0.5),
            )[..., 2].mean()
        )
        for water in (muddy, replace(muddy, visibility_m=5.0))
    ]
    assert shown[0] == pytest.approx(muddy.body_rgb[2], abs=0.01)
    assert shown[1] > shown[0] + 0.2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000), st.floats(0, 200))
def test_a_thing_leaves_the_marks_free_and_changes_only_what_it_hides(seed: int, clear: float) -> None:
    picture = np.full((120, 200, 3), 0.5, dtype=np.float32)
    covered, hidden = add_foreground(rng(seed), picture, clear_column=clear)

    assert covered.shape == picture.shape
    assert 0 <= float(hidden.min()) <= float(hidden.max()) <= 1
    untouched = hidden == 0
    assert np.array_equal(covered[untouched], picture[untouched])
    assert (picture == 0.5).all()
    again, _ = add_foreground(rng(seed), picture, clear_column=clear)
    assert np.array_equal(covered, again)
    if 20 < clear < 180:
        # A rope leans and may reach some pixels over its side; the column itself stays free.
        assert float(hidden[:, round(clear)].mean()) < 0.2
