"""people.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DEFAULT_SITE = "00000000000070008000000000000001"
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_people()
    _make_secrets()
    op.create_table(
        "survey_signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", TIME, nullable=False),
        sa.CheckConstraint(
            "verdict IN ('signed', 'countersigned', 'returned')", name=op.f("ck_survey_signatures_verdict")
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_signatures_survey_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_survey_signatures_person_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_survey_signatures_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_signatures")),
    )
    op.create_index(op.f("ix_survey_signatures_survey_id"), "survey_signatures", ["survey_id"])
    # No foreign key: SQLite adds one to a full table only by copying it, under everything that refers to it.
    op.add_column(
        "port_calls",
        sa.Column("site_id", sa.Uuid(), nullable=False, server_default=sa.text(f"'{DEFAULT_SITE}'")),
    )
    op.create_index(op.f("ix_port_calls_site_id"), "port_calls", ["site_id"])
    op.add_column("flights", sa.Column("announced_by", sa.Uuid(), nullable=True))
    op.add_column("surveys", sa.Column("computed_by", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("surveys", "computed_by")
    op.drop_column("flights", "announced_by")
    op.drop_index(op.f("ix_port_calls_site_id"), "port_calls")
    op.drop_column("port_calls", "site_id")
    for table in (
        "survey_signatures",
        "login_failures",
        "access_tokens",
        "login_sessions",
        "person_sites",
        "people",
        "sites",
    ):
        op.drop_table(table)


def _make_people() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("name", name=op.f("uq_sites_name")),
    )
    op.execute(f"INSERT INTO sites (id, name, created_at) VALUES ('{DEFAULT_SITE}', 'default', CURRENT_TIMESTAMP)")  # noqa: S608 (a constant)
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("disabled_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("name", name=op.f("uq_people_name")),
    )
    op.create_table(
        "person_sites",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_sites_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_person_sites_site_id")),
        sa.PrimaryKeyConstraint("person_id", "site_id", name=op.f("pk_person_sites")),
    )


def _make_secrets() -> None:
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_login_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_login_sessions_secret_sha256")),
    )
    op.create_index(op.f("ix_login_sessions_person_id"), "login_sessions", ["person_id"])
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME),
        sa.Column("revoked_at", TIME),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_access_tokens_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_tokens")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_access_tokens_secret_sha256")),
    )
    op.create_index(op.f("ix_access_tokens_person_id"), "access_tokens", ["person_id"])
    op.create_table(
        "login_failures",
        sa.Column("key_sha256", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("refused_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key_sha256", name=op.f("pk_login_failures")),
    )
