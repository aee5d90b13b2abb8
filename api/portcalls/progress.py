"""Lets a port call reach its stages, in their order, and says what keeps it from the next ones.

Source: `api.portcalls.stages` for the rules; every stage is a record that rests on those before it.
Left out: what is stated about the cargo (`api.cargo`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from api.cargo.repository import facts as cargo_facts
from api.errors import ConflictError, FieldError, InvalidRequestError, NotFoundError, NotReadyError
from api.pages import Window
from api.portcalls import repository
from api.portcalls.progress_schemas import LackView, ProgressView, StageStateView
from api.portcalls.records import MilestoneReached, MilestoneWithdrawn, ReleasedByOverride
from api.portcalls.schemas import (
    MilestoneBody,
    MilestoneCorrection,
    MilestoneName,
    MilestonePage,
    MilestoneView,
    ReleaseOverride,
)
from api.portcalls.service import require
from api.portcalls.stages import (
    NEEDED,
    ORDER,
    OVERRIDABLE,
    Finding,
    Lack,
    Paper,
    PortCallFacts,
    current_stage,
    lacks_of,
    time_lacks,
)
from api.records.payloads import Occurrence, Payload, Subject
from api.records.service import append
from api.storage.tables import (
    CargoDocument,
    CargoLot,
    CargoSeal,
    LabFinding,
    Milestone,
    PortCall,
    Survey,
    utc_now,
)
from api.surveys.repository import newest_survey

CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the rules look at, and the records that it was told by."""

    facts: PortCallFacts
    milestones: dict[str, Milestone]
    release_causes: tuple[UUID, ...]


def progress(session: Session, port_call_id: UUID) -> ProgressView:
    """Show which stages were reached, and what each of the others lacks.

    Raises:
        NotFoundError: there is no such port call.
    """
    known = _known(session, require(session, port_call_id))
    return ProgressView(
        port_call_id=port_call_id,
        current=current_stage(known.facts.reached),
        stages=[_stage_state(name, known) for name in ORDER],
    )


def milestones(session: Session, port_call_id: UUID, *, with_ended: bool) -> Sequence[MilestoneView]:
    """Show the stages that were reached, the earliest first.

    Raises:
        NotFoundError: there is no such port call.
    """
    require(session, port_call_id)
    rows = repository.milestones(session, port_call_id, with_ended=with_ended)
    return [MilestoneView.model_validate(row) for row in rows]


def milestone_page(
    session: Session, port_call_id: UUID, window: Window, *, with_ended: bool
) -> MilestonePage:
    """Show a part of the stages that were reached, the earliest first.

    Raises:
        NotFoundError: there is no such port call.
    """
    require(session, port_call_id)
    found = repository.milestone_part(session, port_call_id, window, with_ended=with_ended)
    rows, following = window.cut(found, lambda row: (row.occurred_at, row.id))
    return MilestonePage(items=[MilestoneView.model_validate(row) for row in rows], next_cursor=following)


def reach(session: Session, port_call_id: UUID, body: MilestoneBody, *, actor: str) -> MilestoneView:
    """Let a port call reach a stage.

    Raises:
        NotFoundError: there is no such port call.
        InvalidRequestError: the moment lies in the future.
        NotReadyError: what has to come first is missing, named one by one.
    """
    port_call = require(session, port_call_id)
    known = _known(session, port_call)
    _refuse_future(body.occurred_at)
    _refuse(lacks_of(body.name, known.facts) + time_lacks(body.name, body.occurred_at, known.facts))
    payload = MilestoneReached(name=body.name, note=body.note)
    return _add(session, port_call_id, body, payload, causes=_causes(body.name, known), actor=actor)


def release_in_spite(
    session: Session, port_call_id: UUID, body: ReleaseOverride, *, actor: str
) -> MilestoneView:
    """Release the cargo although papers, findings or seals are lacking; the record names every lack.

    Raises:
        NotFoundError: there is no such port call.
        InvalidRequestError: the moment lies in the future.
        NotReadyError: something is missing that nobody may pass over.
        ConflictError: nothing is lacking; a release needs no override.
    """
    known = _known(session, require(session, port_call_id))
    _refuse_future(body.occurred_at)
    lacks = lacks_of("released", known.facts)
    _refuse(
        [lack for lack in lacks if lack.code not in OVERRIDABLE]
        + time_lacks("released", body.occurred_at, known.facts)
    )
    if not lacks:
        raise ConflictError("Nothing is lacking. Accepted: a release as any other stage.")
    payload = ReleasedByOverride(
        reason=body.reason, note=body.note, lacks=[f"{lack.code}: {lack.message}" for lack in lacks]
    )
    stage = MilestoneBody(name="released", occurred_at=body.occurred_at, note=body.note)
    return _add(session, port_call_id, stage, payload, causes=_causes("released", known), actor=actor)


def correct(
    session: Session, port_call_id: UUID, milestone_id: UUID, body: MilestoneCorrection, *, actor: str
) -> MilestoneView:
    """Put another moment in the place of a stage's; what was stated stays readable.

    Raises:
        NotFoundError: the port call has no such stage.
        InvalidRequestError: the moment lies in the future.
        ConflictError: what is corrected no longer counts.
        NotReadyError: the moment contradicts another stage.
    """
    known = _known(session, require(session, port_call_id))
    earlier = _require_counting(session, port_call_id, milestone_id)
    name = _name_of(earlier)
    _refuse_future(body.occurred_at)
    _refuse(time_lacks(name, body.occurred_at, known.facts))
    earlier.ended_at = utc_now()
    payload = MilestoneReached(name=name, note=body.note, replaces_id=earlier.id, reason=body.reason)
    stage = MilestoneBody(name=name, occurred_at=body.occurred_at, note=body.note)
    return _add(
        session, port_call_id, stage, payload, causes=[earlier.record_id], actor=actor, replaces_id=earlier.id
    )


