"""The column: geometry by hand, rows and places there and back, the upright view of drawn and rendered marks."""

from typing import Any

import numpy as np
import pytest
from character_boxes import box, column
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rendered_marks import camera_at, plain_scene, seen_characters, view_px

from vision.draft.column import (
    UPRIGHT_PX_PER_M,
    MarkColumn,
    UprightView,
    column_from_lattice,
    lowest_draft_in_picture,
    members_in_view,
    row_stretch,
    upright_view,
)
from vision.draft.lattice import find_lattices
from vision.draft.numerals import MarkCharacter
from vision.draft.rows import row_slope
from vision.draft.scale import fit_scale
from vision.synthetic.render import SceneRenderer

Array = NDArray[np.float64]


def straight(*, px_per_m: float = 200.0, **changes: Any) -> MarkColumn:
    """An upright column through (300, 400), where the draft is 8.4 m."""
    values = np.arange(8.0, 8.9, 0.2)
    parts: dict[str, Any] = {
        "scale": fit_scale(values, px_per_m * (values - 8.4), np.full(len(values), 0.5)),
        "origin_px": np.array([300.0, 400.0]),
        "axis_up": np.array([0.0, -1.0]),
        "bend": np.zeros(3),
        "row_right": np.array([1.0, 0.0]),
        "row_stretch": 1.0,
    }
    return MarkColumn(**(parts | changes))


def seen(
    column: MarkColumn, shape: tuple[int, int] = (600, 600), *, top_m: float = 9.0, bottom_m: float = 7.6
) -> UprightView:
    image = np.full((*shape, 3), 90, dtype=np.uint8)
    return upright_view(image, column, top_m=top_m, bottom_m=bottom_m, half_width_m=0.8)


def test_points_and_drafts_by_hand() -> None:
    points = straight().point_px(np.array([8.4, 8.9, 7.4]))
    assert points == pytest.approx(np.array([[300.0, 400.0], [300.0, 300.0], [300.0, 600.0]]), abs=1e-4)
    assert straight().draft_at(np.array([123.0, 350.0])) == pytest.approx(8.65)


def test_a_bend_goes_to_the_side_of_the_axis() -> None:
    # 0.001 px per squared px: 100 px up the axis it stands 10 px aside.
    bent = straight(bend=np.array([0.001, 0.0, 0.0]))
    points = bent.point_px(np.array([8.4, 8.9, 7.9]))
    assert points == pytest.approx(np.array([[300.0, 400.0], [310.0, 300.0], [310.0, 500.0]]), abs=1e-3)


@given(
    lean_deg=st.floats(-35, 35),
    row_deg=st.floats(-15, 15),
    bend=st.floats(-2e-4, 2e-4),
    stretch=st.floats(0.7, 2.5),
    row=st.floats(0, 440),
    at=st.floats(0, 500),
)
def test_a_view_knows_where_its_pixels_came_from(
    lean_deg: float, row_deg: float, bend: float, stretch: float, row: float, at: float
) -> None:
    lean, turn = np.radians(lean_deg), np.radians(row_deg)
    view = seen(
        straight(
            axis_up=np.array([np.sin(lean), -np.cos(lean)]),
            row_right=np.array([np.cos(turn), np.sin(turn)]),
            bend=np.array([bend, 0.0, 0.0]),
            row_stretch=stretch,
        )
    )
    points = view.picture_px(np.array([row]), np.array([at]))

    assert view_px(view, points)[0] == pytest.approx([at, row], abs=1e-6)
    assert float(view.row_of_draft(view.draft_of_row(row))) == pytest.approx(row)
    assert float(view.column_of(view.across_m(at))) == pytest.approx(at)
    on_axis = view.picture_px(np.array([row]), np.array([float(view.column_of(0.0))]))[0]
    assert view.column.point_px(np.array([float(view.draft_of_row(row))]))[0] == pytest.approx(
        on_axis, abs=1e-6
    )


