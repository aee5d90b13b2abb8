"""The cargo of a port call from its papers to its release, and one search over everything.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What is found of each table: noun, port call, kind, actor, when it happened, and the columns that are looked through.
# "{row}" stands for the row.
VESSEL_OF_CALL = "(SELECT name || ' ' || coalesce(imo, '') FROM vessels WHERE vessels.id = {row}.vessel_id)"
FOUND = {
    "vessels": ("vessel", "NULL", "NULL", "NULL", "{row}.created_at", ("name", "imo")),
    "port_calls": (
        "port_call",
        "{row}.id",
        "NULL",
        "NULL",
        "{row}.created_at",
        (VESSEL_OF_CALL, "port", "berth", "voyage", "cargo"),
    ),
    "parties": (
        "party",
        "{row}.port_call_id",
        "{row}.role",
        "NULL",
        "{row}.created_at",
        ("role", "name", "name_en", "registration_number", "contact"),
    ),
    "cargo_lots": (
        "lot",
        "{row}.port_call_id",
        "{row}.category",
        "NULL",
        "{row}.created_at",
        ("name_zh", "name_en", "hs_code", "origin_country", "{words:bill_of_lading_numbers}"),
    ),
    "cargo_documents": (
        "document",
        "{row}.port_call_id",
        "{row}.kind",
        "NULL",
        "{row}.created_at",
        ("kind", "number", "issuer", "note", "file_name"),
    ),
    "lab_findings": (
        "finding",
        "{row}.port_call_id",
        "{row}.category",
        "NULL",
        "{row}.created_at",
        ("sample_number", "category", "analyte", "method", "laboratory", "note"),
    ),
    "cargo_seals": (
        "seal",
        "{row}.port_call_id",
        "{row}.state",
        "NULL",
        "{row}.seen_at",
        ("number", "place", "seen_by", "note"),
    ),
    "storage_receipts": (
        "storage",
        "{row}.port_call_id",
        "NULL",
        "NULL",
        "{row}.stored_at",
        ("place", "keeper", "receipt_number"),
    ),
    "transfers": (
        "transfer",
        "{row}.port_call_id",
        "{row}.mode",
        "NULL",
        "{row}.weighed_at",
        ("ticket_number", "vehicle", "destination", "document_number"),
    ),
    "records": (
        "record",
        "{row}.port_call_id",
        "{row}.kind",
        "{row}.actor",
        "{row}.occurred_at",
        ("kind", "actor", "{words:payload}"),
    ),
}
ENDING = (
    "parties",
    "cargo_lots",
    "cargo_documents",
    "lab_findings",
    "cargo_seals",
    "storage_receipts",
    "transfers",
)
CHANGING = ("vessels", "port_calls")
COLUMNS = "noun, subject_id, port_call_id, kind, actor, occurred_at, text"
# One trigram for each noun, so that a search within one noun costs one more list and not a look at every row.
FACETS = {
    "vessel": "vvv",
    "port_call": "ccc",
    "party": "ppp",
    "lot": "lll",
    "document": "ddd",
    "finding": "fff",
    "seal": "sss",
    "storage": "ooo",
    "transfer": "ttt",
    "record": "rrr",
}


def upgrade() -> None:
    _make_tables()
    dialect = op.get_bind().dialect.name
    for statement in _index_of_sqlite() if dialect == "sqlite" else _index_of_postgresql():
        op.execute(statement)
    for table in FOUND:
        for statement in _triggers_of(table, dialect):
            op.execute(statement)
        order = "sequence" if table == "records" else "created_at"
        values = _values(table, table, dialect)
        op.execute(f"INSERT INTO search_entries ({COLUMNS}) SELECT {values} FROM {table} ORDER BY {order}")


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in FOUND:
        for moment in _moments(table):
            op.execute(
                f"DROP TRIGGER search_{table}_{moment}" + (f" ON {table}" if dialect != "sqlite" else "")
            )
            if dialect != "sqlite":
                op.execute(f"DROP FUNCTION search_{table}_{moment}()")
    if dialect == "sqlite":
        for moment in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER search_text_{moment}")
        op.execute("DROP TABLE search_terms")
        op.execute("DROP TABLE search_text")
    else:
        op.execute("DROP INDEX ix_search_entries_grams")
        op.execute("DROP FUNCTION search_grams(text)")
    _drop_tables()


def _moments(table: str) -> tuple[str, ...]:
    return ("insert", *(("update",) if table in CHANGING else ()), *(("end",) if table in ENDING else ()))


def _triggers_of(table: str, dialect: str) -> list[str]:
    noun, values = FOUND[table][0], _values(table, "new", dialect)
    row = f"noun = '{noun}' AND subject_id = new.id"
    actions = {
        "insert": ("INSERT", f"INSERT INTO search_entries ({COLUMNS}) SELECT {values}"),
        "update": ("UPDATE", f"UPDATE search_entries SET text = {_text(table, 'new', dialect)} WHERE {row}"),
        "end": ("UPDATE OF ended_at", f"DELETE FROM search_entries WHERE {row} AND new.ended_at IS NOT NULL"),
    }
    statements = []
    for moment in _moments(table):
        event, action = actions[moment]
        name = f"search_{table}_{moment}"
        if dialect == "sqlite":
            statements.append(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {action}; END")
        else:
            statements += [
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {action}; RETURN NULL; END $$",
                f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            ]
    return statements


def _values(table: str, row: str, dialect: str) -> str:
    noun, port_call, kind, actor, occurred_at, _ = FOUND[table]
    texts = (port_call, kind, actor, occurred_at)
    null = {"NULL": "NULL"}
    types = ("uuid", "text", "text", "timestamptz")
    cast = [
        f"CAST({null[text]} AS {kind_of})"
        if text in null and dialect != "sqlite"
        else text.replace("{row}", row)
        for text, kind_of in zip(texts, types)
    ]
    return ", ".join((f"'{noun}'", f"{row}.id", *cast, _text(table, row, dialect)))


def _text(table: str, row: str, dialect: str) -> str:
    parts = []
    for column in FOUND[table][5]:
        if column.startswith("("):
            part = column.replace("{row}", row)
        elif column.startswith("{words:"):
            part = _words(f"{row}.{column[7:-1]}", dialect)
        else:
            part = f"{row}.{column}"
        parts.append(f"coalesce({part}, '')")
    return " || ' ' || ".join(parts)


def _words(column: str, dialect: str) -> str:
    """All text within a JSON column, but for identifiers and hashes: nobody looks for a part of one."""
    if dialect == "sqlite":
        return (
            f"(SELECT group_concat(atom, ' ') FROM json_tree({column}) WHERE type = 'text' AND NOT "
            "(length(atom) IN (36, 64) AND atom NOT GLOB '*[^-0-9a-f]*'))"
        )
    return (
        "(SELECT string_agg(leaf #>> '{}', ' ') FROM jsonb_path_query(CAST("
        + column
        + " AS jsonb), 'strict $.**') AS leaf WHERE jsonb_typeof(leaf) = 'string' AND NOT "
        "(length(leaf #>> '{}') IN (36, 64) AND (leaf #>> '{}') !~ '[^-0-9a-f]'))"
    )


def _index_of_sqlite() -> list[str]:
    # Two blanks behind the text: every character of it then begins a trigram, and a search for one or two
    # characters is a search for the trigrams that begin with them.
    facet = (
        "CASE {0}.noun " + " ".join(f"WHEN '{noun}' THEN '{code}'" for noun, code in FACETS.items()) + " END"
    )
    new, old = ("{0}.id, {0}.text || '  ', ".format(row) + facet.format(row) for row in ("new", "old"))
    add = f"INSERT INTO search_text (rowid, text, facet) VALUES ({new})"
    remove = f"INSERT INTO search_text (search_text, rowid, text, facet) VALUES ('delete', {old})"
    return [
        "CREATE VIRTUAL TABLE search_text USING fts5 (text, facet, content = '', tokenize = 'trigram')",
        "CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search_text', 'row')",
        f"CREATE TRIGGER search_text_insert AFTER INSERT ON search_entries BEGIN {add}; END",
        f"CREATE TRIGGER search_text_delete AFTER DELETE ON search_entries BEGIN {remove}; END",
        f"CREATE TRIGGER search_text_update AFTER UPDATE OF text ON search_entries BEGIN {remove}; {add}; END",
    ]


def _index_of_postgresql() -> list[str]:
    # Pieces of two and three characters in place of the extension pg_trgm, which sees no Chinese in the C locale.
    return [
        "CREATE FUNCTION search_grams(line text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS "
        "$$ SELECT coalesce(array_agg(DISTINCT substr(lower(line), place, size)), '{}') "
        "FROM generate_series(2, 3) AS size, generate_series(1, length(line) - size + 1) AS place $$",
        "CREATE INDEX ix_search_entries_grams ON search_entries USING gin (search_grams(text))",
    ]


def _make_tables() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("noun", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
    )
    op.create_index(
        "ix_search_entries_noun_subject_id", "search_entries", ["noun", "subject_id"], unique=False
    )
    op.create_index(op.f("ix_search_entries_occurred_at"), "search_entries", ["occurred_at"], unique=False)
    op.create_index(op.f("ix_search_entries_port_call_id"), "search_entries", ["port_call_id"], unique=False)
    op.create_table(
        "cargo_documents",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("object_sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["end_record_id"], ["records.id"], name=op.f("fk_cargo_documents_end_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["port_call_id"], ["port_calls.id"], name=op.f("fk_cargo_documents_port_call_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_cargo_documents_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cargo_documents")),
    )
    op.create_index(
        op.f("ix_cargo_documents_object_sha256"), "cargo_documents", ["object_sha256"], unique=False
    )
    op.create_index(
        op.f("ix_cargo_documents_port_call_id"), "cargo_documents", ["port_call_id"], unique=False
    )
    op.create_table(
        "cargo_lots",
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("hs_code", sa.String(length=10), nullable=True),
        sa.Column("origin_country", sa.String(length=2), nullable=True),
        sa.Column("declared_weight_t", sa.Double(), nullable=True),
        sa.Column("bill_of_lading_numbers", sa.JSON(), nullable=False),
        sa.Column("holds", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["end_record_id"], ["records.id"], name=op.f("fk_cargo_lots_end_record_id")),
        sa.ForeignKeyConstraint(["port_call_id"], ["port_calls.id"], name=op.f("fk_cargo_lots_port_call_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_cargo_lots_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cargo_lots")),
    )
    op.create_index(op.f("ix_cargo_lots_port_call_id"), "cargo_lots", ["port_call_id"], unique=False)
    op.create_table(
        "cargo_scales",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("certificate_number", sa.Text(), nullable=True),
        sa.Column("certificate_expires_on", sa.Date(), nullable=True),
        sa.Column("random_standard_uncertainty_t", sa.Double(), nullable=False),
        sa.Column("systematic_standard_uncertainty_t", sa.Double(), nullable=False),
        sa.Column("systematic_standard_uncertainty_permille", sa.Double(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["end_record_id"], ["records.id"], name=op.f("fk_cargo_scales_end_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["port_call_id"], ["port_calls.id"], name=op.f("fk_cargo_scales_port_call_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_cargo_scales_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cargo_scales")),
    )
    op.create_index(op.f("ix_cargo_scales_port_call_id"), "cargo_scales", ["port_call_id"], unique=False)
    op.create_table(
        "cargo_seals",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["end_record_id"], ["records.id"], name=op.f("fk_cargo_seals_end_record_id")),
        sa.ForeignKeyConstraint(
            ["port_call_id"], ["port_calls.id"], name=op.f("fk_cargo_seals_port_call_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_cargo_seals_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cargo_seals")),
    )
    op.create_index(op.f("ix_cargo_seals_port_call_id"), "cargo_seals", ["port_call_id"], unique=False)
    op.create_table(
        "lab_findings",
        sa.Column("sample_number", sa.Text(), nullable=False),
        sa.Column("hold", sa.Text(), nullable=True),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("analyte", sa.Text(), nullable=False),
        sa.Column("detected", sa.Boolean(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("standard_uncertainty", sa.Double(), nullable=True),
        sa.Column("lower_limit", sa.Double(), nullable=True),
        sa.Column("upper_limit", sa.Double(), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("laboratory", sa.Text(), nullable=False),
        sa.Column("sampled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('open', 'passed', 'failed')", name=op.f("ck_lab_findings_verdict")),
        sa.ForeignKeyConstraint(
            ["end_record_id"], ["records.id"], name=op.f("fk_lab_findings_end_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["port_call_id"], ["port_calls.id"], name=op.f("fk_lab_findings_port_call_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_lab_findings_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_findings")),
    )
    op.create_index(op.f("ix_lab_findings_port_call_id"), "lab_findings", ["port_call_id"], unique=False)
    op.create_table(
        "parties",
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("registration_number", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["end_record_id"], ["records.id"], name=op.f("fk_parties_end_record_id")),
        sa.ForeignKeyConstraint(["port_call_id"], ["port_calls.id"], name=op.f("fk_parties_port_call_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_parties_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
    )
    op.create_index(op.f("ix_parties_port_call_id"), "parties", ["port_call_id"], unique=False)
    op.create_table(
        "storage_receipts",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("keeper", sa.Text(), nullable=True),
        sa.Column("receipt_number", sa.Text(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weight_t", sa.Double(), nullable=True),
        sa.Column("standard_uncertainty_t", sa.Double(), nullable=True),
        sa.Column("scale_number", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["end_record_id"], ["records.id"], name=op.f("fk_storage_receipts_end_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["port_call_id"], ["port_calls.id"], name=op.f("fk_storage_receipts_port_call_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_storage_receipts_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage_receipts")),
    )
    op.create_index(
        op.f("ix_storage_receipts_port_call_id"), "storage_receipts", ["port_call_id"], unique=False
    )
    op.create_table(
        "transfer_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("object_sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("added_count", sa.Integer(), nullable=False),
        sa.Column("known_count", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["port_call_id"], ["port_calls.id"], name=op.f("fk_transfer_batches_port_call_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_transfer_batches_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_batches")),
    )
    op.create_index(
        op.f("ix_transfer_batches_port_call_id"), "transfer_batches", ["port_call_id"], unique=False
    )
    op.create_table(
        "transfers",
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("ticket_number", sa.Text(), nullable=True),
        sa.Column("vehicle", sa.Text(), nullable=True),
        sa.Column("weighed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gross_t", sa.Double(), nullable=True),
        sa.Column("tare_t", sa.Double(), nullable=True),
        sa.Column("net_t", sa.Double(), nullable=True),
        sa.Column("declared_load_t", sa.Double(), nullable=True),
        sa.Column("scale_number", sa.Text(), nullable=True),
        sa.Column("standard_uncertainty_t", sa.Double(), nullable=True),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("port_call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mode IN ('truck', 'rail', 'belt', 'barge')", name=op.f("ck_transfers_mode")),
        sa.ForeignKeyConstraint(["end_record_id"], ["records.id"], name=op.f("fk_transfers_end_record_id")),
        sa.ForeignKeyConstraint(["port_call_id"], ["port_calls.id"], name=op.f("fk_transfers_port_call_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_transfers_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    op.create_index(op.f("ix_transfers_port_call_id"), "transfers", ["port_call_id"], unique=False)
    op.create_index(
        "ix_transfers_port_call_id_mode_weighed_at",
        "transfers",
        ["port_call_id", "mode", "weighed_at"],
        unique=False,
    )
    op.create_index(
        "uq_transfers_current_identity",
        "transfers",
        ["port_call_id", "mode", "identity"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("milestones", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.add_column("milestones", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def _drop_tables() -> None:
    op.drop_column("milestones", "ended_at")
    op.drop_column("milestones", "replaces_id")
    op.drop_index(
        "uq_transfers_current_identity",
        table_name="transfers",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_transfers_port_call_id_mode_weighed_at", table_name="transfers")
    op.drop_index(op.f("ix_transfers_port_call_id"), table_name="transfers")
    op.drop_table("transfers")
    op.drop_index(op.f("ix_transfer_batches_port_call_id"), table_name="transfer_batches")
    op.drop_table("transfer_batches")
    op.drop_index(op.f("ix_storage_receipts_port_call_id"), table_name="storage_receipts")
    op.drop_table("storage_receipts")
    op.drop_index(op.f("ix_parties_port_call_id"), table_name="parties")
    op.drop_table("parties")
    op.drop_index(op.f("ix_lab_findings_port_call_id"), table_name="lab_findings")
    op.drop_table("lab_findings")
    op.drop_index(op.f("ix_cargo_seals_port_call_id"), table_name="cargo_seals")
    op.drop_table("cargo_seals")
    op.drop_index(op.f("ix_cargo_scales_port_call_id"), table_name="cargo_scales")
    op.drop_table("cargo_scales")
    op.drop_index(op.f("ix_cargo_lots_port_call_id"), table_name="cargo_lots")
    op.drop_table("cargo_lots")
    op.drop_index(op.f("ix_cargo_documents_port_call_id"), table_name="cargo_documents")
    op.drop_index(op.f("ix_cargo_documents_object_sha256"), table_name="cargo_documents")
    op.drop_table("cargo_documents")
    op.drop_index(op.f("ix_search_entries_port_call_id"), table_name="search_entries")
    op.drop_index(op.f("ix_search_entries_occurred_at"), table_name="search_entries")
    op.drop_index("ix_search_entries_noun_subject_id", table_name="search_entries")
    op.drop_table("search_entries")
