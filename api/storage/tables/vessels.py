"""Ships and their hydrostatic tables.

Source: the nouns of the architecture page; conventions of `api.storage.tables`.
Left out: queries (`repository.py` of the noun) and shapes on the border (`schemas.py`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.tables.base import Sha256, Table, new_id, utc_now


class Vessel(Table):
    """A ship as its papers describe it."""

    __tablename__ = "vessels"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    imo: Mapped[str | None] = mapped_column(String(7), index=True)
    length_between_perpendiculars_m: Mapped[float]
    breadth_m: Mapped[float | None]
    lightship_t: Mapped[float | None]
    declared_constant_t: Mapped[float | None]
    summer_draft_m: Mapped[float | None]
    keel_plate_thickness_m: Mapped[float | None]
    marks_forward_of_reference_m: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class HydrostaticTable(Table):
    """One imported hydrostatic table of a vessel; never changed, a better one is a new row.

    `rows` hold displacements and LCF in metres abaft midships; `file_kind` and `file_lcf_reference` say what
    the file had instead.
    """

    __tablename__ = "hydrostatic_tables"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    vessel_id: Mapped[UUID] = mapped_column(ForeignKey("vessels.id"), index=True)
    file_name: Mapped[str]
    object_sha256: Mapped[str] = mapped_column(Sha256)
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    file_kind: Mapped[str]
    file_lcf_reference: Mapped[str]
    draft_basis: Mapped[str]
    density_t_per_m3: Mapped[float]
    rows: Mapped[list[Any]]
    audit: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