def test_a_view_shows_the_picture_where_it_says() -> None:
    rows, columns = np.mgrid[0:600, 0:600]
    ramp = np.dstack([columns * 255 / 600, rows * 255 / 600, np.full((600, 600), 128)]).astype(np.uint8)
    lean = np.radians(12)
    tilted = straight(
        axis_up=np.array([np.sin(lean), -np.cos(lean)]), row_right=np.array([0.98, 0.199]), row_stretch=1.2
    )
    view = upright_view(ramp, tilted, top_m=8.9, bottom_m=8.0, half_width_m=0.5)

    inside = np.argwhere(view.inside)[::997].astype(np.float64)
    points = view.picture_px(inside[:, 0], inside[:, 1])
    shown = view.image_bgr[inside[:, 0].astype(int), inside[:, 1].astype(int)].astype(float)
    assert shown[:, 0] * 600 / 255 == pytest.approx(points[:, 0], abs=3)
    assert shown[:, 1] * 600 / 255 == pytest.approx(points[:, 1], abs=3)


def test_what_the_picture_does_not_reach_is_not_inside_and_black() -> None:
    view = seen(straight(origin_px=np.array([10.0, 400.0])))
    axis = round(float(view.column_of(0.0)))
    assert not view.inside[:, 0].any()
    assert view.inside[100, axis]
    assert (view.image_bgr[100, : axis - 20] == 0).all()


def test_a_view_has_whole_strides_and_its_resolution() -> None:
    view = seen(straight())
    assert view.image_bgr.shape[0] % 32 == 0
    assert view.image_bgr.shape[1] % 32 == 0
    assert float(view.draft_of_row(0) - view.draft_of_row(320)) == pytest.approx(1.0)
    assert float(view.across_m(320) - view.across_m(0)) == pytest.approx(320 / UPRIGHT_PX_PER_M)


