"""Lets a weigher sign a version of a survey, and another person approve or return it.

Source: separation of duties after ISO/IEC 27002, 5.3; docs/decisions/0011-people.md.
Left out: a qualified electronic signature; what was said is held by the chain of records and its checkpoints.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth.principals import Principal
from api.errors import ConflictError, NotReadyError, SamePersonError
from api.storage.tables import Record, Survey, SurveySignature, new_id
from api.surveys import repository
from api.surveys.records import SurveyReviewed, SurveySigned, digest_of, survey_stated
from api.surveys.schemas import ReviewBody, SignatureView, SurveyState

DECLARATION_ZH = "本人确认：本版水尺计重依据所列读数和测量数据计算，内容属实。"
DECLARATION_EN = (
    "I confirm that this version rests on the readings and measurements that it lists, and that it is true."
)


def sign(session: Session, survey_id: UUID, *, asking: Principal) -> SignatureView:
    """Sign the newest version of a port call.

    Raises:
        NotFoundError: there is no such version.
        NotReadyError: the weight is provisional or missing.
        ConflictError: it was signed already, or a newer version has taken its place.
    """
    survey = repository.survey_by_id(session, survey_id)
    _require_newest(session, survey)
    if survey.provisional or survey.cargo_t is None:
        raise NotReadyError("The weight is provisional. Accepted: a version computed from two surveys.")
    if repository.signatures_of(session, survey.id):
        raise ConflictError("It was signed already. Accepted: a review of it, or a new computation.")
    payload = SurveySigned(
        survey_id=str(survey.id),
        version=survey.version,
        signed_sha256=digest_of(survey),
        meaning="authorship",
        declaration_zh=DECLARATION_ZH,
        declaration_en=DECLARATION_EN,
    )
    record = survey_stated(session, survey, payload, actor=asking.actor, causes=[survey.record_id])
    return _add(session, survey, record, verdict="signed", reason=None, asking=asking)


def review(session: Session, survey_id: UUID, body: ReviewBody, *, asking: Principal) -> SignatureView:
    """Countersign a signed version, or return it with a reason.

    Raises:
        NotFoundError: there is no such version.
        NotReadyError: it was not signed yet.
        ConflictError: it was reviewed already, or a newer version has taken its place.
        SamePersonError: the person signed or computed it.
    """
    survey = repository.survey_by_id(session, survey_id)
    _require_newest(session, survey)
    given = repository.signatures_of(session, survey.id)
    if not given:
        raise NotReadyError("It was not signed yet. Accepted: a review after the signature of a weigher.")
    if len(given) > 1:
        raise ConflictError("It was reviewed already. Accepted: a new computation.")
    signature = given[0]
    _require_another_person(survey, signature, asking)
    payload = SurveyReviewed(
        survey_id=str(survey.id),
        version=survey.version,
        signed_sha256=digest_of(survey),
        verdict=body.verdict,
        reason=body.reason,
    )
    causes = [survey.record_id, signature.record_id]
    record = survey_stated(session, survey, payload, actor=asking.actor, causes=causes)
    verdict = "countersigned" if body.verdict == "approved" else "returned"
    return _add(session, survey, record, verdict=verdict, reason=body.reason, asking=asking)


def signature_views(session: Session, survey_id: UUID) -> list[SignatureView]:
    """Show what was said about a version, the earliest first."""
    rows = repository.signatures_of(session, survey_id)
    stated = select(Record).where(Record.id.in_([row.record_id for row in rows]))
    records = {record.id: record for record in session.scalars(stated)} if rows else {}
    return [_view(row, records[row.record_id]) for row in rows]


def state_of(session: Session, survey: Survey, views: Sequence[SignatureView]) -> SurveyState:
    """Tell where a version stands; a newer one takes its place, whatever was said about it."""
    newest = repository.newest_survey(session, survey.port_call_id)
    if newest is not None and newest.version > survey.version:
        return "superseded"
    if not views:
        return "draft"
    states: dict[str, SurveyState] = {
        "signed": "signed",
        "countersigned": "approved",
        "returned": "returned",
    }
    return states[views[-1].verdict]


def _require_newest(session: Session, survey: Survey) -> None:
    newest = repository.newest_survey(session, survey.port_call_id)
    if newest is not None and newest.id != survey.id:
        raise ConflictError(f"Version {newest.version} has taken its place. Accepted: the newest version.")


def _require_another_person(survey: Survey, signature: SurveySignature, asking: Principal) -> None:
    if asking.person_id in {signature.person_id, survey.computed_by}:
        raise SamePersonError("Accepted: a reviewer who neither signed nor computed this version.")


def _add(
    session: Session,
    survey: Survey,
    record: Record,
    *,
    verdict: str,
    reason: str | None,
    asking: Principal,
) -> SignatureView:
    row = SurveySignature(
        id=new_id(),
        survey_id=survey.id,
        person_id=asking.person_id,
        verdict=verdict,
        reason=reason,
        record_id=record.id,
        signed_at=record.recorded_at,
    )
    session.add(row)
    session.flush()
    return _view(row, record)


def _view(row: SurveySignature, record: Record) -> SignatureView:
    said = record.payload
    return SignatureView.model_validate(
        {
            "id": row.id,
            "verdict": row.verdict,
            "person_id": row.person_id,
            "person": record.actor.partition(" ")[2],
            "reason": row.reason,
            "signed_at": row.signed_at,
            "signed_sha256": said["signed_sha256"],
            "meaning": said.get("meaning"),
            "declaration_zh": said.get("declaration_zh"),
            "declaration_en": said.get("declaration_en"),
            "record_id": row.record_id,
        }
    )
