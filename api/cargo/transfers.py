"""Takes many loads at once: all or none, each row's fault named, nothing twice, and the file kept as it came.

Source: the same ticket counts once, whoever sends it and however often.
Left out: correcting one load, which is the same as for any statement (`service.py`).
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import rfc8785
from sqlalchemy import insert
from sqlalchemy.orm import Session

from api.cargo import repository
from api.cargo.records import ModeSum, TransfersEntered
from api.cargo.transfer_schemas import (
    TransferBody,
    TransferMode,
    TransferPage,
    TransfersBody,
    TransfersReceipt,
    TransferView,
    plain_number,
)
from api.cargo.transfer_table import TableRow, refuse_rows
from api.errors import FieldError
from api.pages import Window
from api.portcalls.service import require as require_port_call
from api.records.payloads import Evidence, Subject
from api.records.service import append
from api.storage.objects import StoredObject
from api.storage.tables import Transfer, TransferBatch, new_id, utc_now

MODES: tuple[TransferMode, ...] = ("truck", "rail", "belt", "barge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The bytes that loads came in."""

    stored: StoredObject
    media_type: str


def rows_of(body: TransfersBody) -> list[TableRow]:
    """Name the loads of a JSON body by their place."""
    return [
        TableRow(place=f"/transfers/{index}", body=transfer) for index, transfer in enumerate(body.transfers)
    ]


def enter(
    session: Session, port_call_id: UUID, rows: Sequence[TableRow], received: Received, *, actor: str
) -> TransfersReceipt:
    """Take loads in. Rows that are there already, word for word, are counted and add nothing.

    Raises:
        NotFoundError: there is no such port call.
        InvalidRequestError: a row contradicts another one, or what is there.
    """
    require_port_call(session, port_call_id)
    new = _new_rows(rows, repository.current_transfers(session, port_call_id))
    known_count = len(rows) - len(new)
    if not new:
        return TransfersReceipt(
            row_count=len(rows), added_count=0, known_count=known_count, batch_id=None, record_id=None
        )
    batch = TransferBatch(
        id=new_id(),
        port_call_id=port_call_id,
        object_sha256=received.stored.sha256,
        media_type=received.media_type,
        size_bytes=received.stored.size_bytes,
        row_count=len(rows),
        added_count=len(new),
        known_count=known_count,
    )
    _write(session, batch, new, actor=actor)
    return TransfersReceipt(
        row_count=len(rows),
        added_count=len(new),
        known_count=known_count,
        batch_id=batch.id,
        record_id=batch.record_id,
    )


def page(session: Session, port_call_id: UUID, *, mode: TransferMode | None, window: Window) -> TransferPage:
    """Show loads that count, in the order of their weighing.

    Raises:
        NotFoundError: there is no such port call.
        InvalidRequestError: the cursor was not given out here.
    """
    require_port_call(session, port_call_id)
    found = repository.transfers_after(session, port_call_id, mode=mode, window=window)
    rows, following = window.cut(found, lambda row: (row.weighed_at, row.id))
    return TransferPage(items=[TransferView.model_validate(row) for row in rows], next_cursor=following)


def _write(session: Session, batch: TransferBatch, new: Sequence[TransferBody], *, actor: str) -> None:
    payload = TransfersEntered(
        batch_id=batch.id,
        row_count=batch.row_count,
        added_count=batch.added_count,
        known_count=batch.known_count,
        sums=_sums(new),
        rows_sha256=hashlib.sha256(rfc8785.dumps([row.model_dump(mode="json") for row in new])).hexdigest(),
    )
    evidence = [Evidence(sha256=batch.object_sha256, media_type=batch.media_type)]
    record = append(
        session, payload, subject=Subject.port_call(batch.port_call_id), actor=actor, evidence=evidence
    )
    batch.record_id = record.id
    session.add(batch)
    session.flush()
    shared = {"port_call_id": batch.port_call_id, "record_id": record.id, "created_at": utc_now()}
    session.execute(insert(Transfer), [{"id": new_id(), **shared, **row.columns()} for row in new])


def _sums(rows: Sequence[TransferBody]) -> list[ModeSum]:
    nets = [(row.mode, row.columns()["net_t"]) for row in rows]
    return [
        ModeSum(
            mode=mode,
            load_count=sum(1 for other, _ in nets if other == mode),
            without_weight=sum(1 for other, net_t in nets if other == mode and net_t is None),
            net_t=sum(net_t for other, net_t in nets if other == mode and net_t is not None),
        )
        for mode in MODES
        if any(other == mode for other, _ in nets)
    ]


def _new_rows(rows: Sequence[TableRow], current: Sequence[Transfer]) -> list[TransferBody]:
    """Give the rows that are not there yet.

    Raises:
        InvalidRequestError: a row contradicts another one, or what is there.
    """
    there = {
        (row.mode, row.identity): TransferBody.model_validate(row, from_attributes=True) for row in current
    }
    at_moment = {_moment(body): body for body in there.values() if body.vehicle is not None}
    counts: Counter[tuple[str, str]] = Counter((row.body.mode, row.body.identity) for row in rows)
    errors: list[FieldError] = []
    new: list[TransferBody] = []
    for row in rows:
        fault = _fault(row.body, there, at_moment, counts)
        if fault is not None:
            errors.append(FieldError(pointer=row.place, message=fault))
        elif (row.body.mode, row.body.identity) not in there:
            new.append(row.body)
            at_moment[_moment(row.body)] = row.body
    refuse_rows(errors)
    return new


def _fault(
    body: TransferBody,
    there: Mapping[tuple[str, str], TransferBody],
    at_moment: Mapping[tuple[str, str, datetime], TransferBody],
    counts: Mapping[tuple[str, str], int],
) -> str | None:
    identity = (body.mode, body.identity)
    if counts[identity] > 1:
        return f"the {body.identity} stands {counts[identity]} times here, and counts once"
    known = there.get(identity)
    if known is not None:
        # What is worked out of gross and tare makes no difference between a ticket and the same ticket.
        same = body.columns() == known.columns()
        return None if same else f"the {body.identity} is there with other values; correct that one"
    other = at_moment.get(_moment(body)) if body.vehicle is not None else None
    if other is not None:
        return f"{body.vehicle} was weighed at that moment already, as {other.identity}"
    return None


def _moment(body: TransferBody) -> tuple[str, str, datetime]:
    return body.mode, plain_number(body.vehicle or ""), body.weighed_at
