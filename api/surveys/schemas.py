"""Shapes of computed surveys.

Source: table `surveys`; `case` has the shape of docs/survey-case.md, `document` of `hullmark survey --json`.
Left out: what a signature needs (`api.surveys.signing`).
"""

from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.pages import Page
from api.schemas import Body, Instant, Sha256Hex, Text, View

Language = Literal["zh", "en"]
ReportName = Literal["certificate.pdf", "record-sheet.pdf", "workbook.xlsx"]


SurveyState = Literal["draft", "signed", "approved", "returned", "superseded"]


class ReviewBody(Body):
    """What a second person says about a signed version."""

    verdict: Literal["approved", "returned"]
    reason: Text | None = Field(default=None, description="Needed where it is returned.")

    @model_validator(mode="after")
    def _returned_with_a_reason(self) -> Self:
        if self.verdict == "returned" and self.reason is None:
            raise ValueError("a return needs a reason")
        return self


class SignatureView(View):
    """What somebody said with their name about one version."""

    id: UUID
    verdict: Literal["signed", "countersigned", "returned"]
    person_id: UUID
    person: str = Field(description="The name as it was then.")
    reason: str | None
    signed_at: Instant
    signed_sha256: Sha256Hex = Field(description="SHA-256 of the RFC 8785 JSON of case and document.")
    meaning: str | None = Field(description="Of the first signature: authorship.")
    declaration_zh: str | None
    declaration_en: str | None
    record_id: UUID


class SurveyBody(Body):
    """A weight to be computed from what counts now."""

    port_call_id: UUID = Field(examples=["0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"])


class SurveySummaryView(View):
    """One version of the weight of a port call, without its steps."""

    id: UUID
    port_call_id: UUID
    version: int = Field(description="Counts the computations of a port call; the highest is the newest.")
    cargo_t: float | None = Field(
        description="Tonnes; net of the final minus net of the initial survey, signed."
    )
    u95_t: float | None = Field(description="Half width of the 95 % interval, tonnes.")
    provisional: bool = Field(description="True while it rests on one survey and the declared constant.")
    computed_at: Instant
    record_id: UUID
    report_urls: dict[str, str] = Field(
        description="Certificate, record sheet and workbook, by language.",
        examples=[{"certificate_zh": "/api/v1/surveys/…/certificate.pdf?lang=zh"}],
    )


class SurveyView(SurveySummaryView):
    """One version of the weight with every step, its uncertainty budget and its warnings."""

    case: dict[str, Any] = Field(description="What was computed; `hullmark survey` takes it as it is.")
    document: dict[str, Any]
    state: SurveyState = Field(description="Superseded as soon as there is a newer version.")
    signatures: list[SignatureView]


class SurveyPage(Page[SurveySummaryView]):
    """Some versions of a port call, the newest first."""
