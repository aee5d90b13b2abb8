"""Shapes of computed surveys.

Source: table `surveys`; `case` has the shape of docs/survey-case.md, `document` of `hullmark survey --json`.
Left out: review and signature.
"""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas import Body, Instant, View

Language = Literal["zh", "en"]
ReportName = Literal["certificate.pdf", "record-sheet.pdf", "workbook.xlsx"]


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
