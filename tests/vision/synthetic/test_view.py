"""The moving surface behind a picture's pixels, held against rays met by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendered_marks import camera_at

from vision.synthetic.view import View, view_of

DRAFT_M = 8.0


def seen(**pose: float) -> View:
    small = {"size_px": (112, 112), "px_per_m": 60.0}
    return view_of(camera_at(DRAFT_M, **(small | pose)), flare_deg=0.0, still_m=DRAFT_M, curvature_per_m=0.0)


@settings(max_examples=12, deadline=None)
@given(
    elevation_m=st.floats(-0.3, 0.3),
    elevation_deg=st.floats(4.0, 40.0),
    azimuth_deg=st.floats(-30.0, 30.0),
)
def test_water_and_plating_meet_at_the_waves_level(
    elevation_m: float, elevation_deg: float, azimuth_deg: float
) -> None:
    view = seen(elevation_deg=elevation_deg, azimuth_deg=azimuth_deg)
    depth_m = DRAFT_M + elevation_m - view.z_m
    u_m, y_m = view.surface(np.full_like(view.z_m, elevation_m), depth_m.astype(np.float32))
    column = view.z_m.shape[1] // 2
    row = int(np.argmin(np.abs(depth_m[:, column])))
    # A pixel is 17 mm high, and a flat ray carries it far.
    assert y_m[row, column] == pytest.approx(0.0, abs=0.015 * float(view.y_per_m[row, column]))
    assert u_m[row, column] == pytest.approx(
        float(view.u_m[row, column]), abs=0.01 + 0.015 * abs(float(view.u_per_m[row, column]))
    )


def test_far_from_the_contact_the_water_is_still() -> None:
    view = seen(elevation_deg=20.0, px_per_m=22.0)
    calm = view.surface(np.zeros_like(view.z_m), (DRAFT_M - view.z_m).astype(np.float32))
    crest = view.surface(np.full_like(view.z_m, 0.2), (DRAFT_M + 0.2 - view.z_m).astype(np.float32))
    assert crest[1][-1] == pytest.approx(calm[1][-1], rel=0.05)
    assert float(np.abs(crest[0][-1] - calm[0][-1]).max()) < 0.05


@pytest.mark.parametrize("elevation_m", [-0.25, 0.25])
def test_down_the_picture_the_water_comes_nearer_without_a_step(elevation_m: float) -> None:
    """A crest once was a strip without any distance of its own, down to the still level."""
    view = seen(elevation_deg=10.0)
    depth_m = DRAFT_M + elevation_m - view.z_m
    _, y_m = view.surface(np.full_like(view.z_m, elevation_m), depth_m.astype(np.float32))
    column = view.z_m.shape[1] // 2
    wet = y_m[depth_m[:, column] > 0.01, column]
    steps = np.diff(wet)
    assert (steps > 0).all()
    assert steps.max() < 4 * np.median(steps)
