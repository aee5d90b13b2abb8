"""Shapes of one file of footage.

Source: table `footage` of `api.storage.tables`.
Left out: the flight around it (`api.flights.schemas`).
"""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas import Instant, Sha256Hex, View
from api.storage.tables import Footage


class FootageView(View):
    """One received file, what it was found to be, and where it can be fetched."""

    id: UUID
    flight_id: UUID
    file_name: str
    sha256: Sha256Hex = Field(description="Of the bytes as they arrived.")
    size_bytes: int
    kind: Literal["video", "still", "telemetry", "other"]
    status: Literal["ready", "quarantined"]
    reason: str | None = Field(description="Why the file was kept aside; null when it was understood.")
    media_type: str
    width_px: int | None
    height_px: int | None
    duration_s: float | None
    frame_rate_hz: float | None = Field(
        description="Mean rate; moments are taken from time stamps, never from it."
    )
    codec: str | None
    captured_at: Instant | None
    captured_at_source: str | None = Field(examples=["container creation time"])
    paired_footage_id: UUID | None = Field(
        description="The telemetry of this video, or the video of this telemetry."
    )
    parse_report: dict[str, Any] | None = Field(
        description="Of telemetry: dialect, model, samples read and skipped."
    )
    received_at: Instant
    record_id: UUID = Field(description="The supervision record of the receipt.")
    content_url: str | None = Field(description="Null for a file in quarantine, which is not served.")
    thumbnail_url: str | None


def footage_view(footage: Footage) -> FootageView:
    """Show a row, with the addresses of what can be fetched."""
    url = f"/api/v1/footage/{footage.id}"
    # The track is left in the database: lists show where it can be fetched, and only that route needs it.
    columns = {
        column.key: getattr(footage, column.key)
        for column in Footage.__table__.columns
        if column.key != "track"
    }
    return FootageView.model_validate(
        columns
        | {
            "sha256": footage.object_sha256,
            "content_url": f"{url}/content" if footage.status == "ready" else None,
            "thumbnail_url": f"{url}/thumbnail" if footage.thumbnail_sha256 is not None else None,
        }
    )
