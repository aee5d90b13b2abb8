"""What lies on the water: its place on the water's plane, and nothing where the water is bare."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vision.synthetic.surface import Surface, draw_surface, random_surface

Picture = NDArray[np.float32]
BARE = Surface(
    line=0.0,
    line_from_hull_m=0.3,
    line_width_m=0.05,
    line_rgb=(1.0, 1.0, 1.0),
    stripes=0.0,
    stripe_spacing_m=1.0,
    stripe_heading_rad=np.pi / 2,
    shadow=1.0,
    shadow_reach_m=0.5,
    shadow_lean=0.0,
    shadow_inside=True,
    phase_rad=0.0,
)
# Two metres along the hull, two metres off it, 100 pixels a metre.
U_M, Y_M = np.meshgrid(np.linspace(-1, 1, 200, dtype=np.float32), np.linspace(0, 2, 200, dtype=np.float32))
FLAT = np.zeros_like(U_M)
WATER = np.full((200, 200, 3), 0.3, dtype=np.float32)


def drawn(surface: Surface, *, fine: Picture = FLAT, time_s: float = 0.0) -> Picture:
    return draw_surface(surface, WATER, u_m=U_M, y_m=Y_M, heights=FLAT, fine=fine, time_s=time_s)


def test_bare_water_stays_as_it_is() -> None:
    assert BARE.bare
    assert drawn(BARE) is WATER


def test_a_shadow_ends_where_it_is_said_to() -> None:
    inside = drawn(replace(BARE, shadow=0.5))
    assert float(inside[20, 100, 0]) == pytest.approx(0.15), "0.2 m from the hull"
    assert float(inside[150, 100, 0]) == pytest.approx(0.3), "1.5 m from the hull"
    edge = float(np.interp(0.225, inside[:, 100, 0], Y_M[:, 100]))
    assert edge == pytest.approx(0.5, abs=0.02)
    outside = drawn(replace(BARE, shadow=0.5, shadow_inside=False))
    assert float(outside[20, 100, 0]) == pytest.approx(0.3)
    assert float(outside[150, 100, 0]) == pytest.approx(0.15)


def test_a_line_floats_along_the_hull_at_its_distance() -> None:
    surface = replace(BARE, line=0.9)
    picture = drawn(surface)
    cover = (picture[..., 0] - 0.3) / 0.7
    shown = np.flatnonzero(cover.max(axis=0) > 0.3)
    assert len(shown) > 60
    for column in shown[::20]:
        middle = float((cover[:, column] @ Y_M[:, column]) / cover[:, column].sum())
        assert middle == pytest.approx(0.3, abs=0.09), "it wanders by a third"
        # 50 mm wide at half its strength.
        assert float(cover[:, column].sum() / cover[:, column].max()) / 100 == pytest.approx(0.05, abs=0.02)
    assert not np.array_equal(picture, drawn(surface, time_s=8.0)), "it drifts"


def test_stripes_break_where_small_waves_are_high() -> None:
    surface = replace(BARE, stripes=0.9)
    assert float(np.abs(drawn(surface) - WATER).max()) < 1e-6, "smooth water does not break"
    torn = drawn(surface, fine=np.full_like(FLAT, 1.5))
    white = (torn[..., 0] > 0.5).any(axis=1)
    # A metre from crest to crest: two stripes in two metres.
    assert 1 <= int(np.count_nonzero(np.diff(white.astype(int)) == 1)) <= 3
    assert 0.05 < float(white.mean()) < 0.7


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_any_surface_is_a_picture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    surface = random_surface(rng, share=1.0, roughness=0.1)
    fine = rng.standard_normal(U_M.shape).astype(np.float32)
    picture = drawn(surface, fine=fine, time_s=3.0)
    assert np.isfinite(picture).all()
    assert 0 <= float(picture.min()) <= float(picture.max()) <= 1.05


def test_surfaces_have_their_share() -> None:
    bare = [random_surface(np.random.default_rng(seed), share=0.0, roughness=0.1).bare for seed in range(50)]
    assert all(bare)
    some = [
        random_surface(np.random.default_rng(seed), share=1.0, roughness=0.05).bare for seed in range(400)
    ]
    # 0.82 * 0.88 * 0.85 stay bare.
    assert float(np.mean(some)) == pytest.approx(0.61, abs=0.08)
