"""Telemetry inside videos: containers written by FFmpeg, DJI packets written by hand, real files."""

import math
import struct
import subprocess
from pathlib import Path

import imageio_ffmpeg
import klv_writing as klv
import pytest
from shared_data import SHARED, needs_shared

from drone.errors import NoTelemetryError
from drone.telemetry import read_flight_log
from drone.telemetry.container import Track, demuxer_of, shown_until
from drone.telemetry.dji_djmd import LAYOUTS, packet_values
from drone.telemetry.formats.video import _read_djmd, _read_klv
from drone.telemetry.protobuf_wire import BrokenProtobufError, fields_of
from drone.telemetry.tally import Tally

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
REAL = SHARED / "data/telemetry"


def film(target: Path, *options: str) -> Path:
    picture = ("-f", "lavfi", "-i", "color=size=64x64:rate=10:duration=4")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *picture, *options, str(target)]
    subprocess.run(command, check=True, timeout=60)
    return target


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "mov_text"), ("mkv", "srt")])
def test_subtitles_inside_a_video_are_read_like_those_beside_it(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    beside = FIXTURES / "mavic_mini.srt"
    path = film(tmp_path / f"film.{suffix}", "-i", str(beside), "-c:s", codec, "-t", "4")
    inside, outside = read_flight_log(path), read_flight_log(beside)
    places = [(s.video_time_s, s.latitude_deg, s.height_above_takeoff_m) for s in outside.samples]
    assert [(s.video_time_s, s.latitude_deg, s.height_above_takeoff_m) for s in inside.samples] == places[:4]
    assert inside.report.dialect == outside.report.dialect
    assert inside.report.facts["width_px"] == 64


def test_a_video_without_telemetry_tells_its_own_place_and_time(tmp_path: Path) -> None:
    created = (
        "-metadata",
        "creation_time=2026-03-01T02:00:00Z",
        "-metadata",
        "location=+31.2000+121.5000+012.0/",
    )
    log = read_flight_log(film(tmp_path / "film.mp4", *created))
    sample = log.samples[0]
    assert (log.report.dialect, sample.utc, sample.video_end_s) == ("container", "2026-03-01T02:00:00Z", 4.0)
    assert (sample.latitude_deg, sample.longitude_deg) == (31.2, 121.5)
    assert "no telemetry track" in log.report.remarks[0]


def test_a_video_that_says_nothing_and_one_without_an_index_are_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", "-fflags", "+bitexact")
    with pytest.raises(NoTelemetryError, match="without telemetry, place or time"):
        read_flight_log(path)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(path.read_bytes()[:900])
    with pytest.raises(NoTelemetryError, match="index is missing or damaged"):
        read_flight_log(cut)


def number(value: int) -> bytes:
    out = b""
    value &= (1 << 64) - 1
    while value > 127:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def varint(tag: int, value: int) -> bytes:
    return number(tag << 3) + number(value)


def nested(path: tuple[int, ...], content: bytes) -> bytes:
    for tag in reversed(path):
        content = number(tag << 3 | 2) + number(len(content)) + content
    return content


def double(tag: int, value: float) -> bytes:
    return number(tag << 3 | 1) + struct.pack("<d", value)


def real(tag: int, value: float) -> bytes:
    return number(tag << 3 | 5) + struct.pack("<f", value)


def mini_4_pro() -> bytes:
    place = double(2, math.radians(31.2)) + double(3, math.radians(121.5))
    flight = nested((4,), nested((1,), place) + varint(2, 52_500)) + nested((5,), real(1, 20_000.0))
    flight += nested((3,), varint(1, -15) + varint(3, 900))
    camera = nested((7,), real(1, 200.0)) + nested((10,), nested((1,), number(1) + number(800)))
    return (
        nested((1, 1, 1), b"dvtm_Mini4_Pro.proto")
        + nested((3, 1), varint(1, 7))
        + nested((3, 2), camera)
        + nested((3, 3), flight)
        + nested((3, 4, 3), varint(1, -300) + varint(3, -1066))
    )


def test_a_djmd_packet_by_hand() -> None:
    merged = nested(
        (3,),
        b"".join(
            content for tag, content in fields_of(mini_4_pro()) if tag == 3 and isinstance(content, bytes)
        ),
    )
    values = packet_values(merged, LAYOUTS["dvtm_Mini4_Pro.proto"], Tally())
    assert values is not None
    assert (values["latitude_deg"], values["longitude_deg"]) == pytest.approx((31.2, 121.5))
    assert (values["altitude_amsl_m"], values["height_above_takeoff_m"]) == (52.5, 20.0)
    assert (values["drone_roll_deg"], values["drone_pitch_deg"], values["drone_yaw_deg"]) == (-1.5, 0.0, 90.0)
    assert (values["gimbal_pitch_deg"], values["gimbal_roll_deg"]) == (-30.0, 0.0)
    assert values["gimbal_yaw_deg"] == pytest.approx(-106.6)
    assert (values["iso"], values["shutter_s"], values["frame_count"]) == (200, 1 / 800, 7)


def test_a_djmd_track_of_an_unknown_protocol_is_named() -> None:
    track = Track(kind="data", codec=None, packets=[(0.0, nested((1, 1, 1), b"dvtm_Mini9.proto"))])
    with pytest.raises(NoTelemetryError, match=r"unknown protocol: dvtm_Mini9\.proto"):
        _read_djmd(track, "x.mp4", Tally())


def test_a_message_that_is_cut_is_no_message() -> None:
    with pytest.raises(BrokenProtobufError):
        list(fields_of(nested((3,), b"abcdef")[:-2]))


def test_klv_packets_take_the_times_of_their_container() -> None:
    packets: list[tuple[float | None, bytes]] = [(n * 0.5, klv.packet(klv.position(n))) for n in range(3)]
    log = _read_klv(Track(kind="data", codec=None, packets=packets), "x.ts", Tally())
    assert [sample.video_time_s for sample in log.samples] == [0.0, 0.5, 1.0]


def test_containers_are_known_by_their_bytes() -> None:
    assert demuxer_of(b"\x00\x00\x00\x18ftypisom" + bytes(100)) == "mov"
    assert demuxer_of(b"\x00\x00\x00\x18ftypheic" + bytes(100)) is None
    assert demuxer_of(b"x" * 50 + (b"G" + bytes(187)) * 5) == "mpegts"
    assert demuxer_of((bytes(4) + b"G" + bytes(187)) * 5) == "mpegts"
    assert demuxer_of(b"#EXTM3U\nhttp://example.org/a.ts\n") is None


def test_what_is_shown_until_when() -> None:
    assert shown_until([0.0, 0.5, None]) == [0.5, None, None]
    assert shown_until([]) == []


@needs_shared
def test_real_videos() -> None:
    embedded = read_flight_log(REAL / "dji_mp4/derived_embedded_movtext_mavic_mini.mp4")
    assert (embedded.report.dialect, embedded.report.read) == ("dji-compact", 30)
    assert (embedded.samples[0].latitude_deg, embedded.samples[0].longitude_deg) == (48.0771, -121.7458)
    plain = read_flight_log(REAL / "dji_mp4/DJI_20250723102139_0001_D.MP4")
    assert (plain.report.dialect, plain.samples[0].utc) == ("container", "2025-07-23T07:21:39Z")
    assert plain.report.facts["duration_s"] == pytest.approx(3.003)