def withdraw(
    session: Session, port_call_id: UUID, milestone_id: UUID, *, reason: str, actor: str
) -> MilestoneView:
    """Say that a stage was not reached after all.

    Raises:
        NotFoundError: the port call has no such stage.
        ConflictError: it no longer counts, or a later stage rests on it.
    """
    known = _known(session, require(session, port_call_id))
    earlier = _require_counting(session, port_call_id, milestone_id)
    name = _name_of(earlier)
    resting = [other for other in ORDER if name in NEEDED[other] and other in known.facts.reached]
    if resting or name == "declared":
        raise ConflictError(
            f"{', '.join(resting) or 'Everything'} rests on {name}. Accepted: a correction, or those first."
        )
    payload = MilestoneWithdrawn(name=name, milestone_id=earlier.id, reason=reason)
    append(
        session,
        payload,
        subject=Subject.port_call(port_call_id),
        actor=actor,
        causes=[earlier.record_id],
    )
    earlier.ended_at = utc_now()
    session.flush()
    return MilestoneView.model_validate(earlier)


def _add(
    session: Session,
    port_call_id: UUID,
    body: MilestoneBody,
    payload: Payload,
    *,
    causes: Sequence[UUID],
    actor: str,
    replaces_id: UUID | None = None,
) -> MilestoneView:
    record = append(
        session,
        payload,
        subject=Subject.port_call(port_call_id),
        actor=actor,
        occurrence=Occurrence(at=body.occurred_at, source="stated"),
        causes=causes,
    )
    row = Milestone(
        port_call_id=port_call_id, record_id=record.id, replaces_id=replaces_id, **body.model_dump()
    )
    session.add(row)
    session.flush()
    return MilestoneView.model_validate(row)


def _known(session: Session, port_call: PortCall) -> Known:
    reached = {row.name: row for row in repository.milestones(session, port_call.id)}
    lots = cargo_facts(session, CargoLot, port_call.id)
    papers = cargo_facts(session, CargoDocument, port_call.id)
    findings = cargo_facts(session, LabFinding, port_call.id)
    seals = cargo_facts(session, CargoSeal, port_call.id)
    survey = newest_survey(session, port_call.id)
    arrived = reached.get("berthed", reached.get("declared"))
    facts = PortCallFacts(
        operation=port_call.operation,
        reached={name: row.occurred_at for name, row in reached.items()},
        declared_on=(port_call.created_at if arrived is None else arrived.occurred_at).date(),
        categories=frozenset(lot.category for lot in lots),
        papers=[Paper(kind=paper.kind, expires_on=paper.expires_on) for paper in papers],
        findings=[
            Finding(name=f"{item.sample_number} {item.analyte}", state=item.verdict) for item in findings
        ],
        seals=_last_sights(seals),
        surveyed=_is_final(survey),
    )
    causes = [row.record_id for row in (*papers, *findings, *seals)]
    if survey is not None:
        causes.append(survey.record_id)
    return Known(facts=facts, milestones=reached, release_causes=tuple(causes))


def _is_final(survey: Survey | None) -> bool:
    return survey is not None and survey.cargo_t is not None and not survey.provisional


def _last_sights(seals: Sequence[CargoSeal]) -> list[Finding]:
    last = {seal.number: seal for seal in sorted(seals, key=lambda seal: seal.seen_at)}
    return [Finding(name=seal.number, state=seal.state) for seal in last.values()]


def _causes(name: MilestoneName, known: Known) -> list[UUID]:
    before = [known.milestones[other].record_id for other in NEEDED[name] if other in known.milestones]
    return [*before, *known.release_causes] if name == "released" else before


def _stage_state(name: MilestoneName, known: Known) -> StageStateView:
    row = known.milestones.get(name)
    lacks = [] if row is not None else lacks_of(name, known.facts)
    return StageStateView(
        name=name,
        milestone=None if row is None else MilestoneView.model_validate(row),
        may_be_reached=row is None and not lacks,
        lacks=[_lack_view(lack) for lack in lacks],
    )


def _lack_view(lack: Lack) -> LackView:
    overridable = lack.code in OVERRIDABLE
    return LackView(code=lack.code, subject=lack.subject, message=lack.message, overridable=overridable)


def _refuse(lacks: Sequence[Lack]) -> None:
    if lacks:
        errors = [FieldError(pointer=f"{lack.code}:{lack.subject}", message=lack.message) for lack in lacks]
        raise NotReadyError("; ".join(error.message for error in errors) + ".", errors=errors)


def _refuse_future(at: datetime) -> None:
    if at > utc_now() + CLOCKS_DIFFER:
        raise InvalidRequestError.at("/occurred_at", "lies in the future; accepted is what has happened")


def _require_counting(session: Session, port_call_id: UUID, milestone_id: UUID) -> Milestone:
    row = repository.milestone(session, port_call_id, milestone_id)
    if row is None:
        raise NotFoundError.of("milestone", milestone_id)
    if row.ended_at is not None:
        raise ConflictError("It was corrected or withdrawn already. Accepted: the statement that counts now.")
    return row


def _name_of(row: Milestone) -> MilestoneName:
    return next(name for name in ORDER if name == row.name)
