"""What a record may carry: a typed payload of a named kind and version, its subject, and its evidence.

Source: the record of the records page; each noun derives its own payloads from `Payload`.
Left out: the chain, which treats every payload alike.
"""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Instant, Sha256Hex

SubjectKind = Literal[
    "vessel",
    "port_call",
    "flight",
    "footage",
    "reading",
    "survey",
    "zone",
    "camera",
    "event",
    "person",
    "site",
    "model",
    "subscription",
    "stored_file",
    "disk",
    "job",
]
OccurredAtSource = Literal["stated", "footage", "telemetry", "camera_clock", "document"]


class Payload(BaseModel):
    """Base of all payloads. `VERSION` counts changes of the shape of one kind."""

    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Subject(BaseModel):
    """What a record is about."""

    model_config = ConfigDict(frozen=True)

    kind: SubjectKind
    id: UUID

    @classmethod
    def vessel(cls, identifier: UUID) -> "Subject":
        """Make a vessel the subject."""
        return cls(kind="vessel", id=identifier)

    @classmethod
    def port_call(cls, identifier: UUID) -> "Subject":
        """Make a port call the subject."""
        return cls(kind="port_call", id=identifier)


class Occurrence(BaseModel):
    """When something happened that the server did not see itself, and how that is known."""

    model_config = ConfigDict(frozen=True)

    at: Instant
    source: OccurredAtSource


class Evidence(BaseModel):
    """A stored file that shows what a record says, and which part of it does."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    sha256: Sha256Hex
    media_type: str
    start_s: float | None = Field(
        default=None, description="First presentation time of the part, in seconds."
    )
    end_s: float | None = Field(default=None, description="Last presentation time of the part, in seconds.")
    region_px: tuple[float, float, float, float] | None = Field(
        default=None, description="Left, top, right, bottom in pixels of the upright picture."
    )
