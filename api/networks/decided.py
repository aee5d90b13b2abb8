"""Which readings of a service's data folder may become training pictures: those that a person has decided.

Source: tables `readings`, `footage` and `evidence_files`; a correction is the only label that work at the quay makes.
Left out: rejected readings, footage in quarantine, readings without footage; each is counted.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pipelines.footage_export import DecidedFootage
from api.storage.objects import ObjectStore
from api.storage.tables import EvidenceFile, Footage, Reading

SHOWING_KINDS = ("video", "still")
# What is drawn on shows the same frames as what is clean.
FRAME_ROLES = ("clean", "lowest_clean", "highest_clean")


def decided_footage(
    session: Session, objects: ObjectStore, *, port_call_ids: Sequence[UUID]
) -> tuple[list[DecidedFootage], dict[str, int]]:
    """Find the footage of decided readings.

    Args:
        session: Of the service's database.
        objects: Its files.
        port_call_ids: Only these port calls; all where empty.

    Returns:
        The footage in the order of its readings, and how many readings were left out by why.
    """
    query = (
        select(Reading, Footage)
        .outerjoin(Footage, Reading.footage_id == Footage.id)
        .where(Reading.decision.is_not(None))
        .order_by(Reading.created_at, Reading.id)
    )
    if port_call_ids:
        query = query.where(Reading.port_call_id.in_(port_call_ids))
    found: list[DecidedFootage] = []
    left_out: Counter[str] = Counter()
    for reading, footage in session.execute(query).all():
        one = _decided(session, objects, reading, footage)
        if isinstance(one, str):
            left_out[one] += 1
        else:
            found.append(one)
    return found, dict(left_out)


def _decided(
    session: Session, objects: ObjectStore, reading: Reading, footage: Footage | None
) -> DecidedFootage | str:
    """The footage of a decided reading, or why it is no training picture."""
    draft_m, sigma_m = reading.decided_draft_m, reading.decided_standard_uncertainty_m
    if reading.decision is None or reading.decided_at is None or draft_m is None or sigma_m is None:
        return "rejected by a person"
    if footage is None:
        return "read at the mark, without footage"
    if footage.status != "ready" or footage.kind not in SHOWING_KINDS:
        return "its file is in quarantine or shows nothing"
    if not objects.exists(footage.object_sha256):
        return "its footage is no longer kept"
    return DecidedFootage(
        reading_id=str(reading.id),
        record_id=None if reading.record_id is None else str(reading.record_id),
        decided_at=reading.decided_at.isoformat(),
        open_file=partial(objects.local_copy, footage.object_sha256),
        sha256=footage.object_sha256,
        times_s=_times_s(session, reading),
        decision=reading.decision,
        read_draft_m=reading.draft_m,
        decided_draft_m=draft_m,
        decided_standard_uncertainty_m=sigma_m,
    )


def _times_s(session: Session, reading: Reading) -> tuple[float, ...]:
    """Moments that the evidence shows; the first where it shows none."""
    query = (
        select(EvidenceFile.time_s)
        .where(EvidenceFile.reading_id == reading.id, EvidenceFile.role.in_(FRAME_ROLES))
        .order_by(EvidenceFile.id)
    )
    return tuple(time_s for time_s in session.scalars(query) if time_s is not None) or (0.0,)
