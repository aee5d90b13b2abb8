"""The wedge: hand calculation, Riemann sums as an oracle, faults, properties."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import InvalidTankTableError, OutsideTankTableError
from survey.tank_wedge import BoxTank, wedge_volume_m3
from survey.tanks import Attitude

BOX = BoxTank(
    length_m=20.0,
    breadth_m=10.0,
    depth_m=3.0,
    pipe_forward_of_aft_bulkhead_m=1.0,
    pipe_to_starboard_of_port_side_m=4.0,
)


def volume_m3(tank: BoxTank, sounding_m: float, trim_m: float = 0.0, heel_deg: float = 0.0) -> float:
    return wedge_volume_m3(
        tank,
        sounding_m=sounding_m,
        attitude=Attitude(trim_by_stern_m=trim_m, heel_to_starboard_deg=heel_deg),
        length_between_perpendiculars_m=200.0,
    )


def test_level_water_by_hand() -> None:
    assert volume_m3(BOX, 1.5) == pytest.approx(300.0)
    assert volume_m3(BOX, 0.0) == 0.0
    assert volume_m3(BOX, 3.0) == pytest.approx(600.0)


def test_a_wet_bottom_under_trim_by_hand() -> None:
    # 2 m by the stern over 200 m: 1 cm a metre. Depth at mid-length: 1.5 m - 9 m * 0.01 = 1.41 m.
    assert volume_m3(BOX, 1.5, trim_m=2.0) == pytest.approx(1.41 * 200)


def test_a_dry_fore_end_under_trim_by_hand() -> None:
    # 0.05 m at the pipe is 0.06 m at the bulkhead and runs out 6 m forward of it: 0.5 * 6 * 0.06 * 10.
    assert volume_m3(BOX, 0.05, trim_m=2.0) == pytest.approx(1.8)


def test_a_pressed_aft_end_by_hand() -> None:
    # By the head the same triangle of air stands at the after end.
    air_m3 = volume_m3(BOX, 0.05, trim_m=2.0)
    assert volume_m3(BOX, 2.95, trim_m=2.0) < 600
    full_but_a_triangle = volume_m3(replace(BOX, pipe_forward_of_aft_bulkhead_m=1.0), 2.95, trim_m=-2.0)
    assert full_but_a_triangle == pytest.approx(600 - air_m3)


def test_heel_by_hand() -> None:
    # The middle is 1 m to starboard of the pipe, deeper by tan(1 degree) when heeled to starboard.
    assert volume_m3(BOX, 1.5, heel_deg=1.0) == pytest.approx(200 * (1.5 + math.tan(math.radians(1.0))))


@given(
    st.floats(0.0, 3.0),
    st.floats(-6.0, 6.0),
    st.floats(-6.0, 6.0),
    st.floats(0.0, 20.0),
    st.floats(0.0, 10.0),
)
def test_oracle_of_many_small_columns(
    sounding_m: float, trim_m: float, heel_deg: float, forward_m: float, starboard_m: float
) -> None:
    tank = replace(
        BOX, pipe_forward_of_aft_bulkhead_m=forward_m, pipe_to_starboard_of_port_side_m=starboard_m
    )
    cells, total_m3 = 60, 0.0
    slope_x, slope_y = trim_m / 200, math.tan(math.radians(heel_deg))
    for i in range(cells):
        for j in range(cells):
            x_m, y_m = (i + 0.5) * 20 / cells, (j + 0.5) * 10 / cells
            depth_m = sounding_m - (x_m - forward_m) * slope_x + (y_m - starboard_m) * slope_y
            total_m3 += min(max(depth_m, 0.0), 3.0) * (20 / cells) * (10 / cells)
    assert volume_m3(tank, sounding_m, trim_m, heel_deg) == pytest.approx(total_m3, abs=0.05)


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0), st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))
def test_more_sounding_is_never_less_liquid(
    first_m: float, second_m: float, trim_m: float, heel: float
) -> None:
    low, high = sorted((first_m, second_m))
    assert volume_m3(BOX, low, trim_m, heel) <= volume_m3(BOX, high, trim_m, heel) + 1e-9


@given(st.floats(0.0, 3.0), st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))
def test_mirrored_tank_and_heel_hold_the_same(sounding_m: float, trim_m: float, heel_deg: float) -> None:
    mirrored = replace(BOX, pipe_to_starboard_of_port_side_m=6.0)
    assert volume_m3(mirrored, sounding_m, trim_m, -heel_deg) == pytest.approx(
        volume_m3(BOX, sounding_m, trim_m, heel_deg), abs=1e-9
    )


@pytest.mark.parametrize("sounding_m", [-0.01, 3.01, math.nan])
def test_a_sounding_outside_the_tank_is_refused(sounding_m: float) -> None:
    with pytest.raises(OutsideTankTableError, match="0 to 3"):
        volume_m3(BOX, sounding_m)


def test_a_ship_without_length_is_refused() -> None:
    with pytest.raises(InvalidTankTableError, match="LBP"):
        wedge_volume_m3(
            BOX,
            sounding_m=1.0,
            attitude=Attitude(trim_by_stern_m=0.0, heel_to_starboard_deg=0.0),
            length_between_perpendiculars_m=math.nan,
        )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("length_m", 0.0),
        ("breadth_m", math.nan),
        ("depth_m", math.inf),
        ("pipe_forward_of_aft_bulkhead_m", 20.1),
        ("pipe_to_starboard_of_port_side_m", -0.1),
    ],
)
def test_a_tank_that_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(InvalidTankTableError, match=name):
        replace(BOX, **{name: value})
