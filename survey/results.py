"""What a survey gives: every value as a named step, the weight, its uncertainty, and what looks wrong.

Source: the record sheet is printed from the steps, so that what is shown is what was computed.
Left out: printing, and the JSON shape (`document.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.condition import SurveyCondition
from survey.propagation import UncertaintyBudget
from survey.survey_case import SurveyCase
from survey.tanks import TankStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedStep:
    """One value of the chain, as rounded by the survey's profile.

    `source` is a key of docs/sources.md, or "given" for what was measured or read off a table.
    """

    name: str
    symbol: str
    value: float
    unit: str
    formula: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductibleResult:
    """One deductible with its weight; volume and density are None where only a weight was given.

    `table_left_out` says that the calibration table did not cover the ship's trim or heel, so that the
    stated volume was taken.
    """

    name: str
    contents: str
    volume_m3: float | None
    density_t_per_m3: float | None
    weight_t: float
    status: TankStatus | None
    table_left_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionResult:
    """The worked chain of one condition.

    Attributes:
        condition: what it was computed from.
        steps: in the order of the chain.
        deductibles: as weighed.
        estimated_readings: name (forward_port ...) to metres, for sides that were not read.
    """

    condition: SurveyCondition
    steps: tuple[WorkedStep, ...]
    deductibles: tuple[DeductibleResult, ...]
    estimated_readings: Mapping[str, float]

    @property
    def stage(self) -> str:
        """The stage of the condition."""
        return self.condition.stage

    def find(self, name: str) -> float | None:
        """The value of a step, or None where the chain has no such step."""
        return next((step.value for step in self.steps if step.name == name), None)

    def value(self, name: str) -> float:
        """The value of a step that every chain has.

        Raises:
            KeyError: the chain has no such step.
        """
        value = self.find(name)
        if value is None:
            raise KeyError(name)
        return value

    @property
    def net_displacement_t(self) -> float:
        """Displacement at the water's density, less deductibles."""
        return self.value("net_displacement_t")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyWarning:
    """Something implausible: a code, a sentence, and the numbers behind it.

    `stage` is None for what concerns the whole survey; `limit` is None where no number divides good from bad.
    """

    code: str
    message: str
    stage: str | None
    values: Mapping[str, float | str | None]
    limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillOfLadingComparison:
    """The weight against the bill of lading; positive differences are over (溢), negative short (短)."""

    bill_of_lading_t: float
    difference_t: float
    difference_percent: float
    difference_permille: float
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyResult:
    """A computed survey.

    Attributes:
        case: what it was computed from.
        conditions: in the order of the case.
        cargo_t: net(to) - net(from), signed; with one condition, what is aboard beyond ship and declared
            constant; None where neither can be had.
        provisional: whether `cargo_t` rests on one condition and the declared constant.
        uncertainty: of `cargo_t`; None where there is no cargo.
        bill_of_lading: None where no bill was given, or there is no cargo.
        warnings: everything implausible, in the order of the checks.
    """

    case: SurveyCase
    conditions: tuple[ConditionResult, ...]
    cargo_t: float | None
    provisional: bool
    uncertainty: UncertaintyBudget | None
    bill_of_lading: BillOfLadingComparison | None
    warnings: tuple[SurveyWarning, ...]
