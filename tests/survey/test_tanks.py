"""Tank tables: published cases of all three kinds, heel and ullage by hand, faults, properties."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from survey.errors import InvalidTankTableError, OutsideTankTableError, UndeclaredGaugeError
from survey.tanks import (
    Attitude,
    CorrectionRounding,
    Gauge,
    SoundingCorrectionTable,
    TankGrid,
    TankReading,
    TankTable,
    VolumeByTrimTable,
    VolumeColumn,
    VolumeCorrectionTable,
)

UPRIGHT_28 = Attitude(trim_by_stern_m=2.8, heel_to_starboard_deg=0.0)


def sounding(value_m: float) -> TankReading:
    return TankReading(gauge=Gauge.SOUNDING, value_m=value_m)


def volume_by_trim(heel: TankGrid | None = None, gauge: Gauge = Gauge.SOUNDING) -> VolumeByTrimTable:
    """Published: three table types, trim 2.8 m (tank_volume_test.go, 2026-11)."""
    return VolumeByTrimTable(
        gauge=gauge,
        gauge_height_m=None,
        volumes_m3=TankGrid(
            readings_m=(1.95, 2.0), columns=(2.0, 3.0), cells=((808.78, 782.28), (824.85, 800.41))
        ),
        heel_corrections_m3=heel,
    )


def sounding_correction(
    rounding: CorrectionRounding = CorrectionRounding.WHOLE_MM, heel: TankGrid | None = None
) -> SoundingCorrectionTable:
    return SoundingCorrectionTable(
        gauge=Gauge.SOUNDING,
        gauge_height_m=None,
        volumes=VolumeColumn(readings_m=(2.22, 2.23), volumes_m3=(565.54, 566.37)),
        trim_corrections_mm=TankGrid(
            readings_m=(2.4, 2.5), columns=(2.5, 3.0), cells=((-205, -246), (-207, -248))
        ),
        heel_corrections_mm=heel,
        rounding=rounding,
    )


def volume_correction(
    heel: TankGrid | None = None, gauge_height_m: float | None = None
) -> VolumeCorrectionTable:
    return VolumeCorrectionTable(
        gauge=Gauge.SOUNDING,
        gauge_height_m=gauge_height_m,
        volumes=VolumeColumn(readings_m=(1.9, 2.0), volumes_m3=(892.06, 899.25)),
        trim_corrections_m3=TankGrid(
            readings_m=(1.9, 2.0), columns=(2.0, 3.0), cells=((-56.0, -89.2), (-58.63, -97.15))
        ),
        heel_corrections_m3=heel,
    )


@pytest.mark.parametrize(
    ("table", "sounding_m", "expected_m3"),
    [
        (volume_by_trim(), 1.99, 801.754),
        (sounding_correction(), 2.46, 566.287),
        (volume_correction(), 1.98, 809.743),
    ],
)
def test_published_three_kinds_of_table(table: TankTable, sounding_m: float, expected_m3: float) -> None:
    assert table.volume_m3(sounding(sounding_m), UPRIGHT_28) == pytest.approx(expected_m3, abs=0.001)


def test_the_unrounded_correction_differs_by_hand() -> None:
    volume_m3 = sounding_correction(CorrectionRounding.NONE).volume_m3(sounding(2.46), UPRIGHT_28)
    assert volume_m3 == pytest.approx(565.54 + 0.92 * 0.83)  # 2.46 m - 230.8 mm = 2.2292 m


def test_a_correction_halfway_is_rounded_away_from_zero() -> None:
    table = SoundingCorrectionTable(
        gauge=Gauge.SOUNDING,
        gauge_height_m=None,
        volumes=VolumeColumn(readings_m=(0.0, 10.0), volumes_m3=(0.0, 10_000.0)),
        trim_corrections_mm=TankGrid(readings_m=(2.0, 3.0), columns=(0.0, 1.0), cells=((0, -5), (0, -5))),
        heel_corrections_mm=None,
        rounding=CorrectionRounding.WHOLE_MM,
    )
    half_a_millimetre = Attitude(trim_by_stern_m=0.1, heel_to_starboard_deg=0.0)
    assert table.volume_m3(sounding(2.5), half_a_millimetre) == pytest.approx(2499.0)


HEEL_M3 = TankGrid(readings_m=(1.9, 2.0), columns=(-1.0, 1.0), cells=((4.0, -4.0), (4.0, -4.0)))


def test_heel_by_hand_for_every_kind() -> None:
    heeled = Attitude(trim_by_stern_m=2.8, heel_to_starboard_deg=0.5)
    assert volume_by_trim(HEEL_M3).volume_m3(sounding(1.99), heeled) == pytest.approx(801.7544 - 2.0)
    assert volume_correction(HEEL_M3).volume_m3(sounding(1.98), heeled) == pytest.approx(809.7432 - 2.0)
    by_mm = sounding_correction(
        CorrectionRounding.NONE, TankGrid(readings_m=(2.4, 2.5), columns=(0.0, 1.0), cells=((0, -4), (0, -4)))
    )
    assert by_mm.volume_m3(sounding(2.46), heeled) == pytest.approx(565.54 + 0.72 * 0.83)


def test_an_upright_ship_needs_no_heel_table() -> None:
    assert volume_by_trim(HEEL_M3).volume_m3(sounding(1.99), UPRIGHT_28) == pytest.approx(801.7544)


def test_ullage_is_turned_into_sounding_by_the_gauge_height() -> None:
    ullage = TankReading(gauge=Gauge.ULLAGE, value_m=10.02)
    assert volume_correction(gauge_height_m=12.0).volume_m3(ullage, UPRIGHT_28) == pytest.approx(809.7432)
    with pytest.raises(UndeclaredGaugeError, match="gauge_height_m"):
        volume_correction().volume_m3(ullage, UPRIGHT_28)


def test_a_table_entered_by_ullage() -> None:
    table = volume_by_trim(gauge=Gauge.ULLAGE)
    ullage = TankReading(gauge=Gauge.ULLAGE, value_m=1.99)
    assert table.volume_m3(ullage, UPRIGHT_28) == pytest.approx(801.7544)


@pytest.mark.parametrize("value_m", [1.94, 2.01, math.nan, -1.0])
def test_a_sounding_outside_is_refused(value_m: float) -> None:
    with pytest.raises(OutsideTankTableError, match="reading_m"):
        volume_by_trim().volume_m3(sounding(value_m), UPRIGHT_28)


def test_trim_and_heel_outside_are_refused() -> None:
    with pytest.raises(OutsideTankTableError, match=r"trim_by_stern_m 1\.9 .* 2 to 3"):
        volume_by_trim().volume_m3(sounding(1.99), Attitude(trim_by_stern_m=1.9, heel_to_starboard_deg=0.0))
    with pytest.raises(OutsideTankTableError, match="heel_to_starboard_deg"):
        volume_by_trim(HEEL_M3).volume_m3(
            sounding(1.99), Attitude(trim_by_stern_m=2.8, heel_to_starboard_deg=2)
        )


def test_a_grid_of_one_trim_answers_for_that_trim_alone() -> None:
    grid = TankGrid(readings_m=(1.0, 2.0), columns=(0.0,), cells=((10.0,), (20.0,)))
    assert grid.at(1.5, 0.0, column_name="trim_by_stern_m") == 15.0
    with pytest.raises(OutsideTankTableError):
        grid.at(1.5, 0.01, column_name="trim_by_stern_m")


def test_a_correction_below_empty_is_refused_and_dust_is_not() -> None:
    table = VolumeCorrectionTable(
        gauge=Gauge.SOUNDING,
        gauge_height_m=None,
        volumes=VolumeColumn(readings_m=(0.0, 1.0), volumes_m3=(0.0, 100.0)),
        trim_corrections_m3=TankGrid(
            readings_m=(0.0, 1.0), columns=(0.0, 1.0), cells=((0.0, -5.0), (0.0, -5.0))
        ),
        heel_corrections_m3=None,
    )
    by_the_stern = Attitude(trim_by_stern_m=1.0, heel_to_starboard_deg=0.0)
    assert table.volume_m3(sounding(0.05), by_the_stern) == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(InvalidTankTableError, match="below an empty tank"):
        table.volume_m3(sounding(0.04), by_the_stern)


@pytest.mark.parametrize(
    ("readings", "columns", "cells", "says"),
    [
        ((1.0,), (0.0, 1.0), ((1.0, 2.0),), "1 readings; 2 or more"),
        ((1.0, 2.0), (), ((), ()), "0 columns; 1 or more"),
        ((2.0, 1.0), (0.0,), ((1.0,), (2.0,)), "readings must rise, but 1 follows 2"),
        ((1.0, 1.0), (0.0,), ((1.0,), (2.0,)), "readings must rise"),
        ((1.0, math.nan), (0.0,), ((1.0,), (2.0,)), "readings must be finite"),
        ((1.0, 2.0), (0.0,), ((1.0,),), "2 readings but 1 rows"),
        ((1.0, 2.0), (0.0,), ((1.0,), (2.0, 3.0)), "2 cells where 1 are needed"),
        ((1.0, 2.0), (0.0,), ((1.0,), (math.inf,)), "cells must be finite"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(
    readings: tuple[float, ...], columns: tuple[float, ...], cells: tuple[tuple[float, ...], ...], says: str
) -> None:
    with pytest.raises(InvalidTankTableError, match=says):
        TankGrid(readings_m=readings, columns=columns, cells=cells)


def test_an_attitude_must_be_numbers() -> None:
    with pytest.raises(InvalidTankTableError, match="finite"):
        Attitude(trim_by_stern_m=math.nan, heel_to_starboard_deg=0.0)


@given(st.floats(1.9, 2.0), st.floats(2.0, 3.0))
def test_every_interpolated_cell_lies_between_its_corners(reading_m: float, trim_m: float) -> None:
    grid = TankGrid(readings_m=(1.9, 2.0), columns=(2.0, 3.0), cells=((-56.0, -89.2), (-58.63, -97.15)))
    assert -97.15 - 1e-9 <= grid.at(reading_m, trim_m, column_name="trim_by_stern_m") <= -56.0 + 1e-9


@needs_shared
def test_the_published_file_itself() -> None:
    document = json.loads((SHARED / "data/surveys/tank_tables.json").read_text(encoding="utf-8"))
    tables: dict[str, TankTable] = {
        "volume_by_trim": volume_by_trim(),
        "sounding_correction_mm": sounding_correction(),
        "volume_correction": volume_correction(),
    }
    for item in document["items"]:
        attitude = Attitude(trim_by_stern_m=item["trim"], heel_to_starboard_deg=0.0)
        volume_m3 = tables[item["type"]].volume_m3(sounding(item["sounding"]), attitude)
        assert volume_m3 == pytest.approx(item["expected_m3"], abs=document["tolerances"]["default"])
