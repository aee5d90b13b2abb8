"""Who may use which route, written down by hand beside the routes' own declarations.

Source: the six roles of the records page of the design.
Left out: sites, which hold for every route alike (tests/api/auth/test_sites.py).
"""

from functools import cache
from typing import Any

from api.app import create_app
from api.settings import Settings

ROLES = ("field", "control_room", "weigher", "reviewer", "auditor", "admin")
WORKERS = ("control_room", "weigher", "reviewer", "auditor")
ALL = ROLES
FACT = ("party", "lot", "document", "finding", "seal", "scale", "storage")
FACTS = ("parties", "lots", "documents", "findings", "seals", "scales", "storage")
PUBLIC = {"openapi", "check_live", "check_ready", "read_metrics", "log_in"}
"""The description, probes and counters, which hold no data of a port, and logging in itself."""

ALLOWED: dict[tuple[str, ...], tuple[str, ...]] = {
    ("declare_port_call", "amend_port_call"): ("weigher",),
    ("reach_milestone", "correct_milestone", "withdraw_milestone"): ("weigher",),
    ("release_in_spite",): ("reviewer",),
    ("read_progress", "list_milestones", "read_balance", "download_document", "list_transfers"): ALL,
    ("read_timeline", "search"): WORKERS,
    tuple(f"list_{fact}" for fact in FACTS): ALL,
    tuple(f"read_{fact}" for fact in (*FACT, "transfer")): ALL,
    tuple(f"state_{fact}" for fact in FACT): ("weigher",),
    tuple(f"correct_{fact}" for fact in (*FACT, "transfer")): ("weigher",),
    tuple(f"withdraw_{fact}" for fact in (*FACT, "transfer")): ("weigher",),
    ("enter_transfers", "import_transfers", "file_document"): ("weigher",),
    ("register_vessel", "change_vessel", "import_hydrostatic_table"): ("weigher",),
    (
        "list_vessels",
        "read_vessel",
        "list_hydrostatic_tables",
        "read_hydrostatic_table",
        "download_hydrostatic_table",
    ): WORKERS,
    ("list_port_calls", "read_port_call", "read_stage_inputs", "read_overview"): ALL,
    ("enter_stage_inputs", "compute_survey"): ("weigher",),
    ("announce_flight", "receive_file"): ("field", "weigher"),
    ("list_flights", "read_flight", "read_track"): ("field", *WORKERS),
    ("read_footage", "read_footage_content", "read_footage_thumbnail"): ("field", *WORKERS),
    ("request_reading", "enter_reading", "accept_reading", "reject_reading", "correct_reading"): ("weigher",),
    ("list_readings", "read_reading", "read_evidence"): WORKERS,
    ("list_surveys", "read_survey", "print_survey"): WORKERS,
    ("sign_survey",): ("weigher",),
    ("review_survey",): ("reviewer",),
    ("list_records", "read_record", "list_checkpoints", "stream_records", "read_public_key"): WORKERS,
    ("verify_records",): ("weigher", "reviewer", "auditor"),
    ("export_records", "export_records_of_port_call"): ("auditor",),
    ("list_jobs", "read_job", "stream_jobs", "stream_job"): (*WORKERS, "admin"),
    ("cancel_job", "retry_job", "set_job_priority"): ("weigher", "admin"),
    ("read_file_store",): ("admin",),
    ("add_subscription", "list_subscriptions", "read_subscription", "change_subscription"): ("admin",),
    ("remove_subscription", "rotate_secret", "ping_subscription", "list_attempts"): ("admin",),
    ("replay_dead_letters", "replay_dead_letter", "list_dead_letters"): ("admin",),
    ("read_self", "log_out", "change_password", "create_token", "list_tokens", "revoke_token"): ALL,
    (
        "list_people",
        "read_person",
        "add_person",
        "change_person",
        "reset_password",
        "list_sites",
        "add_site",
    ): ("admin",),
}
EXPECTED = {name: set(roles) for names, roles in ALLOWED.items() for name in names}


@cache
def openapi_document() -> dict[str, Any]:
    """Give the document of the application, which takes a second to write."""
    return create_app(Settings()).openapi()
