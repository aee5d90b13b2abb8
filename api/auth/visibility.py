"""Hides what belongs to other sites, and for field persons other people's flights, from every query of a request.

Source: SQLAlchemy 2, `with_loader_criteria`; docs/decisions/0011-people.md says why this is not left to each query.
Left out: the chain of records: appending has to see its end, so its readers ask `records_condition`.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from api.auth.permissions import Permission
from api.auth.principals import CURRENT, Principal
from api.errors import EverySiteRequiredError
from api.storage.tables import (
    EvidenceFile,
    Flight,
    Footage,
    InterruptedUpload,
    Job,
    JobStep,
    PortCall,
    Reading,
    Record,
    SearchEntry,
    Site,
    Subscription,
    Survey,
    SurveySignature,
    Table,
)

_NOT_NARROWED = frozenset({Record, Subscription})
"""The chain has a condition of its own; receivers of records belong to the installation, not to a site."""
_OF_A_PORT_CALL: tuple[Any, ...] = tuple(
    mapper.class_
    for mapper in Table.registry.mappers
    if "port_call_id" in mapper.columns and mapper.class_ not in _NOT_NARROWED
)
"""Found by the column, so that no new table is forgotten."""
_OF_A_FLIGHT = (Footage, InterruptedUpload)
_PERSON = "person"


def hide_other_sites(state: ORMExecuteState) -> None:
    """Narrow a SELECT to what the person of this request may see; work of the service itself sees everything."""
    principal = CURRENT.get()
    if principal is None or not state.is_select:
        return
    options = [
        with_loader_criteria(table, condition, include_aliases=True)
        for table, condition in _conditions(principal)
    ]
    state.statement = state.statement.options(*options)


def records_condition(principal: Principal) -> ColumnElement[bool]:
    """Tell the records of a person's sites and of no port call; those of people only to whoever may export."""
    of_sites = _visible_or_of_none(Record.port_call_id, principal)
    return of_sites if _audits_people(principal) else and_(of_sites, Record.subject_kind != _PERSON)


def require_every_site(session: Session, principal: Principal) -> None:
    """Refuse whoever has not been given every site.

    Raises:
        EverySiteRequiredError: there are others.
    """
    others = select(Site.id).where(Site.id.not_in(principal.site_ids)).limit(1)
    if session.scalar(others) is not None:
        raise EverySiteRequiredError(
            "Accepted: a person to whom every site is given, or the export of one port call."
        )


def _conditions(principal: Principal) -> Iterator[tuple[type[Table], ColumnElement[bool]]]:
    yield PortCall, PortCall.site_id.in_(principal.site_ids)
    for table in _OF_A_PORT_CALL:
        yield table, _condition_of(table, principal)
    for of_flight in _OF_A_FLIGHT:
        yield of_flight, of_flight.flight_id.in_(_flights(principal))
    yield EvidenceFile, EvidenceFile.reading_id.in_(_parts_of(Reading, principal))
    yield SurveySignature, SurveySignature.survey_id.in_(_parts_of(Survey, principal))
    yield JobStep, JobStep.job_id.in_(_parts_of(Job, principal))


def _condition_of(table: Any, principal: Principal) -> ColumnElement[bool]:
    if table.__table__.c.port_call_id.nullable:
        condition = _visible_or_of_none(table.port_call_id, principal)
    else:
        condition = table.port_call_id.in_(_port_calls(principal))
    if table is Flight and principal.sees_own_flights_only:
        condition &= Flight.announced_by == principal.person_id
    if table is SearchEntry and not _audits_people(principal):
        # Of a record, the kind is the one of the record.
        condition &= or_(SearchEntry.kind.is_(None), SearchEntry.kind.not_like(f"{_PERSON}.%"))
    return condition


def _audits_people(principal: Principal) -> bool:
    return Permission.RECORDS_EXPORT in principal.permissions


def _visible_or_of_none(port_call_id: Any, principal: Principal) -> ColumnElement[bool]:
    return or_(port_call_id.is_(None), port_call_id.in_(_port_calls(principal)))


# On the bare tables: a condition that were itself narrowed would never end.
def _port_calls(principal: Principal) -> Select[tuple[UUID]]:
    table = PortCall.__table__
    return select(table.c.id).where(table.c.site_id.in_(principal.site_ids))


def _parts_of(whole: Any, principal: Principal) -> Select[tuple[UUID]]:
    table = whole.__table__
    visible = table.c.port_call_id.in_(_port_calls(principal))
    if table.c.port_call_id.nullable:
        visible = or_(table.c.port_call_id.is_(None), visible)
    return select(table.c.id).where(visible)


def _flights(principal: Principal) -> Select[tuple[UUID]]:
    table = Flight.__table__
    query = select(table.c.id).where(table.c.port_call_id.in_(_port_calls(principal)))
    if principal.sees_own_flights_only:
        query = query.where(table.c.announced_by == principal.person_id)
    return query
