"""Computes the weight of a port call from what counts now, and keeps every version.

Source: `survey` for the arithmetic, `api.surveys.report` for what is printed.
Left out: review and signature (`api.surveys.signing`); a version never changes, a correction is a new version.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.auth.principals import person_id_now
from api.pages import Window
from api.portcalls.references import referenced_port_call
from api.storage.tables import Survey, new_id
from api.surveys import repository, signing
from api.surveys.case_building import case_of
from api.surveys.records import survey_computed
from api.surveys.schemas import Language, ReportName, SurveyBody, SurveyPage, SurveySummaryView, SurveyView
from survey.case import case_from_mapping
from survey.computation import compute_case
from survey.document import survey_document

LANGUAGES: tuple[Language, ...] = ("zh", "en")
REPORT_NAMES: Mapping[str, ReportName] = MappingProxyType(
    {"certificate": "certificate.pdf", "record_sheet": "record-sheet.pdf", "workbook": "workbook.xlsx"}
)


def compute_survey(session: Session, body: SurveyBody, *, actor: str) -> SurveyView:
    """Compute the next version of the weight of a port call.

    Raises:
        InvalidRequestError: there is no such port call.
        NotReadyError: readings or inputs are missing, named one by one.
        SurveyError: what was entered cannot be computed with, e.g. a draft outside the table.
    """
    port_call = referenced_port_call(session, body.port_call_id)
    basis = repository.basis_of(session, port_call)
    case = case_of(basis)
    document = survey_document(compute_case(case_from_mapping(case)))
    survey = Survey(
        id=new_id(),
        port_call_id=port_call.id,
        version=repository.next_version(session, port_call.id),
        case=case,
        document=document,
        cargo_t=document["cargo_t"],
        u95_t=document["u95_t"],
        provisional=document["provisional"],
        computed_by=person_id_now(),
    )
    survey.record_id = survey_computed(session, survey, basis.readings, actor=actor).id
    session.add(survey)
    session.flush()
    return survey_view(session, survey)


def read_survey(session: Session, survey_id: UUID) -> SurveyView:
    """Show one version.

    Raises:
        NotFoundError: there is none by that id.
    """
    return survey_view(session, repository.survey_by_id(session, survey_id))


def list_surveys(session: Session, *, port_call_id: UUID, window: Window) -> SurveyPage:
    """Show the versions of a port call, the newest first."""
    found = repository.surveys_of(session, port_call_id, window)
    rows, following = window.cut(found, lambda survey: (survey.version,))
    return SurveyPage(items=[_summary(survey) for survey in rows], next_cursor=following)


def printed(document: Mapping[str, Any], name: ReportName, *, lang: Language) -> bytes:
    """Print one version from its document alone; needs no transaction, which matters as it takes a while."""
    return _printers()[name](document, lang=lang)


def survey_view(session: Session, survey: Survey) -> SurveyView:
    """Show a row with every step, the addresses of its reports, and what was said about it."""
    signatures = signing.signature_views(session, survey.id)
    return SurveyView(
        **_summary(survey).model_dump(),
        case=survey.case,
        document=survey.document,
        state=signing.state_of(session, survey, signatures),
        signatures=signatures,
    )


def _printers() -> Mapping[ReportName, Callable[..., bytes]]:
    from api.surveys.report import certificate_pdf, record_sheet_pdf, workbook_xlsx

    return {
        "certificate.pdf": certificate_pdf,
        "record-sheet.pdf": record_sheet_pdf,
        "workbook.xlsx": workbook_xlsx,
    }


def _summary(survey: Survey) -> SurveySummaryView:
    return SurveySummaryView(
        id=survey.id,
        port_call_id=survey.port_call_id,
        version=survey.version,
        cargo_t=survey.cargo_t,
        u95_t=survey.u95_t,
        provisional=survey.provisional,
        computed_at=survey.computed_at,
        record_id=survey.record_id,
        report_urls={
            f"{key}_{lang}": f"/api/v1/surveys/{survey.id}/{name}?lang={lang}"
            for key, name in REPORT_NAMES.items()
            for lang in LANGUAGES
        },
    )
