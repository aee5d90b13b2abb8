"""Traces of a hull's life and what is painted besides marks: seeded, and near where they belong."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from vision.synthetic import confusers, details
from vision.synthetic.confusers import add_confusers
from vision.synthetic.details import add_details, add_ghosts
from vision.synthetic.extent import Extent

Picture = NDArray[np.float32]
EXTENT = Extent(left_m=-2.0, right_m=2.0, low_m=7.0, high_m=10.0, px_per_m=80.0)
PLATING = np.full((*EXTENT.shape, 3), 0.4, dtype=np.float32)
STILL_M = 8.0


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def changed_rows_m(picture: Picture, base: Picture = PLATING) -> NDArray[np.float64]:
    rows = np.flatnonzero((np.abs(picture - base) > 0.01).any(axis=(1, 2)))
    return np.asarray(EXTENT.high_m - (rows + 0.5) / EXTENT.px_per_m, dtype=np.float64)


def test_without_clutter_nothing_is_added() -> None:
    for seed in range(30):
        assert add_details(rng(seed), EXTENT, PLATING, still_m=STILL_M, clutter=0.0) is PLATING


def test_with_clutter_most_hulls_show_something() -> None:
    shown = [
        add_details(rng(seed), EXTENT, PLATING, still_m=STILL_M, clutter=1.0) is not PLATING
        for seed in range(60)
    ]
    # 1 - 0.85 * 0.65 * 0.7 * 0.8 * 0.7 is 0.78.
    assert float(np.mean(shown)) == pytest.approx(0.78, abs=0.16)


@pytest.mark.parametrize("add", [details._edge, details._algae, details._draining, details._scum_lines])
@pytest.mark.parametrize("seed", range(5))
def test_what_water_leaves_is_near_the_water(
    add: Callable[[np.random.Generator, Extent, Picture, float], Picture], seed: int
) -> None:
    drawn = add(rng(seed), EXTENT, PLATING, STILL_M)
    heights = changed_rows_m(drawn)
    assert (np.float32(0.4) == PLATING).all()
    assert np.array_equal(drawn, add(rng(seed), EXTENT, PLATING, STILL_M))
    assert float(drawn.min()) >= 0
    assert float(drawn.max()) <= 1
    if len(heights):
        assert heights.max() < STILL_M + 1.1
    if add is details._scum_lines:
        assert heights.min() > STILL_M - 0.1, "scum lines are above the water"
        assert len(heights) < 0.2 * EXTENT.shape[0], "and thin"


def test_dents_are_soft_and_darken_as_much_as_they_lighten() -> None:
    drawn = details._dents(rng(), EXTENT, PLATING, STILL_M)
    assert float(drawn.mean()) == pytest.approx(0.4, abs=0.02)
    assert float(np.abs(np.diff(drawn[..., 0], axis=0)).max()) < 0.03
    assert float(drawn.std()) > 0.005


@pytest.mark.parametrize("seed", range(8))
def test_ghosts_are_faint_and_only_where_numerals_were(seed: int) -> None:
    ink = np.zeros(EXTENT.shape, dtype=np.float32)
    ink[100:140, 150:170] = 1.0
    drawn = add_ghosts(rng(seed), PLATING, ink, px_per_m=EXTENT.px_per_m)
    off = np.abs(drawn - PLATING).max(axis=2)
    assert 0.004 < float(off.max()) < 0.13
    far = np.ones(EXTENT.shape, dtype=bool)
    far[92:148, 142:178] = False
    assert float(off[far].max()) < 1e-4


def test_confusers_keep_clear_of_the_axis() -> None:
    axis = round(EXTENT.column(0.0))
    shown = clear = 0
    for seed in range(80):
        drawn = add_confusers(rng(seed), EXTENT, PLATING)
        if drawn is PLATING:
            continue
        shown += 1
        clear += bool(np.array_equal(drawn[:, axis - 8 : axis + 8], PLATING[:, axis - 8 : axis + 8]))
    assert shown / 80 == pytest.approx(0.44, abs=0.16)
    # A long name may still reach across.
    assert clear >= 0.85 * shown


@pytest.mark.parametrize(
    "paint",
    [
        confusers._load_lines, confusers._tank_mark, confusers._bulb, confusers._thruster, confusers._name,
        confusers._lettering, confusers._container_number,
    ],
)  # fmt: skip
def test_every_confuser_is_drawn_in_one_tone(
    paint: Callable[[np.random.Generator, Extent, Picture], None],
) -> None:
    drawn_once = 0
    for seed in range(12):
        drawn = PLATING.copy()
        paint(rng(seed), EXTENT, drawn)
        changed = np.abs(drawn - PLATING).max(axis=2)
        drawn_once += bool(changed.max() > 0.2)
        assert float(drawn.max()) <= 1.0
    assert drawn_once >= 4, "in view as often as not"
