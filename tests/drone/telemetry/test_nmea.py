"""NMEA 0183: the fixture by hand; the format was added by following docs/how-to/add-a-telemetry-format.md."""

from pathlib import Path

import pytest

from drone.telemetry import SkipReason, read_flight_log

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def test_a_log_by_hand() -> None:
    log = read_flight_log(FIXTURES / "track.nmea")
    first, second, third = log.samples
    assert (first.latitude_deg, first.longitude_deg) == pytest.approx((31.2, 121.5))
    assert (first.altitude_amsl_m, first.altitude_ellipsoid_m, first.satellites) == (52.5, 63.0, 14)
    assert first.horizontal_speed_m_s == pytest.approx(5.14444, abs=1e-5)
    assert (first.utc, second.video_time_s) == ("2026-03-01T02:00:00Z", 1.0)
    assert (third.latitude_deg, log.report.no_fix) == (None, 1)
    assert log.report.skipped == {SkipReason.wrong_checksum: 1}
    assert log.report.unknown_tokens == {"GSV": 1}


@pytest.mark.parametrize("cut", [75, 90, 120, 150])
def test_a_log_cut_anywhere_gives_what_is_whole(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.txt"
    path.write_bytes((FIXTURES / "track.nmea").read_bytes()[:cut])
    assert read_flight_log(path).report.read == 1
