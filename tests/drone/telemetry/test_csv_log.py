"""Tables of flights: units, zones, separators, damaged cells; values by hand from the fixtures."""

import shutil
from pathlib import Path

import pytest

from drone.errors import NoTelemetryError
from drone.telemetry import SkipReason, read_flight_log

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def test_airdata_feet_and_miles_become_metres() -> None:
    log = read_flight_log(FIXTURES / "airdata.csv")
    first = log.samples[0]
    assert (log.report.dialect, log.report.read, log.report.positions, log.report.no_fix) == (
        "airdata-csv",
        3,
        2,
        1,
    )
    assert log.report.skipped == {SkipReason.incomplete: 1}
    assert first.height_above_takeoff_m == pytest.approx(30.48)
    assert first.altitude_amsl_m == pytest.approx(60.96)
    assert first.horizontal_speed_m_s == pytest.approx(4.4704)
    assert (first.utc, first.video_time_s) == ("2026-03-01T02:00:00Z", 0.0)
    assert (first.gimbal_yaw_deg, first.gimbal_pitch_deg, first.drone_yaw_deg) == (312.4, -30.0, 325.9)
    assert log.samples[1].video_time_s == pytest.approx(0.1)
    assert log.report.unknown_tokens["isVideo"] == 3


def test_a_dji_record_with_american_dates_and_afternoon() -> None:
    log = read_flight_log(FIXTURES / "dji_flight_record.csv")
    first = log.samples[0]
    assert log.report.dialect == "dji-csv"
    assert (first.local_time, first.utc) == ("2026-03-22T23:56:32.120000", None)
    assert first.height_above_takeoff_m == pytest.approx(30.48)
    assert first.altitude_amsl_m == pytest.approx(142.0368)
    assert (first.satellites, first.gimbal_yaw_deg) == (16, 312.0)
    assert set(log.report.unknown_tokens) == {"OSD.flyTime", "BATTERY.chargeLevel"}


def test_decimal_commas_between_semicolons() -> None:
    first = read_flight_log(FIXTURES / "decimal_comma.csv").samples[0]
    assert (first.latitude_deg, first.longitude_deg) == (48.1234567, 11.5)
    assert first.altitude_unreferenced_m == 500.25
    assert first.horizontal_speed_m_s == pytest.approx(10.0)
    assert first.video_time_s is None


def read(tmp_path: Path, text: str, encoding: str = "utf-8"):  # type: ignore[no-untyped-def]  # noqa: ANN201
    path = tmp_path / "log.txt"
    path.write_bytes(text.encode(encoding))
    return read_flight_log(path)


@pytest.mark.parametrize(
    ("header", "cell", "metres"),
    [
        ("height_above_takeoff(meters)", "12.5", 12.5),
        ("OSD.height [m]", "12.5", 12.5),
        ("relative_altitude_ft", "10", 3.048),
        ("Ascent(feet)", "10", 3.048),
        ("RelAlt [cm]", "1250", 12.5),
        ("height above takeoff (Feet)", '"1,000.0"', 304.8),
    ],
)
def test_heights_in_any_unit(tmp_path: Path, header: str, cell: str, metres: float) -> None:
    sample = read(tmp_path, f"lat,lon,{header}\n31.2,121.5,{cell}\n").samples[0]
    assert sample.height_above_takeoff_m == pytest.approx(metres)


@pytest.mark.parametrize(
    ("header", "cell", "metres_a_second"),
    [
        ("speed(mph)", 10, 4.4704),
        ("speed(m/s)", 10, 10.0),
        ("speed(km/h)", 36, 10.0),
        ("Speed [knots]", 10, 5.14444),
    ],
)
def test_speeds_in_any_unit(tmp_path: Path, header: str, cell: int, metres_a_second: float) -> None:
    sample = read(tmp_path, f"lat,lon,{header}\n31.2,121.5,{cell}\n").samples[0]
    assert sample.horizontal_speed_m_s == pytest.approx(metres_a_second, rel=1e-5)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str) -> None:
    log = read(
        tmp_path, "Latitude\tLongitude\tDateTime(local)\r\n31.2\t121.5\t2026-03-01 10:00:00\r\n", encoding
    )
    assert log.samples[0].local_time == "2026-03-01T10:00:00"


def test_a_unit_that_is_not_written_is_said_and_never_guessed_beside_feet(tmp_path: Path) -> None:
    alone = read(tmp_path, "lat,lon,ascent\n31.2,121.5,10\n")
    assert (alone.samples[0].height_above_takeoff_m, "metres" in alone.report.remarks[0]) == (10.0, True)
    beside = read(tmp_path, "lat,lon,ascent,speed(mph)\n31.2,121.5,10,1\n")
    assert beside.samples[0].height_above_takeoff_m is None
    assert "not read: ascent" in beside.report.remarks[0]
    assert beside.report.unknown_tokens == {"ascent": 1}


def test_dates_whose_order_is_never_shown_are_not_read(tmp_path: Path) -> None:
    text = "lat,lon,datetime(utc)\n31.2,121.5,03/04/2026 10:00:00\n"
    log = read(tmp_path, text)
    assert (log.samples[0].utc, log.report.damaged_values) == (None, {"datetime(utc)": 1})
    clear = read(tmp_path, text + "31.2,121.5,25/04/2026 10:00:00\n")
    assert clear.samples[0].utc == "2026-04-03T10:00:00Z"


def test_counts_since_1970_are_utc(tmp_path: Path) -> None:
    log = read(tmp_path, "timestamp,lat,lon\n1772330400000,31.2,121.5\n1772330400500,31.2,121.5\n")
    assert log.samples[0].utc == "2026-03-01T02:00:00Z"
    assert log.samples[1].video_time_s == 0.5


def test_a_row_that_is_damaged_costs_itself_alone(tmp_path: Path) -> None:
    log = read(tmp_path, 'time(ms),lat,lon\n0,31.2,121.5\n100,"31.2,121.5\n200,91,121.5\n300,31.2,121.5\n')
    assert [sample.video_time_s for sample in log.samples] == [0.0, pytest.approx(0.3)]
    assert log.report.skipped == {SkipReason.incomplete: 1, SkipReason.position_out_of_range: 1}


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoTelemetryError, match="without a usable sample"):
        read(tmp_path, "time(ms),lat,lon\n")


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = shutil.copy(FIXTURES / "airdata.csv", tmp_path / "flight.srt")
    assert read_flight_log(Path(path)).report.dialect == "airdata-csv"
