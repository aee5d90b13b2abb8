"""Shapes of what is stated about a cargo.

Source: `api.storage.tables.cargo`; a field has the same name here, there and in the records.
Left out: transfers (`transfer_schemas.py`) and the balance (`balance_schemas.py`).
"""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from api.schemas import Body, Instant, Name, Number, Sha256Hex, Text, View, WeightT

PartyRole = Literal[
    "importer",
    "consignee",
    "shipper",
    "ship_agent",
    "cargo_agent",
    "stevedore",
    "surveyor",
    "laboratory",
    "customs_office",
    "inspector",
    "carrier",
    "storage_keeper",
    "processor",
    "other",
]
CargoCategory = Literal["grain", "ore", "coal", "other"]
DocumentKind = Literal[
    "bill_of_lading",
    "quarantine_permit",
    "phytosanitary_certificate",
    "origin_certificate",
    "quality_certificate",
    "weight_certificate",
    "fumigation_certificate",
    "gmo_certificate",
    "contract",
    "invoice",
    "packing_list",
    "manifest",
    "customs_declaration",
    "inspection_certificate",
    "release_note",
    "other",
]
AnalyteCategory = Literal[
    "quarantine_pest",
    "weed_seed",
    "plant_disease",
    "moisture",
    "mycotoxin",
    "gmo",
    "pesticide_residue",
    "heavy_metal",
    "radioactivity",
    "grade",
    "impurity",
    "other",
]
Verdict = Literal["open", "passed", "failed"]
SealState = Literal["applied", "intact", "broken", "removed"]
ScaleKind = Literal["truck_scale", "rail_scale", "belt_scale", "hopper_scale", "declared_load"]

HsCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}([0-9]{2}([0-9]{2})?)?$")]
CountryCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1 alpha-2.", examples=["BR"])
]
LoadUncertaintyT = Annotated[
    Number, Field(ge=0.0, le=1_000_000.0, description="Tonnes, one standard deviation.")
]
Measured = Annotated[Number, Field(ge=-1e12, le=1e12)]


class CorrectionReason(Body):
    """Why something is corrected or withdrawn."""

    reason: Text = Field(examples=["提单号录错"])


class PartyBody(Body):
    """Who takes part in a port call, and as what."""

    role: PartyRole = Field(examples=["importer"])
    name: Name = Field(examples=["中储粮油脂有限公司"])
    name_en: Name | None = None
    registration_number: Name | None = Field(
        default=None, description="统一社会信用代码, customs or company number."
    )
    contact: Name | None = None


class LotBody(Body):
    """One parcel of the cargo as its papers describe it."""

    category: CargoCategory = Field(description="Decides which papers a release needs.", examples=["grain"])
    name_zh: Name = Field(examples=["大豆"])
    name_en: Name | None = Field(default=None, examples=["Soybeans in bulk"])
    hs_code: HsCode | None = Field(default=None, examples=["1201901100"])
    origin_country: CountryCode | None = None
    declared_weight_t: WeightT | None = Field(default=None, examples=[65_000.0])
    bill_of_lading_numbers: list[Name] = Field(
        default_factory=list, max_length=200, examples=[["SANSHA2605-01"]]
    )
    holds: list[Name] = Field(default_factory=list, max_length=50, examples=[["1", "2", "3"]])


class DocumentBody(Body):
    """A paper that goes with the cargo."""

    kind: DocumentKind = Field(examples=["quarantine_permit"])
    number: Name = Field(examples=["AP20260001"])
    issuer: Name = Field(examples=["海关总署"])
    issued_on: date | None = None
    expires_on: date | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _not_expired_before_issued(self) -> Self:
        if self.issued_on is not None and self.expires_on is not None and self.expires_on < self.issued_on:
            raise ValueError("expires_on lies before issued_on")
        return self


