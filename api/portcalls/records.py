"""What the records of a port call say.

Source: `api.records.payloads.Payload`.
Left out: flights, readings and surveys, which record themselves.
"""

from typing import ClassVar

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
    """Something happened during the stay."""

    KIND: ClassVar[str] = "port_call.milestone_reached"

    name: MilestoneName
    note: str | None
