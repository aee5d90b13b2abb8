"""The flown track as GeoJSON.

Source: RFC 7946: longitude before latitude, WGS 84, lines cut at the antimeridian.
Left out: heights in coordinates unless above sea level; others stand in the properties under their own names.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import Any

from drone.telemetry.flight_log import FlightLog, FlightSample

# Drones write a position at least once in a second.
LONGEST_STEP_S = 2.0
ANTIMERIDIAN_DEG = 180.0
# A longer step in longitude went the other way round.
HALF_WAY_ROUND_DEG = 180.0

Position = list[float]
Vertex = tuple[Position, FlightSample]


def track_geojson(log: FlightLog) -> dict[str, Any] | None:
    """Draw the track of a flight.

    Args:
        log: Of one file.

    Returns:
        A FeatureCollection with one feature, or None without positions. It is a line; several where positions
        are missing for more than two seconds, a new recording starts or the antimeridian is crossed; a point
        where no line can be drawn. The properties hold the video time and height of every vertex.
    """
    lines = [part for line in _lines(log.samples) for part in _cut_at_antimeridian(line)]
    if not lines:
        return None
    feature = {"type": "Feature", "geometry": _geometry(lines), "properties": _properties(log, lines)}
    return {"type": "FeatureCollection", "features": [feature]}


def _geometry(lines: Sequence[Sequence[Vertex]]) -> dict[str, Any]:
    coordinates = [[position for position, _ in line] for line in lines]
    if all(len(line) == 1 for line in lines):
        points = [line[0] for line in coordinates]
        return (
            {"type": "Point", "coordinates": points[0]}
            if len(points) == 1
            else {
                "type": "MultiPoint",
                "coordinates": points,
            }
        )
    # A line needs two positions: one alone between two gaps is written twice.
    drawn = [line if len(line) > 1 else line * 2 for line in coordinates]
    if len(drawn) == 1:
        return {"type": "LineString", "coordinates": drawn[0]}
    return {"type": "MultiLineString", "coordinates": drawn}


def _properties(log: FlightLog, lines: Sequence[Sequence[Vertex]]) -> dict[str, Any]:
    return {
        "dialect": log.report.dialect,
        "model": log.report.model,
        "local_time_start": next((sample.local_time for sample in log.samples if sample.local_time), None),
        "video_time_s": [[sample.video_time_s for _, sample in line] for line in lines],
        "height_above_takeoff_m": [[sample.height_above_takeoff_m for _, sample in line] for line in lines],
    }


def _lines(samples: Iterable[FlightSample]) -> Iterable[list[Vertex]]:
    """Give runs of positions without a gap, each position once."""
    line: list[Vertex] = []
    for sample in samples:
        if sample.latitude_deg is None:
            continue
        if line and not _follows(line[-1][1], sample):
            yield _without_repeats(line)
            line = []
        line.append((_position(sample), sample))
    if line:
        yield _without_repeats(line)


def _follows(before: FlightSample, sample: FlightSample) -> bool:
    """A track without any clock is one line; where there is one, it shows gaps and new recordings."""
    if before.video_time_s is None or sample.video_time_s is None:
        return True
    return 0.0 <= sample.video_time_s - before.video_time_s <= LONGEST_STEP_S


def _position(sample: FlightSample) -> Position:
    flat = [sample.longitude_deg or 0.0, sample.latitude_deg or 0.0]
    return flat if sample.altitude_amsl_m is None else [*flat, sample.altitude_amsl_m]


def _without_repeats(line: Sequence[Vertex]) -> list[Vertex]:
    """Positions come more slowly than subtitles: of equal ones in a row the first stays, and the last."""
    firsts = [next(run) for _, run in groupby(line, key=lambda vertex: vertex[0])]
    return firsts if firsts[-1] is line[-1] else [*firsts, line[-1]]


def _cut_at_antimeridian(line: Sequence[Vertex]) -> Iterable[list[Vertex]]:
    part = [line[0]]
    for before, after in pairwise(line):
        if abs(after[0][0] - before[0][0]) > HALF_WAY_ROUND_DEG:
            edge_deg = ANTIMERIDIAN_DEG if before[0][0] > 0 else -ANTIMERIDIAN_DEG
            latitude_deg = _latitude_at_edge(before[0], after[0], edge_deg)
            yield [*part, ([edge_deg, latitude_deg, *before[0][2:]], before[1])]
            part = [([-edge_deg, latitude_deg, *after[0][2:]], after[1])]
        part.append(after)
    yield part


def _latitude_at_edge(before: Position, after: Position, edge_deg: float) -> float:
    unrolled_deg = after[0] + 2 * edge_deg
    share = (edge_deg - before[0]) / (unrolled_deg - before[0])
    return before[1] + share * (after[1] - before[1])
