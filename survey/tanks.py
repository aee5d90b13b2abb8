"""Volume in a tank from its sounding or ullage: calibration tables with trim and heel.

Source: the three kinds of calibration table that ships carry, after [ECE92] and [UKPI].
Left out: tanks without a table (`tank_wedge.py`), sounding pipe bends, and the temperature expansion of oils.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from survey.errors import InvalidTankTableError, OutsideTankTableError, UndeclaredGaugeError

NO_MORE_THAN_EMPTY_M3 = -1e-9
"""Arithmetic dust below an empty tank; anything lower is a correction that does not fit the sounding."""
DUST = 1e-9
"""What binary arithmetic leaves on a trim or reading that stands exactly on a table's end: 6.3 - 4.3 is not 2."""


class TankStatus(StrEnum):
    """How a tank's content came to be known; it decides how far the figure is trusted."""

    SOUNDED_JOINTLY = "sounded_jointly"
    BY_SHIP = "by_ship"
    DECLARED = "declared"
    ESTIMATED = "estimated"
    NOT_SOUNDABLE = "not_soundable"


class Gauge(StrEnum):
    """What the tape measured: the liquid's depth below its surface, or the empty space above it."""

    SOUNDING = "sounding"
    ULLAGE = "ullage"


class CorrectionRounding(StrEnum):
    """Whether an interpolated sounding correction is used as it is, or to the whole millimetre."""

    NONE = "none"
    WHOLE_MM = "whole_mm"


