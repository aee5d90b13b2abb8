"""What a job looks like from outside, and what may be asked of it.

Source: tables `jobs` and `job_steps` of `api.storage.tables`.
Left out: leases, which are between the queue and its workers.
"""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.jobs.kinds import HIGHEST_PRIORITY, LOWEST_PRIORITY
from api.pages import Page
from api.schemas import Body, Instant, Text, View

JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]


class JobView(View):
    """One piece of work, and how far it is."""

    id: UUID
    kind: str = Field(description="What is done.", examples=["reading"])
    subject_id: UUID = Field(description="What it is done for, e.g. the id of the reading.")
    port_call_id: UUID | None
    status: JobStatus
    priority: int = Field(description="0 to 100; of what waits, the highest is taken first.", examples=[80])
    step: str | None = Field(description="The step it is at, or was at last.", examples=["evidence"])
    progress: float | None = Field(description="0 to 1; null before the first report.", examples=[0.42])
    attempts: int = Field(description="Times the job was started.", examples=[1])
    error: str | None = Field(description="What the last attempt failed with.")
    cancelled_by: str | None = Field(description="Who cancelled it.")
    request_id: str | None = Field(description="The request that asked for it, as the log has it.")
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None


class JobStepView(View):
    """A step that is finished; another attempt goes on behind it."""

    name: str = Field(examples=["reading"])
    attempt: int = Field(description="The attempt that finished it.", examples=[1])
    duration_s: float = Field(examples=[12.5])
    finished_at: Instant


class JobDetailView(JobView):
    """One piece of work with its steps."""

    planned_steps: list[str] = Field(
        description="Every step in its order.", examples=[["reading", "evidence"]]
    )
    finished_steps: list[JobStepView]


class CancellationBody(Body):
    """The work is not wanted any more, and why."""

    reason: Text | None = Field(default=None, examples=["航次取消"])


class PriorityBody(Body):
    """How urgent a job is against the others that wait."""

    priority: int = Field(ge=LOWEST_PRIORITY, le=HIGHEST_PRIORITY, examples=[90])


class JobPage(Page[JobView]):
    """Some jobs, the newest first."""
