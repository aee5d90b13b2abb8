"""The kinds of statements about a cargo, as one table: what each is made of and what makes two of them the same.

Source: `api.storage.tables.cargo`, `api.cargo.schemas`, `api.cargo.records`.
Left out: how they are entered and corrected (`service.py`), which is the same for all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from api.cargo import records, schemas
from api.cargo.transfer_schemas import TransferBody, TransferView
from api.schemas import Body
from api.storage.tables import (
    CargoDocument,
    CargoFact,
    CargoLot,
    CargoScale,
    CargoSeal,
    LabFinding,
    Party,
    StorageReceipt,
    Transfer,
)

BodyT = TypeVar("BodyT", bound=Body)
ViewT = TypeVar("ViewT", bound=schemas.FactView)


def _as_given(body: Body) -> dict[str, Any]:
    return body.model_dump()


def _document_view(row: CargoFact) -> schemas.DocumentView:
    view = schemas.DocumentView.model_validate(row)
    if view.object_sha256 is None:
        return view
    url = f"/api/v1/portcalls/{view.port_call_id}/documents/{view.id}/file"
    return view.model_copy(update={"file_url": url})


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind(Generic[BodyT, ViewT]):
    """One kind of statement.

    Attributes:
        noun: for people and for names of operations.
        path: below the port call.
        table: where it is kept.
        body: its shape on the way in.
        payload: its record.
        view_of: its shape on the way out.
        identity: columns that, when all are given, two statements that count may not share.
        columns_of: what of the body is kept.
        occurred_at: the field that says when it happened, where one does.
    """

    noun: str
    path: str
    table: type[CargoFact]
    body: type[BodyT]
    payload: type[records.FactStated[BodyT]]
    view_of: Callable[[CargoFact], ViewT]
    identity: tuple[str, ...]
    columns_of: Callable[[Any], dict[str, Any]] = _as_given
    occurred_at: str | None = None

    def happened_at(self, body: BodyT) -> datetime | None:
        """Give when the statement says that it happened; None where it does not say."""
        return None if self.occurred_at is None else getattr(body, self.occurred_at)


PARTY = FactKind(
    noun="party",
    path="parties",
    table=Party,
    body=schemas.PartyBody,
    payload=records.PartyStated,
    view_of=schemas.PartyView.model_validate,
    identity=("role", "name"),
)
LOT = FactKind(
    noun="lot",
    path="lots",
    table=CargoLot,
    body=schemas.LotBody,
    payload=records.LotStated,
    view_of=schemas.LotView.model_validate,
    identity=(),
)
DOCUMENT = FactKind(
    noun="document",
    path="documents",
    table=CargoDocument,
    body=schemas.DocumentBody,
    payload=records.DocumentStated,
    view_of=_document_view,
    identity=("kind", "number"),
)
FINDING = FactKind(
    noun="finding",
    path="findings",
    table=LabFinding,
    body=schemas.FindingBody,
    payload=records.FindingStated,
    view_of=schemas.FindingView.model_validate,
    identity=("sample_number", "analyte"),
    occurred_at="reported_at",
)
SEAL = FactKind(
    noun="seal",
    path="seals",
    table=CargoSeal,
    body=schemas.SealBody,
    payload=records.SealStated,
    view_of=schemas.SealView.model_validate,
    identity=("number", "seen_at"),
    occurred_at="seen_at",
)
SCALE = FactKind(
    noun="scale",
    path="scales",
    table=CargoScale,
    body=schemas.ScaleBody,
    payload=records.ScaleStated,
    view_of=schemas.ScaleView.model_validate,
    identity=("number",),
)
STORAGE = FactKind(
    noun="storage",
    path="storage",
    table=StorageReceipt,
    body=schemas.StorageBody,
    payload=records.StorageStated,
    view_of=schemas.StorageView.model_validate,
    identity=("receipt_number",),
    occurred_at="stored_at",
)
TRANSFER = FactKind(
    noun="transfer",
    path="transfers",
    table=Transfer,
    body=TransferBody,
    payload=records.TransferStated,
    view_of=TransferView.model_validate,
    identity=("mode", "identity"),
    columns_of=TransferBody.columns,
    occurred_at="weighed_at",
)
STATED_ONE_BY_ONE: tuple[FactKind[Any, Any], ...] = (PARTY, LOT, DOCUMENT, FINDING, SEAL, SCALE, STORAGE)
EVERY_KIND: tuple[FactKind[Any, Any], ...] = (*STATED_ONE_BY_ONE, TRANSFER)
