"""Enters vessels and imports their hydrostatic tables, each with its record.

Source: the case format of the draft survey; the import itself is `table_import.py`.
Left out: deciding which table a port call uses, which is the port call's own.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import FieldError, NotFoundError, UnusableTableError
from api.pages import Window, by_creation
from api.preconditions import Precondition
from api.records.payloads import Evidence, Subject
from api.records.service import append
from api.storage.database import Database
from api.storage.objects import ObjectStore, StoredObject
from api.storage.tables import HydrostaticTable, Vessel
from api.vessels import repository
from api.vessels.records import HydrostaticTableImported, VesselChanged, VesselRegistered
from api.vessels.schemas import (
    TableDeclarationQuery,
    TablePage,
    TableSummaryView,
    TableView,
    VesselBody,
    VesselPage,
    VesselView,
)
from api.vessels.table_import import (
    DecimalMark,
    ImportedTable,
    LengthUnit,
    TableDeclaration,
    import_table,
)
from survey.hydrostatics import LcfReference, TableKind
from survey.hydrostatics_audit import AuditFinding, Severity

CSV_MEDIA_TYPE = "text/csv"
XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(session: Session, body: VesselBody, *, actor: str) -> VesselView:
    """Enter a vessel."""
    row = Vessel(**body.model_dump())
    session.add(row)
    session.flush()
    append(session, VesselRegistered(vessel=body), subject=Subject.vessel(row.id), actor=actor)
    return _view(session, row)


def change(
    session: Session, identifier: UUID, body: VesselBody, *, rests_on: Precondition, actor: str
) -> VesselView:
    """Replace the particulars of a vessel.

    Raises:
        NotFoundError: there is no such vessel.
        PreconditionFailedError: it was changed since it was read.
    """
    row = require(session, identifier)
    rests_on.check(_view(session, row))
    before = VesselBody.model_validate(row, from_attributes=True)
    for name, value in body.model_dump().items():
        setattr(row, name, value)
    append(session, VesselChanged(before=before, after=body), subject=Subject.vessel(row.id), actor=actor)
    return _view(session, row)


def read(session: Session, identifier: UUID) -> VesselView:
    """Give one vessel.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    return _view(session, require(session, identifier))


def find(session: Session, *, name_contains: str | None, window: Window) -> VesselPage:
    """Give the vessels entered last, or those whose name holds a text."""
    found = repository.vessels(session, name_contains=name_contains, window=window)
    rows, following = window.cut(found, by_creation)
    return VesselPage(items=[_view(session, row) for row in rows], next_cursor=following)


def require(session: Session, identifier: UUID) -> Vessel:
    """Give the row of a vessel that must be there.

    Raises:
        NotFoundError: there is none by that identifier.
    """
    row = repository.vessel(session, identifier)
    if row is None:
        raise NotFoundError.of("vessel", identifier)
    return row


def receive_table(
    database: Database,
    objects: ObjectStore,
    vessel_id: UUID,
    content: bytes,
    query: TableDeclarationQuery,
    *,
    actor: str,
) -> TableView:
    """Import a table file and keep the file itself as evidence; a table that cannot be used leaves nothing.

    Raises:
        NotFoundError: there is no such vessel.
        TableImportError: no table can be read from the file as declared.
        UnusableTableError: the audit found something that forbids its use.
    """
    with database.reading() as session:
        vessel = require(session, vessel_id)
    imported = import_table(content, file_name=query.file_name, declaration=_declaration(query, vessel))
    _require_usable(imported)
    stored = objects.put(content)
    row = _table_row(vessel_id, content, query, imported, stored)
    with database.writing() as session:
        session.add(row)
        session.flush()
        evidence = [Evidence(sha256=stored.sha256, media_type=row.media_type)]
        append(
            session, _import_record(row), subject=Subject.vessel(vessel_id), actor=actor, evidence=evidence
        )
    return TableView.model_validate(row)


