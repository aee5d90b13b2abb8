"""Tracks by hand: axes, gaps, the antimeridian (RFC 7946, section 3.1.9), and logs that give no line."""

import json
from pathlib import Path
from typing import Any

import pytest

from drone.telemetry import FlightLog, FlightSample, ParseReport, read_flight_log, track_geojson
from drone.telemetry.document import flight_log_document

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def report(*, read: int) -> ParseReport:
    return ParseReport(
        read=read,
        skipped={},
        dialect="hand-made",
        dialects={},
        model=None,
        positions=read,
        no_fix=0,
        recordings=1,
        axis_order=None,
        unknown_tokens={},
        damaged_values={},
        unread_lines=(),
        remarks=(),
    )


def log(*rows: tuple[float, float | None, float | None]) -> FlightLog:
    """Rows of time, latitude, longitude."""
    samples = tuple(
        FlightSample(video_time_s=time_s, latitude_deg=latitude_deg, longitude_deg=longitude_deg)
        for time_s, latitude_deg, longitude_deg in rows
    )
    return FlightLog(source="hand-made", samples=samples, report=report(read=len(rows)))


def geometry(flight: FlightLog) -> dict[str, Any]:
    track = track_geojson(flight)
    assert track is not None
    assert track["type"] == "FeatureCollection"
    (feature,) = track["features"]
    shape: dict[str, Any] = feature["geometry"]
    return shape


def test_longitude_comes_first_and_repeats_are_drawn_once() -> None:
    flight = log((0, 31.0, 121.0), (1, 31.0, 121.0), (2, 31.1, 121.2), (3, 31.1, 121.2))
    assert geometry(flight) == {
        "type": "LineString",
        "coordinates": [[121.0, 31.0], [121.2, 31.1], [121.2, 31.1]],
    }


def test_a_gap_and_a_new_recording_cut_the_line() -> None:
    flight = log((0, 1, 2), (1, 1, 3), (2, None, None), (9, 1, 4), (10, 1, 5), (0, 1, 6), (1, 1, 7))
    assert geometry(flight) == {
        "type": "MultiLineString",
        "coordinates": [[[2, 1], [3, 1]], [[4, 1], [5, 1]], [[6, 1], [7, 1]]],
    }


def test_a_lone_position_between_gaps_stays_on_the_map() -> None:
    assert geometry(log((0, 1, 2), (9, 1, 3), (10, 1, 4)))["coordinates"] == [
        [[2, 1], [2, 1]],
        [[3, 1], [4, 1]],
    ]


@pytest.mark.parametrize(
    ("rows", "shape"),
    [
        ([(0, 1, 2)], {"type": "Point", "coordinates": [2, 1]}),
        ([(0, 1, 2), (9, 1, 3)], {"type": "MultiPoint", "coordinates": [[2, 1], [3, 1]]}),
    ],
)
def test_where_no_line_can_be_drawn_there_are_points(
    rows: list[tuple[float, float, float]], shape: dict[str, Any]
) -> None:
    assert geometry(log(*rows)) == shape


@pytest.mark.parametrize("eastward", [True, False])
def test_the_antimeridian_cuts_the_line_where_it_is_crossed(*, eastward: bool) -> None:
    sign = 1 if eastward else -1
    shape = geometry(log((0, 10.0, sign * 179.7), (1, 11.0, sign * -179.9)))
    assert shape["type"] == "MultiLineString"
    first, second = shape["coordinates"]
    # 0.3 of the 0.4 degrees lie before the antimeridian, so 0.75 of the way north.
    assert first == [[sign * 179.7, 10.0], pytest.approx([sign * 180.0, 10.75])]
    assert second == [pytest.approx([sign * -180.0, 10.75]), [sign * -179.9, 11.0]]


def test_a_flight_without_positions_has_no_track() -> None:
    assert track_geojson(log((0, None, None))) is None


def test_properties_have_a_value_for_every_vertex() -> None:
    track = track_geojson(read_flight_log(FIXTURES / "mavic_3t.srt"))
    assert track is not None
    properties = track["features"][0]["properties"]
    coordinates = track["features"][0]["geometry"]["coordinates"]
    assert coordinates[0] == [14.495168, 50.106373, 327.094]
    assert (
        len(coordinates) == len(properties["video_time_s"][0]) == len(properties["height_above_takeoff_m"][0])
    )
    assert properties["local_time_start"] == "2024-05-23T17:36:01.877"


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.srt")), ids=lambda path: path.stem)
def test_documents_are_json_without_nan(path: Path) -> None:
    flight = read_flight_log(path)
    document = json.loads(json.dumps(flight_log_document(flight), allow_nan=False))
    assert document["report"]["read"] == len(document["samples"]) == len(flight.samples)
    assert {"file", "dialect", "model", "samples", "report"} == document.keys()
    json.dumps(track_geojson(flight), allow_nan=False)
