"""What the records of a vessel say.

Source: `api.records.payloads.Payload`.
Left out: the rows of a table, which stand in the stored file that the record names as evidence.
"""

from typing import Any, ClassVar
from uuid import UUID

from api.records.payloads import Payload
from api.vessels.schemas import VesselBody
from survey.hydrostatics import DraftBasis, LcfReference, TableKind


class VesselRegistered(Payload):
    """A vessel was entered."""

    KIND: ClassVar[str] = "vessel.registered"

    vessel: VesselBody


class VesselChanged(Payload):
    """A vessel's particulars were replaced."""

    KIND: ClassVar[str] = "vessel.changed"

    before: VesselBody
    after: VesselBody


class HydrostaticTableImported(Payload):
    """A hydrostatic table was imported, with what its audit found."""

    KIND: ClassVar[str] = "vessel.hydrostatic_table_imported"

    hydrostatic_table_id: UUID
    file_name: str
    file_kind: TableKind
    file_lcf_reference: LcfReference
    draft_basis: DraftBasis
    density_t_per_m3: float
    row_count: int
    findings: list[dict[str, Any]]
