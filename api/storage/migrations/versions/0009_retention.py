"""What lies in the file store, what holds it there, and what was deleted from it.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_files",
        sa.Column("area", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("retention_class", sa.String(length=32), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("damage", sa.Text(), nullable=True),
        sa.CheckConstraint("area IN ('objects', 'quarantine')", name=op.f("ck_stored_files_area")),
        sa.PrimaryKeyConstraint("area", "sha256", name=op.f("pk_stored_files")),
    )
    for column in ("retention_class", "stored_at", "seen_at", "checked_at"):
        op.create_index(op.f(f"ix_stored_files_{column}"), "stored_files", [column])
    op.create_table(
        "evidence_holds",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_holds")),
    )
    op.create_table(
        "file_deletions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("area IN ('objects', 'quarantine')", name=op.f("ck_file_deletions_area")),
        sa.CheckConstraint("outcome IN ('removed', 'stored_again')", name=op.f("ck_file_deletions_outcome")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_file_deletions_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_deletions")),
    )
    for column in ("sha256", "outcome"):
        op.create_index(op.f(f"ix_file_deletions_{column}"), "file_deletions", [column])
    op.create_table(
        "storage_notes",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_storage_notes")),
    )


def downgrade() -> None:
    for table in ("storage_notes", "file_deletions", "evidence_holds", "stored_files"):
        op.drop_table(table)
