"""Which rows refer to a file, and what class that makes it.

Source: every column of every table that may name a file by its SHA-256; a new table is seen without being listed here.
Left out: records, whose evidence is indexed apart (`holds.py`).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from api.retention.policy import RetentionClass
from api.storage.objects import Area
from api.storage.tables import Flight, Footage, Table

_SHA256_LENGTH = 64
_CLASS_OF_COLUMN = {
    "footage.object_sha256": RetentionClass.FOOTAGE,
    "footage.thumbnail_sha256": RetentionClass.DERIVED,
}
# Their hashes are of records and of this catalogue itself, never of a file that somebody needs.
_NO_REFERENCES = frozenset({"records", "checkpoints", "stored_files", "evidence_holds", "file_deletions"})
# A file that is several things at once is the one that is kept longest.
_STRONGEST_FIRST = (
    RetentionClass.EVIDENCE,
    RetentionClass.FOOTAGE,
    RetentionClass.LIVE_RECORDING,
    RetentionClass.DERIVED,
)


def classes_of(session: Session, area: Area, names: Sequence[str]) -> dict[str, RetentionClass]:
    """Tell the class of each file.

    Args:
        session: any transaction.
        area: where they lie.
        names: SHA-256 of each; some hundreds at a time.
    """
    if area == "quarantine":
        return dict.fromkeys(names, RetentionClass.QUARANTINE)
    found: dict[str, set[RetentionClass]] = {name: set() for name in names}
    for column, kind in referring_columns():
        for name in session.scalars(select(column).where(column.in_(names)).distinct()):
            found[name].add(kind)
    return {name: _strongest(kinds) for name, kinds in found.items()}


@cache
def referring_columns() -> tuple[tuple[Column[str], RetentionClass], ...]:
    """Give every column that may name a file; what is not known better is evidence and stays."""
    return tuple(_referring())


def port_call_of(session: Session, sha256: str) -> UUID | None:
    """Tell the port call whose footage a file is, or was made from; None where it is of none."""
    query = (
        select(Flight.port_call_id)
        .join(Footage, Footage.flight_id == Flight.id)
        .where((Footage.object_sha256 == sha256) | (Footage.thumbnail_sha256 == sha256))
        .order_by(Footage.received_at)
        .limit(1)
    )
    return session.scalars(query).first()


def _referring() -> Iterator[tuple[Column[str], RetentionClass]]:
    for table in Table.metadata.sorted_tables:
        if table.name in _NO_REFERENCES:
            continue
        for column in table.columns:
            named_so = column.name.endswith("sha256")
            if named_so and getattr(column.type, "length", None) == _SHA256_LENGTH:
                yield (
                    column,
                    _CLASS_OF_COLUMN.get(f"{table.name}.{column.name}", RetentionClass.EVIDENCE),
                )


def _strongest(kinds: set[RetentionClass]) -> RetentionClass:
    return next((kind for kind in _STRONGEST_FIRST if kind in kinds), RetentionClass.UNREFERENCED)
