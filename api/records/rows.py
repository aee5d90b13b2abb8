"""Reads the chain from its table as it is hashed: a hundred thousand records a second, without an object for each.

Source: RFC 8785; the JSON columns hold canonical text (`api.storage.tables.records`), so that texts need joining only.
Left out: single records, which `repository.py` gives as objects.
"""

from collections.abc import Generator, Iterator, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from api.records.chain import Link

_ROWS_AT_ONCE = 2000
_COLUMNS = (
    "sequence, content_sha256, sha256, previous_sha256, actor, {causes}, {evidence}, {id}, kind, {occurred_at}, "
    "occurred_at_source, {payload}, payload_version, {port_call_id}, {recorded_at}, {subject_id}, subject_kind"
)
_AS_TEXT = {
    "sqlite": {
        "json": "{0}",
        "id": "substr({0}, 1, 8) || '-' || substr({0}, 9, 4) || '-' || substr({0}, 13, 4) || '-' || "
        "substr({0}, 17, 4) || '-' || substr({0}, 21)",
        "time": "replace({0}, ' ', 'T') || 'Z'",
    },
    "postgresql": {
        "json": "{0}::text",
        "id": "{0}::text",
        "time": """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    },
}
_KINDS_OF_COLUMNS = {
    "json": ("causes", "evidence", "payload"),
    "id": ("id", "port_call_id", "subject_id"),
    "time": ("occurred_at", "recorded_at"),
}


def chain_after(
    session: Session, *, sequence: int = 0, last: int | None = None, port_call_id: str | None = None
) -> Generator[tuple[Link, str, bytes], None, None]:
    """Give records in order: the place, the hash before it as the row says, and the content.

    Whoever stops before the end closes it (`contextlib.closing`), which lets go of the cursor.

    Args:
        session: of a reading transaction.
        sequence: where to begin; the record after it is the first one.
        last: where to end; at the end of the chain when not given.
        port_call_id: give those of one port call only.
    """
    dialect = session.get_bind().dialect.name
    forms = _AS_TEXT[dialect]
    columns = _COLUMNS.format(
        **{name: forms[kind].format(name) for kind, names in _KINDS_OF_COLUMNS.items() for name in names}
    )
    wanted = "sequence > :sequence"
    values: dict[str, Any] = {"sequence": sequence}
    if last is not None:
        wanted += " AND sequence <= :last"
        values["last"] = last
    if port_call_id is not None:
        wanted += " AND port_call_id = :port_call_id"
        values["port_call_id"] = port_call_id.replace("-", "") if dialect == "sqlite" else port_call_id
        wanted = (
            wanted.replace(":port_call_id", "CAST(:port_call_id AS uuid)") if dialect != "sqlite" else wanted
        )
    # The column names are the constants above.
    query = text(f"SELECT {columns} FROM records WHERE {wanted} ORDER BY sequence")  # noqa: S608
    with session.execute(query, values, execution_options={"yield_per": _ROWS_AT_ONCE}) as result:
        for row in result:
            yield Link(row[0], row[1], row[2]), row[3], _content(row)


def links_up_to(session: Session, sequence: int) -> Iterator[Link]:
    """Give every place of the chain up to one, without what the records tell."""
    query = text(
        "SELECT sequence, content_sha256, sha256 FROM records WHERE sequence <= :last ORDER BY sequence"
    )
    with session.execute(query, {"last": sequence}, execution_options={"yield_per": _ROWS_AT_ONCE}) as result:
        for row in result:
            yield Link(row[0], row[1], row[2])


def _content(row: Sequence[Any]) -> bytes:
    (
        sequence, _, _, _, actor, causes, evidence, identifier, kind, occurred_at, occurred_at_source, payload, version,
        port_call_id, recorded_at, subject_id, subject_kind,
    ) = row  # fmt: skip
    of_port_call = "null" if port_call_id is None else quoted(port_call_id)
    # The names in the order of RFC 8785. Everything is quoted: the table may hold what somebody wrote into it.
    return (
        f'{{"actor":{quoted(actor)},"causes":{causes},"evidence":{evidence},"id":{quoted(identifier)},'
        f'"kind":{quoted(kind)},"occurred_at":{quoted(occurred_at)},'
        f'"occurred_at_source":{quoted(occurred_at_source)},"payload":{payload},"payload_version":{version},'
        f'"port_call_id":{of_port_call},"recorded_at":{quoted(recorded_at)},"sequence":{sequence},'
        f'"subject_id":{quoted(subject_id)},"subject_kind":{quoted(subject_kind)}}}'
    ).encode()