@pytest.mark.parametrize("px_per_m", [60.0, 250.0, 320.0, 1400.0])
def test_a_line_keeps_its_place_at_every_resolution(px_per_m: float) -> None:
    # Dark above 8.4 m and light below: half height crosses at the edge between two rows of the picture.
    size = round(2 * px_per_m)
    image = np.zeros((size, size, 3), np.uint8)
    image[size // 2 :] = 200
    column = straight(px_per_m=px_per_m, origin_px=np.array([size / 2, size / 2 - 0.5]))
    view = upright_view(image, column, top_m=8.9, bottom_m=7.9, half_width_m=0.5)

    middle = view.image_bgr[:, view.image_bgr.shape[1] // 2, 0].astype(float)
    row = int(np.flatnonzero(middle < 100)[-1])
    crossing = row + (100 - middle[row]) / (middle[row + 1] - middle[row])
    assert float(view.draft_of_row(crossing)) == pytest.approx(8.4, abs=0.6 / min(px_per_m, 320))


@pytest.mark.parametrize(("lean", "slope"), [(0.0, 0.0), (0.3, 0.0), (-0.2, 0.15), (0.1, -0.2)])
def test_a_column_is_fitted_to_its_lattice(lean: float, slope: float) -> None:
    characters = tuple(column(116, 126, lean=lean, slope=slope))
    lattice = find_lattices(characters)[0]
    value_at_zero = 11.6 - 0.2 * lattice.members[0].step
    fitted = column_from_lattice(lattice, value_at_zero_m=value_at_zero, slope=row_slope(lattice, characters))

    drafts = np.array([11.6, 12.0, 12.6])
    up = (drafts - 11.6) * 100
    expected = np.column_stack([400 + lean * up, 600 - up])
    assert fitted.point_px(drafts) == pytest.approx(expected, abs=1e-3)
    assert fitted.row_right == pytest.approx(np.array([1, slope]) / np.hypot(1, slope), abs=1e-6)
    assert fitted.row_stretch == 1.0


def wide(ratio: float) -> MarkCharacter:
    return MarkCharacter(
        text="4", score=0.9, left_px=0.0, top_px=0.0, right_px=100.0 * ratio, lower_edge_px=100.0
    )


@pytest.mark.parametrize(
    ("ratio", "stretch"),
    [(0.75, 1.0), (0.55, 1.0), (0.95, 1.0), (1.9, 2.0), (0.44, 0.8), (9.0, 3.0), (0.1, 0.6)],
)
def test_only_numerals_wider_or_narrower_than_any_yards_tell_of_the_view(
    ratio: float, stretch: float
) -> None:
    assert row_stretch([wide(ratio)] * 3) == pytest.approx(stretch)


def test_letters_and_dashes_do_not_tell_of_the_view() -> None:
    assert row_stretch([]) == 1.0
    assert row_stretch([box("M", 0, 0, px_per_m=100), box("dash", 0, 0, px_per_m=100)]) == 1.0


def test_the_lowest_draft_in_the_picture_by_hand() -> None:
    # 200 px a metre, 8.4 m at row 400: row 599 is 7.405 m; the search goes in steps of 2 cm from 8.0 m.
    assert lowest_draft_in_picture(straight(), (600, 600), deepest_m=6.0) == pytest.approx(7.4, abs=0.021)
    assert lowest_draft_in_picture(straight(), (6000, 600), deepest_m=6.0) == 6.0
    leaning = straight(axis_up=np.array([0.6, -0.8]))
    # The axis leaves the picture's left edge 500 px down its length, 2.5 m below 8.4 m.
    assert lowest_draft_in_picture(leaning, (6000, 600), deepest_m=4.0) == pytest.approx(5.9, abs=0.021)


def standing(
    view: UprightView, text: str, draft_m: float, *, across_m: float = 0.0, **score: float
) -> MarkCharacter:
    return box(
        text,
        float(view.column_of(across_m)),
        float(view.row_of_draft(draft_m)),
        px_per_m=UPRIGHT_PX_PER_M,
        **score,
    )


def test_members_of_a_view_by_hand() -> None:
    view = seen(straight())
    found = members_in_view(
        (
            standing(view, "2", 8.23),
            standing(view, "4", 8.4),
            standing(view, "4", 8.41, score=0.3),
            standing(view, "8", 8.6),
            standing(view, "8", 8.8, across_m=0.2),
            standing(view, "M", 8.0),
            standing(view, "6", 7.6 + 0.09),
            standing(view, "9", 9.0),
        ),
        view,
        tolerance_m=0.075,
    )
    assert [(round(value, 6), character.text) for value, character in found] == [
        (8.0, "M"),
        (8.2, "2"),
        (8.4, "4"),
    ]
    assert found[2][1].score == 0.9


@pytest.mark.parametrize(
    "pose",
    [
        {},
        {"roll_deg": 10.0},
        {"azimuth_deg": 25.0, "elevation_deg": 15.0},
        {"elevation_deg": 35.0, "focal_px": 1500.0},
        {"azimuth_deg": -20.0, "elevation_deg": 20.0, "roll_deg": -8.0},
    ],
    ids=["level", "roll", "side", "above", "all"],
)
def test_rendered_marks_stand_upright_in_their_view(pose: dict[str, float]) -> None:
    scene = plain_scene(8.05, camera=camera_at(8.05, **pose))
    boxes = tuple(
        MarkCharacter(
            text=character.text,
            score=0.9,
            left_px=float(character.corners_px[[0, 2], 0].mean()),
            top_px=float(character.corners_px[2:, 1].mean()),
            right_px=float(character.corners_px[[1, 3], 0].mean()),
            lower_edge_px=float(character.corners_px[:2, 1].mean()),
        )
        for character in seen_characters(scene, 0.0)
    )
    lattice = find_lattices(boxes)[0]
    fitted = column_from_lattice(
        lattice, value_at_zero_m=8.2 - 0.2 * lattice.members[0].step, slope=row_slope(lattice, boxes)
    )
    view = upright_view(
        SceneRenderer(scene).frame(0.0).image_bgr, fitted, top_m=9.3, bottom_m=7.6, half_width_m=0.8
    )
    measured = 0
    for character in seen_characters(scene, 0.0):
        corners = view_px(view, character.corners_px)
        foot = corners[:2].mean(axis=0)
        if character.on_axis and character.dry:
            measured += 1
            assert float(view.draft_of_row(foot[1])) == pytest.approx(character.value_m, abs=0.006)
        assert abs(corners[0, 0] - corners[2, 0]) < 5, "its left edge is upright to a sixth of its height"
    assert measured >= 4
