"""Reads the deductibles of a case: weights by name, and tanks with what turns their soundings into volumes.

Source: the case format (docs/survey-case.md), its three kinds of tank table and the box.
Left out: weighing them (`deductibles.py`); a tank without volume and without table is refused there.
"""

from survey.case_fields import ANY_NUMBER, Fields, NumberRange
from survey.condition import Deductible, TankDeductible, WeightDeductible
from survey.errors import InvalidCaseError, InvalidTankTableError
from survey.tank_wedge import BoxTank
from survey.tanks import (
    CorrectionRounding,
    Gauge,
    SoundingCorrectionTable,
    TankGrid,
    TankReading,
    TankStatus,
    TankTable,
    VolumeByTrimTable,
    VolumeColumn,
    VolumeCorrectionTable,
)

TANK_KEYS = (
    "name",
    "contents",
    "volume_m3",
    "density_t_per_m3",
    "sounding_m",
    "ullage_m",
    "status",
    "table",
    "box",
    "standard_uncertainty_t",
)
KINDS = ("volume_by_trim", "sounding_correction_mm", "volume_correction_m3")
TABLE_KEYS = (
    "kind",
    "gauge",
    "gauge_height_m",
    "readings_m",
    "trims_by_stern_m",
    "cells",
    "volume_readings_m",
    "volumes_m3",
    "heels_to_starboard_deg",
    "heel_readings_m",
    "heel_cells",
    "rounding",
)
BOX_KEYS = (
    "length_m",
    "breadth_m",
    "depth_m",
    "pipe_forward_of_aft_bulkhead_m",
    "pipe_to_starboard_of_port_side_m",
)
MOST_DEDUCTIBLES = 1000
"""No ship has so many tanks; the uncertainty of each is worked through all of them."""
WEIGHT = NumberRange(lowest=0.0, highest=1e6, unit="t")
_VOLUME = NumberRange(lowest=0.0, highest=2e5, unit="m3")
_DENSITY = NumberRange(lowest=0.5, highest=2.0, unit="t/m3")
_TAPE = NumberRange(lowest=0.0, highest=60.0, unit="m")
_LENGTH = NumberRange(lowest=0.0, highest=600.0, unit="m")


def read_deductibles(fields: Fields) -> tuple[Deductible, ...]:
    """All deductibles of a condition, weights first.

    Args:
        fields: the condition, with `deductibles_t`, what belongs to it by the same names, and `tanks`.

    Raises:
        InvalidCaseError: a value is not accepted, or a status or uncertainty belongs to no weight.
        InvalidTankTableError: a tank's table or box cannot be used.
    """
    weights = fields.named_numbers("deductibles_t", WEIGHT)
    tanks = fields.children("tanks", TANK_KEYS)
    for name, found in (("deductibles_t", len(weights)), ("tanks", len(tanks))):
        if found > MOST_DEDUCTIBLES:
            accepted = f"up to {MOST_DEDUCTIBLES}"
            raise InvalidCaseError(fields.path_of(name), f"has {found} entries", accepted=accepted)
    uncertainties = fields.named_numbers("deductible_standard_uncertainty_t", WEIGHT)
    statuses = fields.child("deductible_status", tuple(weights))
    for name in uncertainties:
        if name not in weights:
            raise InvalidCaseError(
                f"{fields.path_of('deductible_standard_uncertainty_t')}.{name}",
                "belongs to no weight",
                accepted=", ".join(weights) or "names of deductibles_t",
            )
    stated = tuple(
        WeightDeductible(
            name=name,
            weight_t=weight_t,
            status=None if statuses is None else statuses.optional_choice(name, TankStatus),
            standard_uncertainty_t=uncertainties.get(name),
        )
        for name, weight_t in weights.items()
    )
    return (*stated, *map(_tank, tanks))


