"""Shapes of flights and their files.

Source: tables `flights`, `footage` and `interrupted_uploads` of `api.storage.tables`.
Left out: tracks, which are GeoJSON (RFC 7946) and described there.
"""

from uuid import UUID

from pydantic import Field

from api.footage.schemas import FootageView
from api.pages import Page
from api.portcalls.schemas import SurveyStage
from api.schemas import Body, Instant, Name, View


class FlightBody(Body):
    """A flight to be received: its files follow one by one."""

    port_call_id: UUID = Field(examples=["0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"])
    stage: SurveyStage = Field(description="Which of the two surveys it was flown for.", examples=["initial"])
    name: Name = Field(examples=["左舷 01"])


class InterruptedUploadView(View):
    """An upload whose connection ended early; nothing of it was kept."""

    file_name: str
    received_bytes: int
    expected_bytes: int
    occurred_at: Instant


class FlightView(View):
    """One flight with its files."""

    id: UUID
    port_call_id: UUID
    stage: SurveyStage
    name: str
    created_at: Instant
    files: list[FootageView]
    interrupted_uploads: list[InterruptedUploadView] = Field(
        description="Uploads that broke off and have not been sent again under the same name."
    )
    track_url: str | None = Field(description="GeoJSON; null while no file of the flight holds positions.")


class UploadReceipt(View):
    """What the service has received: the first record of the file."""

    file: FootageView
    received_bytes: int
    already_stored: bool = Field(description="True when this flight already had these bytes under this name.")


class FlightPage(Page[FlightView]):
    """Some flights in the order they were announced."""
