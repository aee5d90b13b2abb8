"""What the records of a port call say.

Source: `api.records.payloads.Payload`.
Left out: flights, readings and surveys, which record themselves.
"""

from typing import ClassVar
from uuid import UUID

from api.portcalls.schemas import MilestoneName, PortCallBody, StageInputsBody, SurveyStage
from api.records.payloads import Payload


class PortCallDeclared(Payload):
    """A port call was opened."""

    KIND: ClassVar[str] = "port_call.declared"

    port_call: PortCallBody


class PortCallAmended(Payload):
    """What was declared was replaced."""

    KIND: ClassVar[str] = "port_call.amended"

    before: PortCallBody
    after: PortCallBody


class StageInputsEntered(Payload):
    """Densities, tanks and the rest of a stage were entered or replaced."""

    KIND: ClassVar[str] = "port_call.stage_inputs_entered"

    stage: SurveyStage
    version: int
    inputs: StageInputsBody


class MilestoneReached(Payload):
    """A stage of the stay was reached; with `replaces_id` it corrects what was stated of that stage."""

    KIND: ClassVar[str] = "port_call.milestone_reached"
    VERSION: ClassVar[int] = 2

    name: MilestoneName
    note: str | None
    replaces_id: UUID | None = None
    reason: str | None = None


class MilestoneWithdrawn(Payload):
    """A stage was not reached after all."""

    KIND: ClassVar[str] = "port_call.milestone_withdrawn"

    name: MilestoneName
    milestone_id: UUID
    reason: str


class ReleasedByOverride(Payload):
    """The cargo was released in spite of what was lacking; who did it answers for it."""

    KIND: ClassVar[str] = "port_call.released_by_override"

    reason: str
    note: str | None
    lacks: list[str]
