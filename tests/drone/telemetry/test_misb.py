"""MISB KLV written by the standards' rules (klv_writing.py) and by real devices."""

from collections.abc import Callable
from pathlib import Path

import klv_writing as klv
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from drone.errors import NoTelemetryError
from drone.telemetry import FlightLog, SkipReason, read_flight_log
from drone.telemetry.misb.ber import BrokenKlvError, ber_length, ber_oid, checksum_of, items_of
from drone.telemetry.misb.fields import imapb, signed, unsigned

REAL = SHARED / "data/telemetry/klv"
Read = Callable[[bytes], FlightLog]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def write_and_read(data: bytes) -> FlightLog:
        path = tmp_path / "stream.bin"
        path.write_bytes(data)
        return read_flight_log(path)

    return write_and_read


def test_a_packet_by_hand(read: Read) -> None:
    log = read(klv.packet(klv.position()))
    sample = log.samples[0]
    assert (log.report.dialect, sample.utc) == ("misb-st0902", "2026-03-01T02:00:00Z")
    assert sample.latitude_deg == pytest.approx(31.2, abs=1e-7)
    assert sample.longitude_deg == pytest.approx(121.5, abs=1e-7)
    assert sample.altitude_amsl_m == pytest.approx(120.0, abs=0.16)
    assert sample.drone_yaw_deg == pytest.approx(90.0, abs=0.01)
    # Level and heading east, the sensor 30° to the right: 120° against north.
    assert sample.gimbal_yaw_deg == pytest.approx(120.0, abs=0.01)
    assert sample.gimbal_pitch_deg == pytest.approx(-45.0, abs=1e-6)


def test_times_count_from_the_first_moment(read: Read) -> None:
    log = read(b"".join(klv.packet(klv.position(second)) for second in range(3)))
    assert [sample.video_time_s for sample in log.samples] == [0.0, 1.0, 2.0]


def test_the_lowest_number_says_that_a_value_is_missing(read: Read) -> None:
    missing = klv.item(13, b"\x80\x00\x00\x00") + klv.item(14, b"\x80\x00\x00\x00")
    log = read(klv.packet(klv.item(2, (1_772_330_400_000_000).to_bytes(8, "big")) + missing))
    assert (log.samples[0].latitude_deg, log.report.positions) == (None, 0)


def test_sets_in_sets_and_unknown_tags_are_told(read: Read) -> None:
    security = klv.item(1, b"\x01") + klv.item(22, b"\x00\x0c") + klv.item(99, b"x")
    targets = klv.item(6, b"\x03") + klv.item(8, b"\x07\x80") + klv.item(9, b"\x04\x38")
    extra = klv.item(48, security) + klv.item(74, targets) + klv.item(200, b"new") + klv.item(59, b"BAO 7")
    log = read(klv.packet(klv.position(extra=extra)))
    assert log.report.facts["classification"] == "UNCLASSIFIED"
    assert (log.report.facts["vmti_targets_reported"], log.samples[0].image_width_px) == (3, 1920)
    assert log.report.facts["call_sign"] == "BAO 7"
    assert log.report.unknown_tokens == {"ST 0601 tag 200": 1, "ST 0102 tag 99": 1}
    assert log.report.dialect == "misb-st0601"


def test_a_wrong_check_sum_costs_the_packet(read: Read) -> None:
    log = read(
        klv.packet(klv.position(0)) + klv.packet(klv.position(1), checksum=0) + klv.packet(klv.position(2))
    )
    assert (log.report.read, log.report.skipped) == (2, {SkipReason.wrong_checksum: 1})


@pytest.mark.parametrize("lost", range(1, 9))
def test_a_stream_cut_inside_its_first_key(read: Read, lost: int) -> None:
    data = b"".join(klv.packet(klv.position(second)) for second in range(3))
    assert read(data[lost:]).report.read == 3


def test_a_stream_cut_inside_a_packet_and_at_its_end(read: Read) -> None:
    data = b"".join(klv.packet(klv.position(second)) for second in range(4))
    log = read(data[40:-9])
    assert (log.report.read, log.report.skipped) == (
        2,
        {SkipReason.bad_structure: 1, SkipReason.incomplete: 1},
    )


def test_a_set_nobody_here_knows_is_named(read: Read) -> None:
    other = klv.packet(klv.item(9, b"x"), key=bytes.fromhex("060e2b34020b01010e010301ff000000"))
    log = read(klv.packet(klv.position()) + other)
    assert list(log.report.unknown_tokens) == ["key 060e2b34020b01010e010301ff000000"]


@given(st.floats(-90.0, 90.0), st.sampled_from([2, 4]))
def test_signed_maps_return_within_half_a_step(value: float, size: int) -> None:
    step = 90.0 / (2 ** (8 * size - 1) - 1)
    assert signed(90.0, size)(klv.signed(value, 90.0, size)) == pytest.approx(value, abs=0.51 * step)


@given(st.floats(-900.0, 19_000.0))
def test_unsigned_maps_return_within_half_a_step(value: float) -> None:
    decoded = unsigned(-900.0, 19_000.0, 2)(klv.unsigned(value, -900.0, 19_000.0, 2))
    assert decoded == pytest.approx(value, abs=0.51 * 19_900.0 / 65_535)


def test_imapb_by_hand() -> None:
    # ST 1201: -900 to 40000 in two bytes has steps of 2^(16-15) = 2 m; 0 m lies at 450 steps.
    assert imapb(-900.0, 40_000.0)((450).to_bytes(2, "big")) == 0.0
    assert imapb(0.0, 360.0)((1 << 14).to_bytes(2, "big")) == 256.0
    assert imapb(0.0, 360.0)(b"\xd0\x00") is None


def test_lengths_and_tags_that_are_cut() -> None:
    for broken in (b"", b"\x80", b"\x82\x01", b"\x89"):
        with pytest.raises(BrokenKlvError):
            ber_length(broken, 0)
    with pytest.raises(BrokenKlvError):
        ber_oid(b"\x80\x80\x80\x80\x80\x80", 0)
    with pytest.raises(BrokenKlvError):
        items_of(b"\x01\x05ab")


@needs_shared
def test_the_minimum_set_of_klvdata_has_a_wrong_check_sum() -> None:
    path = REAL / "DynamicConstantMISMMSPacketData.bin"
    assert checksum_of(path.read_bytes()[:-2]) == 0x3E1E
    with pytest.raises(NoTelemetryError, match=r"wrong_checksum: 1.*0xAA43 is written where 0x3E1E is right"):
        read_flight_log(path)


REAL_FILES: dict[str, tuple[str, int, tuple[float, float], dict[SkipReason, int]]] = {
    "Truck.klv": ("misb-st0601", 711, (41.0957400, -104.8702157), {}),
    "day.klv": ("misb-st0601", 6, (54.6813229, -110.1685598), {}),
    "aphill_short.ts": ("misb-eg0104", 48, (38.252336, -77.366859), {}),
    "h264_klv.ts": ("misb-st0601", 30, (60.1768230, 128.4267590), {}),
}


@needs_shared
@pytest.mark.parametrize("name", REAL_FILES)
def test_real_streams(name: str) -> None:
    dialect, read, place, skipped = REAL_FILES[name]
    log = read_flight_log(REAL / name)
    assert (log.report.dialect, log.report.read, log.report.skipped) == (dialect, read, skipped)
    assert (log.samples[0].latitude_deg, log.samples[0].longitude_deg) == pytest.approx(place, abs=1e-6)
