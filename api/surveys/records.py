"""The supervision record of a computed survey.

Source: `api.records`; case and document are bound in by the hashes of their canonical JSON.
Left out: review and signature.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import rfc8785
from sqlalchemy.orm import Session

from api.records import service as records
from api.records.payloads import Payload, Subject
from api.storage.tables import Reading, Record, Survey


class SurveyComputed(Payload):
    """A weight was computed from the readings that counted at that moment."""

    KIND: ClassVar[str] = "survey.computed"

    survey_id: str
    version: int
    cargo_t: float | None
    u95_t: float | None
    provisional: bool
    warnings: list[str]
    case_sha256: str
    document_sha256: str


def survey_computed(session: Session, survey: Survey, readings: Sequence[Reading], *, actor: str) -> Record:
    """Record a computed survey; it rests on the records of its readings."""
    payload = SurveyComputed(
        survey_id=str(survey.id),
        version=survey.version,
        cargo_t=survey.cargo_t,
        u95_t=survey.u95_t,
        provisional=survey.provisional,
        warnings=[warning["code"] for warning in survey.document["warnings"]],
        case_sha256=_sha256(survey.case),
        document_sha256=_sha256(survey.document),
    )
    causes = [reading.record_id for reading in readings if reading.record_id is not None]
    return records.append(
        session, payload, subject=Subject.port_call(survey.port_call_id), actor=actor, causes=causes
    )


def _sha256(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(dict(value))).hexdigest()