def tables_of(session: Session, vessel_id: UUID, window: Window) -> TablePage:
    """Give the tables of a vessel, the newest first.

    Raises:
        NotFoundError: there is no such vessel.
    """
    require(session, vessel_id)
    rows, following = window.cut(repository.tables_of(session, vessel_id, window), by_creation)
    items = [TableSummaryView.model_validate(row) for row in rows]
    return TablePage(items=items, next_cursor=following)


def require_table(session: Session, vessel_id: UUID, table_id: UUID) -> HydrostaticTable:
    """Give the row of a vessel's table that must be there.

    Raises:
        NotFoundError: the vessel has none by that identifier.
    """
    row = repository.table(session, table_id)
    if row is None or row.vessel_id != vessel_id:
        raise NotFoundError.of("hydrostatic table", table_id)
    return row


def case_table(row: HydrostaticTable) -> dict[str, Any]:
    """Write a stored table as the `hydrostatic_table` of a survey case.

    The rows were brought to displacements and to LCF abaft midships when they were imported.
    """
    return {
        "density_t_per_m3": row.density_t_per_m3,
        "lcf_reference": LcfReference.AFT_OF_MIDSHIPS.value,
        "draft_basis": row.draft_basis,
        "kind": TableKind.DISPLACEMENT.value,
        "rows": [{name: value for name, value in line.items() if value is not None} for line in row.rows],
    }


def _declaration(query: TableDeclarationQuery, vessel: Vessel) -> TableDeclaration:
    return TableDeclaration(
        lcf_reference=query.lcf_reference,
        draft_basis=query.draft_basis,
        kind=query.kind,
        length_unit=None if query.length_unit is None else LengthUnit(query.length_unit),
        decimal_mark=DecimalMark(query.decimal_mark),
        sheet=query.sheet,
        length_between_perpendiculars_m=vessel.length_between_perpendiculars_m,
        lightship_t=vessel.lightship_t,
    )


def _require_usable(imported: ImportedTable) -> None:
    blocking = [item for item in imported.audit.findings if item.severity is Severity.BLOCKING]
    if blocking:
        errors = [FieldError(pointer=_place(item, imported), message=item.message) for item in blocking]
        detail = "; ".join(f"{error.pointer}: {error.message}" for error in errors[:3])
        raise UnusableTableError(f"{detail}. Correct the file and upload it again.", errors=errors)


def _place(finding: AuditFinding, imported: ImportedTable) -> str:
    return "file" if finding.row is None else f"line:{imported.lines[finding.row - 1]}"


def _table_row(
    vessel_id: UUID,
    content: bytes,
    query: TableDeclarationQuery,
    imported: ImportedTable,
    stored: StoredObject,
) -> HydrostaticTable:
    return HydrostaticTable(
        vessel_id=vessel_id,
        file_name=query.file_name,
        object_sha256=stored.sha256,
        media_type=XLSX_MEDIA_TYPE if content.startswith(b"PK") else CSV_MEDIA_TYPE,
        size_bytes=stored.size_bytes,
        file_kind=imported.kind.value,
        file_lcf_reference=imported.lcf_reference.value,
        draft_basis=imported.draft_basis.value,
        density_t_per_m3=query.density_t_per_m3,
        rows=[asdict(row) for row in imported.rows],
        audit=[asdict(finding) for finding in imported.audit.findings],
    )


def _import_record(row: HydrostaticTable) -> HydrostaticTableImported:
    return HydrostaticTableImported.model_validate(
        {
            "hydrostatic_table_id": row.id,
            "file_name": row.file_name,
            "file_kind": row.file_kind,
            "file_lcf_reference": row.file_lcf_reference,
            "draft_basis": row.draft_basis,
            "density_t_per_m3": row.density_t_per_m3,
            "row_count": len(row.rows),
            "findings": row.audit,
        }
    )


def _view(session: Session, row: Vessel) -> VesselView:
    body = VesselBody.model_validate(row, from_attributes=True)
    table_id = repository.newest_table_ids(session, [row.id]).get(row.id)
    return VesselView(
        **body.model_dump(), id=row.id, hydrostatic_table_id=table_id, created_at=row.created_at
    )
