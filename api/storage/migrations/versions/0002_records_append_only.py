"""Records can be added, and neither changed, deleted nor replaced.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% are append only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            "CREATE TRIGGER records_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON records "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER records_refuse_{verb.lower()} BEFORE {verb} ON records "
            "BEGIN SELECT RAISE(ABORT, 'records are append only'); END"
        )
    # INSERT OR REPLACE deletes the row that is in its way, and no trigger of deletion hears of it.
    op.execute(
        "CREATE TRIGGER records_refuse_replace BEFORE INSERT ON records "
        "WHEN EXISTS (SELECT 1 FROM records WHERE sequence = NEW.sequence OR id = NEW.id "
        "OR sha256 = NEW.sha256 OR previous_sha256 = NEW.previous_sha256) "
        "BEGIN SELECT RAISE(ABORT, 'records are append only'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER records_refuse_change ON records")
        op.execute("DROP FUNCTION refuse_change()")
        return
    for verb in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER records_refuse_{verb}")
