"""The supervision records of readings: made by the reader, then accepted, corrected or rejected by a person.

Source: `api.records`; the whole answer of the reader is bound in by its hash.
Left out: requests for readings, which assert nothing yet.
"""

import hashlib
from collections.abc import Sequence
from typing import ClassVar

import rfc8785
from sqlalchemy.orm import Session

from api.records import service as records
from api.records.payloads import Evidence, Payload, Subject
from api.storage.tables import EvidenceFile, Footage, Reading, Record

READER = "service:reader"


class ReadingMade(Payload):
    """The reader has answered for one mark: a draft with its uncertainty, or a refusal with its reason."""

    KIND: ClassVar[str] = "reading.made"

    reading_id: str
    footage_id: str
    footage_sha256: str
    stage: str
    mark: str
    side: str
    status: str
    reason: str | None
    draft_m: float | None
    standard_uncertainty_m: float | None
    u95_m: float | None
    result_sha256: str


class ReadingDecided(Payload):
    """A person stands for a reading, for another value in its place, or against it."""

    KIND: ClassVar[str] = "reading.decided"

    reading_id: str
    stage: str
    mark: str
    side: str
    decision: str
    reason: str | None
    read_draft_m: float | None
    decided_draft_m: float | None
    decided_standard_uncertainty_m: float | None


def reading_made(
    session: Session, reading: Reading, footage: Footage, evidence: Sequence[EvidenceFile]
) -> Record:
    """Record what the reader answered, with the footage and the pictures it rests on."""
    payload = ReadingMade.model_validate(
        _position(reading)
        | {
            "footage_id": str(footage.id),
            "footage_sha256": footage.object_sha256,
            "status": reading.status,
            "reason": reading.reason,
            "draft_m": reading.draft_m,
            "standard_uncertainty_m": reading.standard_uncertainty_m,
            "u95_m": reading.u95_m,
            "result_sha256": hashlib.sha256(rfc8785.dumps(reading.result)).hexdigest(),
        }
    )
    shown = [Evidence(sha256=footage.object_sha256, media_type=footage.media_type)]
    shown += [_evidence(file) for file in evidence]
    subject = Subject.port_call(reading.port_call_id)
    return records.append(
        session, payload, subject=subject, actor=READER, evidence=shown, causes=[footage.record_id]
    )


def reading_decided(session: Session, reading: Reading, *, actor: str) -> Record:
    """Record what a person decided about a reading; it rests on the record before it, if there is one."""
    payload = ReadingDecided.model_validate(
        _position(reading)
        | {
            "decision": reading.decision,
            "reason": reading.decision_reason,
            "read_draft_m": reading.draft_m,
            "decided_draft_m": reading.decided_draft_m,
            "decided_standard_uncertainty_m": reading.decided_standard_uncertainty_m,
        }
    )
    causes = [] if reading.record_id is None else [reading.record_id]
    return records.append(
        session, payload, subject=Subject.port_call(reading.port_call_id), actor=actor, causes=causes
    )


def _position(reading: Reading) -> dict[str, str]:
    return {"reading_id": str(reading.id), "stage": reading.stage, "mark": reading.mark, "side": reading.side}


def _evidence(file: EvidenceFile) -> Evidence:
    return Evidence(
        sha256=file.object_sha256, media_type=file.media_type, start_s=file.time_s, end_s=file.time_s
    )
