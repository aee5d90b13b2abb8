"""A whole survey as it is given: the ship, the method, the conditions, and what the weight is held against.

Source: the case format of docs/survey-case.md.
Left out: reading it from a mapping (`case.py`) and computing it (`computation.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from survey.condition import DraftMarks, SurveyCondition
from survey.rounding import Rounding


class MeanRule(StrEnum):
    """How forward, midship and aft drafts weigh in the mean draft; recorded in every result."""

    SIX_EIGHTHS = "6/8"
    FOUR_SIXTHS = "4/6"
    THREE_FOURTEEN_THREE = "3-14-3"


class Operation(StrEnum):
    """What the ship did between the two surveys."""

    LOADING = "loading"
    DISCHARGING = "discharging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vessel:
    """The ship's particulars; what is not known is None."""

    name: str | None
    imo: str | None
    length_between_perpendiculars_m: float
    breadth_m: float | None
    lightship_t: float | None
    declared_constant_t: float | None
    declared_constant_standard_uncertainty_t: float | None
    summer_draft_m: float | None
    keel_plate_thickness_m: float | None
    marks: DraftMarks | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyMethod:
    """The choices that change the numbers; all are printed with them.

    Attributes:
        rounding: the named profile.
        mctc_half_interval_m: a; MCTC is taken at the mean draft + a and - a.
        mean_rule: weights of the mean draft.
        uncertainty_profile: name of the profile for uncertainties that the case does not state; None where
            the case selects none.
    """

    rounding: Rounding
    mctc_half_interval_m: float
    mean_rule: MeanRule
    uncertainty_profile: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyLimits:
    """Where a plausibility check begins to warn. The values are Hullmark's own; a case may set others."""

    constant_deviation: float = 0.10
    constant_agreement_t: float = 1.0
    constant_drift_t: float = 50.0
    bill_of_lading_permille: float = 5.0
    list_deg: float = 0.5
    twist_deg: float = 0.5
    deflection_m: float = 0.02
    lowest_density_t_per_m3: float = 0.990
    highest_density_t_per_m3: float = 1.040
    fuel_rise_t: float = 1.0
    side_difference_m: float = 0.20

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The limits that a case may set."""
        return tuple(field.name for field in fields(cls))


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCase:
    """A survey of one or more conditions.

    Attributes:
        vessel: the ship.
        vessel_as_given: her particulars as the case wrote them, for the printed head.
        table_lcf_reference: as declared, for the printed rules; None where every condition is typed.
        method: how it is computed.
        conditions: in order of time.
        cargo_from: stage that the cargo counts from; None for a single condition.
        cargo_to: stage that it counts to; None for a single condition.
        operation: None where not stated.
        bill_of_lading_t: None where there is none yet.
        limits: of the plausibility checks.
    """

    vessel: Vessel
    vessel_as_given: Mapping[str, object]
    table_lcf_reference: str | None
    method: SurveyMethod
    conditions: tuple[SurveyCondition, ...]
    cargo_from: str | None
    cargo_to: str | None
    operation: Operation | None
    bill_of_lading_t: float | None
    limits: SurveyLimits

    def condition(self, stage: str) -> SurveyCondition:
        """The condition of a stage that the case has."""
        return next(condition for condition in self.conditions if condition.stage == stage)
