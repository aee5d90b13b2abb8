"""Logs of flight controllers: written by the formats' rules, by pymavlink (fixture), and by real vehicles."""

import struct
from pathlib import Path

import pytest
from shared_data import SHARED, needs_shared

from drone.errors import NoTelemetryError
from drone.telemetry import FlightLog, SkipReason, read_flight_log
from drone.telemetry.gps_time import utc_of_gps

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
REAL = SHARED / "data/telemetry/px4_ardupilot"


def read(folder: Path, data: bytes) -> FlightLog:
    path = folder / "log"
    path.write_bytes(data)
    return read_flight_log(path)


def described(kind: int, name: str, letters: str, labels: str, size: int) -> bytes:
    body = struct.pack("<BB4s16s64s", kind, size, name.encode(), letters.encode(), labels.encode())
    return b"\xa3\x95\x80" + body


GPS_FORMAT = described(
    130, "GPS", "QBIHBLLe", "TimeUS,Status,GMS,GWk,NSats,Lat,Lng,Alt", 3 + 8 + 1 + 4 + 2 + 1 + 12
)
ATT_FORMAT = described(131, "ATT", "QcccC", "TimeUS,DesRoll,Roll,Pitch,Yaw", 3 + 8 + 8)


def gps(second: int, status: int = 3) -> bytes:
    values = (
        second * 1_000_000,
        status,
        7_200_000 + second * 1000,
        2408,
        14,
        312_000_000,
        1_215_000_000,
        5000,
    )
    return b"\xa3\x95\x82" + struct.pack("<QBIHBiii", *values)


def att(second: int) -> bytes:
    return b"\xa3\x95\x83" + struct.pack("<QhhhH", second * 1_000_000 + 100_000, 0, -500, 250, 27_000)


def test_a_dataflash_log_by_hand(tmp_path: Path) -> None:
    log = read(tmp_path, GPS_FORMAT + ATT_FORMAT + b"".join(gps(s) + att(s) for s in range(10, 13)))
    first = log.samples[0]
    assert (log.report.dialect, log.report.read, first.satellites) == ("ardupilot-bin", 3, 14)
    assert (first.latitude_deg, first.longitude_deg, first.altitude_amsl_m) == (31.2, 121.5, 50.0)
    assert (first.drone_roll_deg, first.drone_pitch_deg, first.drone_yaw_deg) == (-5.0, 2.5, 270.0)
    assert [sample.video_time_s for sample in log.samples] == [0.0, 1.0, 2.0]
    # Week 2408 begins on 2026-03-01; 7210 s later, less 18 leap seconds.
    assert first.utc == "2026-03-01T01:59:52Z"


def test_damage_between_messages_and_a_cut_end(tmp_path: Path) -> None:
    data = GPS_FORMAT + gps(1) + b"\x00garbage\xa3\x95\xff" + gps(2, status=1) + gps(3)[:-4]
    log = read(tmp_path, data)
    assert (log.report.read, log.report.no_fix) == (2, 1)
    assert log.report.skipped == {SkipReason.bad_structure: 1, SkipReason.incomplete: 1}


def test_gps_weeks_before_anything_are_no_time() -> None:
    assert utc_of_gps(0, 0) is None
    assert utc_of_gps(60_000, 0) is None


@needs_shared
def test_a_real_dataflash_log() -> None:
    """Values as pymavlink's DFReader gives them."""
    log = read_flight_log(REAL / "ardupilot_test.BIN")
    first, last = log.samples[0], log.samples[-1]
    assert (log.report.read, log.report.skipped) == (5, {SkipReason.incomplete: 1})
    assert (first.latitude_deg, first.longitude_deg, first.altitude_amsl_m) == (
        -35.3626277,
        149.1653034,
        588.82,
    )
    assert last.video_time_s == pytest.approx(82.649944 - 81.855471, abs=1e-6)
    assert last.horizontal_speed_m_s == pytest.approx(0.13416408)


