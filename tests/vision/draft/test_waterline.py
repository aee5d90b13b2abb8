"""The waterline: masks drawn by hand, tilt, crests, ripples, hidden parts, and rendered water."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rendered_marks import camera_at, plain_scene, plate_of, sea_of, seen_characters, true_water, view_px

from vision.draft.column import UPRIGHT_PX_PER_M, MarkColumn, UprightView, upright_view
from vision.draft.scale import fit_scale
from vision.draft.waterline import _NETWORK_SIGMA_PX as NETWORK_PX
from vision.draft.waterline import Waterline, find_waterline
from vision.synthetic.render import SceneRenderer
from vision.synthetic.scene import Scene

Array = NDArray[np.float64]
Field = NDArray[np.float32]

ROWS, COLUMNS = 416, 512
AXIS = COLUMNS / 2 - 0.5
HULL, WATER = np.array([50.0, 60.0, 150.0]), np.array([100.0, 120.0, 110.0])


def column() -> MarkColumn:
    values = np.arange(8.0, 8.9, 0.2)
    return MarkColumn(
        scale=fit_scale(values, UPRIGHT_PX_PER_M * (values - 8.4), np.full(len(values), 0.5)),
        origin_px=np.array([256.0, 200.0]),
        axis_up=np.array([0.0, -1.0]),
        bend=np.zeros(3),
        row_right=np.array([1.0, 0.0]),
        row_stretch=1.0,
    )


def cover(contact: Array) -> Array:
    """Share of water in each pixel under a contact row for each column."""
    return np.asarray(np.clip(np.arange(ROWS)[:, None] - contact[None, :] + 0.5, 0, 1))


def view_of(shares: Array, **changes: Any) -> UprightView:
    picture = HULL * (1 - shares[..., None]) + WATER * shares[..., None]
    parts: dict[str, Any] = {
        "image_bgr": np.round(picture).astype(np.uint8),
        "inside": np.ones((ROWS, COLUMNS), dtype=bool),
        "top_m": 9.0,
        "left_m": -COLUMNS / 2 / UPRIGHT_PX_PER_M,
        "column": column(),
    }
    return UprightView(**(parts | changes))


def level(row: float, *, tilt: float = 0.0) -> Array:
    return np.asarray(row + tilt * (np.arange(COLUMNS) - AXIS))


def found_at(contact: Array, water: Array | None = None, **changes: Any) -> Waterline:
    shares = cover(contact)
    line = find_waterline(view_of(shares, **changes), (shares if water is None else water).astype(np.float32))
    assert line is not None
    return line


@settings(max_examples=25, deadline=None)
@given(row=st.floats(100, 300), tilt=st.floats(-0.3, 0.3))
def test_a_straight_contact_is_found_at_the_axis(row: float, tilt: float) -> None:
    line = found_at(level(row, tilt=tilt))

    assert line.row_px == pytest.approx(row, abs=0.35)
    assert NETWORK_PX <= line.sigma_px < NETWORK_PX + 0.1
    assert line.ripple_px < 0.5
    assert line.certainty > 0.95


def test_every_column_that_counts_is_told() -> None:
    line = found_at(level(200.3))
    assert len(line.columns_px) == len(line.rows_px) > 300
    assert line.rows_px == pytest.approx(200.3, abs=0.2)


@pytest.mark.parametrize("height_px", [-40.0, 40.0])
def test_a_crest_at_the_marks_is_not_cut_off(height_px: float) -> None:
    """By hand: a line through a parabola's neighbourhood would be off by a third of what it falls within 0.22 m."""
    across_m = (np.arange(COLUMNS) - AXIS) / UPRIGHT_PX_PER_M
    line = found_at(level(200.0) - height_px * (1 - (across_m / 0.5) ** 2))
    assert line.row_px == pytest.approx(200.0 - height_px, abs=1.0)


