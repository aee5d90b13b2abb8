"""Records can be added, and neither changed nor deleted.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER records_refuse_{verb.lower()} BEFORE {verb} ON records "
            "BEGIN SELECT RAISE(ABORT, 'records are append only'); END"
        )


def downgrade() -> None:
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER records_refuse_{verb}")
