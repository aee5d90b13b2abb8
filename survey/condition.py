"""What is measured at one draft survey: readings, marks, water density, the table used, and deductibles.

Source: the fields of the record forms of [ECE92]; one sign convention, its direction in every name.
Left out: arithmetic (`drafts.py`, `corrections.py`) and the reading of case files (`case.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey.hydrostatics import DraftBasis, HydrostaticTable
from survey.tank_wedge import BoxTank
from survey.tanks import TankReading, TankStatus, TankTable
from survey.typed_hydrostatics import TypedHydrostatics

MARKS = ("forward", "midship", "aft")
SIDES = ("port", "starboard")


class ListRule(StrEnum):
    """How the correction for list is taken; recorded in every result."""

    NONE = "none"
    TPC_AT_SIDES = "tpc_at_sides"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReading:
    """One reading of a draft mark in metres; the uncertainty is None where the reader states none."""

    draft_m: float
    standard_uncertainty_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReadings:
    """The six readings of a survey; a side that was not read is None."""

    forward_port: DraftReading | None
    forward_starboard: DraftReading | None
    midship_port: DraftReading | None
    midship_starboard: DraftReading | None
    aft_port: DraftReading | None
    aft_starboard: DraftReading | None

    def of(self, mark: str, side: str) -> DraftReading | None:
        """The reading of a mark of `MARKS` at a side of `SIDES`."""
        reading: DraftReading | None = getattr(self, f"{mark}_{side}")
        return reading

    def items(self) -> Iterator[tuple[str, DraftReading | None]]:
        """All six by name, from forward to aft, port first."""
        for mark in MARKS:
            for side in SIDES:
                yield f"{mark}_{side}", self.of(mark, side)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedDrafts:
    """Where a survey starts without readings: the mean draft on the table's own basis, and the trim."""

    quarter_mean_m: float
    trim_by_stern_m: float
    standard_uncertainty_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMarks:
    """Where the marks stand: one direction for all three, so that one formula serves them."""

    forward_mark_forward_of_fp_m: float
    midship_mark_forward_of_midships_m: float
    aft_mark_forward_of_ap_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredCorrections:
    """Perpendicular corrections from the ship's own table; None where the formula is to be used."""

    forward_m: float | None
    midship_m: float | None
    aft_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredList:
    """A list from an inclinometer or a water tube, to estimate a side that could not be read."""

    to_starboard_deg: float
    standard_uncertainty_deg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DensitySample:
    """One sample of the water alongside: apparent density in air, by draft-survey hydrometer."""

    density_t_per_m3: float
    place: str | None
    depth_m: float | None
    taken_at: str | None
    instrument_number: str | None
    certificate_expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightDeductible:
    """A deductible given as a weight: a total, or a figure from the ship's books."""

    name: str
    weight_t: float
    status: TankStatus | None
    standard_uncertainty_t: float | None

    @property
    def contents(self) -> str:
        """A total is named for what it consists of."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TankDeductible:
    """One tank: its volume as stated, or from a tape reading through a calibration table or a box.

    At least one of `volume_m3` and `reading` with `calibration` is given. The calibration goes before the
    stated volume, which then serves only where the table does not cover the ship's trim or heel.
    """

    name: str
    contents: str
    density_t_per_m3: float
    volume_m3: float | None
    reading: TankReading | None
    calibration: TankTable | BoxTank | None
    status: TankStatus | None
    standard_uncertainty_t: float | None


Deductible = WeightDeductible | TankDeductible


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipHydrostatics:
    """The table of a condition with what must be known of it: its water density and its draft basis."""

    table: HydrostaticTable | TypedHydrostatics
    density_t_per_m3: float
    draft_basis: DraftBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCondition:
    """Everything measured at one survey. Exactly one of `draft_readings` and `corrected_drafts` is given.

    Attributes:
        stage: its name within the case: initial, intermediate, final, single, or any other.
        draft_readings: the six readings.
        corrected_drafts: mean draft and trim, where the survey starts there.
        marks: where the marks stand; None where every correction is entered, or with corrected drafts.
        entered_corrections: from the ship's own table.
        measured_list: for a side that was not read.
        density_samples: one or more; they are averaged.
        density_standard_uncertainty_t_per_m3: of their mean; None where nobody states one.
        hydrostatics: the table, typed or whole.
        deductibles: all that is aboard and is neither ship, constant nor cargo.
        list_rule: how list is corrected.
        cargo_on_board_t: by the ship's figures; 0 for an empty ship; None where not stated.
        surveyed_on: the day, against which the hydrometer's certificate is held.
    """

    stage: str
    draft_readings: DraftReadings | None
    corrected_drafts: CorrectedDrafts | None
    marks: DraftMarks | None
    entered_corrections: EnteredCorrections
    measured_list: MeasuredList | None
    density_samples: tuple[DensitySample, ...]
    density_standard_uncertainty_t_per_m3: float | None
    hydrostatics: ShipHydrostatics
    deductibles: tuple[Deductible, ...]
    list_rule: ListRule
    cargo_on_board_t: float | None
    surveyed_on: date | None
