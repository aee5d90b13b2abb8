"""Shapes of vessels and hydrostatic tables over HTTP.

Source: the case format of the draft survey; a field has the same name there, here and in the database.
Left out: lines plans and capacity plans.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from api.pages import Page
from api.schemas import (
    Body,
    BreadthM,
    ConstantT,
    DraftM,
    Instant,
    MarkOffsetM,
    Name,
    Number,
    ShipLengthM,
    View,
    WeightT,
)
from survey.hydrostatics import DraftBasis, LcfReference, TableKind

_IMO_WEIGHTS = (7, 6, 5, 4, 3, 2)


def _imo_with_check_digit(imo: str) -> str:
    check = sum(weight * int(digit) for weight, digit in zip(_IMO_WEIGHTS, imo, strict=False)) % 10
    if check != int(imo[-1]):
        raise ValueError(f"the check digit of {imo} is {imo[-1]}, but its first six digits give {check}")
    return imo


ImoNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{7}$"),
    AfterValidator(_imo_with_check_digit),
    Field(examples=["9577434"]),
]


class Marks(Body):
    """Where the draft marks stand: metres forward of FP, midships and AP; negative is abaft."""

    forward: MarkOffsetM = Field(examples=[-1.3])
    midship: MarkOffsetM = Field(examples=[0.0])
    aft: MarkOffsetM = Field(examples=[9.44])


class VesselBody(Body):
    """A vessel as her papers describe her; what is not known is left out."""

    name: Name = Field(examples=["安信山"])
    imo: ImoNumber | None = None
    length_between_perpendiculars_m: ShipLengthM = Field(examples=[192.0])
    breadth_m: BreadthM | None = Field(default=None, examples=[32.26])
    lightship_t: WeightT | None = Field(default=None, examples=[10593.0])
    declared_constant_t: ConstantT | None = Field(default=None, examples=[350.0])
    summer_draft_m: DraftM | None = Field(default=None, examples=[12.8])
    keel_plate_thickness_m: Annotated[Number, Field(ge=0.0, le=0.1)] | None = Field(
        default=None, description="Taken off the drafts where the table is moulded.", examples=[0.018]
    )
    marks_forward_of_reference_m: Marks | None = Field(
        default=None, description="Used by every stage that does not state its own."
    )


class VesselView(VesselBody, View):
    """A vessel, with the hydrostatic table that was imported last."""

    id: UUID
    hydrostatic_table_id: UUID | None
    created_at: Instant


class TableDeclarationQuery(Body):
    """What the person who uploads a table says of it; nothing physical is assumed.

    What is left out must be said by the headers of the file, else the table is refused.
    """

    file_name: Name = Field(examples=["hydrostatics.csv"])
    density_t_per_m3: Annotated[float, Field(ge=0.95, le=1.10)] = Field(
        description="The water density that the displacements are for.", examples=[1.025]
    )
    lcf_reference: LcfReference | None = None
    draft_basis: DraftBasis | None = None
    kind: TableKind | None = None
    length_unit: Literal["m", "cm", "mm"] | None = Field(
        default=None, description="For lengths whose headers name no unit."
    )
    decimal_mark: Literal["point", "comma"] = Field(
        default="point", description="How numbers written as text separate their decimals."
    )
    sheet: Name | None = Field(default=None, description="The sheet, in a workbook with several tables.")


class FindingView(View):
    """One thing that the audit of a table found; rows are counted as in the file, the first is 1."""

    code: str = Field(examples=["tpc_disagrees"])
    severity: Literal["blocking", "warning", "note"]
    row: int | None
    draft_m: float | None
    message: str
    values: dict[str, Any]


class TableSummaryView(View):
    """A hydrostatic table without its rows."""

    id: UUID
    vessel_id: UUID
    file_name: str
    object_sha256: str = Field(description="Of the file as it was received.")
    size_bytes: int
    file_kind: TableKind
    file_lcf_reference: LcfReference
    draft_basis: DraftBasis
    density_t_per_m3: float
    audit: list[FindingView]
    created_at: Instant


class TableView(TableSummaryView):
    """A hydrostatic table with its rows; LCF in metres abaft midships, whatever the file's own reference."""

    rows: list[dict[str, float | None]]


class VesselPage(Page[VesselView]):
    """Some vessels, those entered last first."""


class TablePage(Page[TableSummaryView]):
    """Some hydrostatic tables of a vessel, the newest first."""
