"""Durable jobs: steps that stay finished, fences, revisions, priority, cancelling; what is done at intervals.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATES = {
    "jobs": ("ck_jobs_status", ("queued", "running", "done", "failed")),
    "readings": ("ck_readings_status", ("queued", "running", "ok", "refused", "failed")),
}


def upgrade() -> None:
    for column in (
        sa.Column("priority", sa.Integer(), nullable=False, server_default="50"),
        sa.Column("step", sa.String(length=48), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
    ):
        op.add_column("jobs", column)
    # A lease of the program before this one was told by the attempt alone.
    op.execute("UPDATE jobs SET fence = attempts")
    op.create_index(op.f("ix_jobs_revision"), "jobs", ["revision"], unique=False)
    op.create_table(
        "job_steps",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_job_steps_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "name", name=op.f("pk_job_steps")),
    )
    clock = op.create_table(
        "job_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_clock")),
    )
    op.bulk_insert(clock, [{"id": 1, "revision": 0}])
    op.create_table(
        "periodic_turns",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("leased_by", sa.Uuid(), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_periodic_turns")),
    )
    for table, (constraint, states) in STATES.items():
        _set_states(table, constraint, states, (*states, "cancelled"))


def downgrade() -> None:
    for table, (constraint, states) in STATES.items():
        op.execute(f"UPDATE {table} SET status = 'failed' WHERE status = 'cancelled'")
        _set_states(table, constraint, (*states, "cancelled"), states)
    op.drop_table("periodic_turns")
    op.drop_table("job_clock")
    op.drop_table("job_steps")
    op.drop_index(op.f("ix_jobs_revision"), table_name="jobs")
    for column in ("cancelled_by", "revision", "fence", "step", "priority"):
        op.drop_column("jobs", column)


def _set_states(table: str, constraint: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(constraint), table, type_="check")
        op.create_check_constraint(op.f(constraint), table, _condition(new))
        return
    # SQLite cannot change a CHECK, and a table that others refer to cannot be dropped and copied while foreign
    # keys are enforced. This is the procedure of its page on ALTER TABLE ("Making Other Kinds Of Table Schema
    # Changes"): the text of the table is replaced and the schema's version is moved on.
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.get_bind().exec_driver_sql("PRAGMA writable_schema = ON")
    op.get_bind().exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (_condition(old), _condition(new), table),
    )
    op.get_bind().exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    op.get_bind().exec_driver_sql("PRAGMA writable_schema = OFF")


def _condition(states: tuple[str, ...]) -> str:
    return f"status IN ({', '.join(repr(state) for state in states)})"
