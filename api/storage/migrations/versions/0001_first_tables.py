"""The first tables.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "records",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at_source", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("payload_version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_records")),
        sa.UniqueConstraint("id", name=op.f("uq_records_id")),
        sa.UniqueConstraint("previous_sha256", name=op.f("uq_records_previous_sha256")),
        sa.UniqueConstraint("sha256", name=op.f("uq_records_sha256")),
    )
    op.create_index(op.f("ix_records_kind"), "records", ["kind"], unique=False)
    op.create_index(op.f("ix_records_port_call_id"), "records", ["port_call_id"], unique=False)
    op.create_index(op.f("ix_records_subject_id"), "records", ["subject_id"], unique=False)
    op.create_table(
        "vessels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("imo", sa.String(length=7), nullable=True),
        sa.Column("length_between_perpendiculars_m", sa.Double(), nullable=False),
        sa.Column("breadth_m", sa.Double(), nullable=True),
        sa.Column("lightship_t", sa.Double(), nullable=True),
        sa.Column("declared_constant_t", sa.Double(), nullable=True),
        sa.Column("summer_draft_m", sa.Double(), nullable=True),
        sa.Column("keel_plate_thickness_m", sa.Double(), nullable=True),
        sa.Column("marks_forward_of_reference_m", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vessels")),
    )
    op.create_index(op.f("ix_vessels_imo"), "vessels", ["imo"], unique=False)
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_heartbeat_at"), "workers", ["heartbeat_at"], unique=False)
    op.create_table(
        "hydrostatic_tables",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vessel_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("object_sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file_kind", sa.Text(), nullable=False),
        sa.Column("file_lcf_reference", sa.Text(), nullable=False),
        sa.Column("draft_basis", sa.Text(), nullable=False),
        sa.Column("density_t_per_m3", sa.Double(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("audit", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["vessel_id"], ["vessels.id"], name=op.f("fk_hydrostatic_tables_vessel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hydrostatic_tables")),
    )
    op.create_index(
        op.f("ix_hydrostatic_tables_vessel_id"), "hydrostatic_tables", ["vessel_id"], unique=False
    )
    op.create_table(
        "port_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vessel_id", sa.Uuid(), nullable=False),
        sa.Column("hydrostatic_table_id", sa.Uuid(), nullable=True),
        sa.Column("port", sa.Text(), nullable=True),
        sa.Column("berth", sa.Text(), nullable=True),
        sa.Column("voyage", sa.Text(), nullable=True),
        sa.Column("cargo", sa.Text(), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("declared_weight_t", sa.Double(), nullable=True),
        sa.Column("bill_of_lading_t", sa.Double(), nullable=True),
        sa.Column("method", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("operation IN ('loading', 'discharging')", name=op.f("ck_port_calls_operation")),
        sa.ForeignKeyConstraint(
            ["hydrostatic_table_id"],
            ["hydrostatic_tables.id"],
            name=op.f("fk_port_calls_hydrostatic_table_id"),
        ),
        sa.ForeignKeyConstraint(["vessel_id"], ["vessels.id"], name=op.f("fk_port_calls_vessel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_port_calls")),
    )
    op.create_index(op.f("ix_port_calls_created_at"), "port_calls", ["created_at"], unique=False)
    op.create_index(op.f("ix_port_calls_vessel_id"), "port_calls", ["vessel_id"], unique=False)
    op.create_table(
        "flights",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stage IN ('initial', 'final')", name=op.f("ck_flights_stage")),
        sa.ForeignKeyConstraint(["port_call_id"], ["port_calls.id"], name=op.f("fk_flights_port_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flights")),
    )
    op.create_index(op.f("ix_flights_port_call_id"), "flights", ["port_call_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.Uuid(), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_jobs_status")),
        sa.ForeignKeyConstraint(["port_call_id"], ["port_calls.id"], name=op.f("fk_jobs_port_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_port_call_id"), "jobs", ["port_call_id"], unique=False)
    op.create_index("ix_jobs_status_created_at", "jobs", ["status", "created_at"], unique=False)
    op.create_table(
        "milestones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["port_call_id"], ["port_calls.id"], name=op.f("fk_milestones_port_call_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_milestones_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_index(op.f("ix_milestones_port_call_id"), "milestones", ["port_call_id"], unique=False)
    op.create_table(
        "stage_inputs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stage IN ('initial', 'final')", name=op.f("ck_stage_inputs_stage")),
        sa.ForeignKeyConstraint(
            ["port_call_id"], ["port_calls.id"], name=op.f("fk_stage_inputs_port_call_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_inputs")),
        sa.UniqueConstraint("port_call_id", "stage", name=op.f("uq_stage_inputs_port_call_id_stage")),
    )
    op.create_table(
        "surveys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("cargo_t", sa.Double(), nullable=True),
        sa.Column("u95_t", sa.Double(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["port_call_id"], ["port_calls.id"], name=op.f("fk_surveys_port_call_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_surveys_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("port_call_id", "version", name=op.f("uq_surveys_port_call_id_version")),
    )
    op.create_table(
        "footage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flight_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("object_sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("paired_footage_id", sa.Uuid(), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.Column("width_px", sa.Integer(), nullable=True),
        sa.Column("height_px", sa.Integer(), nullable=True),
        sa.Column("frame_rate_hz", sa.Double(), nullable=True),
        sa.Column("codec", sa.Text(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("captured_at_source", sa.Text(), nullable=True),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=True),
        sa.Column("track", sa.JSON(), nullable=True),
        sa.Column("parse_report", sa.JSON(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('video', 'still', 'telemetry', 'other')", name=op.f("ck_footage_kind")),
        sa.CheckConstraint("status IN ('received', 'ready', 'quarantined')", name=op.f("ck_footage_status")),
        sa.ForeignKeyConstraint(["flight_id"], ["flights.id"], name=op.f("fk_footage_flight_id")),
        sa.ForeignKeyConstraint(
            ["paired_footage_id"], ["footage.id"], name=op.f("fk_footage_paired_footage_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_footage_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_footage")),
        sa.UniqueConstraint(
            "flight_id",
            "file_name",
            "object_sha256",
            name=op.f("uq_footage_flight_id_file_name_object_sha256"),
        ),
    )
    op.create_index(op.f("ix_footage_flight_id"), "footage", ["flight_id"], unique=False)
    op.create_index(op.f("ix_footage_object_sha256"), "footage", ["object_sha256"], unique=False)
    op.create_table(
        "interrupted_uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flight_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("received_bytes", sa.Integer(), nullable=False),
        sa.Column("expected_bytes", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["flight_id"], ["flights.id"], name=op.f("fk_interrupted_uploads_flight_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interrupted_uploads")),
    )
    op.create_index(
        op.f("ix_interrupted_uploads_flight_id"), "interrupted_uploads", ["flight_id"], unique=False
    )
    op.create_table(
        "readings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("footage_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("expected_low_m", sa.Double(), nullable=True),
        sa.Column("expected_high_m", sa.Double(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("draft_m", sa.Double(), nullable=True),
        sa.Column("standard_uncertainty_m", sa.Double(), nullable=True),
        sa.Column("u95_m", sa.Double(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_draft_m", sa.Double(), nullable=True),
        sa.Column("decided_standard_uncertainty_m", sa.Double(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decision IN ('accepted', 'rejected', 'corrected')", name=op.f("ck_readings_decision")
        ),
        sa.CheckConstraint("mark IN ('forward', 'midship', 'aft')", name=op.f("ck_readings_mark")),
        sa.CheckConstraint("side IN ('port', 'starboard')", name=op.f("ck_readings_side")),
        sa.CheckConstraint("stage IN ('initial', 'final')", name=op.f("ck_readings_stage")),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'ok', 'refused', 'failed')", name=op.f("ck_readings_status")
        ),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_readings_footage_id")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_readings_job_id")),
        sa.ForeignKeyConstraint(["port_call_id"], ["port_calls.id"], name=op.f("fk_readings_port_call_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_readings_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_footage_id"), "readings", ["footage_id"], unique=False)
    op.create_index(op.f("ix_readings_port_call_id"), "readings", ["port_call_id"], unique=False)
    op.create_table(
        "evidence_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reading_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("object_sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("time_s", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name=op.f("fk_evidence_files_reading_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_files")),
    )
    op.create_index(op.f("ix_evidence_files_reading_id"), "evidence_files", ["reading_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_evidence_files_reading_id"), table_name="evidence_files")
    op.drop_table("evidence_files")
    op.drop_index(op.f("ix_readings_port_call_id"), table_name="readings")
    op.drop_index(op.f("ix_readings_footage_id"), table_name="readings")
    op.drop_table("readings")
    op.drop_index(op.f("ix_interrupted_uploads_flight_id"), table_name="interrupted_uploads")
    op.drop_table("interrupted_uploads")
    op.drop_index(op.f("ix_footage_object_sha256"), table_name="footage")
    op.drop_index(op.f("ix_footage_flight_id"), table_name="footage")
    op.drop_table("footage")
    op.drop_table("surveys")
    op.drop_table("stage_inputs")
    op.drop_index(op.f("ix_milestones_port_call_id"), table_name="milestones")
    op.drop_table("milestones")
    op.drop_index("ix_jobs_status_created_at", table_name="jobs")
    op.drop_index(op.f("ix_jobs_port_call_id"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_flights_port_call_id"), table_name="flights")
    op.drop_table("flights")
    op.drop_index(op.f("ix_port_calls_vessel_id"), table_name="port_calls")
    op.drop_index(op.f("ix_port_calls_created_at"), table_name="port_calls")
    op.drop_table("port_calls")
    op.drop_index(op.f("ix_hydrostatic_tables_vessel_id"), table_name="hydrostatic_tables")
    op.drop_table("hydrostatic_tables")
    op.drop_index(op.f("ix_workers_heartbeat_at"), table_name="workers")
    op.drop_table("workers")
    op.drop_index(op.f("ix_vessels_imo"), table_name="vessels")
    op.drop_table("vessels")
    op.drop_index(op.f("ix_records_subject_id"), table_name="records")
    op.drop_index(op.f("ix_records_port_call_id"), table_name="records")
    op.drop_index(op.f("ix_records_kind"), table_name="records")
    op.drop_table("records")
