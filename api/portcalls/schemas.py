"""Shapes of port calls, of what is measured aboard for a stage, and of the timeline.

Source: the case format of the draft survey; a field has the same name there, here and in the database.
Left out: the six draft readings, which come from footage (`api.readings`).
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from api.pages import Page
from api.schemas import (
    Body,
    ContentsDensity,
    DraftM,
    Instant,
    Name,
    Number,
    Text,
    View,
    WaterDensity,
    WeightT,
)
from api.vessels.schemas import Marks
from survey.hydrostatics import LcfReference
from survey.rounding import Rounding
from survey.survey_case import MeanRule
from survey.tanks import TankStatus
from survey.uncertainty_profiles import PROFILES

Operation = Literal["loading", "discharging"]
SurveyStage = Literal["initial", "final"]
MilestoneName = Literal[
    "declared",
    "anchorage_inspection",
    "berthed",
    "initial_survey",
    "working",
    "final_survey",
    "stored",
    "transferred",
    "released",
]


def _known_profile(name: str) -> str:
    if name not in PROFILES:
        raise ValueError(f"is no profile; accepted: {', '.join(PROFILES)}")
    return name


TankContents = Literal[
    "ballast", "fresh_water", "fuel_oil", "diesel_oil", "lube_oil", "slops", "sludge", "other"
]
TpcTPerCm = Annotated[Number, Field(gt=0.0, le=500.0, description="Tonnes per centimetre.")]
MctcTmPerCm = Annotated[Number, Field(gt=0.0, le=50_000.0, description="Tonne metres per centimetre.")]
ProfileName = Annotated[
    str, AfterValidator(_known_profile), Field(json_schema_extra={"enum": list(PROFILES)})
]
DeductibleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Method(Body):
    """How the weight is computed; printed on every output."""

    rounding: Rounding
    mctc_half_interval_m: Annotated[Number, Field(gt=0.0, le=2.0)] = Field(
        description="MCTC is taken this far above and below the mean draft.", examples=[0.5]
    )
    mean_rule: MeanRule | None = Field(
        default=None, description="Weights of forward, midship and aft; 6/8 when this is left out."
    )
    uncertainty_profile: ProfileName | None = Field(
        default=None,
        description="Named standard uncertainties of what states none of its own; printed with the weight.",
        examples=["visual_survey"],
    )


class PortCallBody(Body):
    """What is declared when a port call begins."""

    vessel_id: UUID
    hydrostatic_table_id: UUID | None = Field(
        default=None, description="The vessel's newest table is used when this is left out."
    )
    port: Name | None = Field(default=None, examples=["宁波舟山港"])
    berth: Name | None = None
    voyage: Name | None = None
    cargo: Name = Field(examples=["Iron ore fines"])
    operation: Operation
    declared_weight_t: WeightT | None = None
    bill_of_lading_t: WeightT | None = Field(default=None, examples=[53_000.0])
    method: Method


class PortCallView(PortCallBody, View):
    """A port call."""

    id: UUID
    vessel_name: str
    created_at: Instant


class DensitySample(Body):
    """One reading of the draft-survey hydrometer."""

    density_t_per_m3: WaterDensity = Field(examples=[1.0205])
    place: Name | None = Field(default=None, examples=["midships port"])
    depth_m: Annotated[Number, Field(ge=0.0, le=40.0)] | None = None
    taken_at: Instant | None = None
    instrument_number: Name | None = None
    certificate_expires_on: date | None = None


class Tank(Body):
    """One tank as it was found. A blank is missing, never zero."""

    name: Name = Field(examples=["WBT 1P"])
    contents: TankContents
    volume_m3: Annotated[Number, Field(ge=0.0, le=200_000.0)]
    density_t_per_m3: ContentsDensity = Field(examples=[1.025])
    sounding_m: Annotated[Number, Field(ge=0.0, le=60.0)] | None = None
    status: TankStatus


class TypedRow(Body):
    """One row of the hydrostatic table, typed by the officer."""

    draft_m: DraftM
    displacement_t: Annotated[Number, Field(gt=0.0, le=1_000_000.0)]
    tpc_t_per_cm: TpcTPerCm
    lcf_m: Annotated[Number, Field(ge=-600.0, le=600.0)]


class TypedMctcRow(Body):
    """One MCTC, typed by the officer."""

    draft_m: DraftM
    mctc_tm_per_cm: MctcTmPerCm


class TypedHydrostatics(Body):
    """What an officer types where only a few rows are at hand; it takes precedence over the table."""

    lcf_reference: LcfReference
    rows: Annotated[list[TypedRow], Field(min_length=1, max_length=4)]
    mctc_rows: Annotated[list[TypedMctcRow], Field(max_length=4)] | None = None
    mctc_plus_tm_per_cm: MctcTmPerCm | None = None
    mctc_minus_tm_per_cm: MctcTmPerCm | None = None
    tpc_at_port_draft_t_per_cm: TpcTPerCm | None = None
    tpc_at_starboard_draft_t_per_cm: TpcTPerCm | None = None


class StageInputsBody(Body):
    """What was measured aboard for one stage, apart from the drafts. Putting it replaces all of it."""

    density_samples: list[DensitySample] = Field(default_factory=list, max_length=50)
    tanks: list[Tank] = Field(default_factory=list, max_length=500)
    deductibles_t: dict[DeductibleName, WeightT] = Field(
        default_factory=dict,
        max_length=50,
        description="Weights that are not given tank by tank.",
        examples=[{"fuel_oil": 657.17}],
    )
    marks_forward_of_reference_m: Marks | None = Field(
        default=None, description="The vessel's marks are used when this is left out."
    )
    list_correction: Literal["none", "tpc_at_sides"] = "none"
    typed_hydrostatics: TypedHydrostatics | None = None


class StageInputsView(View):
    """The inputs of a stage; version 0 means that nothing was entered yet."""

    port_call_id: UUID
    stage: SurveyStage
    version: int
    inputs: StageInputsBody
    updated_at: Instant | None


class MilestoneBody(Body):
    """A stage that was reached, as it is stated."""

    name: MilestoneName
    occurred_at: Instant
    note: Text | None = None


class MilestoneCorrection(Body):
    """Another moment or note for a stage, and why."""

    occurred_at: Instant
    note: Text | None = None
    reason: Text = Field(examples=["按航海日志更正"])


class MilestoneWithdrawal(Body):
    """Why a stage was not reached after all."""

    reason: Text


class ReleaseOverride(Body):
    """A release in spite of what is lacking, and who answers for it."""

    occurred_at: Instant
    note: Text | None = None
    reason: Text = Field(examples=["复检合格，见附函"])


class MilestoneView(MilestoneBody, View):
    """One stage that was reached."""

    id: UUID
    record_id: UUID
    replaces_id: UUID | None = Field(description="The statement that this one corrects.")
    ended_at: Instant | None = Field(description="When it was corrected or withdrawn; null while it counts.")
    created_at: Instant


class PortCallPage(Page[PortCallView]):
    """Some port calls, the newest first."""


class MilestonePage(Page[MilestoneView]):
    """Some stages that were reached, the earliest first."""
