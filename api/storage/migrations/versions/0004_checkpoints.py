"""Signed statements about the chain, and links that hold without what they bind.

A link was the hash of the whole record, the link before included. It becomes the hash of the link before and of the
content's hash, so that a record can be left out of an export and the chain still be followed through its place.

Revision ID: 0004
Revises: 0003
"""

import hashlib
from collections.abc import Callable
from datetime import UTC
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REFUSE = "BEGIN SELECT RAISE(ABORT, '{table} are append only'); END"
GENESIS = "0" * 64
records = sa.table(
    "records",
    sa.column("sequence", sa.Integer()),
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("subject_kind", sa.String()),
    sa.column("subject_id", sa.Uuid()),
    sa.column("port_call_id", sa.Uuid()),
    sa.column("occurred_at", sa.DateTime(timezone=True)),
    sa.column("occurred_at_source", sa.String()),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
    sa.column("actor", sa.Text()),
    sa.column("payload_version", sa.Integer()),
    sa.column("payload", sa.JSON()),
    sa.column("evidence", sa.JSON()),
    sa.column("causes", sa.JSON()),
)


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoints")),
        sa.UniqueConstraint("sha256", name=op.f("uq_checkpoints_sha256")),
    )
    op.create_index(op.f("ix_checkpoints_sequence"), "checkpoints", ["sequence"], unique=False)
    # The default is for rows that are there already; each gets its hash below.
    op.add_column("records", sa.Column("content_sha256", sa.String(length=64), nullable=False, server_default=""))
    _rewrite(_linked)
    _refuse_changes_of_checkpoints()


def downgrade() -> None:
    op.drop_table("checkpoints")  # and its triggers with it
    _rewrite(_nested)
    op.drop_column("records", "content_sha256")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _refuse_changes_of_checkpoints() -> None:
    if _is_postgresql():
        op.execute(
            "CREATE TRIGGER checkpoints_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    refuse = REFUSE.format(table="checkpoints")
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER checkpoints_refuse_{verb.lower()} BEFORE {verb} ON checkpoints {refuse}")
    op.execute(
        "CREATE TRIGGER checkpoints_refuse_replace BEFORE INSERT ON checkpoints "
        f"WHEN EXISTS (SELECT 1 FROM checkpoints WHERE number = NEW.number OR sha256 = NEW.sha256) {refuse}"
    )


def _linked(content: dict[str, Any], previous: str) -> tuple[str, str]:
    of_content = hashlib.sha256(rfc8785.dumps(content)).hexdigest()
    return of_content, hashlib.sha256((previous + of_content).encode()).hexdigest()


def _nested(content: dict[str, Any], previous: str) -> tuple[str, str]:
    return "", hashlib.sha256(rfc8785.dumps(content | {"previous_sha256": previous})).hexdigest()


def _rewrite(hashes: Callable[[dict[str, Any], str], tuple[str, str]]) -> None:
    """Hash every record anew, in order, with the refusal of changes out of the way."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(records).order_by(records.c.sequence)).mappings().all()
    if not rows:
        return
    _let_change(True)
    json = "JSON" if _is_postgresql() else "TEXT"
    # First to values that nothing has: a new hash may be another row's old one only by wonder, but a place is one.
    connection.execute(
        sa.text("UPDATE records SET sha256 = 'old' || sequence, previous_sha256 = 'old' || sequence")
    )
    update = sa.text(
        "UPDATE records SET content_sha256 = :content, previous_sha256 = :previous, sha256 = :sha256, "
        f"payload = CAST(:payload AS {json}), evidence = CAST(:evidence AS {json}), "
        f"causes = CAST(:causes AS {json}) WHERE sequence = :sequence"
    )
    previous = GENESIS
    for row in rows:
        content = _content_of(row)
        of_content, sha256 = hashes(content, previous)
        texts = {name: rfc8785.dumps(content[name]).decode() for name in ("payload", "evidence", "causes")}
        values = {"content": of_content, "previous": previous, "sha256": sha256, "sequence": row["sequence"]}
        connection.execute(update, values | texts)
        previous = sha256
    _let_change(False)


def _let_change(allowed: bool) -> None:
    if _is_postgresql():
        op.execute(f"ALTER TABLE records {'DISABLE' if allowed else 'ENABLE'} TRIGGER records_refuse_change")
    elif allowed:
        op.execute("DROP TRIGGER records_refuse_update")
    else:
        refuse = REFUSE.format(table="records")
        op.execute(f"CREATE TRIGGER records_refuse_update BEFORE UPDATE ON records {refuse}")


def _content_of(row: Any) -> dict[str, Any]:
    content = dict(row)
    for name in ("id", "subject_id", "port_call_id"):
        content[name] = None if content[name] is None else str(content[name])
    for name in ("occurred_at", "recorded_at"):
        instant = content[name]
        instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
        content[name] = instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return content