class FindingBody(Body):
    """What a laboratory found in one sample for one analyte."""

    sample_number: Name = Field(examples=["S-2026-0417"])
    hold: Name | None = Field(default=None, examples=["3"])
    category: AnalyteCategory = Field(examples=["mycotoxin"])
    analyte: Name = Field(examples=["脱氧雪腐镰刀菌烯醇 DON"])
    detected: bool | None = Field(default=None, description="Of what is found or not found.")
    value: Measured | None = Field(default=None, examples=[420.0])
    unit: Name | None = Field(default=None, examples=["µg/kg"])
    standard_uncertainty: Annotated[Number, Field(ge=0.0, le=1e12)] | None = None
    lower_limit: Measured | None = None
    upper_limit: Measured | None = Field(default=None, examples=[1000.0])
    verdict: Verdict = Field(description="Open until the laboratory has said so.", examples=["passed"])
    method: Name | None = Field(default=None, examples=["GB 5009.111"])
    laboratory: Name = Field(examples=["宁波海关技术中心"])
    sampled_at: Instant | None = None
    reported_at: Instant | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _says_what_it_found(self) -> Self:
        if (self.value is not None or self.limits) and self.unit is None:
            raise ValueError("a value or limit needs its unit")
        if self.verdict != "open" and self.value is None and self.detected is None:
            raise ValueError("a verdict needs a value, or whether it was detected")
        if self.verdict == "passed" and self.outside_limits:
            raise ValueError("the value lies outside the limits, so the verdict cannot be passed")
        return self

    @property
    def limits(self) -> bool:
        """Tell whether there is any limit."""
        return self.lower_limit is not None or self.upper_limit is not None

    @property
    def outside_limits(self) -> bool:
        """Tell whether the value itself, uncertainty aside, lies outside a limit."""
        if self.value is None:
            return False
        below = self.lower_limit is not None and self.value < self.lower_limit
        return below or (self.upper_limit is not None and self.value > self.upper_limit)


class SealBody(Body):
    """A seal, where it sits and how it was found."""

    number: Name = Field(examples=["CN8812345"])
    place: Name = Field(examples=["3 号舱口"])
    state: SealState
    seen_at: Instant
    seen_by: Name = Field(examples=["李关员"])
    note: Text | None = None


class ScaleBody(Body):
    """A scale, and what is doubted of every net load it gives; nothing of it is assumed."""

    number: Name = Field(description="What transfers call it by.", examples=["汽车衡 2 号"])
    kind: ScaleKind = Field(
        description="`declared_load`: no scale, but what is doubted of loads that are only declared."
    )
    certificate_number: Name | None = None
    certificate_expires_on: date | None = None
    random_standard_uncertainty_t: LoadUncertaintyT = Field(
        description="Drawn anew for each net load, gross and tare weighing together.", examples=[0.02]
    )
    systematic_standard_uncertainty_t: LoadUncertaintyT = Field(
        description="An offset that every net load has in common; it grows with their number.",
        examples=[0.01],
    )
    systematic_standard_uncertainty_permille: Annotated[Number, Field(ge=0.0, le=1000.0)] = Field(
        description="A span error that every net load has in common, of its weight.", examples=[0.5]
    )


class StorageBody(Body):
    """What a store, silo or yard has taken in."""

    place: Name = Field(examples=["3 号筒仓"])
    keeper: Name | None = None
    receipt_number: Name | None = None
    stored_at: Instant
    weight_t: WeightT | None = Field(
        default=None, description="Null where it was not weighed; it is counted."
    )
    standard_uncertainty_t: LoadUncertaintyT | None = None
    scale_number: Name | None = None
    method: Name | None = Field(default=None, examples=["皮带秤"])


class FactView(View):
    """What every statement about a cargo has."""

    id: UUID
    port_call_id: UUID
    record_id: UUID
    replaces_id: UUID | None = Field(description="The statement that this one corrects.")
    ended_at: Instant | None = Field(description="When it was corrected or withdrawn; null while it counts.")
    end_record_id: UUID | None
    created_at: Instant


class PartyView(PartyBody, FactView):
    """A party."""


class LotView(LotBody, FactView):
    """A parcel of the cargo."""


class DocumentView(DocumentBody, FactView):
    """A paper, with its file where it has one."""

    file_name: str | None
    object_sha256: Sha256Hex | None
    media_type: str | None
    size_bytes: int | None
    file_url: str | None = None


class FindingView(FindingBody, FactView):
    """A finding."""


class SealView(SealBody, FactView):
    """A seal as it was seen."""


class ScaleView(ScaleBody, FactView):
    """A scale."""


class StorageView(StorageBody, FactView):
    """What was stored."""
