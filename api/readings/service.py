"""Asks for readings, shows them, and takes a person's decision about each.

Source: the house's rule that a reading counts only once someone stands for it; each decision is a record.
Left out: reading itself, which a worker does (`api.readings.job`).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import ConflictError, InvalidRequestError
from api.jobs.repository import add_job
from api.jobs.schemas import JobView
from api.pages import Window, by_creation
from api.portcalls.references import referenced_port_call
from api.readings import repository
from api.readings.job import KIND
from api.readings.records import reading_decided
from api.readings.schemas import (
    CorrectBody,
    Decision,
    EvidenceView,
    ManualReadingBody,
    ReadingBody,
    ReadingPage,
    ReadingView,
)
from api.storage.tables import EvidenceFile, Footage, Job, Reading, utc_now

READABLE_KINDS = ("video", "still")
SETTLED = ("ok", "refused", "failed", "cancelled")
# The limit of `api.schemas.DraftM`: what a person could not enter cannot be accepted either.
DEEPEST_DRAFT_M = 40.0


def request_reading(session: Session, body: ReadingBody) -> ReadingView:
    """Write down that a draft is to be read from footage, together with the job that will do it.

    Raises:
        InvalidRequestError: there is no such footage, it shows nothing, is in quarantine, or is of the
            other stage.
    """
    found = repository.footage_with_flight(session, body.footage_id)
    if found is None:
        raise InvalidRequestError.at("/footage_id", f"there is no footage {body.footage_id}")
    footage, flight = found
    _require_readable(footage)
    if body.stage != flight.stage:
        raise InvalidRequestError.at("/stage", f"the footage was flown for the {flight.stage} survey")
    low_m, high_m = body.expected_range_m or (None, None)
    reading = Reading(
        port_call_id=flight.port_call_id,
        footage_id=footage.id,
        stage=body.stage,
        mark=body.mark,
        side=body.side,
        expected_low_m=low_m,
        expected_high_m=high_m,
    )
    session.add(reading)
    session.flush()
    job = add_job(session, kind=KIND, subject_id=reading.id, port_call_id=reading.port_call_id, payload={})
    reading.job_id = job.id
    return _view(session, reading)


def enter_reading(session: Session, body: ManualReadingBody, *, actor: str) -> ReadingView:
    """Take a reading that a person made at the mark; it counts at once.

    Raises:
        InvalidRequestError: there is no such port call.
        ConflictError: another reading already counts there.
    """
    port_call = referenced_port_call(session, body.port_call_id)
    reading = Reading(
        port_call_id=port_call.id,
        stage=body.stage,
        mark=body.mark,
        side=body.side,
        status="ok",
        draft_m=body.draft_m,
        standard_uncertainty_m=body.standard_uncertainty_m,
        finished_at=utc_now(),
    )
    session.add(reading)
    session.flush()
    decided = (body.draft_m, body.standard_uncertainty_m)
    _decide(session, reading, "accepted", decided, reason=body.reason, actor=f"{body.observer} ({actor})")
    return _view(session, reading)


def accept_reading(session: Session, reading_id: UUID, *, reason: str | None, actor: str) -> ReadingView:
    """Let the reading count as it is.

    Raises:
        NotFoundError: there is no such reading.
        ConflictError: it has no draft, or another reading already counts there.
    """
    reading = _settled_reading(session, reading_id)
    if reading.draft_m is None or reading.standard_uncertainty_m is None:
        raise ConflictError(
            f"The reading was {reading.status} and has no draft. Accepted: a correction, or a rejection."
        )
    if not 0.0 < reading.draft_m <= DEEPEST_DRAFT_M:
        raise ConflictError(
            f"{reading.draft_m} m is no draft of a ship. Accepted: a correction, or a rejection."
        )
    decided = (reading.draft_m, reading.standard_uncertainty_m)
    _decide(session, reading, "accepted", decided, reason=reason, actor=actor)
    return _view(session, reading)


def reject_reading(session: Session, reading_id: UUID, *, reason: str, actor: str) -> ReadingView:
    """Let the reading not count.

    Raises:
        NotFoundError: there is no such reading.
        ConflictError: it is still being made.
    """
    reading = _settled_reading(session, reading_id)
    _decide(session, reading, "rejected", None, reason=reason, actor=actor)
    return _view(session, reading)


def correct_reading(session: Session, reading_id: UUID, body: CorrectBody, *, actor: str) -> ReadingView:
    """Let another value count in place of the reading; what the reader answered stays as it is.

    Raises:
        NotFoundError: there is no such reading.
        ConflictError: it is still being made, or another reading already counts there.
    """
    reading = _settled_reading(session, reading_id)
    decided = (body.draft_m, body.standard_uncertainty_m)
    _decide(session, reading, "corrected", decided, reason=body.reason, actor=actor)
    return _view(session, reading)


def read_reading(session: Session, reading_id: UUID) -> ReadingView:
    """Show one reading.

    Raises:
        NotFoundError: there is none by that id.
    """
    return _view(session, repository.reading_by_id(session, reading_id))


def list_readings(
    session: Session, *, port_call_id: UUID | None, stage: str | None, status: str | None, window: Window
) -> ReadingPage:
    """Show readings in the order they were asked for."""
    found = repository.readings_of(
        session, port_call_id=port_call_id, stage=stage, status=status, window=window
    )
    rows, following = window.cut(found, by_creation)
    return ReadingPage(items=reading_views(session, rows), next_cursor=following)


def evidence_file(session: Session, reading_id: UUID, evidence_id: UUID) -> EvidenceFile:
    """Find one evidence file of one reading.

    Raises:
        NotFoundError: that reading has no such file.
    """
    return repository.evidence_by_id(session, reading_id, evidence_id)


def reading_views(session: Session, readings: Sequence[Reading]) -> list[ReadingView]:
    """Show several readings with their evidence and jobs, in three queries however many there are."""
    evidence = repository.evidence_of(session, [reading.id for reading in readings])
    jobs = repository.jobs_by_id(
        session, [reading.job_id for reading in readings if reading.job_id is not None]
    )
    return [
        _compose(reading, evidence[reading.id], None if reading.job_id is None else jobs.get(reading.job_id))
        for reading in readings
    ]


def _view(session: Session, reading: Reading) -> ReadingView:
    session.flush()
    return reading_views(session, [reading])[0]


def _compose(reading: Reading, evidence: Sequence[EvidenceFile], job: Job | None) -> ReadingView:
    low_m, high_m = reading.expected_low_m, reading.expected_high_m
    columns = {column.key: getattr(reading, column.key) for column in Reading.__table__.columns}
    return ReadingView.model_validate(
        columns
        | {
            "expected_range_m": None if low_m is None or high_m is None else (low_m, high_m),
            "evidence": [_evidence_view(file) for file in evidence],
            "job": None if job is None else JobView.model_validate(job),
        }
    )


def _evidence_view(file: EvidenceFile) -> EvidenceView:
    columns = {column.key: getattr(file, column.key) for column in EvidenceFile.__table__.columns}
    url = f"/api/v1/readings/{file.reading_id}/evidence/{file.id}"
    return EvidenceView.model_validate(columns | {"url": url})


def _require_readable(footage: Footage) -> None:
    if footage.status != "ready":
        raise InvalidRequestError.at("/footage_id", f"the file is in quarantine: {footage.reason}")
    if footage.kind not in READABLE_KINDS:
        raise InvalidRequestError.at(
            "/footage_id", f"the file is {footage.kind}; accepted: a video or a still"
        )


def _settled_reading(session: Session, reading_id: UUID) -> Reading:
    reading = repository.reading_by_id(session, reading_id)
    if reading.status not in SETTLED:
        raise ConflictError(f"The reading is {reading.status}. Accepted: a decision once it is done.")
    return reading


def _decide(
    session: Session,
    reading: Reading,
    decision: Decision,
    decided: tuple[float, float] | None,
    *,
    reason: str | None,
    actor: str,
) -> None:
    other = repository.used_reading_at(session, reading)
    if decided is not None and other is not None:
        raise ConflictError(
            f"Reading {other.id} already counts for {reading.mark} {reading.side}, {reading.stage} survey. "
            "Reject that one first."
        )
    reading.decision, reading.decision_reason = decision, reason
    reading.decided_draft_m, reading.decided_standard_uncertainty_m = decided or (None, None)
    reading.decided_by, reading.decided_at = actor, utc_now()
    reading.record_id = reading_decided(session, reading, actor=actor).id
