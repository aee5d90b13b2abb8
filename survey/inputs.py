"""What a survey is computed from: the ship, the method, and each condition as it was measured.

Source: the case format (docs/survey-case.md); references are declared, never guessed.
Left out: reading and refusing what people write (`case.py`), and everything computed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from statistics import fmean
from types import MappingProxyType

from survey.drafts import (
    CorrectedDrafts,
    DraftMarks,
    DraftReadings,
    EnteredCorrections,
    MeanRule,
    MeasuredList,
)
from survey.hydrostatics import DraftBasis, HydrostaticTable, LcfReference, TableKind
from survey.plausibility_limits import PlausibilityLimits
from survey.rounding import RoundingProfile
from survey.tank_wedge import BoxTank
from survey.tanks import TankReading, TankStatus, TankTable
from survey.typed_hydrostatics import TypedHydrostatics


class Operation(StrEnum):
    """What the ship does between the two surveys; it decides which sign the cargo should have."""

    LOADING = "loading"
    DISCHARGING = "discharging"


class ListCorrectionRule(StrEnum):
    """Whether a list correction is made, and from what."""

    NONE = "none"
    TPC_AT_SIDES = "tpc_at_sides"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vessel:
    """The ship's particulars; None for what was not given.

    `particulars` holds what was given, as it was given, for printing.
    """

    length_between_perpendiculars_m: float
    breadth_m: float | None
    lightship_t: float | None
    declared_constant_t: float | None
    summer_draft_m: float | None
    keel_plate_thickness_m: float | None
    particulars: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the weight is computed; printed on every output."""

    rounding: RoundingProfile
    mctc_half_interval_m: float
    mean_rule: MeanRule
    uncertainty_profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredHydrostatics:
    """A table, or the rows that an officer typed, with everything that must be declared about it."""

    table: HydrostaticTable | TypedHydrostatics
    density_t_per_m3: float
    draft_basis: DraftBasis
    lcf_reference: LcfReference
    kind: TableKind

    @property
    def is_typed(self) -> bool:
        """Whether an officer typed the rows."""
        return isinstance(self.table, TypedHydrostatics)


@dataclass(frozen=True, slots=True, kw_only=True)
class DensitySample:
    """One reading of the hydrometer: apparent density in air, and how it was taken."""

    density_t_per_m3: float
    place: str | None = None
    depth_m: float | None = None
    taken_at: str | None = None
    taken_on: date | None = None
    instrument_number: str | None = None
    certificate_expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DockDensity:
    """The dock water's density: at least one sample, whose plain mean counts."""

    samples: tuple[DensitySample, ...]
    standard_uncertainty_t_per_m3: float | None = None

    @property
    def mean_t_per_m3(self) -> float:
        """The mean of the samples."""
        return fmean(sample.density_t_per_m3 for sample in self.samples)

    def moved(self, by_t_per_m3: float) -> "DockDensity":
        """All samples denser by so much."""
        samples = (
            replace(sample, density_t_per_m3=sample.density_t_per_m3 + by_t_per_m3) for sample in self.samples
        )
        return replace(self, samples=tuple(samples))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTank:
    """A tank as it was found, and what turns its sounding into a volume.

    Exactly one of `volume_m3`, `table` and `box` is given; the last two go with `reading`.

    Attributes:
        contents: kind of liquid, such as `ballast`.
        density_t_per_m3: of the contents.
        status: how the content came to be known; None where nobody said.
        table_trims_m: least and greatest trim of the table that a volume was looked up in, for a warning.
        standard_uncertainty_t: of the weight; None where nobody stated one.
    """

    name: str
    contents: str
    density_t_per_m3: float
    volume_m3: float | None = None
    reading: TankReading | None = None
    table: TankTable | None = None
    box: BoxTank | None = None
    status: TankStatus | None = None
    table_trims_m: tuple[float, float] | None = None
    standard_uncertainty_t: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedWeight:
    """A deductible that is given as a weight, under the name that was given to it."""

    name: str
    weight_t: float
    status: TankStatus | None = None
    standard_uncertainty_t: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCondition:
    """One survey: six readings, or corrected drafts to start from, the water, and what is aboard beside cargo.

    Exactly one of `readings` and `corrected_drafts` is given; with readings, exactly one of `marks` and
    `entered_corrections`.
    """

    stage: str
    hydrostatics: DeclaredHydrostatics
    dock_density: DockDensity
    list_correction: ListCorrectionRule
    readings: DraftReadings | None = None
    corrected_drafts: CorrectedDrafts | None = None
    marks: DraftMarks | None = None
    entered_corrections: EnteredCorrections | None = None
    measured_list: MeasuredList | None = None
    stated_weights: tuple[StatedWeight, ...] = ()
    tanks: tuple[MeasuredTank, ...] = ()
    surveyed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCase:
    """Everything that one cargo weight is computed from.

    `cargo_from` and `cargo_to` name the two conditions whose difference is the cargo; both are None where a
    single condition gives a provisional weight.
    """

    vessel: Vessel
    method: Method
    conditions: tuple[SurveyCondition, ...]
    limits: PlausibilityLimits
    operation: Operation | None = None
    bill_of_lading_t: float | None = None
    cargo_from: str | None = None
    cargo_to: str | None = None
