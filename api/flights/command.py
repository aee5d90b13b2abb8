"""`hullmark telemetry FILE...`: a drone's telemetry as a summary, as JSON or as GeoJSON.

Source: docs/architecture.md, the commands; GeoJSON by RFC 7946.
Left out: reading the files (drone.telemetry), joining telemetry to its video (the service).
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from drone.errors import TelemetryError
from drone.telemetry import FlightLog, FlightSample, read_flight_log, track_geojson
from drone.telemetry.document import flight_log_document

BAD_INPUT = 2
SHOWN_NAMES = 12

Outcome = FlightLog | TelemetryError


def telemetry(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Telemetry of any format that is read, by content.", readable=False
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
    as_geojson: Annotated[
        bool, typer.Option("--geojson", help="The tracks as one GeoJSON document on standard output.")
    ] = False,
) -> None:
    """Read drone telemetry: positions, heights and camera angles against the time of the video."""
    if as_json and as_geojson:
        raise typer.BadParameter("--json and --geojson exclude each other; give one of them")
    outcomes = [(path, _outcome(path)) for path in files]
    errors = [outcome for _, outcome in outcomes if isinstance(outcome, TelemetryError)]
    for error in errors:
        typer.echo(f"hullmark: {error}", err=True)
    shown = _shown(outcomes, as_json=as_json, as_geojson=as_geojson)
    if shown:
        typer.echo(shown)
    if errors:
        raise typer.Exit(BAD_INPUT)


def _outcome(path: Path) -> Outcome:
    try:
        return read_flight_log(path)
    except TelemetryError as error:
        return error


def _shown(outcomes: Sequence[tuple[Path, Outcome]], *, as_json: bool, as_geojson: bool) -> str:
    logs = [outcome for _, outcome in outcomes if isinstance(outcome, FlightLog)]
    if as_geojson:
        return _json(_tracks(logs))
    if as_json:
        documents = [_document(path, outcome) for path, outcome in outcomes]
        return _json(documents if len(documents) > 1 else documents[0])
    return "\n\n".join(_summary(log) for log in logs)


def _document(path: Path, outcome: Outcome) -> dict[str, Any]:
    """The place of a refused file in a list stays its own, so that the list is in the order of the files."""
    if isinstance(outcome, TelemetryError):
        return {"file": str(path), "error": str(outcome)}
    return flight_log_document(outcome)


def _tracks(logs: Iterable[FlightLog]) -> dict[str, Any]:
    """Join the tracks of all files; one without positions is named on standard error and adds nothing."""
    features: list[dict[str, Any]] = []
    for log in logs:
        track = track_geojson(log)
        if track is None:
            typer.echo(f"hullmark: {log.source}: no positions, so no track", err=True)
            continue
        features += [
            feature | {"properties": {"file": log.source, **feature["properties"]}}
            for feature in track["features"]
        ]
    return {"type": "FeatureCollection", "features": features}


def _summary(log: FlightLog) -> str:
    report = log.report
    fixed = [sample for sample in log.samples if sample.latitude_deg is not None]
    skipped = ", ".join(f"{count} {reason}" for reason, count in report.skipped.items()) or "none"
    times_s = [sample.video_end_s or sample.video_time_s for sample in log.samples]
    last_s = max((time_s for time_s in times_s if time_s is not None), default=None)
    until = "" if last_s is None else f", up to {last_s:.3f} s"
    lines = [
        log.source,
        f"  dialect    {report.dialect}" + (f" ({report.model})" if report.model else ""),
        f"  samples    {report.read}, {report.positions} with a position{until}",
        f"  skipped    {skipped}",
    ]
    if fixed:
        lines += [f"  first      {_place(fixed[0])}", f"  last       {_place(fixed[-1])}"]
    if report.unknown_tokens:
        lines.append(f"  no field   {', '.join(list(report.unknown_tokens)[:SHOWN_NAMES])}")
    lines += [f"  remark     {remark}" for remark in report.remarks]
    return "\n".join(lines)


def _place(sample: FlightSample) -> str:
    """Say where a sample with a position is, and what its height is measured from."""
    heights = (
        ("above take-off", sample.height_above_takeoff_m),
        ("above sea level", sample.altitude_amsl_m),
        ("above the ellipsoid", sample.altitude_ellipsoid_m),
        ("above an unknown datum", sample.altitude_unreferenced_m),
    )
    known = [f"{height_m:.1f} m {datum}" for datum, height_m in heights if height_m is not None]
    return ", ".join([f"{sample.latitude_deg:.6f}, {sample.longitude_deg:.6f}", *known])


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