def test_one_bare_side_is_bridged_by_a_line() -> None:
    network = cover(level(200.0, tilt=0.1))
    network[:, : int(AXIS) + 20] = 0.0
    line = found_at(level(200.0, tilt=0.1), network)
    assert line.columns_px.min() > AXIS
    assert line.row_px == pytest.approx(200.0, abs=0.5)


def test_a_soft_network_gives_its_half_probability() -> None:
    rows = np.arange(ROWS)[:, None] - level(180.4)[None, :]
    soft = 1 / (1 + np.exp(-rows / 4))
    assert found_at(level(180.4), soft).row_px == pytest.approx(180.4, abs=0.3)


@pytest.mark.parametrize("wave_px", [5.0, 10.0])
def test_ripples_are_measured_and_averaged(wave_px: float) -> None:
    wave = wave_px * np.sin(2 * np.pi * np.arange(COLUMNS) / 45)
    line = found_at(level(200.0) + wave)

    assert line.ripple_px == pytest.approx(wave_px / np.sqrt(2), rel=0.15)
    assert abs(line.row_px - 200.0) < 3 * line.sigma_px
    assert line.sigma_px > NETWORK_PX + 0.05


def test_a_thing_beside_the_marks_does_not_move_the_line() -> None:
    shares = cover(level(200.0))
    network = shares.copy()
    network[:, 340:420] = 0.0
    line = find_waterline(view_of(shares), network.astype(np.float32))
    assert line is not None
    assert line.row_px == pytest.approx(200.0, abs=0.4)
    assert not ((line.columns_px >= 345) & (line.columns_px < 415)).any()


def test_single_columns_that_jump_are_left_out() -> None:
    contact = level(200.0)
    contact[::40] = 260.0
    line = found_at(contact)
    assert line.row_px == pytest.approx(200.0, abs=0.4)
    assert float(np.abs(line.rows_px - 200).max()) < 3


def test_a_numeral_awash_does_not_pull_the_line() -> None:
    shares = cover(level(200.0))
    picture = view_of(shares).image_bgr.copy()
    picture[185:217, 245:268] = 240
    line = found_at(level(200.0), image_bgr=picture)
    assert line.row_px == pytest.approx(200.0, abs=0.4)


