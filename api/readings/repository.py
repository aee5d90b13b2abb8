"""Queries on readings and their evidence.

Source: tables of `api.storage.tables`; every function works inside the caller's transaction.
Left out: decisions, which `api.readings.service` takes.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.pages import Window
from api.storage.tables import EvidenceFile, Flight, Footage, Job, Reading

USED_DECISIONS = ("accepted", "corrected")


def reading_by_id(session: Session, reading_id: UUID) -> Reading:
    """Return one reading.

    Raises:
        NotFoundError: there is none by that id.
    """
    reading = session.get(Reading, reading_id)
    if reading is None:
        raise NotFoundError.of("reading", reading_id)
    return reading


def reading_with_footage(session: Session, reading_id: UUID) -> tuple[Reading, Footage]:
    """Return a reading made from footage, and that footage.

    Raises:
        NotFoundError: there is no such reading, or it was entered by a person and has no footage.
    """
    query = (
        select(Reading, Footage)
        .join(Footage, Reading.footage_id == Footage.id)
        .where(Reading.id == reading_id)
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError.of("reading with footage", reading_id)
    return row[0], row[1]


def footage_with_flight(session: Session, footage_id: UUID) -> tuple[Footage, Flight] | None:
    """Return one file of footage and the flight it belongs to, or None."""
    query = (
        select(Footage, Flight).join(Flight, Footage.flight_id == Flight.id).where(Footage.id == footage_id)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1])


def readings_of(
    session: Session, *, port_call_id: UUID | None, stage: str | None, status: str | None, window: Window
) -> Sequence[Reading]:
    """Return readings in the order they were asked for, narrowed by what is given."""
    query = select(Reading)
    for column, value in (
        (Reading.port_call_id, port_call_id),
        (Reading.stage, stage),
        (Reading.status, status),
    ):
        if value is not None:
            query = query.where(column == value)
    return session.scalars(window.by_time(query, Reading.created_at, Reading.id, newest_first=False)).all()


def used_reading_at(session: Session, reading: Reading) -> Reading | None:
    """Return the other reading that already stands for the same mark, side and stage."""
    query = select(Reading).where(
        Reading.port_call_id == reading.port_call_id,
        Reading.stage == reading.stage,
        Reading.mark == reading.mark,
        Reading.side == reading.side,
        Reading.decision.in_(USED_DECISIONS),
        Reading.id != reading.id,
    )
    return session.scalars(query).first()


def used_readings(session: Session, port_call_id: UUID) -> Sequence[Reading]:
    """Return the readings of a port call that a person has accepted or corrected."""
    query = (
        select(Reading)
        .where(Reading.port_call_id == port_call_id, Reading.decision.in_(USED_DECISIONS))
        .order_by(Reading.created_at)
    )
    return session.scalars(query).all()


def evidence_of(session: Session, reading_ids: Sequence[UUID]) -> Mapping[UUID, list[EvidenceFile]]:
    """Return the evidence files by reading, in the order they were made."""
    query = select(EvidenceFile).where(EvidenceFile.reading_id.in_(reading_ids)).order_by(EvidenceFile.id)
    files: dict[UUID, list[EvidenceFile]] = {reading_id: [] for reading_id in reading_ids}
    for file in session.scalars(query):
        files[file.reading_id].append(file)
    return files


def evidence_by_id(session: Session, reading_id: UUID, evidence_id: UUID) -> EvidenceFile:
    """Return one evidence file of one reading.

    Raises:
        NotFoundError: that reading has no such file.
    """
    file = session.get(EvidenceFile, evidence_id)
    if file is None or file.reading_id != reading_id:
        raise NotFoundError.of("evidence file", evidence_id)
    return file


def jobs_by_id(session: Session, job_ids: Sequence[UUID]) -> Mapping[UUID, Job]:
    """Return the jobs behind readings by their id."""
    return {job.id: job for job in session.scalars(select(Job).where(Job.id.in_(job_ids)))}
