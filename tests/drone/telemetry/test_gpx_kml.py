"""GPX and KML: values by hand from the fixtures; damage and entity bombs."""

from pathlib import Path

import pytest

from drone.errors import UnknownTelemetryFormatError
from drone.telemetry import SkipReason, read_flight_log, track_geojson

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def test_a_gpx_track() -> None:
    log = read_flight_log(FIXTURES / "track.gpx")
    assert [sample.video_time_s for sample in log.samples] == [0.0, 1.0, 3.0]
    assert [sample.altitude_amsl_m for sample in log.samples] == [50.0, 50.5, None]
    assert (log.samples[0].satellites, log.samples[2].utc) == (14, "2026-03-01T02:00:03Z")
    assert log.report.skipped == {SkipReason.not_a_number: 1}
    assert log.report.unknown_tokens == {"battery": 1}
    assert log.report.remarks == ("1 points outside tracks are left out",)


def test_a_kml_track_with_a_time_too_many() -> None:
    log = read_flight_log(FIXTURES / "track.kml")
    assert [(s.longitude_deg, s.altitude_amsl_m, s.video_time_s) for s in log.samples] == [
        (121.5, 50.0, 0.0),
        (121.5001, 51.0, 2.0),
    ]
    assert log.report.skipped == {SkipReason.incomplete: 1}


def test_a_kml_line_has_no_times_and_is_still_drawn() -> None:
    log = read_flight_log(FIXTURES / "line.kml")
    assert [s.altitude_unreferenced_m for s in log.samples] == [30.0, 31.0, None]
    assert "the points have no times" in log.report.remarks
    track = track_geojson(log)
    assert track is not None
    assert len(track["features"][0]["geometry"]["coordinates"]) == 3


@pytest.mark.parametrize("cut", range(0, 40, 7))
def test_a_cut_gpx_gives_what_is_whole(tmp_path: Path, cut: int) -> None:
    data = (FIXTURES / "track.gpx").read_bytes()
    path = tmp_path / "cut.gpx"
    path.write_bytes(data[: data.index(b'<trkpt lat="31.2000100"') + 10 + cut])
    log = read_flight_log(path)
    assert (log.report.read, log.report.skipped) == (1, {SkipReason.incomplete: 1})


@pytest.mark.parametrize("name", ["gpx", "kml"])
def test_entities_are_refused_and_not_expanded(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb"
    path.write_text(f'<!DOCTYPE x [<!ENTITY a "aaaa">]>\n<{name}>&a;</{name}>', encoding="utf-8")
    with pytest.raises(UnknownTelemetryFormatError, match="document type or entities"):
        read_flight_log(path)