@pytest.mark.parametrize("half_width_px", [20, 60, 140])
def test_a_strip_of_picture_is_enough_or_it_is_said(half_width_px: int) -> None:
    inside = np.zeros((ROWS, COLUMNS), dtype=bool)
    inside[:, COLUMNS // 2 - half_width_px : COLUMNS // 2 + half_width_px] = True
    shares = cover(level(200.0, tilt=0.05))
    line = find_waterline(view_of(shares, inside=inside), shares.astype(np.float32))
    if half_width_px == 20:
        assert line is None or line.sigma_px > 0
    else:
        assert line is not None
        assert line.row_px == pytest.approx(200.0, abs=0.5)


def upside_down() -> Array:
    return 1 - cover(level(200.0))


@pytest.mark.parametrize(
    "water",
    [
        np.zeros((ROWS, COLUMNS)),
        np.ones((ROWS, COLUMNS)),
        np.full((ROWS, COLUMNS), 0.5),
        upside_down(),
        cover(level(3.0)),
        cover(level(ROWS - 4.0)),
        0.5 + 0.05 * cover(level(200.0)),
    ],
    ids=["hull", "water", "undecided", "upside-down", "at-the-top", "at-the-bottom", "faint"],
)
def test_where_hull_and_water_are_not_told_apart_there_is_no_waterline(water: Array) -> None:
    assert find_waterline(view_of(cover(level(200.0))), water.astype(np.float32)) is None


def test_water_in_the_far_half_only_is_no_waterline_at_the_marks() -> None:
    network = np.zeros((ROWS, COLUMNS))
    network[:, 480:] = cover(level(200.0))[:, 480:]
    assert find_waterline(view_of(cover(level(200.0))), network.astype(np.float32)) is None


def test_noise_is_no_waterline() -> None:
    rng = np.random.default_rng(1)
    assert (
        find_waterline(view_of(cover(level(200.0))), rng.random((ROWS, COLUMNS)).astype(np.float32)) is None
    )


def rendered(scene: Scene) -> tuple[UprightView, Field]:
    """A view from the exact positions of the marks, and the exact water in it."""
    frame = SceneRenderer(scene).frame(0.0)
    seen = [character for character in seen_characters(scene, 0.0) if character.on_axis and character.dry]
    values = np.array([character.value_m for character in seen])
    feet = np.array([character.corners_px[:2].mean(axis=0) for character in seen])
    up = (feet[-1] - feet[0]) / np.linalg.norm(feet[-1] - feet[0])
    right = seen[0].corners_px[1] - seen[0].corners_px[0]
    along = (feet - feet.mean(axis=0)) @ up
    geometry = MarkColumn(
        scale=fit_scale(values, along, np.full(len(values), 0.2)),
        origin_px=feet.mean(axis=0),
        axis_up=up,
        bend=np.zeros(3),
        row_right=right / np.linalg.norm(right),
        row_stretch=1.0,
    )
    view = upright_view(
        frame.image_bgr, geometry, top_m=float(values[-1]), bottom_m=scene.draft_m - 0.4, half_width_m=0.7
    )
    return view, true_water(scene, view, 0.0)


@pytest.mark.parametrize("seed", range(6))
def test_rendered_water_with_its_exact_mask(seed: int) -> None:
    rng = np.random.default_rng(seed)
    draft_m = float(rng.uniform(4, 14))
    camera = camera_at(
        draft_m,
        azimuth_deg=float(rng.uniform(-15, 15)),
        elevation_deg=float(rng.uniform(2, 25)),
        roll_deg=float(rng.uniform(-6, 6)),
    )
    scene = plain_scene(draft_m, camera=camera, seed=seed, paint_seed=seed)
    view, water = rendered(scene)
    line = find_waterline(view, water)

    assert line is not None
    true_row = view_px(view, _axis_contact(scene))[0, 1]
    assert line.row_px == pytest.approx(true_row, abs=1.0)


def test_rendered_ripples_are_as_high_as_the_sea() -> None:
    scene = plain_scene(8.1, sea=sea_of(0.06, 0.9), significant_height_m=0.06)
    view, water = rendered(scene)
    line = find_waterline(view, water)

    assert line is not None
    assert 0.003 < line.ripple_px / UPRIGHT_PX_PER_M < 0.03


def _axis_contact(scene: Scene) -> Array:
    z_m = np.array([scene.draft_m])
    return plate_of(scene).pixels(np.array([scene.axis_m(scene.draft_m)]), z_m)


def misled(upper: float, lower: float, columns: slice) -> Array:
    """What a network says that takes the hull from `upper` down for water in some columns, and is right elsewhere."""
    water = cover(level(lower))
    water[:, columns] = cover(level(upper))[:, columns]
    return water


def test_of_two_edges_the_one_that_most_columns_show_is_taken() -> None:
    line = found_at(level(260.0), misled(180.0, 260.0, slice(0, 180)))
    assert line.row_px == pytest.approx(260.0, abs=1.0)
    assert line.columns_px.min() >= 180


def test_two_edges_that_divide_the_columns_are_no_waterline() -> None:
    water = misled(180.0, 260.0, slice(0, COLUMNS // 2))
    assert find_waterline(view_of(cover(level(260.0))), water.astype(np.float32)) is None


def test_rows_known_to_be_dry_are_not_taken_for_water() -> None:
    # The network takes plating far above for water, and a band of hull between is the smaller part.
    water = cover(level(300.0))
    water[:240] = 1.0
    view = view_of(cover(level(300.0)))
    line = find_waterline(view, water.astype(np.float32), highest_row_px=240.0)
    assert line is not None
    assert line.row_px == pytest.approx(300.0, abs=0.5)


def test_water_that_begins_at_the_border_of_the_dry_rows_is_no_waterline() -> None:
    water = np.ones((ROWS, COLUMNS), dtype=np.float32)
    assert find_waterline(view_of(cover(level(300.0))), water, highest_row_px=240.0) is None
