"""The uncertainty of a cargo weight: every doubt of both surveys moved through the real chain, as a budget.

Source: [GUM]; common doubts are single inputs that move both surveys, so that what cancels, cancels.
Left out: the sizes of doubts (`doubts.py`, `uncertainty_profiles.py`) and the law (`propagation.py`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from survey.condition import SurveyCondition
from survey.doubts import STATED, Doubt, common_doubts, doubts_of
from survey.propagation import UncertainInput, UncertaintyBudget, propagate
from survey.results import ConditionResult
from survey.survey_case import SurveyCase
from survey.uncertainty_profiles import VISUAL_SURVEY, UncertaintyProfile, profile_named

Chain = Callable[[SurveyCondition], ConditionResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedCase:
    """A case whose cargo weight is a signed sum of net displacements, with all that is doubted in it.

    Attributes:
        chain: computes a condition at full precision.
        conditions: those that the weight rests on, computed by the chain.
        signs: stage to +1 or -1.
        doubts: every independent doubt.
        constant_t: declared constant's standard uncertainty where a provisional weight rests on it, else None.
        constant_from: where that one comes from.
    """

    chain: Chain
    conditions: tuple[ConditionResult, ...]
    signs: Mapping[str, int]
    doubts: tuple[Doubt, ...]
    constant_t: float | None
    constant_from: str

    def weight_change_t(self, doubt: Doubt, change: float) -> float:
        """What the weight gains when one doubt is moved; conditions that it does not concern stay."""
        return math.fsum(
            self.signs[result.stage]
            * (
                self.chain(doubt.move(result.condition, change)).net_displacement_t
                - result.net_displacement_t
            )
            for result in self.conditions
            if doubt.stage in (None, result.stage)
        )

    def joint_change_t(self, changes: Sequence[float]) -> float:
        """What the weight gains when all doubts are moved at once: what Monte Carlo draws.

        Args:
            changes: one for each doubt, in its unit; the declared constant is no part of it.
        """
        moved = {result.stage: result.condition for result in self.conditions}
        for doubt, change in zip(self.doubts, changes, strict=True):
            for stage in moved if doubt.stage is None else (doubt.stage,):
                moved[stage] = doubt.move(moved[stage], change)
        return math.fsum(
            self.signs[result.stage]
            * (self.chain(moved[result.stage]).net_displacement_t - result.net_displacement_t)
            for result in self.conditions
        )


def cargo_uncertainty(case: SurveyCase, chain: Chain) -> UncertaintyBudget:
    """The budget of a case's cargo weight.

    Args:
        case: with two conditions named as `cargo_from` and `cargo_to`, or with a single one.
        chain: computes a condition; at full precision, since a rounding profile's steps have no slope.

    Raises:
        UnknownUncertaintyProfileError: the case names a profile that is not known.
        UnboundedSensitivityError: an input cannot be moved to either side without leaving the tables.
    """
    weighed = weigh(case, chain)
    inputs = [_input(weighed, doubt) for doubt in weighed.doubts]
    if weighed.constant_t:
        inputs.append(_constant_input(weighed.constant_t, weighed.constant_from))
    return propagate(inputs)


def profile_of(case: SurveyCase) -> UncertaintyProfile:
    """The profile for what the case does not state: the one it selects, else the visual survey.

    Every output prints its name and source, so that an assumed uncertainty is never taken for a stated one.

    Raises:
        UnknownUncertaintyProfileError: the case names a profile that is not known.
    """
    return profile_named(case.method.uncertainty_profile or VISUAL_SURVEY.name)


def weigh(case: SurveyCase, chain: Chain) -> WeighedCase:
    """The conditions that the weight rests on, computed, and everything doubted in them.

    Raises:
        UnknownUncertaintyProfileError: the case names a profile that is not known.
    """
    profile = profile_of(case)
    signs = _signs(case)
    results = tuple(chain(condition) for condition in case.conditions if condition.stage in signs)
    doubts = [doubt for result in results for doubt in doubts_of(result, profile, case.method.mean_rule)]
    doubts += common_doubts([result.condition for result in results], profile)
    constant_t, constant_from = _constant(case, profile) if len(results) == 1 else (None, STATED)
    return WeighedCase(
        chain=chain,
        conditions=results,
        signs=signs,
        doubts=tuple(doubt for doubt in doubts if doubt.standard_uncertainty > 0),
        constant_t=constant_t,
        constant_from=constant_from,
    )


def assumed_inputs(budget: UncertaintyBudget) -> Sequence[str]:
    """Names of the inputs whose uncertainty the case did not state, each once, the largest first."""
    return tuple(dict.fromkeys(line.input for line in budget.lines if line.assumed_from != STATED))


def _signs(case: SurveyCase) -> dict[str, int]:
    if case.cargo_from is None or case.cargo_to is None:
        return {case.conditions[-1].stage: 1}
    return {case.cargo_from: -1, case.cargo_to: 1}


def _constant(case: SurveyCase, profile: UncertaintyProfile) -> tuple[float | None, str]:
    """The declared constant is an estimate on which a provisional weight rests in full."""
    stated_t = case.vessel.declared_constant_standard_uncertainty_t
    if stated_t is not None:
        return stated_t, STATED
    declared_t = case.vessel.declared_constant_t
    return (None if declared_t is None else profile.constant_relative * abs(declared_t)), profile.name


def _input(weighed: WeighedCase, doubt: Doubt) -> UncertainInput:
    return UncertainInput(
        name=doubt.name,
        stage=doubt.stage,
        standard_uncertainty=doubt.standard_uncertainty,
        unit=doubt.unit,
        assumed_from=doubt.assumed_from,
        degrees_of_freedom=doubt.degrees_of_freedom,
        weight_t=lambda change: weighed.weight_change_t(doubt, change),
    )


def _constant_input(standard_uncertainty_t: float, assumed_from: str) -> UncertainInput:
    return UncertainInput(
        name="declared_constant",
        stage=None,
        standard_uncertainty=standard_uncertainty_t,
        unit="t",
        assumed_from=assumed_from,
        degrees_of_freedom=math.inf,
        weight_t=lambda change: -change,
    )
