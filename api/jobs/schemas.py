"""What a job looks like from outside.

Source: table `jobs` of `api.storage.tables`.
Left out: leases, which are between the queue and its workers.
"""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas import Instant, View

JobStatus = Literal["queued", "running", "done", "failed"]


class JobView(View):
    """One piece of work, and how far it is."""

    id: UUID
    kind: str = Field(description="What is done.", examples=["reading"])
    subject_id: UUID = Field(description="What it is done for, e.g. the id of the reading.")
    port_call_id: UUID | None
    status: JobStatus
    progress: float | None = Field(description="0 to 1; null before the first report.", examples=[0.42])
    attempts: int = Field(description="Times the job was started.", examples=[1])
    error: str | None = Field(description="What the last attempt failed with.")
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