def _tank(tank: Fields) -> TankDeductible:
    try:
        calibration = _calibration(tank)
    except InvalidTankTableError as error:
        raise error.within(tank.path) from error
    reading = _reading(tank)
    volume_m3 = tank.optional_number("volume_m3", _VOLUME)
    if volume_m3 is None and (reading is None or calibration is None):
        raise InvalidCaseError(
            tank.path,
            "has no volume_m3, and no sounding with a table or box",
            accepted="volume_m3, or sounding_m or ullage_m with a table or a box; 0 for an empty tank",
        )
    return TankDeductible(
        name=tank.text("name"),
        contents=tank.text("contents"),
        density_t_per_m3=tank.number("density_t_per_m3", _DENSITY),
        volume_m3=volume_m3,
        reading=reading,
        calibration=calibration,
        status=tank.optional_choice("status", TankStatus),
        standard_uncertainty_t=tank.optional_number("standard_uncertainty_t", WEIGHT),
    )


def _reading(tank: Fields) -> TankReading | None:
    sounding_m = tank.optional_number("sounding_m", _TAPE)
    ullage_m = tank.optional_number("ullage_m", _TAPE)
    if sounding_m is not None and ullage_m is not None:
        raise InvalidCaseError(tank.path, "has both sounding_m and ullage_m", accepted="one of the two")
    if ullage_m is not None:
        return TankReading(gauge=Gauge.ULLAGE, value_m=ullage_m)
    return None if sounding_m is None else TankReading(gauge=Gauge.SOUNDING, value_m=sounding_m)


def _calibration(tank: Fields) -> TankTable | BoxTank | None:
    table, box = tank.child("table", TABLE_KEYS), tank.child("box", BOX_KEYS)
    if table is not None and box is not None:
        raise InvalidCaseError(tank.path, "has both a table and a box", accepted="one of the two")
    if box is not None:
        return BoxTank(**{name: box.number(name, _LENGTH) for name in BOX_KEYS})
    return None if table is None else _table(table)


def _table(table: Fields) -> TankTable:
    kind = table.text("kind")
    gauge = table.choice("gauge", Gauge)
    gauge_height_m = table.optional_number("gauge_height_m", _TAPE)
    by_trim = _grid(table, "readings_m", "trims_by_stern_m", "cells")
    by_heel = _heel_grid(table)
    if kind == "volume_by_trim":
        return VolumeByTrimTable(
            gauge=gauge, gauge_height_m=gauge_height_m, volumes_m3=by_trim, heel_corrections_m3=by_heel
        )
    volumes = VolumeColumn(
        readings_m=table.numbers("volume_readings_m", _TAPE), volumes_m3=table.numbers("volumes_m3", _VOLUME)
    )
    if kind == "sounding_correction_mm":
        return SoundingCorrectionTable(
            gauge=gauge,
            gauge_height_m=gauge_height_m,
            volumes=volumes,
            trim_corrections_mm=by_trim,
            heel_corrections_mm=by_heel,
            rounding=table.choice("rounding", CorrectionRounding),
        )
    if kind == "volume_correction_m3":
        return VolumeCorrectionTable(
            gauge=gauge,
            gauge_height_m=gauge_height_m,
            volumes=volumes,
            trim_corrections_m3=by_trim,
            heel_corrections_m3=by_heel,
        )
    raise InvalidCaseError(table.path_of("kind"), f"is {kind!r}", accepted=", ".join(KINDS))


def _heel_grid(table: Fields) -> TankGrid | None:
    if not table.has("heels_to_starboard_deg"):
        return None
    return _grid(table, "heel_readings_m", "heels_to_starboard_deg", "heel_cells")


def _grid(table: Fields, readings: str, columns: str, cells: str) -> TankGrid:
    """A grid as it is printed: readings down, trims or heels across, a list of cells for each reading."""
    rows = [
        Fields({"row": row}, path, ("row",)).numbers("row", ANY_NUMBER) for path, row in table.items(cells)
    ]
    return TankGrid(
        readings_m=table.numbers(readings, _TAPE),
        columns=table.numbers(columns, ANY_NUMBER),
        cells=tuple(rows),
    )
