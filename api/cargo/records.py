"""What the records say about a cargo: each statement, its withdrawal, and the transfers that were entered.

Source: `api.records.payloads.Payload`; the body of a statement is recorded whole.
Left out: how the statements add up (`api.cargo.balance`), which is worked out whenever it is asked for.
"""

from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.cargo.schemas import (
    DocumentBody,
    FindingBody,
    LotBody,
    PartyBody,
    ScaleBody,
    SealBody,
    StorageBody,
)
from api.cargo.transfer_schemas import TransferBody, TransferMode
from api.records.payloads import Payload
from api.schemas import Sha256Hex

BodyT = TypeVar("BodyT")


class FactStated(Payload, Generic[BodyT]):
    """Something was stated about the cargo; with `replaces_id` it corrects an earlier statement."""

    fact_id: UUID
    stated: BodyT
    replaces_id: UUID | None
    reason: str | None


class PartyStated(FactStated[PartyBody]):
    """A party was named."""

    KIND: ClassVar[str] = "cargo.party_stated"


class LotStated(FactStated[LotBody]):
    """A parcel was declared."""

    KIND: ClassVar[str] = "cargo.lot_stated"


class DocumentStated(FactStated[DocumentBody]):
    """A paper was entered."""

    KIND: ClassVar[str] = "cargo.document_stated"


class FindingStated(FactStated[FindingBody]):
    """A laboratory's finding was entered."""

    KIND: ClassVar[str] = "cargo.finding_stated"


class SealStated(FactStated[SealBody]):
    """A seal was seen."""

    KIND: ClassVar[str] = "cargo.seal_stated"


class ScaleStated(FactStated[ScaleBody]):
    """A scale was declared."""

    KIND: ClassVar[str] = "cargo.scale_stated"


class StorageStated(FactStated[StorageBody]):
    """A store took cargo in."""

    KIND: ClassVar[str] = "cargo.storage_stated"


class TransferStated(FactStated[TransferBody]):
    """One load was corrected."""

    KIND: ClassVar[str] = "cargo.transfer_stated"


class FactWithdrawn(Payload):
    """A statement no longer counts; what it said stays in its own record."""

    KIND: ClassVar[str] = "cargo.fact_withdrawn"

    noun: str
    fact_id: UUID
    reason: str


class DocumentFiled(Payload):
    """The file of a paper was received."""

    KIND: ClassVar[str] = "cargo.document_filed"

    fact_id: UUID
    file_name: str
    sha256: Sha256Hex
    size_bytes: int


class ModeSum(BaseModel):
    """What one request said of one way of transfer."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    mode: TransferMode
    load_count: int
    without_weight: int
    net_t: float


class TransfersEntered(Payload):
    """Loads were entered together; `rows_sha256` is of the canonical JSON of those that were added."""

    KIND: ClassVar[str] = "cargo.transfers_entered"

    batch_id: UUID
    row_count: int
    added_count: int
    known_count: int
    sums: list[ModeSum]
    rows_sha256: Sha256Hex
