"""Shape of the balance of a cargo.

Source: `survey.balance`, whose names it keeps.
Left out: judging a claim; a verdict says only whether a difference is more than noise.
"""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas import View
from survey.balance import Doubtful, Verdict

FigureName = Literal[
    "bill_of_lading",
    "declared",
    "lots_declared",
    "draft_survey",
    "belt_scale",
    "truck_scales",
    "rail_scales",
    "barges",
    "wagon_count",
    "transferred",
    "storage",
]


class FigureView(View):
    """One statement of the weight of the cargo."""

    name: FigureName
    weight_t: float | None = Field(description="Sum of what was weighed; null where nothing was.")
    standard_uncertainty_t: float | None = Field(description="Null where any part of it is unknown.")
    u95_t: float | None = Field(description="Twice the standard uncertainty.")
    declared: bool = Field(description="A paper claims it; it is compared as it stands.")
    load_count: int
    without_weight: int = Field(description="Loads that nobody weighed; the sum is then a lower bound.")
    without_uncertainty: int = Field(description="Weighed loads of which nobody knows how well.")
    record_ids: list[UUID] = Field(description="The records that the figure rests on, the first hundred.")
    url: str = Field(description="Where what it is made of can be read.")


class ComparisonView(View):
    """A figure against a reference; a positive difference is over (溢), a negative one short (短)."""

    figure: FigureName
    reference: FigureName
    difference_t: float | None
    difference_permille: float | None
    standard_uncertainty_t: float | None
    expanded_uncertainty_t: float | None = Field(
        description="Coverage factor times the standard uncertainty."
    )
    verdict: Verdict
    doubtful: Doubtful | None = Field(description="Why it decides nothing; null where it does.")


class RuleView(View):
    """When a difference means something."""

    coverage_factor: float
    tolerance_permille: float | None


class BalanceView(View):
    """Every figure, and every comparison that can mean something."""

    port_call_id: UUID
    rule: RuleView
    figures: list[FigureView]
    comparisons: list[ComparisonView]
