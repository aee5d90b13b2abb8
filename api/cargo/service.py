"""States, corrects and withdraws what is said about a cargo, each with its record.

Source: the records page of the design: append only; a correction is a new statement that names the old one.
Left out: many transfers at once (`transfers.py`), the files of papers (`documents.py`), the balance (`balance.py`).
"""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from api.cargo import repository
from api.cargo.kinds import FactKind
from api.cargo.records import FactWithdrawn
from api.cargo.schemas import FactView
from api.errors import ConflictError, NotFoundError
from api.pages import Page, Window, by_creation
from api.portcalls.service import require as require_port_call
from api.records.payloads import Occurrence, Subject
from api.records.service import append
from api.schemas import Body
from api.storage.tables import CargoFact, Record, new_id

BodyT = TypeVar("BodyT", bound=Body)
ViewT = TypeVar("ViewT", bound=FactView)


def state(
    session: Session, kind: FactKind[BodyT, ViewT], port_call_id: UUID, body: BodyT, *, actor: str
) -> ViewT:
    """State something about the cargo of a port call.

    Raises:
        NotFoundError: there is no such port call.
        ConflictError: the same is stated already.
    """
    require_port_call(session, port_call_id)
    _require_new(session, kind, port_call_id, body)
    return kind.view_of(_add(session, kind, port_call_id, body, actor=actor))


def correct(
    session: Session,
    kind: FactKind[BodyT, ViewT],
    earlier: CargoFact,
    body: BodyT,
    *,
    reason: str,
    actor: str,
) -> ViewT:
    """Put another statement in the place of an earlier one, which stays readable.

    Raises:
        ConflictError: the earlier one no longer counts, or the same is stated elsewhere.
    """
    _require_counting(earlier)
    _require_new(session, kind, earlier.port_call_id, body, but=earlier)
    return kind.view_of(
        _add(session, kind, earlier.port_call_id, body, actor=actor, replaces=earlier, reason=reason)
    )


def withdraw(
    session: Session, kind: FactKind[BodyT, ViewT], earlier: CargoFact, *, reason: str, actor: str
) -> ViewT:
    """Let a statement no longer count, without another in its place.

    Raises:
        ConflictError: it no longer counts already.
    """
    _require_counting(earlier)
    record = append(
        session,
        FactWithdrawn(noun=kind.noun, fact_id=earlier.id, reason=reason),
        subject=Subject.port_call(earlier.port_call_id),
        actor=actor,
        causes=[earlier.record_id],
    )
    _end(earlier, record)
    session.flush()
    return kind.view_of(earlier)


def require_fact(
    session: Session, kind: FactKind[Any, Any], port_call_id: UUID, identifier: UUID
) -> CargoFact:
    """Give a statement of a port call that must be there.

    Raises:
        NotFoundError: the port call has none by that identifier.
    """
    row = repository.fact(session, kind.table, port_call_id, identifier)
    if row is None:
        raise NotFoundError.of(kind.noun, identifier)
    return row


def listed(
    session: Session,
    kind: FactKind[BodyT, ViewT],
    port_call_id: UUID,
    window: Window,
    *,
    with_ended: bool,
) -> Page[ViewT]:
    """Show what is stated about a port call, in the order it was stated.

    Raises:
        NotFoundError: there is no such port call.
    """
    require_port_call(session, port_call_id)
    found = repository.facts_part(session, kind.table, port_call_id, window, with_ended=with_ended)
    rows, following = window.cut(found, by_creation)
    return Page(items=[kind.view_of(row) for row in rows], next_cursor=following)


def _add(
    session: Session,
    kind: FactKind[BodyT, ViewT],
    port_call_id: UUID,
    body: BodyT,
    *,
    actor: str,
    replaces: CargoFact | None = None,
    reason: str | None = None,
) -> CargoFact:
    identifier, at = new_id(), kind.happened_at(body)
    replaces_id = None if replaces is None else replaces.id
    record = append(
        session,
        kind.payload(fact_id=identifier, stated=body, replaces_id=replaces_id, reason=reason),
        subject=Subject.port_call(port_call_id),
        actor=actor,
        occurrence=None if at is None else Occurrence(at=at, source="stated"),
        causes=[] if replaces is None else [replaces.record_id],
    )
    columns = kind.columns_of(body)
    if replaces is not None:
        columns = _kept(replaces, columns) | columns
        _end(replaces, record)
        # The earlier one has to be out of the way before the index of those that count sees the new one.
        session.flush()
    row = kind.table(
        id=identifier, port_call_id=port_call_id, record_id=record.id, replaces_id=replaces_id, **columns
    )
    session.add(row)
    session.flush()
    return row


def _kept(row: CargoFact, stated: dict[str, Any]) -> dict[str, Any]:
    """What a row has beyond what is stated, as the file of a paper, goes on with its correction."""
    own = {column.key for column in row.__table__.columns} - CargoFact.__annotations__.keys()
    return {name: getattr(row, name) for name in own - stated.keys()}


def _end(row: CargoFact, record: Record) -> None:
    row.ended_at, row.end_record_id = record.recorded_at, record.id


def _require_counting(row: CargoFact) -> None:
    if row.ended_at is not None:
        raise ConflictError(
            f"It was corrected or withdrawn by record {row.end_record_id} and no longer counts. "
            "Accepted: the statement that counts now."
        )


def _require_new(
    session: Session,
    kind: FactKind[BodyT, ViewT],
    port_call_id: UUID,
    body: BodyT,
    *,
    but: CargoFact | None = None,
) -> None:
    columns = kind.columns_of(body)
    values = {name: columns[name] for name in kind.identity}
    if not values or None in values.values():
        return
    other = repository.same_fact(session, kind.table, port_call_id, values)
    if other is not None and (but is None or other.id != but.id):
        named = ", ".join(f"{name} {value}" for name, value in values.items())
        raise ConflictError(
            f"The {kind.noun} {other.id} with {named} is already there. Accepted: a correction of that one."
        )