@dataclass(frozen=True, slots=True, kw_only=True)
class TankReading:
    """A tape reading: a depth of liquid (sounding) or of empty space (ullage)."""

    gauge: Gauge
    value_m: float

    def as_gauge(self, gauge: Gauge, *, gauge_height_m: float | None) -> float:
        """The reading as the other gauge would have it, in metres.

        Args:
            gauge: what the table is entered with.
            gauge_height_m: striking plate to ullage point; needed only where the two differ.

        Raises:
            UndeclaredGaugeError: the gauges differ and the gauge height is missing.
        """
        if gauge is self.gauge:
            return self.value_m
        if gauge_height_m is None:
            raise UndeclaredGaugeError(self.gauge.value, gauge.value)
        return gauge_height_m - self.value_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Attitude:
    """How the ship lay at the sounding: trim by the stern in metres, heel to starboard in degrees."""

    trim_by_stern_m: float
    heel_to_starboard_deg: float

    def __post_init__(self) -> None:
        """Refuse what no ship lies at.

        Raises:
            InvalidTankTableError: a value is not finite.
        """
        if not (math.isfinite(self.trim_by_stern_m) and math.isfinite(self.heel_to_starboard_deg)):
            raise InvalidTankTableError(f"trim and heel must be finite numbers, not {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeColumn:
    """Volume against tape reading for the upright, even-keeled tank."""

    readings_m: tuple[float, ...]
    volumes_m3: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the column once.

        Raises:
            InvalidTankTableError: not two rising readings or more, or not one finite volume for each.
        """
        _check_axis("readings", self.readings_m, least=2)
        _check_values("volumes", self.volumes_m3, len(self.readings_m))

    def at(self, reading_m: float) -> float:
        """The volume in m³, linear between bracketing rows.

        Raises:
            OutsideTankTableError: the reading is not covered by the rows.
        """
        index, fraction = _bracket("reading_m", self.readings_m, reading_m)
        return _between(self.volumes_m3[index], self.volumes_m3[index + 1], fraction)


@dataclass(frozen=True, slots=True, kw_only=True)
class TankGrid:
    """A table with tape readings down and trims (m by the stern) or heels (degrees to starboard) across.

    `cells[i][j]` belongs to `readings_m[i]` and `columns[j]`, in the unit that its user says.
    """

    readings_m: tuple[float, ...]
    columns: tuple[float, ...]
    cells: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        """Check the grid once.

        Raises:
            InvalidTankTableError: an axis that does not rise, a row of the wrong length, or a cell that is
                no number.
        """
        _check_axis("readings", self.readings_m, least=2)
        _check_axis("columns", self.columns, least=1)
        if len(self.cells) != len(self.readings_m):
            raise InvalidTankTableError(
                f"{len(self.readings_m)} readings but {len(self.cells)} rows of cells"
            )
        for row in self.cells:
            _check_values("cells", row, len(self.columns))

    def at(self, reading_m: float, column: float, *, column_name: str) -> float:
        """The cell value, bilinear; a grid of one column answers for that column alone.

        Raises:
            OutsideTankTableError: the reading, or the trim or heel, is not covered.
        """
        index, fraction = _bracket("reading_m", self.readings_m, reading_m)
        upper = self._across(self.cells[index], column, column_name)
        lower = self._across(self.cells[index + 1], column, column_name)
        return _between(upper, lower, fraction)

    def _across(self, row: Sequence[float], column: float, column_name: str) -> float:
        if len(self.columns) == 1 and abs(column - self.columns[0]) <= DUST:
            return row[0]
        index, fraction = _bracket(column_name, self.columns, column)
        return _between(row[index], row[index + 1], fraction)


class TankTable(Protocol):
    """Anything that turns a tape reading into a volume at the ship's attitude."""

    @property
    def asks_for_heel(self) -> bool:
        """Whether the table has corrections for heel, so that the heel must be known."""

    def volume_m3(self, reading: TankReading, attitude: Attitude) -> float:
        """The liquid's volume in m³."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeByTrimTable:
    """Kind (a): the volume itself by reading and trim, with an optional volume correction in m³ by heel."""

    gauge: Gauge
    gauge_height_m: float | None
    volumes_m3: TankGrid
    heel_corrections_m3: TankGrid | None

    @property
    def asks_for_heel(self) -> bool:
        """Whether there are corrections for heel."""
        return self.heel_corrections_m3 is not None

    def volume_m3(self, reading: TankReading, attitude: Attitude) -> float:
        """The liquid's volume in m³.

        >>> grid = TankGrid(
        ...     readings_m=(1.95, 2.0), columns=(2.0, 3.0), cells=((808.78, 782.28), (824.85, 800.41))
        ... )
        >>> table = VolumeByTrimTable(
        ...     gauge=Gauge.SOUNDING, gauge_height_m=None, volumes_m3=grid, heel_corrections_m3=None
        ... )
        >>> reading = TankReading(gauge=Gauge.SOUNDING, value_m=1.99)
        >>> round(table.volume_m3(reading, Attitude(trim_by_stern_m=2.8, heel_to_starboard_deg=0.0)), 3)
        801.754

        Raises:
            OutsideTankTableError: the reading, trim or heel is not covered.
            UndeclaredGaugeError: the reading is of the other gauge and the gauge height is missing.
            InvalidTankTableError: the corrected volume is below empty.
        """
        entered_m = reading.as_gauge(self.gauge, gauge_height_m=self.gauge_height_m)
        volume_m3 = self.volumes_m3.at(entered_m, attitude.trim_by_stern_m, column_name="trim_by_stern_m")
        heel_m3 = _heel_correction(self.heel_corrections_m3, entered_m, attitude)
        return _not_below_empty(volume_m3 + heel_m3)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundingCorrectionTable:
    """Kind (b): corrections in millimetres to the reading by trim and by heel, then the volume of the result.

    Both corrections are taken at the reading as measured, and added together.
    """

    gauge: Gauge
    gauge_height_m: float | None
    volumes: VolumeColumn
    trim_corrections_mm: TankGrid
    heel_corrections_mm: TankGrid | None
    rounding: CorrectionRounding

    @property
    def asks_for_heel(self) -> bool:
        """Whether there are corrections for heel."""
        return self.heel_corrections_mm is not None

    def volume_m3(self, reading: TankReading, attitude: Attitude) -> float:
        """The liquid's volume in m³.

        Raises:
            OutsideTankTableError: the reading, the corrected reading, trim or heel is not covered.
            UndeclaredGaugeError: the reading is of the other gauge and the gauge height is missing.
            InvalidTankTableError: the volume is below empty.
        """
        entered_m = reading.as_gauge(self.gauge, gauge_height_m=self.gauge_height_m)
        trim_mm = self.trim_corrections_mm.at(
            entered_m, attitude.trim_by_stern_m, column_name="trim_by_stern_m"
        )
        heel_mm = _heel_correction(self.heel_corrections_mm, entered_m, attitude)
        correction_mm = self._rounded(trim_mm) + self._rounded(heel_mm)
        return _not_below_empty(self.volumes.at(entered_m + correction_mm / 1000))

    def _rounded(self, correction_mm: float) -> float:
        if self.rounding is CorrectionRounding.NONE:
            return correction_mm
        # Nine decimals first: interpolation leaves -230.50000000000003 where the table means a tie.
        return float(Decimal(f"{correction_mm:.9f}").quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeCorrectionTable:
    """Kind (c): the even-keel volume plus corrections in m³ by trim and by heel, all at the reading."""

    gauge: Gauge
    gauge_height_m: float | None
    volumes: VolumeColumn
    trim_corrections_m3: TankGrid
    heel_corrections_m3: TankGrid | None

    @property
    def asks_for_heel(self) -> bool:
        """Whether there are corrections for heel."""
        return self.heel_corrections_m3 is not None

    def volume_m3(self, reading: TankReading, attitude: Attitude) -> float:
        """The liquid's volume in m³.

        Raises:
            OutsideTankTableError: the reading, trim or heel is not covered.
            UndeclaredGaugeError: the reading is of the other gauge and the gauge height is missing.
            InvalidTankTableError: the corrected volume is below empty.
        """
        entered_m = reading.as_gauge(self.gauge, gauge_height_m=self.gauge_height_m)
        trim_m3 = self.trim_corrections_m3.at(
            entered_m, attitude.trim_by_stern_m, column_name="trim_by_stern_m"
        )
        heel_m3 = _heel_correction(self.heel_corrections_m3, entered_m, attitude)
        return _not_below_empty(self.volumes.at(entered_m) + trim_m3 + heel_m3)


def _heel_correction(grid: TankGrid | None, reading_m: float, attitude: Attitude) -> float:
    """The heel correction in the grid's unit; zero for an upright ship or a tank without such a table."""
    if grid is None or attitude.heel_to_starboard_deg == 0:
        return 0.0
    return grid.at(reading_m, attitude.heel_to_starboard_deg, column_name="heel_to_starboard_deg")


def _not_below_empty(volume_m3: float) -> float:
    if volume_m3 < NO_MORE_THAN_EMPTY_M3:
        raise InvalidTankTableError(
            f"the corrected volume is {volume_m3:.3f} m³, below an empty tank; the correction does not fit "
            "this sounding (take the wedge, or declare the volume)"
        )
    return max(volume_m3, 0.0)


def _bracket(name: str, axis: Sequence[float], value: float) -> tuple[int, float]:
    """The place of a value on an axis, and how far it lies to the next; within `DUST` of an end it is the end."""
    if not axis[0] - DUST <= value <= axis[-1] + DUST or len(axis) == 1:
        raise OutsideTankTableError(name, value, axis[0], axis[-1])
    within = min(max(value, axis[0]), axis[-1])
    index = min(bisect_right(axis, within), len(axis) - 1) - 1
    return index, (within - axis[index]) / (axis[index + 1] - axis[index])


def _between(lower: float, upper: float, fraction: float) -> float:
    return lower + fraction * (upper - lower)


def _check_axis(name: str, axis: Sequence[float], *, least: int) -> None:
    if len(axis) < least:
        raise InvalidTankTableError(f"{len(axis)} {name}; {least} or more are needed")
    if not all(math.isfinite(value) for value in axis):
        raise InvalidTankTableError(f"the {name} must be finite numbers")
    for first, second in pairwise(axis):
        if second <= first:
            raise InvalidTankTableError(f"the {name} must rise, but {second:g} follows {first:g}")


def _check_values(name: str, values: Sequence[float], expected: int) -> None:
    if len(values) != expected:
        raise InvalidTankTableError(f"{len(values)} {name} where {expected} are needed")
    if not all(math.isfinite(value) for value in values):
        raise InvalidTankTableError(f"the {name} must be finite numbers")
