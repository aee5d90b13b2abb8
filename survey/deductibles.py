"""The weight of what is aboard and is neither ship, constant nor cargo, tank by tank.

Source: [ECE92]; volume times apparent density for tanks, weights as stated for the rest.
Left out: calibration tables (`tanks.py`), the wedge (`tank_wedge.py`), and how far a figure is trusted.
"""

from dataclasses import dataclass

from survey.condition import Deductible, TankDeductible, WeightDeductible
from survey.errors import (
    InconsistentSurveyError,
    InvalidTankTableError,
    OutsideTankTableError,
    UndeclaredGaugeError,
)
from survey.results import DeductibleResult
from survey.rounding import Quantity, Rounding, rounded
from survey.tank_wedge import BoxTank, wedge_volume_m3
from survey.tanks import Attitude, Gauge, TankReading, TankTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipAfloat:
    """How the ship lay when her tanks were sounded.

    Attributes:
        stage: of the condition, for messages.
        trim_by_stern_m: at the perpendiculars.
        heel_to_starboard_deg: None where nothing tells it, which only a box or a table by heel needs.
        length_between_perpendiculars_m: LBP, for the wedge.
    """

    stage: str
    trim_by_stern_m: float
    heel_to_starboard_deg: float | None
    length_between_perpendiculars_m: float


def weighed(item: Deductible, afloat: ShipAfloat, *, rounding: Rounding) -> DeductibleResult:
    """One deductible with its weight.

    Args:
        item: a stated weight or a tank.
        afloat: trim, heel and length.
        rounding: the survey's profile; a tank's weight is a field of its own on the form.

    Raises:
        InconsistentSurveyError: a tank calibrated by heel, and nothing that tells the heel.
        OutsideTankTableError: the table covers neither the sounding nor the trim or heel, and no volume is
            stated instead.
        InvalidTankTableError: the corrected volume is below empty.
        UndeclaredGaugeError: a sounding for an ullage table without the gauge height, or the other way.
    """
    if not isinstance(item, TankDeductible):
        return _stated(item)
    try:
        volume_m3, table_left_out = _volume_m3(item, afloat)
    except (OutsideTankTableError, InvalidTankTableError, UndeclaredGaugeError) as error:
        raise error.within(f"{afloat.stage}: tank {item.name}") from error
    weight_t = volume_m3 * item.density_t_per_m3
    return DeductibleResult(
        name=item.name,
        contents=item.contents,
        volume_m3=volume_m3,
        density_t_per_m3=item.density_t_per_m3,
        weight_t=rounded(weight_t, quantity=Quantity.WEIGHT, rounding=rounding),
        status=item.status,
        table_left_out=table_left_out,
    )


def _stated(item: WeightDeductible) -> DeductibleResult:
    return DeductibleResult(
        name=item.name,
        contents=item.contents,
        volume_m3=None,
        density_t_per_m3=None,
        weight_t=item.weight_t,
        status=item.status,
        table_left_out=False,
    )


def _volume_m3(tank: TankDeductible, afloat: ShipAfloat) -> tuple[float, bool]:
    """The volume, and whether the calibration had to be left out for the stated one."""
    if tank.reading is None or tank.calibration is None:
        if tank.volume_m3 is None:
            raise InconsistentSurveyError(
                afloat.stage,
                f"tank {tank.name} has no volume; accepted is volume_m3, or sounding_m with its table or box",
            )
        return tank.volume_m3, False
    attitude = _attitude(tank, afloat)
    length_m = afloat.length_between_perpendiculars_m
    try:
        return _calibrated_m3(tank.reading, tank.calibration, attitude=attitude, length_m=length_m), False
    except OutsideTankTableError:
        if tank.volume_m3 is None:
            raise
        return tank.volume_m3, True


def _attitude(tank: TankDeductible, afloat: ShipAfloat) -> Attitude:
    """How the ship lay; a table without corrections for heel takes none into account, known or not."""
    heel_deg = afloat.heel_to_starboard_deg
    by_heel = isinstance(tank.calibration, BoxTank) or (
        tank.calibration is not None and tank.calibration.asks_for_heel
    )
    if heel_deg is None and by_heel:
        raise InconsistentSurveyError(
            afloat.stage,
            f"tank {tank.name} is calibrated by heel, which nothing tells; accepted is the ship's breadth_m "
            "with the midship readings, or measured_list_to_starboard_deg",
        )
    return Attitude(trim_by_stern_m=afloat.trim_by_stern_m, heel_to_starboard_deg=heel_deg or 0.0)


def _calibrated_m3(
    reading: TankReading, calibration: TankTable | BoxTank, *, attitude: Attitude, length_m: float
) -> float:
    if isinstance(calibration, BoxTank):
        return wedge_volume_m3(
            calibration,
            sounding_m=reading.as_gauge(Gauge.SOUNDING, gauge_height_m=calibration.depth_m),
            attitude=attitude,
            length_between_perpendiculars_m=length_m,
        )
    return calibration.volume_m3(reading, attitude)
