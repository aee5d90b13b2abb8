"""Shape of how far a port call has come.

Source: `api.portcalls.stages`.
Left out: the timeline (`timeline_schemas.py`).
"""

from uuid import UUID

from pydantic import Field

from api.portcalls.schemas import MilestoneName, MilestoneView
from api.portcalls.stages import LackCode
from api.schemas import View


class LackView(View):
    """One reason why a stage cannot be reached now."""

    code: LackCode
    subject: str
    message: str
    overridable: bool = Field(description="An authorised person may release in spite of it, with a reason.")


class StageStateView(View):
    """One stage: when it was reached, or what it lacks."""

    name: MilestoneName
    milestone: MilestoneView | None
    may_be_reached: bool
    lacks: list[LackView]


class ProgressView(View):
    """How far a port call has come."""

    port_call_id: UUID
    current: MilestoneName = Field(description="The last stage in the order that was reached.")
    stages: list[StageStateView]
