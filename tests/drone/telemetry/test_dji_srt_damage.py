"""Faults put into good files: only what was damaged is lost, it is counted, and nothing false takes its place."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drone.errors import DamagedTelemetryError, NoTelemetryError, TelemetryError
from drone.telemetry import FlightLog, SkipReason
from drone.telemetry.decoding import decoded
from drone.telemetry.dji_srt import parse_dji_srt

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
GOOD_FILES = sorted(path.name for path in FIXTURES.glob("*.srt"))


def cue(number: int, payload: str, *, timing: str | None = None) -> str:
    """The subtitle of a second, with its number from 0."""
    shown = timing or f"00:00:{number:02d},000 --> 00:00:{number + 1:02d},000"
    return f"{number + 1}\n{shown}\n{payload}\n\n"


def position(
    latitude: str = "31.0", longitude: str = "121.0", rest: str = "[rel_alt: 5.0 abs_alt: 9.0]"
) -> str:
    return f"[iso: 100] [latitude: {latitude}] [longitude: {longitude}] {rest}"


def read(*payloads: str) -> FlightLog:
    text = "".join(cue(number, payload) for number, payload in enumerate(payloads))
    return parse_dji_srt(text, source="faulty.srt")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (position(latitude="91.0"), SkipReason.position_out_of_range),
        (position(longitude="-180.1"), SkipReason.position_out_of_range),
        (position(latitude="nan"), SkipReason.not_a_number),
        (position(longitude="inf"), SkipReason.not_a_number),
        (position(latitude="31.0A8"), SkipReason.not_a_number),
        (position(latitude="31.0.8"), SkipReason.not_a_number),
        ("[iso: 100] [latitude: 31.0] [rel_alt: 5.0 abs_alt: 9.0]", SkipReason.incomplete),
        ("[iso: 100] [latitude: 31.0] [longitude: 12\n[rel_alt: 5.0 abs_alt: 9.0]", SkipReason.incomplete),
        ("[iso: 100] [shutter: 1/60.0]", SkipReason.incomplete),
        ("", SkipReason.no_telemetry),
        ("a line of a film", SkipReason.no_telemetry),
        (position(latitude="41.0"), SkipReason.position_jump),
    ],
)
def test_a_damaged_sample_is_dropped_and_counted(payload: str, reason: SkipReason) -> None:
    log = read(position(), payload, position())
    assert [sample.video_time_s for sample in log.samples] == [0.0, 2.0]
    assert log.report.skipped == {reason: 1}


@pytest.mark.parametrize(
    "payload",
    [position(latitude="0.000000", longitude="0.000000"), position(latitude="n/a", longitude="n/a")],
)
def test_no_fix_is_a_sample_without_a_position(payload: str) -> None:
    log = read(position(), payload, position())
    assert [sample.latitude_deg for sample in log.samples] == [31.0, None, 31.0]
    assert log.samples[1].height_above_takeoff_m == 5.0
    assert (log.report.no_fix, log.report.skipped) == (1, {})


def test_a_damaged_height_costs_the_height_alone() -> None:
    log = read(position(rest="[rel_alt: nan abs_alt: 9.0]"), position())
    assert [sample.height_above_takeoff_m for sample in log.samples] == [None, 5.0]
    assert log.samples[0].altitude_amsl_m == 9.0
    assert log.report.damaged_values == {"rel_alt": 1}


def test_a_place_on_the_equator_or_the_first_meridian_is_a_place() -> None:
    log = read(position(latitude="0.0", longitude="6.5"), position(latitude="0.0", longitude="6.5"))
    assert log.samples[0].latitude_deg == 0.0
    assert log.samples[0].longitude_deg == 6.5


def test_no_jump_is_seen_across_the_antimeridian() -> None:
    log = read(
        position(longitude="179.9999"), position(longitude="-179.9999"), position(longitude="179.9999")
    )
    assert log.report.read == 3


def test_a_damaged_time_costs_its_sample_and_no_other() -> None:
    text = (
        cue(0, position())
        + cue(1, position("32.0"), timing="00:00:0x,000 --> 00:00:02,000")
        + cue(2, position())
    )
    log = parse_dji_srt(text, source="faulty.srt")
    assert [sample.latitude_deg for sample in log.samples] == [31.0, 31.0]
    assert log.report.skipped == {SkipReason.no_time: 1}


def test_a_lost_time_line_does_not_put_two_samples_into_one() -> None:
    text = cue(0, position() + "\n\n2\n" + position("31.001")) + cue(2, position())
    log = parse_dji_srt(text, source="faulty.srt")
    assert [sample.latitude_deg for sample in log.samples] == [31.0, 31.0]
    assert log.report.skipped == {SkipReason.no_time: 1}


def test_missing_blank_lines_and_numbers_lose_nothing() -> None:
    text = "".join(f"00:00:0{number},000 --> 00:00:0{number + 1},000\n{position()}\n" for number in range(3))
    assert parse_dji_srt(text, source="faulty.srt").report.read == 3


@pytest.mark.parametrize(
    ("timing", "end_s"),
    [
        ("00:00:00,000 --> 00:00:00,000", None),
        ("00:00:05,000 --> 00:00:04,000", None),
        ("00:00:00,000 --> ", None),
        ("00:00:00.000 --> 00:00:00.500", 0.5),
        ("0:0:0,000-->0:0:1,000", 1.0),
        ("00:00:00,000 --> 00:00:00,1824", 1.824),
    ],
)
def test_an_end_that_is_no_end_is_missing(timing: str, end_s: float | None) -> None:
    log = parse_dji_srt(cue(0, position(), timing=timing), source="faulty.srt")
    assert log.samples[0].video_end_s == end_s


def test_joined_recordings_of_two_drones_each_keep_their_dialect() -> None:
    pro = "HOME(149.0251,-20.2532) 2017.08.05 14:11:51\nGPS(149.0251,-20.2533,16) BAROMETER:1.9\nISO:100 Shutter:60"
    rtk = "F/6.3, SS 60, ISO 100, EV 0, RTK (120.0838, 30.2136, 28), D 1m, H 76.19m, F.PRY (1°, 2°, 3°)"
    air = "[iso : 100] [shutter : 1/240.0] [fnum : 280] [ev : 0] [ct : 5627]"
    text = "".join(cue(number, payload) for payload in (pro, rtk, air) for number in range(2))
    report = parse_dji_srt(text, source="joined.srt").report
    assert report.recordings == 3
    assert report.read == 6
    assert report.dialects == {
        "dji-barometer-longitude-first": 2,
        "dji-compact-rtk": 2,
        "dji-brackets-camera-only": 2,
    }


def test_frames_that_the_recorder_left_out_are_no_fault() -> None:
    log = read(*(f"FrameCnt: {count}, DiffTime: 33ms\n{position()}" for count in (218, 220, 223)))
    assert [sample.frame_count for sample in log.samples] == [218, 220, 223]


def test_strict_reading_refuses_any_damage() -> None:
    text = cue(0, position()) + cue(1, position("91.0"))
    with pytest.raises(
        DamagedTelemetryError, match=r"faulty.srt: damaged samples \(position_out_of_range: 1\)"
    ):
        parse_dji_srt(text, source="faulty.srt", strict=True)


def test_lines_are_read_as_the_text_is() -> None:
    text = cue(0, position()) + cue(1, position())
    assert parse_dji_srt(text.splitlines(keepends=True), source="a") == parse_dji_srt(text, source="a")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            cue(0, "Call me Ishmael.") + cue(1, "Some years ago"),
            "2 film subtitles without telemetry, such as 'Call",
        ),
        ("no subtitle at all", "no subtitle with a time line"),
        (cue(0, position("91.0")), r"1 subtitles, all of them damaged \(position_out_of_range: 1\)"),
    ],
)
def test_nothing_usable_is_refused_with_what_was_found(text: str, found: str) -> None:
    with pytest.raises(NoTelemetryError, match=found):
        parse_dji_srt(text, source="nothing.srt")


@pytest.mark.parametrize(
    ("written", "damaged"),
    [
        ("F/2.8, SS n/a, GPS (8.2, 47.4, 18), D 1m", {}),
        ("F/2.8, SS 0, GPS (8.2, 47.4, 18), D 1m", {"ss": 1}),
        ("F/2.8, ISO 1.5, GPS (8.2, 47.4, 18), D 1m", {"iso": 1}),
        ("F/2.8, ISO n/a, EV 1/0, GPS (8.2, 47.4, 18), D 1m", {"ev": 1}),
        ("F/2.8, GPS (8.2, 47.4, 18), G.PRY (1°, x, 3°)", {"g.pry": 1}),
        ("[shutter: 60] " + position(), {"shutter": 1}),
        (
            position(rest="[rel_alt: 1] [drone_speedx: 1 drone_speedy: x]"),
            {"drone_speedx": 1, "drone_speedy": 1},
        ),
        (position(rest="[rel_alt: 1] [drone_speedx: 1 drone_speedy: n/a]"), {}),
        ("HOME(8.2) 2017.1.1 10:00:00\nGPS(8.2,47.4,18)", {}),
        ("HOME(8.2,147.4)\nGPS(8.2,47.4,x1)", {}),
        ("GPS(47.4,8.2,0.0M) GPS(1)", {}),
        ("GPS(47.4,8.2,1.0q)", {}),
    ],
)
def test_a_value_that_cannot_be_read_costs_that_value_alone(written: str, damaged: dict[str, int]) -> None:
    log = read(written)
    sample = log.samples[0]
    assert sample.latitude_deg in (31.0, 47.4)
    assert log.report.damaged_values == damaged
    assert (sample.shutter_s, sample.gimbal_yaw_deg, sample.horizontal_speed_m_s) == (None, None, None)
    assert sample.home_latitude_deg is None


@pytest.mark.parametrize("payload", ["GPS(8.2) BAROMETER:1.0", "F/2.8, GPS (8.2), D 1m"])
def test_half_a_position_is_none(payload: str) -> None:
    with pytest.raises(NoTelemetryError, match="incomplete: 1"):
        read(payload)


def test_a_position_that_says_it_is_none_is_no_fix() -> None:
    assert read("F/2.8, SS 60, GPS (n/a), D n/a, H 2.0m").report.no_fix == 1


@pytest.mark.parametrize(
    "unit", ["A.", "a_", "A ", "GPS(1,", "[", ":00,000,000 ", "<font ", "HOME ( ", "a : ", " "]
)
def test_no_text_takes_more_than_its_length_in_time(unit: str) -> None:
    started_s = time.process_time()
    samples_or_none(f"1\n00:00:00,000 --> 00:00:01,000\n{unit * (200_000 // len(unit))}\n".encode())
    # Quadratic time would be minutes.
    assert time.process_time() - started_s < 10.0


@pytest.mark.parametrize("name", GOOD_FILES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_change_nothing(name: str, line_end: str) -> None:
    text = (FIXTURES / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    assert parse_dji_srt(text.replace("\n", line_end), source=name) == parse_dji_srt(text, source=name)


def samples_or_none(data: bytes) -> FlightLog | None:
    text = decoded(data)
    try:
        return None if text is None else parse_dji_srt(text, source="damaged")
    except TelemetryError:
        return None


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(GOOD_FILES), share=st.floats(0.0, 1.0))
def test_a_truncated_file_gives_a_beginning_of_its_samples_or_is_refused(name: str, share: float) -> None:
    data = (FIXTURES / name).read_bytes()
    whole = parse_dji_srt(data.decode(), source="damaged")
    cut = samples_or_none(data[: int(share * len(data))])
    places = {(sample.latitude_deg, sample.longitude_deg) for sample in whole.samples}
    if cut is not None:
        assert cut.report.read <= whole.report.read
        assert {(sample.latitude_deg, sample.longitude_deg) for sample in cut.samples} <= places | {
            (None, None)
        }
        known = [sample.height_above_takeoff_m for sample in whole.samples]
        for before, after in zip(known, cut.samples, strict=False):
            assert after.height_above_takeoff_m in (before, None)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(GOOD_FILES), seed=st.integers(0, 2**32), flips=st.integers(1, 40))
def test_flipped_bits_raise_nothing_but_a_refusal(name: str, seed: int, flips: int) -> None:
    data = bytearray((FIXTURES / name).read_bytes())
    chance = random.Random(seed)  # noqa: S311 (damage, not secrets)
    for _ in range(flips):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    log = samples_or_none(bytes(data))
    if log is not None:
        assert all(abs(sample.latitude_deg or 0.0) <= 90.0 for sample in log.samples)
        assert all(abs(sample.longitude_deg or 0.0) <= 180.0 for sample in log.samples)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    samples_or_none(f"1\n00:00:00,000 --> 00:00:01,000\n[iso: 1] GPS({text}\n".encode("utf-8", "replace"))
