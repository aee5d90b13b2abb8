"""Queries on flights, their files and the uploads that broke off.

Source: tables of `api.storage.tables`; every function works inside the caller's transaction.
Left out: what a file is (`api.footage.inspection`) and how it arrives (`api.flights.receiving`).
"""

from collections.abc import Sequence
from pathlib import PurePath
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from api.errors import NotFoundError
from api.pages import Window
from api.storage.tables import Flight, Footage, InterruptedUpload


def flight_by_id(session: Session, flight_id: UUID) -> Flight:
    """Return one flight.

    Raises:
        NotFoundError: there is none by that id.
    """
    flight = session.get(Flight, flight_id)
    if flight is None:
        raise NotFoundError.of("flight", flight_id)
    return flight


def flights_of(session: Session, *, port_call_id: UUID | None, window: Window) -> Sequence[Flight]:
    """Return flights in the order they were announced."""
    query = select(Flight)
    if port_call_id is not None:
        query = query.where(Flight.port_call_id == port_call_id)
    return session.scalars(window.by_time(query, Flight.created_at, Flight.id, newest_first=False)).all()


def files_of(session: Session, flight_ids: Sequence[UUID]) -> dict[UUID, list[Footage]]:
    """Return the files by flight, in the order they came."""
    query = select(Footage).where(Footage.flight_id.in_(flight_ids)).order_by(Footage.received_at, Footage.id)
    files: dict[UUID, list[Footage]] = {flight_id: [] for flight_id in flight_ids}
    for file in session.scalars(query):
        files[file.flight_id].append(file)
    return files


def interrupted_uploads_of(
    session: Session, flight_ids: Sequence[UUID]
) -> dict[UUID, list[InterruptedUpload]]:
    """Return the uploads by flight that broke off and have not been repeated."""
    query = (
        select(InterruptedUpload)
        .where(InterruptedUpload.flight_id.in_(flight_ids))
        .order_by(InterruptedUpload.occurred_at)
    )
    uploads: dict[UUID, list[InterruptedUpload]] = {flight_id: [] for flight_id in flight_ids}
    for upload in session.scalars(query):
        uploads[upload.flight_id].append(upload)
    return uploads


def forget_interrupted_uploads(session: Session, *, flight_id: UUID, file_name: str) -> None:
    """Drop the notes on broken uploads of a file that has now arrived, or broke off anew."""
    session.execute(
        delete(InterruptedUpload).where(
            InterruptedUpload.flight_id == flight_id, InterruptedUpload.file_name == file_name
        )
    )


def same_file(session: Session, *, flight_id: UUID, file_name: str, sha256: str) -> Footage | None:
    """Return the file of this flight with this name and these bytes."""
    query = select(Footage).where(
        Footage.flight_id == flight_id, Footage.file_name == file_name, Footage.object_sha256 == sha256
    )
    return session.scalars(query).first()


def counterpart(session: Session, file: Footage) -> Footage | None:
    """Return what a video or telemetry is waiting for: its other half, by the stem of the name."""
    wanted = {"video": "telemetry", "telemetry": "video"}.get(file.kind)
    if wanted is None:
        return None
    query = select(Footage).where(
        Footage.flight_id == file.flight_id,
        Footage.kind == wanted,
        Footage.status == "ready",
        Footage.paired_footage_id.is_(None),
    )
    return next((other for other in session.scalars(query) if _stem(other) == _stem(file)), None)


def files_with_track(session: Session, flight_id: UUID) -> Sequence[Footage]:
    """Return the files of a flight that hold positions, with their tracks."""
    query = (
        select(Footage)
        .where(Footage.flight_id == flight_id, Footage.status == "ready", Footage.track.is_not(None))
        .order_by(Footage.received_at, Footage.id)
        .options(undefer(Footage.track))
    )
    return session.scalars(query).all()


def has_track(session: Session, flight_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return which of the flights hold positions."""
    query = select(Footage.flight_id).where(
        Footage.flight_id.in_(flight_ids), Footage.status == "ready", Footage.track.is_not(None)
    )
    return frozenset(session.scalars(query))


def _stem(file: Footage) -> str:
    # Cameras write .MP4 and .SRT, people copy them to .mp4: the case of a name distinguishes nothing here.
    return PurePath(file.file_name).stem.casefold()