def test_a_tlog_that_pymavlink_wrote() -> None:
    log = read_flight_log(FIXTURES / "pymavlink.tlog")
    second = log.samples[1]
    assert (log.report.dialect, log.report.read, log.report.skipped) == ("mavlink-tlog", 20, {})
    assert (second.latitude_deg, second.longitude_deg) == pytest.approx((31.200001, 121.5), abs=1e-9)
    assert (second.height_above_takeoff_m, second.altitude_amsl_m, second.satellites) == (20.1, 50.0, 14)
    assert second.drone_pitch_deg == pytest.approx(-11.459156, abs=1e-5)
    # The vehicle's clock is half a second ahead of the ground station's, which stamped 22:13:20.1.
    assert second.utc == "2023-11-14T22:13:20.600000Z"
    assert log.report.unknown_tokens == {"message 74": 20}


def test_a_tlog_with_one_damaged_byte_loses_one_message(tmp_path: Path) -> None:
    data = bytearray((FIXTURES / "pymavlink.tlog").read_bytes())
    at = data.index((312_000_050).to_bytes(4, "little"))
    data[at] ^= 0xFF
    log = read(tmp_path, bytes(data))
    assert log.report.read == 19
    assert log.report.skipped == {SkipReason.wrong_checksum: 1}


def ulog(rows: int, *, position: bool = True) -> bytes:
    def message(kind: str, body: bytes) -> bytes:
        return struct.pack("<HB", len(body), ord(kind)) + body

    types = {"timestamp": "uint64_t", "time_utc_usec": "uint64_t", "lat": "int32_t", "lon": "int32_t"}
    types |= {"alt": "int32_t", "fix_type": "uint8_t", "satellites_used": "uint8_t"}
    names = "".join(f"{kind} {name};" for name, kind in types.items()).encode()
    topic = b"vehicle_gps_position" if position else b"sensor_something"
    head = b"ULog\x01\x12\x35\x01" + struct.pack("<Q", 1_000_000)
    defined = message("F", topic + b":" + names) + message("A", struct.pack("<BH", 0, 0) + topic)
    stamps = [(1_000_000 * (n + 1), 1_772_330_400_000_000 + 1_000_000 * n) for n in range(rows)]
    values = [(0, *stamp, 312_000_000 + n, 1_215_000_000, 50_000, 3, 12) for n, stamp in enumerate(stamps)]
    data = b"".join(message("D", struct.pack("<HQQiiiBB", *row)) for row in values)
    return head + defined + data


def test_a_ulog_by_hand(tmp_path: Path) -> None:
    log = read(tmp_path, ulog(4))
    first = log.samples[0]
    assert (log.report.dialect, log.report.read, first.satellites) == ("px4-ulog", 4, 12)
    assert (first.latitude_deg, first.longitude_deg, first.altitude_amsl_m) == pytest.approx(
        (31.2, 121.5, 50.0)
    )
    assert (first.utc, first.video_time_s) == ("2026-03-01T02:00:00Z", 0.0)


@pytest.mark.parametrize(("cut", "rows"), [(1, 3), (7, 3), (20, 3), (60, 2), (100, 1)])
def test_a_ulog_cut_inside_its_data_gives_the_rows_before(tmp_path: Path, cut: int, rows: int) -> None:
    assert read(tmp_path, ulog(4)[:-cut]).report.read == rows


@pytest.mark.parametrize("kept", [17, 30, 100, 200])
def test_a_ulog_cut_inside_its_definitions_is_refused_and_the_reading_ends(tmp_path: Path, kept: int) -> None:
    with pytest.raises(NoTelemetryError, match="PX4 log"):
        read(tmp_path, ulog(4)[:kept])


def test_a_ulog_without_positions_says_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(NoTelemetryError, match="sensor_something"):
        read(tmp_path, ulog(2, position=False))


@needs_shared
def test_a_real_ulog() -> None:
    log = read_flight_log(REAL / "sample_log_small.ulg")
    first = log.samples[0]
    assert (log.report.read, log.report.positions) == (32, 32)
    assert (first.latitude_deg, first.longitude_deg) == pytest.approx((63.417062, 10.408215), abs=1e-6)
    assert (first.altitude_amsl_m, first.altitude_ellipsoid_m) == pytest.approx((66.8, 106.8), abs=0.05)
    assert log.samples[-1].utc == "2021-04-21T06:31:04.800341Z"
