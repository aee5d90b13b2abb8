"""The supervision records of a survey: computed, signed, reviewed.

Source: `api.records`; case and document are bound in by the hashes of their canonical JSON.
Left out: who may sign and review (`api.surveys.signing`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal
from uuid import UUID

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


class SurveySigned(Payload):
    """A weigher answers for one version; the digest says later what was signed."""

    KIND: ClassVar[str] = "survey.signed"

    survey_id: str
    version: int
    signed_sha256: str
    meaning: Literal["authorship"]
    declaration_zh: str
    declaration_en: str


class SurveyReviewed(Payload):
    """Another person approved a signed version, or returned it with a reason."""

    KIND: ClassVar[str] = "survey.reviewed"

    survey_id: str
    version: int
    signed_sha256: str
    verdict: Literal["approved", "returned"]
    reason: str | None


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


def survey_stated(
    session: Session, survey: Survey, payload: Payload, *, actor: str, causes: Sequence[UUID]
) -> Record:
    """Record what somebody said with their name about a version."""
    subject = Subject.port_call(survey.port_call_id)
    return records.append(session, payload, subject=subject, actor=actor, causes=causes)


def digest_of(survey: Survey) -> str:
    """Give the SHA-256 of what is signed: the canonical JSON of case and document together."""
    return _sha256({"case": survey.case, "document": survey.document})


def _sha256(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(dict(value))).hexdigest()
