"""The state of the file store as administrators see it.

Source: `api.retention.service`.
Left out: single files, which the nouns show.
"""

from typing import Literal

from pydantic import Field

from api.schemas import Instant, Sha256Hex, View


class ClassView(View):
    """The files of one class, and how long they stay."""

    retention_class: str = Field(examples=["footage"])
    file_count: int
    used_bytes: int
    held_bytes: int = Field(description="Of files that a record or a reading needs: these are never deleted.")
    max_age_days: float | None = Field(description="Null where nothing limits it.")
    max_total_bytes: int | None


class FloorView(View):
    """What the disk takes nothing more for below a number of free bytes."""

    purpose: str = Field(examples=["upload"])
    floor_bytes: int
    refused: bool


class CandidateView(View):
    """A file that would be deleted now."""

    sha256: Sha256Hex
    area: Literal["objects", "quarantine"]
    retention_class: str
    size_bytes: int
    stored_at: Instant
    reason: str


class DamageView(View):
    """A file that is gone or no longer has its bytes."""

    sha256: Sha256Hex
    area: Literal["objects", "quarantine"]
    retention_class: str
    size_bytes: int
    damage: str


class StorageView(View):
    """The whole store: what lies there by the last stocktaking, what the disk refuses, what goes next."""

    place: str = Field(examples=["var/files"])
    stock_taken_at: Instant | None
    disk_free_bytes: int = Field(description="Of the local disk, also where the files lie in a bucket.")
    disk_total_bytes: int
    classes: list[ClassView]
    floors: list[FloorView] = Field(description="The first refused first.")
    next_to_go: list[CandidateView] = Field(description="At most fifty, the oldest first.")
    next_to_go_count: int
    next_to_go_bytes: int
    deleted_count: int
    deleted_bytes: int
    never_checked_count: int
    damaged: list[DamageView] = Field(description="At most fifty.")
    damaged_count: int
    policy_sha256: Sha256Hex = Field(description="Of the declared policy, as records of deletions name it.")
