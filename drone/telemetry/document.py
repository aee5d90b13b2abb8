"""A flight log as plain values: the JSON of `hullmark telemetry --json`.

Source: docs/architecture.md, the commands.
Left out: writing it anywhere.
"""

from dataclasses import fields
from typing import Any

from drone.telemetry.flight_log import FlightLog, FlightSample

SAMPLE_FIELDS = tuple(field.name for field in fields(FlightSample))


def flight_log_document(log: FlightLog) -> dict[str, Any]:
    """Give a flight log as dicts, lists, text, numbers and None.

    Args:
        log: Of one file.

    Returns:
        `file`, `dialect`, `model`, `samples` and `report`; every sample has every field, None where unknown.
    """
    report = log.report
    return {
        "file": log.source,
        "dialect": report.dialect,
        "model": report.model,
        "samples": [{name: getattr(sample, name) for name in SAMPLE_FIELDS} for sample in log.samples],
        "report": {
            "read": report.read,
            "skipped": {str(reason): count for reason, count in report.skipped.items()},
            "positions": report.positions,
            "no_fix": report.no_fix,
            "recordings": report.recordings,
            "dialects": dict(report.dialects),
            "axis_order": report.axis_order,
            "unknown_tokens": dict(report.unknown_tokens),
            "damaged_values": dict(report.damaged_values),
            "unread_lines": list(report.unread_lines),
            "remarks": list(report.remarks),
            "utc_source": report.utc_source,
            "utc_uncertainty_s": report.utc_uncertainty_s,
            "facts": dict(report.facts),
        },
    }
