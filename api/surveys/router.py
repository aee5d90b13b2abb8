"""Routes of computed surveys, their signatures and their printed forms.

Source: `api.surveys.service`, `api.surveys.signing`.
Left out: what may be signed by whom.
"""

from uuid import UUID

from fastapi import Response, status

from api.auth.access import Asking, requires
from api.auth.permissions import Permission
from api.errors import ConflictError, NotFoundError, NotReadyError, SamePersonError
from api.idempotency.promise import KEY_ERRORS, once
from api.pages import UsesWindow
from api.problems import responses
from api.routing import Actor, NounRouter, UsesDatabase
from api.surveys import service, signing
from api.surveys.schemas import (
    Language,
    ReportName,
    ReviewBody,
    SignatureView,
    SurveyBody,
    SurveyPage,
    SurveyView,
)

router = NounRouter(prefix="/surveys", tags=["surveys"])
READS = [requires(Permission.SURVEYS_READ)]
WRITES = [requires(Permission.SURVEYS_WRITE)]
REVIEWS = [requires(Permission.SURVEYS_REVIEW)]

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
REPORT_BODY = {
    media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES.values()
}


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=responses(*KEY_ERRORS, NotReadyError),
    dependencies=WRITES,
)
@once()
def compute_survey(body: SurveyBody, database: UsesDatabase, actor: Actor, response: Response) -> SurveyView:
    """Compute the next version of the weight of a port call from the readings that count now."""
    with database.writing() as session:
        view = service.compute_survey(session, body, actor=actor)
    response.headers["location"] = f"/api/v1/surveys/{view.id}"
    return view


@router.get("", responses=responses(), dependencies=READS)
def list_surveys(port_call_id: UUID, database: UsesDatabase, window: UsesWindow) -> SurveyPage:
    """List the versions of a port call, the newest first."""
    with database.reading() as session:
        return service.list_surveys(session, port_call_id=port_call_id, window=window)


@router.get("/{survey_id}", responses=responses(NotFoundError), dependencies=READS)
def read_survey(survey_id: UUID, database: UsesDatabase) -> SurveyView:
    """Show one version with every step, its uncertainty budget and its warnings."""
    with database.reading() as session:
        return service.read_survey(session, survey_id)


@router.post(
    "/{survey_id}/signature",
    status_code=status.HTTP_201_CREATED,
    responses=responses(*KEY_ERRORS, NotFoundError, NotReadyError, ConflictError),
    dependencies=WRITES,
)
@once()
def sign_survey(survey_id: UUID, database: UsesDatabase, asking: Asking) -> SignatureView:
    """Sign the newest version of a weight that rests on two surveys."""
    with database.writing() as session:
        return signing.sign(session, survey_id, asking=asking)


@router.post(
    "/{survey_id}/review",
    status_code=status.HTTP_201_CREATED,
    responses=responses(*KEY_ERRORS, NotFoundError, NotReadyError, ConflictError, SamePersonError),
    dependencies=REVIEWS,
)
@once()
def review_survey(survey_id: UUID, body: ReviewBody, database: UsesDatabase, asking: Asking) -> SignatureView:
    """Countersign a signed version, or return it; never by whoever signed or computed it."""
    with database.writing() as session:
        return signing.review(session, survey_id, body, asking=asking)


@router.get(
    "/{survey_id}/{name}",
    response_class=Response,
    responses=responses(NotFoundError) | {200: {"content": REPORT_BODY}},
    dependencies=READS,
)
def print_survey(
    survey_id: UUID, name: ReportName, database: UsesDatabase, lang: Language = "zh"
) -> Response:
    """Print the certificate (水尺计重证书), the record sheet (计算单) or a workbook of one version."""
    with database.reading() as session:
        document = service.read_survey(session, survey_id).document
    content = service.printed(document, name, lang=lang)
    kind = name.rpartition(".")[2]
    # A browser shows a PDF and can only save a workbook.
    disposition = "inline" if kind == "pdf" else "attachment"
    headers = {"content-disposition": f'{disposition}; filename="{survey_id}-{lang}-{name}"'}
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)
